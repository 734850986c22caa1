/* each: a loop over an array by leat_each, beside the plain loop, through the public
 * API alone.
 *
 *     bench-each ITEMS GRAIN WORKERS ROUNDS
 *
 * Prints one JSON object, nanoseconds per item, medians of rounds in turn: plain, a
 * loop in one call of the same function, and each, by leat_each on the executor
 * (WORKERS 0: inline). Both run inside the same node of the same run. */
#include "figure.h"
#include <leat/leat.h>
#include <stdint.h>
#include <time.h>

static double *array;
static size_t items, grain;
static int rounds;
static double plain[1000], each[1000];

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static __attribute__((noipa)) void scale(void *user, size_t lo, size_t hi)
{
    double *x = user;
    for (size_t i = lo; i < hi; i++)
        x[i] = x[i] * 0.999 + 0.5;
}

static double measure(int round, leat_context *context)
{
    for (; round < rounds; round++) {
        double start = now_ns();
        scale(array, 0, items);
        double middle = now_ns();
        if (leat_each(context, items, grain, scale, array))
            return -1;
        plain[round] = (middle - start) / items;
        each[round] = (now_ns() - middle) / items;
    }
    return array[items - 1];
}
LEAT_FUNCTION(double, measure, (int, round), (leat_context *, context));

static int run(unsigned workers)
{
    leat_builder *b = leat_builder_new();
    leat_driver *d = NULL;
    leat_error err = { 0 };
    leat_builder_add_self(b);
    leat_builder_set_executor(b, workers ? leat_executor_threads(workers) : leat_executor_inline());
    int code = leat_builder_build(b, &d, &err);
    leat_builder_free(b);
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "round", 0);
    leat_run_ask(r, "measure", (leat_place){ 0 });
    if (!code)
        code = leat_run_execute(r, &err);
    if (code)
        fprintf(stderr, "bench-each: %s\n", err.message);
    leat_run_free(r);
    leat_driver_free(d);
    return code;
}

int main(int argc, char **argv)
{
    items = argc == 5 ? (size_t)atol(argv[1]) : 0;
    rounds = argc == 5 ? atoi(argv[4]) : 0;
    grain = argc == 5 ? (size_t)atol(argv[2]) : 0;
    array = items ? calloc(items, sizeof *array) : NULL;
    if (!array || rounds < 1 || rounds > 1000) {
        fprintf(stderr, "usage: bench-each ITEMS GRAIN WORKERS ROUNDS\n");
        return 2;
    }
    if (run((unsigned)atoi(argv[3])))
        return 1;
    printf("{\"items\": %zu, \"grain\": %zu, \"workers\": %s, \"plain\": %.4f, \"each\": %.4f}\n", items, grain, argv[3],
           median(plain, rounds), median(each, rounds));
    free(array);
    return 0;
}
