/* wiring: the state of a graph while it is built. Private to graph/. */
#pragma once
#include "base/vector.h"
#include "graph/graph.h"
#include "graph/note.h"

/* A clause with where it was written. */
struct leat__written {
    struct leat__clause clause;
    const struct leat__note *note;
};

/* All clauses said of one node or type; the one that counts stands for its word. */
struct leat__subject {
    const char *name;
    struct leat__written *at;
    uint32_t count, cap;
    bool used, is_type;
    const struct leat__note *note;      /* the first */
};

struct leat__draft {                    /* beside graph->node, while building */
    struct leat__subject *subject;      /* NULL: no note */
    uint32_t chain;                     /* order pairs of this node: index + 1; 0: none */
    uint32_t readers;                   /* first of the reader chain: index + 1 */
};

struct leat__wiring {
    struct leat__graph *g;
    const struct leat__graph_spec *spec;
    struct leat__draft *draft;
    uint32_t node_cap, draft_cap, edge_cap;
    struct leat__subject *subjects;
    uint32_t subject_count, subject_cap;
    struct leat__map subject_names;     /* "node x", "type x" are apart by is_type: key has a prefix */
    struct leat__map functions;         /* name: index in all[]; made when first asked */
    const struct leat__function **all;
    uint32_t all_count;
    bool functions_ready;
    uint32_t calls;                     /* nodes before wiring added inputs and constants */
    struct leat__pair { uint32_t first, then, next; bool must; } *pairs;   /* first runs before then */
    uint32_t pair_count, pair_cap;
    bool has_writers;
    bool unsorted;                      /* some call reads what stands behind it */
    bool failed;                        /* memory ran out */
};

/* clause.c */
void leat__clauses_collect(struct leat__wiring *w);
struct leat__subject *leat__subject_find(struct leat__wiring *w, const char *name, bool is_type);
const struct leat__written *leat__subject_clause(const struct leat__subject *s, const char *word);
/* A clause lists `name`: takes(a, b). */
bool leat__subject_lists(const struct leat__subject *s, const char *word, const char *name);
void leat__clauses_check(struct leat__wiring *w);

/* nodes.c */
void leat__nodes_collect(struct leat__wiring *w);
uint32_t leat__node_add(struct leat__wiring *w, const char *name, enum leat__node_kind kind,
                        const struct leat__function *f);
const struct leat__function *leat__function_find(struct leat__wiring *w, const char *name);
/* Its index in w->all: of the first, in order of modules. LEAT__NONE. */
uint32_t leat__function_index(struct leat__wiring *w, const char *name);

/* wire.c */
void leat__wire(struct leat__wiring *w);
/* own.c */
void leat__own(struct leat__wiring *w);
/* order.c */
/* must: `then` needs it to run; else it only comes before, if both run. */
void leat__pair_add(struct leat__wiring *w, uint32_t first, uint32_t then, bool must);
int leat__order(struct leat__wiring *w);

/* A problem of node n at its own place. */
#define leat__node_problem(w, id, ...)                                                  \
    leat__problem_add(&(w)->g->problems, LEAT_EBUILD, (id), leat__node_file((w)->g, (id)), \
                      leat__node_line((w)->g, (id)), __VA_ARGS__)
static inline const char *leat__node_file(const struct leat__graph *g, uint32_t id)
{
    return g->node[id].function ? g->node[id].function->file : NULL;
}
static inline int leat__node_line(const struct leat__graph *g, uint32_t id)
{
    return g->node[id].function ? g->node[id].function->line : 0;
}
