/* variants: which functions stand for a node, and by which config, asked. The
 * tables are made when they are first asked for, under the driver's lock. */
#include "front/driver.h"
#include "graph/role.h"
#include <stdlib.h>
#include <string.h>

/* "(double base, int year)", without places of outputs and what the engine gives. */
static const char *parameters(leat_driver *d, const struct leat__function *f)
{
    struct leat__text text = { 0 };
    const char *out;
    uint32_t n = 0;
    for (uint32_t i = 0; i < f->head->count; i++) {
        if (leat__role_is_out(LEAT__PARAM(f, i), &out))
            continue;
        leat__text_add(&text, n++ ? ", " : "(");
        leat__type_declare(&text, leat__param_type(f, i), leat__param_name(f, i));
    }
    leat__text_add(&text, n ? ")" : f->head->variable ? "" : "()");
    const char *kept = text.failed ? NULL : leat__arena_strdup(&d->arena, text.data ? text.data : "");
    leat__text_fini(&text);
    return kept ? kept : "";
}

static leat_variant *variants(const leat_driver *cd)
{
    leat_driver *d = (leat_driver *)cd;
    const struct leat__graph *g = &d->graph;
    pthread_mutex_lock(&d->lock);
    if (!d->variants && (d->variants = calloc((size_t)g->variants + 1, sizeof *d->variants)))
        for (uint32_t i = 0; i < g->variants; i++) {
            const struct leat__variant *v = &g->variant[i];
            d->variants[i] = (leat_variant){ v->function->name, v->when, parameters(d, v->function), v->function->head->file,
                                             v->function->head->line, v->chosen };
        }
    leat_variant *made = d->variants;
    pthread_mutex_unlock(&d->lock);
    return made;
}

size_t leat_driver_variant_count(const leat_driver *d, leat_id id)
{
    uint32_t n = 0;
    if (d && id.n < d->graph.count)
        leat__graph_variants(&d->graph, id.n, &n);
    return n;
}

const leat_variant *leat_driver_variant(const leat_driver *d, leat_id id, size_t i)
{
    uint32_t n = 0;
    const struct leat__variant *v = d && id.n < d->graph.count ? leat__graph_variants(&d->graph, id.n, &n) : NULL;
    leat_variant *all = i < n ? variants(d) : NULL;
    return all ? &all[v - d->graph.variant + i] : NULL;
}

int leat_driver_asks(const leat_driver *d, leat_id id, const char *key)
{
    return d && key && id.n < d->graph.count && leat__graph_asks(&d->graph, id.n, key);
}

int leat_driver_left_out(const leat_driver *d, const char *name)
{
    return d && name && leat__graph_find(&d->graph, name) == LEAT__NONE && leat__graph_left_out(&d->graph, name);
}

size_t leat_driver_config_count(const leat_driver *d) { return d ? d->graph.configs : 0; }

const leat_config *leat_driver_config(const leat_driver *cd, size_t i)
{
    leat_driver *d = (leat_driver *)cd;
    if (!d || i >= d->graph.configs)
        return NULL;
    pthread_mutex_lock(&d->lock);
    if (!d->configs && (d->configs = calloc(d->graph.configs, sizeof *d->configs)))
        for (uint32_t k = 0; k < d->graph.configs; k++)
            d->configs[k] = (leat_config){ d->graph.config[k].key, d->graph.config[k].value, d->graph.config[k].values,
                                             d->graph.config[k].built };
    const leat_config *made = d->configs ? &d->configs[i] : NULL;
    pthread_mutex_unlock(&d->lock);
    return made;
}
