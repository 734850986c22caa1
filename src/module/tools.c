/* tools: see tools.h. Installed files are looked for beside the library first,
 * so that a moved installation works; a library of the build tree uses the
 * build tree. */
#include "module/tools.h"
#include "base/error.h"
#include "module/module.h"
#include <dlfcn.h>
#include <limits.h>
#include <stdint.h>
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

int leat__tool_find(const char *name, char **out_path)
{
    if (strchr(name, '/')) {
        if (!is_program(name))
            return LEAT_ENOTFOUND;
        *out_path = strdup(name);
        return *out_path ? 0 : LEAT_ENOMEM;
    }
    const char *at = secure_getenv("PATH");
    if (!at || !*at)
        at = "/usr/local/bin:/usr/bin:/bin";
    for (char *path; *name && *at;) {
        size_t n = strcspn(at, ":");
        if (asprintf(&path, "%.*s%s%s", (int)n, at, n ? "/" : "./", name) < 0)
            return LEAT_ENOMEM;
        if (is_program(path)) {
            *out_path = path;
            return 0;
        }
        free(path);
        at += n + (at[n] == ':');
    }
    return LEAT_ENOTFOUND;
}

int leat__tool_compiler(const char *cc, char **out_path, leat_error *err)
{
    const char *name = cc && *cc ? cc : "cc";
    int code = leat__tool_find(name, out_path);
    if (code == LEAT_ENOTFOUND)
        return leat__fail(err, LEAT_EBUILD, "no C compiler %s: %s", name,
                          strchr(name, ' ') ? "a program alone; flags go to its cflags" :
                          strchr(name, '/') ? "there is no such program" :
                          "install one (gcc or clang), or name one");
    return code ? leat__fail_memory(err) : 0;
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

/* The path of the mapping that holds an address, as the kernel knows it. */
static bool mapped_path(uintptr_t address, char out[PATH_MAX])
{
    unsigned long begin, end;
    char *line = NULL;
    size_t cap = 0;
    bool found = false;
    FILE *f = fopen("/proc/self/maps", "re");
    while (f && !found && getline(&line, &cap, f) > 0) {
        const char *path = strchr(line, '/');
        found = path && sscanf(line, "%lx-%lx", &begin, &end) == 2 && address >= begin && address < end;
        if (found)
            snprintf(out, PATH_MAX, "%.*s", (int)strcspn(path, "\n"), path);
    }
    free(line);
    if (f)
        fclose(f);
    return found;
}

/* The folder of the file this code was loaded from, real. A relative name was
 * true when the program started, but not after a chdir. */
static bool own_folder(char out[PATH_MAX])
{
    Dl_info info;
    bool known = dladdr((void *)own_folder, &info) && info.dli_fname && *info.dli_fname == '/' ?
                 realpath(info.dli_fname, out) != NULL : mapped_path((uintptr_t)own_folder, out);
    if (known)
        *strrchr(out, '/') = 0;
    return known;
}

static bool below(const char *path, const char *root)
{
    size_t n = strlen(root);
    return n && !strncmp(path, root, n) && (path[n] == '/' || !path[n]);
}

/* The library stands in the build tree, whatever link leads there. */
static bool in_tree(const char *own)
{
    char real[PATH_MAX];
    return below(own, LEAT__BUILD_ROOT) || (realpath(LEAT__BUILD_ROOT, real) && below(own, real));
}

/* 0: folder/file is there, *out_path is that, or the folder alone. */
static int try(const char *folder, const char *file, bool whole, char **out_path)
{
    char *path;
    if (asprintf(&path, "%s/%s", folder, file) < 0)
        return LEAT_ENOMEM;
    if (access(path, R_OK) < 0) {
        free(path);
        return LEAT_ENOTFOUND;
    }
    if (!whole)
        path[strlen(folder)] = 0;
    *out_path = path;
    return 0;
}

/* Where a file of ours may be: in the build tree for the library of the build
 * tree, else beside the library, else where the installation was configured to be. */
struct places { const char *file, *tree, *beside[2], *fixed; };

static int find_place(const struct places *p, bool whole, char **out_path)
{
    char own[PATH_MAX], folder[PATH_MAX + 32];
    bool known = own_folder(own);
    int code = LEAT_ENOTFOUND;
    if (known && in_tree(own))
        return try(p->tree, p->file, whole, out_path);
    for (int i = 0; known && i < 2 && code == LEAT_ENOTFOUND; i++) {
        snprintf(folder, sizeof folder, "%s/%s", own, p->beside[i]);
        code = try(folder, p->file, whole, out_path);
    }
    return code == LEAT_ENOTFOUND ? try(p->fixed, p->file, whole, out_path) : code;
}

int leat__tool_include(char **out_path)
{
    static const struct places places = { "leat/node.h", LEAT__SOURCE_ROOT "/include",
                                          { "../include", "../../include" }, LEAT__INCLUDE_DIR };
    return find_place(&places, false, out_path);
}

int leat__tool_records(char **out_path)
{
    static const struct places places = { "leat-records", LEAT__BUILD_ROOT "/src/module",
                                          { "../libexec/leat", "../../libexec/leat" }, LEAT__LIBEXEC_DIR };
    int code = find_place(&places, true, out_path);
    if (!code && !is_program(*out_path)) {
        free(*out_path);
        *out_path = NULL;
        code = LEAT_ENOTFOUND;
    }
    return code == LEAT_ENOTFOUND ? leat__tool_find("leat-records", out_path) : code;
}

char *leat__records_program(void)
{
    char *path;
    return leat__tool_records(&path) ? NULL : path;
}
