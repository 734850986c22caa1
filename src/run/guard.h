/* guard: a call that may take so long and no longer, note timeout().
 *
 * When its time is up while it runs, the pool's timer settles the task: it has failed,
 * its readers are doomed, the run may end. The task is ABANDONED then. What it reads
 * stays until the call returns, whose result is destroyed; the worker's deque is
 * another's meanwhile. Who comes first, the time or the return, is settled by a CAS
 * on the slot's word.
 *
 * Only the threads of a pool can be relieved so. In a walk, in a simulation, or where
 * no thread can be made, the call is looked at when it has returned. */
#pragma once
#include "run/policy.h"
#include "run/timer.h"
#include <stdatomic.h>

struct leat__deque;
struct leat_call;

struct leat__guard {                    /* of a worker: its thread may end in the call */
    struct leat__timer timer;           /* first                                       */
    struct leat__worker *worker;
    struct leat__frame *frame;
    uint32_t task;
    struct leat_call *told;             /* of hooks; its arguments are there until the call returns */
    struct leat__deque *deque;          /* the worker's, while nobody has taken it     */
    _Atomic uint32_t whose;             /* ours: whose it is                           */
    bool on;                            /* a call is guarded                           */
};

/* Before the call, whose task is RUNNING; false: it is not guarded. */
bool leat__guard_begin(struct leat__worker *w, uint32_t t, struct leat_call *told, uint64_t due_ns);
/* After it; false: it has come too late, and the task is settled. */
bool leat__guard_end(struct leat__worker *w);
/* The worker, inside a guarded call, will work with its deque, or lend it: the timer
 * does not take it. False: it has, and the worker has none. */
bool leat__guard_claim(struct leat__worker *w);
/* It has one again, and no use for it before the call returns; d is given back if the
 * task is abandoned. */
void leat__guard_offer(struct leat__worker *w, struct leat__deque *d);
/* The worker, inside a guarded call, needs no deque any more. */
bool leat__guard_is_over(const struct leat__worker *w);
/* What an abandoned call gave, unless it failed. */
void leat__guard_drop(struct leat__frame *f, uint32_t t);
/* All that an abandoned task still held, after its call: frame and run may be gone. */
void leat__guard_leave(struct leat__worker *w, struct leat__frame *f, uint32_t t);
/* Why a call failed that has returned: NULL, it has kept its time. In buf. */
const char *leat__guard_judge(struct leat__frame *f, uint32_t t, int64_t took_ns, char *buf, size_t size);
