/* queue: what waits in a pool for a worker, in three bands: frames with ready tasks,
 * and loads: all that a worker had when its turn was over.
 *
 * A worker that chooses takes the oldest of the highest band. A turn is 64 short
 * tasks or some microseconds (run/chain.c); when it is over and somebody of the
 * same band waits, or a higher one, what the worker has becomes a load and waits
 * behind that: so runs of one band go round. Lower bands wait until nothing of a
 * higher one is ready, but for one turn in LEAT__AGING: it is for what has waited
 * longest, whatever its band, so that nothing starves. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct leat__frame;
struct leat__load;
struct leat__pool;
struct leat__run;

enum leat__band { LEAT__LOW, LEAT__NORMAL, LEAT__HIGH, LEAT__BANDS };
enum { LEAT__AGING = 64 };

/* In the queue: some tasks of one band of a frame, or a load. */
struct leat__item {
    struct leat__item *next;
    struct leat__frame *frame;          /* NULL: of a load                              */
    const struct leat__run *run;        /* whose all of it is; NULL: of several         */
    uint64_t number;                    /* of what was ever queued                      */
    uint32_t first;                     /* 1 + its first task, each slot's count 1 + the next; 0: none */
    bool starts;                        /* the frame's first tasks of that band, too    */
    bool queued;
    uint8_t band;
};

struct leat__queue {                    /* under the pool's lock                        */
    struct leat__item *first[LEAT__BANDS], *last[LEAT__BANDS];
    uint64_t numbers;
};

/* Queues a task that is ready, or (LEAT__NONE) a frame's first ones. Never fails:
 * the queue runs through the frames and the counts of their slots, which nobody
 * needs just then (a value may be there: an output's). Any thread. */
void leat__pool_put(struct leat__pool *p, struct leat__frame *f, uint32_t task);
/* The same under p->lock; nobody is told: leat__pool_announce. */
void leat__pool_enqueue(struct leat__pool *p, struct leat__frame *f, uint32_t task);
/* Queues a load (run/deque.h), all of it of `run` unless that is NULL. */
void leat__pool_put_load(struct leat__pool *p, struct leat__load *load, enum leat__band band,
                         const struct leat__run *run);

struct leat__choice {
    const struct leat__run *only;       /* nothing of others; NULL                      */
    enum leat__band least;              /* nothing of bands below                       */
    bool oldest;                        /* whatever its band                            */
};
/* What waits longest of the highest band; false: nothing of what is wanted does.
 * out->load, if it is not NULL, is the caller's, else frame, first and starts say it. */
struct leat__taken {
    struct leat__frame *frame;
    struct leat__load *load;
    uint32_t first;
    bool starts;
    enum leat__band band;
    const struct leat__run *run;
};
bool leat__pool_take(struct leat__pool *p, struct leat__choice c, struct leat__taken *out);
/* Something is queued (of `only` unless that is NULL). */
bool leat__pool_holds(struct leat__pool *p, const struct leat__run *only);
