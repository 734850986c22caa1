/* sanitize: modules are compiled with -fsanitize, this program is not. The
 * runtimes of address and thread insist on being loaded first, so the command
 * starts itself again with the compiler's runtime preloaded. */
#include "sanitize.h"
#include "build.h"
#include "child.h"
#include "cli.h"
#include "say.h"
#include <stdio.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AGAIN "LEAT_SANITIZE_STARTED"

static const struct runtime { const char *name, *symbol, *gcc, *clang; } runtimes[] = {
    { "address", "__asan_init", "libasan.so", "asan" },
    { "thread", "__tsan_init", "libtsan.so", "tsan" },
    { "leak", "__lsan_init", "liblsan.so", NULL },
    { "undefined", NULL, NULL, NULL },
};
enum { RUNTIMES = sizeof runtimes / sizeof *runtimes };

static const struct runtime *runtime_named(const char *name)
{
    for (size_t i = 0; i < RUNTIMES; i++)
        if (!strcmp(runtimes[i].name, name))
            return &runtimes[i];
    return NULL;
}

static struct list names(const struct options *o)
{
    struct list out = { 0 };
    const char *given = option_value(o, OPTION_SANITIZE);
    for (const char *p = given ? given : ""; *p; p += *p == ',') {
        size_t n = strcspn(p, ",");
        list_add(&out, text_copy(p, n));
        p += n;
    }
    return out;
}

void sanitize_flags(const struct options *o, struct list *cflags, struct list *ldflags)
{
    struct list all = names(o);
    if (!all.n)
        return;
    char *flag = text_format("-fsanitize=%s", list_join(&all, ",", all.n));
    list_add(cflags, flag);
    list_add(cflags, "-fno-omit-frame-pointer");
    list_add(ldflags, flag);
}

bool sanitize_watches(const struct options *o)
{
    struct list all = names(o);
    return list_has(&all, "address") || list_has(&all, "thread");
}

/* Where the compiler keeps a runtime; NULL: it has none. */
static char *library(const char *cc, const char *name)
{
    char *ask = text_format("-print-file-name=%s", name);
    char *const argv[] = { (char *)cc, ask, NULL };
    char *path = child_output(argv);
    if (path)
        path[strcspn(path, "\n")] = 0;
    return path && path[0] == '/' && access(path, R_OK) == 0 ? path : NULL;
}

static char *library_of(const char *cc, const struct runtime *r)
{
    char *const argv[] = { (char *)cc, "-dumpmachine", NULL };
    char *path = library(cc, r->gcc), *machine = path ? NULL : child_output(argv);
    if (path || !machine || !r->clang)
        return path;
    machine[strcspn(machine, "-\n")] = 0;
    return library(cc, text_format("libclang_rt.%s-%s.so", r->clang, machine));
}

/* A finding ends as any failed node does, unless the user wants it otherwise. */
static void set_exit_code(const char *variable)
{
    const char *was = getenv(variable);
    if (!was)
        setenv(variable, "exitcode=1", 1);
    else if (!strstr(was, "exitcode="))
        setenv(variable, text_format("%s:exitcode=1", was), 1);
}

static int start_again(const struct options *o, const struct runtime *r)
{
    const char *cc = option_value(o, OPTION_CC);
    char *path = library_of(cc ? cc : "cc", r);
    if (!path) {
        say(SAY_ERROR, "%s has no runtime for --sanitize=%s (%s)", text_shown(cc ? cc : "cc"), r->name, r->gcc);
        return END_REFUSED;
    }
    set_exit_code("ASAN_OPTIONS");
    set_exit_code("TSAN_OPTIONS");
    set_exit_code("LSAN_OPTIONS");
    setenv("LD_PRELOAD", path, 1);
    setenv(AGAIN, "1", 1);
    fflush(NULL);
    execv("/proc/self/exe", o->argv);
    say(SAY_ERROR, "cannot start again with %s: %m", path);
    return END_BROKEN;
}

int sanitize_start(const struct options *o)
{
    struct list all = names(o);
    bool again = getenv(AGAIN) != NULL;
    if (again)
        unsetenv("LD_PRELOAD");     /* not for the compiler */
    for (size_t i = 0; i < all.n; i++) {
        const struct runtime *r = runtime_named(all.at[i]);
        if (!r) {
            say(SAY_ERROR, "no sanitizer %s: address, leak, thread, undefined", text_shown(all.at[i]));
            return END_USAGE;
        }
        if (!r->symbol || dlsym(RTLD_DEFAULT, r->symbol))
            continue;
        if (!again)
            return start_again(o, r);
        say(SAY_ERROR, "the runtime for --sanitize=%s did not load", r->name);
        return END_REFUSED;
    }
    unsetenv(AGAIN);
    return 0;
}
