/* deque: see run/deque.h. */
#include "run/deque.h"
#include "run/frame.h"
#include <sched.h>
#include <stdlib.h>
#include <string.h>

void leat__deque_init(struct leat__deque *d)
{
    memset(d, 0, sizeof *d);
    d->own = d->near;
    d->cap = LEAT__NEAR_ENTRIES;
    leat__deque_set_band(d, LEAT__NORMAL);
}

void leat__deque_fini(struct leat__deque *d)
{
    if (d->own != d->near)
        free(d->own);
}

bool leat__deque_grow(struct leat__deque *d, uint32_t n)
{
    uint32_t count = d->head - d->tail, cap = d->cap;
    while (cap - count < n)
        cap *= 2;
    if (cap == d->cap)
        return true;
    struct leat__entry *own = malloc((size_t)cap * sizeof *own);
    if (!own)
        return false;
    for (uint32_t i = 0; i < count; i++)
        own[(d->tail + i) & (cap - 1)] = d->own[(d->tail + i) & (d->cap - 1)];
    leat__deque_fini(d);
    d->own = own;           /* head and tail stay: a nested worker knows its base by them */
    d->cap = cap;
    return true;
}

/* Held for a copy of a few entries: whoever holds it and sleeps is preempted. */
static bool try_lock(struct leat__deque *d)
{
    return !atomic_load_explicit(&d->lock, memory_order_relaxed) &&
           !atomic_exchange_explicit(&d->lock, true, memory_order_acquire);
}

static void lock(struct leat__deque *d)
{
    for (uint32_t i = 0; !try_lock(d); i++)
        if (i > 100)
            sched_yield();
}

static void unlock(struct leat__deque *d) { atomic_store_explicit(&d->lock, false, memory_order_release); }

/* seq_cst: pairs with a worker that says it will sleep, then looks here. */
static void set_shared(struct leat__deque *d, uint32_t n) { atomic_store(&d->shared, n); }

static uint32_t shared(const struct leat__deque *d)
{
    return atomic_load_explicit(&d->shared, memory_order_relaxed);
}

/* One range is two: the upper half goes. */
static bool cut(struct leat__entry *e, struct leat__entry *upper)
{
    uint32_t half = (e->hi - e->lo) / 2;
    if (!half)
        return false;
    *upper = *e;
    upper->lo = e->hi - half;
    e->hi -= half;
    return true;
}

static struct leat__entry *ring_at(struct leat__deque *d, uint32_t i)
{
    return &d->ring[(d->first + i) % LEAT__SHARED_ENTRIES];
}

uint32_t leat__deque_publish(struct leat__deque *d, bool all)
{
    uint32_t count = leat__deque_count(d), moved = 0;
    struct leat__entry half;
    if (!count || shared(d) == LEAT__SHARED_ENTRIES)
        return 0;
    struct leat__entry *oldest = &d->own[d->tail & (d->cap - 1)];
    lock(d);
    uint32_t n = shared(d), want = all ? count : (count + 1) / 2;
    if (!all && count == 1 && cut(oldest, &half)) {
        *ring_at(d, n++) = half;
        moved = want;
    }
    for (; moved < want && n < LEAT__SHARED_ENTRIES; moved++)
        *ring_at(d, n++) = d->own[d->tail++ & (d->cap - 1)];
    set_shared(d, n);
    unlock(d);
    return moved;
}

bool leat__deque_reclaim(struct leat__deque *d, bool one)
{
    if (!shared(d))
        return false;
    lock(d);
    uint32_t n = shared(d), take = !n ? 0 : one ? 1 : (n + 1) / 2;
    if (take > d->cap)
        take = d->cap;
    struct leat__entry *newest = n ? ring_at(d, n - 1) : NULL;
    if (one && n && newest->hi - newest->lo > 1) {      /* of a range the first task alone */
        d->own[d->head++ & (d->cap - 1)] = (struct leat__entry){ newest->frame, newest->lo, newest->lo + 1 };
        newest->lo++;
        unlock(d);
        return true;
    }
    for (uint32_t i = n - take; i < n; i++)         /* nothing of its own: there is room */
        d->own[d->head++ & (d->cap - 1)] = *ring_at(d, i);
    set_shared(d, n - take);
    unlock(d);
    return take;
}

/* Moves entry i of the ring, or the upper half of a lone long range. */
static void take_one(struct leat__deque *victim, struct leat__deque *thief, uint32_t *n)
{
    struct leat__entry *e = ring_at(victim, 0), upper;
    if (*n == 1 && cut(e, &upper)) {
        leat__deque_push(thief, upper);
        return;
    }
    leat__deque_push(thief, *e);
    victim->first = (victim->first + 1) % LEAT__SHARED_ENTRIES;
    --*n;
}

uint32_t leat__deque_steal(struct leat__deque *victim, struct leat__deque *thief, const struct leat__run *run)
{
    uint32_t taken = 0;
    if (!shared(victim) || !leat__deque_grow(thief, LEAT__MOST_STOLEN) || !try_lock(victim))
        return 0;
    uint32_t n = shared(victim), most = (n + 1) / 2;
    if (most > LEAT__MOST_STOLEN)
        most = LEAT__MOST_STOLEN;
    while (taken < most && (!run || ring_at(victim, 0)->frame->run == run)) {
        take_one(victim, thief, &n);
        taken++;
    }
    set_shared(victim, n);
    unlock(victim);
    return taken;
}

/* --- loads --- */

/* What is shared comes back, below the rest: it is older. */
static bool take_back(struct leat__deque *d)
{
    if (!leat__deque_grow(d, shared(d)))        /* thieves can only make it less */
        return false;
    lock(d);
    for (uint32_t i = shared(d); i-- > 0;)
        leat__deque_push_last(d, *ring_at(d, i));
    set_shared(d, 0);
    unlock(d);
    return true;
}

struct leat__load *leat__deque_unload(struct leat__deque *d, bool all)
{
    if ((all && !take_back(d)) || !leat__deque_count(d))
        return NULL;
    uint32_t count = leat__deque_count(d);
    bool near = d->own == d->near;
    struct leat__load *l = malloc(sizeof *l + (near ? count : 0) * sizeof *l->near);
    if (!l)
        return NULL;
    *l = (struct leat__load){ .head = d->head, .tail = d->tail, .cap = d->cap };
    if (near) {
        for (uint32_t i = 0; i < count; i++)
            l->near[i] = d->own[(d->tail + i) & (d->cap - 1)];
        d->tail = d->head;
        return l;
    }
    l->own = d->own;
    d->own = d->near;
    d->cap = LEAT__NEAR_ENTRIES;
    d->tail = d->head;
    return l;
}

bool leat__deque_load(struct leat__deque *d, struct leat__load *l)
{
    uint32_t count = l->head - l->tail;
    if (l->own && !leat__deque_count(d)) {
        leat__deque_fini(d);
        d->own = l->own;
        d->cap = l->cap;
        d->head = l->head;
        d->tail = l->tail;
        free(l);
        return true;
    }
    if (!leat__deque_grow(d, count))
        return false;
    for (uint32_t i = 0; i < count; i++)
        leat__deque_push(d, l->own ? l->own[(l->tail + i) & (l->cap - 1)] : l->near[i]);
    free(l->own);
    free(l);
    return true;
}
