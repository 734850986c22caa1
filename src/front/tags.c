/* tags: what notes say of nodes, and functions of files, asked. */
#include "front/driver.h"
#include <stdlib.h>
#include <string.h>

static const struct leat__tag *tags(const leat_driver *d, leat_id id, uint32_t *n)
{
    *n = 0;
    return d && id.n < d->graph.count ? leat__graph_tags(&d->graph, id.n, n) : NULL;
}

size_t leat_driver_tag_count(const leat_driver *d, leat_id id)
{
    uint32_t n;
    tags(d, id, &n);
    return n;
}

static const leat_tag *table(leat_driver *d)
{
    const struct leat__graph *g = &d->graph;
    pthread_mutex_lock(&d->lock);
    if (!d->tags && (d->tags = calloc((size_t)g->tags + 1, sizeof *d->tags)))
        for (uint32_t i = 0; i < g->tags; i++)
            d->tags[i] = (leat_tag){ g->tag[i].key, g->tag[i].value };
    const leat_tag *made = d->tags;
    pthread_mutex_unlock(&d->lock);
    return made;
}

const leat_tag *leat_driver_tag_at(const leat_driver *d, leat_id id, size_t i)
{
    uint32_t n;
    const struct leat__tag *t = tags(d, id, &n);
    const leat_tag *all = i < n ? table((leat_driver *)d) : NULL;
    return all ? &all[t - d->graph.tag + i] : NULL;
}

const char *leat_driver_tag(const leat_driver *d, leat_id id, const char *key)
{
    uint32_t n;
    const struct leat__tag *t = tags(d, id, &n);
    for (uint32_t i = 0; key && i < n; i++)
        if (!strcmp(t[i].key, key))
            return t[i].value;
    return NULL;
}

/* --- loaders and savers --- */

size_t leat_driver_loader_count(const leat_driver *d) { return d ? d->graph.loaders : 0; }

static bool fill_loader(leat_driver *d, leat_loader *to, const struct leat__loader *l)
{
    const struct leat__function *f = l->node.function;
    struct leat__text type = { 0 };
    leat__type_print(&type, l->node.type);
    const char *kept = type.failed ? NULL : leat__arena_strdup(&d->arena, type.data);
    leat__text_fini(&type);
    *to = (leat_loader){ f->name, kept, l->suffix, f->head->file, f->head->line, l->saves };
    return kept;
}

const leat_loader *leat_driver_loader(const leat_driver *cd, size_t i)
{
    leat_driver *d = (leat_driver *)cd;
    if (i >= leat_driver_loader_count(cd))
        return NULL;
    pthread_mutex_lock(&d->lock);
    leat_loader *all = d->loaders ? d->loaders : calloc(d->graph.loaders, sizeof *all);
    bool good = all;
    for (uint32_t k = 0; good && !d->loaders && k < d->graph.loaders; k++)
        good = fill_loader(d, &all[k], &d->graph.loader[k]);
    if (good)
        d->loaders = all;
    else
        free(all);
    pthread_mutex_unlock(&d->lock);
    return good ? &all[i] : NULL;
}
