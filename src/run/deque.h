/* deque: what one worker has to do. Its own part is a stack that only the worker
 * touches; the shared part is a short ring under a lock, where others find work.
 * Work is moved to the shared part on request (run/share.h), and taken back in halves
 * while tasks are short and one by one when they are long, so that neither costs a
 * lock per short task. */
#pragma once
#include "run/queue.h"
#include <stdatomic.h>

struct leat__frame;
struct leat__worker;

struct leat__entry { struct leat__frame *frame; uint32_t lo, hi; };     /* tasks [lo, hi) */

enum { LEAT__NEAR_ENTRIES = 256, LEAT__SHARED_ENTRIES = 256, LEAT__MOST_STOLEN = 64 };

struct leat__deque {
    struct leat__entry *own;            /* ring of `cap`, from tail to head               */
    uint32_t head, tail, cap;           /* head - tail entries; both may wrap             */
    uint32_t above;                     /* the pool's inbox is as much or more: a higher band waits */
    struct leat__worker *_Atomic inside;    /* its worker is inside a call: see run/share.h */
    _Alignas(64) _Atomic bool attn;     /* somebody wants work                            */
    _Atomic bool claimed;               /* ... and stands in for the worker               */
    _Atomic bool left;                  /* nobody holds it, and its own part is not empty */
    _Alignas(64) _Atomic bool lock;     /* of the shared part                             */
    _Atomic uint32_t shared;            /* entries in it; readable without the lock       */
    _Atomic uint8_t band;               /* of what is in it                               */
    uint32_t first;
    struct leat__entry ring[LEAT__SHARED_ENTRIES];
    struct leat__entry near[LEAT__NEAR_ENTRIES];    /* `own` until it grows               */
};

/* All that a deque had, while it waits in the pool's queue for a worker. */
struct leat__load {
    struct leat__item item;             /* first                                          */
    struct leat__entry *own;            /* as a deque's; NULL: `near`                     */
    uint32_t head, tail, cap;
    struct leat__entry near[];
};

void leat__deque_init(struct leat__deque *d);
void leat__deque_fini(struct leat__deque *d);
/* Room for n more; false: no memory. */
bool leat__deque_grow(struct leat__deque *d, uint32_t n);
/* The owner: moves the oldest half of its own entries to the shared part, a lone
 * range being cut in two, or (all) everything. Returns how many moved. */
uint32_t leat__deque_publish(struct leat__deque *d, bool all);
/* The owner, with nothing of its own: takes the newest half back, or one task. */
bool leat__deque_reclaim(struct leat__deque *d, bool one);
/* A thief: moves the oldest half of the victim's shared part to its own, only
 * entries of `run` unless it is NULL. Returns how many. */
struct leat__run;
uint32_t leat__deque_steal(struct leat__deque *victim, struct leat__deque *thief, const struct leat__run *run);

/* The owner: what is its own, or (all) everything, shared too, as a load; NULL: there
 * is nothing, or no memory, and it stays. */
struct leat__load *leat__deque_unload(struct leat__deque *d, bool all);
/* The owner: on top of what it has. False: no memory, and the load is the caller's. */
bool leat__deque_load(struct leat__deque *d, struct leat__load *load);

static inline void leat__deque_set_band(struct leat__deque *d, enum leat__band band)
{
    atomic_store_explicit(&d->band, (uint8_t)band, memory_order_relaxed);
    d->above = 2u << band;
}

static inline enum leat__band leat__deque_band(const struct leat__deque *d)
{
    return (enum leat__band)atomic_load_explicit(&d->band, memory_order_relaxed);
}

static inline uint32_t leat__deque_count(const struct leat__deque *d) { return d->head - d->tail; }

static inline bool leat__deque_push(struct leat__deque *d, struct leat__entry e)
{
    if (__builtin_expect(d->head - d->tail == d->cap, 0) && !leat__deque_grow(d, 1))
        return false;
    d->own[d->head++ & (d->cap - 1)] = e;
    return true;
}

/* Behind all others: its turn comes when they have had theirs. */
static inline bool leat__deque_push_last(struct leat__deque *d, struct leat__entry e)
{
    if (__builtin_expect(d->head - d->tail == d->cap, 0) && !leat__deque_grow(d, 1))
        return false;
    d->own[--d->tail & (d->cap - 1)] = e;
    return true;
}

/* The newest, one task of it. */
static inline bool leat__deque_pop(struct leat__deque *d, struct leat__entry *out)
{
    if (d->head == d->tail)
        return false;
    struct leat__entry *top = &d->own[(d->head - 1) & (d->cap - 1)];
    *out = *top;
    if (top->hi - top->lo > 1) {
        top->lo++;
        out->hi = out->lo + 1;
    } else {
        d->head--;
    }
    return true;
}
