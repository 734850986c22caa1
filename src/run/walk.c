/* walk: one worker goes through a frame in plan order.
 *
 * The fast path is a call of scalars: gather argument addresses, call, look
 * whether the node failed, store DONE. Any flag of the task, a hook, or a
 * failure before leads to leat__task_run, which does the same with everything
 * round it. */
#include "run/call.h"
#include "run/dispatch.h"
#include "run/claim.h"
#include "run/frames.h"
#include "run/gate.h"
#include "run/task.h"
#include "run/values.h"

/* A doomed task stays what it is, whether its turn came or not. */
static bool is_skipped(const struct leat__frame *f, uint32_t t)
{
    uint32_t word = leat__slot_word(&f->slot[t]);
    return (word & LEAT__SLOT_STATE) == LEAT__SKIPPED ||
           ((word & LEAT__SLOT_STATE) == LEAT__WAITING && word & LEAT__SLOT_DOOMED);
}

enum { MOST_LISTED = 1000 };    /* of tasks that did not run; the count tells of all */

/* What did not start is told apart from what was skipped; neither ran. */
void leat__run_count_rest(struct leat__run *run)
{
    struct leat__frame *f = &run->frame;
    const struct leat__plan *p = f->plan;
    for (uint32_t t = p->given; t < p->n; t++) {
        enum leat__state state = leat__task_state(f, t);
        if (p->task[t].flags & LEAT__TASK_QUIET || state == LEAT__DONE || state == LEAT__FAILED)
            continue;
        bool skipped = is_skipped(f, t);
        if (skipped && state == LEAT__WAITING)
            atomic_fetch_add_explicit(&run->skipped, 1, memory_order_relaxed);
        if (state == LEAT__WAITING)
            leat__task_move(f, t, skipped ? LEAT__SKIPPED : LEAT__CANCELLED);
        run->not_run++;
        const char *why = skipped ? "not run: it needs a node that failed"
                        : state != LEAT__WAITING ? run->failed ? "stopped: a node failed"
                                               : run->late ? "stopped: the deadline passed" : "stopped: cancelled"
                        : run->failed ? "not run: a node failed before"
                        : run->late ? "not run: the deadline passed" : "not run: cancelled";
        if (run->not_run <= MOST_LISTED)
            leat__failure_add(f, t, LEAT_ECANCELLED, NULL, 0, why, NULL);
    }
}

/* false: it did not begin, the run is stopped. */
static bool step(struct leat__worker *w, uint32_t t)
{
    const struct leat__plan *p = w->frame->plan;
    enum leat__after after;
    if (leat__task_run(w, t, &after) == LEAT__STOPPED)
        return false;
    if (p->task[t].flags & LEAT__TASK_RELEASE)
        leat__values_release(w->frame, &p->side[p->task[t].side]);
    return true;
}

int leat__walk(struct leat__run *run)
{
    struct leat__worker worker, *w = &worker;
    struct leat__frame *f = &run->frame;
    const struct leat__plan *p = f->plan;
    const struct leat__task *task = p->task;
    struct leat__slot *slot = f->slot;
    void *args[LEAT__NEAR_ARGS];
    uint32_t t = p->given;
    f->run = run;
    struct leat__await waits = { 0 };
    leat__claim_await(&waits, run);
    w->pool = NULL;
    leat__worker_enter(w, f);
    leat__run_begin(run, &run->own);
    for (; t < p->n && !atomic_load_explicit(&run->stop, memory_order_relaxed); t++) {
        if (__builtin_expect(task[t].flags | run->slow, 0)) {
            if (!task[t].flags && run->slow == LEAT__SLOW_EVENTS)
                leat__task_recorded(w, f, t, args);
            else if (!step(w, t))
                break;
            continue;
        }
        leat__gather(p, &task[t], slot, args);
        leat__worker_at(w, t);
        task[t].call(task[t].fn, args, &slot[t].value);
        if (leat__worker_has_failed(w, t)) {
            leat__task_failed(w, t, args);
            continue;
        }
        leat__task_done(f, t);
        leat__worker_count(w);
    }
    leat__worker_at(w, LEAT__NONE);
    leat__worker_hand_over(w, run);
    leat__worker_leave(w);
    leat__await_end(&waits);
    bool cut = t < p->n;
    if (run->failed || cut)
        leat__run_count_rest(run);
    int code = leat__run_code(run, cut);
    leat__run_heard(run, code);
    return code;
}

int leat__run_code(const struct leat__run *run, bool cut)
{
    return run->failed ? LEAT_EFAILED : !cut ? 0 : run->late ? LEAT_EDEADLINE : LEAT_ECANCELLED;
}

void leat__run_cancel(struct leat__run *run)
{
    run->suspended = false;
    run->stop = true;
    run->slow |= LEAT__SLOW_FULL;
    leat__gates_stir(run);
}

void leat__run_suspend(struct leat__run *run)
{
    if (run->stop)
        return;
    run->suspended = true;          /* before it is stopped: nobody may believe that it is cancelled */
    run->stop = true;
    run->slow |= LEAT__SLOW_FULL;
    leat__gates_stir(run);
}

void leat__run_begin(struct leat__run *run, struct leat__rings *rings)
{
    bool heard = run->evented && leat__rings_ready(rings) == 0;
    run->hook_failures += run->evented && !heard;
    run->rings = rings;
    run->named = false;
    run->slow = (run->listened || run->gated || run->due_ns || run->stop ? LEAT__SLOW_FULL : 0) | (heard ? LEAT__SLOW_EVENTS : 0);
    if (run->stop)                      /* it came between the two */
        run->slow |= LEAT__SLOW_FULL;
    if (!heard)
        return;
    run->time = leat__ticks_line();
    leat__event_of_run(run, LEAT_EVENT_RUN_BEGAN, 0);
}

void leat__run_heard(struct leat__run *run, int code)
{
    if (!(run->slow & LEAT__SLOW_EVENTS))
        return;
    leat__rings_deliver(run->rings, true);
    leat__event_of_run(run, LEAT_EVENT_RUN_ENDED, code);
}

void leat__run_init(struct leat__run *run, const struct leat__policy *policy)
{
    run->policy = policy;
    run->frame.run = run;
    pthread_mutex_init(&run->lock, NULL);
    leat__rings_init(&run->own, 1);
}

void leat__run_fini(struct leat__run *run)
{
    leat__frames_free(run);
    pthread_mutex_destroy(&run->lock);
    leat__rings_fini(&run->own);
}
