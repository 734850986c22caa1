/* compile: from a tree of parts to scopes with plans, in passes: what is needed and in
 * which scope it runs (compile.c), which values cross from scope to scope (crossing.c),
 * a plan for each, who waits for whom there (dependency.c). This is what they share. */
#pragma once
#include "flow/scope.h"
#include "flow/tree.h"

struct leat__wait { uint32_t from, to; };       /* tasks: `to` starts behind `from`            */
struct leat__waits { struct leat__wait *at; uint32_t count, cap; };

struct leat__compiling {
    struct leat__flow *f;
    const struct leat__flow_spec *spec;
    const struct leat__graph *g;
    struct leat__tree tree;
    uint32_t *scope_of;         /* by node: where it runs; 0: given; LEAT__NONE: not needed */
    uint8_t **need;             /* by scope, by node                                  */
    struct leat__waits *waits;  /* by scope                                           */
    uint32_t *task_of;          /* by part: an atom's task in its scope's plan        */
    uint32_t *tails;            /* by scope: tasks behind its plan so far             */
    uint32_t *list[2], list_count[2], list_cap[2];  /* tasks at a seam                */
    leat_error *err;
};

/* It runs in this flow, and is not given. */
static inline bool leat__compile_runs(const struct leat__compiling *c, uint32_t node)
{
    return c->scope_of[node] != LEAT__NONE && c->scope_of[node] != 0;
}

/* One task more behind the scope's plan: it stands for a scope inside, or is a joint. */
static inline uint32_t leat__compile_tail(struct leat__compiling *c, uint32_t scope)
{
    return c->f->scope[scope].base + c->tails[scope]++;
}
