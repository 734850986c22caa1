/* select: what an output needs, and what needs it. */
#include "base/error.h"
#include "graph/graph.h"
#include <stdlib.h>

struct selecting { const uint8_t *given; uint8_t *need; uint32_t *stack, top; long count; };

static void mark(struct selecting *s, uint32_t id, uint8_t how)
{
    s->count += !s->need[id];
    s->need[id] |= how;
}

/* It runs: what it reads is needed. */
static void need_run(struct selecting *s, uint32_t id)
{
    if (s->need[id] & LEAT__NEED_RUN)
        return;
    mark(s, id, LEAT__NEED_RUN);
    s->stack[s->top++] = id;
}

static void need_value(struct selecting *s, uint32_t id)
{
    if (id == LEAT__NONE)
        return;
    if (s->given && s->given[id])
        mark(s, id, LEAT__NEED_GIVEN);
    else
        need_run(s, id);
}

long leat__graph_select(const struct leat__graph *g, const uint32_t *asked, uint32_t n,
                        const uint8_t *given, uint8_t *need)
{
    struct selecting s = { given, need, malloc(((size_t)g->count + n + 1) * sizeof *s.stack), 0, 0 };
    if (!s.stack)
        return LEAT_ENOMEM;
    for (uint32_t i = 0; i < n; i++)
        need_value(&s, asked[i]);
    while (s.top) {
        const struct leat__node *v = &g->node[s.stack[--s.top]];
        if (v->kind == LEAT__NODE_OUTPUT)
            need_run(&s, v->producer);
        for (uint32_t i = 0; i < v->edges; i++)
            if (g->edge[v->edge + i].how <= LEAT__HOW_OBJECT)
                need_value(&s, g->edge[v->edge + i].from);
        for (uint32_t i = 0; i < v->musts; i++)
            need_value(&s, g->order[v->order + i]);
        for (uint32_t i = 0; v->kind == LEAT__NODE_CALL && i < v->outputs; i++)
            need_run(&s, v->producer + i);
    }
    free(s.stack);
    return s.count;
}

int leat__graph_downstream(const struct leat__graph *g, uint32_t from, uint8_t *reached)
{
    uint32_t *stack = malloc(((size_t)g->count + 1) * sizeof *stack), top = 0;
    if (!stack)
        return LEAT_ENOMEM;
    stack[top++] = from;
    while (top) {
        const struct leat__node *v = &g->node[stack[--top]];
        for (uint32_t i = 0; i < v->readers; i++) {
            uint32_t r = g->reader[v->reader + i];
            if (!reached[r]) {
                reached[r] = 1;
                stack[top++] = r;
            }
        }
        for (uint32_t i = 0; v->kind == LEAT__NODE_CALL && i < v->outputs; i++)
            if (!reached[v->producer + i]) {
                reached[v->producer + i] = 1;
                stack[top++] = v->producer + i;
            }
    }
    free(stack);
    return 0;
}
