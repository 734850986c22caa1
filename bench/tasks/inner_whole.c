/* inner_whole: a graph built by indices, run once on open frames and freed, and the memory
 * that took at most.
 *
 *     bench-whole SHAPE NODES WORKERS
 *
 * Prints one JSON object: build, run and free in milliseconds, their sum, and mb,
 * 10^6 bytes at most beyond what there was before (the net itself not counted). */
#include "../figure.h"
#include "dag/dag.h"
#include "inner_open.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void give_1(void *fn, void *const *args, void *result)
{
    (void)fn, (void)args;
    *(uint64_t *)result = 1;
}

static void *no_fn(uint32_t task)
{
    (void)task;
    return NULL;
}

static void once(const struct net *net, struct leat__pool *pool)
{
    static leat__trampoline *const call[] = { give_1, give_1, give_1, give_1, give_1, give_1 };
    struct leat__plan plan;
    struct leat__run run = { 0 };
    forget_peak();
    long before = status_kb("VmRSS:");
    double start = now_ms();
    if (open_plan(&plan, net, call, no_fn) < 0)
        exit(1);
    double built = now_ms();
    leat__run_init(&run, &leat__dag);
    if (leat__frame_init(&run.frame, &plan) < 0 || open_run(&run, pool) != 0 || run.ok != net->n)
        exit(1);
    double ran = now_ms();
    leat__run_clear(&run);
    leat__frame_fini(&run.frame);
    leat__run_fini(&run);
    leat__plan_fini(&plan);
    double freed = now_ms();
    printf("\"build\": %.2f, \"run\": %.2f, \"free\": %.2f, \"all\": %.2f, \"mb\": %.1f}\n", built - start, ran - built,
           freed - ran, freed - start, (status_kb("VmHWM:") - before) * 1024 / 1e6);
}

int main(int argc, char **argv)
{
    struct net net;
    unsigned workers = argc > 3 ? (unsigned)atoi(argv[3]) : 0;
    if (!workers || net_make(&net, argv[1], (uint32_t)atol(argv[2])) < 0) {
        fprintf(stderr, "usage: bench-whole SHAPE NODES WORKERS\n");
        return 2;
    }
    struct leat__pool *pool = leat__pool_new(workers, workers > 1);
    printf("{\"shape\": \"%s\", \"nodes\": %u, \"edges\": %u, \"workers\": %u, ", argv[1], net.n, net.edges, workers);
    if (!pool)
        return 1;
    once(&net, pool);
    leat__pool_unref(pool);
    net_free(&net);
    return 0;
}
