/* tools: see tools.h. Installed files are looked for beside the library first,
 * so that a moved installation works; a library of the build tree uses the
 * build tree. */
#include "module/tools.h"
#include "base/error.h"
#include "module/module.h"
#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_program(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

char *leat__tool_find(const char *name)
{
    if (strchr(name, '/'))
        return is_program(name) ? strdup(name) : NULL;
    const char *at = secure_getenv("PATH");
    if (!at || !*at)
        at = "/usr/local/bin:/usr/bin:/bin";
    for (char *path; *name && *at;) {
        size_t n = strcspn(at, ":");
        if (asprintf(&path, "%.*s%s%s", (int)n, at, n ? "/" : "./", name) < 0)
            return NULL;
        if (is_program(path))
            return path;
        free(path);
        at += n + (at[n] == ':');
    }
    return NULL;
}

int leat__tool_compiler(const char *cc, char **out_path, leat_error *err)
{
    const char *name = cc && *cc ? cc : "cc";
    if ((*out_path = leat__tool_find(name)))
        return 0;
    return leat__fail(err, LEAT_EBUILD, "no C compiler %s: %s", name,
                      strchr(name, '/') ? "there is no such program" :
                      "install one (gcc or clang), or name one");
}

void leat__tool_identify(struct leat__hasher *h, const char *path)
{
    char real[PATH_MAX];
    struct leat__digest d = leat__digest_file(path, true);
    leat__digest_text(h, path);
    leat__digest_text(h, realpath(path, real) ? real : "");
    leat__digest_add(h, &d, sizeof d);
}

void leat__tool_environment(struct leat__hasher *h)
{
    static const char *const names[] = {
        "CPATH", "C_INCLUDE_PATH", "LIBRARY_PATH", "LD_LIBRARY_PATH", "LD_RUN_PATH", "COMPILER_PATH",
        "GCC_EXEC_PREFIX", "CCC_OVERRIDE_OPTIONS", "SOURCE_DATE_EPOCH", "PKG_CONFIG_PATH",
        "PKG_CONFIG_LIBDIR", "PKG_CONFIG_SYSROOT_DIR"
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        leat__digest_text(h, secure_getenv(names[i]));
}

void leat__tool_cpu(struct leat__hasher *h)
{
    char *line = NULL;
    size_t cap = 0;
    FILE *f = fopen("/proc/cpuinfo", "re");
    while (f && getline(&line, &cap, f) > 0 && *line != '\n')
        if (!strncmp(line, "model name", 10) || !strncmp(line, "flags", 5) ||
            !strncmp(line, "Features", 8) || !strncmp(line, "CPU ", 4))
            leat__digest_text(h, line);
    free(line);
    if (f)
        fclose(f);
}

/* The folder of the file this code was loaded from, real; yours. */
static char *own_folder(void)
{
    Dl_info info;
    char real[PATH_MAX];
    if (!dladdr((void *)own_folder, &info) || !info.dli_fname || !realpath(info.dli_fname, real))
        return NULL;
    *strrchr(real, '/') = 0;
    return strdup(real);
}

static bool below(const char *path, const char *root)
{
    size_t n = strlen(root);
    return n && !strncmp(path, root, n) && (path[n] == '/' || !path[n]);
}

static bool has(const char *folder, const char *file)
{
    char *path;
    if (asprintf(&path, "%s/%s", folder, file) < 0)
        return false;
    bool there = access(path, R_OK) == 0;
    free(path);
    return there;
}

/* The folder that has `file`: `tree` for the library of the build tree, else
 * one of `beside` it, else `fixed`, where the installation was configured to be. */
static char *find_beside(const char *file, const char *tree, const char *const *beside, const char *fixed)
{
    char *own = own_folder(), *found = NULL;
    bool in_tree = own && below(own, LEAT__BUILD_ROOT);
    if (in_tree && has(tree, file))
        found = strdup(tree);
    for (size_t i = 0; own && !in_tree && !found && beside[i]; i++) {
        char *folder;
        if (asprintf(&folder, "%s/%s", own, beside[i]) < 0)
            break;
        if (has(folder, file))
            found = folder;
        else
            free(folder);
    }
    if (!found && !in_tree && has(fixed, file))
        found = strdup(fixed);
    free(own);
    return found;
}

char *leat__tool_include(void)
{
    static const char *const beside[] = { "../include", "../../include", NULL };
    return find_beside("leat/node.h", LEAT__SOURCE_ROOT "/include", beside, LEAT__INCLUDE_DIR);
}

char *leat__records_program(void)
{
    static const char *const beside[] = { "../libexec/leat", "../../libexec/leat", NULL };
    char *folder = find_beside("leat-records", LEAT__BUILD_ROOT "/src/module", beside, LEAT__LIBEXEC_DIR);
    char *path = NULL;
    if (folder && asprintf(&path, "%s/leat-records", folder) < 0)
        path = NULL;
    free(folder);
    if (path && !is_program(path)) {
        free(path);
        path = NULL;
    }
    return path ? path : leat__tool_find("leat-records");
}
