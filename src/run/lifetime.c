/* lifetime: see run/lifetime.h. */
#include "run/lifetime.h"
#include <stdlib.h>

#define FOR_EVER UINT32_MAX

static const struct leat__node *node_of(const struct leat__plan *p, uint32_t t) { return &p->graph->node[p->node[t]]; }

/* last[t]: the task after which the value of t dies. */
static void begin_last(struct leat__plan *p, const struct leat__plan_spec *spec, uint32_t *last)
{
    for (uint32_t t = 0; t < p->n; t++) {
        bool shadow = t >= p->given && spec->given[p->node[t]], kept = spec->asked[p->node[t]] && !shadow;
        last[t] = kept ? FOR_EVER : t;
        if (kept && t >= p->given && node_of(p, t)->flags & (LEAT__NODE_OWNED | LEAT__NODE_KEEPS))
            p->task[t].flags |= LEAT__TASK_KEPT;
    }
}

/* Backwards, so that who borrows from a value is settled before it. */
static void find_last(const struct leat__plan *p, const uint32_t *task_of, uint32_t *last)
{
    for (uint32_t t = p->n; t-- > p->given;) {
        const struct leat__node *n = node_of(p, t);
        uint32_t call = t, keep = n->flags & LEAT__NODE_KEEPS ? last[t] : t;
        if (n->kind == LEAT__NODE_OUTPUT) {
            if (!(n->flags & LEAT__NODE_KEEPS))
                continue;
            call = leat__plan_call(p, t);
        }
        n = node_of(p, call);
        for (uint32_t i = 0; i < n->edges; i++) {
            const struct leat__edge *e = &p->graph->edge[n->edge + i];
            if (!leat__is_data(e))
                continue;
            uint32_t from = task_of[e->from], until = e->pointer ? keep : call;
            if (last[from] < until)
                last[from] = until;
        }
    }
}

/* Chains end up newest first: what was made last is destroyed first. */
static void chain(const struct leat__plan *p, const uint32_t *last, struct leat__lifetimes *l)
{
    for (uint32_t t = p->given; t < p->n; t++)
        if ((node_of(p, t)->flags & LEAT__NODE_OWNED) && last[t] != FOR_EVER) {
            l->next[t] = l->first[last[t]];
            l->first[last[t]] = t + 1;
        }
}

bool leat__lifetimes_find(struct leat__lifetimes *l, struct leat__plan *p, const struct leat__plan_spec *spec,
                          const uint32_t *task_of)
{
    size_t n = (size_t)p->n + 1;
    uint32_t *last = malloc(n * sizeof *last);
    *l = (struct leat__lifetimes){ calloc(n, sizeof *l->first), malloc(n * sizeof *l->next) };
    bool good = last && l->first && l->next;
    if (good) {
        begin_last(p, spec, last);
        find_last(p, task_of, last);
        chain(p, last, l);
    }
    free(last);
    return good;
}

void leat__lifetimes_fini(struct leat__lifetimes *l)
{
    free(l->first);
    free(l->next);
}
