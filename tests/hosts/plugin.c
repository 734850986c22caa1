/* A plugin that uses libleat itself: its functions have the names of the host's,
 * and neither sees the other's. */
#include <leat/leat.h>
#include <stdio.h>

static int answer(int x) { return PLUGIN * 100 + x; }
LEAT_FUNCTION(int, answer, (int, x));
static int only_here(int answer) { return answer + 1; }
LEAT_FUNCTION(int, only_here, (int, answer));
static int fails(int x)
{
    leat_fail("plugin %d fails at %d", PLUGIN, x);
    return x;
}
LEAT_FUNCTION(int, fails, (int, x));
LEAT_NODE(renamed, calls(answer), bind(x = 7));

/* The value of a node of a graph of this plugin's functions. */
int ask(const char *node, int x, leat_error *err)
{
    leat_driver *driver = NULL;
    int value = -1;
    leat_builder *b = leat_builder_new();
    leat_builder_add_self(b);
    int code = leat_builder_build(b, &driver, err);
    leat_builder_free(b);
    leat_run *r = leat_run_new(driver);
    if (!code) {
        leat_run_input(r, "x", x);
        code = leat_run_output(r, node, &value);
        code = code < 0 ? snprintf(err->message, sizeof err->message, "no such node") : leat_run_execute(r, err);
    }
    leat_run_free(r);
    leat_driver_free(driver);
    return code < 0 ? code : value;
}
