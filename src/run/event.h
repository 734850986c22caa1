/* event: what became of tasks, for hooks that listen to batches of it.
 *
 * A worker writes 32 bytes per settled task into its ring, before what follows the
 * task is released; so whoever merges rings by time has causes before effects.
 * Nothing is lost: whose ring is full delivers first. What is settled by another than
 * a worker (a journal's leader) goes to a list that grows, so that no leader waits for
 * a hook.
 *
 * A fact outlives the frame of its task, so only tasks of a run's root are told by
 * their number; of others the node itself is noted down. */
#pragma once
#include "base/ticks.h"
#include "run/frame.h"
#include <pthread.h>

struct leat__fact {                   /* 32 bytes */
    uint64_t began, ended;              /* ticks */
    struct leat__run *run;
    uint32_t task;                      /* of its root; or (IS_NODE) the graph's node */
    uint32_t what;                      /* leat__what */
};

/* kind, worker, attempt; IS_NODE. */
enum { LEAT__FACT_KIND = 0xf, LEAT__FACT_IS_NODE = 0x10, LEAT__FACT_WORKER = 5, LEAT__FACT_ATTEMPT = 15,
       LEAT__MOST_ATTEMPTS = (1 << 17) - 1 };

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
    pthread_mutex_t late_lock;          /* of what was settled by no worker: */
    struct leat__fact *late;
    _Atomic uint32_t late_count;
    uint32_t late_cap;
    struct leat__fact *due;             /* the deliverer's: late ones that it has fetched */
    uint32_t due_at, dues;
};

/* 0 or LEAT_ENOMEM; the rings themselves come with leat__rings_ready. */
void leat__rings_init(struct leat__rings *r, uint32_t count);
void leat__rings_fini(struct leat__rings *r);
int leat__rings_ready(struct leat__rings *r);
/* Everything that is in the rings, in order, to the hooks of its runs. `wait`: also
 * if somebody else delivers just now. Inside a hook: does nothing. */
void leat__rings_deliver(struct leat__rings *r, bool wait);
/* The calling thread delivers from these, and is inside a hook. */
bool leat__rings_are_ours(const struct leat__rings *r);
/* The calling thread is inside a hook that hears events: it may wait for nothing
 * whose events must be heard too. */
bool leat__is_hearing(void);
/* One event about a whole run, at once: RUN_BEGAN, RUN_ENDED. */
void leat__event_of_run(struct leat__run *run, uint32_t kind, int code);

bool leat__ring_room(struct leat__rings *r, struct leat__ring *ring, uint64_t head, struct leat__run *run);
/* What is told of a task of another frame than a root: its node, its attempt. */
struct leat__fact leat__fact_inside(const struct leat__frame *f, struct leat__fact fact);
/* Any thread: a task has ended now that no worker has just run. */
void leat__fact_add_late(struct leat__rings *r, struct leat__fact fact);

static inline struct leat__fact leat__fact_of(struct leat__frame *f, uint32_t t, uint32_t kind, uint32_t worker,
                                              uint64_t began, uint64_t ended)
{
    struct leat__fact fact = { began, ended, f->run, t, kind | worker << LEAT__FACT_WORKER };
    return __builtin_expect(f->up != NULL, 0) ? leat__fact_inside(f, fact) : fact;
}

static inline void leat__fact_add(struct leat__rings *rings, uint32_t worker, struct leat__fact fact)
{
    struct leat__ring *ring = &rings->ring[worker];
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    if (__builtin_expect(head == ring->room, 0) && !leat__ring_room(rings, ring, head, fact.run))
        return;
    ring->at[head & (LEAT__RING - 1)] = fact;
    atomic_store_explicit(&ring->head, head + 1, memory_order_release);
}
