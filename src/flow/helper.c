/* helper: see flow/helper.h. A helper has to run inside every scope that has both
 * something it reads and something that reads it, through others too, or that scope
 * would wait for itself; and no further inside than that, so that attempts do not
 * repeat it. For each helper a set of scopes on both sides. */
#include "flow/helper.h"
#include <stdlib.h>

struct helpers {
    const struct leat__tree *t;
    const struct leat__graph *g;
    uint32_t *scope_of, *index, words;      /* index: by node, of its sets        */
    uint64_t *above, *below;                /* scopes of atoms it reads, of atoms that read it */
};

/* An output's place is its call's. */
static uint32_t call_of(const struct helpers *h, uint32_t id)
{
    return h->g->node[id].kind == LEAT__NODE_OUTPUT && h->scope_of[id] ? leat__rest_at(h->g, id)->producer : id;
}

static bool runs(const struct helpers *h, uint32_t id) { return h->scope_of[id] != 0 && h->scope_of[id] != LEAT__NONE; }
static bool is_helper(const struct helpers *h, uint32_t id) { return h->index[id] != LEAT__NONE; }

/* What is said of node `id` is known of set `to`. */
static void join(const struct helpers *h, uint64_t *sets, uint32_t to, uint32_t id)
{
    uint64_t *set = sets + (size_t)h->index[to] * h->words;
    if (!is_helper(h, id)) {
        set[h->scope_of[id] / 64] |= (uint64_t)1 << h->scope_of[id] % 64;
        return;
    }
    for (uint32_t i = 0; i < h->words; i++)
        set[i] |= sets[(size_t)h->index[id] * h->words + i];
}

/* Each node that `id` reads, or that must run before it. */
static uint32_t source(const struct helpers *h, uint32_t id, uint32_t i)
{
    const struct leat__node *n = &h->g->node[id];
    if (i >= n->edges)
        return call_of(h, h->g->order[leat__rest(h->g, n)->order + i - n->edges]);
    const struct leat__edge *e = &h->g->edge[n->edge + i];
    return leat__is_data(e) ? call_of(h, e->from) : LEAT__NONE;
}

static uint32_t deepest(const struct helpers *h, uint32_t id)
{
    const uint64_t *above = h->above + (size_t)h->index[id] * h->words, *below = h->below + (size_t)h->index[id] * h->words;
    uint32_t best = 1, scopes = h->t->scopes;
    for (uint32_t a = 1; a < scopes; a++)
        for (uint32_t b = 1; above[a / 64] >> a % 64 & 1 && b < scopes; b++) {
            uint32_t both = below[b / 64] >> b % 64 & 1 ? leat__tree_meet(h->t, a, b) : 1;
            if (h->t->scope_depth[both] > h->t->scope_depth[best])
                best = both;
        }
    return best;
}

static void place(const struct helpers *h)
{
    for (uint32_t id = 0; id < h->g->count; id++)
        for (uint32_t i = 0; is_helper(h, id) && i < h->g->node[id].edges + leat__rest_at(h->g, id)->musts; i++) {
            uint32_t from = source(h, id, i);
            if (from != LEAT__NONE && runs(h, from))
                join(h, h->above, id, from);
        }
    for (uint32_t id = h->g->count; id-- > 0;)
        for (uint32_t i = 0; runs(h, id) && i < h->g->node[id].edges + leat__rest_at(h->g, id)->musts; i++) {
            uint32_t from = source(h, id, i);
            if (from != LEAT__NONE && runs(h, from) && is_helper(h, from))
                join(h, h->below, from, id);
        }
    uint32_t *found = h->scope_of;
    for (uint32_t id = 0; id < h->g->count; id++)
        if (is_helper(h, id))
            found[id] = deepest(h, id);
}

bool leat__helpers_place(const struct leat__tree *t, uint32_t *scope_of)
{
    struct helpers h = { .t = t, .g = t->spec->graph, .scope_of = scope_of, .words = t->scopes / 64 + 1 };
    uint32_t n = 0;
    if (t->scopes == 2)
        return true;
    h.index = malloc(((size_t)h.g->count + 1) * sizeof *h.index);
    for (uint32_t id = 0; h.index && id < h.g->count; id++)
        h.index[id] = runs(&h, id) && t->part_of[id] == LEAT__NONE && h.g->node[id].kind != LEAT__NODE_OUTPUT ? n++ : LEAT__NONE;
    h.above = calloc((size_t)n * h.words + 1, sizeof *h.above);
    h.below = calloc((size_t)n * h.words + 1, sizeof *h.below);
    bool good = h.index && h.above && h.below;
    if (good)
        place(&h);
    free(h.index);
    free(h.above);
    free(h.below);
    return good;
}
