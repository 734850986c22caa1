/* copies: see run/copies.h. A value that keeps its inputs alive may look into
 * each that it got by pointer; those may look further. */
#include "run/copies.h"
#include "base/error.h"
#include "run/whole.h"
#include <stdlib.h>

/* The call behind a value, if the value may look into its arguments. */
static const struct leat__node *maker(const struct leat__plan *p, uint32_t t)
{
    const struct leat__graph *g = p->graph;
    const struct leat__node *n = &g->node[p->node[t]];
    if (t < p->given || !(n->flags & LEAT__NODE_KEEPS))
        return NULL;
    return n->kind == LEAT__NODE_OUTPUT ? &g->node[leat__rest(p->graph, n)->producer] : n;
}

/* The first task behind t that writes or takes the value of task t, or one that
 * it borrows from, directly or not; LEAT__NONE: none. */
static uint32_t writer_behind(const struct leat__plan *p, uint32_t t, uint8_t *seen, uint32_t *stack)
{
    const struct leat__graph *g = p->graph;
    uint32_t top = 0, count = 0, first = LEAT__NONE;
    stack[count++] = t;
    seen[t] = 1;
    while (top < count) {               /* the stack is kept whole: it says what to clear */
        uint32_t u = stack[top++], writer = leat__rest_at(g, p->node[u])->writer;
        uint32_t w = writer == LEAT__NONE ? LEAT__NONE : leat__plan_runner(p, writer);
        if (w != LEAT__NONE && w > t && w < first)
            first = w;
        const struct leat__node *call = maker(p, u);
        for (uint32_t i = 0; call && i < call->edges; i++) {
            const struct leat__edge *e = &g->edge[call->edge + i];
            uint32_t from = leat__is_data(e) && e->pointer ? leat__plan_task(p, e->from) : LEAT__NONE;
            if (from == LEAT__NONE || seen[from])
                continue;
            seen[from] = 1;
            stack[count++] = from;
        }
    }
    while (count)
        seen[stack[--count]] = 0;
    return first;
}

static int by_task(const void *a, const void *b)
{
    const struct leat__copy *x = a, *y = b;
    return x->before != y->before ? (x->before > y->before) - (x->before < y->before)
                                  : (x->slot > y->slot) - (x->slot < y->slot);
}

static int not_copied(const struct leat__plan *p, uint32_t t, uint32_t writer, leat_error *err)
{
    const struct leat__node *n = &p->graph->node[p->node[t]], *w = &p->graph->node[p->node[writer]];
    const char *what = leat__rest(p->graph, n)->writer == p->node[writer] ? "it" : "what it looks into";
    const char *verb = "writes";
    for (uint32_t i = 0; i < w->edges; i++)
        if (p->graph->edge[w->edge + i].takes && p->graph->edge[w->edge + i].from == p->node[t])
            verb = "takes";
    return leat__fail(err, LEAT_EINPUT, "%s cannot be asked: %s %s %s, and it cannot be copied", n->name, w->name, verb,
                      what);
}

static int find(const struct leat__plan *p, const uint8_t *asked, struct leat__copy *copy, uint32_t *count,
                uint8_t *seen, uint32_t *stack, leat_error *err)
{
    for (uint32_t t = 0; t < p->n; t++) {
        const struct leat__node *n = &p->graph->node[p->node[t]];
        if (!asked[p->node[t]] || (p->task[t].flags & LEAT__TASK_SHADOW) || !n->type || (leat__rest(p->graph, n)->writer == LEAT__NONE && !(n->flags & LEAT__NODE_KEEPS)))
            continue;
        uint32_t w = writer_behind(p, t, seen, stack);
        if (w == LEAT__NONE)
            continue;
        bool made = t >= p->given;      /* what is given was made by layout, or is lent */
        if (made && leat__whole_has_copy(p->graph, n)) {
            copy[(*count)++] = (struct leat__copy){ w, t };
            continue;
        }
        if ((made && leat__rest(p->graph, n)->destructor != LEAT__NONE) || !leat__is_derivable(n->type))
            return not_copied(p, t, w, err);
        copy[(*count)++] = (struct leat__copy){ w, t };
    }
    return 0;
}

int leat__copies_find(const struct leat__plan *p, const uint8_t *asked, struct leat__copy **out, uint32_t *out_count,
                      leat_error *err)
{
    if (!p->graph->has_writers)
        return 0;
    struct leat__copy *copy = malloc(((size_t)p->n + 1) * sizeof *copy);
    uint32_t *stack = malloc(((size_t)p->n + 1) * sizeof *stack);
    uint8_t *seen = calloc((size_t)p->n + 1, 1);
    int code = copy && stack && seen ? find(p, asked, copy, out_count, seen, stack, err) : leat__fail_memory(err);
    if (*out_count)
        qsort(copy, *out_count, sizeof *copy, by_task);
    free(stack);
    free(seen);
    *out = copy;
    return code;
}
