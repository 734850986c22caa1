/* A linear flow of N atoms that read each other, forward and reverted: nanoseconds
 * per atom, medians of rounds. From the call of leat_run_execute to the first atom the
 * flow is made; then atoms run; from the last one on they are reverted; the rest is
 * what is freed before the call returns.
 *
 *     bench-flow N */
#include "figure.h"
#include <leat/flow.h>
#include <leat/leat.h>
#include <time.h>

enum { MOST_ROUNDS = 501 };

static unsigned n, failing, reverted;
static double first_at, last_at, undone_at;

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void atom(void *user, void *const *args, void *result)
{
    uint64_t *out = result;
    *out = args[0] ? *(const uint64_t *)args[0] + 1 : 0;
    if (!user)
        first_at = now_ns();
    if ((size_t)user != n - 1)
        return;
    last_at = now_ns();
    if (failing)
        leat_fail("the last one");
}

static void revert(void *user, void *const *args, void *result)
{
    (void)user, (void)args;
    if (++reverted == n)
        undone_at = now_ns();
    *(int *)result = 0;
}

static void line(void *user, void *const *args, void *result)
{
    char name[32];
    leat_flow *f = leat_linear("line", leat_atom("n0"));
    (void)user, (void)args;
    for (unsigned i = 1; i < n; i++) {
        snprintf(name, sizeof name, "n%u", i);
        leat_flow_add(f, leat_atom(name));
    }
    *(leat_flow **)result = f;
}

static leat_driver *build(void)
{
    char text[128];
    leat_error err;
    leat_driver *d = NULL;
    leat_builder *b = leat_builder_new();
    for (unsigned i = 0; i < n; i++) {
        if (i)
            snprintf(text, sizeof text, "unsigned long n%u(unsigned long n%u)", i, i - 1);
        else
            snprintf(text, sizeof text, "unsigned long n0(unsigned long first)");
        leat_builder_add_function(b, text, atom, (void *)(size_t)i);
        snprintf(text, sizeof text, "int n%u__revert(unsigned long n%u)", i, i);
        leat_builder_add_function(b, text, revert, NULL);
    }
    leat_builder_add_function(b, "struct leat_flow *line(void)", line, NULL);
    if (leat_builder_build(b, &d, &err) < 0) {
        fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
    leat_builder_free(b);
    return d;
}

struct round { double make, forward, revert, rest; };

static struct round once(leat_run *r, int wanted)
{
    leat_error err;
    double began = now_ns();
    reverted = 0;
    if (leat_run_execute(r, &err) != wanted || reverted != (wanted ? n : 0)) {
        fprintf(stderr, "%s, %u reverted\n", err.message, reverted);
        exit(1);
    }
    double ended = now_ns(), over = wanted ? undone_at : last_at;
    leat_run_reset(r);
    leat_run_set(r, "first", leat_of(1ul));
    return (struct round){ (first_at - began) / n, (last_at - first_at) / n, (over - last_at) / n, (ended - over) / n };
}

int main(int argc, char **argv)
{
    n = argc > 1 ? (unsigned)atoi(argv[1]) : 1000000;
    unsigned rounds = n < 10000 ? MOST_ROUNDS : n < 1000000 ? 31 : 7;
    static double make[2 * MOST_ROUNDS], forward[2 * MOST_ROUNDS], revert[MOST_ROUNDS], rest[MOST_ROUNDS];
    leat_driver *d = build();
    leat_run *r = leat_run_new(d);
    leat_error err;
    leat_run_set_flow(r, "line", &err);
    leat_run_set(r, "first", leat_of(1ul));
    for (unsigned i = 0; i < 2 * rounds; i++) {
        failing = i % 2;
        struct round o = once(r, failing ? LEAT_EREVERTED : 0);
        make[i] = o.make;
        forward[i] = o.forward;
        *(failing ? &revert[i / 2] : &rest[i / 2]) = failing ? o.revert : o.rest;
    }
    printf("{\"atoms\": %u, \"make_ns\": %.1f, \"forward_ns\": %.1f, \"revert_ns\": %.1f, \"rest_ns\": %.1f}\n", n,
           median(make, 2 * (int)rounds), median(forward, 2 * (int)rounds), median(revert, (int)rounds), median(rest, (int)rounds));
    leat_run_free(r);
    leat_driver_free(d);
    return 0;
}
