/* share: see run/share.h. */
#include "run/share.h"
#include "run/open.h"
#include <linux/membarrier.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { AHEAD = 1024 };

/* What others take must have been counted, so what the worker has made beyond what it
 * has ended is added, with so much more that the next times need not. What it takes away
 * late does no harm: the count is nothing only when all have taken away theirs. */
static void count_ahead(struct leat__worker *w)
{
    if (w->frame && w->delta > 0) {
        atomic_fetch_add_explicit(&w->frame->live, w->delta + AHEAD, memory_order_relaxed);
        w->delta = -AHEAD;
    }
}

/* About to call: not inside after all. All that it has: half of it may find one of two
 * that are idle, and keep the rest from the other. It is inside before it asks whether
 * somebody is still idle, who else would miss it. */
void leat__share_again(struct leat__worker *w)
{
    struct leat__deque *d = w->deque;
    leat__share_leave(w);
    leat__share_all(w);
    atomic_store(&d->inside, w);
    leat__pool_listen(w->pool, d);
}

void leat__share_all(struct leat__worker *w)
{
    if (w->pool->slots < 2 || !leat__deque_count(w->deque))
        return;
    count_ahead(w);
    if (leat__deque_publish(w->deque, true))
        leat__pool_announce(w->pool);
}

void leat__share_wait(struct leat__deque *d)
{
    for (uint32_t i = 0; atomic_load_explicit(&d->claimed, memory_order_acquire); i++)
        if (i > 100)
            sched_yield();
}

static void barrier(void) { syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0); }

/* Inside at the second look it stays there until it is no longer claimed. Another who
 * claims it may have looked too early. */
static bool stand_in(struct leat__deque *d)
{
    bool shared = false;
    while (atomic_exchange(&d->claimed, true))
        sched_yield();
    barrier();
    struct leat__worker *w = atomic_load_explicit(&d->inside, memory_order_acquire);
    if (w && leat__deque_count(d)) {
        count_ahead(w);
        shared = leat__deque_publish(d, true);
    }
    atomic_store_explicit(&d->claimed, false, memory_order_release);
    return shared;
}

/* Whoever stops spinning sees that work has been asked for: that is a barrier of its own. */
static bool all_spin(struct leat__pool *p)
{
    uint32_t spin = atomic_load(&p->spinning), hold = p->slots - atomic_load(&p->idle);
    return hold <= spin && hold <= atomic_load(&p->spinning);
}

/* Work has been asked for: who is not inside a call at the first look sees that before
 * its next one. */
bool leat__share_others(struct leat__pool *p)
{
    bool shared = false;
    if (!p->barriers || p->slots < 2 || all_spin(p))
        return false;
    barrier();
    for (uint32_t i = 0; i < p->slots; i++)
        if (atomic_load_explicit(&p->deque[i].inside, memory_order_acquire))
            shared |= stand_in(&p->deque[i]);
    if (shared)
        leat__pool_announce(p);
    return shared;
}
