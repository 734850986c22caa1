/* pool: where open frames run: so many deques, and threads that take one when
 * there is work and give it back when there is none. Threads are made when work
 * is published that nobody would take, so a pool that is never needed is cheap.
 *
 * Whoever has a deque is a worker: a thread of the pool, a spare that took over
 * from one that waits inside a task, or a caller that helps its own run. */
#pragma once
#include "run/context.h"
#include "run/deque.h"
#include "run/event.h"
#include "run/timer.h"

struct leat__pool {
    uint32_t slots;                     /* deques                                         */
    struct leat__deque *deque;
    _Atomic bool *held;                 /* by deque: somebody works with it               */
    _Atomic uint32_t idle;              /* deques nobody holds                            */
    _Atomic uint32_t spinning;          /* workers that look for work                     */
    _Atomic bool waking;                /* one is on its way                              */
    _Alignas(64) _Atomic uint32_t epoch;    /* futex: rung when there is something to see */
    _Atomic uint32_t sleepers;          /* threads asleep on it                           */
    _Atomic uint32_t bell;              /* futex of callers that wait for the end of a run */
    _Atomic uint32_t waiters;           /* ... asleep on it                               */
    _Atomic uint32_t inbox;             /* a bit for each band of which something is queued */
    _Atomic bool banded;                /* something of another band than NORMAL ever was */
    _Atomic uint32_t unsynced;          /* journals with rows that nobody commits         */
    _Atomic uint32_t overfull;          /* ... with more rows than is good                */
    _Atomic uint32_t parked_count;
    _Atomic bool stir;                  /* some of their runs have been stopped           */
    _Atomic bool closing;
    struct leat__sim *sim;              /* ours; everything is simulated; NULL: in earnest */
    bool barriers;                      /* the kernel runs barriers on all threads at once */
    bool orphan;                        /* freed by one of its threads, which frees it last */
    _Atomic int32_t wanting;            /* workers that waited and want a deque again     */
    pthread_mutex_t lock;               /* of what follows                                */
    struct leat__queue queue;
    struct leat__journal *journals;
    struct leat__question *parked;      /* tasks that wait for the answer of a gate       */
    _Atomic uint64_t due_ns;            /* when the first of their runs is late; 0: never */
    _Atomic uint32_t threads;           /* alive                                          */
    _Atomic uint32_t lent;              /* ... that wait, and have no deque meanwhile     */
    uint32_t most_threads;              /* 0: callers alone work here                     */
    pthread_t *thread;
    uint32_t thread_count, thread_cap;
    struct leat__rings rings;           /* of events, one by deque                        */
    struct leat__timers timers;         /* of calls that may take so long                 */
    _Atomic uint32_t refs;
    int pid;
};

/* slots: 1 or more. threads false: no thread is ever made, callers of leat__help
 * do it all (inline). NULL: no memory. Counted; the last unref waits for threads. */
struct leat__pool *leat__pool_new(uint32_t slots, bool threads);
struct leat__pool *leat__pool_ref(struct leat__pool *p);
void leat__pool_unref(struct leat__pool *p);

/* Any thread, signal handlers: whoever would sleep looks round once more. */
void leat__pool_attend(struct leat__pool *p);
/* Nanoseconds of its clock, or without a pool of the machine's. */
uint64_t leat__pool_now(const struct leat__pool *p);
/* How many of n things a step should do, 1 to n: all; in a simulation as the seed says. */
uint32_t leat__pool_some(struct leat__pool *p, uint32_t n);
/* A simulation refuses this request for memory. */
bool leat__pool_starves(struct leat__pool *p);

/* A deque nobody holds, first one in which something was left; NULL: all are held. */
struct leat__deque *leat__pool_seat(struct leat__pool *p);
bool leat__pool_has_left(struct leat__pool *p);
void leat__pool_leave(struct leat__pool *p, struct leat__deque *d);
/* Whoever has work for itself hears of it if somebody has none, from now on. */
void leat__pool_listen(struct leat__pool *p, struct leat__deque *d);
/* Something was published: wakes or makes a thread if one could take it. */
void leat__pool_announce(struct leat__pool *p);
/* A run has ended: wakes the callers that wait for one. */
void leat__pool_ring(struct leat__pool *p);
/* A thread sleeps while epoch is `seen`, until a run with parked tasks is late; a caller while bell is, at most timeout_ns
 * (-1: for ever). */
void leat__pool_sleep(struct leat__pool *p, uint32_t seen);
void leat__pool_wait(struct leat__pool *p, uint32_t seen, int64_t timeout_ns);
/* There is a thread of the pool's, or it needs none; else why not (errno). */
int leat__pool_staff(struct leat__pool *p);
/* The worker's thread will wait for something: another may have its deque, which is
 * also that of those it works on top of; false: there is nobody, it keeps it. After
 * true, back before it goes on. At most 256 threads beyond `slots` are made for that. */
bool leat__pool_lend(struct leat__pool *p, struct leat__worker *w);
void leat__pool_back(struct leat__pool *p, struct leat__worker *w);
/* A thread of the pool's does not return from a call: another has its deque instead;
 * false: there is nobody. It has returned, or gives its deque up again after all. */
bool leat__pool_relieve(struct leat__pool *p, struct leat__deque *d);
void leat__pool_relieved(struct leat__worker *w);
void leat__pool_resign(struct leat__worker *w, struct leat__deque *d);

/* It works with that deque from now on; NULL: with none. */
static inline void leat__worker_sit(struct leat__worker *w, struct leat__deque *d)
{
    w->deque = d;
    if (d)
        w->lane = (uint16_t)(d - w->pool->deque);
}

static inline bool leat__pool_is_idle(struct leat__pool *p) { return atomic_load(&p->idle) > 0; }
