/* A module as users write it: notes and registrations, strictly standard C. It
 * links and runs without libleat, beside macros of other headers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <tgmath.h>
#define fail(...) fail_of_another_library
#define info(x) info_of_another_library
#include <leat/build.h>
#include <leat/build.h>
#include <leat/node.h>
#include <leat/node.h>

struct image { int w; };
LEAT_TYPE(struct image, free(image_done));
LEAT_NODE(mean, calls(column_mean), bind(xs = table.temp), after(a, b));
LEAT_NODE(mean, nullable);

static double half(double x, leat_context *context)
{
    leat_context_log(context, 2, "half");
    leat_context_progress(context, 1, 2);
    if (leat_context_cancelled(context) || leat_context_info(context))
        leat_context_fail(context, "no engine here");
    if (x < 0)
        leat_fail("x is %g", x);
    return x / 2;
}
LEAT_FUNCTION(double, half, (double, x), (leat_context *, context));
static int nothing(void) { return 0; }
LEAT_FUNCTION(int, nothing);


/* A builder function, and a builder that only counts its notes. */
static int configure(leat_builder *b)
{
    const char *mode = leat_builder_config(b, "mode");
    if (!b)
        return leat_builder_note(b, "half", "nullable");
    return leat_builder_note(b, mode, "nullable");
}
LEAT_FUNCTION(int, configure, (leat_builder *, b));

struct counting { leat_builder_head head; int notes; };
static const char *any_config(leat_builder *b, const char *key) { (void)b; return key; }
static int count_note(leat_builder *b, const char *node, const char *note)
{
    (void)node, (void)note;
    ((struct counting *)(void *)b)->notes++;
    return 0;
}
static int builds(void)
{
    leat_builder_api api = { sizeof api, 1, any_config, NULL, count_note, NULL, NULL, NULL, NULL, NULL };
    struct counting c = { { &api }, 0 };
    return !configure((leat_builder *)(void *)&c) && c.notes == 1 && configure(NULL) == -1;
}

int main(void) { return half(4, NULL) == 2 && half(-4, NULL) == -2 && !nothing() && builds() ? 0 : 1; }
