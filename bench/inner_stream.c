/* bench-inner-stream: packets per second through a stream, operators made by hand.
 *
 *     bench-inner-stream SHAPE PACKETS WORKERS
 *
 * SHAPE: fused (source, map, map, sink in one chain), hop (source and sink with a
 * channel between), hops (source, map, map, sink with three). Prints one JSON
 * object: ns of the whole run, of the end behind the last packet, and the most
 * that waited. Calls are those that generated trampolines make. */
#include "run/run.h"
#include "run/worker.h"
#include "stream/stream.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct leat__type t_u64 = { .kind = LEAT__UINT, .size = 8, .align = 8, .hash = 1 };

static uint64_t made, packets, sum, count, last_ns;

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* --- what users write --- */

__attribute__((noinline)) static int numbers(uint64_t *out)
{
    *out = made;
    return made++ < packets;
}
__attribute__((noinline)) static uint64_t twice(uint64_t x) { return 2 * x; }
__attribute__((noinline)) static void add(uint64_t x)
{
    sum += x;
    if (__builtin_expect(++count == packets, 0))
        last_ns = now_ns();
}

/* --- what module/trampoline.c generates for it --- */

static void call_source(void *f, void *const *a, void *r) { *(int *)r = ((int (*)(uint64_t *))f)(*(uint64_t **)a[0]); }
static void call_map(void *f, void *const *a, void *r) { *(uint64_t *)r = ((uint64_t (*)(uint64_t))f)(*(uint64_t *)a[0]); }
static void call_sink(void *f, void *const *a, void *r)
{
    (void)r;
    ((void (*)(uint64_t))f)(*(uint64_t *)a[0]);
}

static uint32_t batch_source(void *f, const struct leat__lane *a, char *r, size_t step, uint32_t n, int stop,
                             const _Atomic uint32_t *failed)
{
    char *at = a[0].at;
    size_t step0 = a[0].step;
    int is = a[0].is;
    unsigned i;
    for (i = 0; i < n; i++) {
        *(int *)r = ((int (*)(uint64_t *))f)(is ? (uint64_t *)at : *(uint64_t **)at);
        if (*(const volatile unsigned *)failed)
            break;
        if ((stop == 1 && *(int *)r <= 0) || (stop == 2 && *(int *)r))
            break;
        r += step;
        at += step0;
    }
    return i;
}
static uint32_t batch_map(void *f, const struct leat__lane *a, char *r, size_t step, uint32_t n, int stop,
                          const _Atomic uint32_t *failed)
{
    char *at = a[0].at;
    size_t step0 = a[0].step;
    unsigned i;
    (void)stop;
    for (i = 0; i < n; i++) {
        *(uint64_t *)r = ((uint64_t (*)(uint64_t))f)(*(uint64_t *)at);
        if (*(const volatile unsigned *)failed)
            break;
        r += step;
        at += step0;
    }
    return i;
}
static uint32_t batch_sink(void *f, const struct leat__lane *a, char *r, size_t step, uint32_t n, int stop,
                           const _Atomic uint32_t *failed)
{
    char *at = a[0].at;
    size_t step0 = a[0].step;
    unsigned i;
    (void)stop, (void)r, (void)step;
    for (i = 0; i < n; i++) {
        ((void (*)(uint64_t))f)(*(uint64_t *)at);
        if (*(const volatile unsigned *)failed)
            break;
        at += step0;
    }
    return i;
}

static const struct leat__argument an_out[] = { { LEAT__OF_OUT, NULL } }, a_packet[] = { { LEAT__OF_PACKET, NULL } };
static const struct leat__function functions[] = { { .name = "numbers" }, { .name = "twice" }, { .name = "add" } };
static const struct leat__node nodes[] = { { .name = "numbers", .function = &functions[0] },
    { .name = "twice", .function = &functions[1] }, { .name = "add", .function = &functions[2] } };

static const struct leat__operator source = { LEAT__SOURCE, LEAT__ANSWERS_INT, &nodes[0], call_source, batch_source, numbers, an_out, 1,
                                              .out = &t_u64, .parallel = 1 };
static const struct leat__operator map = { LEAT__MAP, LEAT__ANSWERS_VALUE, &nodes[1], call_map, batch_map, twice, a_packet, 1, .in = &t_u64,
                                           .out = &t_u64, .parallel = 1 };
static const struct leat__operator sink = { LEAT__SINK, LEAT__ANSWERS_NOTHING, &nodes[2], call_sink, batch_sink, add, a_packet, 1,
                                            .in = &t_u64, .parallel = 1 };

struct end { _Atomic bool over; uint64_t ns; };

static void set_over(struct leat__run *run, int code)
{
    struct leat__pool *p = leat__pool_ref(run->pool);
    struct end *end = run->user;
    (void)code;
    end->ns = now_ns();
    atomic_store(&end->over, true);
    leat__pool_ring(p);
    leat__pool_unref(p);
}

static uint32_t lay_out(struct leat__operator *op, const char *shape)
{
    uint32_t n = 0;
    op[n++] = source;
    if (strcmp(shape, "hop")) {
        op[n++] = map;
        op[n++] = map;
    }
    op[n++] = sink;
    for (uint32_t i = 1; strcmp(shape, "fused") && i < n; i++)
        op[i].queue = 1024;
    return n;
}

int main(int argc, char **argv)
{
    struct leat__operator op[4];
    struct leat__stream s;
    struct end end = { 0 };
    if (argc != 4)
        return fprintf(stderr, "bench-inner-stream SHAPE PACKETS WORKERS\n"), 2;
    packets = strtoull(argv[2], NULL, 10);
    uint32_t workers = (uint32_t)atoi(argv[3]), n = lay_out(op, argv[1]);
    struct leat__pool *pool = leat__pool_new(workers, workers > 1);
    struct leat__run run = { .pool = pool, .user = &end, .ended = set_over };
    leat__run_init(&run, &leat__stream);
    if (!pool || leat__stream_init(&s, op, n) || leat__stream_frame(&s, &run))
        return 1;
    uint64_t since = now_ns();
    leat__run_start(&run);
    leat__help(&run, pool, &end.over, -1);
    uint64_t whole = now_ns() - since;
    uint64_t factor = n == 4 ? 4 : 1;
    if (count != packets || sum != factor * (packets * (packets - 1) / 2))
        return fprintf(stderr, "packets were lost\n"), 1;
    printf("{\"packets\":%llu,\"ns\":%llu,\"per_second\":%.0f,\"end_ns\":%llu,\"deepest\":%llu}\n",
           (unsigned long long)packets, (unsigned long long)whole, (double)packets * 1e9 / (double)whole,
           (unsigned long long)(end.ns - last_ns), (unsigned long long)leat__stream_traffic(&s, n - 1).deepest);
    leat__run_clear(&run);
    leat__frame_fini(&run.frame);
    leat__run_fini(&run);
    leat__stream_fini(&s);
    leat__pool_unref(pool);
    return 0;
}
