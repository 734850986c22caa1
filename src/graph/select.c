/* select: what an output needs, and what needs it. */
#include "base/error.h"
#include "graph/graph.h"
#include <stdlib.h>

/* Marks a node and, with a call, its outputs; pushes what was new and computed. */
static void visit(uint32_t id, const uint8_t *given, uint8_t *need,
                  uint32_t *stack, uint32_t *top, long *count)
{
    if (id == LEAT__NONE || need[id])
        return;
    need[id] = 1;
    ++*count;
    if (!given || !given[id])
        stack[(*top)++] = id;
}

long leat__graph_select(const struct leat__graph *g, const uint32_t *asked, uint32_t n,
                        const uint8_t *given, uint8_t *need)
{
    uint32_t *stack = malloc(((size_t)g->count + n + 1) * sizeof *stack), top = 0;
    long count = 0;
    if (!stack)
        return LEAT_ENOMEM;
    for (uint32_t i = 0; i < n; i++)
        visit(asked[i], given, need, stack, &top, &count);
    while (top) {
        const struct leat__node *v = &g->node[stack[--top]];
        if (v->kind == LEAT__NODE_OUTPUT)
            visit(v->producer, given, need, stack, &top, &count);
        for (uint32_t i = 0; i < v->edges; i++)
            if (g->edge[v->edge + i].how <= LEAT__HOW_OBJECT)
                visit(g->edge[v->edge + i].from, given, need, stack, &top, &count);
        for (uint32_t i = 0; i < v->musts; i++)
            visit(g->order[v->order + i], given, need, stack, &top, &count);
        for (uint32_t i = 0; v->kind == LEAT__NODE_CALL && i < v->outputs; i++)
            visit(v->producer + i, given, need, stack, &top, &count);
    }
    free(stack);
    return count;
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
