/* door: the ways into the runtime: a run starts, frames are started and resumed
 * while it goes on, parked tasks are woken, settled ones complete. */
#include "base/clock.h"
#include "run/chain.h"
#include "run/claim.h"
#include "run/gate.h"
#include "run/holders.h"
#include "run/journal.h"
#include "run/live.h"
#include "run/settle.h"
#include "run/task.h"
#include "run/worker.h"

/* Of a frame nothing of which runs yet. */
static bool is_ready(const struct leat__frame *f, uint32_t t)
{
    return leat__task_state(f, t) == LEAT__WAITING &&
           atomic_load_explicit(&f->slot[t].count, memory_order_relaxed) == f->plan->open->need[t];
}

void leat__frame_start(struct leat__frame *f)
{
    atomic_store_explicit(&f->live, f->plan->open->ready, memory_order_relaxed);
    leat__pool_put(f->run->pool, f, LEAT__NONE);
}

/* Ready tasks are chained by their values before the first is queued: from then on
 * others become ready by themselves. */
bool leat__frame_resume(struct leat__frame *f)
{
    const struct leat__plan *p = f->plan;
    const struct leat__open *o = p->open;
    uint32_t first = LEAT__NONE;
    int64_t ready = 0;
    for (uint32_t t = p->given; t < p->n; t++)
        for (uint32_t i = o->out_at[t]; leat__task_state(f, t) == LEAT__DONE && i < o->out_at[t + 1]; i++)
            atomic_fetch_add_explicit(&f->slot[o->out[i] & LEAT__OUT_TASK].count, 1, memory_order_relaxed);
    for (uint32_t t = p->n; t-- > p->given;)
        if (is_ready(f, t)) {
            f->slot[t].value = first;
            first = t;
            ready++;
        }
    atomic_store_explicit(&f->live, ready, memory_order_relaxed);
    while (first != LEAT__NONE) {
        uint32_t t = first;
        first = (uint32_t)f->slot[t].value;
        leat__pool_put(f->run->pool, f, t);
    }
    return ready > 0;
}

void leat__run_start(struct leat__run *run)
{
    struct leat__frame *f = &run->frame;
    f->run = run;
    leat__run_begin(run, &run->pool->rings);
    run->later = run->guarded;
    run->told = false;
    run->ordinal = 0;
    run->spent.ns = run->spent.tasks = 0;
    run->since_ns = leat__now_ns();
    if (run->life)
        leat__life_attach(run->life, run);
    atomic_store_explicit(&f->live, f->plan->open->ready, memory_order_relaxed);
    if (f->plan->open->ready)
        leat__pool_put(run->pool, f, LEAT__NONE);
    else
        leat__live_none(f);
}

/* The pool may have no other holder than who waits. */
static void tell_ending(struct leat__run *run, int code)
{
    struct leat__pool *p = leat__pool_ref(run->pool);
    struct leat__ending *e = run->user;
    e->code = code;
    atomic_store(&e->over, true);
    leat__pool_ring(p);
    leat__pool_unref(p);
}

void leat__run_start_for(struct leat__run *run, struct leat__ending *e)
{
    *e = (struct leat__ending){ 0 };
    run->user = e;
    run->ended = tell_ending;
    leat__run_start(run);
}

int leat__run_through(struct leat__run *run)
{
    struct leat__ending e;
    struct leat__pool *p = run->pool;       /* ended, the run may be another's */
    struct leat__await waits = { 0 };
    leat__claim_await(&waits, run);
    leat__run_start_for(run, &e);
    leat__help(run, p, &e.over, -1);
    leat__await_end(&waits);
    return e.code;
}

bool leat__task_rouse(struct leat__frame *f, uint32_t t)
{
    struct leat__slot *s = &f->slot[t];
    uint32_t word = leat__slot_word(s);
    for (;;) {
        uint32_t state = word & LEAT__SLOT_STATE;
        if (state != LEAT__PARKED && state != LEAT__RUNNING)
            return false;
        uint32_t to = state == LEAT__PARKED ? LEAT__READY | (word & LEAT__SLOT_ASKED) : word | LEAT__SLOT_WOKEN;
        if (atomic_compare_exchange_weak(&s->word, &word, to))
            return state == LEAT__PARKED;
    }
}

/* The root stays as long as its run; another frame may be closed just now, and its
 * slots be another's. */
void leat__task_wake(struct leat__handle h)
{
    struct leat__frame *f = h.frame;
    struct leat__run *run = f->run;
    bool root = f == &run->frame;
    if (!root)
        pthread_mutex_lock(&run->lock);
    bool woken = f->gen == h.gen && leat__task_rouse(f, h.task);
    if (!root)
        pthread_mutex_unlock(&run->lock);
    if (woken)
        leat__pool_put(run->pool, f, h.task);
}

void leat__frame_stop(struct leat__frame *f)
{
    f->run->slow |= LEAT__SLOW_FULL;
    f->stop = true;
    leat__gates_stir(f->run);
}

void leat__task_pass_on(struct leat__frame *f, uint32_t t, enum leat__after after)
{
    const struct leat__open *o = f->plan->open;
    bool go = after == LEAT__GO, abandoned = leat__slot_word(&f->slot[t]) & LEAT__SLOT_ABANDONED;
    if (o->holders)
        leat__count_holders(f, t, abandoned);
    for (uint32_t i = o->out_at[t]; go && i < o->out_at[t + 1]; i++) {
        if (leat__arrive(o, f->slot, o->out[i], false)) {
            atomic_fetch_add_explicit(&f->live, 1, memory_order_relaxed);
            leat__pool_put(f->run->pool, f, o->out[i] & LEAT__OUT_TASK);
        }
    }
    if (o->holders && abandoned)
        leat__let_go_late(f, t);
    else if (o->holders)
        leat__let_go(f, t, !o->holders[t]);
    leat__live_add(f, -1);
}

static void settle_later(struct leat__frame *f, uint32_t t, enum leat__verdict v, enum leat__after after)
{
    leat__task_move(f, t, v == LEAT__OK ? LEAT__DONE : v == LEAT__FAIL ? LEAT__FAILED : LEAT__SKIPPED);
    leat__task_pass_on(f, t, after);
}

void leat__task_settle(struct leat__frame *f, uint32_t t, enum leat__verdict v) { settle_later(f, t, v, LEAT__GO); }

void leat__task_stay(struct leat__frame *f, uint32_t t, enum leat__verdict v) { settle_later(f, t, v, LEAT__STAY); }
