/* module: where nodes come from. A shared object with debug info, C sources
 * compiled on the fly, registered functions: each becomes a leat__module, an
 * array of functions now and, after load, the means to call them.
 *
 * Opening reads and may compile; it never runs a module's code. Loading does. */
#pragma once
#include "base/arena.h"
#include "base/text.h"
#include "graph/function.h"
#include "module/record.h"
#include <leat/error.h>
#include <leat/node.h>
#include <stdbool.h>

struct leat__module {
    char *path;                         /* as given; NULL: registered functions */
    char *image;                        /* the file to load; NULL: none        */
    struct leat__record record;         /* its functions, types and notes      */
    bool own;                           /* compiled by us: its notes are its own */
    bool loaded;
    void *handle;                       /* of dlopen, once loaded              */
    struct leat__call_name *names;      /* generated calls, by signature       */
    const char *cc;                     /* as it was opened with, for these    */
    const char *const *cflags;
    const leat_entry *const *entries;   /* registered functions                */
    size_t entry_count;
    struct leat__hosts *hosts;          /* whose functions these are; NULL     */
};

/* What the compiler is and gets. Arrays end with NULL, may be NULL. Borrowed. */
struct leat__compiler {
    const char *cc;                     /* NULL: "cc"                          */
    const char *const *cflags;          /* after our own                       */
    const char *const *ldflags;
};
struct leat__source { const char *path; const char *const *cflags; };

/* A problem on the way, for a list that is told whole: every refusal of an
 * opening is reported, then the opening fails. Texts are borrowed for the call. */
struct leat__report {
    void (*problem)(void *user, int code, const char *file, int line, const char *message, const char *hint);
    void *user;
    struct leat__text *output;          /* what the compiler wrote, escaped but for lines */
};

/* A shared object: its record from leat-records, through the build cache. */
int leat__module_open(struct leat__module *m, const char *path, const struct leat__compiler *cc,
                      const struct leat__report *report);
/* C sources: each compiled to an object, objects linked to one module, all in
 * the build cache, nothing compiled that is there. */
int leat__module_compile(struct leat__module *m, const struct leat__source *sources, size_t n,
                         const struct leat__compiler *cc, const struct leat__report *report);
/* Registered functions, by entries (of namespace `space`, or NULL) or by prototype.
 * Loaded at once. They are the
 * program's own, so more of them are allowed than a record may tell of. */
enum { LEAT__REGISTERED_MOST = 100000000 };
struct leat__hosts;
int leat__module_register(struct leat__module *m, const leat_entry *const *begin,
                          const leat_entry *const *end, const char *space, const struct leat__report *report);
/* ... those a program gave to a builder; held. */
int leat__module_host(struct leat__module *m, struct leat__hosts *hosts, const struct leat__report *report);

/* Compiles the typed calls of its signatures unless the build cache has them,
 * dlopen, build id check, binds leat_node_api_ of the module to `api`, fills
 * call and fn of every function that can be a node. Once; later calls do
 * nothing. Two modules at a time from two threads, but one module from one. */
int leat__module_load(struct leat__module *m, const leat_node_api *api, leat_error *err);
/* The address of a function of the module or of what it links; NULL: none.
 * After load. */
void *leat__module_symbol(struct leat__module *m, const char *name);
/* Frees descriptions; images stay loaded. */
void leat__module_fini(struct leat__module *m);

/* --- the build cache --- */

/* $XDG_CACHE_HOME/leat or ~/.cache/leat: 0700, ours, no symlink; made if it is
 * not there. Returns an O_PATH-like directory descriptor, or a negative code. */
int leat__build_cache_open(char **out_path, leat_error *err);

/* For `doctor`: finds leat-records beside the library or in $PATH; malloc'ed. */
char *leat__records_program(void);
