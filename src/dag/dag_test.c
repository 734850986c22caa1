/* Tests of plans and walks: random graphs with random failures against a small,
 * slow, obvious interpreter; the state table; plans' sizes. */
#include "dag/dag.h"
#include "graph/fixture_test.h"
#include "run/context.h"
#include "run/open.h"
#include "run/task.h"
#include "run/pools_test.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#undef fail     /* ours is a slot of leat_node_api */

enum { N = 120 };

/* --- nodes whose value is a mix of what they read --- */

struct body { uint32_t count; uint64_t salt; bool fails; uint32_t id; };
static struct body bodies[N];
static uint32_t ran[N];
static _Atomic uint32_t ran_count;

static void mix_all(void *user, void *const *args, void *result)
{
    const struct body *b = user;
    uint64_t x = b->salt;
    for (uint32_t i = 0; i < b->count; i++)
        x = (x ^ *(const uint64_t *)args[i]) * 0x9e3779b97f4a7c15u + i;
    ran_count++;
    if (b->fails)
        leat__node_api.fail(NULL, "x.c", 3, "told to");
    *(uint64_t *)result = x;
}

static uint64_t seed;
static uint32_t below(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((seed >> 33) % n);
}

static char names[N][8];
static struct leat__param params[N][4];
static struct leat__function functions[N];
static struct leat__head heads[N];

static void make_functions(uint32_t n, bool failures)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t count = i ? below(5) : 0;
        sprintf(names[i], "n%u", i);
        for (uint32_t k = 0; k < count; k++)
            params[i][k] = (struct leat__param){ names[below(i)], &t_u64 };
        bodies[i] = (struct body){ count, seed, failures && below(12) == 0, i };
        heads[i] = (struct leat__head){ .file = "x.c", .line = (int)i, .result = &t_u64, .params = params[i],
                                        .count = count, .call = mix_all };
        functions[i] = (struct leat__function){ .name = names[i], .fn = &bodies[i], .head = &heads[i] };
    }
}

/* The obvious interpreter: a state and a value per function, in the graph's order. */
struct expected { enum leat__state state; uint64_t value; };

static uint32_t function_of(const struct leat__graph *g, uint32_t node)
{
    return (uint32_t)(g->node[node].function - functions);
}

static void interpret(const struct leat__graph *g, const uint8_t *need, const uint8_t *given, bool keep_going,
                      struct expected *e)
{
    bool stopped = false;
    for (uint32_t id = 0; id < g->count; id++) {
        const struct body *b = &bodies[function_of(g, id)];
        bool doomed = false;
        uint64_t x = b->salt;
        if (!need[id])
            continue;
        if (given[id]) {
            e[id] = (struct expected){ LEAT__DONE, id + 1000 };
            continue;
        }
        for (uint32_t i = 0; i < g->node[id].edges; i++) {
            uint32_t from = g->edge[g->node[id].edge + i].from;
            doomed |= e[from].state == LEAT__FAILED || e[from].state == LEAT__SKIPPED;
            x = (x ^ e[from].value) * 0x9e3779b97f4a7c15u + i;
        }
        e[id].state = stopped ? LEAT__CANCELLED : doomed ? LEAT__SKIPPED : b->fails ? LEAT__FAILED : LEAT__DONE;
        e[id].value = x;
        stopped |= e[id].state == LEAT__FAILED && !keep_going;
    }
}

static int hook_before(void *user, const leat_call *call)
{
    (void)call;
    ++*(_Atomic uint32_t *)user;
    return 0;
}

static void compare(struct leat__run *run, const uint8_t *need, const struct expected *e)
{
    const struct leat__plan *p = run->frame.plan;
    uint64_t ok = 0, failed = 0, rest = 0;
    for (uint32_t t = 0; t < p->n; t++) {
        uint32_t id = p->node[t];
        assert_true(need[id]);
        assert_string_equal(leat__state_name(leat__task_state(&run->frame, t)), leat__state_name(e[id].state));
        if (e[id].state == LEAT__DONE)
            assert_true(run->frame.slot[t].value == e[id].value);
        if (t < p->given)
            continue;
        ok += e[id].state == LEAT__DONE;
        failed += e[id].state == LEAT__FAILED;
        rest += e[id].state == LEAT__SKIPPED || e[id].state == LEAT__CANCELLED;
    }
    assert_true(run->ok == ok && run->failed == failed && run->not_run == rest);
    assert_int_equal(run->failure_count, failed + rest);
}

/* Opens the run on a pool instead of walking it. */
static int run_open(struct leat__run *run, struct leat__pool *pool)
{
    assert_int_equal(leat__plan_open((struct leat__plan *)run->frame.plan), 0);
    run->pool = pool;
    struct leat__ending end;
    leat__run_start_for(run, &end);
    assert_true(leat__help(run, pool, &end.over, -1));
    return end.code;
}

static void one_random_run(bool failures, bool keep_going, bool hooked, bool overridden, struct leat__pool *pool)
{
    struct leat__graph g;
    uint8_t need[N] = { 0 }, given[N] = { 0 }, asked[N] = { 0 };
    struct expected e[N] = { 0 };
    uint32_t n = 2 + below(N - 2), ids[4];
    _Atomic uint32_t hooks = 0;
    make_functions(n, failures);
    assert_int_equal(build_with(&g, functions, n, NULL, 0), 0);
    assert_int_equal(g.problems.count, 0);
    for (uint32_t i = 0; i < 4; i++)
        asked[ids[i] = below(n)] = 1;
    for (uint32_t i = 0; overridden && i < n; i++)
        given[i] = below(6) == 0;
    assert_true(leat__graph_select(&g, ids, 4, overridden ? given : NULL, need) > 0);
    interpret(&g, need, given, keep_going, e);

    struct leat__plan plan;
    struct leat__plan_spec spec = { &g, need, given, asked, NULL, true };
    leat_error err;
    assert_int_equal(leat__plan_make(&plan, &spec, &err), 0);
    leat_call_ops ops = LEAT_CALL_OPS_INIT;
    ops.before_node = hook_before;
    leat_hook *hook = leat_hook_new(&ops, &hooks);
    struct leat__run run = { .keep_going = keep_going, .hooks = &hook, .hook_count = hooked, .listened = hooked };
    leat__run_init(&run, &leat__dag);
    assert_int_equal(leat__frame_init(&run.frame, &plan), 0);
    for (int round = 0; round < 2; round++) {       /* the second on the recycled frame */
        ran_count = hooks = 0;
        for (uint32_t t = 0; t < plan.given; t++)
            run.frame.slot[t] = (struct leat__slot){ 0, LEAT__DONE, plan.node[t] + 1000 };
        int code = pool ? run_open(&run, pool) : leat__walk(&run);
        assert_int_equal(code, run.failed ? LEAT_EFAILED : 0);
        compare(&run, need, e);
        assert_int_equal(ran_count, run.ok + run.failed);
        if (hooked)
            assert_int_equal(hooks, ran_count);
        leat__run_clear(&run);
        leat__frame_reset(&run.frame);
    }
    leat__frame_fini(&run.frame);
    leat__run_fini(&run);
    leat__plan_fini(&plan);
    leat__graph_fini(&g);
    leat_hook_free(hook);
}

static void a_walk_gives_what_the_obvious_interpreter_gives(void **state)
{
    (void)state;
    for (int i = 0; i < 400; i++) {
        seed = (uint64_t)i * 977 + 1;
        one_random_run(i & 1, i & 2, i & 4, i & 8, NULL);
    }
}

/* --- shared values: made, read through T * by many, destroyed behind the last --- */

/* Of n functions some make an image (of up to two images), the others read up to
 * three images, all of them through image *. */
struct thing { uint32_t maker; bool alive; uint32_t died; };
static struct thing *things;            /* by maker; on the heap, as what is handed over must be */
static uint32_t clock_now, dead_reads;

static void read_things(const struct body *b, void *const *args)
{
    ran[ran_count++] = b->id;
    clock_now++;
    for (uint32_t i = 0; i < b->count; i++)
        dead_reads += !(*(struct thing **)args[i])->alive;
}

static void make_thing(void *user, void *const *args, void *result)
{
    const struct body *b = user;
    read_things(b, args);
    things[b->id] = (struct thing){ b->id, true, 0 };
    *(struct thing **)result = &things[b->id];
}

static void use_things(void *user, void *const *args, void *result)
{
    read_things(user, args);
    *(uint64_t *)result = 0;
}

static void end_thing(void *user, void *const *args, void *result)
{
    (void)user, (void)result;
    struct thing *t = *(struct thing **)args[0];
    dead_reads += !t->alive;            /* twice dead */
    t->alive = false;
    t->died = clock_now;
}

static uint32_t make_sharers(uint32_t n)
{
    static uint32_t makers[N];
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; i++) {
        bool makes = i < 2 || below(3) == 0;
        uint32_t reads = count ? below(makes ? 3 : 4) : 0;
        sprintf(names[i], "n%u", i);
        for (uint32_t k = 0; k < reads; k++)
            params[i][k] = (struct leat__param){ names[makers[below(count)]], &t_image_p };
        if (makes)
            makers[count++] = i;
        bodies[i] = (struct body){ reads, 0, false, i };
        heads[i] = (struct leat__head){ .file = "x.c", .line = (int)i, .result = makes ? &t_image_p : &t_u64,
                                        .params = params[i], .count = reads, .call = makes ? make_thing : use_things };
        functions[i] = (struct leat__function){ .name = names[i], .fn = &bodies[i], .head = &heads[i] };
    }
    static const struct leat__param of[] = { { "image", &t_image_p } };
    heads[n] = (struct leat__head){ .file = "x.c", .params = of, .count = 1, .call = end_thing };
    functions[n] = (struct leat__function){ .name = "image_free", .head = &heads[n] };
    return n + 1;
}

/* When the value of a node dies, as ticks of who ran: an opaque one keeps what it
 * was made of. UINT32_MAX: with the run. */
static uint32_t death_of(const struct leat__graph *g, uint32_t id, const uint8_t *asked, const uint32_t *tick)
{
    uint32_t last = asked[id] ? UINT32_MAX : tick[id];
    uint32_t readers;
    const uint32_t *list = leat__graph_readers(g, id, &readers);
    for (uint32_t i = 0; i < readers; i++) {
        uint32_t reader = list[i];
        if (!tick[reader])
            continue;
        bool keeps = g->node[reader].type != &t_u64;
        uint32_t until = keeps ? death_of(g, reader, asked, tick) : tick[reader];
        last = until > last ? until : last;
    }
    return last;
}

static void one_shared_run(const char *note)
{
    struct leat__graph g;
    struct leat__note notes[] = { { "type", "x.c", 1, 0, note, NULL } };
    uint8_t need[N] = { 0 }, given[N] = { 0 }, asked[N] = { 0 };
    uint32_t n = 2 + below(40), tick[N] = { 0 }, ids[3];
    assert_int_equal(build_with(&g, functions, make_sharers(n), notes, 1), 0);
    assert_int_equal(g.problems.count, 0);
    for (uint32_t i = 0; i < 3; i++)
        asked[ids[i] = below(n)] = 1;
    assert_true(leat__graph_select(&g, ids, 3, NULL, need) > 0);
    struct leat__plan plan;
    struct leat__plan_spec spec = { &g, need, given, asked, NULL, true };
    assert_int_equal(leat__plan_make(&plan, &spec, NULL), 0);
    struct leat__turns turns;
    leat__turns_init(&turns);
    struct leat__run run = { .turns = &turns };
    leat__run_init(&run, &leat__dag);
    assert_int_equal(leat__frame_init(&run.frame, &plan), 0);
    clock_now = 0;
    ran_count = 0;
    dead_reads = 0;
    assert_int_equal(leat__walk(&run), 0);
    assert_int_equal(ran_count, plan.n);
    for (uint32_t t = 0; t < plan.n; t++) {         /* the order of the plan, which readers do not bend */
        assert_int_equal(function_of(&g, plan.node[t]), ran[t]);
        tick[plan.node[t]] = t + 1;
    }
    for (uint32_t t = 0; t < plan.n; t++) {
        uint32_t id = plan.node[t], death = death_of(&g, id, asked, tick);
        if (g.node[id].type == &t_u64)
            continue;
        assert_int_equal(things[ran[t]].alive, death == UINT32_MAX);
        if (death != UINT32_MAX)
            assert_int_equal(things[ran[t]].died, death);
    }
    leat__run_clear(&run);
    for (uint32_t t = 0; t < plan.n; t++)
        assert_false(things[ran[t]].alive && g.node[plan.node[t]].type != &t_u64);
    assert_int_equal(dead_reads, 0);
    leat__frame_fini(&run.frame);
    leat__run_fini(&run);
    leat__turns_fini(&turns);
    leat__plan_fini(&plan);
    leat__graph_fini(&g);
}

static void shared_values_live_exactly_until_their_last_reader(void **state)
{
    (void)state;
    things = calloc(N, sizeof *things);
    assert_non_null(things);
    for (int i = 0; i < 300; i++) {
        seed = (uint64_t)i * 613 + 5;
        one_shared_run(i & 1 ? "image, shared" : "image, turns");
    }
    free(things);
}

/* Without failures, or when those only take what needs them, order does not matter. */
static void open_frames_give_what_a_walk_gives(void **state)
{
    (void)state;
    for (int i = 0; i < 1200; i++) {
        seed = (uint64_t)i * 1297 + 5;
        bool failures = i & 1;
        one_random_run(failures, failures, i & 4, i & 8, pools[i % 3]);
    }
}

static void the_state_table_says_who_may_become_what(void **state)
{
    (void)state;
    assert_true(leat__state_may(LEAT__WAITING, LEAT__READY));
    assert_false(leat__state_may(LEAT__WAITING, LEAT__DONE));       /* only the fast path, in one store */
    assert_true(leat__state_may(LEAT__RUNNING, LEAT__FAILED));
    for (enum leat__state s = LEAT__DONE; s <= LEAT__CANCELLED; s++)
        for (enum leat__state to = 0; to < LEAT__STATE_COUNT; to++)
            assert_false(leat__state_may(s, to));                   /* final */
    assert_string_equal(leat__state_name(LEAT__PARKED), "PARKED");
}

static void a_plan_costs_what_the_contract_says(void **state)
{
    (void)state;
    assert_int_equal(sizeof(struct leat__task), 32);
    assert_int_equal(sizeof(struct leat__slot), 16);
    struct leat__graph g;
    uint8_t need[N] = { 0 }, given[N] = { 0 };
    make_functions(N, false);
    assert_int_equal(build_with(&g, functions, N, NULL, 0), 0);
    memset(need, 1, sizeof need);
    struct leat__plan plan;
    struct leat__plan_spec spec = { &g, need, given, given, NULL, true };
    assert_int_equal(leat__plan_make(&plan, &spec, NULL), 0);
    assert_true(leat__plan_size(&plan) <= 40 * (size_t)N + 8 * (size_t)g.edges + 40);
    for (uint32_t t = 0; t < plan.n; t++)
        assert_int_equal(leat__plan_task(&plan, plan.node[t]), t);
    assert_int_equal(leat__plan_task(&plan, 5000), LEAT__NONE);
    leat__plan_fini(&plan);
    leat__graph_fini(&g);
}

static void stacks_and_images_are_told_from_the_heap(void **state)
{
    (void)state;
    int local = 0;
    void *heap = malloc(8);
    assert_true(leat__is_on_stack(&local));
    assert_false(leat__is_on_stack(heap));
    assert_true(leat__is_in_image("literal"));
    assert_true(leat__is_in_image(names));
    assert_false(leat__is_in_image(heap));
    assert_false(leat__is_in_image(&local));
    free(heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_walk_gives_what_the_obvious_interpreter_gives),
        cmocka_unit_test(shared_values_live_exactly_until_their_last_reader),
        cmocka_unit_test(open_frames_give_what_a_walk_gives),
        cmocka_unit_test(the_state_table_says_who_may_become_what),
        cmocka_unit_test(a_plan_costs_what_the_contract_says),
        cmocka_unit_test(stacks_and_images_are_told_from_the_heap),
    };
    return cmocka_run_group_tests_name("dag", tests, make_pools, free_pools);
}
