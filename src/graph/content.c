/* content: parameters that are paths of files whose content counts: of type
 * leat_path, an array of those, or noted reads(). */
#include "base/error.h"
#include "graph/wiring.h"

/* The text or the array of texts that a parameter is; NULL: it is neither. */
static const struct leat__type *paths_of(const struct leat__type *t)
{
    if (leat__is_object_pointer(t))
        t = t->of;
    if (leat__is_slice(t))
        t = leat__slice_item(t);
    return leat__is_text(t) ? t : NULL;
}

static void no_path(struct leat__wiring *w, uint32_t id, const struct leat__param *param)
{
    const struct leat__written *c = leat__subject_clause(leat__said(w, id), "reads");
    struct leat__text type = { 0 };
    leat__type_declare(&type, param->type, param->name);
    w->failed |= type.failed;
    struct leat__problem *p = leat__problem_add(&w->g->problems, LEAT_EBUILD, id, c->note->file, c->note->line,
        "note on %s: reads: %s is neither a text nor an array of them", w->g->node[id].name, type.data ? type.data : "");
    p->public.node = w->g->node[id].name;
    p->public.param = param->name;
    leat__text_fini(&type);
}

static void mark(struct leat__wiring *w, uint32_t id)
{
    struct leat__graph *g = w->g;
    const struct leat__subject *s = leat__said(w, id);
    for (uint32_t i = 0; i < g->node[id].edges; i++) {
        struct leat__edge *e = &g->edge[g->node[id].edge + i];
        const struct leat__function *f = g->node[id].function;
        const struct leat__type *path = e->how <= LEAT__HOW_OBJECT ? paths_of(leat__param_type(f, i)) : NULL;
        bool noted = s && leat__subject_lists(s, "reads", leat__param_name(f, i));
        if (noted && !path)
            no_path(w, id, LEAT__PARAM(f, i));
        if (!path || !(noted || leat__is_path(path)))
            continue;
        e->reads = 1;
        if (e->from == LEAT__NONE)
            continue;
        g->node[e->from].flags |= LEAT__NODE_PATH;
        if (g->node[e->from].kind == LEAT__NODE_SAME)
            g->node[leat__rest_at(g, e->from)->producer].flags |= LEAT__NODE_PATH;
    }
}

void leat__content(struct leat__wiring *w)
{
    for (uint32_t id = 0; id < w->calls; id++)
        if (w->g->node[id].kind == LEAT__NODE_CALL)
            mark(w, id);
}
