/* pooled: runs on the threads of an executor, and when that pays. */
#include "base/clock.h"
#include "base/error.h"
#include "front/run.h"
#include "run/context.h"
#include "run/worker.h"

/* A walk costs less than the counters and hand-overs of an open frame while tasks
 * are shorter than SHORT_NS, or all of them together than a few wake-ups. */
enum { SHORT_NS = 100, LITTLE_NS = 40000 };

/* Earlier runs of the plan have shown that it is done before others could help. */
static bool is_short(const struct leat__plan *p)
{
    uint64_t mean = atomic_load_explicit(&p->mean_ns, memory_order_relaxed), tasks = p->n - p->given;
    return tasks < 2 || (mean && (mean < SHORT_NS || mean * tasks < LITTLE_NS));
}

static bool is_in_task(void)
{
    const struct leat__worker *w = leat__worker_current();
    return w && w->task != LEAT__NONE;
}

struct leat__pool *leat__run_inline(leat_run *r)
{
    if (!r->inline_pool)
        r->inline_pool = leat__pool_new(1, false);
    return r->inline_pool;
}

/* A task of a walk cannot wait for a gate: others would have to go on. */
static struct leat__pool *gated_pool(leat_run *r)
{
    const leat_executor *e = r->driver->executor;
    struct leat__pool *pool = e && e->pool && !leat__is_hearing() ? e->pool : leat__run_inline(r);
    return pool && leat__driver_open(r->driver, r->plan) == 0 ? pool : NULL;
}

/* A run that a task executes is that task's work, and so with a hook of events, for
 * which the others would wait; one that is submitted is not. */
struct leat__pool *leat__run_pool(leat_run *r, bool submit)
{
    leat_executor *e = r->driver->executor;
    if (r->streaming || r->flow_node)
        return submit ? leat__run_shared(r) : NULL;
    if (r->core.gated)
        return gated_pool(r);
    if (!e || !e->pool)
        return NULL;
    bool timed = r->plan->plan.timed && !e->pool->sim;      /* a walk could not leave a call behind */
    if (!submit && (leat__is_hearing() || (!timed && (is_in_task() || (!e->pool->sim && is_short(&r->plan->plan))))))
        return NULL;
    return leat__driver_open(r->driver, r->plan) == 0 ? e->pool : NULL;
}

/* A hook of events holds back those who would have to tell of its own run. */
struct leat__pool *leat__run_shared(const leat_run *r)
{
    const leat_executor *e = r->driver->executor;
    return (r->streaming || r->flow_node) && e && !leat__is_hearing() ? e->pool : NULL;
}

static void remember(struct leat__plan *p, uint64_t ns)
{
    uint64_t tasks = p->n - p->given, mean = tasks ? ns / tasks : 0;
    atomic_store_explicit(&p->mean_ns, mean < 1 ? 1 : mean > UINT32_MAX ? UINT32_MAX : (uint32_t)mean,
                          memory_order_relaxed);
}

int leat__run_walk(leat_run *r)
{
    bool measured = r->driver->executor && r->driver->executor->pool;
    uint64_t since = measured ? leat__now_ns() : 0;
    int code = leat__walk(&r->core);
    if (measured)
        remember(&r->plan->plan, leat__now_ns() - since);
    return code;
}

/* By the worker that ended the last task of a submitted run. The pool may have no
 * other holder than the run, which may be gone as soon as somebody hears of its end. */
static void ended(struct leat__run *core, int code)
{
    leat_run *r = core->user;
    struct leat__pool *pool = leat__pool_ref(core->pool);
    leat_error told;
    r->tasks_code = code = r->flow ? leat__durable_code(r, code) : code;
    r->written |= r->streaming != NULL;     /* it has states, no outputs */
    LEAT__HOOKS(core, after_run, core->number, code)
    code = leat__run_told(r, code, false, &told);
    atomic_store(&r->over, true);
    void (*done)(leat_run *, int, void *) = r->done;
    void *user = r->done_user;          /* who waited may submit it again */
    if (leat__run_end(r, code, &told, !done))   /* without a callback our hold ends in the same moment: */
        leat__run_destroy(r);                   /* who waited, and frees, destroys */
    if (done)
        leat__run_tell(r, done, user, code);
    leat__pool_ring(pool);
    leat__pool_unref(pool);
}

/* A submitted run may be gone before it is started whole, and the driver with it. */
int leat__run_pooled(leat_run *r)
{
    struct leat__pool *pool = leat__pool_ref(r->core.pool);
    int code = 0;
    if (r->submitted) {
        r->core.ended = ended;
        r->core.user = r;
        leat__run_start(&r->core);
    } else {
        code = leat__run_through(&r->core);
    }
    leat__pool_unref(pool);
    return code;
}
