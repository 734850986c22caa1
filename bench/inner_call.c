/* inner_call: what a typed call costs more than a direct one: the trampolines
 * that src/module generates and compiles, called in a loop beside the function
 * itself.
 *
 *     XDG_CACHE_HOME=FOLDER bench-inner-call SOURCE ROUNDS
 *
 * SOURCE is bench/call_nodes.c. Prints one JSON object, nanoseconds per call,
 * medians: two (double, double), six (numbers and pointers). */
#include "inner_module.h"
#include "call_nodes.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { CALLS = 200000 };

struct call { leat__trampoline *tramp; void *fn; };
typedef double two_f(double a, double b);
typedef double six_f(int a, const double *b, double c, const char *d, long e, const struct pair *f);

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

static struct call find(const struct leat__module *m, const char *name)
{
    const struct leat__function *f = inner_module_find(m, name);
    return (struct call){ f->head->call, f->fn };
}

/* Arguments as a run keeps them: values in slots, addresses in a table. */
static double a = 1.5, b = 2.5, c = 0.5;
static int whole = 3;
static long more = 4;
static struct pair pair_at = { 1, 2 };
static const double *b_at = &b;
static const char *text = "x";
static const struct pair *pair = &pair_at;
static void *two_args[] = { &a, &b };
static void *six_args[] = { &whole, &b_at, &c, &text, &more, &pair };
static volatile double kept;

__attribute__((noipa)) static void direct_two(two_f *f)
{
    for (int i = 0; i < CALLS; i++)
        kept = f(*(volatile double *)&a, b);
}
__attribute__((noipa)) static void typed_two(struct call f)
{
    double result;
    for (int i = 0; i < CALLS; i++) {
        f.tramp(f.fn, two_args, &result);
        kept = result;
    }
}
__attribute__((noipa)) static void direct_six(six_f *f)
{
    for (int i = 0; i < CALLS; i++)
        kept = f(*(volatile int *)&whole, b_at, c, text, more, pair);
}
__attribute__((noipa)) static void typed_six(struct call f)
{
    double result;
    for (int i = 0; i < CALLS; i++) {
        f.tramp(f.fn, six_args, &result);
        kept = result;
    }
}

int main(int argc, char **argv)
{
    static const char *const name[] = { "two_direct", "two_typed", "six_direct", "six_typed" };
    int rounds = argc == 3 ? atoi(argv[2]) : 0;
    struct leat__module m = { 0 };
    if (rounds < 1) {
        fprintf(stderr, "usage: bench-inner-call SOURCE ROUNDS\n");
        return 2;
    }
    inner_module_load(&m, argv[1]);
    struct call two = find(&m, "two"), six = find(&m, "six");
    double *t[4];
    for (int k = 0; k < 4; k++)
        t[k] = calloc(rounds, sizeof **t);
    for (int i = 0; i < 4 * rounds; i++) {
        double start = now_ns();
        switch (i & 3) {
        case 0: direct_two((two_f *)two.fn); break;
        case 1: typed_two(two); break;
        case 2: direct_six((six_f *)six.fn); break;
        case 3: typed_six(six); break;
        }
        t[i & 3][i >> 2] = (now_ns() - start) / CALLS;
    }
    for (int k = 0; k < 4; k++) {
        qsort(t[k], rounds, sizeof **t, by_value);
        printf("%s\"%s\": %.2f%s", k ? ", " : "{", name[k], t[k][rounds / 2], k == 3 ? "}\n" : "");
        free(t[k]);
    }
    leat__module_fini(&m);
    return 0;
}
