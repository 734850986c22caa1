/* policy: what a settlement means to the way of running. Filled by dag/. */
#pragma once
#include <stdint.h>

struct leat__run;

enum leat__verdict { LEAT__OK, LEAT__FAIL, LEAT__SKIP };

struct leat__policy {
    const char *name;
    /* A task ended other than well. Called by the worker, under no lock; it may
     * doom tasks that have not run (leat__doom) or stop the run. A plain success
     * never calls it. */
    void (*settled)(struct leat__run *run, uint32_t task, enum leat__verdict verdict);
};

/* The task will not run; before its turn only. Its readers are not touched. */
void leat__doom(struct leat__run *run, uint32_t task);
