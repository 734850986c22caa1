/* tasks: what an engine takes for a task.
 *
 *     bench-tasks-ENGINE SHAPE NODES WORKERS ROUNDS [WORK...]
 *
 * Prints one JSON object, nanoseconds per task: build, first (the first run of what
 * is built), again (a later one, median); for each WORK, rounds of a kernel in each
 * task, "w<WORK>" (median). The twin compiled
 * with -DCHECK, bench-check-ENGINE, asserts in each task that those it waits for
 * have run and that it had not. */
#include "engine.h"
#include <malloc.h>
#include <string.h>
#include <time.h>

const struct net *engine_net;
uint32_t engine_work, engine_wrong;
uint64_t *engine_value;
uint8_t *engine_ran;
bool engine_works;

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

void engine_compute(uint32_t work)
{
    double x[16], sum = 0;
    for (int k = 0; k < 16; k++)
        x[k] = k;
    for (uint32_t i = 0; i < work; i++)
        for (int k = 0; k < 16; k++)
            x[k] = x[k] * 0.999 + 0.5;
    for (int k = 0; k < 16; k++)
        sum += x[k];
    __asm__ volatile("" : : "x"(sum));
}

static void check_all(const struct net *net)
{
    if (engine_wrong) {
        fprintf(stderr, "%s: %u wrong values\n", engine_name, engine_wrong);
        exit(1);
    }
#ifdef CHECK
    for (uint32_t i = 0; i < net->n; i++)
        if (!engine_ran[i]) {
            fprintf(stderr, "%s: task %u did not run\n", engine_name, i);
            exit(1);
        }
    memset(engine_ran, 0, net->n);
#else
    (void)net;
#endif
}

__attribute__((noipa)) static double measure_run(const struct net *net)
{
    double start = now_ns();
    engine_run(net);
    double took = now_ns() - start;
    check_all(net);
    return took;
}

static double run_again(const struct net *net)
{
    if (!engine_again) {
        engine_free(net);
        engine_build(net);
    }
    return measure_run(net);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_again(const struct net *net, int rounds)
{
    double t[64];
    for (int i = 0; i < rounds; i++)
        t[i] = run_again(net);
    qsort(t, rounds, sizeof *t, by_value);
    return t[rounds / 2] / net->n;
}

static void measure(const struct net *net, int rounds)
{
    double start = now_ns();
    engine_build(net);
    double built = now_ns();
    double first = measure_run(net) / net->n;
    printf(", \"build\": %.2f, \"first\": %.2f", engine_submits ? 0.0 : (built - start) / net->n, first);
    printf(", \"again\": %.2f", median_again(net, rounds));
}

static void measure_work(const struct net *net, int rounds, uint32_t work)
{
    engine_work = work;
    run_again(net);
    printf(", \"w%u\": %.2f", work, median_again(net, rounds));
}

int main(int argc, char **argv)
{
    struct net net;
    int rounds = argc > 4 ? atoi(argv[4]) : 0;
    if (rounds < 1 || rounds > 64 || net_make(&net, argv[1], (uint32_t)atol(argv[2])) < 0) {
        fprintf(stderr, "usage: bench-tasks-%s SHAPE NODES WORKERS ROUNDS [WORK...]\n", engine_name);
        return 2;
    }
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    engine_net = &net;
    engine_works = argc > 5;
    engine_value = calloc(net.n, sizeof *engine_value);
    engine_ran = calloc(net.n, 1);
    engine_init((unsigned)atoi(argv[3]));
    printf("{\"engine\": \"%s\", \"shape\": \"%s\", \"nodes\": %u, \"edges\": %u, \"workers\": %s", engine_name, argv[1],
           net.n, net.edges, argv[3]);
    measure(&net, rounds);
    for (int i = 5; i < argc; i++)
        measure_work(&net, rounds, (uint32_t)atol(argv[i]));
    printf("}\n");
    engine_free(&net);
    engine_fini();
    free(engine_value);
    free(engine_ran);
    net_free(&net);
    return 0;
}
