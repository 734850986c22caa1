/* A program that exports all it has (-rdynamic) and runs a module whose symbols
 * have the same names: each image keeps its own, leat_fail's slot included.
 * `exporter MODULE`. */
#include <leat/leat.h>
#include <stdio.h>

double scaled(double x);
double scaled(double x)
{
    if (x < 0)
        leat_fail("the program's");
    return -1000;
}
LEAT_FUNCTION(double, scaled, (double, x));

static void run(leat_driver *driver, const char *node, double x)
{
    leat_error err;
    double value = 0;
    leat_run *r = leat_run_new(driver);
    leat_run_input(r, "x", x);
    if (leat_run_output(r, node, &value) < 0)
        printf("no such node %s\n", node);
    else if (leat_run_execute(r, &err) < 0)
        puts(err.message);
    else
        printf("%s = %g\n", node, value);
    leat_run_free(r);
}

/* `self`: with the program's functions. Else its slot stays unbound, and a module
 * that took it for its own would fail unheard. */
static int try(const char *path, int self)
{
    leat_error err;
    leat_driver *driver = NULL;
    leat_builder *b = self ? leat_builder_new() : (leat_builder_new)();
    leat_builder_add_module(b, path);
    leat_builder_set_namespace(b, "program");
    if (self)
        leat_builder_add_self(b);
    int code = leat_builder_build(b, &driver, &err);
    leat_builder_free(b);
    if (code < 0) {
        puts(err.message);
        return 1;
    }
    run(driver, "scaled", 4);
    run(driver, "scaled", -4);
    if (self) {
        run(driver, "program.scaled", 4);
        run(driver, "program.scaled", -4);
    }
    leat_driver_free(driver);
    return 0;
}

int main(int count, char **paths)
{
    return count != 2 || try(paths[1], 0) || try(paths[1], 1);
}
