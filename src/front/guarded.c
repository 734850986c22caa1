/* guarded: what a driver tells of values that are shared or secret, and of nodes
 * that take turns, go before others, or are called with care. */
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

/* Whose call gives it; LEAT__NONE: there is no such node. */
static uint32_t caller(const leat_driver *d, leat_id id)
{
    const struct leat__node *n = node(d, id);
    return !n ? LEAT__NONE : n->kind == LEAT__NODE_OUTPUT ? leat__rest(&d->graph, n)->producer : id.n;
}

int leat_driver_priority(const leat_driver *d, leat_id id)
{
    uint32_t at = caller(d, id);
    return at == LEAT__NONE ? 0 : leat__graph_priority(&d->graph, at);
}

int leat_driver_blocking(const leat_driver *d, leat_id id)
{
    uint32_t at = caller(d, id);
    const struct leat__limit *l = at == LEAT__NONE ? NULL : leat__graph_limit(&d->graph, at);
    return l && l->blocking;
}

int64_t leat_driver_timeout(const leat_driver *d, leat_id id)
{
    uint32_t at = caller(d, id);
    const struct leat__limit *l = at == LEAT__NONE ? NULL : leat__graph_limit(&d->graph, at);
    return l ? l->timeout_ns : 0;
}

const char *leat_driver_effect(const leat_driver *d, leat_id id)
{
    uint32_t at = caller(d, id), flags = at == LEAT__NONE ? 0 : d->graph.node[at].flags;
    return flags & LEAT__NODE_ONCE ? "once" : flags & LEAT__NODE_EFFECT ? "idempotent"
         : flags & LEAT__NODE_PURE ? "pure" : NULL;
}
