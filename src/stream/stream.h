/* stream: the policy of running for ever: operators laid out as instances that
 * hand packets to each other through channels.
 *
 * Operators in line with each other are fused: a *chain* of them is one instance,
 * and an instance is one wakeable task of the root frame. A chain ends where the
 * number of instances changes, where packets are routed by key, and where a queue
 * was asked for. An instance takes up to LEAT__BATCH packets per step, as its
 * credit allows, and parks when there is nothing to take or nowhere to put it.
 * When all it reads from is over it ends its own channels, and is done: the run
 * ends by itself, with every packet taken. */
#pragma once
#include "run/open.h"
#include "run/policy.h"
#include "stream/channel.h"
#include "stream/operator.h"

enum leat__waits { LEAT__FOR_NOTHING, LEAT__FOR_PACKETS, LEAT__FOR_CREDIT };

struct leat__link { struct leat__channel *channel; uint32_t peer; };   /* peer: the instance at its other end */

struct leat__instance {
    _Alignas(64) _Atomic uint32_t waits;    /* for what it is parked, or about to be; peers read it */
    _Alignas(64) struct leat__seat *seat;
    uint32_t seats, first;              /* first: of its operators                       */
    struct leat__link *in, *out;
    uint32_t ins, outs;
    enum leat__route route;             /* into its outs                                 */
    const struct leat__operator *reader;    /* ... which this operator reads; NULL: none */
    struct leat__seat *key;             /* makes keys; NULL                              */
    uint32_t turn, next_in;             /* of outs (SPREAD) and of ins                   */
    uint32_t batch;                     /* of a source: packets before they are handed on */
    char *buffer[2], *keys;             /* LEAT__BATCH packets each                      */
};

struct leat__stream {
    struct leat__operator *op;          /* borrowed                                      */
    struct leat__instance *instance;
    struct leat__channel *channel;
    uint32_t ops, instances, channels;
    struct leat__graph graph;           /* a node per operator, for names                */
    struct leat__plan plan;             /* a task per instance; node[t] is the operator it is at */
    struct leat__arena arena;
};

extern const struct leat__policy leat__stream;

/* Lays the operators out, a source first, a sink last; `op` must outlive it. Routes
 * that were not chosen are, and so is what cannot be otherwise. 0 or LEAT_ENOMEM. */
int leat__stream_init(struct leat__stream *s, struct leat__operator *op, uint32_t ops);
void leat__stream_fini(struct leat__stream *s);
/* The run's frame over the stream's plan; run->policy is leat__stream. 0 or LEAT_ENOMEM. */
int leat__stream_frame(struct leat__stream *s, struct leat__run *run);

/* --- look.c: any thread, also while it runs --- */

struct leat__look;

/* What went through an operator, over its instances, and how these are. Of operators
 * that are asked for in reverse order none has taken more than the one before it gave. */
struct leat__traffic {
    uint64_t in, out;
    uint64_t deepest;           /* the most packets that waited in one of its channels */
    uint64_t waiting, capacity; /* of all its channels                                 */
    uint32_t running, starved, stalled;     /* instances; the others are queued, or over */
};
/* l: who runs just now, of the run's frame f; NULL: nobody. */
struct leat__traffic leat__stream_traffic(const struct leat__stream *s, const struct leat__frame *f,
                                          const struct leat__look *l, uint32_t op);
/* Instances that are parked. */
uint32_t leat__stream_parked(const struct leat__stream *s, const struct leat__frame *f, const struct leat__look *l);
/* The instances at the ends of channel i: numbers within their operators. */
struct leat__ends { uint32_t from, to, from_instance, to_instance; };
struct leat__ends leat__stream_ends(const struct leat__stream *s, uint32_t i);
