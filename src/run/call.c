/* call: see run/call.h. */
#include "run/call.h"
#include "run/guard.h"
#include "run/handover.h"
#include "run/hook.h"
#include "run/pool.h"
#include "run/task.h"
#include "run/values.h"
#include "run/worker.h"
#include <stdlib.h>

void leat__gather_special(struct leat__worker *w, uint32_t t, void **args, void **places, void **context)
{
    struct leat__frame *f = w->frame;
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

/* A call that its task need not have waited for, and its result. */
static const char too_late[] = "";

static const char *left(struct leat__worker *w, uint32_t t, uint64_t status)
{
    struct leat__frame *f = w->frame;
    char buf[256];
    if (leat__worker_has_failed(w, t))
        w->failed = 0;                  /* and it hands nothing over */
    else if (!leat__handover(f, t, status, buf, sizeof buf))
        leat__guard_drop(f, t);
    return too_late;
}

/* The timer does not take a deque in which another may stand in. */
static bool begin_guarded(struct leat__worker *w, uint32_t t, leat_call *told)
{
    bool inside = leat__share_suspend(w), guarded = leat__guard_begin(w, t, told, w->due_ns);
    leat__share_resume(w, inside && !guarded);
    return guarded;
}

/* Whatever the code says of waiting, the worker goes on with a deque. false: the call
 * has come too late. */
static bool call_guarded(struct leat__worker *w, uint32_t t, void **args, void *result, leat_call *told)
{
    const struct leat__task *task = &w->frame->plan->task[t];
    bool guarded = w->due_ns && begin_guarded(w, t, told);
    leat__worker_at(w, t);
    if (task->flags & LEAT__TASK_BLOCKING)
        leat__worker_block(w, true);
    task->call(task->fn, args, result);
    bool late = guarded && !leat__guard_end(w);
    leat__worker_at(w, LEAT__NONE);
    w->blocks = !!w->blocks;
    if (!late)
        leat__worker_block(w, false);
    if (late && w->blocks)
        atomic_store_explicit(&w->waits, false, memory_order_relaxed);
    w->blocks = 0;
    w->due_ns = 0;
    return !late;
}

/* The call itself between hooks; returns why it failed, in buf or told. */
static const char *call(struct leat__worker *w, uint32_t t, void **args, leat_call *told, char *buf, size_t size)
{
    struct leat__frame *f = w->frame;
    const struct leat__plan *p = f->plan;
    const struct leat__task *task = &p->task[t];
    const struct leat__side *side = task->side == LEAT__NONE ? NULL : &p->side[task->side];
    struct leat__slot *slot = &f->slot[t];
    const struct leat__node *n = leat__frame_node(f, t);
    uint64_t status = 0;
    void *result = &slot->value;
    if (n->flags & (LEAT__NODE_STATUS | LEAT__NODE_OUT | LEAT__NODE_SINK)) {
        result = &status;
    } else if (task->flags & LEAT__TASK_WIDE) {
        result = f->place + side->place;
        slot->value = (uint64_t)(uintptr_t)result;
    }
    bool timed = task->flags & LEAT__TASK_TIMED;
    uint64_t began = timed ? leat__pool_now(f->run->pool) : 0;
    w->due_ns = timed ? began + (uint64_t)side->timeout_ns : 0;
    bool late = !call_guarded(w, t, args, result, told);
    if (side && side->takes)
        leat__values_taken(f, side);
    if (late)
        return left(w, t, status);
    if (leat__worker_has_failed(w, t))
        return w->text;
    const char *why = task->flags & (LEAT__TASK_CHECK | LEAT__TASK_PLACES) ? leat__handover(f, t, status, buf, size)
                                                                          : NULL;
    if (!why && timed)
        why = leat__guard_judge(f, t, (int64_t)(leat__pool_now(f->run->pool) - began) + w->lasts_ns, buf, size);
    told->result = why || (n->flags & LEAT__NODE_SINK) ? NULL
                 : n->flags & LEAT__NODE_OBJECT ? (const void *)(uintptr_t)slot->value : &slot->value;
    return why;
}

/* Between the moves READY, RUNNING and the settlement; args has room for all. */
static enum leat__verdict call_between_hooks(struct leat__worker *w, uint32_t t, void **args, const char *why,
                                             enum leat__after *after)
{
    struct leat__frame *f = w->frame;
    struct leat__run *run = f->run;
    char buf[256];
    bool heard = run->hook_count || f->plan->task[t].flags & LEAT__TASK_TIMED;
    leat_call told = heard ? leat__call_of(f, t, args) : (leat_call){ .args = args };
    leat__share_resume(w, true);        /* hooks may take long, too */
    if (!why)
        LEAT__HOOKS(run, before_node, &told)
    if (!why)
        why = call(w, t, args, &told, buf, sizeof buf);
    if (why == too_late)
        return LEAT__ABANDONED;
    if (why) {
        told.code = LEAT_EFAILED;
        told.message = why;
    }
    LEAT__HOOKS(run, after_node, &told)
    leat__share_suspend(w);
    if (why) {
        *after = why == w->text ? leat__settle_told(w, t, args) : leat__settle_failed(w, t, NULL, 0, why, args);
    } else {
        leat__settle_count(leat__task_is_forward(f, t) ? &run->ok : &run->reverted);
        *after = leat__settle(w, t, LEAT__OK);
    }
    return why ? LEAT__FAIL : LEAT__OK;
}

enum leat__verdict leat__call_task(struct leat__worker *w, uint32_t t, enum leat__after *after)
{
    struct leat__frame *f = w->frame;
    const struct leat__plan *p = f->plan;
    const struct leat__task *task = &p->task[t];
    uint32_t count = task[1].in - task->in;
    void *near[2 * LEAT__NEAR_ARGS], **args = near, *context;
    const char *why = NULL;
    char buf[256];
    if (count > LEAT__NEAR_ARGS && !(args = malloc(2 * (size_t)count * sizeof *args)))
        why = "out of memory";
    if (!why && task->flags & (LEAT__TASK_ARGS | LEAT__TASK_PLACES))
        leat__gather_special(w, t, args, args + count, &context);
    else if (!why)
        leat__gather(p, task, f->slot, args);
    if (!why)
        why = w->refuse;
    if (!why && task->flags & LEAT__TASK_ARGS && task->side != LEAT__NONE)
        why = leat__values_prepare(f, &p->side[task->side], buf, sizeof buf);
    leat__task_begin(f, t);
    enum leat__verdict verdict = args ? call_between_hooks(w, t, args, why, after) : LEAT__FAIL;
    if (!args)
        *after = leat__settle_failed(w, t, NULL, 0, why, NULL);
    if (args != near)
        free(args);
    return verdict;
}

/* A call of scalars that hooks listen to: the fast path with two stops. */
enum leat__verdict leat__call_hooked(struct leat__worker *w, uint32_t t, enum leat__after *after)
{
    struct leat__frame *f = w->frame;
    struct leat__run *run = f->run;
    const struct leat__plan *p = f->plan;
    const struct leat__task *task = &p->task[t];
    const struct leat__node *n = leat__frame_node(f, t);
    void *args[LEAT__NEAR_ARGS];
    leat_call told = leat__call_of(f, t, args);
    leat__gather(p, task, f->slot, args);
    leat__share_resume(w, true);
    LEAT__HOOKS(run, before_node, &told)
    leat__worker_at(w, t);
    task->call(task->fn, args, &f->slot[t].value);
    leat__worker_at(w, LEAT__NONE);
    if (leat__worker_has_failed(w, t)) {
        told.code = LEAT_EFAILED;
        told.message = w->text;
        LEAT__HOOKS(run, after_node, &told)
        leat__share_suspend(w);
        *after = leat__task_failed(w, t, args);
        return LEAT__FAIL;
    }
    told.result = n->type ? &f->slot[t].value : NULL;
    LEAT__HOOKS(run, after_node, &told)
    leat__share_suspend(w);
    leat__worker_count(w);
    leat__task_done(f, t);
    *after = LEAT__GO;
    return LEAT__OK;
}
