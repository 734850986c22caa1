/* stream_nodes: operators as small as operators get, on packets of eight bytes. What the
 * source and the sink write stands on lines of their own: they may run on two cores. */
#include <leat/stream.h>
#include <time.h>
#include "stream_nodes.h"

static struct { _Alignas(64) uint64_t packets; } wanted;
static struct { _Alignas(64) uint64_t made; } source;
static struct { _Alignas(64) struct ends at; } sink;

const struct ends *begin(uint64_t packets)
{
    wanted.packets = packets;
    return &sink.at;
}

int numbers(uint64_t *out)
{
    *out = source.made;
    return source.made++ < wanted.packets;
}

uint64_t twice(uint64_t x) { return 2 * x; }

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void add(uint64_t x)
{
    sink.at.sum += x;
    if (__builtin_expect(++sink.at.count == wanted.packets, 0))
        sink.at.last_ns = now_ns();
}

leat_stream *fused(void)
{
    return leat_pipeline(leat_source("numbers"), leat_map("twice"), leat_map("twice"), leat_sink("add"));
}
