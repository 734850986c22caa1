/* tree: a leat_flow read and checked: its parts in a list, children together. */
#pragma once
#include "base/arena.h"
#include "base/text.h"
#include "flow/flow.h"

struct leat__part {
    uint32_t up, index;         /* what it stands in, and as the how-manieth          */
    uint32_t first, count;      /* its children: parts                                */
    uint32_t scope, depth;
    uint32_t node;              /* ATOM: of the graph; LEAT__NONE: its value is given */
    int32_t attempts;           /* RETRY                                              */
    int32_t priority;           /* ATOM: if its notes say one                         */
    bool prior;
    uint8_t kind;
    const leat_flow *from;
};

struct leat__tree {
    const struct leat__flow_spec *spec;
    struct leat__part *part;
    uint32_t count, cap;
    uint32_t *part_of;          /* by node: the atom's part; LEAT__NONE               */
    uint32_t *atom, atoms;      /* nodes, in the order they stand                     */
    uint32_t scopes;            /* 0: the root's; 1: the flow's; one per RETRY        */
    uint32_t *scope_up, *scope_depth;   /* by scope                                   */
    int32_t *scope_attempts;
    uint32_t scope_cap[3];
    bool has_graphs;
    struct leat__text problems; /* a line each                                        */
    struct leat__arena arena;
};

/* 0, or LEAT_ENOMEM; what is wrong stands in t->problems. */
int leat__tree_read(struct leat__tree *t, const struct leat__flow_spec *spec);
void leat__tree_fini(struct leat__tree *t);
/* The scope in which both are, and no other further inside. */
uint32_t leat__tree_meet(const struct leat__tree *t, uint32_t a, uint32_t b);
/* A line for the problems, printf-like. */
__attribute__((format(printf, 2, 3)))
void leat__tree_tell(struct leat__tree *t, const char *format, ...);
/* Atom `reader` reads what atom `from` gives: what the places of both say to that.
 * False: told. */
bool leat__tree_may_read(struct leat__tree *t, uint32_t reader, uint32_t from);
/* "book" or "part 2 of trip" */
const char *leat__part_name(struct leat__tree *t, uint32_t part);
