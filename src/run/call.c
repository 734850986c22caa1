/* call: see run/call.h. */
#include "run/call.h"
#include "run/claim.h"
#include "run/gate.h"
#include "run/guard.h"
#include "run/handover.h"
#include "run/pool.h"
#include "run/task.h"
#include "run/values.h"
#include "run/worker.h"
#include <stdio.h>
#include <stdlib.h>

/* Who sees the count sees that the call has ended. */
static void count_one(_Atomic uint64_t *n) { atomic_fetch_add_explicit(n, 1, memory_order_release); }

/* Parts, fields and constants are no calls: nothing is told of them. */
static bool is_told(const struct leat__frame *f, uint32_t t) { return !(f->plan->task[t].flags & LEAT__TASK_QUIET); }

/* Not to undo: reverts stand behind the nodes of a graph. */
static bool is_forward(const struct leat__frame *f, uint32_t t) { return f->plan->node[t] < f->plan->graph->count; }

/* --- settling --- */

static enum leat__after ask(struct leat__frame *f, uint32_t t, enum leat__verdict v)
{
    return f->run->policy->settled ? f->run->policy->settled(f, t, v) : LEAT__GO;
}

static enum leat__state state_of(enum leat__verdict v)
{
    return v == LEAT__OK ? LEAT__DONE : v == LEAT__FAIL ? LEAT__FAILED : LEAT__SKIPPED;
}

/* A state is final only when the policy does not want it later. */
enum leat__after leat__task_ask(struct leat__frame *f, uint32_t t, enum leat__verdict v)
{
    enum leat__after after = ask(f, t, v);
    if (after != LEAT__LATER)
        leat__task_move(f, t, state_of(v));
    return after;
}

/* In a simulation the policy is asked when the task's time is over. */
static enum leat__after settle(struct leat__worker *w, struct leat__frame *f, uint32_t t, enum leat__verdict v)
{
    bool asks = f->plan->task[t].flags & LEAT__TASK_ASKS;
    if (asks && v != LEAT__SKIP) {
        if (w->claim)
            leat__claim_give(w, w->claim);          /* the run may be gone once it is asked */
        f->run->later = true;
        w->alone = false;
        leat__task_move(f, t, LEAT__SETTLING);      /* before asking: the journal may be faster than we are */
        return w->pool && w->pool->sim ? LEAT__LATER : leat__task_ask(f, t, v);
    }
    leat__task_move(f, t, state_of(v));
    return v == LEAT__OK ? LEAT__GO : ask(f, t, v);
}

static enum leat__after settle_failed(struct leat__worker *w, uint32_t t, const char *file, int line, const char *why,
                                      void *const *args)
{
    struct leat__run *run = w->frame->run;
    run->slow |= LEAT__SLOW_FULL;
    if (!is_told(w->frame, t))
        count_one(&run->besides);
    count_one(&run->failed);
    leat__failure_add(w->frame, t, LEAT_EFAILED, file, line, why, args);
    return settle(w, w->frame, t, LEAT__FAIL);
}

enum leat__after leat__task_fails_late(struct leat__worker *w, uint32_t t, const leat_call *told, const char *why,
                                       bool args)
{
    LEAT__HOOKS(w->frame->run, after_node, told)
    return settle_failed(w, t, NULL, 0, why, args ? told->args : NULL);
}

static void begin(struct leat__frame *f, uint32_t t)
{
    if (leat__task_state(f, t) != LEAT__WAITING)
        return;         /* its thread ended: it had begun */
    leat__task_move(f, t, LEAT__READY);
    leat__task_move(f, t, LEAT__RUNNING);
}

enum leat__after leat__task_failed(struct leat__worker *w, uint32_t t, void *const *args)
{
    leat__worker_at(w, LEAT__NONE);
    begin(w->frame, t);
    enum leat__after after = settle_failed(w, t, w->file, w->line, w->text, args);
    w->failed = 0;
    return after;
}

/* --- calls --- */

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

/* Whatever the code says of waiting, the worker goes on with a deque. false: the call
 * has come too late. */
static bool call_guarded(struct leat__worker *w, uint32_t t, void **args, void *result, leat_call *told)
{
    const struct leat__task *task = &w->frame->plan->task[t];
    bool guarded = w->due_ns && leat__guard_begin(w, t, told, w->due_ns);
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
    leat_call told = leat__call_of(f, t, args);
    if (!why)
        LEAT__HOOKS(run, before_node, &told)
    if (!why)
        why = call(w, t, args, &told, buf, sizeof buf);
    if (why == too_late)
        return LEAT__ABANDONED;
    if (why) {
        told.code = LEAT_EFAILED;
        told.message = why;
        LEAT__HOOKS(run, after_node, &told)
        *after = settle_failed(w, t, why == w->text ? w->file : NULL, why == w->text ? w->line : 0, why, args);
    } else {
        LEAT__HOOKS(run, after_node, &told)
        count_one(is_forward(f, t) ? &run->ok : &run->reverted);
        *after = settle(w, f, t, LEAT__OK);
    }
    if (why == w->text)
        w->failed = 0;
    return why ? LEAT__FAIL : LEAT__OK;
}

static enum leat__verdict call_task(struct leat__worker *w, uint32_t t, enum leat__after *after)
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
    begin(f, t);
    enum leat__verdict verdict = args ? call_between_hooks(w, t, args, why, after) : LEAT__FAIL;
    if (!args)
        *after = settle_failed(w, t, NULL, 0, why, NULL);
    if (args != near)
        free(args);
    return verdict;
}

/* A call of scalars that hooks listen to: the fast path with two stops. */
static enum leat__verdict call_hooked(struct leat__worker *w, uint32_t t, enum leat__after *after)
{
    struct leat__frame *f = w->frame;
    struct leat__run *run = f->run;
    const struct leat__plan *p = f->plan;
    const struct leat__task *task = &p->task[t];
    const struct leat__node *n = leat__frame_node(f, t);
    void *args[LEAT__NEAR_ARGS];
    leat_call told = leat__call_of(f, t, args);
    leat__gather(p, task, f->slot, args);
    LEAT__HOOKS(run, before_node, &told)
    leat__worker_at(w, t);
    task->call(task->fn, args, &f->slot[t].value);
    leat__worker_at(w, LEAT__NONE);
    if (leat__worker_has_failed(w, t)) {
        told.code = LEAT_EFAILED;
        told.message = w->text;
        LEAT__HOOKS(run, after_node, &told)
        *after = leat__task_failed(w, t, args);
        return LEAT__FAIL;
    }
    told.result = n->type ? &f->slot[t].value : NULL;
    LEAT__HOOKS(run, after_node, &told)
    leat__worker_count(w);
    leat__task_done(f, t);
    *after = LEAT__GO;
    return LEAT__OK;
}

/* --- tasks without a call --- */

static enum leat__verdict settle_quietly(struct leat__worker *w, uint32_t t, const char *why, enum leat__after *after)
{
    begin(w->frame, t);
    *after = why ? settle_failed(w, t, NULL, 0, why, NULL) : settle(w, w->frame, t, LEAT__OK);
    return why ? LEAT__FAIL : LEAT__OK;
}

static enum leat__verdict skip(struct leat__worker *w, struct leat__frame *f, uint32_t t, enum leat__after *after)
{
    if (is_told(f, t))
        count_one(&f->run->skipped);
    *after = settle(w, f, t, LEAT__SKIP);
    return LEAT__SKIP;
}

/* Back to the queue, or parked: unless somebody woke it meanwhile. */
static enum leat__verdict rest(struct leat__frame *f, uint32_t t, enum leat__verdict v)
{
    _Atomic uint32_t *word = &f->slot[t].word;
    uint32_t old = LEAT__RUNNING;
    if (v == LEAT__PARK && atomic_compare_exchange_strong(word, &old, LEAT__PARKED))
        return LEAT__PARK;
    atomic_store_explicit(word, LEAT__READY, memory_order_release);
    return LEAT__AGAIN;
}

static enum leat__verdict policy_step(struct leat__worker *w, uint32_t t, enum leat__after *after)
{
    struct leat__frame *f = w->frame;
    if (leat__task_state(f, t) == LEAT__WAITING)
        leat__task_move(f, t, LEAT__READY);
    atomic_store_explicit(&f->slot[t].word, LEAT__RUNNING, memory_order_relaxed);
    leat__worker_at(w, t);
    atomic_thread_fence(memory_order_seq_cst);      /* who tells later sees this task */
    leat__worker_has_failed(w, t);                  /* what was told before is forgotten */
    if (w->refuse)
        leat__worker_tell(w, NULL, 0, w->refuse);
    enum leat__verdict v = w->refuse ? LEAT__FAIL : f->run->policy->step(w, f, t);
    leat__worker_at(w, LEAT__NONE);
    bool told = leat__worker_has_failed(w, t);
    if (told)
        v = LEAT__FAIL;
    if (v == LEAT__AGAIN || v == LEAT__PARK)
        return rest(f, t, v);
    atomic_store_explicit(&f->slot[t].word, LEAT__RUNNING, memory_order_relaxed);
    if (v == LEAT__FAIL) {
        *after = settle_failed(w, t, told ? w->file : NULL, told ? w->line : 0, told ? w->text : "failed", NULL);
        if (told)
            w->failed = 0;
        return v;
    }
    if (v == LEAT__OK && !(f->plan->task[t].flags & LEAT__TASK_SILENT))
        count_one(&f->run->ok);
    *after = settle(w, f, t, v);
    return v;
}

static enum leat__verdict run_now(struct leat__worker *w, uint32_t t, uint32_t flags, enum leat__after *after)
{
    struct leat__frame *f = w->frame;
    char buf[320];
    if (!(flags & ~LEAT__TASK_RELEASE) && !w->refuse && leat__task_state(f, t) == LEAT__WAITING)
        return call_hooked(w, t, after);
    if (flags & LEAT__TASK_STEP)
        return policy_step(w, t, after);
    if (flags & LEAT__TASK_COPY)
        return settle_quietly(w, t, leat__values_constant(f, t) ? NULL : "out of memory", after);
    if (flags & LEAT__TASK_LOAD)
        return settle_quietly(w, t, leat__values_load(f, t, buf, sizeof buf), after);
    if (flags & LEAT__TASK_PART)
        return settle_quietly(w, t, NULL, after);
    return call_task(w, t, after);
}

/* In the slot of a task that has been asked to enter, and parked for it. */
#define ENTERED (UINT64_MAX - 1)

static bool is_entered(const struct leat__frame *f, uint32_t t)
{
    return leat__task_state(f, t) == LEAT__READY && !(leat__slot_word(&f->slot[t]) & LEAT__SLOT_ASKED) && f->slot[t].value == ENTERED;
}

/* OK: it is called. */
static enum leat__verdict enter(struct leat__frame *f, uint32_t t)
{
    bool again = is_entered(f, t);
    if (leat__task_state(f, t) == LEAT__WAITING)
        leat__task_move(f, t, LEAT__READY);
    atomic_store_explicit(&f->slot[t].word, LEAT__RUNNING, memory_order_relaxed);
    f->slot[t].value = ENTERED;             /* it may be woken before it has parked */
    enum leat__verdict v = f->run->policy->enter(f, t, again);
    if (v == LEAT__PARK) {
        f->run->entering++;
        return rest(f, t, v);
    }
    f->slot[t].value = 0;
    if (v == LEAT__STOPPED)
        leat__task_move(f, t, LEAT__CANCELLED);
    return v;
}

/* It has its turns while it runs; the run may have been stopped while it waited. */
static enum leat__verdict run_in_turn(struct leat__worker *w, uint32_t t, uint32_t flags, enum leat__after *after)
{
    struct leat__frame *f = w->frame;
    struct leat__claim claim;
    char buf[320];
    const char *why = leat__claim_take(w, t, &claim, buf, sizeof buf);
    enum leat__verdict v = why ? settle_quietly(w, t, why, after)
                         : (f->run->stop | f->stop) && !(flags & LEAT__TASK_ENTERS) ? LEAT__STOPPED
                         : run_now(w, t, flags & ~LEAT__TASK_TURNS, after);
    leat__claim_give(w, &claim);
    return v;
}

static uint32_t kind_of(enum leat__verdict v)
{
    return v == LEAT__OK ? LEAT_EVENT_NODE_DONE : v == LEAT__FAIL ? LEAT_EVENT_NODE_FAILED : LEAT_EVENT_NODE_SKIPPED;
}

void leat__task_tell(struct leat__worker *w, uint32_t t, enum leat__verdict v, uint64_t began)
{
    struct leat__frame *f = w->frame;
    struct leat__fact fact = leat__fact_of(f, t, kind_of(v));
    fact.time = w->stamp;
    leat__worker_at(w, LEAT__NONE);             /* hooks are nobody's */
    if (leat__fact_add(f->run->rings, w->lane, f->run, began, fact))
        w->stamp = 0;
}

void leat__task_recorded_late(struct leat__frame *f, uint32_t t, enum leat__verdict v, uint32_t worker, uint64_t began)
{
    if (f->run->slow & LEAT__SLOW_EVENTS)
        leat__fact_add_late(f->run->rings, f->run, worker, began, leat__fact_of(f, t, kind_of(v)));
}

enum leat__after leat__task_failed_in(struct leat__worker *w, uint32_t t, uint64_t began, void *const *args)
{
    enum leat__after after = leat__task_failed(w, t, args);
    w->stamp = leat__ticks();
    leat__task_tell(w, t, LEAT__FAIL, began);
    return after;
}

/* The policy hears of it once: it may have parked tasks, which nobody else wakes. */
static enum leat__verdict stopped(struct leat__run *run)
{
    if (run->stop && run->policy->will && !atomic_exchange(&run->told, true))
        run->policy->will(run, run->suspended ? LEAT__WILL_SUSPEND : LEAT__WILL_CANCEL);
    return LEAT__STOPPED;
}

static enum leat__verdict run_in_time(struct leat__worker *w, uint32_t t, enum leat__after *after)
{
    uint32_t flags = w->frame->plan->task[t].flags;
    if (flags & LEAT__TASK_ENTERS && is_entered(w->frame, t))
        w->frame->run->entering--;
    enum leat__verdict v = flags & LEAT__TASK_ENTERS && !w->refuse ? enter(w->frame, t) : LEAT__OK;
    if (v != LEAT__OK)
        return v == LEAT__STOPPED ? stopped(w->frame->run) : v;
    return flags & LEAT__TASK_TURNS && !w->refuse ? run_in_turn(w, t, flags, after)
                                                  : run_now(w, t, flags & ~LEAT__TASK_TURNS, after);
}

/* What is called, but not to undo. */
static bool is_asked_for(const struct leat__frame *f, uint32_t t)
{
    return !(f->plan->task[t].flags & (LEAT__TASK_QUIET | LEAT__TASK_STEP)) && is_forward(f, t);
}

static enum leat__verdict run_gated(struct leat__worker *w, uint32_t t, enum leat__after *after)
{
    struct leat__frame *f = w->frame;
    const char *refuse = w->refuse;
    enum leat__verdict v = leat__gate_pass(w, t);
    if (v == LEAT__STOPPED || (v == LEAT__OK && f->run->stop | f->stop)) {
        leat__gate_forget(f, t);
        v = stopped(f->run);
    } else if (v == LEAT__OK) {
        v = run_in_time(w, t, after);
    }
    w->refuse = refuse;
    return v;
}

static enum leat__verdict run_whole(struct leat__worker *w, uint32_t t, enum leat__after *after)
{
    struct leat__frame *f = w->frame;
    struct leat__run *run = f->run;
    *after = LEAT__GO;
    if (run->due_ns && !run->stop && leat__pool_now(run->pool) >= run->due_ns) {
        run->late = true;
        leat__run_cancel(run);
    }
    bool entered = f->plan->task[t].flags & LEAT__TASK_ENTERS && is_entered(f, t);
    if ((run->stop | f->stop) && !entered) {
        if (run->gated)
            leat__gate_forget(f, t);
        return stopped(run);
    }
    if (leat__task_state(f, t) >= LEAT__DONE)
        return LEAT__STOPPED;           /* another life did it: leat__frame_resume */
    if (run->failed && run->policy->may_start && !run->policy->may_start(f, t))
        leat__task_doom(f, t);
    if (leat__slot_word(&f->slot[t]) & LEAT__SLOT_DOOMED)
        return skip(w, f, t, after);
    return run->gated && !entered && is_asked_for(f, t) ? run_gated(w, t, after) : run_in_time(w, t, after);
}

enum leat__verdict leat__task_run(struct leat__worker *w, uint32_t t, enum leat__after *after)
{
    struct leat__frame *f = w->frame;
    if (!(f->run->slow & LEAT__SLOW_EVENTS) || !is_told(f, t))
        return run_whole(w, t, after);
    uint64_t began = w->began = leat__ticks();
    enum leat__verdict v = run_whole(w, t, after);
    if (v <= LEAT__SKIP && *after != LEAT__LATER) {
        w->stamp = leat__ticks();
        leat__task_tell(w, t, v, began);
    }
    return v;
}

void leat__task_doom(struct leat__frame *f, uint32_t task)
{
    f->run->slow |= LEAT__SLOW_FULL;
    leat__slot_mark(&f->slot[task], LEAT__SLOT_DOOMED);
}
