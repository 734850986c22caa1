/* inner_owned: Leat's open frames, where each value is a struct of its own: made by
 * malloc, handed over, looked at, destroyed behind its last reader. The graph is
 * built by names, and nothing is asked: everything dies. */
#include "dag/dag.h"
#include "engine.h"
#include "graph/graph.h"
#include "inner_open.h"
#include <string.h>

const char *const engine_name = "owned";
const bool engine_again = true, engine_submits = false;

struct box { uint64_t n; };

static const struct leat__type box = { .kind = LEAT__STRUCT, .flags = LEAT__INCOMPLETE, .name = "box", .hash = 1 };
static const struct leat__type owned = { .kind = LEAT__POINTER, .size = 8, .align = 8, .of = &box, .hash = 2 };
static const struct leat__type looked_at = { .kind = LEAT__POINTER, .flags = LEAT__TO_CONST, .size = 8, .align = 8,
                                             .of = &box, .hash = 3 };

static struct leat__pool *pool;
static struct leat__functions functions;
static struct leat__param *params;
static struct leat__head *heads;
static char (*names)[12];
static struct leat__graph graph;
static struct leat__plan plan;
static struct leat__run run;
static _Atomic int64_t alive;           /* in the checking twin */

static void count_alive(int64_t more)
{
#ifdef CHECK
    alive += more;
#else
    (void)more;
#endif
}

static void make_box(void *user, void *const *args, void *result)
{
    uint32_t i = (uint32_t)(uintptr_t)user, begin = engine_net->in_at[i], end = engine_net->in_at[i + 1];
    struct box *b = malloc(sizeof *b);
    engine_check(i);
    for (uint32_t k = begin; k < end; k++)
        if ((*(const struct box *const *)args[k - begin])->n != engine_net->in[k] + 1u)
            __atomic_fetch_add(&engine_wrong, 1, __ATOMIC_RELAXED);
    if (b)
        b->n = i + 1u;
    count_alive(1);
    *(struct box **)result = b;
}

static void free_box(void *b)
{
    count_alive(-1);
    ((struct box *)b)->n = 0;
    free(b);
}

static void fail(const char *why)
{
    fprintf(stderr, "owned: %s\n", why);
    exit(1);
}

void engine_init(unsigned workers)
{
    if (!(pool = leat__pool_new(workers, workers > 1)))
        fail("out of memory");
}

void engine_fini(void) { leat__pool_unref(pool); }

static void describe(const struct net *net)
{
    names = malloc((size_t)net->n * sizeof *names);
    params = calloc((size_t)net->edges + 1, sizeof *params);
    heads = calloc(net->n, sizeof *heads);
    functions = (struct leat__functions){ calloc(net->n, sizeof *functions.at), net->n };
    if (!names || !params || !heads || !functions.at)
        fail("out of memory");
    for (uint32_t i = 0; i < net->n; i++) {
        sprintf(names[i], "n%u", i);
        for (uint32_t k = net->in_at[i]; k < net->in_at[i + 1]; k++)
            params[k] = (struct leat__param){ names[net->in[k]], &looked_at };
        heads[i] = (struct leat__head){ .file = "bench.c", .line = (int)i + 1, .result = &owned, .call = make_box,
            .params = params + net->in_at[i], .count = net->in_at[i + 1] - net->in_at[i] };
        functions.at[i] = (struct leat__function){ .name = names[i], .head = &heads[i], .fn = (void *)(uintptr_t)i };
    }
}

static void make_plan(const struct net *net)
{
    uint8_t *none = calloc(net->n, 1), *all = malloc(net->n);
    memset(all, LEAT__NEED_RUN, net->n);
    struct leat__plan_spec spec = { &graph, all, none, none, NULL, true };
    leat_error err;
    if (leat__plan_make(&plan, &spec, &err) < 0 || leat__plan_open(&plan) < 0)
        fail("no plan");
    free(none);
    free(all);
}

void engine_build(const struct net *net)
{
    static const struct leat__host_destroy destroy = { "struct box *", free_box };
    struct leat__graph_spec spec = { .modules = &functions, .module_count = 1, .destroys = &destroy, .destroy_count = 1 };
    describe(net);
    if (leat__graph_build(&graph, &spec) < 0 || graph.problems.count)
        fail("no graph");
    make_plan(net);
    if (leat__frame_init(&run.frame, &plan) < 0)
        fail("out of memory");
    leat__run_init(&run, &leat__dag);
}

void engine_run(const struct net *net)
{
    leat__run_clear(&run);
    leat__frame_reset(&run.frame);
    if (open_run(&run, pool) != 0 || run.ok != net->n)
        fail("not every task ran");
    if (alive)
        fail("not every value died");
}

void engine_free(const struct net *net)
{
    (void)net;
    leat__run_clear(&run);
    leat__frame_fini(&run.frame);
    leat__run_fini(&run);
    leat__plan_fini(&plan);
    leat__graph_fini(&graph);
    free(functions.at);
    free(params);
    free(heads);
    free(names);
}
