/* share: what a worker has for itself becomes everybody's. It shows it before a task,
 * when somebody has nothing to do. Who comes to have nothing to do later, while the
 * worker is inside a call, takes the worker's place meanwhile and shows it: so a call
 * that takes long, or waits for another task, keeps nothing from the others.
 *
 * The worker pays two stores and a look at a line that it has: it says that it is inside,
 * then looks whether work is wanted; it says that it is out, then looks whether it is
 * stood in for. What makes stores come before looks there is a barrier that the other
 * one has the kernel run on all threads (membarrier). */
#pragma once
#include "run/pool.h"

/* The worker, outside of calls: all that it has. */
void leat__share_all(struct leat__worker *w);
/* For who would sleep, leaves a place, or looks for a higher band: what those have that
 * are inside calls. True: something was shared. */
bool leat__share_others(struct leat__pool *p);
/* What is rare of the two below: work is wanted; the worker is stood in for. */
void leat__share_again(struct leat__worker *w);
void leat__share_wait(struct leat__deque *d);

/* Round a call: in between the worker touches neither its deque nor its counts. */
static inline void leat__share_enter(struct leat__worker *w)
{
    struct leat__deque *d = w->deque;
    bool more = leat__deque_count(d);
    atomic_store_explicit(&d->inside, w, memory_order_release);
    atomic_signal_fence(memory_order_seq_cst);
    if (__builtin_expect(atomic_load_explicit(&d->attn, memory_order_relaxed), 0) && more)
        leat__share_again(w);
}

static inline void leat__share_leave(struct leat__worker *w)
{
    struct leat__deque *d = w->deque;
    atomic_store_explicit(&d->inside, NULL, memory_order_release);
    atomic_signal_fence(memory_order_seq_cst);
    if (__builtin_expect(atomic_load_explicit(&d->claimed, memory_order_acquire), 0))
        leat__share_wait(d);
}

/* Inside a call, when it needs its deque again; true: it was inside one. */
static inline bool leat__share_suspend(struct leat__worker *w)
{
    bool inside = w && w->deque && atomic_load_explicit(&w->deque->inside, memory_order_relaxed) == w;
    if (inside)
        leat__share_leave(w);
    return inside;
}

/* ... and needs it no longer. A walk has none, nor who lost it meanwhile. */
static inline void leat__share_resume(struct leat__worker *w, bool inside)
{
    if (inside && w->deque)
        leat__share_enter(w);
}
