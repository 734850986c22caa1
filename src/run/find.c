/* find: see run/find.h. */
#include "run/find.h"
#include "run/chain.h"
#include "run/gate.h"
#include "run/journal.h"
#include "run/live.h"
#include "run/share.h"
#include "run/sim.h"

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

/* All that the worker has waits for its next turn, unless some of it is of another.
 * Who helps one run leaves what is shared: that may be of the deque's last holder, and
 * would be taken for that run's. */
static bool set_aside(struct leat__worker *w)
{
    leat__live_flush(w);        /* others may take it; where a run ends so, the deque may be another */
    w->frame = NULL;
    struct leat__deque *d = w->deque;
    if (w->on_top || (w->nested && (int32_t)(w->base - d->tail) > 0))
        return false;
    struct leat__load *l = leat__deque_unload(d, !w->only);
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
    w->stamp = 0;               /* others may have made it ready */
    bool ours = w->pool->sim || is_alike(w, &k) || set_aside(w), empty = !leat__deque_count(w->deque);
    if (k.frame)
        push_taken(w, &k);
    else if (!leat__deque_load(w->deque, k.load)) {
        leat__pool_put_load(w->pool, k.load, k.band, k.run);
        return false;
    } else if (empty) {         /* the deque counts its entries anew; else there is one below them that is not ours */
        w->base = w->deque->tail;
    }
    if (ours)
        leat__deque_set_band(w->deque, k.band);
    return true;
}

bool leat__find_queued(struct leat__worker *w) { return take(w, LEAT__LOW, false); }

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

static bool is_higher_shared(const struct leat__worker *w, bool *out_asked)
{
    for (uint32_t i = 0; i < w->pool->slots; i++) {
        struct leat__deque *d = &w->pool->deque[i];
        if (leat__deque_band(d) <= leat__deque_band(w->deque))
            continue;
        if (atomic_load_explicit(&d->shared, memory_order_relaxed))
            return true;
        atomic_store_explicit(&d->attn, true, memory_order_relaxed);
        *out_asked = true;
    }
    return false;
}

/* Those that are inside of calls do not hear that they are asked. */
bool leat__find_higher(struct leat__worker *w)
{
    bool asked = false;
    if (!atomic_load_explicit(&w->pool->banded, memory_order_relaxed))
        return false;
    return is_higher_shared(w, &asked) || (asked && leat__share_others(w->pool) && is_higher_shared(w, &asked));
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
    if (!oldest && leat__find_higher(w))
        set_aside(w);           /* then it steals that */
    else if (take(w, band, oldest))
        return true;
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
    if (!w->leaves &&
        (w->only ? leat__deque_steal(w->deque, w->deque, w->only) : leat__deque_reclaim(w->deque, w->eager)))
        return leat__chain_pop(w, e);
    w->stamp = 0;                      /* with its own it goes on at once; now it waits */
    if (!w->leaves) {
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
    bool lends = !w->on_top;
    if (lends) {
        leat__pool_leave(w->pool, w->deque);
        w->deque = NULL;
    }
    bool led = leat__pool_lead(w->pool, lends && !w->only);
    if (lends)
        leat__worker_sit(w, leat__pool_seat(w->pool));
    if (lends && w->deque)
        w->base = w->deque->head;
    return led;
}

/* Rows that wait are committed by who finds no task, or else by another. */
bool leat__find_next(struct leat__worker *w, struct leat__entry *e)
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
