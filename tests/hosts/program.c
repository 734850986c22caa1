/* A program with registered functions and no debug info to read: it prints what
 * its graph gives, and how a node of it fails. */
#include <leat/leat.h>
#include <stdio.h>

static double rich(double spend, double limit)
{
    if (spend < 0)
        leat_fail("spend is %g", spend);
    return spend - limit;
}
LEAT_FUNCTION(double, rich, (double, spend), (double, limit));
static double poor(double rich) { return -rich; }
LEAT_FUNCTION(double, poor, (double, rich));
LEAT_NODE(tight, calls(rich), bind(limit = 100));

static void run(leat_driver *driver, double spend)
{
    leat_error err;
    double poor = 0, tight = 0;
    leat_run *r = leat_run_new(driver);
    leat_run_input(r, "spend", spend);
    leat_run_input(r, "limit", 1.5);
    leat_run_output(r, "poor", &poor);
    leat_run_output(r, "tight", &tight);
    if (leat_run_execute(r, &err) < 0)
        puts(err.message);
    else
        printf("%g %g\n", poor, tight);
    leat_run_free(r);
}

int main(void)
{
    leat_error err;
    leat_driver *driver = NULL;
    leat_builder *b = leat_builder_new();
    leat_builder_add_self(b);
    int code = leat_builder_build(b, &driver, &err);
    leat_builder_free(b);
    if (code < 0) {
        puts(err.message);
        return 1;
    }
    run(driver, 5);
    run(driver, -5);
    leat_driver_free(driver);
    return 0;
}
