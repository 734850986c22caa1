/* secret: values that are not to be shown, by the parameters that read them, or
 * give them. What a secret is a part of would show it, so that is secret too. */
#include "graph/wiring.h"

static void mark_named(struct leat__wiring *w, uint32_t id)
{
    struct leat__graph *g = w->g;
    const struct leat__node *n = &g->node[id];
    for (uint32_t i = 0; i < n->edges; i++) {
        const struct leat__edge *e = &g->edge[n->edge + i];
        if (e->from != LEAT__NONE && leat__subject_lists(leat__said(w, id), "secret", leat__param_name(n->function, i)))
            g->node[e->from].flags |= LEAT__NODE_SECRET;
    }
}

/* Parts of what is secret, and the names that namespaces have for it. */
static bool mark_parts(struct leat__graph *g, bool same_only)
{
    bool more = false;
    for (uint32_t id = 0; id < g->count; id++) {
        struct leat__node *n = &g->node[id];
        if (!leat__is_derived(n) || n->flags & LEAT__NODE_SECRET || (same_only && n->kind != LEAT__NODE_SAME) ||
            !(g->node[leat__rest(g, n)->producer].flags & LEAT__NODE_SECRET))
            continue;
        n->flags |= LEAT__NODE_SECRET;
        more = true;
    }
    return more;
}

static bool mark_wholes(struct leat__graph *g)
{
    bool more = false;
    for (uint32_t id = 0; id < g->count; id++) {
        const struct leat__node *n = &g->node[id];
        if (!leat__is_derived(n) || !(n->flags & LEAT__NODE_SECRET) ||
            g->node[leat__rest(g, n)->producer].flags & LEAT__NODE_SECRET)
            continue;
        g->node[leat__rest(g, n)->producer].flags |= LEAT__NODE_SECRET;
        more = true;
    }
    return more;
}

/* The other parts of a whole that is secret for one of them are told as ever. */
void leat__secret(struct leat__wiring *w)
{
    struct leat__graph *g = w->g;
    bool any = false;
    for (uint32_t id = 0; id < g->count; id++)
        if (g->node[id].kind == LEAT__NODE_CALL && leat__subject_clause(leat__said(w, id), "secret")) {
            mark_named(w, id);
            any = true;
        }
    while (any && mark_parts(g, false))
        ;
    while (any && mark_wholes(g))
        ;
    while (any && mark_parts(g, true))
        ;
}
