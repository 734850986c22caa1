/* guard: see run/guard.h. */
#include "run/guard.h"
#include "base/duration.h"
#include "run/holders.h"
#include "run/live.h"
#include "run/pool.h"
#include "run/settle.h"
#include "run/task.h"
#include <leat/hook.h>
#include <sched.h>
#include <stdio.h>

static const struct leat__side *side_of(const struct leat__frame *f, uint32_t t)
{
    return &f->plan->side[f->plan->task[t].side];
}

/* --- who comes first --- */

/* Once: the task is the caller's to settle. */
static bool win(struct leat__frame *f, uint32_t t, uint32_t mark)
{
    _Atomic uint32_t *word = &f->slot[t].word;
    uint32_t was = atomic_load(word);
    while (was & LEAT__SLOT_GUARDED)
        if (atomic_compare_exchange_weak(word, &was, (was & ~(uint32_t)LEAT__SLOT_GUARDED) | mark))
            return true;
    return false;
}

static bool is_abandoned(const struct leat__frame *f, uint32_t t)
{
    return leat__slot_word(&f->slot[t]) & LEAT__SLOT_ABANDONED;
}

/* --- the time is up --- */

/* Of the deque, while the call runs: it has no use for it, uses or lends it itself,
 * or is rid of it. */
enum { NOBODYS, CALLS, BEING_TAKEN, TAKEN };

/* Another thread has the worker's deque, if there is one. */
static void take_deque(struct leat__guard *g)
{
    uint32_t whose = NOBODYS;
    if (atomic_compare_exchange_strong(&g->whose, &whose, BEING_TAKEN))
        atomic_store(&g->whose, leat__pool_relieve(g->worker->pool, g->deque) ? TAKEN : CALLS);
}

/* Arguments that the call may write just now are not looked at. */
static bool is_writing(const struct leat__frame *f, uint32_t t)
{
    const struct leat__graph *g = f->plan->graph;
    const struct leat__node *n = leat__frame_node(f, t);
    for (uint32_t i = 0; i < n->edges; i++)
        if (g->edge[n->edge + i].writes || g->edge[n->edge + i].takes)
            return true;
    return false;
}

static void fail(struct leat__guard *g)
{
    struct leat__frame *f = g->frame;
    struct leat__worker keeper = { .tick = 1 };
    uint32_t lane = g->worker->lane;
    uint64_t began = g->worker->began;
    char why[160], limit[40];
    snprintf(why, sizeof why, "did not return within its timeout, %s",
             leat__duration_print(side_of(f, g->task)->timeout_ns, limit, sizeof limit));
    leat__worker_enter(&keeper, f);
    keeper.pool = g->worker->pool;
    g->told->code = LEAT_EFAILED;
    g->told->message = why;
    enum leat__after after = leat__task_fails_late(&keeper, g->task, g->told, why, !is_writing(f, g->task));
    if (after != LEAT__LATER) {
        leat__task_recorded_late(f, g->task, LEAT__FAIL, lane, began);
        leat__task_pass_on(f, g->task, after);
    }
    leat__worker_leave(&keeper);
}

/* The call returns to its worker only when this has ended: what is on that one's
 * stack is there. */
static void time_is_up(struct leat__timer *timer)
{
    struct leat__guard *g = (struct leat__guard *)timer;
    struct leat__frame *f = g->frame;
    struct leat__run *run = f->run;
    if (!win(f, g->task, LEAT__SLOT_ABANDONED))
        return;
    if (run->abandons)
        run->abandons(run);
    if (run->policy->keeps_bodies)
        atomic_fetch_add_explicit(&f->live, 1, memory_order_relaxed);
    take_deque(g);
    fail(g);
}

/* --- the call --- */

bool leat__guard_begin(struct leat__worker *w, uint32_t t, struct leat_call *told, uint64_t due_ns)
{
    struct leat__guard *g = &w->guard;
    if (!w->pool || !w->frame->run->guarded)
        return false;
    *g = (struct leat__guard){ .timer = { .at_ns = due_ns, .due = time_is_up }, .worker = w, .frame = w->frame, .task = t,
                               .told = told, .deque = w->deque, .whose = w->on_top ? CALLS : NOBODYS };
    leat__slot_mark(&w->frame->slot[t], LEAT__SLOT_GUARDED);
    g->on = leat__timer_arm(&w->pool->timers, &g->timer);
    if (!g->on)
        win(w->frame, t, 0);
    return g->on;
}

bool leat__guard_end(struct leat__worker *w)
{
    struct leat__guard *g = &w->guard;
    bool won = win(g->frame, g->task, 0);
    leat__timer_disarm(&w->pool->timers, &g->timer);
    g->on = false;
    if (g->whose == TAKEN)
        w->deque = NULL;
    return won;
}

bool leat__guard_is_over(const struct leat__worker *w)
{
    return w->guard.on && is_abandoned(w->guard.frame, w->guard.task);
}

bool leat__guard_claim(struct leat__worker *w)
{
    struct leat__guard *g = &w->guard;
    uint32_t whose = NOBODYS;
    if (g->on && !atomic_compare_exchange_strong(&g->whose, &whose, CALLS)) {
        while (whose == BEING_TAKEN) {
            sched_yield();
            whose = atomic_load(&g->whose);
        }
        if (whose == TAKEN)
            w->deque = NULL;
    }
    return w->deque;
}

void leat__guard_offer(struct leat__worker *w, struct leat__deque *d)
{
    struct leat__guard *g = &w->guard;
    if (!g->on)
        return;
    g->deque = d;
    atomic_store(&g->whose, NOBODYS);
    uint32_t whose = NOBODYS;
    if (is_abandoned(g->frame, g->task) && atomic_compare_exchange_strong(&g->whose, &whose, TAKEN)) {
        w->deque = NULL;
        leat__pool_resign(w, d);
    }
}

/* --- the call has returned --- */

void leat__guard_drop(struct leat__frame *f, uint32_t t)
{
    uint32_t parts = side_of(f, t)->outputs;
    for (uint32_t i = t; i <= t + parts; i++) {
        const struct leat__node *n = leat__frame_node(f, i);
        if (n->flags & LEAT__NODE_OWNED && !(leat__slot_word(&f->slot[i]) & LEAT__SLOT_OWNERS))
            leat__value_destroy(f->plan->graph, n, f->slot[i].value);
    }
}

const char *leat__guard_judge(struct leat__frame *f, uint32_t t, int64_t took, char *buf, size_t size)
{
    int64_t most = side_of(f, t)->timeout_ns;
    char a[40], b[40];
    if (took <= most)
        return NULL;
    leat__guard_drop(f, t);
    snprintf(buf, size, "took %s, its timeout is %s", leat__duration_print(took, a, sizeof a),
             leat__duration_print(most, b, sizeof b));
    return buf;
}

void leat__guard_leave(struct leat__worker *w, struct leat__frame *f, uint32_t t)
{
    struct leat__run *run = f->run;
    void (*returned)(struct leat__run *) = run->returned;
    bool counted = run->policy->keeps_bodies;
    if (f->plan->open->holders)
        leat__let_go_late(f, t);
    w->frame = NULL;
    if (!w->deque)
        leat__pool_relieved(w);
    if (counted)
        leat__live_add(f, -1);
    if (returned)
        returned(run);
}
