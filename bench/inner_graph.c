/* inner_graph: what building a graph costs, from functions with names, types and
 * places on: the room src/graph alone, no module is read.
 *
 *     bench-inner-graph SHAPE NODES ROUNDS
 *
 * Prints one JSON object: build, nanoseconds per node, median. */
#include "graph/graph.h"
#include "shape.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static char *name_of(uint32_t i)
{
    char *name = NULL;
    return asprintf(&name, "n%u", i) < 0 ? NULL : name;
}

/* Names of their own, as a record has them: no pointer tells that two are equal. */
static void describe(struct leat__function *f, const struct shape *s, uint32_t i,
                     const struct leat__type *number)
{
    uint32_t reads = s->first[i + 1] - s->first[i];
    struct leat__param *params = calloc(reads + 1, sizeof *params);
    for (uint32_t k = 0; k < reads; k++)
        params[k] = (struct leat__param){ name_of(s->from[s->first[i] + k]), number };
    if (!reads)
        params[0] = (struct leat__param){ strdup("x"), number };
    struct leat__head *head = malloc(sizeof *head);
    *head = (struct leat__head){ .file = "bench.c", .line = i + 1, .count = reads ? reads : 1, .result = number,
                                 .params = params };
    *f = (struct leat__function){ .name = name_of(i), .head = head };
}

__attribute__((noipa))
static double measure_build(struct leat__graph_spec *spec)
{
    struct leat__graph g = { 0 };
    double start = now_ns();
    int code = leat__graph_build(&g, spec);
    double took = now_ns() - start;
    if (code < 0 || g.problems.count) {
        fprintf(stderr, "bench-inner-graph: code %d, %u problems\n", code, (unsigned)g.problems.count);
        exit(1);
    }
    leat__graph_fini(&g);
    return took;
}

int main(int argc, char **argv)
{
    struct shape s;
    int rounds = argc == 4 ? atoi(argv[3]) : 0;
    if (rounds < 1 || shape_make(&s, argv[1], atoi(argv[2])) < 0) {
        fprintf(stderr, "usage: bench-inner-graph chain|wide|tree|wave|layers NODES ROUNDS\n");
        return 2;
    }
    struct leat__type number = { .kind = LEAT__FLOAT, .size = 8, .align = 8, .name = "double" };
    number.hash = leat__type_hash(&number);
    struct leat__functions module = { calloc(s.n, sizeof(struct leat__function)), s.n };
    for (uint32_t i = 0; i < s.n; i++)
        describe(&module.at[i], &s, i, &number);
    struct leat__graph_spec spec = { .modules = &module, .module_count = 1 };
    double *t = calloc(rounds, sizeof *t);
    for (int i = 0; i < rounds; i++)
        t[i] = measure_build(&spec);
    qsort(t, rounds, sizeof *t, by_value);
    printf("{\"shape\": \"%s\", \"nodes\": %u, \"edges\": %u, \"build\": %.2f}\n", argv[1], s.n,
           s.first[s.n], t[rounds / 2] / s.n);
    return 0;
}
