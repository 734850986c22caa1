/* live: see run/live.h. */
#include "run/live.h"
#include "base/clock.h"
#include "run/chain.h"
#include "run/journal.h"
#include "run/worker.h"

enum {
    ENGINE_NS = 60,             /* of what a short task takes on an open frame             */
    ESCAPED_NS = 300            /* a whole run that takes more a task had long ones in it  */
};

/* What looking at the clock twice seems to take: the least of some times. */
static uint64_t clock_ns(void)
{
    static _Atomic uint64_t cost;
    uint64_t least = atomic_load_explicit(&cost, memory_order_relaxed), since;
    for (int i = 0; !cost && i < 16; i++) {
        since = leat__now_ns();
        uint64_t took = leat__now_ns() - since;
        least = !i || took < least ? took : least;
    }
    atomic_store_explicit(&cost, least ? least : 1, memory_order_relaxed);
    return least;
}

/* What a task takes: what was sampled, less the clock and what goes to the engine, whose
 * followers and queues are in it; or, where long ones escaped that, what the whole run
 * says, which for short ones is the engine's own time. */
static void remember(struct leat__run *run, uint64_t mean)
{
    struct leat__frame *f = &run->frame;
    uint64_t whole = (leat__now_ns() - run->since_ns) / (f->plan->n - f->plan->given + 1), engine = clock_ns() + ENGINE_NS;
    mean = mean > engine ? mean - engine : 1;
    mean = whole > ESCAPED_NS && whole > mean ? whole : mean;
    atomic_store_explicit((_Atomic uint32_t *)&f->plan->mean_ns,
                          mean < 1 ? 1 : mean > UINT32_MAX ? UINT32_MAX : (uint32_t)mean, memory_order_relaxed);
}

static void end_run(struct leat__run *run)
{
    int told = run->code, code = told == LEAT__WELL ? 0 : told ? told : leat__run_code(run, run->stop);
    uint64_t tasks = run->spent.tasks, mean = tasks ? run->spent.ns / tasks : 0;
    if (tasks)
        remember(run, mean);
    if (code < 0 && (run->failed || run->stop))
        leat__run_count_rest(run);
    leat__run_heard(run, code);
    if (run->life)
        leat__life_finish(run->life, code, run->ended);
    else
        run->ended(run, code);
}

void leat__live_none(struct leat__frame *f)
{
    struct leat__run *run = f->run;
    if (run->policy->closed)
        run->policy->closed(f);
    if (f == &run->frame)
        end_run(run);
}

void leat__live_add(struct leat__frame *f, int64_t delta)
{
    if (atomic_fetch_add_explicit(&f->live, delta, memory_order_acq_rel) + delta == 0)
        leat__live_none(f);
}

/* Before the count of what is alive, so that they are whole when that is nothing. */
static void flush_sums(struct leat__worker *w)
{
    struct leat__run *run = w->frame->run;
    leat__worker_hand_over(w, run);
    if (w->sampled) {
        atomic_fetch_add_explicit(&run->spent.ns, w->sampled_ns, memory_order_relaxed);
        atomic_fetch_add_explicit(&run->spent.tasks, w->sampled, memory_order_relaxed);
    }
    w->sampled_ns = w->sampled = 0;
}

void leat__live_flush(struct leat__worker *w)
{
    struct leat__frame *f = w->frame;
    int64_t delta = w->delta;
    if (!f)
        return;
    flush_sums(w);
    w->delta = 0;
    if (delta)
        leat__live_add(f, delta);
}
