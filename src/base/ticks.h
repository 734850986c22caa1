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
struct leat__ticks_line { uint64_t ticks, ns, per; };   /* per: nanoseconds per 2^32 ticks */
struct leat__ticks_line leat__ticks_line(void);

static inline uint64_t leat__ticks_to_ns(const struct leat__ticks_line *l, uint64_t ticks)
{
    return ticks < l->ticks ? l->ns : l->ns + (uint64_t)((unsigned __int128)(ticks - l->ticks) * l->per >> 32);
}
