/* executor: a counted leat_executor, private to front/. */
#pragma once
#include "run/pool.h"
#include <leat/executor.h>

struct leat_executor {
    _Atomic uint32_t refs;
    uint32_t workers;           /* 0: inline */
    struct leat__pool *pool;    /* NULL: inline */
};
