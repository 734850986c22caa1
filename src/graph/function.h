/* function: what a module offers to the graph. Filled by module/, read by graph/. */
#pragma once
#include "value/type.h"
#include <stdint.h>
#include <string.h>

struct leat__param {
    const char *name;                   /* as the source writes it; "" if it has none */
    const struct leat__type *type;
};

/* The typed call of a signature: *(T *)args[i] is argument i, the result goes
 * to *(R *)result. `fn` is the function, or what a host gave with its call. */
typedef void leat__trampoline(void *fn, void *const *args, void *result);

/* The same over a batch, for streams: n calls, each argument in a lane. One that is a
 * pointer is `at` itself, any other is read there; `at` moves by `step` (0: it stays)
 * from call to call. Results follow each other at `result`; where one says stop, it is
 * the only one that is kept. Returns the number of the call that failed (*failed) or
 * said so; n: none. */
struct leat__lane { char *at; size_t step; };
enum leat__stop { LEAT__STOP_NEVER, LEAT__STOP_NOT_POSITIVE, LEAT__STOP_TRUE };
typedef uint32_t leat__batch(void *fn, const struct leat__lane *args, void *result, uint32_t n, enum leat__stop stop,
                             const _Atomic uint32_t *failed);

/* What most functions of a program itself have not. */
struct leat__about {
    const char *doc;                    /* "" if none                         */
    const char *refused;                /* why it cannot be a node, or NULL   */
    leat__batch *batch;                 /* set when the module is loaded; NULL: there is none */
};

/* All but the name. Functions of a source have each its own; those of the program
 * that look and are called alike share one. */
struct leat__head {
    const char *file;                   /* as the compiler was told it        */
    const struct leat__type *result;    /* NULL: void                         */
    union {
        const struct leat__param *params;
        const struct leat__type *const *types;      /* packed                 */
    };
    struct leat__about *about;          /* NULL: nothing                      */
    leat__trampoline *call;             /* set when the module is loaded, before the first run */
    int32_t line;
    uint32_t module;                    /* which module of the builder        */
    uint32_t count : 22;                /* parameters                         */
    uint32_t packed : 1;                /* their names stand behind the function's, each with its NUL */
    uint32_t variable : 1;              /* an exported const: result is its type */
    uint32_t space : 8;                 /* bytes of name before its own: a namespace and a dot; 0 */
};

struct leat__function {                 /* there may be millions              */
    const char *name;                   /* "us.total" in namespace us         */
    void *fn;                           /* set when the module is loaded, as its head's call */
    struct leat__head *head;
};
enum { LEAT__MOST_PARAMS = (1 << 22) - 1 };

/* What a module's functions may do with whole values of a type, in place of what
 * its layout says; T_decode and T_copy may give T itself too. */
enum leat__method {
    LEAT__ENCODE,       /* int T_encode(const T *, unsigned char **out_bytes, size_t *out_size) */
    LEAT__DECODE,       /* T *T_decode(const unsigned char *bytes, size_t size) */
    LEAT__HASH,         /* uint64_t T_hash(const T *)                         */
    LEAT__EQUAL,        /* bool T_equal(const T *, const T *)                 */
    LEAT__COPY,         /* T *T_copy(const T *)                               */
    LEAT__METHODS
};

/* A note as it was written, from whatever level. */
struct leat__note {
    const char *kind;                   /* "node", "type" or "graph"          */
    const char *file;                   /* NULL: from the API or command line */
    int32_t line;
    int32_t level;                      /* 0 own source, 1 other module, 2 builder, 3 command line */
    const char *text;                   /* "mean_temp, calls(column_mean)"    */
    const char *space;                  /* the namespace it was said in; NULL */
};

/* The name in its source. */
static inline const char *leat__function_symbol(const struct leat__function *f) { return f->name + f->head->space; }
static inline const char *leat__function_doc(const struct leat__function *f) { return f->head->about ? f->head->about->doc : ""; }
static inline const char *leat__function_refused(const struct leat__function *f)
{
    return f->head->about ? f->head->about->refused : NULL;
}

static inline const struct leat__type *leat__param_type(const struct leat__function *f, uint32_t i)
{
    return f->head->packed ? f->head->types[i] : f->head->params[i].type;
}
/* Parameters in order; those of packed functions are best met so. */
struct leat__params { const struct leat__function *f; const char *name; uint32_t i; };
static inline struct leat__params leat__params_of(const struct leat__function *f)
{
    return (struct leat__params){ f, f->head->packed ? f->name + strlen(f->name) + 1 : NULL, 0 };
}
static inline struct leat__param leat__params_next(struct leat__params *at)
{
    if (!at->f->head->packed)
        return at->f->head->params[at->i++];
    const char *name = at->name;
    at->name += strlen(name) + 1;
    return (struct leat__param){ name, at->f->head->types[at->i++] };
}
static inline const char *leat__param_name(const struct leat__function *f, uint32_t i)
{
    struct leat__params at = leat__params_of(f);
    while (f->head->packed && at.i < i)
        leat__params_next(&at);
    return f->head->packed ? at.name : f->head->params[i].name;
}
/* For as long as the block it is said in. */
#define LEAT__PARAM(f, i) (&(struct leat__param){ leat__param_name((f), (i)), leat__param_type((f), (i)) })
