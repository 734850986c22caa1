/* operator: one function of a stream and how it is called, and a seat: an operator
 * as one instance runs it.
 *
 * A seat runs over a batch: operator by operator, not packet by packet, so that one
 * indirect call after the other has the same target. */
#pragma once
#include "graph/graph.h"
#include "run/context.h"

enum leat__operator_kind { LEAT__SOURCE, LEAT__MAP, LEAT__FILTER, LEAT__SINK, LEAT__KEY };

/* Which instance of an operator gets a packet. */
enum leat__route {
    LEAT__FORWARD,                      /* the only one, or that of the same number     */
    LEAT__SPREAD,                       /* one after the other                          */
    LEAT__BY_KEY,                       /* that of its key                              */
    LEAT__TO_ALL                        /* each                                         */
};

struct leat__argument {
    enum { LEAT__OF_PACKET, LEAT__OF_PACKET_AT, LEAT__OF_OUT, LEAT__OF_STATE, LEAT__OF_CONTEXT, LEAT__OF_VALUE,
           LEAT__OF_POINTER } kind;     /* VALUE, POINTER: one of the graph's, by its parameter */
    void *value;                        /* ... as a trampoline wants it                 */
};

/* What its function answers. */
enum leat__answer { LEAT__ANSWERS_NOTHING, LEAT__ANSWERS_VALUE, LEAT__ANSWERS_BOOL, LEAT__ANSWERS_INT };

struct leat__operator {
    enum leat__operator_kind kind;
    enum leat__answer answer;           /* VALUE: it is the packet; else that is out    */
    const struct leat__node *node;      /* its name and function                        */
    leat__trampoline *call;
    leat__batch *batch;                 /* NULL: packet by packet, through `call`       */
    void *fn;
    const struct leat__argument *args;
    uint32_t count;
    const struct leat__type *in, *out;  /* of packets; NULL: none. FILTER: out is in, unless it has an out */
    uint32_t parallel;                  /* instances                                    */
    uint32_t queue;                     /* it reads from a channel of so many packets; 0: as is best */
    enum leat__route route;             /* ... into its instances                       */
    const struct leat__operator *key;   /* HASH: makes the key; NULL: key_offset        */
    uint32_t key_offset;
    const struct leat__type *key_type;
    void *const *state;                 /* by instance; NULL: none                      */
};

enum { LEAT__MOST_ARGUMENTS = 16, LEAT__BATCH = 256 };

struct leat__seat {
    const struct leat__operator *op;
    const void *in;                     /* the packet, where the argument is its address */
    void *out, *state, *context;
    void *args[LEAT__MOST_ARGUMENTS];
    const void **in_at;                 /* where a packet's address is to stand          */
    struct leat__lane lanes[LEAT__MOST_ARGUMENTS], *in_lane, *out_lane;    /* NULL: none */
    bool has_context;
    _Atomic uint64_t seen, gave;        /* packets; who samples reads them               */
};

/* A batch more: a plain store, as nobody else writes there. Who sees it sees what the
 * operators before it gave. */
static inline void leat__seat_count(_Atomic uint64_t *packets, uint64_t n)
{
    atomic_store_explicit(packets, atomic_load_explicit(packets, memory_order_relaxed) + n, memory_order_release);
}

void leat__seat_init(struct leat__seat *s, const struct leat__operator *op, uint32_t instance);

enum leat__served { LEAT__SERVED, LEAT__ENDED, LEAT__BROKE };

/* Runs it over n packets at `in` (SOURCE: asks for n), which leave their results at
 * `out`: those of a filter without an out may be the same place. *out_n: how many.
 * ENDED: a source has no more. BROKE: the worker knows why. */
enum leat__served leat__seat_serve(struct leat__seat *s, struct leat__worker *w, const char *in, uint32_t n, char *out,
                                   uint32_t *out_n);

/* The same for equal values of a type, on every machine and in every run. */
uint64_t leat__key_hash(const struct leat__type *t, const void *at);
/* NULL if values of the type can be keys; else why not. */
const char *leat__key_misfit(const struct leat__type *t);
