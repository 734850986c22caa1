/* plan: see run/plan.h. It is made by compile.c. */
#include "run/plan.h"
#include "run/open.h"
#include <stdlib.h>

void leat__plan_fini(struct leat__plan *p)
{
    free(p->task);
    free(p->in);
    free(p->node);
    free(p->side);
    free(p->list);
    free(p->priority);
    leat__open_free(p->open);
    *p = (struct leat__plan){ 0 };
}

size_t leat__plan_size(const struct leat__plan *p)
{
    size_t edges = p->n ? p->task[p->n].in : 0;
    return ((size_t)p->n + 1) * sizeof *p->task + edges * 4 + (size_t)p->n * 4 +
           p->sides * sizeof *p->side + (size_t)p->lists * 4 + (p->priority ? (size_t)p->n * 4 : 0);
}

void leat__plan_bind(struct leat__plan *p)
{
    for (uint32_t t = p->given; t < p->n && !p->bound; t++) {
        const struct leat__node *n = &p->graph->node[p->node[t]];
        if (n->function && !(p->task[t].flags & (LEAT__TASK_PART | LEAT__TASK_COPY | LEAT__TASK_LOAD))) {
            p->task[t].call = n->function->head->call;
            p->task[t].fn = n->function->fn;
        }
    }
    p->bound = true;
}

uint32_t leat__plan_search(const struct leat__plan *p, uint32_t node, uint32_t lo, uint32_t end)
{
    for (uint32_t hi = end; lo < hi;) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (p->node[mid] == node)
            return mid;
        if (p->node[mid] < node)
            lo = mid + 1;
        else
            hi = mid;
    }
    return LEAT__NONE;
}

uint32_t leat__plan_given(const struct leat__plan *p, uint32_t node) { return leat__plan_search(p, node, 0, p->given); }
uint32_t leat__plan_runner(const struct leat__plan *p, uint32_t node) { return leat__plan_search(p, node, p->given, p->n); }

uint32_t leat__plan_task(const struct leat__plan *p, uint32_t node)
{
    uint32_t t = leat__plan_given(p, node);
    return t != LEAT__NONE ? t : leat__plan_runner(p, node);
}
