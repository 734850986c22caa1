/* graph: what a node costs beyond its body, through the public API alone.
 *
 *     bench-graph SHAPE NODES ROUNDS [owned]
 *
 * Prints one JSON object, nanoseconds per node, medians: build (from
 * prototypes), first (the first run of a driver: plan, frame and walk), fresh
 * (a new run of a used driver), again (a run that was reset), hook (again, with
 * one empty call hook), body (the same functions called by a bare loop), and
 * bytes of the plan and of a frame. A node adds 1 to the sum of what it reads;
 * with `owned` its value is a struct of its own, made and destroyed. */
#include "figure.h"
#include "shape.h"
#include <leat/leat.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define APART __attribute__((noipa))     /* callgrind finds it by name: --toggle-collect */

struct box { uint64_t n; };

struct bench {
    struct shape shape;
    uint32_t *parents;          /* by node: how many; what a call is given as `user` */
    int owned;
    uint64_t answer;
};

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static size_t bytes_in_use(void)
{
    struct mallinfo2 m = mallinfo2();
    return m.uordblks + m.hblkhd;
}

/* --- bodies --- */

static void add_1(void *user, void *const *args, void *result)
{
    (void)user;
    *(uint64_t *)result = *(const uint64_t *)args[0] + 1;
}

static void add_2(void *user, void *const *args, void *result)
{
    (void)user;
    *(uint64_t *)result = *(const uint64_t *)args[0] + *(const uint64_t *)args[1] + 1;
}

static void add_any(void *user, void *const *args, void *result)
{
    uint64_t sum = 1;
    for (uint32_t i = 0; i < *(const uint32_t *)user; i++)
        sum += *(const uint64_t *)args[i];
    *(uint64_t *)result = sum;
}

static void box_first(void *user, void *const *args, void *result)
{
    struct box *b = malloc(sizeof *b);
    (void)user;
    b->n = *(const uint64_t *)args[0] + 1;
    *(struct box **)result = b;
}

static void box_any(void *user, void *const *args, void *result)
{
    struct box *b = malloc(sizeof *b);
    b->n = 1;
    for (uint32_t i = 0; i < *(const uint32_t *)user; i++)
        b->n += (*(const struct box *const *)args[i])->n;
    *(struct box **)result = b;
}

typedef void body(void *user, void *const *args, void *result);

static body *body_of(const struct bench *b, uint32_t parents)
{
    if (b->owned)
        return parents ? box_any : box_first;
    return parents < 2 ? add_1 : parents == 2 ? add_2 : add_any;
}

/* --- the graph --- */

static int add_node(leat_builder *builder, struct bench *b, uint32_t i)
{
    static char text[16384];
    const struct shape *s = &b->shape;
    const char *value = b->owned ? "struct box *" : "unsigned long ";
    const char *reads = b->owned ? "const struct box *" : "unsigned long ";
    char *at = text + sprintf(text, "%sn%u(", value, i);
    if (s->first[i] == s->first[i + 1])
        at += sprintf(at, "unsigned long x");
    for (uint32_t k = s->first[i]; k < s->first[i + 1]; k++)
        at += sprintf(at, "%s%sn%u", k == s->first[i] ? "" : ", ", reads, s->from[k]);
    strcpy(at, ")");
    return leat_builder_add_function(builder, text, body_of(b, b->parents[i]), &b->parents[i]);
}

static int nothing(void *user, const leat_call *call)
{
    (void)user, (void)call;
    return 0;
}

static leat_builder *collect(struct bench *b, int hooked)
{
    leat_builder *builder = leat_builder_new();
    for (uint32_t i = 0; i < b->shape.n; i++)
        add_node(builder, b, i);
    leat_builder_set_destroy(builder, "struct box *", free);
    if (hooked) {
        leat_call_ops ops = LEAT_CALL_OPS_INIT;
        ops.before_node = ops.after_node = nothing;
        leat_builder_add_hook(builder, leat_hook_new(&ops, NULL));
    }
    return builder;
}

static void fail(const leat_error *err)
{
    fprintf(stderr, "bench-graph: %s\n", err->message);
    exit(1);
}

APART static leat_driver *measure_build(leat_builder *builder)
{
    leat_driver *driver = NULL;
    leat_error err;
    if (leat_builder_build(builder, &driver, &err) < 0)
        fail(&err);
    return driver;
}

static void ask(leat_run *run, const struct bench *b, void *place)
{
    char last[16];
    sprintf(last, "n%u", b->shape.n - 1);
    if (b->owned)
        leat_run_ask(run, last, LEAT_INTO(struct box *, place));
    else
        leat_run_ask(run, last, leat_into((uint64_t *)place));
}

static void execute(leat_run *run, const struct bench *b, void *const *place)
{
    leat_error err;
    leat_run_input(run, "x", (uint64_t)1);
    if (leat_run_execute(run, &err) < 0)
        fail(&err);
    uint64_t got = b->owned ? ((const struct box *)*place)->n : (uint64_t)*place;
    if (got != b->answer) {
        fprintf(stderr, "bench-graph: %llu instead of %llu\n", (unsigned long long)got,
                (unsigned long long)b->answer);
        exit(1);
    }
}

static inline leat_run *open_run(leat_driver *driver, const struct bench *b, void **place)
{
    leat_run *run = leat_run_new(driver);
    ask(run, b, place);
    execute(run, b, place);
    return run;
}

APART static leat_run *measure_first(leat_driver *driver, const struct bench *b, void **place)
{
    return open_run(driver, b, place);
}

APART static leat_run *measure_fresh(leat_driver *driver, const struct bench *b, void **place)
{
    return open_run(driver, b, place);
}

APART static void measure_again(leat_run *run, const struct bench *b, void *const *place)
{
    leat_run_reset(run);
    execute(run, b, place);
}

APART static void measure_hook(leat_run *run, const struct bench *b, void *const *place)
{
    leat_run_reset(run);
    execute(run, b, place);
}

/* The bodies alone, in order, arguments looked up through one table. */
APART static void measure_body(const struct bench *b, uint64_t *value, void **args)
{
    const struct shape *s = &b->shape;
    static uint64_t x = 1;
    void *of_x = &x;
    for (uint32_t i = 0; i < s->n; i++) {
        void **in = s->first[i] == s->first[i + 1] ? &of_x : args + s->first[i];
        body_of(b, b->parents[i])(&b->parents[i], in, &value[i]);
    }
    for (uint32_t i = 0; b->owned && i < s->n; i++)
        free((void *)value[i]);
}

/* --- rounds --- */

struct figures { double build, first, fresh, again, hook, body; size_t plan, frame; };

static void rounds_again(struct bench *b, int hooked, int rounds, double *out)
{
    double *t = malloc(rounds * sizeof *t);
    void *place = NULL;
    leat_builder *builder = collect(b, hooked);
    leat_driver *driver = measure_build(builder);
    leat_run *run = open_run(driver, b, &place);
    for (int i = 0; i < rounds; i++) {
        double start = now_ns();
        if (hooked)
            measure_hook(run, b, &place);
        else
            measure_again(run, b, &place);
        t[i] = now_ns() - start;
    }
    *out = median(t, rounds);
    leat_run_free(run);
    leat_driver_free(driver);
    leat_builder_free(builder);
    free(t);
}

static void rounds_first(struct bench *b, int rounds, struct figures *f)
{
    double *build = malloc(rounds * sizeof *build), *first = malloc(rounds * sizeof *first);
    double *fresh = malloc(rounds * sizeof *fresh);
    for (int i = 0; i < rounds; i++) {
        void *place = NULL;
        double start = now_ns();
        leat_builder *builder = collect(b, 0);
        leat_driver *driver = measure_build(builder);
        build[i] = now_ns() - start;
        leat_builder_free(builder);

        size_t before = bytes_in_use();
        start = now_ns();
        leat_run *run = measure_first(driver, b, &place);
        first[i] = now_ns() - start;
        size_t with_plan = bytes_in_use() - before;
        before = bytes_in_use();
        start = now_ns();
        leat_run *second = measure_fresh(driver, b, &place);
        fresh[i] = now_ns() - start;
        f->frame = bytes_in_use() - before;
        f->plan = with_plan > f->frame ? with_plan - f->frame : 0;
        leat_run_free(second);
        leat_run_free(run);
        leat_driver_free(driver);
    }
    f->build = median(build, rounds);
    f->first = median(first, rounds);
    f->fresh = median(fresh, rounds);
    free(build), free(first), free(fresh);
}

static void rounds_body(const struct bench *b, int rounds, double *out)
{
    const struct shape *s = &b->shape;
    double *t = malloc(rounds * sizeof *t);
    uint64_t *value = calloc(s->n, sizeof *value);
    void **args = calloc(s->first[s->n] + 1, sizeof *args);
    for (uint32_t k = 0; k < s->first[s->n]; k++)
        args[k] = &value[s->from[k]];
    for (int i = 0; i < rounds; i++) {
        double start = now_ns();
        measure_body(b, value, args);
        t[i] = now_ns() - start;
    }
    *out = median(t, rounds);
    free(t), free(value), free(args);
}

static void measure(struct bench *b, int rounds, struct figures *f)
{
    rounds_again(b, 0, rounds, &f->again);
    rounds_again(b, 1, rounds, &f->hook);
    rounds_first(b, rounds < 9 ? rounds : 9, f);
    rounds_body(b, rounds, &f->body);
}

int main(int argc, char **argv)
{
    struct bench b = { .owned = argc > 4 && !strcmp(argv[4], "owned") };
    struct figures f = { 0 };
    int rounds = argc > 3 ? atoi(argv[3]) : 0;
    if (rounds < 1 || shape_make(&b.shape, argv[1], atoi(argv[2])) < 0) {
        fprintf(stderr, "usage: bench-graph chain|wide|tree|wave|layers NODES ROUNDS [owned]\n");
        return 2;
    }
    uint32_t n = b.shape.n;
    b.parents = calloc(n, sizeof *b.parents);
    for (uint32_t i = 0; i < n; i++)
        b.parents[i] = b.shape.first[i + 1] - b.shape.first[i];
    b.answer = shape_answer(&b.shape, 1);
    measure(&b, rounds, &f);
    printf("{\"shape\": \"%s\", \"nodes\": %u, \"edges\": %u, \"answer\": %llu, \"build\": %.2f, "
           "\"first\": %.2f, \"fresh\": %.2f, \"again\": %.2f, \"hook\": %.2f, \"body\": %.2f, "
           "\"plan_bytes\": %.1f, \"frame_bytes\": %.1f}\n",
           argv[1], n, b.shape.first[n], (unsigned long long)b.answer, f.build / n, f.first / n,
           f.fresh / n, f.again / n, f.hook / n, f.body / n, (double)f.plan / n, (double)f.frame / n);
    free(b.parents);
    shape_free(&b.shape);
    return 0;
}
