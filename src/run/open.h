/* open: what a plan needs beside when its frames are opened rather than walked:
 * who waits for whom, and who holds whose value.
 *
 * An arrival is counted in the follower's slot; the one that completes the count
 * has the follower to run. Once a task has run, its slot counts those that still
 * hold its value: readers until they have ended, and what borrows from it until
 * it dies itself. The last one to let go destroys. */
#pragma once
#include "run/plan.h"

#define LEAT__OUT_TASK 0x3fffffffu  /* of an out entry: the follower */
#define LEAT__OUT_NEED 30           /* ... shifted: how many it waits for, if fewer than 4; 0: `need` says it */

struct leat__open {
    uint32_t *out_at, *out;         /* n + 1; followers of a task, in order of tasks     */
    uint32_t *need;                 /* by task: how many arrivals it waits for           */
    uint32_t *root;                 /* pairs lo, hi: tasks that wait for nothing         */
    uint32_t roots, ready;          /* pairs; tasks in them                              */
    bool more;                      /* a task's end is more than its followers: the plan owns, or has priorities */
    /* NULL where the plan owns nothing: */
    uint32_t *drop_at, *drop;       /* slots that a task lets go of when it has ended    */
    uint32_t *hold_at, *hold;       /* slots that a value holds until it dies            */
    uint32_t *holders;              /* by task                                           */
};

static inline uint32_t leat__out_entry(uint32_t follower, uint32_t need)
{
    return follower | (need < 4 ? need << LEAT__OUT_NEED : 0);
}

/* Makes p->open if it is not there; once at a time. 0 or LEAT_ENOMEM. */
int leat__plan_open(struct leat__plan *p);
/* For plans made by hand: fills `root` from `need`. */
int leat__open_roots(struct leat__open *o, uint32_t first, uint32_t n);
void leat__open_free(struct leat__open *o);
