/* settle: what becomes of a task that has run, or will not: its state moves on, it is
 * counted, its failure kept, the policy asked, and events tell of it.
 *
 * By the worker whose task it is, and task t is one of w->frame, where nothing else is
 * said. The answer is what becomes of its followers; LATER: whoever settles it then
 * (leat__task_settle) sees to them. */
#pragma once
#include "run/context.h"
#include "run/policy.h"
#include <leat/hook.h>

/* It has ended so: OK, FAIL or SKIP. In a simulation LATER, if the policy is to be asked. */
enum leat__after leat__settle(struct leat__worker *w, uint32_t t, enum leat__verdict v);
/* FAIL, for that; file: NULL: of no line. args: what it was called with, NULL: it was not. */
enum leat__after leat__settle_failed(struct leat__worker *w, uint32_t t, const char *file, int line, const char *why,
                                     void *const *args);
/* FAIL, for what its node told (leat__worker_has_failed), which is forgotten. */
enum leat__after leat__settle_told(struct leat__worker *w, uint32_t t, void *const *args);
/* The policy hears how a task of LEAT__TASK_ASKS ended, which is SETTLING; the state is
 * moved on unless that is to be later. */
enum leat__after leat__task_ask(struct leat__frame *f, uint32_t t, enum leat__verdict v);

/* A task of which nobody has seen more than WAITING runs. */
void leat__task_begin(struct leat__frame *f, uint32_t t);
/* The failure that the node told during a call on the fast path. */
enum leat__after leat__task_failed(struct leat__worker *w, uint32_t t, void *const *args);
/* The same on the fast path with events, and that it has ended is told. began: ticks. */
enum leat__after leat__task_failed_in(struct leat__worker *w, uint32_t t, uint64_t began, void *const *args);
/* By the time's keeper: the task fails, for `why`, though its call runs on; `args`:
 * what it was called with is told. */
enum leat__after leat__task_fails_late(struct leat__worker *w, uint32_t t, const leat_call *told, const char *why,
                                       bool args);

/* Events hear of task t, which the worker has just run and which ended at w->stamp. */
void leat__task_tell(struct leat__worker *w, uint32_t t, enum leat__verdict v, uint64_t began);
/* Any thread: its row is durable now, and it is told of as of now. began: ticks. */
void leat__task_recorded_late(struct leat__frame *f, uint32_t t, enum leat__verdict v, uint32_t worker, uint64_t began);
/* door.c: what settles later does then: followers hear of it, values die, the frame may close. */
void leat__task_pass_on(struct leat__frame *f, uint32_t t, enum leat__after after);

/* Who sees the count sees that the call has ended. */
static inline void leat__settle_count(_Atomic uint64_t *n) { atomic_fetch_add_explicit(n, 1, memory_order_release); }

/* Parts, fields and constants are no calls: nothing is told of them. */
static inline bool leat__task_is_told(const struct leat__frame *f, uint32_t t)
{
    return !(f->plan->task[t].flags & LEAT__TASK_QUIET);
}

/* Not to undo: reverts stand behind the nodes of a graph. */
static inline bool leat__task_is_forward(const struct leat__frame *f, uint32_t t)
{
    return f->plan->node[t] < f->plan->graph->count;
}
