/* look: a run as any thread sees it while it goes on: counts that its workers keep
 * anyway, and which tasks they are at. Nothing is written for it. */
#pragma once
#include "run/run.h"

struct leat__seen {                     /* a call that runs                               */
    uint32_t node;                      /* of the driver's graph                          */
    uint32_t frame, task;               /* frame: its serial in the run; the two name it  */
    uint32_t lane, attempt;
    bool blocked, abandoned, reverts;
    bool steps;                         /* it is the policy's, and comes back             */
};

struct leat__look {
    uint64_t ok;                        /* that have ended well, or a few less            */
    struct leat__seen *seen;            /* room for cap; the first min(n, cap) are filled */
    size_t n, cap;
};

/* Any thread, while the run's frames stay. Nothing that is counted as ended well, or
 * has failed without being abandoned, is among those that run. */
void leat__run_look(const struct leat__run *run, struct leat__look *l);
/* How many tasks have ended well, or a few less. */
uint64_t leat__run_ok(const struct leat__run *run);
/* The nodes that run, or only those whose call was abandoned; writes min(all, cap). */
size_t leat__run_running(const struct leat__run *run, bool abandoned, uint32_t *out, size_t cap);
