/* tag: what notes say of nodes for people and tools; the engine only keeps it. */
#include "graph/wiring.h"
#include <stdlib.h>

static uint32_t count_tags(const struct leat__wiring *w)
{
    uint32_t n = 0;
    for (uint32_t id = 0; id < w->g->count; id++) {
        const struct leat__written *c = leat__subject_clause(leat__said(w, id), "tag");
        n += c && w->g->node[id].kind != LEAT__NODE_OUTPUT ? c->clause.count : 0;
    }
    return n;
}

void leat__tags_keep(struct leat__wiring *w)
{
    struct leat__graph *g = w->g;
    uint32_t n = count_tags(w);
    if (!n)
        return;
    if (!(g->tag = malloc(n * sizeof *g->tag))) {
        w->failed = true;
        return;
    }
    for (uint32_t id = 0; id < g->count; id++) {
        const struct leat__written *c = leat__subject_clause(leat__said(w, id), "tag");
        for (uint32_t i = 0; c && g->node[id].kind != LEAT__NODE_OUTPUT && i < c->clause.count; i++, g->tags++)
            g->tag[g->tags] = (struct leat__tag){ id, g->tags, c->clause.args[i].key, c->clause.args[i].text };
    }
}

const struct leat__tag *leat__graph_tags(const struct leat__graph *g, uint32_t node, uint32_t *out_count)
{
    if (g->node[node].kind == LEAT__NODE_OUTPUT)
        node = leat__rest_at(g, node)->producer;
    uint32_t lo = 0, hi = g->tags;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (g->tag[mid].node < node)
            lo = mid + 1;
        else
            hi = mid;
    }
    *out_count = 0;
    while (lo + *out_count < g->tags && g->tag[lo + *out_count].node == node)
        ++*out_count;
    return *out_count ? &g->tag[lo] : NULL;
}
