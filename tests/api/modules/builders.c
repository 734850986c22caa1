/* Builder functions: what config asks for becomes nodes when the graph is built. */
#include <leat/build.h>
#include <stdio.h>
#include <string.h>

double metric(double x) { return x; }
double imperial(double x) { return x * 2; }
double moved(double x, double by) { return x + by; }
double answer(double limit) { return limit + 1; }

static void triple(void *user, void *const *args, void *result)
{
    (void)user;
    *(double *)result = *(double *)args[0] * 3;
}

/* Which function stands for `limit`, and as many nodes as config says. */
int configure(leat_builder *b)
{
    const char *region = leat_builder_config(b, "region"), *steps = leat_builder_config(b, "steps");
    char name[32], note[64];
    if (region && !strcmp(region, "moon")) {
        leat_fail("no weather on the %s", region);
        return 0;
    }
    if (region && !strcmp(region, "mars"))
        return 7;
    for (int i = 0; steps && i < steps[0] - '0'; i++) {
        snprintf(name, sizeof name, "moved_%d", i);
        snprintf(note, sizeof note, "calls(moved), bind(by = %d)", i);
        leat_builder_note(b, name, note);
    }
    leat_builder_add_function(b, "double tripled(double limit)", triple, NULL);
    return leat_builder_note(b, "limit", region && !strcmp(region, "us") ? "calls(imperial)" : "calls(metric)");
}

/* Later functions of the build see what earlier ones set. */
int derive(leat_builder *b)
{
    const char *region = leat_builder_config(b, "region");
    return leat_builder_set_config(b, "size", region && !strcmp(region, "us") ? "large" : "small");
}
double box__size__large(void) { return 10; }
double box__size__small(void) { return 1; }

void not_a_builder(leat_builder *b) { (void)b; }
