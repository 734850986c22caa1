/* waits.c: nodes that wait for something else than the processor. */
#include <leat/node.h>
#include <time.h>

static void wait_ms(int ms)         /* for an answer, in earnest */
{
    struct timespec t = { ms / 1000, ms % 1000 * 1000000 };
    nanosleep(&t, NULL);
}

/** Asks a distant service. While it waits another node runs in its place. */
int ask_north(int ms) { wait_ms(ms); return 3; }
int ask_south(int ms) { wait_ms(ms); return 4; }
LEAT_NODE(ask_north, blocking, timeout(2s));
LEAT_NODE(ask_south, blocking, timeout(2s));

/** Waits for a part of its time only, and says so. */
int ask_and_count(int ms, leat_context *c)
{
    int sum = 0;
    leat_context_block(c);
    wait_ms(ms);
    leat_context_unblock(c);
    for (int i = 0; i < 100; i++)
        sum += i;
    return sum;
}

int total(int ask_north, int ask_south, int ask_and_count) { return ask_north + ask_south + ask_and_count; }
