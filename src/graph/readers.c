/* readers: who reads a node's value. Few ask, so it is found when somebody does: where
 * each node's readers begin, by node, then the readers of all, one behind the other. */
#include "graph/graph.h"
#include <stdlib.h>

static bool reads(const struct leat__edge *e) { return e->from != LEAT__NONE && e->how <= LEAT__HOW_OBJECT; }

static uint32_t count_all(const struct leat__graph *g, uint32_t *begin)
{
    uint32_t all = 0;
    for (uint32_t id = 0; id < g->count; id++)
        for (uint32_t i = 0; i < g->node[id].edges; i++) {
            const struct leat__edge *e = &g->edge[g->node[id].edge + i];
            if (reads(e))
                begin[e->from]++, all++;
        }
    return all;
}

/* Behind its filling each begins where the next does: one further on is where it began. */
static void fill(const struct leat__graph *g, uint32_t *begin, uint32_t *list)
{
    for (uint32_t id = 0, at = 0; id < g->count; id++) {
        uint32_t count = begin[id];
        begin[id] = at;
        at += count;
    }
    for (uint32_t id = 0; id < g->count; id++)
        for (uint32_t i = 0; i < g->node[id].edges; i++) {
            const struct leat__edge *e = &g->edge[g->node[id].edge + i];
            if (reads(e))
                list[begin[e->from]++] = id;
        }
}

static uint32_t *make(const struct leat__graph *g)
{
    size_t n = (size_t)g->count + 1;        /* the first node begins at 0, which is never written */
    uint32_t *counts = calloc(n, sizeof *counts);
    uint32_t all = counts ? count_all(g, counts) : 0;
    uint32_t *made = counts ? realloc(counts, (n + all) * sizeof *made) : NULL;
    if (!made) {
        free(counts);
        return NULL;
    }
    memmove(made + 1, made, (n - 1) * sizeof *made);
    made[0] = 0;
    fill(g, made + 1, made + n);
    return made;
}

const uint32_t *leat__graph_readers(const struct leat__graph *g, uint32_t node, uint32_t *out_count)
{
    struct leat__graph *own = (struct leat__graph *)g;      /* what is found is no change */
    uint32_t *made = atomic_load_explicit(&own->readers, memory_order_acquire), *found = NULL;
    *out_count = 0;
    if (!made && (found = make(g)) && !atomic_compare_exchange_strong(&own->readers, &made, found))
        free(found);                        /* another thread was faster */
    else if (!made)
        made = found;
    if (!made)
        return NULL;
    *out_count = made[node + 1] - made[node];
    return made + g->count + 1 + made[node];
}
