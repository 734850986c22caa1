/* select: what an output needs, and what needs it. */
#include "base/error.h"
#include "graph/graph.h"
#include <stdbool.h>
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
    if (s->stack)
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

/* What a node that runs needs, and what comes with it. */
static void follow(struct selecting *s, const struct leat__graph *g, const struct leat__node *v)
{
    const struct leat__rest *rest = leat__rest(g, v);
    if (v->kind == LEAT__NODE_OUTPUT)
        need_run(s, rest->producer);
    for (uint32_t i = 0; i < v->edges; i++)
        if (g->edge[v->edge + i].how <= LEAT__HOW_OBJECT)
            need_value(s, g->edge[v->edge + i].from);
    for (uint32_t i = 0; i < rest->musts; i++)
        need_value(s, g->order[rest->order + i]);
    for (uint32_t i = 0; v->kind == LEAT__NODE_CALL && i < rest->outputs; i++)
        need_run(s, rest->producer + i);
}

/* Ids are in order, so one way back through them sees all needs, in the order
 * of memory. The outputs of a call, which stand behind it, need nothing more. */
static void select_backwards(struct selecting *s, const struct leat__graph *g)
{
    for (uint32_t id = g->count; id-- > 0;)
        if (s->need[id] & LEAT__NEED_RUN)
            follow(s, g, &g->node[id]);
}

long leat__graph_select(const struct leat__graph *g, const uint32_t *asked, uint32_t n,
                        const uint8_t *given, uint8_t *need)
{
    struct selecting s = { given, need, NULL, 0, 0 };
    bool sorted = !g->problems.count;       /* a cycle has no order */
    if (!sorted && !(s.stack = malloc(((size_t)g->count + n + 1) * sizeof *s.stack)))
        return LEAT_ENOMEM;
    for (uint32_t i = 0; i < n; i++)
        need_value(&s, asked[i]);
    if (sorted)
        select_backwards(&s, g);
    while (s.top)
        follow(&s, g, &g->node[s.stack[--s.top]]);
    free(s.stack);
    return s.count;
}

static void reach(uint32_t id, uint8_t *reached, uint32_t *stack, uint32_t *top)
{
    if (reached[id])
        return;
    reached[id] = 1;
    stack[(*top)++] = id;
}

int leat__graph_downstream(const struct leat__graph *g, uint32_t from, uint8_t *reached)
{
    uint32_t *stack = malloc(((size_t)g->count + 1) * sizeof *stack), top = 0;
    bool good = true;
    if (!stack)
        return LEAT_ENOMEM;
    stack[top++] = from;
    while (top && good) {
        const struct leat__node *v = &g->node[stack[--top]];
        const struct leat__rest *rest = leat__rest(g, v);
        uint32_t readers;
        const uint32_t *reader = leat__graph_readers(g, (uint32_t)(v - g->node), &readers);
        good &= !!reader;
        for (uint32_t i = 0; i < readers; i++)
            reach(reader[i], reached, stack, &top);
        for (uint32_t i = 0; v->kind == LEAT__NODE_CALL && i < rest->outputs; i++)
            reach(rest->producer + i, reached, stack, &top);
    }
    free(stack);
    return good ? 0 : LEAT_ENOMEM;
}
