/* worker: see run/worker.h.
 *
 * One ready follower of a task runs next without passing a queue; the others go
 * to the worker's own part of its deque. A frame counts what is alive of it
 * (queued, running, settling or parked tasks); a worker keeps its own part of
 * that count, which it adds before others can take what it counted, and when it
 * runs out of work. Whoever brings the count to nothing closes the frame. */
#include "run/worker.h"
#include "base/clock.h"
#include "run/call.h"
#include "run/journal.h"
#include "run/open.h"
#include "run/sim.h"
#include "run/task.h"
#include "run/values.h"
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

enum { LOOK_EVERY = 64, LONG_NS = 300, SPIN_NS = 100000, AHEAD = 1024 };

static inline void relax(void)
{
#if defined __x86_64__ || defined __i386__
    __builtin_ia32_pause();
#elif defined __aarch64__
    __asm__ volatile("yield");
#endif
}

/* --- what is alive of a frame --- */

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

/* What a task takes: what was sampled, less the clock; or, where long ones escaped
 * that, what the whole run says, which for short ones is the engine's own time. */
static void remember(struct leat__run *run, uint64_t mean)
{
    struct leat__frame *f = &run->frame;
    uint64_t whole = (leat__now_ns() - run->since_ns) / (f->plan->n - f->plan->given + 1), clock = clock_ns();
    mean = mean > clock ? mean - clock : 1;
    mean = whole > LONG_NS && whole > mean ? whole : mean;
    atomic_store_explicit((_Atomic uint32_t *)&f->plan->mean_ns,
                          mean < 1 ? 1 : mean > UINT32_MAX ? UINT32_MAX : (uint32_t)mean, memory_order_relaxed);
}

static void end_run(struct leat__run *run)
{
    int code = run->code == LEAT__WELL ? 0 : run->code ? run->code : leat__run_code(run, run->stop);
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

static void close_frame(struct leat__frame *f)
{
    struct leat__run *run = f->run;
    if (run->policy->closed)
        run->policy->closed(f);
    if (f == &run->frame)
        end_run(run);
}

/* The frame may be gone afterwards. */
static void add_live(struct leat__frame *f, int64_t delta)
{
    if (atomic_fetch_add_explicit(&f->live, delta, memory_order_acq_rel) + delta == 0)
        close_frame(f);
}

/* Before the count of what is alive, so that they are whole when that is nothing. */
static void flush_sums(struct leat__worker *w)
{
    struct leat__run *run = w->frame->run;
    if (w->ok)
        atomic_fetch_add_explicit(&run->ok, w->ok, memory_order_relaxed);
    if (w->sampled) {
        atomic_fetch_add_explicit(&run->spent.ns, w->sampled_ns, memory_order_relaxed);
        atomic_fetch_add_explicit(&run->spent.tasks, w->sampled, memory_order_relaxed);
    }
    w->ok = w->sampled_ns = w->sampled = 0;
}

static void flush(struct leat__worker *w)
{
    struct leat__frame *f = w->frame;
    int64_t delta = w->delta;
    if (!f)
        return;
    flush_sums(w);
    w->delta = 0;
    if (delta)
        add_live(f, delta);
}

/* --- followers --- */

/* Of the slots of a frame; whoever sees that all others are there need not say that
 * it is, too. */
static inline bool arrive(const struct leat__open *o, struct leat__slot *slot, uint32_t entry, bool alone)
{
    uint32_t t = entry & LEAT__OUT_TASK, need = entry >> LEAT__OUT_NEED;
    _Atomic uint32_t *count = &slot[t].count;
    if (need == 1)
        return true;
    if (!need)
        need = o->need[t];
    uint32_t now = atomic_load_explicit(count, memory_order_acquire) + 1;
    if (!alone)
        return now == need || atomic_fetch_add_explicit(count, 1, memory_order_acq_rel) + 1 == need;
    atomic_store_explicit(count, now, memory_order_relaxed);
    return now == need;
}

static void push(struct leat__worker *w, struct leat__frame *f, uint32_t lo, uint32_t hi)
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

/* The follower that runs next, LEAT__NONE: none is ready. */
static inline uint32_t release(struct leat__worker *w, struct leat__frame *f, const struct leat__open *o, uint32_t t,
                               bool alone)
{
    struct leat__slot *slot = f->slot;
    const uint32_t *first = o->out + o->out_at[t], *entry = o->out + o->out_at[t + 1];
    uint32_t next = LEAT__NONE;
    while (entry > first) {
        entry--;
        if (!arrive(o, slot, *entry, alone))
            continue;
        if (next != LEAT__NONE)
            push_more(w, f, next);
        next = *entry & LEAT__OUT_TASK;
    }
    return next;
}

/* --- values --- */

/* Lets go of what a dead value held; a dead slot's count is its link in the list
 * of those to look at. */
static void die(struct leat__frame *f, uint32_t dead)
{
    const struct leat__open *o = f->plan->open;
    uint32_t list = dead + 1;
    atomic_store_explicit(&f->slot[dead].count, 0, memory_order_relaxed);
    while (list) {
        uint32_t t = list - 1;
        struct leat__slot *s = &f->slot[t];
        list = atomic_load_explicit(&s->count, memory_order_relaxed);
        const struct leat__node *n = leat__frame_node(f, t);
        if (n->flags & LEAT__NODE_OWNED && leat__slot_word(s) == LEAT__DONE)
            leat__values_destroy(f, t);
        for (uint32_t i = o->hold_at[t]; i < o->hold_at[t + 1]; i++) {
            struct leat__slot *held = &f->slot[o->hold[i]];
            if (atomic_fetch_sub_explicit(&held->count, 1, memory_order_acq_rel) != 1)
                continue;
            atomic_store_explicit(&held->count, list, memory_order_relaxed);
            list = o->hold[i] + 1;
        }
    }
}

/* Before the followers of a task hear of it: who will hold its value. */
static inline void count_holders(struct leat__frame *f, uint32_t t)
{
    atomic_store_explicit(&f->slot[t].count, f->plan->open->holders[t], memory_order_relaxed);
}

static void let_go(struct leat__frame *f, uint32_t t, bool unread)
{
    const struct leat__open *o = f->plan->open;
    if (unread)
        die(f, t);
    for (uint32_t i = o->drop_at[t]; i < o->drop_at[t + 1]; i++) {
        struct leat__slot *held = &f->slot[o->drop[i]];
        if (atomic_fetch_sub_explicit(&held->count, 1, memory_order_acq_rel) == 1)
            die(f, o->drop[i]);
    }
}

/* In a plan that owns values. */
static __attribute__((noinline)) uint32_t settle_held(struct leat__worker *w, struct leat__frame *f, uint32_t t,
                                                      enum leat__after after, bool alone)
{
    const struct leat__open *o = f->plan->open;
    bool unread = !o->holders[t];
    leat__worker_at(w, LEAT__NONE);         /* destructors are nobody's */
    count_holders(f, t);
    uint32_t next = after == LEAT__GO ? release(w, f, o, t, alone) : LEAT__NONE;
    let_go(f, t, unread);
    return next;
}

static inline uint32_t settle(struct leat__worker *w, struct leat__frame *f, const struct leat__open *o, uint32_t t,
                              enum leat__after after, bool alone)
{
    if (__builtin_expect(o->holders != NULL, 0))
        return settle_held(w, f, t, after, alone);
    return after == LEAT__GO ? release(w, f, o, t, alone) : LEAT__NONE;
}

/* --- a chain of tasks --- */

/* What others take must have been counted, so what we have made beyond what we have
 * ended is added, with so much more that the next times need not. What we take away
 * late does no harm: the count is nothing only when all have taken away theirs. */
static void publish(struct leat__worker *w)
{
    if (w->delta > 0) {
        atomic_fetch_add_explicit(&w->frame->live, w->delta + AHEAD, memory_order_relaxed);
        w->delta = -AHEAD;
    }
    if (leat__deque_publish(w->deque, w->eager))
        leat__pool_announce(w->pool);
    atomic_store_explicit(&w->deque->attn, leat__pool_is_idle(w->pool), memory_order_relaxed);
}

/* A step may take long, and no other may wait for its end. */
static void share_all(struct leat__worker *w)
{
    if (w->pool->slots > 1 && leat__deque_count(w->deque) && leat__deque_publish(w->deque, true))
        leat__pool_announce(w->pool);
}

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

/* Other runs wait in the queue, or a task that has waited for a deque: the chain
 * goes behind them. */
static bool is_turn_over(struct leat__worker *w)
{
    struct leat__pool *p = w->pool;
    return !w->only && (atomic_load(&p->inbox) || (atomic_load_explicit(&p->wanting, memory_order_relaxed) > 0 &&
                                                   !leat__pool_is_idle(p)));
}

/* A task with something round its call; false: its chain ends here, and its count is
 * somebody else's. */
static bool run_slowly(struct leat__worker *w, struct leat__frame *f, uint32_t t, bool full, void **args,
                       enum leat__after *after)
{
    const struct leat__task *task = &f->plan->task[t];
    if (!task->flags && f->run->slow == LEAT__SLOW_EVENTS && !full) {
        *after = leat__task_recorded(w, t, args);
        return true;
    }
    leat__worker_at(w, LEAT__NONE);
    if (task->flags & (LEAT__TASK_STEP | LEAT__TASK_ASKS))
        flush(w);           /* afterwards the frame may be somebody else's */
    if (task->flags & LEAT__TASK_STEP)
        share_all(w);
    switch (leat__task_run(w, t, after)) {
    case LEAT__AGAIN:
        w->frame = NULL;
        put_last(w, f, t);
        return false;
    case LEAT__PARK:
        w->frame = NULL;
        return false;
    case LEAT__STOPPED:
        w->delta--;
        return false;
    default:
        if (*after == LEAT__LATER)
            w->frame = NULL;
        return *after != LEAT__LATER;
    }
}

static inline bool run_one(struct leat__worker *w, struct leat__frame *f, const struct leat__plan *p, uint32_t t,
                           bool full, void **args, enum leat__after *after)
{
    const struct leat__task *task = &p->task[t];
    struct leat__slot *slot = f->slot;
    if (__builtin_expect(task->flags | f->run->slow | full, 0))
        return run_slowly(w, f, t, full, args, after);
    leat__gather(p, task, slot, args);
    leat__worker_at(w, t);
    task->call(task->fn, args, &slot[t].value);
    *after = LEAT__GO;
    if (__builtin_expect(atomic_load_explicit(&w->failed, memory_order_relaxed), 0)) {
        *after = leat__task_failed(w, t, args);
        return true;
    }
    leat__task_done(f, t);
    w->ok++;
    return true;
}

/* Of the frame we hold a count: it stays. What is behind a task that takes long
 * waits with it unless others can see it: so they do, unless earlier runs have
 * shown that tasks are short. */
static void turn_to(struct leat__worker *w, struct leat__frame *f)
{
    uint32_t mean = atomic_load_explicit(&f->plan->mean_ns, memory_order_relaxed);
    flush(w);
    w->frame = f;
    w->eager = !mean || mean > LONG_NS;
    w->alone = w->pool->slots == 1 && !f->run->later;
}

/* Of what is left of a deque below a nested wait nothing is for that. */
static inline bool pop(struct leat__worker *w, struct leat__entry *e)
{
    return leat__deque_count(w->deque) && (!w->nested || w->deque->head != w->base) && leat__deque_pop(w->deque, e);
}

/* The newest task of the same frame, unless somebody else's turn may have come. */
static inline bool pop_more(struct leat__worker *w, struct leat__frame *f, uint32_t *t)
{
    struct leat__deque *d = w->deque;
    struct leat__entry e;
    const struct leat__pool *p = w->pool;
    if (atomic_load_explicit(&p->inbox, memory_order_relaxed) || atomic_load_explicit(&p->wanting, memory_order_relaxed))
        return false;
    if (!leat__deque_count(d) || d->own[(d->head - 1) & (d->cap - 1)].frame != f || !pop(w, &e))
        return false;
    *t = e.lo;
    return true;
}

/* The chain goes behind what others have queued. */
static void yield_turn(struct leat__worker *w, struct leat__frame *f, uint32_t t)
{
    leat__worker_at(w, LEAT__NONE);
    flush(w);
    w->frame = NULL;
    leat__pool_put(w->pool, f, t);
}

static void run_chain(struct leat__worker *w, struct leat__frame *f, uint32_t t)
{
    void *args[LEAT__NEAR_ARGS];
    enum leat__after after;
    const struct leat__plan *p = f->plan;
    if (w->frame != f)
        turn_to(w, f);
    for (;;) {
        if (__builtin_expect(atomic_load_explicit(&w->deque->attn, memory_order_relaxed), 0) && leat__deque_count(w->deque))
            publish(w);     /* before the task, which may be long */
        bool look = --w->tick == 0;
        uint64_t since = look ? leat__now_ns() : 0;
        if (!run_one(w, f, p, t, false, args, &after))
            break;
        uint32_t next = settle(w, f, p->open, t, after, w->alone);
        if (__builtin_expect(look, 0)) {
            w->tick = LOOK_EVERY;
            w->sampled_ns += leat__now_ns() - since;
            w->sampled++;
            if (next != LEAT__NONE && is_turn_over(w)) {
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
    w->frame = f;
    w->refuse = why;
    bool ends = run_one(w, f, f->plan, t, full || why, args, after);
    w->refuse = NULL;
    leat__worker_at(w, LEAT__NONE);
    flush(w);
    w->frame = NULL;
    return ends;
}

void leat__worker_end(struct leat__worker *w, struct leat__frame *f, uint32_t t, enum leat__after after)
{
    w->frame = f;
    uint32_t next = settle(w, f, f->plan->open, t, after, w->pool->slots == 1 && !f->run->later);
    flush(w);               /* its own count is left: for the follower that has it next */
    w->frame = NULL;
    if (next == LEAT__NONE)
        add_live(f, -1);
    else
        push(w, f, next, next + 1);
}

/* --- finding work --- */

static void push_roots(struct leat__worker *w, struct leat__frame *f)
{
    const struct leat__open *o = f->plan->open;
    for (uint32_t i = o->roots; i-- > 0;)
        push(w, f, o->root[2 * i], o->root[2 * i + 1]);
    w->tick = 1;                /* how long its tasks are is to be known soon */
}

/* From the pool's queue, onto the worker's own stack. */
bool leat__worker_take(struct leat__worker *w)
{
    uint32_t t;
    bool start;
    struct leat__frame *f = leat__pool_take(w->pool, w->only, &t, &start);
    if (!f)
        return false;
    while (t) {
        uint32_t next = atomic_load_explicit(&f->slot[t - 1].count, memory_order_relaxed);
        push(w, f, t - 1, t);
        t = next;
    }
    if (start)
        push_roots(w, f);
    if (w->pool->sim)
        leat__sim_enter(w->pool->sim, f, start);
    return true;
}

static bool steal(struct leat__worker *w)
{
    struct leat__pool *p = w->pool;
    uint32_t me = (uint32_t)(w->deque - p->deque);
    for (uint32_t i = 1; i < p->slots; i++) {
        struct leat__deque *victim = &p->deque[(me + i) % p->slots];
        if (!leat__deque_steal(victim, w->deque, w->only)) {
            if (!atomic_load_explicit(&victim->attn, memory_order_relaxed))
                atomic_store_explicit(&victim->attn, true, memory_order_relaxed);
            continue;
        }
        if (atomic_load_explicit(&victim->shared, memory_order_relaxed))
            leat__pool_announce(p);
        return true;
    }
    return false;
}

static bool find(struct leat__worker *w, struct leat__entry *e)
{
    bool queue_first = atomic_load_explicit(&w->pool->inbox, memory_order_relaxed) && !w->only;
    if (queue_first && leat__worker_take(w) && pop(w, e))
        return true;
    if (pop(w, e))
        return true;
    w->stamp = 0;
    if (w->only ? leat__deque_steal(w->deque, w->deque, w->only) : leat__deque_reclaim(w->deque, w->eager))
        return pop(w, e);
    if ((leat__worker_take(w) || steal(w)) && pop(w, e))
        return true;
    flush(w);               /* the frame may be gone afterwards */
    w->frame = NULL;
    return false;
}

/* Commits rows that wait. Meanwhile the deque, in which there is nothing, is for
 * others, unless it is that of a task underneath; afterwards it may have none. */
static bool lead(struct leat__worker *w)
{
    bool lends = !w->up || w->up->deque != w->deque;
    if (lends) {
        leat__pool_leave(w->pool, w->deque);
        w->deque = NULL;
    }
    bool led = leat__pool_lead(w->pool, lends && !w->only);
    if (lends && (w->deque = leat__pool_seat(w->pool))) {
        w->lane = (uint16_t)(w->deque - w->pool->deque);
        w->base = w->deque->head;
    }
    return led;
}

/* Rows that wait are committed by who finds no task, or else by another. */
static bool find_or_lead(struct leat__worker *w, struct leat__entry *e)
{
    bool look = !w->frame;      /* a task of its settles later */
    if (find(w, e)) {
        if (look && (atomic_load_explicit(&w->pool->unsynced, memory_order_relaxed)
                     || atomic_load_explicit(&w->pool->overfull, memory_order_relaxed)))
            leat__pool_heed(w->pool);
        return true;
    }
    while (atomic_load(&w->pool->unsynced) && lead(w) && w->deque)
        if (find(w, e))
            return true;
    return false;
}

/* --- lives --- */

static bool has_work(struct leat__pool *p)
{
    if (atomic_load(&p->inbox))
        return true;
    for (uint32_t i = 0; i < p->slots; i++)
        if (atomic_load(&p->deque[i].shared) || atomic_load(&p->deque[i].left))
            return true;
    return false;
}

/* Looks for work for a while; then false. While it looked others were not woken:
 * so whoever finds some sees to the rest. */
static bool spin(struct leat__worker *w, struct leat__entry *e)
{
    uint64_t until = leat__now_ns() + SPIN_NS;
    bool found = false;
    leat__rings_deliver(&w->pool->rings, false);
    atomic_fetch_add(&w->pool->spinning, !w->only);     /* a helper takes nothing of others */
    for (uint32_t i = 1; !found && !atomic_load_explicit(&w->pool->closing, memory_order_relaxed); i++) {
        relax();
        found = find_or_lead(w, e);
        if (!w->deque || (!found && !w->only && leat__pool_has_left(w->pool)))
            break;              /* it gives up its deque, and takes that one */
        if (i % 16 == 0 && (leat__now_ns() > until || (w->over && *w->over)))
            break;
    }
    atomic_fetch_sub(&w->pool->spinning, !w->only);
    if (found && !w->only && has_work(w->pool))
        leat__pool_announce(w->pool);
    return found;
}

/* The run it helps is over, or one that waited in a task wants a deque again. */
static bool is_done(struct leat__worker *w)
{
    if (w->over)
        return atomic_load_explicit(w->over, memory_order_acquire);
    return atomic_load_explicit(&w->pool->wanting, memory_order_relaxed) && !leat__pool_is_idle(w->pool);
}

/* Works until nothing is found. */
static void work(struct leat__worker *w)
{
    struct leat__entry e;
    if (w->pool->sim) {
        leat__sim_work(w);
        return;
    }
    while (!is_done(w) && (find_or_lead(w, &e) || (w->deque && spin(w, &e))))
        run_chain(w, e.frame, e.lo);
    flush(w);
    w->frame = NULL;
    if (atomic_load(&w->pool->unsynced))
        leat__pool_heed(w->pool);
}

/* Of nested ones the outermost task fails; what that had begun is lost with it. */
void leat__work_cut(void *pool)
{
#ifdef __SANITIZE_ADDRESS__
    char here[1], *low = here - (256 << 10);        /* what was unwound is no object any more */
    __asan_unpoison_memory_region(low, (size_t)(here - low));
#endif
    struct leat__pool *p = pool;
    struct leat__worker *w = leat__worker_current();
    while (w && w->up) {
        struct leat__worker *inner = w;
        w = w->up;
        leat__worker_leave(inner);
    }
    atomic_fetch_sub(&p->threads, 1);
    if (!w || w->task == LEAT__NONE)
        return;
    struct leat__frame *f = w->frame;
    uint32_t t = w->task;
    leat__worker_tell(w, NULL, 0, "ended its thread (pthread_exit)");
    leat__worker_at(w, LEAT__NONE);
    void *told = NULL;          /* its inputs are still there to be told */
    enum leat__after after = leat__task_failed(w, t, &told);
    w->base = 0;
    if (!w->deque)
        leat__pool_back(p, w);
    leat__worker_end(w, f, t, after);
    for (uint32_t i = 0; leat__deque_count(w->deque) && i < LEAT__SHARED_ENTRIES; i++)
        leat__deque_publish(w->deque, true);
    leat__pool_leave(p, w->deque);
    leat__pool_announce(p);
    leat__worker_leave(w);
}

void leat__work(struct leat__pool *p, struct leat__worker *w)
{
    *w = (struct leat__worker){ .tick = 1 };
    leat__worker_enter(w, NULL);
    w->pool = p;
    while (!atomic_load(&p->closing)) {
        w->deque = leat__pool_seat(p);
        atomic_store(&p->waking, false);
        if (w->deque) {
            w->lane = (uint16_t)(w->deque - p->deque);
            work(w);
            if (w->deque)
                leat__pool_leave(p, w->deque);
        }
        uint32_t seen = atomic_load(&p->epoch);
        if (!atomic_load(&p->closing) && !(atomic_load(&p->idle) && has_work(p)))
            leat__pool_sleep(p, seen);
    }
    leat__worker_leave(w);
}

/* Works with a deque of the pool, or, inside a task, on top of that worker's own;
 * false: it got none. */
static bool help(struct leat__worker *w, struct leat__worker *up)
{
    bool seated = !up || !up->deque;
    w->deque = seated ? leat__pool_seat(w->pool) : up->deque;
    if (!w->deque)
        return false;
    if (seated)
        atomic_store(&w->pool->waking, false);
    w->lane = (uint16_t)(w->deque - w->pool->deque);
    w->base = w->deque->head;   /* what somebody left there is not for us either */
    w->nested = !seated || w->only;
    work(w);
    w->nested = false;
    if (seated && w->deque)
        leat__pool_leave(w->pool, w->deque);
    if (w->pool->sim)           /* what is left is for another who waits */
        leat__pool_ring(w->pool);
    return true;
}

/* There is something for a caller, whom nobody would wake for it. */
static bool goes_on(struct leat__worker *w, bool helped, int64_t timeout_ns)
{
    if (w->pool->sim)
        return helped && (timeout_ns >= 0 || leat__pool_holds(w->pool, w->only));
    return w->pool->threads == 0 && has_work(w->pool);
}

/* Nothing to do for this run now: inside a task the thread's deque is lent meanwhile. */
static void rest(struct leat__worker *w, struct leat__worker *up, uint32_t seen, int64_t timeout_ns)
{
    if (up && up->deque)
        leat__pool_lend(w->pool, up);
    leat__pool_wait(w->pool, seen, timeout_ns);
}

bool leat__help(struct leat__run *run, struct leat__pool *p, const _Atomic bool *over, int64_t timeout_ns)
{
    struct leat__worker worker = { .tick = 1, .only = run, .over = over }, *w = &worker;
    struct leat__worker *outer = leat__worker_current(), *up = outer && outer->pool == p ? outer : NULL;
    uint64_t until = w->until = timeout_ns < 0 ? UINT64_MAX : leat__pool_now(p) + (uint64_t)timeout_ns;
    bool seated = up && up->deque;
    if (up)
        flush(up);          /* its deque may be another's while it waits */
    if (p->sim && !up)
        w->only = NULL;     /* runs of others meet it */
    leat__worker_enter(w, NULL);
    w->pool = p;
    while (!atomic_load(over)) {
        uint64_t now = timeout_ns < 0 ? 0 : leat__pool_now(p);
        if (now >= until)
            break;
        uint32_t seen = atomic_load(&p->bell);
        bool helped = help(w, up);
        if (!atomic_load(over) && !goes_on(w, helped, timeout_ns))
            rest(w, up, seen, timeout_ns < 0 ? -1 : (int64_t)(until - now));
    }
    leat__worker_leave(w);
    if (seated && !up->deque)
        leat__pool_back(p, up);
    return atomic_load(over);
}

void leat__work_out(struct leat__pool *p)
{
    struct leat__worker worker = { .pool = p, .tick = 1, .until = UINT64_MAX }, *w = &worker;
    const struct leat__worker *outer = leat__worker_current();
    if (outer && outer->pool == p)
        return;
    leat__worker_enter(w, NULL);
    w->pool = p;
    help(w, NULL);
    leat__worker_leave(w);
}

struct leat__worker *leat__worker_lend(void)
{
    struct leat__worker *w = leat__worker_current();
    if (!w || !w->deque)
        return NULL;
    flush(w);
    return leat__pool_lend(w->pool, w) ? w : NULL;
}

void leat__worker_back(struct leat__worker *w)
{
    if (w)
        leat__pool_back(w->pool, w);
}

/* --- doors --- */

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
    run->later = false;
    run->above = NULL;
    run->told = false;
    run->spent.ns = run->spent.tasks = 0;
    run->since_ns = leat__now_ns();
    if (run->life)
        leat__life_attach(run->life, run);
    atomic_store_explicit(&f->live, f->plan->open->ready, memory_order_relaxed);
    if (f->plan->open->ready)
        leat__pool_put(run->pool, f, LEAT__NONE);
    else
        close_frame(f);
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
    leat__run_start_for(run, &e);
    leat__help(run, p, &e.over, -1);
    return e.code;
}

void leat__task_wake(struct leat__handle h)
{
    struct leat__frame *f = h.frame;
    if (f->gen != h.gen)
        return;
    uint32_t word = leat__slot_word(&f->slot[h.task]);
    for (;;) {
        uint32_t state = word & LEAT__SLOT_STATE;
        if (state != LEAT__PARKED && state != LEAT__RUNNING)
            return;
        uint32_t to = state == LEAT__PARKED ? LEAT__READY : word | LEAT__SLOT_WOKEN;
        if (!atomic_compare_exchange_weak(&f->slot[h.task].word, &word, to))
            continue;
        if (state == LEAT__PARKED)
            leat__pool_put(f->run->pool, f, h.task);
        return;
    }
}

void leat__frame_stop(struct leat__frame *f)
{
    f->run->slow |= LEAT__SLOW_FULL;
    f->stop = true;
}

static void settle_later(struct leat__frame *f, uint32_t t, enum leat__verdict v, bool go)
{
    const struct leat__open *o = f->plan->open;
    leat__task_move(f, t, v == LEAT__OK ? LEAT__DONE : v == LEAT__FAIL ? LEAT__FAILED : LEAT__SKIPPED);
    if (o->holders)
        count_holders(f, t);
    for (uint32_t i = o->out_at[t]; go && i < o->out_at[t + 1]; i++) {
        if (arrive(o, f->slot, o->out[i], false)) {
            atomic_fetch_add_explicit(&f->live, 1, memory_order_relaxed);
            leat__pool_put(f->run->pool, f, o->out[i] & LEAT__OUT_TASK);
        }
    }
    if (o->holders)
        let_go(f, t, !o->holders[t]);
    add_live(f, -1);
}

void leat__task_settle(struct leat__frame *f, uint32_t t, enum leat__verdict v) { settle_later(f, t, v, true); }

void leat__task_stay(struct leat__frame *f, uint32_t t, enum leat__verdict v) { settle_later(f, t, v, false); }
