/* inner_leat: Leat's open frames, forced: left to itself the engine walks tasks as short
 * as these. Values go through the plan: a task adds 1 to the sum of its inputs. */
#include "dag/dag.h"
#include "engine.h"
#include "inner_open.h"

const char *const engine_name = "leat";
const bool engine_again = true, engine_submits = false;

static struct leat__pool *pool;
static struct leat__plan plan;
static struct leat__run run;

/* --- functions that check --- */

/* With a kernel, or in the checking twin: fn is the task. */
static void call_checked(void *fn, void *const *args, void *result)
{
    uint32_t i = (uint32_t)(uintptr_t)fn, begin = engine_net->in_at[i], end = engine_net->in_at[i + 1];
    engine_check(i);
    for (uint32_t k = begin; k < end; k++)
        if (*(const uint64_t *)args[k - begin] != engine_net->in[k] + 1u)
            __atomic_fetch_add(&engine_wrong, 1, __ATOMIC_RELAXED);
    engine_compute(engine_work);
    *(uint64_t *)result = i + 1u;
}

static leat__trampoline *const checked[] = { call_checked, call_checked, call_checked, call_checked, call_checked,
                                             call_checked };

static void *bare_fn(uint32_t i)
{
    return open_add[engine_net->in_at[i + 1] - engine_net->in_at[i]];
}

static void *checked_fn(uint32_t i) { return (void *)(uintptr_t)i; }

/* --- the engine --- */

void engine_init(unsigned workers) { pool = leat__pool_new(workers, workers > 1); }

void engine_fini(void) { leat__pool_unref(pool); }

static bool is_bare(void)
{
#ifdef CHECK
    return false;
#else
    return !engine_works;
#endif
}

static uint64_t sum_of_values(const struct net *net)
{
    uint64_t *value = engine_value, sum = 0;
    for (uint32_t i = 0; i < net->n; i++) {
        value[i] = 1;
        for (uint32_t k = net->in_at[i]; k < net->in_at[i + 1]; k++)
            value[i] += value[net->in[k]];
        sum += value[i];
    }
    return sum;
}

static void check_values(const struct net *net)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < net->n; i++)
        sum += run.frame.slot[i].value;
    if (is_bare() && sum != sum_of_values(net)) {
        fprintf(stderr, "leat: wrong values\n");
        exit(1);
    }
}

void engine_build(const struct net *net)
{
    bool plain = is_bare();
    if (!pool || open_plan(&plan, net, plain ? open_add_call : checked, plain ? bare_fn : checked_fn) < 0 ||
        leat__frame_init(&run.frame, &plan) < 0) {
        fprintf(stderr, "leat: out of memory\n");
        exit(1);
    }
    leat__run_init(&run, &leat__dag);
}

void engine_run(const struct net *net)
{
    leat__run_clear(&run);
    leat__frame_reset(&run.frame);
    if (open_run(&run, pool) != 0 || run.ok != net->n) {
        fprintf(stderr, "leat: %u tasks, %llu ran\n", net->n, (unsigned long long)run.ok);
        exit(1);
    }
}

void engine_free(const struct net *net)
{
    check_values(net);
    leat__frame_fini(&run.frame);
    leat__run_fini(&run);
    leat__plan_fini(&plan);
}
