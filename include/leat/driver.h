/* leat/driver.h: a checked graph, ready to run, and what it can tell of itself.
 *
 * A driver is immutable: any thread may use it, any number of runs may overlap
 * on it. Ids are 0 .. leat_driver_count - 1 in a fixed order: inputs by name,
 * then nodes in plan order, each with its outputs `out_x` behind it. Texts live as long as the driver. An id that is
 * out of range answers NULL or 0. */
#pragma once
#include <leat/error.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct leat_driver leat_driver;
/* A node or input of one driver. */
typedef struct leat_id { uint32_t n; } leat_id;

/* What stands behind a name of the graph. */
typedef enum leat_node_kind {
    LEAT_NODE_FUNCTION,     /* a node with a value                            */
    LEAT_NODE_SINK,         /* a void function: it runs, and gives nothing    */
    LEAT_NODE_INPUT,        /* given from outside                             */
    LEAT_NODE_OUTPUT,       /* an `out_x` of a function                       */
    LEAT_NODE_CONSTANT,     /* a literal bound by a note                      */
    LEAT_NODE_FIELD,        /* a field of a struct, an item of an array       */
    LEAT_NODE_STREAM,       /* a function that draws a stream: leat_run_set_stream */
    LEAT_NODE_FLOW          /* a function that gives a leat_flow: no value, leat_run_set_flow runs it */
} leat_node_kind;

enum { LEAT_DRAW_DOT, LEAT_DRAW_JSON, LEAT_DRAW_MERMAID };
enum { LEAT_NOT_SHARED, LEAT_SHARED, LEAT_TURNS };

/* A parameter of a node. Ours: it grows at its end. */
typedef struct leat_param {
    const char *name;       /* as the source writes it                        */
    const char *type;       /* as C writes it: "const struct day *"           */
    leat_id from;           /* the node or input it reads                     */
    int32_t given;          /* 0: the engine gives it (leat_context *), from is invalid */
    int32_t reads;          /* 1: a path, or paths, of files whose content counts */
    int32_t secret;         /* 1: what it reads is shown as (secret)          */
    int32_t writes;         /* 1: what it reads is lent for writing: T *x     */
} leat_param;

/* One of the functions that stand for a node by config. Ours: it grows at its end. */
typedef struct leat_variant {
    const char *function;   /* its name                                       */
    const char *when;       /* "region = us, tier != gold"; "": whatever no other is for */
    const char *parameters; /* "(double base, int year)"; of a variable ""    */
    const char *file;
    int32_t line;
    int32_t chosen;         /* 1: by the config of the build                  */
} leat_variant;

/* A key of config: variants or builder functions ask for it. Ours: it grows at its end. */
typedef struct leat_config {
    const char *key;
    const char *value;      /* of the build; NULL: none was given             */
    const char *const *values;  /* those that variants name; NULL ends them   */
    int32_t built;          /* 1: a builder function has asked for it         */
} leat_config;

/* A function that reads inputs of its type from files of a suffix, table_from_xyz,
 * or writes outputs to them, table_to_xyz. Ours: it grows at its end. */
typedef struct leat_loader {
    const char *function;   /* its name                                       */
    const char *type;       /* as C writes it: "struct table"                 */
    const char *suffix;     /* "xyz"                                          */
    const char *file;
    int32_t line;
    int32_t saves;          /* 1: it writes                                   */
} leat_loader;

/* What a note says of a node, tag(owner = "growth"), as text. */
typedef struct leat_tag { const char *key, *value; } leat_tag;

#pragma GCC visibility push(default)

/* Drops your hold; runs keep theirs. Takes NULL. */
void leat_driver_free(leat_driver *d);

/* How many nodes and inputs there are. */
size_t leat_driver_count(const leat_driver *d);
/* LEAT_ENOTFOUND if no node or input has that name. `f.lo` finds output lo of f. */
int leat_driver_find(const leat_driver *d, const char *name, leat_id *out_id);
/* The same, and for a field that no parameter reads, "table.rain", the node or
 * input `table`: leat_run_ask takes both. LEAT_ENOTFOUND: `err` says which
 * fields there are, or what is near. */
int leat_driver_owner(const leat_driver *d, const char *name, leat_id *out_id, leat_error *err);
/* The nearest name of a node or input, or NULL if none is near. */
const char *leat_driver_suggest(const leat_driver *d, const char *name);

/* "mean_temp", "us.total", "table.rain". */
const char *leat_driver_name(const leat_driver *d, leat_id id);
/* What stands behind it. */
leat_node_kind leat_driver_kind(const leat_driver *d, leat_id id);
/* The value's type as C writes it; "void" for a sink. */
const char *leat_driver_type(const leat_driver *d, leat_id id);
/* What text may stand for it: "NUM", "TEXT", "FILE" (a path), "@FILE", "JSON"; NULL: none can. */
const char *leat_driver_placeholder(const leat_driver *d, leat_id id);
/* For people: "array of {date, temp_max, temp_min}", "one of {rain, snow}"; "" if the type says it all.
 * Of a literal: how it was written. */
const char *leat_driver_shape(const leat_driver *d, leat_id id);
/* "" without a comment. */
const char *leat_driver_doc(const leat_driver *d, leat_id id);
/* Where its function is; for an input where its first reader is. NULL, 0: unknown. */
const char *leat_driver_file(const leat_driver *d, leat_id id);
int leat_driver_line(const leat_driver *d, leat_id id);
/* An input's default: the function's file:line; NULL: it has none. */
const char *leat_driver_default(const leat_driver *d, leat_id id);
/* 1: a problem (a warning of the build) stands in its way; it cannot be asked. */
int leat_driver_broken(const leat_driver *d, leat_id id);
/* 1: ... and the problem is its own, not that of something it needs. */
int leat_driver_faulty(const leat_driver *d, leat_id id);
/* The function's own name, where a node is another function's output or call. */
const char *leat_driver_function(const leat_driver *d, leat_id id);

/* What a field or item is a part of counts as its one parameter. An input with a default has the parameters of that default. */
size_t leat_driver_param_count(const leat_driver *d, leat_id id);
const leat_param *leat_driver_param(const leat_driver *d, leat_id id, size_t i);

/* The functions that stand for a node (or an input's default) by config, the one
 * without condition too; none if only one function ever does. A node that config
 * chooses no function for is broken, and has no parameters. */
size_t leat_driver_variant_count(const leat_driver *d, leat_id id);
const leat_variant *leat_driver_variant(const leat_driver *d, leat_id id, size_t i);
/* 1: the key has a say in which function stands for the node. */
int leat_driver_asks(const leat_driver *d, leat_id id, const char *key);
/* 1: an input that only functions read which config did not choose. */
int leat_driver_left_out(const leat_driver *d, const char *name);

/* All loaders and savers, in order of the sources. */
size_t leat_driver_loader_count(const leat_driver *d);
const leat_loader *leat_driver_loader(const leat_driver *d, size_t i);

/* All keys of config that variants and builder functions ask for. */
size_t leat_driver_config_count(const leat_driver *d);
const leat_config *leat_driver_config(const leat_driver *d, size_t i);

/* 1: noted secret(): text and JSON of its value are "(secret)". */
int leat_driver_secret(const leat_driver *d, leat_id id);
/* How its readers share its value: LEAT_NOT_SHARED, LEAT_SHARED, LEAT_TURNS. */
int leat_driver_sharing(const leat_driver *d, leat_id id);
/* The i-th name that the node is serial() with; NULL: there are no more. */
const char *leat_driver_serial(const leat_driver *d, leat_id id, size_t i);
/* What its note priority(n) says; 0 without one. An output has that of its function. */
int leat_driver_priority(const leat_driver *d, leat_id id);
/* 1: noted blocking. What timeout(5s) says, ns; 0 without one. What effect() says: "once",
 * "idempotent", "pure"; NULL without one. An output has those of its function. */
int leat_driver_blocking(const leat_driver *d, leat_id id);
int64_t leat_driver_timeout(const leat_driver *d, leat_id id);
const char *leat_driver_effect(const leat_driver *d, leat_id id);

/* Tags of a node; an output has those of its function. */
size_t leat_driver_tag_count(const leat_driver *d, leat_id id);
const leat_tag *leat_driver_tag_at(const leat_driver *d, leat_id id, size_t i);
/* The value of one tag; NULL: the node has no such tag. */
const char *leat_driver_tag(const leat_driver *d, leat_id id, const char *key);

/* Everything `id` needs, directly or not / everything that needs it, inputs
 * included, itself not, in id order. Writes min(all, cap) ids, returns all. */
size_t leat_driver_upstream(const leat_driver *d, leat_id id, leat_id *out, size_t cap);
size_t leat_driver_downstream(const leat_driver *d, leat_id id, leat_id *out, size_t cap);
/* The direct readers. */
size_t leat_driver_readers(const leat_driver *d, leat_id id, leat_id *out, size_t cap);

/* The graph as text (LEAT_DRAW_...), of what `ids` need (n == 0: all of it).
 * *out_text is yours: free(). */
int leat_driver_draw(const leat_driver *d, int format, const leat_id *ids, size_t n,
                     char **out_text, leat_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
