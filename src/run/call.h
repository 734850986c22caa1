/* call: the function of a task is called: arguments gathered from slots, hooks before
 * and after it, its time limit, a look at what it gave; then the task is settled. */
#pragma once
#include "run/open.h"
#include "run/settle.h"
#include "run/share.h"
#include "run/task.h"

/* The turn of task t of the worker's frame has come. OK, FAIL, or ABANDONED: its time was
 * up before it returned, and it is settled already. */
enum leat__verdict leat__call_task(struct leat__worker *w, uint32_t t, enum leat__after *after);
/* The same for a call of scalars, of which hooks are told. */
enum leat__verdict leat__call_hooked(struct leat__worker *w, uint32_t t, enum leat__after *after);

/* What hooks and gates are told of a call, but how it ended. What stands behind the
 * nodes of a graph undoes one of them, whose id it is told under. */
static inline leat_call leat__call_of(const struct leat__frame *f, uint32_t t, void *const *args)
{
    const struct leat__task *task = &f->plan->task[t];
    const struct leat__node *n = leat__frame_node(f, t);
    uint32_t node = f->plan->node[t];
    return (leat_call){ .node = n->name, .file = n->function->head->file, .line = n->function->head->line,
                        .count = task[1].in - task->in, .args = args, .run = f->run->number,
                        .id = leat__task_is_forward(f, t) ? node : leat__rest(f->plan->graph, n)->producer,
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
 * the end of the task before is this one's beginning. The counter of time may be read
 * ahead of what stands before it: not ahead of the sight of what another worker did, or
 * an effect would be told before its cause. args: room for them. */
static inline enum leat__after leat__task_recorded(struct leat__worker *w, struct leat__frame *f, uint32_t t, void **args)
{
    const struct leat__plan *p = f->plan;
    const struct leat__task *task = &p->task[t];
    struct leat__run *run = f->run;
    uint64_t began = w->stamp ? w->stamp : leat__ticks_after();
    leat__gather(p, task, f->slot, args);
    leat__worker_at(w, t);
    leat__share_resume(w, true);
    task->call(task->fn, args, &f->slot[t].value);
    if (w->deque)
        leat__share_leave(w);
    if (leat__worker_has_failed(w, t))
        return leat__task_failed_in(w, t, began, args);
    leat__task_done(f, t);
    leat__worker_count(w);
    struct leat__ring *ring = &run->rings->ring[w->lane];
    bool meets = w->deque && !w->alone && p->open->need[t] > 1;
    w->stamp = meets ? leat__ticks_after() : leat__ticks();
    struct leat__fact fact = { w->stamp, task->node, LEAT_EVENT_NODE_DONE };
    if (__builtin_expect(f->up != NULL, 0) || !leat__fact_follow(ring, run, began, fact))
        leat__task_tell(w, t, LEAT__OK, began);
    return LEAT__GO;
}
