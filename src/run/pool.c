/* pool: see run/pool.h.
 *
 * Nobody sleeps on work: a publisher stores what it shares, then reads `idle`; a
 * worker adds to `idle`, then looks at what is shared. Both in one total order,
 * so one of them sees the other. */
#include "run/pool.h"
#include "base/clock.h"
#include "base/vector.h"
#include "run/gate.h"
#include "run/guard.h"
#include "run/sim.h"
#include "run/worker.h"
#include <errno.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { STACK = 8 << 20, OTHER_STACK = 64 << 10, MOST_SPARES = 256 };

/* --- futexes --- */

static void wake(_Atomic uint32_t *word, int n)
{
    atomic_fetch_add(word, 1);
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, n, NULL, NULL, 0);
}

static void sleep_on(_Atomic uint32_t *word, uint32_t seen, _Atomic uint32_t *count, int64_t timeout_ns)
{
    struct timespec t = { timeout_ns / 1000000000, timeout_ns % 1000000000 };
    atomic_fetch_add(count, 1);
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, seen, timeout_ns < 0 ? NULL : &t, NULL, 0);
    atomic_fetch_sub(count, 1);
}

/* --- made and freed --- */

struct leat__pool *leat__pool_new(uint32_t slots, bool threads)
{
    struct leat__pool *p = aligned_alloc(64, (sizeof *p + 63) & ~(size_t)63);
    if (!p)
        return NULL;
    memset(p, 0, sizeof *p);
    p->deque = aligned_alloc(64, (size_t)slots * sizeof *p->deque);
    p->held = calloc(slots, sizeof *p->held);
    if (!p->deque || !p->held) {
        free(p->deque);
        free(p->held);
        free(p);
        return NULL;
    }
    for (uint32_t i = 0; i < slots; i++)
        leat__deque_init(&p->deque[i]);
    p->slots = slots;
    p->idle = slots;
    p->most_threads = threads ? slots : 0;
    p->refs = 1;
    p->pid = getpid();
    p->barriers = threads && !syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
    pthread_mutex_init(&p->lock, NULL);
    leat__rings_init(&p->rings, slots);
    leat__timers_init(&p->timers);
    return p;
}

struct leat__pool *leat__pool_ref(struct leat__pool *p)
{
    if (p)
        atomic_fetch_add_explicit(&p->refs, 1, memory_order_relaxed);
    return p;
}

static void destroy(struct leat__pool *p)
{
    for (uint32_t i = 0; i < p->slots; i++)
        leat__deque_fini(&p->deque[i]);
    pthread_mutex_destroy(&p->lock);
    leat__rings_fini(&p->rings);
    leat__sim_free(p->sim);
    free(p->thread);
    free(p->deque);
    free(p->held);
    free(p);
}

/* A child after fork has the memory, but none of the threads. One of the pool's
 * own threads cannot wait for itself: it goes when it returns to its loop, and
 * the memory with it. */
void leat__pool_unref(struct leat__pool *p)
{
    if (!p || atomic_fetch_sub_explicit(&p->refs, 1, memory_order_acq_rel) != 1)
        return;
    bool child = p->pid != getpid(), inside = false;
    if (!child)
        pthread_mutex_lock(&p->lock);       /* who makes a thread just now has made it */
    atomic_store(&p->closing, true);
    if (!child)
        pthread_mutex_unlock(&p->lock);
    wake(&p->epoch, INT_MAX);
    for (uint32_t i = 0; !child && i < p->thread_count; i++) {
        if (pthread_equal(p->thread[i], pthread_self())) {
            pthread_detach(p->thread[i]);
            inside = true;
        } else {
            pthread_join(p->thread[i], NULL);
        }
    }
    p->orphan = inside;
    leat__timers_fini(&p->timers, child);
    if (!inside)
        destroy(p);
}

static void no_other_stack(void)
{
    stack_t none = { .ss_flags = SS_DISABLE };
    sigaltstack(&none, NULL);
}

static void cut(void *pool)
{
    struct leat__pool *p = pool;
    leat__work_cut(p);
    no_other_stack();
    if (p->orphan)
        destroy(p);
}

static void *thread_main(void *user)
{
    struct leat__pool *p = user;
    struct leat__worker worker;     /* here: it outlives what pthread_exit unwinds */
    char other[OTHER_STACK];        /* for a host's handler of SIGSEGV that asks for one */
    stack_t s = { .ss_sp = other, .ss_size = sizeof other };
    sigaltstack(&s, NULL);
    pthread_cleanup_push(cut, p);
    leat__work(p, &worker);
    pthread_cleanup_pop(0);
    no_other_stack();
    if (p->orphan)
        destroy(p);
    return NULL;
}

/* Under the lock. 0, or why not (errno). */
static int make_thread(struct leat__pool *p)
{
    sigset_t all, old;
    pthread_attr_t attr;
    pthread_t thread;
    if (!LEAT__ROOM(p->thread, p->thread_count, p->thread_cap) || pthread_attr_init(&attr))
        return ENOMEM;
    pthread_attr_setstacksize(&attr, STACK);
    sigfillset(&all);               /* the host's own: SIGSEGV and the like stay */
    static const int own[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        sigdelset(&all, own[i]);
    pthread_sigmask(SIG_BLOCK, &all, &old);
    int wrong = pthread_create(&thread, &attr, thread_main, p);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attr);
    if (!wrong) {
        p->thread[p->thread_count++] = thread;
        p->threads++;
    }
    return wrong;
}

int leat__pool_staff(struct leat__pool *p)
{
    int wrong = 0;
    if (!p->most_threads || atomic_load(&p->threads))
        return 0;
    pthread_mutex_lock(&p->lock);
    if (!p->threads)
        wrong = make_thread(p);
    pthread_mutex_unlock(&p->lock);
    return wrong;
}

/* --- sleeping and waking --- */

void leat__pool_ring(struct leat__pool *p) { wake(&p->bell, INT_MAX); }

void leat__pool_attend(struct leat__pool *p)
{
    wake(&p->epoch, 1);
    wake(&p->bell, INT_MAX);
}

void leat__pool_sleep(struct leat__pool *p, uint32_t seen)
{
    int64_t patience = p->due_ns ? leat__gates_patience(p, leat__pool_now(p)) : -1;
    sleep_on(&p->epoch, seen, &p->sleepers, patience);
}

void leat__pool_wait(struct leat__pool *p, uint32_t seen, int64_t timeout_ns)
{
    sleep_on(&p->bell, seen, &p->waiters, timeout_ns);
}

/* There is no thread, and none can be made: the callers do it all. */
static void call_the_waiters(struct leat__pool *p)
{
    atomic_store(&p->waking, false);
    leat__pool_ring(p);
}

void leat__pool_announce(struct leat__pool *p)
{
    if (!atomic_load(&p->idle) || atomic_load(&p->spinning) || atomic_exchange(&p->waking, true))
        return;
    atomic_fetch_add(&p->epoch, 1);     /* one that is about to sleep does not */
    if (!atomic_load(&p->sleepers)) {
        pthread_mutex_lock(&p->lock);
        bool few = (int64_t)p->threads - p->lent < p->most_threads && p->threads < p->most_threads + MOST_SPARES;
        bool made = few && !atomic_load(&p->closing) && make_thread(p) == 0;
        pthread_mutex_unlock(&p->lock);
        if (!made)
            call_the_waiters(p);
        return;
    }
    syscall(SYS_futex, &p->epoch, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

/* --- deques --- */

/* Cleared before the look: who comes to be idle after it asks anew. Without barriers those
 * that come late are not heard, so work is always wanted. */
void leat__pool_listen(struct leat__pool *p, struct leat__deque *d)
{
    atomic_store(&d->attn, false);
    if (atomic_load(&p->idle) || (!p->barriers && p->slots > 1))
        atomic_store(&d->attn, true);
}

static struct leat__deque *seat(struct leat__pool *p, bool left)
{
    for (uint32_t i = 0; i < p->slots; i++) {
        struct leat__deque *d = &p->deque[i];
        if (atomic_load_explicit(&p->held[i], memory_order_relaxed) || (left && !atomic_load(&d->left)) ||
            atomic_exchange(&p->held[i], true))
            continue;
        atomic_fetch_sub(&p->idle, 1);
        atomic_store(&d->left, false);
        leat__pool_listen(p, d);
        return d;
    }
    return NULL;
}

struct leat__deque *leat__pool_seat(struct leat__pool *p)
{
    struct leat__deque *d = seat(p, true);
    return d ? d : seat(p, false);
}

bool leat__pool_has_left(struct leat__pool *p)
{
    for (uint32_t i = 0; i < p->slots; i++)
        if (atomic_load(&p->deque[i].left))
            return true;
    return false;
}

void leat__pool_leave(struct leat__pool *p, struct leat__deque *d)
{
    bool left = leat__deque_count(d);
    atomic_store(&d->left, left);       /* nobody steals from there: who holds it next runs it */
    atomic_store(&p->held[d - p->deque], false);
    atomic_fetch_add(&p->idle, 1);
    for (uint32_t i = 0; i < p->slots; i++)     /* who is busy learns that somebody is not */
        if (!atomic_load(&p->deque[i].attn))
            atomic_store(&p->deque[i].attn, true);
    if (atomic_load(&p->wanting))
        leat__pool_ring(p);
    if (left)
        leat__pool_announce(p);
}

/* Its thread is the pool's, not a caller that helps. */
static bool is_own(const struct leat__worker *w)
{
    for (const struct leat__worker *up; (up = leat__worker_below(w)) && up->pool == w->pool;)
        w = up;
    return !w->only;
}

/* There are as many threads that do not wait as deques, as long as they can be made:
 * so for each deque that is lent there is somebody. Under the lock. */
static bool spare_thread(struct leat__pool *p, bool own)
{
    int64_t others = (int64_t)p->threads - p->lent - own;
    if (!p->most_threads)
        return false;
    bool able = others >= p->most_threads ||
                (p->threads < p->most_threads + MOST_SPARES && make_thread(p) == 0) || atomic_load(&p->sleepers);
    p->lent += able && own;
    return able;
}

/* A worker, and those whose deque it works with. */
static void give_deque(struct leat__worker *w, struct leat__deque *d)
{
    for (bool more = true; more; w = leat__worker_below(w)) {
        more = w->on_top;
        leat__worker_sit(w, d);
        w->alone = false;
        w->stamp = 0;
        if (d)
            w->base = d->head;  /* what somebody left there is not for a nested wait */
    }
}

/* What is left in the deque is for whoever takes it next: there must be somebody. */
bool leat__pool_lend(struct leat__pool *p, struct leat__worker *w)
{
    if (!leat__guard_claim(w))
        return false;
    pthread_mutex_lock(&p->lock);
    bool able = spare_thread(p, is_own(w));
    pthread_mutex_unlock(&p->lock);
    if (!able)
        return false;
    struct leat__deque *d = w->deque;
    give_deque(w, NULL);
    leat__pool_leave(p, d);
    wake(&p->epoch, 1);
    return true;
}

void leat__pool_back(struct leat__pool *p, struct leat__worker *w)
{
    struct leat__deque *d;
    if (leat__guard_is_over(w))
        return;                 /* the call goes on without */
    atomic_fetch_add(&p->wanting, 1);
    while (!(d = leat__pool_seat(p))) {
        uint32_t seen = atomic_load(&p->bell);
        if ((d = leat__pool_seat(p)))
            break;
        leat__pool_wait(p, seen, -1);
    }
    atomic_fetch_sub(&p->wanting, 1);
    p->lent -= is_own(w);
    give_deque(w, d);
    leat__guard_offer(w, d);
}

bool leat__pool_relieve(struct leat__pool *p, struct leat__deque *d)
{
    pthread_mutex_lock(&p->lock);
    bool able = spare_thread(p, true);
    pthread_mutex_unlock(&p->lock);
    if (able) {
        leat__pool_leave(p, d);
        wake(&p->epoch, 1);
    }
    return able;
}

void leat__pool_relieved(struct leat__worker *w) { w->pool->lent -= is_own(w); }

void leat__pool_resign(struct leat__worker *w, struct leat__deque *d)
{
    w->pool->lent += is_own(w);
    leat__pool_leave(w->pool, d);
    wake(&w->pool->epoch, 1);
}

uint64_t leat__pool_now(const struct leat__pool *p) { return p && p->sim ? leat__sim_now(p->sim) : leat__now_ns(); }

uint32_t leat__pool_some(struct leat__pool *p, uint32_t n) { return p->sim ? leat__sim_some(p->sim, n) : n; }

bool leat__pool_starves(struct leat__pool *p) { return p && p->sim && leat__sim_starves(p->sim); }
