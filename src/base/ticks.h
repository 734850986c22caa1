/* ticks: time stamps that cost a few nanoseconds. The processor's counter where it
 * runs evenly, else the clock. */
#pragma once
#include "base/clock.h"
#include <stdbool.h>

extern bool leat__ticks_are_cycles;

/* Some time before the first leat__ticks_line: the longer, the truer. Any thread,
 * any number of times. */
void leat__ticks_start(void);

static inline uint64_t leat__ticks(void)
{
#if defined __x86_64__
    if (leat__ticks_are_cycles)
        return __builtin_ia32_rdtsc();
#endif
    return leat__now_ns();
}

/* The same, after everything before: the counter may be read ahead of time. */
static inline uint64_t leat__ticks_after(void)
{
#if defined __x86_64__
    __builtin_ia32_lfence();
#endif
    return leat__ticks();
}

/* How stamps are read as leat__now_ns would have said it. One line keeps the order
 * of stamps; lines of different times differ by parts in a million. */
struct leat__ticks_line { uint64_t ticks, ns, per; };   /* per: nanoseconds per 2^60 ticks */
struct leat__ticks_line leat__ticks_line(void);

static inline uint64_t leat__ticks_to_ns(const struct leat__ticks_line *l, uint64_t ticks)
{
    uint64_t gone = ticks > l->ticks ? ticks - l->ticks : 0;        /* four bits are free: of years */
    return l->ns + (uint64_t)((unsigned __int128)(gone << 4) * l->per >> 64);
}

static inline uint64_t leat__ns_to_ticks(const struct leat__ticks_line *l, uint64_t ns)
{
    return (uint64_t)((double)ns / (double)l->per * 0x1p60);
}
