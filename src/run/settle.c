/* settle: see run/settle.h. */
#include "run/settle.h"
#include "run/claim.h"
#include "run/hook.h"
#include "run/pool.h"
#include "run/task.h"

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
enum leat__after leat__settle(struct leat__worker *w, uint32_t t, enum leat__verdict v)
{
    struct leat__frame *f = w->frame;
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

enum leat__after leat__settle_failed(struct leat__worker *w, uint32_t t, const char *file, int line, const char *why,
                                     void *const *args)
{
    struct leat__run *run = w->frame->run;
    run->slow |= LEAT__SLOW_FULL;
    if (!leat__task_is_told(w->frame, t))
        leat__settle_count(&run->besides);
    leat__settle_count(&run->failed);
    leat__failure_add(w->frame, t, LEAT_EFAILED, file, line, why, args);
    return leat__settle(w, t, LEAT__FAIL);
}

enum leat__after leat__settle_told(struct leat__worker *w, uint32_t t, void *const *args)
{
    enum leat__after after = leat__settle_failed(w, t, w->file, w->line, w->text, args);
    w->failed = 0;
    return after;
}

enum leat__after leat__task_fails_late(struct leat__worker *w, uint32_t t, const leat_call *told, const char *why,
                                       bool args)
{
    LEAT__HOOKS(w->frame->run, after_node, told)
    return leat__settle_failed(w, t, NULL, 0, why, args ? told->args : NULL);
}

void leat__task_begin(struct leat__frame *f, uint32_t t)
{
    if (leat__task_state(f, t) != LEAT__WAITING)
        return;         /* its thread ended: it had begun */
    leat__task_move(f, t, LEAT__READY);
    leat__task_move(f, t, LEAT__RUNNING);
}

enum leat__after leat__task_failed(struct leat__worker *w, uint32_t t, void *const *args)
{
    leat__worker_at(w, LEAT__NONE);
    leat__task_begin(w->frame, t);
    return leat__settle_told(w, t, args);
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
    w->stamp = leat__ticks_after();
    leat__task_tell(w, t, LEAT__FAIL, began);
    return after;
}
