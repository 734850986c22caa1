/* Tests of open frames: random graphs walked, opened on pools and simulated by
 * seeds, with failures, cancels and want of memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "dag/trial_test.h"
#include "run/pools_test.h"

static void any_way_to_run_gives_what_the_interpreter_gives(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 3000; i++) {
        struct trial t;
        seed = i * 7919 + 11;
        bool failures = i & 1, keep = i & 2;
        if (!trial_open(&t, failures))
            continue;
        struct leat__sim_spec spec = { .seed = i, .workers = 1 + i % 6, .delay_ns = 1000,
                                       .fail_per_million = i % 5 ? 0 : 60000 };
        struct leat__pool *sim = sim_pool(&spec);
        run_once(&t, NULL, keep, false, false);
        run_once(&t, NULL, keep, true, false);
        run_once(&t, pools[i % 3], keep, i & 4, false);
        run_once(&t, sim, keep, false, spec.fail_per_million);
        run_once(&t, sim, keep, true, spec.fail_per_million);
        leat__pool_unref(sim);
        trial_close(&t);
    }
}

/* --- cancels, ends that come later, want of memory --- */

static void cancel(void *user) { leat__run_cancel(user); }

static void a_cancel_at_any_time_leaves_a_legal_prefix(void **state)
{
    (void)state;
    uint32_t cut = 0;
    for (uint32_t i = 0; i < 1500; i++) {
        struct trial t;
        seed = i * 6007 + 3;
        if (!trial_open(&t, i & 1))
            continue;
        struct leat__sim_spec spec = { .seed = i, .workers = 1 + i % 6, .delay_ns = 1000 };
        struct leat__pool *sim = sim_pool(&spec);
        assert_int_equal(leat__sim_at(sim->sim, below(6000), cancel, &t.run), 0);
        run_once(&t, sim, i & 2, false, false);
        cut += leat__sim_now(sim->sim) > 0;
        leat__pool_unref(sim);
        trial_close(&t);
    }
    assert_true(cut > 500);
}

/* Every success waits for somebody who settles a few at a time, in order: a journal. */
static struct { struct leat__frame *frame; uint32_t task; } waiting[8 * N];
static uint32_t waiting_from, waiting_to;

static enum leat__after settled_later(struct leat__frame *f, uint32_t task, enum leat__verdict verdict)
{
    if (verdict != LEAT__OK)
        return leat__dag.settled(f, task, verdict);
    waiting[waiting_to].frame = f;
    waiting[waiting_to++].task = task;
    return LEAT__LATER;
}

static void settle_some(void *user)
{
    struct leat__sim *sim = user;
    for (uint32_t n = 1 + below(4); n && waiting_from < waiting_to; n--) {
        uint32_t at = waiting_from++;
        leat__task_settle(waiting[at].frame, waiting[at].task, LEAT__OK);
    }
    if (waiting_to < 8 * N && sim)
        assert_int_equal(leat__sim_at(sim, leat__sim_now(sim) + below(2000), settle_some, sim), 0);
}

static void run_later(struct trial *t, uint32_t i)
{
    struct leat__policy policy = leat__dag;
    struct leat__sim_spec spec = { .seed = i, .workers = 1 + i % 4, .delay_ns = 1000 };
    struct leat__pool *sim = sim_pool(&spec);
    policy.settled = settled_later;
    t->run.policy = &policy;
    for (uint32_t k = 0; k < t->plan.n; k++)
        if (below(2))
            t->plan.task[k].flags |= LEAT__TASK_ASKS;
    waiting_from = waiting_to = 0;
    settle_some(sim->sim);
    run_once(t, sim, i & 1, i & 2, false);
    assert_int_equal(waiting_from, waiting_to);
    leat__pool_unref(sim);
}

static void tasks_settle_in_the_order_of_a_journal(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 1000; i++) {
        struct trial t;
        seed = i * 5003 + 29;
        if (!trial_open(&t, i & 1))
            continue;
        run_later(&t, i);
        trial_close(&t);
    }
}

/* Whichever request for memory is refused: a call fails for it, or a queue is full. */
static void each_refusal_of_memory_is_borne(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 60; i++) {
        struct trial t;
        seed = i * 4001 + 17;
        if (!trial_open(&t, false))
            continue;
        for (uint32_t at = 1; at < 2 * t.plan.n; at++) {
            struct leat__sim_spec spec = { .seed = i, .workers = 3, .delay_ns = 1000, .no_memory_at = at };
            struct leat__pool *sim = sim_pool(&spec);
            run_once(&t, sim, true, false, true);
            leat__pool_unref(sim);
        }
        trial_close(&t);
    }
}

/* --- the same again --- */

static char *trace_of(struct trial *t, uint64_t of)
{
    struct leat__sim_spec spec = { .seed = of, .workers = 4, .delay_ns = 1000, .fail_per_million = 20000, .trace = true };
    struct leat__pool *sim = sim_pool(&spec);
    size_t len;
    run_once(t, sim, true, false, true);
    char *copy = strdup(leat__sim_trace(sim->sim, &len));
    assert_non_null(copy);
    assert_int_equal(strlen(copy), len);
    leat__pool_unref(sim);
    return copy;
}

static void a_seed_gives_the_same_events_byte_for_byte(void **state)
{
    (void)state;
    uint32_t same = 0, large = 0;
    for (uint32_t i = 0; i < 300; i++) {
        struct trial t;
        seed = i * 3001 + 41;
        if (!trial_open(&t, i & 1))
            continue;
        char *a = trace_of(&t, i), *b = trace_of(&t, i), *other = trace_of(&t, i + 1);
        assert_string_equal(a, b);
        large += t.plan.n > 10;
        same += t.plan.n > 10 && !strcmp(a, other);
        free(a);
        free(b);
        free(other);
        trial_close(&t);
    }
    assert_true(large > 100 && same == 0);
}

/* --- many to one --- */

static void add_up(void *user, void *const *args, void *result)
{
    uint64_t sum = 1;
    for (uintptr_t i = 0; i < (uintptr_t)user; i++)
        sum += *(const uint64_t *)args[i];
    *(uint64_t *)result = sum;
}

enum { WIDE = 100000 };
static void *wide[4];       /* what the graph borrows */

static void fan_in(struct leat__graph *g)
{
    struct leat__function *f = calloc(WIDE + 1, sizeof *f);
    struct leat__head *heads = calloc(WIDE + 1, sizeof *heads);
    struct leat__param *p = calloc(WIDE, sizeof *p);
    char (*names)[12] = calloc(WIDE, sizeof *names);
    assert_true(f && heads && p && names);
    for (uint32_t i = 0; i < WIDE; i++) {
        sprintf(names[i], "w%u", i);
        heads[i] = (struct leat__head){ .file = "x.c", .result = &t_u64, .call = add_up };
        f[i] = (struct leat__function){ .name = names[i], .head = &heads[i] };
        p[i] = (struct leat__param){ names[i], &t_u64 };
    }
    heads[WIDE] = (struct leat__head){ .file = "x.c", .result = &t_u64, .params = p, .count = WIDE, .call = add_up };
    f[WIDE] = (struct leat__function){ .name = "all", .fn = (void *)(uintptr_t)WIDE, .head = &heads[WIDE] };
    assert_int_equal(build_with(g, f, WIDE + 1, NULL, 0), 0);
    assert_int_equal(g->problems.count, 0);
    wide[0] = f;
    wide[1] = p;
    wide[2] = names;
    wide[3] = heads;
}

static void a_hundred_thousand_tasks_feed_one(void **state)
{
    (void)state;
    struct leat__graph g;
    uint32_t asked_id;
    uint8_t *need = calloc(WIDE + 1, 1), *given = calloc(WIDE + 1, 1), *asked = calloc(WIDE + 1, 1);
    fan_in(&g);
    asked[asked_id = leat__graph_find(&g, "all")] = 1;
    assert_true(leat__graph_select(&g, &asked_id, 1, NULL, need) > 0);
    struct leat__plan plan;
    struct leat__plan_spec spec = { &g, need, given, asked, NULL, true };
    assert_int_equal(leat__plan_make(&plan, &spec, NULL), 0);
    assert_int_equal(leat__plan_open(&plan), 0);
    struct leat__sim_spec sim = { .seed = 5, .workers = 64, .delay_ns = 1000 };
    struct leat__pool *ways[] = { pools[0], pools[1], pools[2], sim_pool(&sim) };
    struct leat__run run = { 0 };
    leat__run_init(&run, &leat__dag);
    assert_int_equal(leat__frame_init(&run.frame, &plan), 0);
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(run_open(&run, ways[i]), 0);
        assert_int_equal(*leat__run_value(&run, leat__plan_task(&plan, asked_id)), WIDE + 1);
        leat__run_clear(&run);
        leat__frame_reset(&run.frame);
    }
    leat__pool_unref(ways[3]);
    leat__frame_fini(&run.frame);
    leat__run_fini(&run);
    leat__plan_fini(&plan);
    leat__graph_fini(&g);
    for (uint32_t i = 0; i < 4; i++)
        free(wide[i]);
    free(need);
    free(given);
    free(asked);
}

/* --- main --- */

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_way_to_run_gives_what_the_interpreter_gives),
        cmocka_unit_test(a_cancel_at_any_time_leaves_a_legal_prefix),
        cmocka_unit_test(tasks_settle_in_the_order_of_a_journal),
        cmocka_unit_test(each_refusal_of_memory_is_borne),
        cmocka_unit_test(a_seed_gives_the_same_events_byte_for_byte),
        cmocka_unit_test(a_hundred_thousand_tasks_feed_one),
    };
    return cmocka_run_group_tests_name("dag/sim", tests, make_pools, free_pools);
}
