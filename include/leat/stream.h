/* leat/stream.h: for stream functions, `leat_stream *any_name(...)` of a module.
 * Header only: the module links without libleat.
 *
 *     struct reading { char sensor[16]; double value; };
 *     struct count { uint64_t readings; double sum; };
 *
 *     int next_reading(FILE *log, struct reading *out);        1: a packet; 0: the end; less: it fails
 *     bool is_valid(const struct reading *reading);
 *     double celsius(const struct reading *reading, double offset);
 *     void tally(struct count *count, const struct reading *reading);
 *
 *     leat_stream *counts(int workers)
 *     {
 *         return leat_pipeline(
 *             leat_source("next_reading"),
 *             leat_filter("is_valid"),
 *             leat_key_by("sensor"),
 *             leat_parallel(workers, leat_sink("tally")));
 *     }
 *
 * A stream says through which functions **packets** pass; `leat run m.c --stream
 * counts` and leat_run_set_stream run it until its source ends and every packet
 * has arrived. An **operator** is a node of the graph:
 *
 *  - The first parameter that none of the rules below is about is the packet, as T
 *    or const T *; its name does not matter. A source has none.
 *  - `T *x` is the operator's **state**, one for each instance: what the node x gives,
 *    made once per instance, or zeros where no node has that name. An instance runs
 *    on one thread at a time. What states are at the end is the result of the run.
 *  - `T *out` is the packet that goes on, leat_context * the engine.
 *  - Every other parameter is an input or a node of the graph, by name, made once
 *    before the first packet.
 *
 * Packets are copied: numbers, and structs that own nothing. They are handed on in
 * batches; after a batch that took more than a millisecond a source hands on
 * packet by packet.
 *
 * Operators in line run as one. A queue, that is a bounded channel, stands where
 * the number of instances changes, where a key says which instance is meant, and
 * where leat_queue asks for it: before it and behind it may run at the same time.
 * A full one makes who writes to it wait. Order is kept from instance to instance.
 *
 * An operator that fails (leat_fail, a status) stops the run, told with the number
 * of its packet, the first being 0.
 *
 * The function is called with inputs when the run begins, and only builds: it may be
 * called more than once. Its result is the engine's from then on. Constructors never fail: what is wrong is told, all at once, when
 * the stream is read. Names are copied. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C++" {
#include <initializer_list>
}
extern "C" {
#endif

enum { LEAT_STREAM_SOURCE, LEAT_STREAM_MAP, LEAT_STREAM_FILTER, LEAT_STREAM_SINK, LEAT_STREAM_KEY };

/* One step of a pipeline, made by the functions below. */
typedef struct leat_operator {
    const char *name, *file;
    int32_t line, parallel, queue;  /* parallel, queue: INT32_MIN: not said       */
    uint16_t kind, copies;
} leat_operator;

/* The engine reads it: append only, look at size. One block of memory. */
typedef struct leat_stream {
    uint32_t size;              /* of this struct                             */
    uint16_t abi, step;         /* 1; bytes of an operator                    */
    uint32_t count;             /* of operators                               */
    leat_operator *operators;
} leat_stream;

static inline leat_operator leat_operator_(uint16_t kind, const char *name, const char *file, int line)
{
    leat_operator op = { name ? name : "", file, line, INT32_MIN, INT32_MIN, kind, 0 };
    return op;
}

/* `int f(.., T *out)`: 1, and a packet in out; 0 is the end, less a failure. Or bool:
 * false is the end. It is not called again after the end. */
#define leat_source(name) leat_operator_(LEAT_STREAM_SOURCE, (name), __FILE__, __LINE__)
/* `U f(T packet, ..)`; or through `U *out`, with a status (int: 0, bool: true is good). */
#define leat_map(name) leat_operator_(LEAT_STREAM_MAP, (name), __FILE__, __LINE__)
/* `bool f(T packet, ..)`: true passes. With `U *out` what passes is out. */
#define leat_filter(name) leat_operator_(LEAT_STREAM_FILTER, (name), __FILE__, __LINE__)
/* `void f(T packet, ..)`: the last one. */
#define leat_sink(name) leat_operator_(LEAT_STREAM_SINK, (name), __FILE__, __LINE__)
/* Packets with the same key go to the same instance of the operator that follows,
 * the same in every run. `name`: a field of the packet, "place.city", or else a
 * function `K f(T packet, ..)`. Keys are numbers, texts, and structs of these. */
#define leat_key_by(name) leat_operator_(LEAT_STREAM_KEY, (name), __FILE__, __LINE__)

/* The operator in n instances, 1 to 128, which may run at the same time. Packets
 * go to them in turn, unless leat_key_by stands before it, or the operator before
 * it has as many: then each reads from that of its own number. */
static inline leat_operator leat_parallel(int n, leat_operator op)
{
    op.parallel = n;
    return op;
}
/* The operator reads from a queue of so many packets, 1 to 1,048,576, rounded up to
 * a power of two. */
static inline leat_operator leat_queue(int packets, leat_operator op)
{
    op.queue = packets;
    return op;
}
/* Every instance gets every packet. */
static inline leat_operator leat_copies(leat_operator op)
{
    op.copies = 1;
    return op;
}

/* NULL: memory ran out. free() frees it, if it is not given to the engine. */
__attribute__((unused)) static leat_stream *leat_pipeline_(const leat_operator *operators, size_t n)
{
    size_t texts = 0, i;
    for (i = 0; i < n; i++)
        texts += strlen(operators[i].name) + 1;
    leat_stream *s = (leat_stream *)calloc(1, sizeof(leat_stream) + n * sizeof(leat_operator) + texts);
    if (!s)
        return NULL;
    s->size = (uint32_t)sizeof(leat_stream);
    s->abi = 1;
    s->step = (uint16_t)sizeof(leat_operator);
    s->count = (uint32_t)n;
    s->operators = (leat_operator *)(void *)(s + 1);
    char *text = (char *)(s->operators + n);
    for (i = 0; i < n; i++) {
        s->operators[i] = operators[i];
        s->operators[i].name = text;
        texts = strlen(operators[i].name) + 1;
        memcpy(text, operators[i].name, texts);
        text += texts;
    }
    return s;
}

/* leat_pipeline(operator, ...): in this order, the source first. */
#ifdef __cplusplus
}
extern "C++" {
static inline leat_stream *leat_pipeline_of_(std::initializer_list<leat_operator> operators)
{
    return leat_pipeline_(operators.begin(), operators.size());
}
}
#define leat_pipeline(...) leat_pipeline_of_({ __VA_ARGS__ })
#else
#define leat_pipeline(...)                                                    \
    leat_pipeline_((const leat_operator[]){ __VA_ARGS__ },                    \
                   sizeof((const leat_operator[]){ __VA_ARGS__ }) / sizeof(leat_operator))
#endif
