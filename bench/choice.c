/* choice: a run on threads where the engine chooses how, beside the same run inline,
 * through the public API alone.
 *
 *     bench-choice SHAPE NODES WORKERS ROUNDS
 *
 * Prints one JSON object, microseconds per run: inline_first and threads_first, the
 * first runs of two drivers; then from the second run on, in turn, inline and
 * threads (medians) and threads_second. By name: build, run and free of a graph in
 * milliseconds, what writing the prototypes took of that, and mb, 10^6 bytes at
 * most beyond what there was before. ROUNDS 0: the whole alone. */
#include "figure.h"
#include "shape.h"
#include <leat/leat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct bench { struct shape shape; uint32_t *parents; uint64_t answer, got; };

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static void add_any(void *user, void *const *args, void *result)
{
    uint32_t count = *(const uint32_t *)user;
    uint64_t sum = 1;
    for (uint32_t i = 0; i < (count ? count : 1); i++)
        sum += *(const uint64_t *)args[i];
    *(uint64_t *)result = sum;
}

/* --- a driver --- */

/* What writes it must not be what is measured: no printf. */
static char *put(char *at, const char *text)
{
    size_t n = strlen(text);
    memcpy(at, text, n);
    return at + n;
}

static char *put_name(char *at, uint32_t i)
{
    char digits[10], *d = digits + sizeof digits;
    do
        *--d = (char)('0' + i % 10);
    while (i /= 10);
    *at++ = 'n';
    memcpy(at, d, (size_t)(digits + sizeof digits - d));
    return at + (digits + sizeof digits - d);
}

static const char *prototype(const struct shape *s, uint32_t i)
{
    static char text[4096];
    char *at = put(put_name(put(text, "unsigned long "), i), "(");
    if (s->first[i] == s->first[i + 1])
        at = put(at, "unsigned long x");
    for (uint32_t k = s->first[i]; k < s->first[i + 1]; k++)
        at = put_name(put(at, k == s->first[i] ? "unsigned long " : ", unsigned long "), s->from[k]);
    memcpy(at, ")", 2);
    return text;
}

static void fail(const leat_error *err)
{
    fprintf(stderr, "bench-choice: %s\n", err->message);
    exit(1);
}

static leat_driver *build(struct bench *b, leat_executor *executor)
{
    leat_builder *builder = leat_builder_new();
    leat_driver *driver = NULL;
    leat_error err;
    for (uint32_t i = 0; i < b->shape.n; i++)
        leat_builder_add_function(builder, prototype(&b->shape, i), add_any, &b->parents[i]);
    leat_builder_set_executor(builder, executor);
    if (leat_builder_build(builder, &driver, &err) < 0)
        fail(&err);
    leat_builder_free(builder);
    return driver;
}

static leat_run *open_run(struct bench *b, leat_driver *driver)
{
    char last[16];
    leat_run *run = leat_run_new(driver);
    sprintf(last, "n%u", b->shape.n - 1);
    leat_run_output(run, last, &b->got);
    return run;
}

static double execute(struct bench *b, leat_run *run)
{
    leat_error err;
    double start = now_us();
    leat_run_reset(run);
    leat_run_input(run, "x", (uint64_t)1);
    if (leat_run_execute(run, &err) < 0)
        fail(&err);
    double took = now_us() - start;
    if (b->got != b->answer) {
        fprintf(stderr, "bench-choice: wrong answer\n");
        exit(1);
    }
    return took;
}

/* --- in turn --- */

static void measure_choice(struct bench *b, unsigned workers, int rounds)
{
    leat_driver *driver[2] = { build(b, leat_executor_inline()), build(b, leat_executor_threads(workers)) };
    leat_run *run[2] = { open_run(b, driver[0]), open_run(b, driver[1]) };
    double *t[2] = { calloc(rounds, sizeof(double)), calloc(rounds, sizeof(double)) }, first[2], second = 0;
    for (int k = 0; k < 2; k++)
        first[k] = execute(b, run[k]);
    for (int i = 0; i < 2 * rounds; i++) {
        int k = i / 2 % 2 ? !(i % 2) : i % 2;
        t[k][i / 2] = execute(b, run[k]);
        second = k == 1 && i < 2 ? t[1][0] : second;
    }
    printf(", \"inline_first\": %.1f, \"threads_first\": %.1f, \"threads_second\": %.1f, \"inline\": %.1f, \"threads\": %.1f",
           first[0], first[1], second, median(t[0], rounds), median(t[1], rounds));
    for (int k = 0; k < 2; k++) {
        leat_run_free(run[k]);
        leat_driver_free(driver[k]);
        free(t[k]);
    }
}

/* --- the whole, by name --- */

static void measure_whole(struct bench *b, unsigned workers)
{
    forget_peak();
    long before = status_kb("VmRSS:");
    double start = now_us();
    for (uint32_t i = 0; i < b->shape.n; i++)
        prototype(&b->shape, i);
    double text = now_us() - start;
    start = now_us();
    leat_driver *driver = build(b, leat_executor_threads(workers));
    double built = now_us();
    leat_run *run = open_run(b, driver);
    execute(b, run);
    double ran = now_us();
    leat_run_free(run);
    leat_driver_free(driver);
    double freed = now_us();
    printf(", \"build\": %.1f, \"run\": %.1f, \"free\": %.1f, \"text\": %.1f, \"mb\": %.1f", (built - start) / 1e3,
           (ran - built) / 1e3, (freed - ran) / 1e3, text / 1e3, (status_kb("VmHWM:") - before) * 1024 / 1e6);
}

int main(int argc, char **argv)
{
    struct bench b = { 0 };
    int rounds = argc == 5 ? atoi(argv[4]) : -1;
    if (rounds < 0 || shape_make(&b.shape, argv[1], (uint32_t)atol(argv[2])) < 0) {
        fprintf(stderr, "usage: bench-choice chain|wide|tree|wave|layers NODES WORKERS ROUNDS\n");
        return 2;
    }
    b.parents = calloc(b.shape.n, sizeof *b.parents);
    for (uint32_t i = 0; i < b.shape.n; i++)
        b.parents[i] = b.shape.first[i + 1] - b.shape.first[i];
    b.answer = shape_answer(&b.shape, 1);
    printf("{\"shape\": \"%s\", \"nodes\": %u", argv[1], b.shape.n);
    measure_whole(&b, (unsigned)atoi(argv[3]));
    if (rounds)
        measure_choice(&b, (unsigned)atoi(argv[3]), rounds);
    printf("}\n");
    free(b.parents);
    shape_free(&b.shape);
    return 0;
}
