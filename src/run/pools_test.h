/* Pools for tests of open frames: of one, without threads; of two and four threads. */
#pragma once
#include "run/worker.h"

static struct leat__pool *pools[3];

static int make_pools(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 3; i++)
        if (!(pools[i] = leat__pool_new(1u << i, i)))
            return -1;
    return 0;
}

static int free_pools(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 3; i++)
        leat__pool_unref(pools[i]);
    return 0;
}
