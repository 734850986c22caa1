/* wait: until a run has ended, and how to end it. */
#include "base/clock.h"
#include "base/error.h"
#include "front/run.h"
#include "run/claim.h"
#include "run/context.h"
#include "run/look.h"
#include "run/worker.h"

/* Callbacks that the calling thread is in. */
struct telling { const leat_run *run; struct telling *outer; };
static _Thread_local struct telling *telling;

void leat__run_tell(leat_run *r, void (*done)(leat_run *, int, void *), void *user, int code)
{
    struct telling here = { r, telling };
    telling = &here;
    done(r, code, user);
    telling = here.outer;
    pthread_mutex_lock(&r->lock);
    r->telling--;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
    leat__run_unref(r);
}

/* Under the lock. Who waits may take away at once what the callback uses. */
static bool is_being_told(const leat_run *r)
{
    for (const struct telling *t = telling; t; t = t->outer)
        if (t->run == r)
            return false;
    return r->telling > 0;
}

static bool is_over(leat_run *r)
{
    pthread_mutex_lock(&r->lock);
    bool over = r->state == LEAT__RUN_ENDED;
    pthread_mutex_unlock(&r->lock);
    return over;
}

/* The calling thread is inside a task of this run, or of one that was begun in a
 * task of it: it would wait for itself. */
static bool is_inside(const leat_run *r)
{
    for (const struct leat__worker *w = leat__worker_current(); w; w = w->up)
        if (w->frame && (w->frame->run == &r->core || leat__run_is_below(w->frame->run, r->core.number)))
            return true;
    return false;
}

/* Its events come after those that the calling thread tells, or its workers wait
 * until those are told. */
static bool must_not_wait(leat_run *r)
{
    if (!leat__is_hearing())
        return false;
    pthread_mutex_lock(&r->lock);
    const struct leat__pool *pool = r->core.pool;
    bool busy = r->state == LEAT__RUN_BUSY;
    pthread_mutex_unlock(&r->lock);
    return busy && (r->core.evented || (pool && leat__rings_are_ours(&pool->rings)));
}

/* A task that waits does the awaited run's work, and nothing else; so does anybody
 * when the pool could make no thread. Holds the run for its caller. true: the time
 * is up, which is that of a simulation. */
static bool work_along(leat_run *r, int64_t timeout_ms)
{
    const struct leat__worker *w = leat__worker_pooled();
    pthread_mutex_lock(&r->lock);
    struct leat__pool *pool = r->submitted && r->state == LEAT__RUN_BUSY ? r->core.pool : NULL;
    r->refs++;
    pthread_mutex_unlock(&r->lock);
    if (!pool || !(w && w->pool == pool ? w->deque != NULL : !pool->threads))
        return false;
    leat__help(&r->core, pool, &r->over, timeout_ms < 0 ? -1 : timeout_ms * 1000000);
    return pool->sim && timeout_ms >= 0;
}

/* Under the lock. A submitted run's outputs are written by the first who waits. */
static int how_it_ended(leat_run *r, leat_error *err)
{
    if (r->submitted && !r->written) {
        r->written = true;
        r->code = leat__run_told(r, r->tasks_code, true, &r->error);
    }
    if (r->code < 0 && err)
        *err = r->error;
    return r->code;
}

int leat_run_wait(leat_run *r, int64_t timeout_ms, leat_error *err)
{
    if (!r)
        return leat__fail_memory(err);
    int code = leat__driver_check(r->driver, err);
    if (code < 0)
        return code;
    if (is_inside(r) && !is_over(r))
        return leat__fail(err, LEAT_EDEADLK, "a task cannot wait for its own run");
    if (must_not_wait(r))
        return leat__fail(err, LEAT_EDEADLK, "a hook of events cannot wait for a run whose events come after its own");
    if (timeout_ms > LEAT__LONGEST_MS)
        timeout_ms = -1;
    uint64_t until = timeout_ms < 0 ? UINT64_MAX : leat__now_ns() + (uint64_t)timeout_ms * 1000000;
    struct leat__await waits = { 0 };
    leat__claim_await(&waits, &r->core);
    int late = work_along(r, timeout_ms);
    struct leat__worker *lent = leat__worker_lend();
    pthread_mutex_lock(&r->lock);
    while ((r->state == LEAT__RUN_BUSY || is_being_told(r)) && !r->freed && !late)
        late = leat__cond_wait(&r->changed, &r->lock, until);
    if (r->freed)
        code = leat__fail(err, LEAT_ECANCELLED, "the run was freed");
    else if (r->state == LEAT__RUN_OPEN)
        code = leat__fail(err, LEAT_EUSAGE, "the run was not submitted");
    else if (r->state == LEAT__RUN_BUSY || is_being_told(r))
        code = leat__fail(err, LEAT_EBUSY, "the run has not ended");
    else
        code = how_it_ended(r, err);
    pthread_mutex_unlock(&r->lock);
    leat__worker_back(lent);
    leat__await_end(&waits);
    leat__run_unref(r);
    return code;
}

size_t leat_run_running(const leat_run *r, leat_id *out, size_t cap)
{
    return r && leat__driver_check(r->driver, NULL) == 0 ? leat__run_running(&r->core, false, (uint32_t *)out, cap) : 0;
}

size_t leat_run_abandoned(const leat_run *r, leat_id *out, size_t cap)
{
    return r && leat__driver_check(r->driver, NULL) == 0 ? leat__run_running(&r->core, true, (uint32_t *)out, cap) : 0;
}

int leat_run_wait_abandoned(leat_run *r, int64_t timeout_ms, leat_error *err)
{
    int late = 0, code = r ? leat__driver_check(r->driver, err) : leat__fail_memory(err);
    if (code < 0)
        return code;
    if (is_inside(r))
        return leat__fail(err, LEAT_EDEADLK, "a task cannot wait for its own run");
    uint64_t until = timeout_ms < 0 || timeout_ms > LEAT__LONGEST_MS ? UINT64_MAX
                                                                     : leat__now_ns() + (uint64_t)timeout_ms * 1000000;
    struct leat__worker *lent = leat__worker_lend();
    pthread_mutex_lock(&r->lock);
    while (r->bodies && !r->freed && !late)
        late = leat__cond_wait(&r->changed, &r->lock, until);
    bool left = r->bodies && !r->freed;
    pthread_mutex_unlock(&r->lock);
    leat__worker_back(lent);
    return left ? leat__fail(err, LEAT_EBUSY, "a node whose time was up has not returned") : 0;
}

int leat_run_cancel(leat_run *r)
{
    if (!r)
        return LEAT_ENOMEM;
    leat__run_cancel(&r->core);
    return 0;
}

