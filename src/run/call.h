/* call: one task, with everything round the call of its function. */
#pragma once
#include "run/context.h"
#include "run/policy.h"
#include "run/task.h"
#include <leat/hook.h>

/* Runs task t of the worker's frame, whose inputs are there: values prepared and
 * handed over, hooks, failures told, the policy asked. The task is settled
 * afterwards, unless it is to run again (AGAIN), is parked, is SETTLING
 * (*out_after: LATER), or did not begin because its run ended (STOPPED). */
enum leat__verdict leat__task_run(struct leat__worker *w, uint32_t t, enum leat__after *out_after);
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

/* The same on the fast path with events, and that it has ended is told. began: ticks. */
enum leat__after leat__task_failed_in(struct leat__worker *w, uint32_t t, uint64_t began, void *const *args);
/* Task t, which the worker has just run, ended at w->stamp. */
void leat__task_tell(struct leat__worker *w, uint32_t t, enum leat__verdict v, uint64_t began);

/* What hooks and gates are told of a call, but how it ended. What stands behind the
 * nodes of a graph undoes one of them, whose id it is told under. */
static inline leat_call leat__call_of(const struct leat__frame *f, uint32_t t, void *const *args)
{
    const struct leat__task *task = &f->plan->task[t];
    const struct leat__node *n = leat__frame_node(f, t);
    uint32_t node = f->plan->node[t];
    return (leat_call){ .node = n->name, .file = n->function->head->file, .line = n->function->head->line,
                        .count = task[1].in - task->in, .args = args, .run = f->run->number,
                        .id = node < f->plan->graph->count ? node : leat__rest(f->plan->graph, n)->producer,
                        .purpose = f->purpose ? f->purpose : "run" };
}

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

/* A call of scalars in a run of which only events are told: where it goes straight on,
 * the end of the task before is this one's beginning. args: room for them. */
static inline enum leat__after leat__task_recorded(struct leat__worker *w, struct leat__frame *f, uint32_t t, void **args)
{
    const struct leat__plan *p = f->plan;
    const struct leat__task *task = &p->task[t];
    struct leat__run *run = f->run;
    uint64_t began = w->stamp ? w->stamp : leat__ticks();
    leat__gather(p, task, f->slot, args);
    leat__worker_at(w, t);
    task->call(task->fn, args, &f->slot[t].value);
    if (leat__worker_has_failed(w, t))
        return leat__task_failed_in(w, t, began, args);
    leat__task_done(f, t);
    leat__worker_count(w);
    struct leat__ring *ring = &run->rings->ring[w->lane];
    struct leat__fact fact = { w->stamp = leat__ticks(), task->node, LEAT_EVENT_NODE_DONE };
    if (__builtin_expect(f->up != NULL, 0) || !leat__fact_follow(ring, run, began, fact))
        leat__task_tell(w, t, LEAT__OK, began);
    return LEAT__GO;
}
