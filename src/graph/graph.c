/* graph: the stages of a build, in order. */
#include "base/error.h"
#include "base/suggest.h"
#include "graph/wiring.h"
#include <stdio.h>
#include <stdlib.h>

void leat__graph_fini(struct leat__graph *g)
{
    free(g->node);
    free(g->edge);
    free(g->rest);
    free(g->order);
    free(g->readers);
    free(g->destructor);
    free(g->variant);
    free(g->config);
    free(g->tag);
    free(g->loader);
    free(g->limit);
    free(g->priority);
    free(g->methods);
    free(g->serial);
    free(g->serial_name);
    leat__names_fini(&g->names);
    leat__problems_fini(&g->problems);
    leat__problems_fini(&g->refused);
    leat__arena_fini(&g->arena);
    *g = (struct leat__graph){ 0 };
}

static void wiring_fini(struct leat__wiring *w)
{
    for (uint32_t i = 0; i < w->subject_count; i++)
        free(w->subjects[i].at);
    free(w->subjects);
    free(w->said);
    free(w->all);
    free(w->pairs);
    free(w->late);
    leat__map_fini(&w->subject_names);
    leat__map_fini(&w->functions);
    free(w->candidates);
    free(w->groups);
    leat__map_fini(&w->group_names);
}

static int by_node(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;      /* node, serial: what rows by node begin with */
    return x[0] != y[0] ? (x[0] > y[0]) - (x[0] < y[0]) : (x[1] > y[1]) - (x[1] < y[1]);
}

static void sort_by_node(struct leat__graph *g)
{
    if (g->variants)
        qsort(g->variant, g->variants, sizeof *g->variant, by_node);
    if (g->tags)
        qsort(g->tag, g->tags, sizeof *g->tag, by_node);
    if (g->limits)
        qsort(g->limit, g->limits, sizeof *g->limit, by_node);
    if (g->priorities)
        qsort(g->priority, g->priorities, sizeof *g->priority, by_node);
    if (g->serials)
        qsort(g->serial, g->serials, sizeof *g->serial, by_node);
}

int leat__graph_build(struct leat__graph *g, const struct leat__graph_spec *spec)
{
    *g = (struct leat__graph){ 0 };
    struct leat__wiring w = { .g = g, .spec = spec };
    leat__functions_list(&w);
    if (!w.failed)
        leat__clauses_collect(&w);
    if (!w.failed)
        leat__nodes_collect(&w);
    w.calls = g->count;
    if (!w.failed)
        leat__unpack(&w);
    if (!w.failed)
        leat__wire(&w);
    if (!w.failed && w.has_loaders)
        leat__loaders_keep(&w);
    if (!w.failed && w.has_arrays)
        leat__refine(&w);
    if (!w.failed && w.subject_count)
        leat__clauses_check(&w);
    if (!w.failed && (w.has_texts || w.subject_count))
        leat__content(&w);
    if (!w.failed && w.subject_count)
        leat__secret(&w);
    if (!w.failed && w.subject_count)
        leat__share(&w), leat__limit(&w), leat__priority(&w), leat__effect(&w);
    if (!w.failed)
        leat__own(&w);
    if (!w.failed && w.has_loaders)
        leat__loaders_own(&w);
    if (!w.failed && w.has_methods)
        leat__methods_keep(&w);
    if (!w.failed)
        leat__variants_keep(&w);
    if (!w.failed && w.subject_count)
        leat__tags_keep(&w);
    int code = w.failed ? LEAT_ENOMEM : leat__order(&w);
    if (!code && w.has_asides)
        leat__reverts_keep(&w);
    if (!code)
        sort_by_node(g);
    if (!code && (w.failed || g->problems.failed || g->refused.failed))
        code = LEAT_ENOMEM;
    wiring_fini(&w);
    if (code < 0)
        leat__graph_fini(g);
    return code;
}

uint32_t leat__graph_find(const struct leat__graph *g, const char *name)
{
    return leat__names_get(g, name);
}

const char *leat__graph_suggest(const struct leat__graph *g, const char *name)
{
    struct leat__suggest near = leat__suggest_for(name);
    for (uint32_t id = 0; id < g->count; id++)
        if (g->node[id].kind != LEAT__NODE_CONSTANT)
            leat__suggest_offer(&near, g->node[id].name);
    return near.best;
}

const char *leat__node_place(const struct leat__node *n, char *buf, size_t size)
{
    if (n->function && n->function->head->file && *n->function->head->file)
        snprintf(buf, size, "%s:%d", n->function->head->file, n->function->head->line);
    else
        snprintf(buf, size, "%s", n->name);
    return buf;
}
