/* ticks: see base/ticks.h. The rate is what both clocks have done since the start. */
#include "base/ticks.h"
#include <pthread.h>
#if defined __x86_64__
#include <cpuid.h>
#endif

bool leat__ticks_are_cycles;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static uint64_t first_ticks, first_ns;

/* Bit 8 of 80000007h: the counter's rate never changes, and it never stops. */
static bool is_even(void)
{
#if defined __x86_64__
    unsigned a, b, c, d;
    return __get_cpuid(0x80000007, &a, &b, &c, &d) && d & 1u << 8;
#else
    return false;
#endif
}

static void start(void)
{
    leat__ticks_are_cycles = is_even();
    first_ns = leat__now_ns();
    first_ticks = leat__ticks();
}

void leat__ticks_start(void) { pthread_once(&once, start); }

struct leat__ticks_line leat__ticks_line(void)
{
    leat__ticks_start();
    uint64_t ticks = leat__ticks(), ns = leat__now_ns(), gone = ticks - first_ticks;
    double rate = leat__ticks_are_cycles && gone ? (double)(ns - first_ns) / (double)gone : 1;
    return (struct leat__ticks_line){ ticks, ns, (uint64_t)(rate * 0x1p60) };
}
