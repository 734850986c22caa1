/* chain: tasks of one frame that a worker runs one after the other: one ready
 * follower of a task runs next without passing a queue, the others go to the
 * worker's own part of its deque. */
#pragma once
#include "run/open.h"
#include "run/pool.h"

enum { LEAT__LONG_NS = 120 };       /* tasks that take longer stay where others find them */

/* Runs a ready task and what becomes ready by it; the frame may be gone afterwards. */
void leat__chain_run(struct leat__worker *w, struct leat__frame *f, uint32_t t);
/* Ready tasks onto the worker's own part, or without memory to the pool's queue. */
void leat__chain_push(struct leat__worker *w, struct leat__frame *f, uint32_t lo, uint32_t hi);

/* Of what is left of a deque below a nested wait nothing is for that. */
static inline bool leat__chain_pop(struct leat__worker *w, struct leat__entry *e)
{
    return leat__deque_count(w->deque) && (!w->nested || w->deque->head != w->base) && leat__deque_pop(w->deque, e);
}

/* Of the slots of a frame; whoever sees that all others are there need not say that
 * it is, too. */
static inline bool leat__arrive(const struct leat__open *o, struct leat__slot *slot, uint32_t entry, bool alone)
{
    uint32_t t = entry & LEAT__OUT_TASK, need = entry >> LEAT__OUT_NEED;
    _Atomic uint32_t *count = &slot[t].count;
    if (need == 1)
        return true;
    if (!need)
        need = o->need[t];
    uint32_t now = atomic_load_explicit(count, memory_order_acquire) + 1;
    if (!alone)
        return now == need || atomic_fetch_add_explicit(count, 1, memory_order_acq_rel) + 1 == need;
    atomic_store_explicit(count, now, memory_order_relaxed);
    return now == need;
}
