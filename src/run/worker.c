/* worker: see run/worker.h. */
#include "run/worker.h"
#include "base/clock.h"
#include "run/call.h"
#include "run/chain.h"
#include "run/gate.h"
#include "run/guard.h"
#include "run/journal.h"
#include "run/live.h"
#include "run/sim.h"
#include "run/task.h"
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

enum { SPIN_NS = 100000 };

static inline void relax(void)
{
#if defined __x86_64__ || defined __i386__
    __builtin_ia32_pause();
#elif defined __aarch64__
    __asm__ volatile("yield");
#endif
}

/* --- finding work --- */

/* A frame's first tasks of one band. */
static void push_roots(struct leat__worker *w, struct leat__frame *f, enum leat__band band)
{
    const struct leat__open *o = f->plan->open;
    w->tick = 1;                /* how long its tasks are is to be known soon */
    for (uint32_t i = o->roots; i-- > 0;) {
        uint32_t lo = o->root[2 * i], hi = o->root[2 * i + 1];
        if (!f->plan->priority) {
            leat__chain_push(w, f, lo, hi);
            continue;
        }
        for (uint32_t end = hi, t = hi; t-- > lo;) {
            bool ours = leat__task_band(f, t) == band;
            if (ours && (t == lo || leat__task_band(f, t - 1) != band))
                leat__chain_push(w, f, t, end);
            end = ours ? end : t;
        }
    }
}

/* All that the worker has waits for its next turn, unless some of it is of another. */
static bool set_aside(struct leat__worker *w)
{
    struct leat__deque *d = w->deque;
    if (w->on_top || (w->nested && (int32_t)(w->base - d->tail) > 0))
        return false;
    leat__live_flush(w);        /* others may take it */
    w->frame = NULL;
    struct leat__load *l = leat__deque_unload(d);
    if (l)
        leat__pool_put_load(w->pool, l, leat__deque_band(d), w->only);
    return !leat__deque_count(d);
}

/* Those of one run and band need not take turns. Of others nothing may lie beneath,
 * shared or not: a load that is of two runs would never get to the lower one. */
static bool is_alike(const struct leat__worker *w, const struct leat__taken *k)
{
    const struct leat__deque *d = w->deque;
    uint32_t count = leat__deque_count(d);
    if (!count && !atomic_load_explicit(&d->shared, memory_order_relaxed))
        return true;
    return count && k->run && k->band == leat__deque_band(d) &&
           d->own[(d->head - 1) & (d->cap - 1)].frame->run == k->run;
}

static void push_taken(struct leat__worker *w, const struct leat__taken *k)
{
    struct leat__frame *f = k->frame;
    for (uint32_t t = k->first, next; t; t = next) {
        next = atomic_load_explicit(&f->slot[t - 1].count, memory_order_relaxed);
        leat__chain_push(w, f, t - 1, t);
    }
    if (k->starts)
        push_roots(w, f, k->band);
    if (w->pool->sim)
        leat__sim_enter(w->pool->sim, f, k->starts);
}

/* From the pool's queue, onto the worker's own stack. */
static bool take(struct leat__worker *w, enum leat__band least, bool oldest)
{
    struct leat__taken k;
    if (!leat__pool_take(w->pool, (struct leat__choice){ w->only, least, oldest }, &k))
        return false;
    bool empty = w->pool->sim || is_alike(w, &k) || set_aside(w);
    if (k.frame)
        push_taken(w, &k);
    else if (!leat__deque_load(w->deque, k.load)) {
        leat__pool_put_load(w->pool, k.load, k.band, k.run);
        return false;
    } else if (empty) {
        w->base = w->deque->tail;
    }
    if (empty)
        leat__deque_set_band(w->deque, k.band);
    return true;
}

bool leat__worker_take(struct leat__worker *w) { return take(w, LEAT__LOW, false); }

static bool steal(struct leat__worker *w, enum leat__band least)
{
    struct leat__pool *p = w->pool;
    uint32_t me = (uint32_t)(w->deque - p->deque);
    for (uint32_t i = 1; i < p->slots; i++) {
        struct leat__deque *victim = &p->deque[(me + i) % p->slots];
        enum leat__band band = leat__deque_band(victim);
        if (band < least)
            continue;
        if (!leat__deque_steal(victim, w->deque, w->only)) {
            if (!atomic_load_explicit(&victim->attn, memory_order_relaxed))
                atomic_store_explicit(&victim->attn, true, memory_order_relaxed);
            continue;
        }
        leat__deque_set_band(w->deque, band);
        if (atomic_load_explicit(&victim->shared, memory_order_relaxed))
            leat__pool_announce(p);
        return true;
    }
    return false;
}

bool leat__worker_sees_higher(struct leat__worker *w)
{
    for (uint32_t i = 0; i < w->pool->slots; i++) {
        struct leat__deque *d = &w->pool->deque[i];
        if (leat__deque_band(d) <= leat__deque_band(w->deque))
            continue;
        if (atomic_load_explicit(&d->shared, memory_order_relaxed))
            return true;
        atomic_store_explicit(&d->attn, true, memory_order_relaxed);
    }
    return false;
}

/* Of others, or of nobody yet: the highest band first. */
static bool find_elsewhere(struct leat__worker *w)
{
    if (!atomic_load_explicit(&w->pool->banded, memory_order_relaxed))
        return take(w, LEAT__LOW, false) || steal(w, LEAT__LOW);
    for (int band = LEAT__HIGH; band >= LEAT__LOW; band--)
        if (take(w, (enum leat__band)band, false) || steal(w, (enum leat__band)band))
            return true;
    return false;
}

/* Who helps one run has nothing for others; there are threads that have. */
static void make_room(struct leat__worker *w)
{
    if (!w->only || w->on_top || !w->pool->most_threads || leat__pool_is_idle(w->pool))
        return;
    set_aside(w);
    w->leaves = true;
}

/* What goes before what the worker has. */
static bool find_urgent(struct leat__worker *w)
{
    enum leat__band band = leat__deque_band(w->deque);
    bool turn = w->turn, oldest = w->oldest;
    w->turn = false;
    if (!turn)
        return !oldest && atomic_load_explicit(&w->pool->inbox, memory_order_relaxed) >= w->deque->above &&
               take(w, (enum leat__band)(band + 1), false);
    if (take(w, band, oldest))
        return true;
    if (leat__worker_sees_higher(w))
        set_aside(w);
    else
        make_room(w);
    return false;
}

static bool find(struct leat__worker *w, struct leat__entry *e)
{
    if (__builtin_expect(atomic_load_explicit(&w->pool->stir, memory_order_relaxed), 0))
        leat__gates_look(w->pool);
    if (find_urgent(w) && leat__chain_pop(w, e))
        return true;
    if (leat__chain_pop(w, e))
        return true;
    w->stamp = 0;
    if (!w->leaves) {
        if (w->only ? leat__deque_steal(w->deque, w->deque, w->only) : leat__deque_reclaim(w->deque, w->eager))
            return leat__chain_pop(w, e);
        if (atomic_load_explicit(&w->pool->due_ns, memory_order_relaxed))
            leat__gates_look(w->pool);
        if (find_elsewhere(w) && leat__chain_pop(w, e))
            return true;
    }
    leat__live_flush(w);               /* the frame may be gone afterwards */
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
    if (atomic_load(&p->inbox) || atomic_load(&p->stir))
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
    while (w->deque && !is_done(w) && (find_or_lead(w, &e) || (w->deque && !w->leaves && spin(w, &e))))
        leat__chain_run(w, e.frame, e.lo);
    leat__live_flush(w);
    w->frame = NULL;
    if (atomic_load(&w->pool->unsynced))
        leat__pool_heed(w->pool);
}

/* The task was abandoned before. */
static void leave_late(struct leat__worker *w, struct leat__frame *f, uint32_t t)
{
    struct leat__pool *p = leat__pool_ref(w->pool);
    struct leat__deque *d = w->deque;
    leat__guard_leave(w, f, t);
    if (d)
        leat__pool_leave(p, d);
    leat__worker_leave(w);
    leat__pool_unref(p);
}

/* Of nested ones the outermost task fails; what that had begun is lost with it. */
void leat__work_cut(void *pool)
{
#ifdef __SANITIZE_ADDRESS__
    char *here = __builtin_frame_address(0), *low = here - (256 << 10);     /* what was unwound is no object any more */
    __asan_unpoison_memory_region(low, (size_t)(here - low));
#endif
    struct leat__pool *p = pool;
    struct leat__worker *w = leat__worker_current();
    while (w && w->up) {
        struct leat__worker *inner = w;
        w = w->up;
        if (inner->guard.on)
            leat__guard_end(inner);
        if (inner->deque && !inner->on_top)
            leat__pool_leave(p, inner->deque);
        else if (!inner->on_top)
            p->lent--;
        leat__worker_leave(inner);
    }
    atomic_fetch_sub(&p->threads, 1);
    if (!w || w->task == LEAT__NONE)
        return;
    struct leat__frame *f = w->frame;
    uint32_t t = w->task;
    if (w->guard.on && !leat__guard_end(w)) {
        leat__worker_at(w, LEAT__NONE);
        leave_late(w, f, t);
        return;
    }
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
    w->on_top = !seated;
    work(w);
    w->nested = w->on_top = false;
    if (seated && w->deque)
        leat__pool_leave(w->pool, w->deque);
    if (w->leaves || (seated && has_work(w->pool)))     /* of others, who heard of nothing while it was here */
        leat__pool_announce(w->pool);
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
    int64_t patience = w->pool->due_ns ? leat__gates_patience(w->pool, leat__pool_now(w->pool)) : -1;
    leat__pool_wait(w->pool, seen, patience >= 0 && (timeout_ns < 0 || patience < timeout_ns) ? patience : timeout_ns);
}

/* A call that does not return would keep who works along: threads do it all. */
static bool stands_back(const struct leat__run *run, struct leat__pool *p)
{
    return run->guarded && p->most_threads && leat__pool_staff(p) == 0;
}

bool leat__help(struct leat__run *run, struct leat__pool *p, const _Atomic bool *over, int64_t timeout_ns)
{
    struct leat__worker worker = { .tick = 1, .only = run, .over = over }, *w = &worker;
    struct leat__worker *outer = leat__worker_current(), *up = outer && outer->pool == p ? outer : NULL;
    uint64_t until = w->until = timeout_ns < 0 ? UINT64_MAX : leat__pool_now(p) + (uint64_t)timeout_ns;
    bool seated = up && up->deque, aloof = stands_back(run, p);
    if (up)
        leat__live_flush(up);          /* its deque may be another's while it waits */
    if (up && up->deque && (aloof || up->guard.on))
        leat__pool_lend(p, up);
    aloof &= !up || !up->deque;
    if (p->sim && !up)
        w->only = NULL;     /* runs of others meet it */
    leat__worker_enter(w, NULL);
    w->pool = p;
    while (!atomic_load(over)) {
        uint64_t now = timeout_ns < 0 ? 0 : leat__pool_now(p);
        if (now >= until)
            break;
        uint32_t seen = atomic_load(&p->bell);
        bool helped = !aloof && help(w, up);
        if (w->leaves)              /* what it rang itself, leaving, is not for it: somebody is on the way */
            seen = atomic_load(&p->bell);
        w->leaves = false;
        if (!atomic_load(over) && !goes_on(w, helped, timeout_ns))
            rest(w, up, seen, timeout_ns < 0 ? -1 : (int64_t)(until - now));
    }
    leat__worker_leave(w);
    if (seated && !up->deque)
        leat__pool_back(p, up);
    else if (seated)
        leat__guard_offer(up, up->deque);
    if (!atomic_load(over) && p->due_ns)
        leat__pool_attend(p);           /* another has to see when a run is late */
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
    leat__live_flush(w);
    return leat__pool_lend(w->pool, w) ? w : NULL;
}

void leat__worker_back(struct leat__worker *w)
{
    if (w)
        leat__pool_back(w->pool, w);
}

void leat__worker_block(struct leat__worker *w, bool on)
{
    if (on && !w->blocks++) {
        atomic_store_explicit(&w->waits, true, memory_order_relaxed);
        w->lends = leat__worker_lend() != NULL;
    }
    if (on || !w->blocks || --w->blocks)
        return;
    atomic_store_explicit(&w->waits, false, memory_order_relaxed);
    if (!w->lends)
        return;
    w->lends = false;
    leat__pool_back(w->pool, w);
}
