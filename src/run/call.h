/* call: one task, with everything round the call of its function. */
#pragma once
#include "run/context.h"
#include "run/policy.h"
#include <leat/hook.h>

/* Runs task t of the worker's frame, whose inputs are there: values prepared and
 * handed over, hooks, failures told, the policy asked. The task is settled
 * afterwards, unless it is to run again (AGAIN), is parked, is SETTLING
 * (*out_after: LATER), or did not begin because its run ended (STOPPED). */
enum leat__verdict leat__task_run(struct leat__worker *w, uint32_t t, enum leat__after *out_after);
/* A call of scalars in a run of which only events are told. args: room for them. */
enum leat__after leat__task_recorded(struct leat__worker *w, uint32_t t, void **args);
/* The policy hears how a task of LEAT__TASK_ASKS ended, which is SETTLING; the state is
 * moved on unless that is to be later. */
enum leat__after leat__task_ask(struct leat__frame *f, uint32_t t, enum leat__verdict v);
/* Any thread: its row is durable now, and it is told of as of now. began: ticks. */
void leat__task_recorded_late(struct leat__frame *f, uint32_t t, enum leat__verdict v, uint32_t worker, uint64_t began);
/* By the time's keeper: the task fails, for `why`, though its call runs on; `args`:
 * what it was called with is told. */
enum leat__after leat__task_fails_late(struct leat__worker *w, uint32_t t, const leat_call *told, const char *why,
                                       bool args);
/* What settles later does then: followers hear of it, values die, the frame may close. */
void leat__task_pass_on(struct leat__frame *f, uint32_t t, enum leat__after after);
/* The failure that the node told during a call on the fast path. */
enum leat__after leat__task_failed(struct leat__worker *w, uint32_t t, void *const *args);

/* A call of flags ARGS or PLACES: out parameters get their place's address. */
void leat__gather_special(struct leat__worker *w, uint32_t t, void **args, void **places, void **context);

static inline void leat__gather(const struct leat__plan *p, const struct leat__task *task, struct leat__slot *slot,
                                void **args)
{
    const uint32_t *in = p->in + task->in, *end = p->in + task[1].in;
    for (; in < end; in++) {
        struct leat__slot *s = &slot[*in & LEAT__IN_SLOT];
        *args++ = *in & LEAT__IN_OBJECT ? (void *)(uintptr_t)s->value : &s->value;
    }
}
