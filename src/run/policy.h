/* policy: what a settlement means to the way of running. Filled by dag/. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct leat__run;

enum leat__verdict { LEAT__OK, LEAT__FAIL, LEAT__SKIP };

struct leat__policy {
    const char *name;
    /* A task ended other than well. Called by the worker, under no lock; it may
     * doom tasks that have not run (leat__doom) or stop the run. A plain success
     * never calls it. */
    void (*settled)(struct leat__run *run, uint32_t task, enum leat__verdict verdict);
    /* Before a task's turn, once something has failed in the run: false skips it. */
    bool (*may_start)(const struct leat__run *run, uint32_t task);
};

/* The task will not run; before its turn only. Its readers are not touched. */
void leat__doom(struct leat__run *run, uint32_t task);
