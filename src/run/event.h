/* event: what became of tasks, for hooks that listen to batches of it.
 *
 * A worker writes 32 bytes per settled task into its ring, before what follows the
 * task is released; so whoever merges rings by time has causes before effects.
 * Nothing is lost: whose ring is full delivers first. */
#pragma once
#include "base/ticks.h"
#include "run/frame.h"
#include <pthread.h>

struct leat__fact {                   /* 32 bytes */
    uint64_t began, ended;              /* ticks */
    struct leat__frame *frame;
    uint32_t task;
    uint16_t kind, worker;
};

enum { LEAT__RING = 2048, LEAT__MOST_RINGS = 1024 };    /* facts of one, a power of two; workers */

struct leat__ring {
    _Alignas(64) _Atomic uint64_t head; /* the worker's    */
    uint64_t room;                      /* ... up to here it need not look */
    _Alignas(64) _Atomic uint64_t tail; /* the deliverer's */
    struct leat__fact at[LEAT__RING];
};

/* Rings that are delivered together: a pool's, or the one of a walk. */
struct leat__rings {
    uint32_t count;
    struct leat__ring *_Atomic ring;    /* NULL: none yet */
    pthread_mutex_t lock;               /* who delivers */
    _Atomic uint64_t deliverer;         /* its thread; 0: nobody */
};

struct leat__run;

/* 0 or LEAT_ENOMEM; the rings themselves come with leat__rings_ready. */
void leat__rings_init(struct leat__rings *r, uint32_t count);
void leat__rings_fini(struct leat__rings *r);
int leat__rings_ready(struct leat__rings *r);
/* Everything that is in the rings, in order, to the hooks of its runs. `wait`: also
 * if somebody else delivers just now. Inside a hook: does nothing. */
void leat__rings_deliver(struct leat__rings *r, bool wait);
/* The calling thread is inside a hook that hears events: it may wait for nothing
 * whose events must be heard too. */
bool leat__is_hearing(void);
/* One event about a whole run, at once: RUN_BEGAN, RUN_ENDED. */
void leat__event_of_run(struct leat__run *run, uint32_t kind, int code);

bool leat__ring_room(struct leat__rings *r, struct leat__ring *ring, uint64_t head, struct leat__run *run);

static inline void leat__fact_add(struct leat__rings *rings, uint32_t worker, struct leat__fact r)
{
    struct leat__ring *ring = &rings->ring[worker];
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    if (__builtin_expect(head == ring->room, 0) && !leat__ring_room(rings, ring, head, r.frame->run))
        return;
    ring->at[head & (LEAT__RING - 1)] = r;
    atomic_store_explicit(&ring->head, head + 1, memory_order_release);
}
