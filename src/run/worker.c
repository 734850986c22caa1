/* worker: see run/worker.h. */
#include "run/worker.h"
#include "base/clock.h"
#include "run/chain.h"
#include "run/find.h"
#include "run/gate.h"
#include "run/guard.h"
#include "run/journal.h"
#include "run/live.h"
#include "run/settle.h"
#include "run/share.h"
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
        found = leat__find_next(w, e);
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
    for (bool came = !w->only; w->deque && !is_done(w); came = false) {
        if (!leat__find_next(w, &e) && !(w->deque && !w->leaves && spin(w, &e)))
            break;
        if (came && has_work(w->pool))      /* while it was on its way others were not woken */
            leat__pool_announce(w->pool);
        leat__chain_run(w, e.frame, e.lo);
    }
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
    if (d) {
        leat__pool_leave(p, d);
        leat__pool_attend(p);
    }
    leat__worker_leave(w);
    leat__pool_unref(p);
}

/* What waits inside of the outermost task is lost with it. The worker of that; NULL. */
static struct leat__worker *cut_inner(struct leat__worker *w)
{
    while (w && w->up) {
        struct leat__worker *inner = w;
        w = w->up;
        leat__share_suspend(inner);
        if (inner->guard.on)
            leat__guard_end(inner);
        if (inner->pool && inner->deque && !inner->on_top)
            leat__pool_leave(inner->pool, inner->deque);
        else if (inner->pool && !inner->on_top)
            leat__pool_relieved(inner);
        leat__worker_leave(inner);
    }
    return w;
}

/* Its thread ends: what it still has is for others. */
static void leave_all(struct leat__pool *p, struct leat__worker *w)
{
    for (uint32_t i = 0; leat__deque_count(w->deque) && i < LEAT__SHARED_ENTRIES; i++)
        leat__deque_publish(w->deque, true);
    leat__pool_leave(p, w->deque);
    leat__pool_announce(p);
    leat__worker_leave(w);
}

/* Of nested ones the outermost task fails. */
void leat__work_cut(void *pool)
{
#ifdef __SANITIZE_ADDRESS__
    char *here = __builtin_frame_address(0), *low = here - (256 << 10);     /* what was unwound is no object any more */
    __asan_unpoison_memory_region(low, (size_t)(here - low));
#endif
    struct leat__pool *p = pool;
    struct leat__worker *w = cut_inner(leat__worker_current());
    leat__share_suspend(w);
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
    leave_all(p, w);
}

void leat__work(struct leat__pool *p, struct leat__worker *w)
{
    *w = (struct leat__worker){ .tick = 1 };
    leat__worker_enter(w, NULL);
    w->pool = p;
    while (!atomic_load(&p->closing)) {
        leat__worker_sit(w, leat__pool_seat(p));
        atomic_store(&p->waking, false);
        if (w->deque) {
            work(w);
            if (w->deque)
                leat__pool_leave(p, w->deque);
        }
        uint32_t seen = atomic_load(&p->epoch);
        if (!atomic_load(&p->closing) && !(atomic_load(&p->idle) && (has_work(p) || leat__share_others(p))))
            leat__pool_sleep(p, seen);
    }
    leat__worker_leave(w);
}

/* Works with a deque of the pool, or, inside a task, on top of that worker's own;
 * false: it got none. */
static bool help(struct leat__worker *w, struct leat__worker *up)
{
    bool seated = !up || !up->deque;
    leat__worker_sit(w, seated ? leat__pool_seat(w->pool) : up->deque);
    if (!w->deque)
        return false;
    if (seated)
        atomic_store(&w->pool->waking, false);
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

/* Nothing to do for this run now: inside a task the thread's deque is lent meanwhile, or
 * what is in it shared. */
static void rest(struct leat__worker *w, struct leat__worker *up, uint32_t seen, int64_t timeout_ns)
{
    if (up && up->deque && !leat__pool_lend(w->pool, up) && up->deque)
        leat__share_all(up);
    int64_t patience = w->pool->due_ns ? leat__gates_patience(w->pool, leat__pool_now(w->pool)) : -1;
    leat__pool_wait(w->pool, seen, patience >= 0 && (timeout_ns < 0 || patience < timeout_ns) ? patience : timeout_ns);
}

/* A call that does not return would keep who works along: threads do it all. */
static bool stands_back(const struct leat__run *run, struct leat__pool *p)
{
    return run->guarded && p->most_threads && leat__pool_staff(p) == 0;
}

/* Inside a call or not. */
static bool lend(struct leat__worker *w)
{
    bool inside = leat__share_suspend(w);
    leat__live_flush(w);
    if (leat__pool_lend(w->pool, w)) {
        w->returns = inside;
        return true;
    }
    leat__share_resume(w, inside);
    return false;
}

/* Of a pool without threads there is nobody to have it, but perhaps of the one below. */
static struct leat__worker *lend_one(struct leat__worker *w)
{
    while (w && !(w->deque && lend(w)))
        w = leat__worker_below(w);
    return w;
}

bool leat__help(struct leat__run *run, struct leat__pool *p, const _Atomic bool *over, int64_t timeout_ns)
{
    struct leat__worker worker = { .tick = 1, .only = run, .over = over }, *w = &worker;
    struct leat__worker *outer = leat__worker_pooled(), *up = outer && outer->pool == p ? outer : NULL;
    uint64_t until = w->until = timeout_ns < 0 ? UINT64_MAX : leat__pool_now(p) + (uint64_t)timeout_ns;
    bool inside = leat__share_suspend(up), seated = up && up->deque, aloof = stands_back(run, p), held = false;
    /* a thread has a place in one pool at a time: who needs the other may be who it waits for */
    struct leat__worker *other = p->most_threads && !up ? lend_one(outer) : NULL;
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
        held |= helped;
        if (w->leaves)              /* what it rang itself, leaving, is not for it: somebody is on the way */
            seen = atomic_load(&p->bell);
        w->leaves = false;
        if (atomic_load(over) || goes_on(w, helped, timeout_ns) || leat__share_others(p))
            continue;
        other = other || up ? other : lend_one(outer);
        rest(w, up, seen, timeout_ns < 0 ? -1 : (int64_t)(until - now));
    }
    leat__worker_leave(w);
    if (held && !seated && atomic_load(over))   /* it left a place: who was busy may have begun a long call since it asked */
        leat__share_others(p);
    if (seated && !up->deque)
        leat__pool_back(p, up);
    else if (seated)
        leat__guard_offer(up, up->deque);
    leat__share_resume(up, inside);
    leat__worker_back(other);
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
    return lend_one(leat__worker_pooled());
}

void leat__worker_back(struct leat__worker *w)
{
    if (!w)
        return;
    leat__pool_back(w->pool, w);
    leat__share_resume(w, w->returns);
    w->returns = false;
}

void leat__worker_block(struct leat__worker *w, bool on)
{
    if (on && !w->blocks++) {
        atomic_store_explicit(&w->waits, true, memory_order_relaxed);
        w->lent = leat__worker_lend();
    }
    if (on || !w->blocks || --w->blocks)
        return;
    atomic_store_explicit(&w->waits, false, memory_order_relaxed);
    struct leat__worker *lent = w->lent;
    w->lent = NULL;
    leat__worker_back(lent);
}
