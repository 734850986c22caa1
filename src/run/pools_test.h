/* Pools for tests of open frames: of one, without threads; of two and four threads; simulated ones. */
#pragma once
#include "run/sim.h"
#include "run/worker.h"
#include <stdlib.h>

static inline struct leat__pool *sim_pool(const struct leat__sim_spec *spec)
{
    struct leat__pool *p = leat__pool_new(1, false);
    if (!p || !(p->sim = leat__sim_new(spec)))
        abort();
    p->rings.unhurried = true;
    return p;
}

static struct leat__pool *pools[3];

static inline int make_pools(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 3; i++)
        if (!(pools[i] = leat__pool_new(1u << i, i)))
            return -1;
    return 0;
}

static inline int free_pools(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 3; i++)
        leat__pool_unref(pools[i]);
    return 0;
}
