/* leat/sample.h: how far a run is, for whoever asks: progress, metrics, a deadlock
 * that a person looks for.
 *
 *     leat_sampler *s = leat_sampler_new(run);
 *     while (!(now = leat_sampler_look(s))->ended)
 *         printf("%" PRIu64 " of %" PRIu64 "\n", now->done, now->total), sleep_a_while();
 *     leat_sampler_free(s);
 *
 * A look stops nobody and costs the run nothing: workers write no more than they do
 * when nobody looks. So the counts are of about one moment: what ends during a look
 * may be counted as it was before; nothing is counted twice, and they always add up.
 * Ten looks a second are what a person can read.
 *
 * A sampler is used by one thread at a time, which may be any, a node and a hook too;
 * a run may have several. It sees a run that has not begun, goes on, has ended or is
 * reset and executed again. Free it before its run. */
#pragma once
#include <leat/run.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct leat_sampler leat_sampler;

/* A node that runs just now. Ours: it grows at its end. */
typedef struct leat_working {
    leat_id id;
    const char *node;           /* its name                                   */
    uint32_t worker;            /* which of the executor's, from 0; what runs in the place of one
                                 * that is blocked has the same               */
    uint32_t attempt;           /* of a flow: which, from 1; else 1           */
    uint64_t ns;                /* how long at least: since the sampler first saw it */
    int blocked;                /* it waits for something outside: leat_context_block, note blocking */
    int abandoned;              /* its time was up: it has failed, and is not among `running` */
    int reverting;              /* what runs is what undoes it: not among `running` */
} leat_working;

enum { LEAT_LEVEL_WAITING, LEAT_LEVEL_RUNNING, LEAT_LEVEL_DONE, LEAT_LEVEL_FAILED, LEAT_LEVEL_REVERTING };

/* What is tried again as a whole: a flow, and each leat_retry in it. Ours: it grows
 * at its end. */
typedef struct leat_level {
    const char *node;           /* the flow, or the first atom of the retry   */
    uint32_t depth;             /* 0: the flow                                */
    uint32_t state;             /* LEAT_LEVEL_..                              */
    uint32_t attempt, attempts; /* which, from 1, 0 before it begins; at most so many */
    uint64_t total;             /* nodes of it that stand in no level further in */
    uint64_t done;              /* of these; what is reverted is none of them  */
} leat_level;

/* The bounded queue between two instances of operators. Ours: it grows at its end. */
typedef struct leat_channel {
    const char *from, *to;      /* the operators                              */
    size_t from_instance, to_instance;
    uint64_t waiting, capacity; /* packets in it, and that it can hold        */
    uint64_t deepest;           /* the most that ever waited                  */
} leat_channel;

/* Ours: it grows at its end. Before the run begins everything is 0. */
typedef struct leat_sample {
    uint64_t run;               /* number of the run in this process; 0: it has not begun */
    uint64_t now_ns, began_ns;  /* when this was looked at; when the run began: CLOCK_MONOTONIC,
                                 * in a simulation its own clock              */
    int ended;                  /* it has                                     */
    int stopping;               /* it is cancelled, late or suspended: nothing new starts */
    /* What the run is to do, in nodes; of a stream instances of operators, those that
     * run as one counting once. The seven below it add up to it. */
    uint64_t total;
    uint64_t waiting;           /* not begun: for what they read, for their turn, for a worker */
    uint64_t running;
    uint64_t parked;            /* begun, and no worker is with them: until somebody answers, a
                                 * packet comes, a place is free, a row is on record */
    uint64_t done;              /* and stand: what is reverted is none of them */
    uint64_t failed;
    uint64_t skipped;           /* what they need has failed                  */
    uint64_t cancelled;         /* when the run has ended: they did not begin, or are reverted */
    uint64_t blocked;           /* of those that run: as leat_working.blocked */
    uint64_t gated;             /* of those that are parked: for the answer of a gate */
    uint64_t in_turn;           /* of those that wait: only for another that has their turn,
                                 * notes serial and turns                     */
    uint64_t attempts;          /* of a flow: begun, on all levels            */
    uint64_t reverted;          /* ... atoms whose revert ended well, in all attempts */
    /* Lists: until the next look. */
    const leat_working *working;
    size_t workings;
    const leat_level *level;    /* of a flow, those around others first       */
    size_t levels;
    const leat_traffic *traffic;    /* of a stream, its operators in order    */
    size_t traffics;
    const leat_channel *channel;
    size_t channels;
} leat_sample;

#pragma GCC visibility push(default)

/* NULL: out of memory. */
leat_sampler *leat_sampler_new(leat_run *r);
/* Borrowed until the next look. Without memory lists are shorter; counts are whole. */
const leat_sample *leat_sampler_look(leat_sampler *s);
/* An operator of the last look by its name; NULL: it has none of that. */
const leat_traffic *leat_sampler_traffic(const leat_sampler *s, const char *node);
void leat_sampler_free(leat_sampler *s);        /* takes NULL */

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
