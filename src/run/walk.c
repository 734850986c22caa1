/* walk: one worker goes through a frame in plan order.
 *
 * The fast path is a call of scalars: gather argument addresses, call, look
 * whether the node failed, store DONE. Any flag of the task, a hook, or a
 * failure before leads to step(), which does the same with everything round it. */
#include "run/context.h"
#include "run/handover.h"
#include "run/task.h"
#include "run/values.h"
#include <stdlib.h>
#include <string.h>

static inline void gather(const struct leat__plan *p, const struct leat__task *task, struct leat__slot *slot,
                          void **args)
{
    const uint32_t *in = p->in + task->in, *end = p->in + task[1].in;
    for (; in < end; in++) {
        struct leat__slot *s = &slot[*in & LEAT__IN_SLOT];
        *args++ = *in & LEAT__IN_OBJECT ? (void *)(uintptr_t)s->value : &s->value;
    }
}

/* --- around a call --- */

/* A call of flags ARGS or PLACES: out parameters get their place's address. */
static void gather_special(struct leat__worker *w, uint32_t t, void **args, void **places, void **context)
{
    struct leat__frame *f = &w->run->frame;
    const struct leat__plan *p = f->plan;
    const uint32_t *in = p->in + p->task[t].in, *end = p->in + p->task[t + 1].in;
    *context = &w->context;
    for (; in < end; in++, args++) {
        if (*in == LEAT__IN_CONTEXT) {
            *args = context;
        } else if ((*in & LEAT__IN_OUT) && !(*in & LEAT__IN_OBJECT)) {
            uint32_t part = t + (*in & ~LEAT__IN_OUT);
            *places = f->place + p->side[p->task[part].side].place;
            *args = places++;
        } else {
            struct leat__slot *s = &f->slot[*in & LEAT__IN_SLOT];
            *args = *in & LEAT__IN_OBJECT ? (void *)(uintptr_t)s->value : &s->value;
        }
    }
}

static void settle_failed(struct leat__worker *w, uint32_t t, const char *file, int line, const char *why,
                          void *const *args)
{
    struct leat__run *run = w->run;
    leat__task_move(&run->frame, t, LEAT__FAILED);
    run->slow = true;
    run->failed++;
    leat__failure_add(run, t, LEAT_EFAILED, file, line, why, args);
    run->policy->settled(run, t, LEAT__FAIL);
}

/* Waits until whoever tells the failure has told it whole. */
static void heed(struct leat__worker *w)
{
    while (atomic_load_explicit(&w->failed, memory_order_acquire) != 2)
        ;
}

/* The call itself between hooks; returns why it failed, in buf or told. */
static const char *call(struct leat__worker *w, uint32_t t, void **args, leat_call *told, char *buf, size_t size)
{
    struct leat__run *run = w->run;
    const struct leat__plan *p = run->frame.plan;
    const struct leat__task *task = &p->task[t];
    const struct leat__side *side = task->side == LEAT__NONE ? NULL : &p->side[task->side];
    struct leat__slot *slot = &run->frame.slot[t];
    const struct leat__node *n = &p->graph->node[p->node[t]];
    uint64_t status = 0;
    void *result = &slot->value;
    if (n->flags & (LEAT__NODE_STATUS | LEAT__NODE_OUT | LEAT__NODE_SINK)) {
        result = &status;
    } else if (task->flags & LEAT__TASK_WIDE) {
        result = run->frame.place + side->place;
        slot->value = (uint64_t)(uintptr_t)result;
    }
    w->task = t;
    task->call(task->fn, args, result);
    w->task = LEAT__NONE;
    if (side && side->takes)
        leat__values_taken(run, side);
    if (w->failed) {
        heed(w);
        return w->text;
    }
    const char *why = task->flags & (LEAT__TASK_CHECK | LEAT__TASK_PLACES) ? leat__handover(run, t, status, buf, size)
                                                                          : NULL;
    told->result = why || (n->flags & LEAT__NODE_SINK) ? NULL
                 : n->flags & LEAT__NODE_OBJECT ? (const void *)(uintptr_t)slot->value : &slot->value;
    return why;
}

static void call_task(struct leat__worker *w, uint32_t t)
{
    struct leat__run *run = w->run;
    const struct leat__plan *p = run->frame.plan;
    const struct leat__task *task = &p->task[t];
    const struct leat__node *n = &p->graph->node[p->node[t]];
    uint32_t count = task[1].in - task->in;
    void *near[32], **places = near, *context, **args = run->frame.args;
    char buf[256];
    const char *why = NULL;
    if (task->flags & LEAT__TASK_PLACES && count > 32 && !(places = malloc(count * sizeof *places)))
        why = "out of memory";
    if (!why && task->flags & (LEAT__TASK_ARGS | LEAT__TASK_PLACES))
        gather_special(w, t, args, places, &context);
    else if (!why)
        gather(p, task, run->frame.slot, args);
    if (!why && task->flags & LEAT__TASK_ARGS && task->side != LEAT__NONE)
        why = leat__values_prepare(run, &p->side[task->side]);
    leat__task_move(&run->frame, t, LEAT__READY);
    leat__task_move(&run->frame, t, LEAT__RUNNING);
    leat_call told = { n->name, n->function->file, n->function->line, 0, NULL, count, args, NULL, run->number,
                       p->node[t] };
    if (!why)
        LEAT__HOOKS(run, before_node, &told)
    if (!why)
        why = call(w, t, args, &told, buf, sizeof buf);
    const char *file = w->failed ? w->file : NULL;
    if (why) {
        settle_failed(w, t, file, w->failed ? w->line : 0, why, args);
        told.code = LEAT_EFAILED;
        told.message = why;
    } else {
        leat__task_move(&run->frame, t, LEAT__DONE);
        run->ok++;
    }
    LEAT__HOOKS(run, after_node, &told)
    w->failed = 0;
    if (places != near)
        free(places);
}

/* A call of scalars that hooks listen to: the fast path with two stops. */
static void call_hooked(struct leat__worker *w, uint32_t t)
{
    struct leat__run *run = w->run;
    struct leat__frame *f = &run->frame;
    const struct leat__plan *p = f->plan;
    const struct leat__task *task = &p->task[t];
    const struct leat__node *n = &p->graph->node[p->node[t]];
    leat_call told = { .node = n->name, .file = n->function->file, .line = n->function->line,
                       .count = task[1].in - task->in, .args = f->args, .run = run->number, .id = p->node[t] };
    gather(p, task, f->slot, f->args);
    LEAT__HOOKS(run, before_node, &told)
    w->task = t;
    task->call(task->fn, f->args, &f->slot[t].value);
    w->task = LEAT__NONE;
    if (__builtin_expect(atomic_load_explicit(&w->failed, memory_order_relaxed), 0)) {
        heed(w);
        leat__task_move(f, t, LEAT__READY);
        leat__task_move(f, t, LEAT__RUNNING);
        settle_failed(w, t, w->file, w->line, w->text, f->args);
        told.code = LEAT_EFAILED;
        told.message = w->text;
    } else {
        f->slot[t].word = LEAT__DONE;
        run->ok++;
        told.result = n->type ? &f->slot[t].value : NULL;
    }
    LEAT__HOOKS(run, after_node, &told)
    w->failed = 0;
}

static void pass(struct leat__run *run, uint32_t t)
{
    leat__task_move(&run->frame, t, LEAT__READY);
    leat__task_move(&run->frame, t, LEAT__RUNNING);
    leat__task_move(&run->frame, t, LEAT__DONE);
}

/* What is got without a call: `why` it failed, or NULL. */
static void settle_quietly(struct leat__worker *w, uint32_t t, const char *why)
{
    if (!why) {
        pass(w->run, t);
        return;
    }
    leat__task_move(&w->run->frame, t, LEAT__READY);
    leat__task_move(&w->run->frame, t, LEAT__RUNNING);
    settle_failed(w, t, NULL, 0, why, NULL);
}

/* One task with everything round it. */
static void step(struct leat__worker *w, uint32_t t)
{
    struct leat__run *run = w->run;
    const struct leat__task *task = &run->frame.plan->task[t];
    char buf[320];
    if (run->failed && !run->policy->may_start(run, t))
        leat__doom(run, t);
    if (run->frame.slot[t].word == LEAT__SKIPPED) {
        run->policy->settled(run, t, LEAT__SKIP);
    } else if (!task->flags) {
        call_hooked(w, t);
    } else if (task->flags & LEAT__TASK_COPY) {
        settle_quietly(w, t, leat__values_constant(run, t) ? NULL : "out of memory");
    } else if (task->flags & LEAT__TASK_LOAD) {
        settle_quietly(w, t, leat__values_load(run, t, buf, sizeof buf));
    } else if (task->flags & LEAT__TASK_PART) {
        pass(run, t);
    } else {
        call_task(w, t);
    }
    if (task->flags & LEAT__TASK_RELEASE)
        leat__values_release(run, &run->frame.plan->side[task->side]);
}

void leat__doom(struct leat__run *run, uint32_t task)
{
    if (leat__task_state(&run->frame, task) != LEAT__WAITING)
        return;
    leat__task_move(&run->frame, task, LEAT__SKIPPED);
    run->slow = true;
}

enum { MOST_LISTED = 1000 };    /* of tasks that did not run; the count tells of all */

/* What did not start is told apart from what was skipped; neither ran. */
static void count_rest(struct leat__run *run)
{
    const struct leat__plan *p = run->frame.plan;
    for (uint32_t t = p->given; t < p->n; t++) {
        uint32_t state = run->frame.slot[t].word;
        if (p->task[t].flags & (LEAT__TASK_PART | LEAT__TASK_COPY | LEAT__TASK_LOAD) || state == LEAT__DONE || state == LEAT__FAILED)
            continue;
        if (state == LEAT__WAITING)
            leat__task_move(&run->frame, t, LEAT__CANCELLED);
        run->not_run++;
        const char *why = state == LEAT__SKIPPED ? "not run: it needs a node that failed"
                        : run->failed ? "not run: a node failed before" : "not run: cancelled";
        if (run->not_run <= MOST_LISTED)
            leat__failure_add(run, t, LEAT_ECANCELLED, NULL, 0, why, NULL);
    }
}

int leat__walk(struct leat__run *run)
{
    struct leat__worker worker, *w = &worker;
    struct leat__frame *f = &run->frame;
    const struct leat__plan *p = f->plan;
    const struct leat__task *task = p->task;
    struct leat__slot *slot = f->slot;
    uint32_t t = p->given;
    uint64_t fast = 0;
    leat__worker_enter(w, run);
    run->slow = run->listened;
    for (; t < p->n && !atomic_load_explicit(&run->stop, memory_order_relaxed); t++) {
        if (__builtin_expect(task[t].flags | run->slow, 0)) {
            step(w, t);
            continue;
        }
        gather(p, &task[t], slot, f->args);
        w->task = t;
        task[t].call(task[t].fn, f->args, &slot[t].value);
        if (__builtin_expect(atomic_load_explicit(&w->failed, memory_order_relaxed), 0)) {
            heed(w);
            leat__task_move(f, t, LEAT__READY);
            leat__task_move(f, t, LEAT__RUNNING);
            settle_failed(w, t, w->file, w->line, w->text, f->args);
            w->failed = 0;
            continue;
        }
        slot[t].word = LEAT__DONE;
        fast++;
    }
    w->task = LEAT__NONE;
    leat__worker_leave(w);
    run->ok += fast;
    bool cut = t < p->n;
    if (run->failed || cut)
        count_rest(run);
    return run->failed ? LEAT_EFAILED : cut ? LEAT_ECANCELLED : 0;
}

void leat__run_cancel(struct leat__run *run)
{
    run->stop = true;
}
