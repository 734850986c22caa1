/* host: a program hands columns in and takes columns out, and nothing is copied.
 *
 *     cc host.c $(pkg-config --cflags --libs leat) -o host && ./host columns.c
 */
#include "arrow.h"
#include <leat/leat.h>
#include <stdio.h>
#include <stdlib.h>

/* --- two columns of the program's own, in memory that it never frees --- */

static double low[] = { 1, 2, 3 }, high[] = { 4, 8, 6 };
static const void *low_buffers[] = { NULL, low }, *high_buffers[] = { NULL, high };
static struct ArrowArray low_column = { .length = 3, .n_buffers = 2, .buffers = low_buffers };
static struct ArrowArray high_column = { .length = 3, .n_buffers = 2, .buffers = high_buffers };
static struct ArrowArray *children[] = { &low_column, &high_column };
static struct frame days = { .array = { .length = 3, .n_children = 2, .children = children } };

static void days_are_back(void *user)
{
    printf("the days are back: %s\n", user == &days ? "the same" : "others");
}

static leat_driver *build(const char *source)
{
    leat_error err;
    leat_driver *driver = NULL;
    leat_builder *b = leat_builder_new();
    leat_builder_add_source(b, source, NULL);
    if (leat_builder_build(b, &driver, &err) < 0)
        printf("%s\n", err.message);
    leat_builder_free(b);
    return driver;
}

static int run(leat_driver *driver, struct frame *out_spread)
{
    leat_error err;
    const void *days_at = NULL, *spread_at = NULL;
    double widest = 0;
    leat_run *r = leat_run_new(driver);
    leat_value lent = LEAT_STRUCT(struct frame, &days);
    lent.release = days_are_back;               /* lent: not copied, not released */
    lent.user = &days;
    leat_run_set(r, "days", lent);
    leat_run_ask(r, "days_at", LEAT_INTO(const void *, &days_at));
    leat_run_ask(r, "spread_at", LEAT_INTO(const void *, &spread_at));
    leat_run_ask(r, "spread", LEAT_INTO(struct frame, NULL));
    leat_run_output(r, "widest", &widest);
    int code = leat_run_execute(r, &err);
    if (!code)
        code = leat_run_take(r, "spread", LEAT_INTO(struct frame, out_spread), &err);
    if (code < 0)
        printf("%s\n", err.message);
    else
        printf("widest: %g; in: %s; out: %s\n", widest, days_at == (void *)low ? "not copied" : "copied",
               spread_at == (const void *)values_of(out_spread, 0) ? "not copied" : "copied");
    leat_run_free(r);
    return code;
}

int main(int argc, char **argv)
{
    struct frame spread = { 0 };
    leat_driver *driver = build(argc > 1 ? argv[1] : "columns.c");
    if (!driver || run(driver, &spread) < 0)
        return 1;
    leat_driver_free(driver);
    printf("spread of the last day: %g\n", values_of(&spread, 0)[2]);
    spread.array.release(&spread.array);        /* ours now, and alive without any run */
    spread.schema.release(&spread.schema);
    return 0;
}
