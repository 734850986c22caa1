/* chain: see run/chain.h. */
#include "run/chain.h"
#include "base/clock.h"
#include "run/call.h"
#include "run/dispatch.h"
#include "run/find.h"
#include "run/guard.h"
#include "run/holders.h"
#include "run/live.h"
#include "run/share.h"
#include "run/task.h"
#include "run/worker.h"

/* A turn is so many tasks, or fewer where these take longer than that. */
enum { TURN_TASKS = 64, TURN_NS = 100000 };

/* --- followers --- */

void leat__chain_push(struct leat__worker *w, struct leat__frame *f, uint32_t lo, uint32_t hi)
{
    if (leat__deque_push(w->deque, (struct leat__entry){ f, lo, hi }))
        return;
    for (; lo < hi; lo++)               /* no memory: the pool's queue needs none */
        leat__pool_put(w->pool, f, lo);
}

/* One that is not counted yet. Where others find it at once, that comes first. */
static inline void push_more(struct leat__worker *w, struct leat__frame *f, uint32_t t)
{
    if (__builtin_expect(leat__deque_push(w->deque, (struct leat__entry){ f, t, t + 1 }), 1)) {
        w->delta++;
        return;
    }
    atomic_fetch_add_explicit(&f->live, 1, memory_order_relaxed);
    leat__pool_put(w->pool, f, t);
}

/* A task that will soon be ready is brought near: itself as the first of its inputs
 * arrives, as the next does the lists that it names. */
static inline void look_ahead(const struct leat__plan *p, const struct leat__slot *slot, uint32_t t)
{
    if (atomic_load_explicit(&slot[t].count, memory_order_relaxed) > 1) {
        __builtin_prefetch(&p->in[p->task[t].in]);
        __builtin_prefetch(&p->open->out[p->open->out_at[t]]);
    } else {
        __builtin_prefetch(&p->task[t]);
        __builtin_prefetch(&p->open->out_at[t]);
    }
}

/* Lines that another worker has just written come all at once, and to be written:
 * counted one after the other each would be waited for, first to read, then to write. */
static __attribute__((noinline)) void claim_slots(const struct leat__slot *slot, const uint32_t *first, const uint32_t *end)
{
    for (; first < end; first++) {
        const struct leat__slot *s = &slot[*first & LEAT__OUT_TASK];
#ifdef __x86_64__
        __asm__ volatile("prefetchw %0" : : "m"(*s));     /* the builtin says it only to some processors */
#else
        __builtin_prefetch(s, 1);
#endif
    }
}

/* The follower that runs next, LEAT__NONE: none is ready. */
static inline uint32_t release(struct leat__worker *w, struct leat__frame *f, const struct leat__open *o, uint32_t t,
                               bool alone)
{
    struct leat__slot *slot = f->slot;
    const uint32_t *first = o->out + o->out_at[t], *entry = o->out + o->out_at[t + 1];
    uint32_t next = LEAT__NONE;
    if (entry - first > 2 && !alone)
        claim_slots(slot, first, entry);
    while (entry > first) {
        entry--;
        if (!leat__arrive(o, slot, *entry, alone)) {
            look_ahead(f->plan, slot, *entry & LEAT__OUT_TASK);
            continue;
        }
        if (next != LEAT__NONE)
            push_more(w, f, next);
        next = *entry & LEAT__OUT_TASK;
    }
    return next;
}

/* The engine's own, that only hand something on, go with the task before them. */
static bool is_elsewhere(const struct leat__worker *w, const struct leat__frame *f, uint32_t t)
{
    return !(f->plan->task[t].flags & LEAT__TASK_QUIET) && leat__task_band(f, t) != leat__deque_band(w->deque) && !w->pool->sim;
}

/* In a plan with priorities: followers of another band wait in the pool's queue. */
static uint32_t release_by_band(struct leat__worker *w, struct leat__frame *f, const struct leat__open *o, uint32_t t,
                                bool alone)
{
    const uint32_t *first = o->out + o->out_at[t], *entry = o->out + o->out_at[t + 1];
    uint32_t next = LEAT__NONE;
    while (entry > first) {
        uint32_t follower = *--entry & LEAT__OUT_TASK;
        if (!leat__arrive(o, f->slot, *entry, alone))
            continue;
        if (is_elsewhere(w, f, follower)) {
            atomic_fetch_add_explicit(&f->live, 1, memory_order_relaxed);
            leat__pool_put(w->pool, f, follower);
            continue;
        }
        if (next != LEAT__NONE)
            push_more(w, f, next);
        next = follower;
    }
    return next;
}

/* --- values --- */

/* In a plan that owns values, or has priorities. */
static __attribute__((noinline)) uint32_t settle_more(struct leat__worker *w, struct leat__frame *f, uint32_t t,
                                                      enum leat__after after, bool alone)
{
    const struct leat__open *o = f->plan->open;
    bool held = o->holders, unread = held && !o->holders[t];
    leat__worker_at(w, LEAT__NONE);         /* destructors are nobody's */
    if (held)
        leat__count_holders(f, t, 0);
    uint32_t next = after != LEAT__GO ? LEAT__NONE : f->plan->priority ? release_by_band(w, f, o, t, alone)
                                                                       : release(w, f, o, t, alone);
    if (held)
        leat__let_go(f, t, unread);
    return next;
}

static inline uint32_t settle(struct leat__worker *w, struct leat__frame *f, const struct leat__open *o, uint32_t t,
                              enum leat__after after, bool alone)
{
    if (__builtin_expect(o->more, 0))
        return settle_more(w, f, t, after, alone);
    return after == LEAT__GO ? release(w, f, o, t, alone) : LEAT__NONE;
}

/* --- one task --- */

/* A step may take long, and no other may wait for its end. */
enum { LONG = LEAT__TASK_STEP | LEAT__TASK_TIMED | LEAT__TASK_BLOCKING };

static void reclaim(struct leat__worker *w, bool one)
{
    if (w->only)
        leat__deque_steal(w->deque, w->deque, w->only);
    else
        leat__deque_reclaim(w->deque, one);
}

/* Behind everything that this worker has, also what it shared: the two take turns. */
static void put_last(struct leat__worker *w, struct leat__frame *f, uint32_t t)
{
    reclaim(w, true);
    if (w->nested || !leat__deque_push_last(w->deque, (struct leat__entry){ f, t, t + 1 }))
        leat__pool_put(w->pool, f, t);
}

/* Somebody else's turn has come: of this band or a higher one, or of the oldest. */
static bool is_turn_over(struct leat__worker *w)
{
    uint32_t inbox = atomic_load_explicit(&w->pool->inbox, memory_order_relaxed);
    w->oldest = ++w->turns % LEAT__AGING == 0;
    w->turn = inbox >= (w->oldest ? 1 : w->deque->above / 2) ||
              leat__find_higher(w);
    return w->turn;
}

/* A task that has waited for a deque goes on before the chain does. */
static bool is_wanted(struct leat__worker *w)
{
    struct leat__pool *p = w->pool;
    return !w->only && atomic_load_explicit(&p->wanting, memory_order_relaxed) > 0 && !leat__pool_is_idle(p);
}

/* A task with something round its call; false: its chain ends here, and its count is
 * somebody else's. */
static bool run_slowly(struct leat__worker *w, uint32_t t, enum leat__after *after)
{
    struct leat__frame *f = w->frame;
    const struct leat__task *task = &f->plan->task[t];
    leat__worker_at(w, LEAT__NONE);
    if (task->flags & (LONG | LEAT__TASK_ASKS | LEAT__TASK_ENTERS) || f->run->gated)
        leat__live_flush(w);           /* afterwards the frame may be somebody else's */
    if (task->flags & LONG)
        leat__share_all(w);
    switch (w->verdict = leat__task_run(w, t, after)) {
    case LEAT__AGAIN:
        w->frame = NULL;
        if (!w->pool->sim)
            put_last(w, f, t);
        is_turn_over(w);
        return false;
    case LEAT__PARK:
        w->frame = NULL;
        is_turn_over(w);
        return false;
    case LEAT__STOPPED:
        w->delta--;
        return false;
    case LEAT__ABANDONED:
        leat__guard_leave(w, f, t);
        return false;
    default:
        if (*after == LEAT__LATER) {
            w->frame = NULL;
            is_turn_over(w);
        }
        return *after != LEAT__LATER;
    }
}

/* Not in line: what nobody hears shall not pay for it. */
static __attribute__((noinline)) enum leat__after run_heard(struct leat__worker *w, struct leat__frame *f, uint32_t t,
                                                            void **args)
{
    return leat__task_recorded(w, f, t, args);
}

static inline __attribute__((always_inline)) bool run_one(struct leat__worker *w, struct leat__frame *f,
                                                          const struct leat__plan *p, uint32_t t, bool full,
                                                          void **args, enum leat__after *after)
{
    const struct leat__task *task = &p->task[t];
    struct leat__slot *slot = f->slot;
    uint8_t slow = f->run->slow;
    if (__builtin_expect(task->flags | slow | full, 0)) {
        if (task->flags | (slow != LEAT__SLOW_EVENTS) | full)
            return run_slowly(w, t, after);
        *after = run_heard(w, f, t, args);
        return true;
    }
    leat__gather(p, task, slot, args);
    leat__worker_at(w, t);
    leat__share_enter(w);
    task->call(task->fn, args, &slot[t].value);
    leat__share_leave(w);
    *after = LEAT__GO;
    if (leat__worker_has_failed(w, t)) {
        *after = leat__task_failed(w, t, args);
        return true;
    }
    leat__task_done(f, t);
    leat__worker_count(w);
    return true;
}

/* Of the frame we hold a count: it stays. What is behind a task that takes long
 * waits with it unless others can see it: so they do, unless earlier runs have
 * shown that tasks are short. */
static void turn_to(struct leat__worker *w, struct leat__frame *f)
{
    uint32_t mean = atomic_load_explicit(&f->plan->mean_ns, memory_order_relaxed);
    leat__live_flush(w);
    leat__worker_counts_for(w, f->run);
    w->frame = f;
    w->eager = !mean || mean > LEAT__LONG_NS;
    w->alone = w->pool->slots == 1 && !f->run->later;
}

/* The newest task of the same frame, unless something more urgent waits. */
static inline bool pop_more(struct leat__worker *w, struct leat__frame *f, uint32_t *t)
{
    struct leat__deque *d = w->deque;
    struct leat__entry e;
    const struct leat__pool *p = w->pool;
    if (atomic_load_explicit(&p->inbox, memory_order_relaxed) >= d->above ||
        atomic_load_explicit(&p->wanting, memory_order_relaxed))
        return false;
    if (!leat__deque_count(d) || d->own[(d->head - 1) & (d->cap - 1)].frame != f || !leat__chain_pop(w, &e))
        return false;
    *t = e.lo;
    return true;
}

/* The chain goes behind what others have queued; with what the worker has, if that
 * gives up its turn. */
static __attribute__((noinline)) void yield_turn(struct leat__worker *w, struct leat__frame *f, uint32_t t)
{
    leat__worker_at(w, LEAT__NONE);
    leat__live_flush(w);
    w->frame = NULL;
    if (w->turn)
        leat__chain_push(w, f, t, t + 1);
    else
        leat__pool_put(w->pool, f, t);
}

/* A sample of what tasks take says when to look again. */
static __attribute__((noinline)) void look_round(struct leat__worker *w, uint64_t took)
{
    w->tick = took <= TURN_NS / TURN_TASKS ? TURN_TASKS : took >= TURN_NS ? 1 : (uint32_t)(TURN_NS / took);
    w->sampled_ns += took;
    w->sampled++;
    is_turn_over(w);
}

void leat__chain_run(struct leat__worker *w, struct leat__frame *f, uint32_t t)
{
    void *args[LEAT__NEAR_ARGS];
    enum leat__after after;
    const struct leat__plan *p = f->plan;
    if (w->frame != f)
        turn_to(w, f);
    for (;;) {
        bool look = --w->tick == 0;
        uint64_t since = look ? leat__now_ns() : 0;
        if (!run_one(w, f, p, t, false, args, &after))
            break;
        uint32_t next = settle(w, f, p->open, t, after, w->alone);
        if (__builtin_expect(look, 0)) {
            look_round(w, leat__now_ns() - since);
            if (next != LEAT__NONE && (w->turn || is_wanted(w))) {
                yield_turn(w, f, next);
                return;
            }
        }
        if (next == LEAT__NONE && (w->delta--, look || !pop_more(w, f, &next)))
            break;
        t = next;
    }
    leat__worker_at(w, LEAT__NONE);
}

/* --- one step at a time --- */

bool leat__worker_begin(struct leat__worker *w, struct leat__frame *f, uint32_t t, bool full, const char *why,
                        enum leat__after *after)
{
    void *args[LEAT__NEAR_ARGS];
    leat__worker_counts_for(w, f->run);
    w->frame = f;
    w->refuse = why;
    bool ends = run_one(w, f, f->plan, t, full || why, args, after);
    w->refuse = NULL;
    leat__worker_at(w, LEAT__NONE);
    leat__live_flush(w);
    w->frame = NULL;
    return ends;
}

void leat__worker_end(struct leat__worker *w, struct leat__frame *f, uint32_t t, enum leat__after after)
{
    w->frame = f;
    uint32_t next = settle(w, f, f->plan->open, t, after, w->pool->slots == 1 && !f->run->later);
    leat__live_flush(w);               /* its own count is left: for the follower that has it next */
    w->frame = NULL;
    if (next == LEAT__NONE)
        leat__live_add(f, -1);
    else
        leat__chain_push(w, f, next, next + 1);
}
