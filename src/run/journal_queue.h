/* journal_queue: what journal.c (when rows are committed), leader.c (how) and
 * life.c (what runs append) share. */
#pragma once
#include "run/batch.h"
#include "run/journal.h"
#include "run/pool.h"
#include <pthread.h>

struct leat__waiter { uint64_t upto; struct leat__handle task; };    /* upto: of `appended` */

struct leat__journal {
    const struct leat__journal_ops *ops;
    void *self;
    unsigned flags;
    _Atomic uint32_t refs;
    pthread_mutex_t lock;               /* of what follows                                 */
    pthread_cond_t changed;             /* a batch is through, or a leader is done         */
    struct leat__batch fill, away;      /* being filled; the leader's                      */
    bool leading, urgent;               /* urgent: somebody waits for a row of fill        */
    bool full;                          /* fill has more than is good                      */
    _Atomic bool counted, held;         /* in pool->unsynced, in pool->overfull            */
    uint64_t appended, through;         /* rows so far; durable or lost, and told so       */
    struct leat__waiter *waiter;        /* tasks, in order of upto: a ring                 */
    uint32_t waiters, waiter_cap, waiter_first;
    int64_t late_ns;                    /* when the thread takes over, if fill has rows    */
    struct leat__life *lives;
    struct leat__life *over;            /* the leader's: runs to be told of their end      */
    int broken;                         /* the store takes nothing more; the text says why */
    leat_error why;
    uint32_t attached;                  /* lives whose runs are on `pool`                  */
    struct leat__pool *pool;            /* its workers lead; NULL: nobody's                */
    _Atomic uint32_t visitors;          /* workers of the pool that look at it: it stays   */
    struct leat__journal *next;         /* of the pool's; under the pool's lock            */
    pthread_t thread;                   /* the keeper: see journal.c                       */
    pthread_cond_t keeper;
    int64_t until_ns;                   /* it sleeps until then: INT64_MAX: until it is woken; 0: it does not */
    bool kept, closing, orphan;
};

struct leat__life {
    struct leat__journal *journal;
    struct leat__run_row row;
    char *name;
    struct leat__run *run;              /* NULL: not attached                              */
    enum leat__release release;
    uint32_t batch_ms;
    uint64_t last;                      /* position of its newest row                      */
    _Atomic bool lost;
    bool attached;                      /* to journal->pool                                */
    bool pinned, waits;                 /* told to suspend just now; its end waits for that */
    int code;                           /* of the end                                      */
    void (*ended)(struct leat__run *run, int code);
    struct leat__life *next, *next_over;
    leat_error why;
};

/* await.c: under no lock, by the leader: wakes those for whom enough is through. */
void leat__journal_wake(struct leat__journal *j);

/* Under the lock: rows wait, and the keeper is to commit them when they are late. False:
 * there is none, and none can be made. */
bool leat__journal_wake_keeper(struct leat__journal *j);
/* Under the lock, a row having been added to fill: who will commit it? alone: who
 * appended will not look. */
void leat__journal_attend(struct leat__journal *j, bool urgent, bool alone, uint32_t within_ms);
/* The caller will look whether somebody commits: it works for the journal's pool. The
 * time's keeper, which settles what others run, does not. */
bool leat__life_led(const struct leat__life *l);
/* Under the journal's lock: no row of it will ever be durable. False: that is known. */
bool leat__life_pin(struct leat__life *l, const leat_error *why);
/* Of one that is pinned, under no lock: the run is told, and the life unpinned. */
void leat__life_lose(struct leat__life *l);
/* Its run is told of the end; both may be gone afterwards. */
void leat__life_tell(struct leat__life *l);
