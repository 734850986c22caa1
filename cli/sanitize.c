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
#include <sys/personality.h>
#include <unistd.h>

#define AGAIN "LEAT_SANITIZE_STARTED"

static const struct runtime { const char *name, *symbol, *gcc, *clang; } runtimes[] = {
    { "address", "__asan_init", "asan", "asan" },           /* tells leaks too */
    { "thread", "__tsan_init", "tsan", NULL },        /* clang's cannot come late */
    { "undefined", NULL, "ubsan", "ubsan_standalone" },
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

static const char *compiler(const struct options *o)
{
    const char *cc = option_value(o, OPTION_CC);
    return cc ? cc : "cc";
}

static bool is_clang(const char *cc)
{
    char *const argv[] = { (char *)cc, "--version", NULL };
    char *text = child_output(argv);
    return text && strstr(text, "clang");
}

/* Where the compiler keeps a file of its own; NULL: it has none of that name. */
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
    if (!is_clang(cc))
        return library(cc, text_format("lib%s.so", r->gcc));
    char *machine = r->clang ? child_output(argv) : NULL;
    if (!machine)
        return NULL;
    machine[strcspn(machine, "-\n")] = 0;
    return library(cc, text_format("libclang_rt.%s-%s.so", r->clang, machine));
}

/* clang links its runtimes into programs, and keeps them where no loader looks. */
static void add_clang_flags(const char *cc, struct list *ldflags)
{
    char *path = library_of(cc, &runtimes[0]);
    list_add(ldflags, "-shared-libsan");
    if (path)
        list_add(ldflags, text_format("-Wl,-rpath,%.*s", (int)(strrchr(path, '/') - path), path));
}

void sanitize_flags(const struct options *o, struct list *cflags, struct list *ldflags)
{
    struct list all = names(o);
    if (!all.n)
        return;
    if (is_clang(compiler(o)))
        add_clang_flags(compiler(o), ldflags);
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
    char *path = library_of(compiler(o), r);
    if (!path) {
        say(SAY_ERROR, "%s has no runtime that can be preloaded for --sanitize=%s", compiler(o),
            r->name);
        return END_REFUSED;
    }
    set_exit_code("ASAN_OPTIONS");
    set_exit_code("TSAN_OPTIONS");
    if (!strcmp(r->name, "thread"))     /* its runtime refuses some random layouts */
        personality((unsigned long)personality(0xffffffff) | ADDR_NO_RANDOMIZE);
    setenv("LD_PRELOAD", path, 1);
    setenv(AGAIN, "1", 1);
    fflush(NULL);
    execv("/proc/self/exe", o->argv);
    say(SAY_ERROR, "cannot start again with %s: %m", path);
    return END_BROKEN;
}

/* A sanitizer that this program itself was built with bears no other. */
static bool is_taken(const struct runtime *r)
{
    for (size_t i = 0; i < RUNTIMES; i++)
        if (&runtimes[i] != r && runtimes[i].symbol && dlsym(RTLD_DEFAULT, runtimes[i].symbol))
            return true;
    return false;
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
            say(SAY_ERROR, "no sanitizer %s: address, thread, undefined", text_shown(all.at[i]));
            return END_USAGE;
        }
        if (!r->symbol || dlsym(RTLD_DEFAULT, r->symbol))
            continue;
        if (!again && !is_taken(r))
            return start_again(o, r);
        say(SAY_ERROR, "the runtime for --sanitize=%s did not load", r->name);
        return END_REFUSED;
    }
    unsetenv(AGAIN);
    return 0;
}
