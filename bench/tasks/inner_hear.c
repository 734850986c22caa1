/* inner_hear: what it costs to tell a hook of every task, losslessly. Tasks and open
 * frames are those of bench-tasks-leat; the hook counts and looks at nothing else.
 *
 *     bench-hear SHAPE NODES WORKERS ROUNDS
 *
 * Prints one JSON object, nanoseconds per task, medians of rounds in turn: plain (no
 * hook), deaf (a hook that hears no events) and heard. An event that is missing, or
 * told before one that it needs, ends it. */
#include "dag/dag.h"
#include "figure.h"
#include "inner_open.h"
#include <malloc.h>
#include <time.h>

static struct net net;
static struct leat__plan plan;
static struct leat__run run;
static struct leat__pool *pool;
static uint64_t told;

static void *fn_of(uint32_t task) { return open_add[net.in_at[task + 1] - net.in_at[task]]; }

static int count(void *user, const leat_event *e, size_t n)
{
    (void)user, (void)e;
    told += n;
    return 0;
}

/* In the first round: behind all that it waits for. */
static int check(void *user, const leat_event *e, size_t n)
{
    uint8_t *seen = user;
    for (; n; n--, e++) {
        if (e->kind != LEAT_EVENT_NODE_DONE)
            continue;
        bool good = !seen[e->id];
        for (uint32_t k = net.in_at[e->id]; k < net.in_at[e->id + 1]; k++)
            good = good && seen[net.in[k]];
        if (!good) {
            fprintf(stderr, "task %u: told twice, or before what it needs\n", e->id);
            exit(1);
        }
        seen[e->id] = 1;
    }
    return 0;
}

static leat_hook *hook_of(int (*events)(void *, const leat_event *, size_t), void *user)
{
    leat_event_ops ops = LEAT_EVENT_OPS_INIT;
    ops.events = events;
    return leat_hook_new_events(&ops, user);
}

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static double measure(leat_hook *const *hook, uint32_t hooks, bool heard)
{
    run.hooks = hook;
    run.hook_count = hooks;
    run.evented = heard;
    told = 0;
    leat__run_clear(&run);
    leat__frame_reset(&run.frame);
    double start = now_ns();
    int code = open_run(&run, pool);
    double took = (now_ns() - start) / net.n;
    if (code || run.ok != net.n || run.hook_failures || (heard && told && told != net.n + 2ull)) {
        fprintf(stderr, "%u tasks: %llu ran, %llu events\n", net.n, (unsigned long long)run.ok, (unsigned long long)told);
        exit(1);
    }
    return took;
}

int main(int argc, char **argv)
{
    static double plain[64], deaf[64], heard[64];
    int rounds = argc > 4 ? atoi(argv[4]) : 0, workers = argc > 3 ? atoi(argv[3]) : 0;
    if (rounds < 1 || rounds > 64 || workers < 1 || net_make(&net, argv[1], (uint32_t)atol(argv[2])) < 0) {
        fprintf(stderr, "usage: bench-hear SHAPE NODES WORKERS ROUNDS\n");
        return 2;
    }
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    leat_call_ops none = LEAT_CALL_OPS_INIT;
    uint8_t *seen = calloc(net.n, 1);
    leat_hook *counts = hook_of(count, NULL), *checks = hook_of(check, seen), *silent = leat_hook_new(&none, NULL);
    pool = leat__pool_new((uint32_t)workers, workers > 1);
    if (!seen || !counts || !checks || !silent || !pool || open_plan(&plan, &net, open_add_call, fn_of) < 0 ||
        leat__frame_init(&run.frame, &plan) < 0) {
        fprintf(stderr, "out of memory\n");
        return 1;
    }
    leat__run_init(&run, &leat__dag);
    measure(&checks, 1, true);
    for (int i = 0; i < rounds; i++) {
        plain[i] = measure(NULL, 0, false);
        deaf[i] = measure(&silent, 1, false);
        heard[i] = measure(&counts, 1, true);
    }
    printf("{\"shape\": \"%s\", \"nodes\": %u, \"workers\": %d, \"plain\": %.2f, \"deaf\": %.2f, \"heard\": %.2f}\n", argv[1],
           net.n, workers, median(plain, rounds), median(deaf, rounds), median(heard, rounds));
    leat__run_clear(&run);
    leat__frame_fini(&run.frame);
    leat__run_fini(&run);
    leat__plan_fini(&plan);
    leat__pool_unref(pool);
    leat_hook_free(counts);
    leat_hook_free(checks);
    leat_hook_free(silent);
    free(seen);
    net_free(&net);
    return 0;
}
