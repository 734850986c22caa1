/* guarded: what a driver tells of values that are shared or secret, and of nodes
 * that take turns or go before others. */
#include "front/driver.h"

static const struct leat__node *node(const leat_driver *d, leat_id id)
{
    return d && id.n < d->graph.count ? &d->graph.node[id.n] : NULL;
}

int leat_driver_secret(const leat_driver *d, leat_id id)
{
    const struct leat__node *n = node(d, id);
    return n && n->flags & LEAT__NODE_SECRET;
}

int leat_driver_sharing(const leat_driver *d, leat_id id)
{
    const struct leat__node *n = node(d, id);
    return !n || !(n->flags & LEAT__NODE_SHARED) ? LEAT_NOT_SHARED
         : n->flags & LEAT__NODE_TURNS ? LEAT_TURNS : LEAT_SHARED;
}

const char *leat_driver_serial(const leat_driver *d, leat_id id, size_t i)
{
    uint32_t count = 0;
    const struct leat__serial *s = node(d, id) ? leat__graph_serials(&d->graph, id.n, &count) : NULL;
    return i < count ? d->graph.serial_name[s[i].name] : NULL;
}

int leat_driver_priority(const leat_driver *d, leat_id id)
{
    const struct leat__node *n = node(d, id);
    return !n ? 0 : leat__graph_priority(&d->graph, n->kind == LEAT__NODE_OUTPUT ? leat__rest(&d->graph, n)->producer : id.n);
}
