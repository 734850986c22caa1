/* turn: whose turn it is, where only one may run at a time. One token per key:
 * a serial name, or the address of a value whose type is noted `turns`.
 *
 * A task claims all its keys, in their order, so that claims alone never wait in
 * a circle. One that waits for another run may close one, through the tasks of that
 * run: `up` says who does, and whoever would close it is refused instead. A token goes
 * to who has waited longest. The memory of a claim is the caller's; nothing is
 * allocated, and the lock is held for bookkeeping only. */
#pragma once
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct leat__claim;

struct leat__above {                    /* of a run: the tasks that wait for it; zero          */
    struct leat__await *first;
};
struct leat__await {                    /* one of them, while it waits; zero                   */
    const struct leat__claim *claim;    /* of the task; NULL: it has none                      */
    const struct leat__above *of;       /* of the task's own run                               */
    struct leat__await *next, **at;
};

struct leat__hold {                     /* one key of a claim: held, or waited for             */
    uint64_t key;
    struct leat__claim *claim;
    struct leat__hold *next;            /* held: in its bucket; waiting: behind it             */
    struct leat__hold *first, *last;    /* held: who waits for it                              */
};

enum { LEAT__NEAR_HOLDS = 4 };
struct leat__claim {
    struct leat__hold *hold;            /* by key, none twice                                  */
    uint32_t count;
    const struct leat__above *up;       /* of the task's run; NULL: nobody ever waits for it   */
    void (*wake)(struct leat__claim *); /* of leat__turn_try; on the thread that gave, no lock */
    void *user;                         /* of wake                                             */
    /* Ours; zero. */
    uint32_t got;                       /* the first `got` are held                            */
    int code;                           /* how a wait ended: 0, or LEAT_EDEADLK                */
    uint64_t stuck;                     /* ... the key whose turn would never come             */
    bool waits, ended;
    uint64_t seen;
    pthread_cond_t *changed;            /* of leat__turn_take                                  */
    struct leat__claim *link, *todo;
    struct leat__claim *inner, **inner_at;      /* list of nested claims that wait             */
    struct leat__hold near[LEAT__NEAR_HOLDS];   /* the caller's, for few keys                  */
};

enum { LEAT__TURN_BUCKETS = 64 };
struct leat__turns {                    /* the tokens of a driver                              */
    pthread_mutex_t lock;
    struct leat__hold *held[LEAT__TURN_BUCKETS];
    struct leat__claim *inner;
    uint64_t searches;
};

void leat__turns_init(struct leat__turns *t);
void leat__turns_fini(struct leat__turns *t);

/* 0: all keys are held. LEAT_EBUSY: wake(claim) will be called once, when they
 * are, or claim->code says why they will not be. LEAT_EDEADLK: the wait would
 * never end; nothing is held. */
int leat__turn_try(struct leat__turns *t, struct leat__claim *c);
/* The same, waiting on the calling thread: 0 or LEAT_EDEADLK. */
int leat__turn_take(struct leat__turns *t, struct leat__claim *c);
/* A task begins to wait for a run. Claims of that run's tasks, or of those it waits
 * for, that would wait for ever now are refused. t: theirs; NULL: they have none. */
void leat__await_begin(struct leat__turns *t, struct leat__above *run, struct leat__await *a);
/* ... and waits no longer; nothing if it had not begun. */
void leat__await_end(struct leat__await *a);
/* Gives all keys to who waits; the claim may be used again. */
void leat__turn_give(struct leat__turns *t, struct leat__claim *c);
