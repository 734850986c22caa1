/* graph: functions wired by parameter name into a checked, ordered whole.
 *
 * Built once, immutable afterwards. Node ids are dense: inputs by name, then
 * nodes in plan order; the `out_x` outputs of a function stand right behind it.
 *
 * A node's *value* is what its readers see. A value is `object` where it lives
 * at an address (structs, and scalars over 8 bytes), else it is the scalar
 * itself. `by_pointer` says that the function gave a T * to the object. */
#pragma once
#include "base/arena.h"
#include "graph/function.h"
#include "graph/names.h"
#include "graph/problem.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum leat__node_kind {
    LEAT__NODE_CALL,            /* calls a function                           */
    LEAT__NODE_INPUT,           /* given from outside                         */
    LEAT__NODE_OUTPUT,          /* an out_x of the call `producer`            */
    LEAT__NODE_CONSTANT,        /* a literal bound by a note                  */
    LEAT__NODE_VARIABLE,        /* an exported const variable (a default)     */
    LEAT__NODE_FIELD,           /* a field of the struct that `producer` gives */
    LEAT__NODE_ITEM,            /* an item of the slice that `producer` gives */
    LEAT__NODE_SAME             /* input `producer` as a namespace sees it: may be given apart */
};

enum {                              /* leat__node.flags */
    LEAT__NODE_OBJECT     = 1,      /* the value lives at an address          */
    LEAT__NODE_BY_POINTER = 2,      /* the function gives a pointer to it, or a bare pointer */
    LEAT__NODE_BORROWED   = 4,      /* a const pointer: not ours to destroy   */
    LEAT__NODE_OWNED      = 8,      /* handed over: destroyed after its last reader */
    LEAT__NODE_KEEPS      = 16,     /* its pointer inputs must live as long as it does */
    LEAT__NODE_NULLABLE   = 32,
    LEAT__NODE_STATUS     = 64,     /* its int result says how it went        */
    LEAT__NODE_BOOL       = 128,    /* ... its bool result: true is good      */
    LEAT__NODE_OUT        = 256,    /* its value comes through a parameter `out` */
    LEAT__NODE_DEFAULT    = 512,    /* may be given; computed if it is not    */
    LEAT__NODE_BROKEN     = 1024,   /* a problem stands in its way            */
    LEAT__NODE_SINK       = 2048,   /* no value                               */
    LEAT__NODE_FAULTY     = 4096,   /* BROKEN by itself, not by what it needs */
    LEAT__NODE_SHARED     = 8192,   /* every reader may have a T *: its type is noted shared, or turns */
    LEAT__NODE_TURNS      = 16384,  /* ... one reader at a time               */
    LEAT__NODE_SECRET     = 32768,  /* its value is shown as (secret)         */
    LEAT__NODE_PATH       = 65536,  /* a path, or paths, of files that a reader reads */
    LEAT__NODE_FLOW       = 131072, /* its function gives a leat_flow *: no value, nothing runs it */
    LEAT__NODE_STREAM     = 262144, /* its function gives a leat_stream *: no value, nothing runs it */
    LEAT__NODE_PURE       = 524288, /* noted effect(pure): it only gives its value   */
    LEAT__NODE_EFFECT     = 1048576,    /* noted effect(idempotent): twice is as good as once */
    LEAT__NODE_ONCE       = 2097152,    /* noted effect(once): never twice               */
    LEAT__NODE_UNWIRED    = 4194304     /* config chose no function: parameters are not known */
};

enum leat__how {
    LEAT__HOW_SLOT,             /* the argument is what the slot holds: a scalar, or the object's address */
    LEAT__HOW_OBJECT,           /* the argument is the object itself          */
    LEAT__HOW_CONTEXT,          /* a leat_context *, from the engine          */
    LEAT__HOW_OUT,              /* where an output goes; from: the OUTPUT node, or the node itself */
    LEAT__HOW_FAILURE           /* of a revert: a const leat_failure *        */
};

struct leat__edge {             /* one per parameter, in the function's order */
    uint32_t from;
    uint8_t how : 4;
    uint8_t writes : 1;         /* lent for writing                           */
    uint8_t takes : 1;          /* freed or kept by the function              */
    uint8_t pointer : 1;        /* the argument holds or is a pointer         */
    uint8_t reads : 1;          /* ... a path: of the file the content counts */
} __attribute__((packed));      /* there are more of them than of anything: 5 bytes */

/* It brings a value: not the context, a place or a failure, and something provides it. */
static inline bool leat__is_data(const struct leat__edge *e) { return e->how <= LEAT__HOW_OBJECT && e->from != LEAT__NONE; }

/* How a value is destroyed, as far as the graph knows: by a function of a
 * module, by a symbol's name, by a host's function, or (none) by layout. */
struct leat__destructor {
    const struct leat__function *function;
    const char *symbol;
    void (*host)(void *);
    const char *file;                       /* of the note that named it; NULL */
    int32_t line;
};

/* The VALUE text that a note binds to a parameter, and where it stands. */
struct leat__literal { const char *text, *file; int32_t line; };

struct leat__node {             /* 40 bytes: there may be millions            */
    const char *name;
    const struct leat__function *function;  /* CALL, VARIABLE; OUTPUT: its producer's */
    const struct leat__type *type;          /* of the value; NULL: none       */
    uint32_t edge, edges;       /* graph.edge                                 */
    uint32_t flags : 24;
    uint32_t kind : 8;
    uint32_t rest;              /* 1 + which of graph.rest; 0: leat__no_rest   */
};

/* What few nodes have. */
struct leat__rest {
    uint32_t order, orders;     /* graph.order: nodes that come before, without data; while
                                   wiring, order: 1 + the last of its pairs  */
    uint32_t musts;             /* the first of its orders: these must run    */
    uint32_t producer;          /* OUTPUT: the call; CALL: first of its outputs; FIELD, ITEM: whose part; SAME;
                                   a revert: of which node; LEAT__NONE          */
    uint32_t outputs;           /* CALL: how many OUTPUT nodes follow         */
    uint32_t writer;            /* who writes or takes it; LEAT__NONE          */
    uint32_t destructor;        /* graph.destructor; LEAT__NONE: by layout     */
    union {
        const struct leat__literal *literal;    /* CONSTANT                   */
        struct { uint32_t offset, items; };     /* FIELD, ITEM: where it is; ITEM: of how many */
    };
};
extern const struct leat__rest leat__no_rest;

/* Its value is got from that of `producer`, which its one edge reads. */
static inline bool leat__is_derived(const struct leat__node *n) { return n->kind >= LEAT__NODE_FIELD; }
static inline bool leat__is_part(const struct leat__node *n)
{
    return n->kind == LEAT__NODE_FIELD || n->kind == LEAT__NODE_ITEM;
}

struct leat__condition {
    const char *key, **values;  /* it is one of them / none of them           */
    uint32_t count;
    bool differs;
};

/* One of the functions that stand for a name, and when config chooses it. */
struct leat__variant {
    uint32_t node, serial;      /* in order of both                           */
    const struct leat__function *function;
    const struct leat__condition *condition;
    uint32_t conditions;
    const char *when;           /* "region = us, tier != gold"; "": otherwise */
    bool chosen;
};

/* A key that variants ask for. */
struct leat__config {
    const char *key, *value;    /* value NULL: not given                      */
    const char **values;        /* that variants name                         */
    uint32_t count;
    bool built;                 /* of graph_spec.keys                         */
};

/* The functions of one module for values of a type; NULL: that is not there. */
struct leat__methods {
    const struct leat__type *type;
    uint32_t module;
    const struct leat__function *of[LEAT__METHODS];
};

/* A function that reads a value from a file, or writes one to it, by suffix. */
struct leat__loader {
    struct leat__node node;     /* of what is read, as if the function were a node; of what is written: its type */
    const char *suffix;         /* "xyz"                                      */
    bool saves;
};

struct leat__tag { uint32_t node, serial; const char *key, *value; };

/* Nodes of one serial name never run at the same time. */
struct leat__serial { uint32_t node, serial, name; };   /* name: graph.serial_name */

struct leat__limit { uint32_t node, blocking; int64_t timeout_ns; };
struct leat__priority { uint32_t node, serial; int32_t value; };

struct leat__graph {
    uint32_t count, inputs;     /* ids 0 .. inputs - 1 are INPUT              */
    struct leat__node *node;
    struct leat__edge *edge;
    struct leat__rest *rest;
    uint32_t *order;
    uint32_t edges, rests, orders, destructors;
    _Atomic(uint32_t *) readers;        /* see readers.c; NULL: nobody asked yet */
    uint32_t reverts;           /* node[count ..]: what undoes `producer`, in order of those; nobody reads them */
    uint32_t happens;           /* ... and behind these: what tells whether it happened  */
    struct leat__destructor *destructor;
    struct leat__variant *variant;  /* by node; those of one stand together   */
    struct leat__config *config;
    struct leat__tag *tag;          /* by node                                */
    struct leat__methods *methods;
    uint32_t method_types;
    struct leat__loader *loader;    /* loaders and savers, in order of sources */
    struct leat__serial *serial;    /* by node                                */
    const char **serial_name;
    struct leat__limit *limit;      /* by node                                */
    uint32_t limits;
    struct leat__priority *priority;    /* by node                            */
    uint32_t priorities;
    uint32_t variants, configs, tags, loaders, serials, serial_names;
    bool has_turns;                 /* some task waits for its turn           */
    bool has_constants;             /* some node is a CONSTANT                */
    bool has_writers;               /* some node has a writer                 */
    struct leat__names names;   /* every name, `f.lo` too                     */
    struct leat__problems problems, refused;
    struct leat__arena arena;
};

/* What a graph is made of. All borrowed for as long as the graph lives. */
struct leat__graph_spec {
    struct leat__functions { struct leat__function *at; uint32_t count; } *modules;
    uint32_t module_count;
    const struct leat__note *notes;
    uint32_t note_count;
    const struct leat__host_destroy { const char *type; void (*call)(void *); } *destroys;
    uint32_t destroy_count;
    const struct leat__setting { const char *key, *value; } *settings;     /* config */
    uint32_t setting_count;
    const char *const *keys;                /* of config, known without a variant */
    uint32_t key_count;
    bool any_key;                           /* ... and any other may be: it is not told */
};

/* Wires and checks. Always gives a graph unless memory runs out: what is wrong
 * stands in graph->problems, and the nodes it touches are BROKEN. 0 or
 * LEAT_ENOMEM. */
int leat__graph_build(struct leat__graph *g, const struct leat__graph_spec *spec);
void leat__graph_fini(struct leat__graph *g);

uint32_t leat__graph_find(const struct leat__graph *g, const char *name);   /* LEAT__NONE */
/* Nearest name of a node or input, NULL if none is near. */
const char *leat__graph_suggest(const struct leat__graph *g, const char *name);
/* "weather.c:5" into buf; the name alone if the place is unknown. Returns buf. */
const char *leat__node_place(const struct leat__node *n, char *buf, size_t size);

static inline const struct leat__rest *leat__rest(const struct leat__graph *g, const struct leat__node *n)
{
    return n->rest ? &g->rest[n->rest - 1] : &leat__no_rest;
}
static inline const struct leat__rest *leat__rest_at(const struct leat__graph *g, uint32_t id)
{
    return leat__rest(g, &g->node[id]);
}

/* --- questions --- */

/* Who reads a node's value: `count` of them, in id order; repeated if twice. Found when
 * it is first asked, by any thread; NULL: no memory for that. */
const uint32_t *leat__graph_readers(const struct leat__graph *g, uint32_t node, uint32_t *out_count);

/* The functions for n's values, of the module that makes them; NULL: none. */
const struct leat__methods *leat__graph_methods(const struct leat__graph *g, const struct leat__node *n);
/* The function that reads a file of that suffix (".xyz") for input n, or writes a
 * value of n to one; *out NULL: there is none. Of several that of n's own
 * module; else LEAT_EINPUT names two. */
int leat__graph_loader(const struct leat__graph *g, const struct leat__node *n, const char *suffix, bool saves,
                       const struct leat__loader **out, leat_error *err);
/* Some function that reads such an input from a file; NULL: none. */
const struct leat__loader *leat__graph_reader_of(const struct leat__graph *g, const struct leat__node *n);
/* The first of a node's variants / tags and how many there are; an output has the
 * tags of its call. */
const struct leat__variant *leat__graph_variants(const struct leat__graph *g, uint32_t node, uint32_t *out_count);
const struct leat__tag *leat__graph_tags(const struct leat__graph *g, uint32_t node, uint32_t *out_count);
/* What its notes say of its calls: timeout_ns 0: there is no limit; NULL: nothing. */
const struct leat__limit *leat__graph_limit(const struct leat__graph *g, uint32_t node);
/* What its note says, 0 without one. */
int32_t leat__graph_priority(const struct leat__graph *g, uint32_t node);
/* The same of the serial names of a call. */
const struct leat__serial *leat__graph_serials(const struct leat__graph *g, uint32_t node, uint32_t *out_count);
/* What undoes a node, an index of graph.node; LEAT__NONE. */
uint32_t leat__graph_revert(const struct leat__graph *g, uint32_t node);
/* What tells whether its effect happened, likewise. */
uint32_t leat__graph_happened(const struct leat__graph *g, uint32_t node);
/* Config of that key has a say in which function stands for the node. */
bool leat__graph_asks(const struct leat__graph *g, uint32_t node, const char *key);
/* Some variant that config does not choose reads an input of that name. */
bool leat__graph_left_out(const struct leat__graph *g, const char *name);

enum { LEAT__NEED_RUN = 1, LEAT__NEED_GIVEN = 2 };
/* Marks in need[] (count bytes) what the asked nodes need: NEED_RUN is made by
 * running, NEED_GIVEN is given[id] (may be NULL), and nothing behind it is needed.
 * Both: its function runs for other outputs, and its own value counts for nothing.
 * The outputs of a call that runs are marked with it. Nothing recurses. Returns how
 * many are marked, or a negative code. */
long leat__graph_select(const struct leat__graph *g, const uint32_t *asked, uint32_t n,
                        const uint8_t *given, uint8_t *need);
/* The same downwards: everything that needs `from`, itself not. */
int leat__graph_downstream(const struct leat__graph *g, uint32_t from, uint8_t *reached);

enum leat__draw { LEAT__DRAW_DOT, LEAT__DRAW_JSON, LEAT__DRAW_MERMAID };
/* Draws the nodes with need[id] (NULL: all). */
int leat__graph_draw(const struct leat__graph *g, enum leat__draw format, const uint8_t *need,
                     struct leat__text *out);
