/* bench-inner-stream: packets per second through a stream, whose operators are
 * compiled and called as a user's are.
 *
 *     XDG_CACHE_HOME=FOLDER bench-inner-stream SOURCE SHAPE PACKETS WORKERS
 *
 * SOURCE is bench/stream_nodes.c. SHAPE: fused (source, map, map, sink in one
 * chain), hop (source and sink with a channel between), hops (source, map, map,
 * sink with three). Prints one JSON object: ns of the whole run, of the end behind
 * the last packet, and the most that waited. */
#include "inner_module.h"
#include "run/run.h"
#include "run/worker.h"
#include "stream/stream.h"
#include "stream_nodes.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct leat__type t_u64 = { .kind = LEAT__UINT, .size = 8, .align = 8, .hash = 1 };

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* --- the stream --- */

static const struct leat__argument an_out[] = { { LEAT__OF_OUT, NULL } }, a_packet[] = { { LEAT__OF_PACKET, NULL } };
static struct leat__node nodes[4];

static void append(const struct leat__module *m, struct leat__operator *op, uint32_t i, enum leat__operator_kind kind, const char *name)
{
    const struct leat__function *f = inner_module_find(m, name);
    nodes[i] = (struct leat__node){ .name = f->name, .function = f };
    op[i] = (struct leat__operator){ .kind = kind, .node = &nodes[i], .call = f->head->call, .batch = f->head->about->batch, .fn = f->fn,
        .answer = kind == LEAT__SOURCE ? LEAT__ANSWERS_INT : kind == LEAT__MAP ? LEAT__ANSWERS_VALUE : LEAT__ANSWERS_NOTHING,
        .args = kind == LEAT__SOURCE ? an_out : a_packet, .count = 1, .parallel = 1,
        .in = kind == LEAT__SOURCE ? NULL : &t_u64, .out = kind == LEAT__SINK ? NULL : &t_u64 };
}

static uint32_t lay_out(const struct leat__module *m, struct leat__operator *op, const char *shape)
{
    uint32_t n = 0;
    append(m, op, n++, LEAT__SOURCE, "numbers");
    for (int i = 0; strcmp(shape, "hop") && i < 2; i++)
        append(m, op, n++, LEAT__MAP, "twice");
    append(m, op, n++, LEAT__SINK, "add");
    for (uint32_t i = 1; strcmp(shape, "fused") && i < n; i++)
        op[i].queue = 1024;
    return n;
}

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

__attribute__((noinline)) static int run_it(struct leat__stream *s, struct leat__operator *op, uint32_t n, uint64_t packets, const struct ends *ends,
                  uint32_t workers)
{
    struct end end = { 0 };
    struct leat__pool *pool = leat__pool_new(workers, workers > 1);
    struct leat__run run = { .pool = pool, .user = &end, .ended = set_over };
    leat__run_init(&run, &leat__stream);
    if (!pool || leat__stream_init(s, op, n) || leat__stream_frame(s, &run))
        return 1;
    uint64_t since = now_ns();
    leat__run_start(&run);
    leat__help(&run, pool, &end.over, -1);
    uint64_t whole = now_ns() - since, factor = n == 4 ? 4 : 1;
    if (ends->count != packets || ends->sum != factor * (packets * (packets - 1) / 2))
        return fprintf(stderr, "packets were lost\n"), 1;
    printf("{\"packets\":%llu,\"ns\":%llu,\"per_second\":%.0f,\"end_ns\":%llu,\"deepest\":%llu}\n",
           (unsigned long long)packets, (unsigned long long)whole, (double)packets * 1e9 / (double)whole,
           (unsigned long long)(end.ns - ends->last_ns), (unsigned long long)leat__stream_traffic(s, &run.frame, NULL, n - 1).deepest);
    leat__run_clear(&run);
    leat__frame_fini(&run.frame);
    leat__run_fini(&run);
    leat__stream_fini(s);
    leat__pool_unref(pool);
    return 0;
}

int main(int argc, char **argv)
{
    struct leat__operator op[4];
    struct leat__module m = { 0 };
    struct leat__stream s;
    if (argc != 5)
        return fprintf(stderr, "bench-inner-stream SOURCE SHAPE PACKETS WORKERS\n"), 2;
    inner_module_load(&m, argv[1]);
    uint64_t packets = strtoull(argv[3], NULL, 10);
    const struct ends *ends = ((const struct ends *(*)(uint64_t))inner_module_find(&m, "begin")->fn)(packets);
    uint32_t n = lay_out(&m, op, argv[2]);
    int code = run_it(&s, op, n, packets, ends, (uint32_t)atoi(argv[4]));
    leat__module_fini(&m);
    return code;
}
