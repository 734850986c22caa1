/* event: what became of tasks, for hooks that listen to batches of it.
 *
 * A worker writes 16 bytes per settled task into its ring, before what follows the
 * task is released; so whoever merges rings by time (run/delivery.h) has causes before
 * effects. Nothing is lost: whose ring is full delivers first. What is settled by
 * another than a worker (a journal's leader) goes to a list that grows, so that no
 * leader waits for a hook.
 *
 * A fact says when its task ended. It began when the task before it in the ring ended,
 * and is of the same run: where that is not so, marks before it say what is. A fact and
 * its marks are seen together. */
#pragma once
#include "base/ticks.h"
#include "run/frame.h"
#include <pthread.h>

struct leat__fact {                   /* 16 bytes */
    uint64_t time;                      /* ticks: when it ended; of marks below */
    uint32_t node;                      /* the graph's */
    uint32_t what;                      /* kind, and bits of these: */
};

enum {
    LEAT__FACT_KIND = 0xf,              /* LEAT_EVENT_, or a mark: */
    LEAT__FACT_RUN = 14,                /* time: address of the run that what follows is of */
    LEAT__FACT_BEGAN = 15,              /* time: when what follows began; before and after RUN always */
    LEAT__FACT_INSIDE = 0x10,           /* of another frame than a root */
    LEAT__FACT_WORKER = 5,              /* of late ones, from this bit on */
    LEAT__FACT_ATTEMPT = 15,            /* from this bit on; 0: the first */
    LEAT__MOST_ATTEMPTS = (1 << 17) - 1,
    LEAT__FACT_WHOLE = 4                /* with its marks it takes so many at most */
};

enum { LEAT__RING = 1024, LEAT__MOST_RINGS = 1024 };    /* facts of one, a power of two; workers */

struct leat__ring {
    _Alignas(64) _Atomic uint64_t head; /* the worker's: */
    uint64_t room;                      /* before this it need not look */
    uint64_t last;                      /* when its last fact ended */
    uint64_t due;                       /* ticks: those that end later are told at once */
    struct leat__run *run;              /* ... of which that was */
    _Alignas(64) _Atomic uint64_t gone; /* the deliverer's: up to here all may be overwritten */
    uint64_t tail;                      /* what it takes next: one behind, if any was taken */
    struct leat__run *of;               /* ... of which that is */
    _Alignas(64) struct leat__fact at[LEAT__RING];
};

/* One that no worker has just run. */
struct leat__late { struct leat__fact fact; uint64_t began; struct leat__run *run; };

/* Rings that are delivered together: a pool's, or the one of a walk. */
struct leat__rings {
    uint32_t count;
    bool unhurried;                     /* told when they are full, whatever the clock says */
    uint64_t patience;                  /* ticks between deliveries while workers are busy  */
    struct leat__ring *_Atomic ring;    /* NULL: none yet */
    pthread_mutex_t lock;               /* who delivers */
    _Atomic uint64_t deliverer;         /* its thread; 0: nobody */
    struct leat__delivery *delivery;    /* its own */
    pthread_mutex_t late_lock;          /* of what was settled by no worker: */
    struct leat__late *late;
    _Atomic uint32_t late_count;
    uint32_t late_cap;
};

/* 0 or LEAT_ENOMEM; the rings themselves come with leat__rings_ready. */
void leat__rings_init(struct leat__rings *r, uint32_t count);
void leat__rings_fini(struct leat__rings *r);
int leat__rings_ready(struct leat__rings *r);
/* Everything that is in the rings, in order, to the hooks of its runs. `wait`: also
 * if somebody else delivers just now; else false. Inside a hook: does nothing. */
bool leat__rings_deliver(struct leat__rings *r, bool wait);
/* The calling thread delivers from these, and is inside a hook. */
bool leat__rings_are_ours(const struct leat__rings *r);
/* The calling thread is inside a hook that hears events: it may wait for nothing
 * whose events must be heard too. */
bool leat__is_hearing(void);
/* One event about a whole run, at once: RUN_BEGAN, RUN_ENDED. */
void leat__event_of_run(struct leat__run *run, uint32_t kind, int code);

/* Task t of the frame, which has become `kind`; its time is still to be set. */
struct leat__fact leat__fact_of(const struct leat__frame *f, uint32_t t, uint32_t kind);
/* The worker's next. true: hooks were told meanwhile, its next task begins anew. */
bool leat__fact_add(struct leat__rings *r, uint32_t worker, struct leat__run *run, uint64_t began, struct leat__fact fact);
/* Any thread: a task has ended now that no worker has just run. */
void leat__fact_add_late(struct leat__rings *r, struct leat__run *run, uint32_t worker, uint64_t began,
                         struct leat__fact fact);

/* The same as leat__fact_add where there is room, and nothing to be said besides:
 * else false, and nothing was done. */
static inline bool leat__fact_follow(struct leat__ring *ring, const struct leat__run *run, uint64_t began,
                                     struct leat__fact fact)
{
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    if (head >= ring->room || began != ring->last || run != ring->run || fact.time >= ring->due)
        return false;
    ring->at[head & (LEAT__RING - 1)] = fact;
    ring->last = fact.time;
    atomic_store_explicit(&ring->head, head + 1, memory_order_release);
    return true;
}
