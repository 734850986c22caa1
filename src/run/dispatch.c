/* dispatch: see run/dispatch.h. From the outside inwards: what has become of the run, gates,
 * the policy, turns; then what the task is. */
#include "run/dispatch.h"
#include "run/call.h"
#include "run/claim.h"
#include "run/gate.h"
#include "run/pool.h"
#include "run/task.h"
#include "run/values.h"

static enum leat__verdict settle_quietly(struct leat__worker *w, uint32_t t, const char *why, enum leat__after *after)
{
    leat__task_begin(w->frame, t);
    *after = why ? leat__settle_failed(w, t, NULL, 0, why, NULL) : leat__settle(w, t, LEAT__OK);
    return why ? LEAT__FAIL : LEAT__OK;
}

static enum leat__verdict skip(struct leat__worker *w, uint32_t t, enum leat__after *after)
{
    if (leat__task_is_told(w->frame, t))
        leat__settle_count(&w->frame->run->skipped);
    *after = leat__settle(w, t, LEAT__SKIP);
    return LEAT__SKIP;
}

/* For the first time, or once more. */
static void set_running(struct leat__frame *f, uint32_t t)
{
    if (leat__task_state(f, t) == LEAT__WAITING)
        leat__task_move(f, t, LEAT__READY);
    atomic_store_explicit(&f->slot[t].word, LEAT__RUNNING, memory_order_relaxed);
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
    set_running(f, t);
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
        *after = told ? leat__settle_told(w, t, NULL) : leat__settle_failed(w, t, NULL, 0, "failed", NULL);
        return v;
    }
    if (v == LEAT__OK && !(f->plan->task[t].flags & LEAT__TASK_SILENT))
        leat__settle_count(&f->run->ok);
    *after = leat__settle(w, t, v);
    return v;
}

static enum leat__verdict run_now(struct leat__worker *w, uint32_t t, uint32_t flags, enum leat__after *after)
{
    struct leat__frame *f = w->frame;
    char buf[320];
    if (!(flags & ~LEAT__TASK_RELEASE) && !w->refuse && leat__task_state(f, t) == LEAT__WAITING)
        return leat__call_hooked(w, t, after);
    if (flags & LEAT__TASK_STEP)
        return policy_step(w, t, after);
    if (flags & LEAT__TASK_COPY)
        return settle_quietly(w, t, leat__values_constant(f, t) ? NULL : "out of memory", after);
    if (flags & LEAT__TASK_LOAD)
        return settle_quietly(w, t, leat__values_load(f, t, buf, sizeof buf), after);
    if (flags & LEAT__TASK_PART)
        return settle_quietly(w, t, NULL, after);
    return leat__call_task(w, t, after);
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
    set_running(f, t);
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
    return !(f->plan->task[t].flags & (LEAT__TASK_QUIET | LEAT__TASK_STEP)) && leat__task_is_forward(f, t);
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
        return skip(w, t, after);
    return run->gated && !entered && is_asked_for(f, t) ? run_gated(w, t, after) : run_in_time(w, t, after);
}

enum leat__verdict leat__task_run(struct leat__worker *w, uint32_t t, enum leat__after *after)
{
    struct leat__frame *f = w->frame;
    if (!(f->run->slow & LEAT__SLOW_EVENTS) || !leat__task_is_told(f, t))
        return run_whole(w, t, after);
    uint64_t began = w->began = leat__ticks_after();
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
