/* A linear flow of N atoms that read each other, forward and reverted: nanoseconds
 * per atom of the run, and of making the flow before it.
 *
 *     bench-flow N */
#include <leat/flow.h>
#include <leat/leat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static unsigned n, failing, reverted;

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
    if (failing && (size_t)user == n - 1)
        leat_fail("the last one");
}

static void revert(void *user, void *const *args, void *result)
{
    (void)user, (void)args;
    reverted++;
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

/* Of the fastest of five rounds, as all below. */
static void once(leat_run *r, double *make, double *both, int wanted)
{
    leat_error err;
    double began = now_ns();
    leat_run_atoms(r, NULL, 0, &err);
    double made = now_ns(), spent;
    reverted = 0;
    if (leat_run_execute(r, &err) != wanted || reverted != (wanted ? n : 0)) {
        fprintf(stderr, "%s, %u reverted\n", err.message, reverted);
        exit(1);
    }
    spent = now_ns() - made;
    *make = made - began < *make ? made - began : *make;
    *both = spent < *both ? spent : *both;
    leat_run_reset(r);
    leat_run_set(r, "first", leat_of(1ul));
}

int main(int argc, char **argv)
{
    n = argc > 1 ? (unsigned)atoi(argv[1]) : 1000000;
    leat_driver *d = build();
    leat_run *r = leat_run_new(d);
    leat_error err;
    double make = 1e18, forward = 1e18, whole = 1e18;
    leat_run_set_flow(r, "line", &err);
    leat_run_set(r, "first", leat_of(1ul));
    for (int i = 0; i < 5; i++) {
        failing = 0;
        once(r, &make, &forward, 0);
        failing = 1;
        once(r, &make, &whole, LEAT_EREVERTED);
    }
    printf("{\"atoms\": %u, \"make_ns\": %.1f, \"forward_ns\": %.1f, \"revert_ns\": %.1f}\n", n, make / n, (forward - make) / n,
           (whole - forward) / n);
    leat_run_free(r);
    leat_driver_free(d);
    return 0;
}
