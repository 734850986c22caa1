/* hello: the smallest program with a graph of its own functions.
 *
 *     cc hello.c $(pkg-config --cflags --libs leat) -o hello && ./hello
 *
 * LEAT_FUNCTION tells Leat a function's prototype, so neither debug info nor a
 * compiler is needed when the program runs; `static` functions are fine. */
#include <leat/leat.h>
#include <stdio.h>
#include <stdlib.h>

static double mean_temp(double temp_max, double temp_min)
{
    return (temp_max + temp_min) / 2;
}
LEAT_FUNCTION(double, mean_temp, (double, temp_max), (double, temp_min));

static double anomaly(double mean_temp, double normal)
{
    return mean_temp - normal;
}
LEAT_FUNCTION(double, anomaly, (double, mean_temp), (double, normal));

/* `char *` is handed over: Leat frees it. */
static char *greeting(const char *city, double anomaly)
{
    char *text = malloc(64);
    if (text)
        snprintf(text, 64, "Hello, %s: %+.1f degrees today.", city, anomaly);
    return text;
}
LEAT_FUNCTION(char *, greeting, (const char *, city), (double, anomaly));

int main(void)
{
    leat_error err;
    leat_driver *driver = NULL;
    leat_builder *b = leat_builder_new();
    leat_builder_add_self(b);
    int code = leat_builder_build(b, &driver, &err);
    leat_builder_free(b);

    const char *text = NULL;
    leat_run *run = code < 0 ? NULL : leat_run_new(driver);
    if (code == 0) {
        leat_run_input(run, "city", "Seattle");
        leat_run_input(run, "temp_max", 16.5);
        leat_run_input(run, "temp_min", 8);         /* an int is as good: nothing is lost */
        leat_run_input(run, "normal", 11.5);
        leat_run_output(run, "greeting", &text);
        code = leat_run_execute(run, &err);
    }
    if (code < 0)
        fprintf(stderr, "%s\n", err.message);
    else
        puts(text);                                 /* borrowed from the run */
    leat_run_free(run);
    leat_driver_free(driver);
    return code < 0;
}
