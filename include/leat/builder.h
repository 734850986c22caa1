/* leat/builder.h: collect modules, notes and hooks; check; build a driver.
 *
 * A builder belongs to one thread at a time. What goes wrong in a setter, as an
 * argument that is NULL, sticks and is told by leat_builder_build, with everything else. A builder
 * may build any number of times; modules are read once. */
#pragma once
#define LEAT_BUILDER_DECLARED_
#include <leat/build.h>
#include <leat/error.h>
#include <leat/executor.h>
#include <leat/hook.h>
#include <leat/node.h>
#include <stddef.h>

#ifdef LEAT_BUILDER_INLINE_     /* leat/build.h came first: from here on the library's */
#undef leat_builder_config
#undef leat_builder_set_config
#undef leat_builder_note
#undef leat_builder_set_namespace
#undef leat_builder_add_module
#undef leat_builder_add_source
#undef leat_builder_add_function
#undef leat_builder_set_destroy
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct leat_driver leat_driver;   /* see leat/driver.h */

#pragma GCC visibility push(default)

/* NULL: out of memory. Every call below takes NULL and answers LEAT_ENOMEM. */
leat_builder *leat_builder_new(void);
/* Through the macro of that name, so that leat_fail of the calling program or
 * shared object is heard. Sets *slot; returns b. */
leat_builder *leat_builder_bound_(leat_builder *b, const leat_node_api **slot);
#define leat_builder_new() leat_builder_bound_(leat_builder_new(), &leat_node_api_)
/* Frees the builder, not the drivers it built. Takes NULL. */
void leat_builder_free(leat_builder *b);

/* A shared object with a record or debug info. Read by build, loaded by the
 * first execute, never unloaded. `path` is copied. */
int leat_builder_add_module(leat_builder *b, const char *path);

/* Puts the nodes of all that is added next (modules, sources, functions) under a
 * namespace, a word of C: `total` is node "us.total". There a parameter `x` reads
 * us.x, else x; an input x may be given apart for it, as "us.x". Other parameters
 * read `us__total`; notes of its sources speak of its own nodes. What is added
 * twice under two names is there twice. NULL or "": none. Copied. */
int leat_builder_set_namespace(leat_builder *b, const char *space);

/* A C source (`.c`), or one of C++ (`.cc`, `.cpp`, `.cxx`, `.c++`, `.C`), whose
 * functions are declared extern "C": what they throw fails their node. Build runs
 * the compiler: never implied by a path alone.
 * All sources of a namespace are compiled one object each and linked into one
 * module of their own.
 * `cflags` (NULL-terminated, or NULL) are for this source only. Copied. */
int leat_builder_add_source(leat_builder *b, const char *path, const char *const *cflags);

/* Registered functions (LEAT_FUNCTION) and notes (LEAT_NODE, LEAT_TYPE) between
 * two section bounds; leat_builder_add_self names those of the calling program
 * or shared object. Notes are copied. */
int leat_builder_add_entries(leat_builder *b, const leat_entry *const *begin,
                             const leat_entry *const *end);
int leat_builder_add_notes(leat_builder *b, const char *begin, const char *end);

/* One function by its prototype, "double rich(double spend, double limit)".
 * At each run of the node call(user, args, result) gets a pointer to each
 * argument and to the result's place. The prototype is read at once and not kept;
 * what is wrong with it is told by build, as are more than 127 parameters. user is
 * borrowed for as long as drivers live. At most 10^8 in a namespace. No C++ exception may leave `call`:
 * LEAT_FUNCTION catches them. */
int leat_builder_add_function(leat_builder *b, const char *prototype,
                              void (*call)(void *user, void *const *args, void *result),
                              void *user);

/* A note on a node, as LEAT_NODE writes it: "takes(buffer), nullable". It goes
 * before notes in sources. `node` and `note` are copied. */
int leat_builder_note(leat_builder *b, const char *node, const char *note);

/* The same from a command line: it goes before leat_builder_note. */
int leat_builder_note_override(leat_builder *b, const char *node, const char *note);

/* How to destroy a type, "struct image *"; goes before any function's name. */
int leat_builder_set_destroy(leat_builder *b, const char *type, void (*destroy)(void *));

/* Compiler for sources and for generated code: a program name or path (default
 * "cc") and flags put after our own, before and at linking. Arrays end with
 * NULL, may be NULL, are copied. */
int leat_builder_set_compiler(leat_builder *b, const char *cc, const char *const *cflags,
                              const char *const *ldflags);

/* Config: what variants, `x__key__value` and `when(key = value)`, are chosen by.
 * `text` is compared as it stands. Set again, the last one counts; NULL takes it
 * back. Build refuses a key that no variant asks for. Both are copied. */
int leat_builder_set_config(leat_builder *b, const char *key, const char *text);
/* The value of a key, NULL: none. Lives until that key is set again. Asked by a
 * builder function (leat/build.h), the key is one that config may give. */
const char *leat_builder_config(leat_builder *b, const char *key);

/* Check only what these outputs need: problems elsewhere become warnings.
 * n == 0: every problem is a warning, and nothing may be asked of the driver
 * that a problem touches. Not called: every problem is an error. */
int leat_builder_set_outputs(leat_builder *b, const char *const *names, size_t n);

/* With outputs set: runs will override these nodes, so what only they need, and
 * they themselves, are not checked. Unknown names are no problem here. Copied. */
int leat_builder_set_overrides(leat_builder *b, const char *const *names, size_t n);

/* Build reads and checks, and the driver's runs refuse to execute: no code of
 * the modules is loaded. Builder functions are not called but counted as
 * deferred, and keys of config that no variant asks for may be theirs. */
int leat_builder_set_inspect(leat_builder *b);

/* Where runs run; takes one reference, also on failure; NULL sticks LEAT_ENOMEM.
 * The last one set counts; inline without. */
int leat_builder_set_executor(leat_builder *b, leat_executor *e);
/* Takes the hook, also on failure; NULL sticks LEAT_ENOMEM. */
int leat_builder_add_hook(leat_builder *b, leat_hook *hook);

/* Reads modules, compiles sources, calls builder functions (leat/build.h), wires
 * and checks everything. On success *out_driver is yours (leat_driver_free). On
 * failure it is untouched, `err` holds one line and the problems hold all.
 * Inside a builder function: LEAT_EUSAGE. */
int leat_builder_build(leat_builder *b, leat_driver **out_driver, leat_error *err);

/* Problems of the last build, errors first; the texts live until the builder
 * changes. A compiler's own words stand in leat_builder_compiler_output. */
size_t leat_builder_problem_count(const leat_builder *b);
const leat_problem *leat_builder_problem(const leat_builder *b, size_t i);

/* What the compiler wrote in the last build, escaped but for newlines; "" if
 * nothing. Lives until the builder changes. */
const char *leat_builder_compiler_output(const leat_builder *b);

/* Functions that could have been nodes and are not, with the reason in
 * `message` (the problem's node, file and line are set). */
size_t leat_builder_refused_count(const leat_builder *b);
const leat_problem *leat_builder_refused(const leat_builder *b, size_t i);

/* Builder functions that the last build did not call, because it was one to
 * inspect: the problem's node, file and line are set. */
size_t leat_builder_deferred_count(const leat_builder *b);
const leat_problem *leat_builder_deferred(const leat_builder *b, size_t i);

#pragma GCC visibility pop

extern const leat_entry *const leat_first_[] __asm__("__start_leat_nodes")
    __attribute__((visibility("hidden"), weak));
extern const leat_entry *const leat_end_[] __asm__("__stop_leat_nodes")
    __attribute__((visibility("hidden"), weak));
extern const char leat_notes_[] __asm__("__start_leat_notes")
    __attribute__((visibility("hidden"), weak));
extern const char leat_notes_end_[] __asm__("__stop_leat_notes")
    __attribute__((visibility("hidden"), weak));
/* The registered functions and notes of the program or shared object that calls,
 * and of no other: a plugin's stay its own. Those in a static library are there if
 * something draws their object file in (or --whole-archive does). */
static inline int leat_builder_add_self(leat_builder *b)
{
    int code = leat_builder_add_entries(b, leat_first_, leat_end_);
    return code < 0 ? code : leat_builder_add_notes(b, leat_notes_, leat_notes_end_);
}

#ifdef __cplusplus
}
#endif
