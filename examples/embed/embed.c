/* embed: a program that keeps a graph of its own functions and runs it often.
 *
 *     cc embed.c $(pkg-config --cflags --libs leat) -o embed && ./embed
 *
 * In order: an owned value with a destructor, a function that carries data of
 * the host, a call hook, a run that is used again, questions to the graph, and
 * what errors look like: of a build, of an input, of a node. */
#include <leat/leat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the functions --- */

struct basket { int items; double price; };
static int baskets;                     /* alive; must end at 0 */

static struct basket *basket(int items, double price)
{
    if (items < 0) {
        leat_fail("a basket of %d items", items);
        return NULL;                    /* a node that fails hands nothing over */
    }
    struct basket *b = malloc(sizeof *b);
    if (b) {
        *b = (struct basket){ items, price };
        baskets++;
    }
    return b;
}
LEAT_FUNCTION(struct basket *, basket, (int, items), (double, price));

static void basket_done(void *b)
{
    baskets -= b != NULL;
    free(b);
}

static double net(const struct basket *basket)
{
    return basket->items * basket->price;
}
LEAT_FUNCTION(double, net, (const struct basket *, basket));

static double total(double net, double tax)
{
    return net + tax;
}
LEAT_FUNCTION(double, total, (double, net), (double, tax));

/* No LEAT_FUNCTION: registered by hand, with the rate it carries. Each of args
 * points to an argument, `result` to the result's place. */
static void tax(void *rate, void *const *args, void *result)
{
    *(double *)result = *(const double *)args[0] * *(const double *)rate;
}

/* --- a hook: told of each call, on the thread that makes it --- */

struct watch { int calls; };

static int before_node(void *user, const leat_call *call)
{
    struct watch *w = user;
    w->calls++;
    printf("  %s reads %zu\n", call->node, call->count);
    return 0;
}

static int after_node(void *user, const leat_call *call)
{
    (void)user;
    if (call->code < 0)
        printf("  %s fails: %s\n", call->node, call->message);
    return 0;
}

/* --- the graph --- */

static leat_driver *build(double *rate, struct watch *watch, const char *also)
{
    leat_call_ops ops = LEAT_CALL_OPS_INIT;
    ops.before_node = before_node;
    ops.after_node = after_node;

    leat_error err;
    leat_driver *driver = NULL;
    leat_builder *b = leat_builder_new();
    leat_builder_add_self(b);
    leat_builder_add_function(b, "double tax(double net)", tax, rate);
    leat_builder_set_destroy(b, "struct basket *", basket_done);
    leat_builder_add_hook(b, leat_hook_new(&ops, watch));
    if (also)
        leat_builder_add_function(b, also, tax, rate);
    if (leat_builder_build(b, &driver, &err) < 0) {
        printf("not built: %s\n", err.message);
        for (size_t i = 0; i < leat_builder_problem_count(b); i++) {
            const leat_problem *p = leat_builder_problem(b, i);
            printf("  %s, parameter %s: %s\n", p->node, p->param, p->message);
        }
    }
    leat_builder_free(b);
    return driver;
}

static void tell_readers(leat_driver *driver, const char *name)
{
    leat_id id, reader[8];
    if (leat_driver_find(driver, name, &id) < 0)
        return;
    size_t n = leat_driver_readers(driver, id, reader, 8);
    printf("%s is a %s, read by", name, leat_driver_type(driver, id));
    for (size_t i = 0; i < n; i++)
        printf(" %s", leat_driver_name(driver, reader[i]));
    printf("\n");
}

struct bill { double net, tax, total; };     /* members of the names of nodes */

static void sell(leat_run *run, int items, const struct bill *bill)
{
    leat_error err;
    leat_run_input(run, "items", items);
    leat_run_input(run, "price", 2.5);
    if (leat_run_execute(run, &err) == 0)
        printf("%d items: %.2f and %.2f tax: %.2f\n", items, bill->net, bill->tax, bill->total);
    else
        printf("%d items: %s\n", items, err.message);
    leat_run_reset(run);                /* keeps memory, and what was asked */
}

int main(void)
{
    double rate = 0.2;
    struct watch watch = { 0 };
    leat_error err;

    leat_driver *driver = build(&rate, &watch, NULL);
    if (!driver)
        return 1;
    tell_readers(driver, "net");

    struct bill bill;
    leat_run *run = leat_run_new(driver);
    leat_run_output_struct(run, &bill, net, tax, total);
    sell(run, 4, &bill);
    rate = 0.1;                         /* the host's own data, borrowed by the graph */
    sell(run, 10, &bill);
    sell(run, -1, &bill);
    leat_run_free(run);

    run = leat_run_new(driver);         /* nothing given */
    leat_run_ask(run, "total", leat_into((double *)NULL));
    if (leat_run_execute(run, &err) < 0)
        printf("nothing given: %s\n", err.message);
    leat_run_free(run);
    leat_driver_free(driver);

    leat_driver_free(build(&rate, &watch, "double discount(float total)"));
    printf("%d calls seen, %d baskets left\n", watch.calls, baskets);
    return 0;
}
