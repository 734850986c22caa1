/* Tests of leat/ext/sim.h: runs in an order that a seed picks, by a clock of their own. */
#include "api.h"
#include <leat/ext/sim.h>
#include <pthread.h>

enum { WIDTH = 12, LENGTH = 5, ALL = WIDTH * LENGTH + 2 };

static void add_all(void *user, void *const *args, void *result)
{
    int64_t sum = 1;
    for (intptr_t i = 0; i < (intptr_t)user; i++)
        sum += *(int64_t *)args[i];
    *(int64_t *)result = sum;
}

/* Runs another run of its driver, on the same executor, and waits for it. */
static leat_driver *nested;
static void nest(void *user, void *const *args, void *result)
{
    int64_t level = *(int64_t *)args[0], below = 0;
    (void)user;
    if (level < 4) {
        leat_run *r = leat_run_new(nested);
        leat_run_input(r, "x", level + 1);
        leat_run_output(r, "after", &below);
        if (leat_run_submit(r, NULL, NULL, NULL) < 0 || leat_run_wait(r, -1, NULL) < 0)
            below = -1000;
        leat_run_free(r);
    }
    *(int64_t *)result = below + 1;
}

struct sim { leat_executor *e; leat_driver *d; };

/* Chains between one that all read and one that adds them up; and a node that nests. */
static struct sim sim_of(leat_sim_options o)
{
    struct sim s = { leat_executor_sim(&o), NULL };
    leat_builder *b = leat_builder_new();
    char text[100], all[WIDTH * 40 + 100], *end = all + sprintf(all, "int64_t total(");
    leat_builder_add_function(b, "int64_t first(int64_t x)", add_all, (void *)1);
    for (int w = 0; w < WIDTH; w++) {
        for (int i = 0; i < LENGTH; i++) {
            char from[20] = "first";
            if (i)
                sprintf(from, "n%d_%d", w, i - 1);
            sprintf(text, "int64_t n%d_%d(int64_t %s)", w, i, from);
            leat_builder_add_function(b, text, add_all, (void *)1);
        }
        end += sprintf(end, "%sint64_t n%d_%d", w ? ", " : "", w, LENGTH - 1);
    }
    strcpy(end, ")");
    leat_builder_add_function(b, all, add_all, (void *)(intptr_t)WIDTH);
    leat_builder_add_function(b, "int64_t nest(int64_t x)", nest, NULL);
    leat_builder_add_function(b, "int64_t after(int64_t nest)", add_all, (void *)1);
    s.d = built_on(b, leat_executor_ref(s.e));
    return s;
}

static void sim_end(struct sim s)
{
    leat_driver_free(s.d);
    leat_executor_unref(s.e);
}

static leat_run *ready(struct sim s, const char *output, int64_t *place)
{
    leat_run *r = leat_run_new(s.d);
    assert_int_equal(leat_run_input(r, "x", (int64_t)1), 0);
    assert_int_equal(leat_run_output(r, output, place), 0);
    return r;
}

/* --- tests --- */

static char *trace_of(uint64_t seed)
{
    leat_sim_options o = LEAT_SIM_OPTIONS_INIT;
    o.seed = seed;
    o.trace = 1;
    struct sim s = sim_of(o);
    int64_t total = 0;
    leat_run *r = ready(s, "total", &total);
    assert_int_equal(leat_run_execute(r, NULL), 0);
    assert_int_equal(total, WIDTH * (LENGTH + 2) + 1);
    leat_run_free(r);
    size_t len;
    char *copy = strdup(leat_sim_trace(s.e, &len));
    assert_int_equal(strlen(copy), len);
    sim_end(s);
    return copy;
}

static void a_seed_is_an_order(void **state)
{
    (void)state;
    char *a = trace_of(1), *b = trace_of(1), *c = trace_of(2);
    assert_string_equal(a, b);
    assert_string_not_equal(a, c);
    assert_non_null(strstr(a, "0 enter 1\n"));
    assert_non_null(strstr(a, "0 begin 1 first\n"));
    assert_non_null(strstr(a, " end 1 total DONE\n"));
    free(a);
    free(b);
    free(c);
}

static void runs_of_one_executor_meet(void **state)
{
    (void)state;
    leat_sim_options o = LEAT_SIM_OPTIONS_INIT;
    o.trace = 1;
    struct sim s = sim_of(o);
    int64_t a = 0, b = 0;
    leat_run *one = ready(s, "total", &a), *two = ready(s, "total", &b);
    assert_int_equal(leat_run_submit(one, NULL, NULL, NULL), 0);
    assert_int_equal(leat_run_submit(two, NULL, NULL, NULL), 0);
    assert_int_equal(leat_run_wait(one, -1, NULL), 0);
    assert_int_equal(leat_run_wait(two, -1, NULL), 0);
    assert_true(a == b && a == WIDTH * (LENGTH + 2) + 1);
    const char *trace = leat_sim_trace(s.e, NULL), *second = strstr(trace, " begin 2 n");
    assert_non_null(second);
    assert_non_null(strstr(second, " begin 1 n"));
    leat_run_free(one);
    leat_run_free(two);
    sim_end(s);
}

static void count_end(leat_run *r, int code, void *user)
{
    *(int *)user += code == 0;
    leat_run_free(r);
}

static void what_nobody_waits_for_runs_all_the_same(void **state)
{
    (void)state;
    struct sim s = sim_of((leat_sim_options)LEAT_SIM_OPTIONS_INIT);
    int64_t total;
    int ends = 0;
    for (int i = 0; i < 3; i++)
        assert_int_equal(leat_run_submit(ready(s, "total", &total), count_end, &ends, NULL), 0);
    assert_int_equal(ends, 0);
    leat_sim_run(s.e);
    assert_int_equal(ends, 3);
    sim_end(s);
}

static void cancel(void *user) { leat_run_cancel(user); }

static void a_timer_cancels_in_the_middle(void **state)
{
    (void)state;
    uint32_t cut = 0;
    for (uint64_t seed = 0; seed < 50; seed++) {
        leat_sim_options o = LEAT_SIM_OPTIONS_INIT;
        o.seed = seed;
        struct sim s = sim_of(o);
        int64_t total = 0;
        uint64_t ok;
        leat_run *r = ready(s, "total", &total);
        assert_int_equal(leat_sim_at(s.e, 1500000, cancel, r), 0);
        int code = leat_run_execute(r, NULL);
        assert_true(code == 0 || code == LEAT_ECANCELLED);
        leat_run_counts(r, &ok, NULL, NULL);
        assert_true(leat_sim_now(s.e) >= 1500000 || code == 0);
        cut += code && ok > 0 && ok < ALL;
        leat_run_free(r);
        sim_end(s);
    }
    assert_true(cut > 25);
}

static void patience_and_deadlines_are_virtual(void **state)
{
    (void)state;
    leat_sim_options o = LEAT_SIM_OPTIONS_INIT;
    o.delay_ns = 3600000000000000;          /* weeks, in all */
    struct sim s = sim_of(o);
    int64_t total = 0;
    leat_run *r = ready(s, "total", &total);
    assert_int_equal(leat_run_submit(r, NULL, NULL, NULL), 0);
    assert_int_equal(leat_run_wait(r, 1000, NULL), LEAT_EBUSY);
    assert_int_equal(leat_sim_now(s.e), 1000000000);
    assert_int_equal(leat_run_wait(r, -1, NULL), 0);
    assert_true(leat_sim_now(s.e) > 3600000000000000);
    assert_int_equal(leat_run_reset(r), 0);
    assert_int_equal(leat_run_input(r, "x", (int64_t)1), 0);
    assert_int_equal(leat_run_set_deadline(r, 60000), 0);
    assert_int_equal(leat_run_execute(r, NULL), LEAT_EDEADLINE);
    leat_run_free(r);
    sim_end(s);
}

static void some_calls_fail_by_the_seed(void **state)
{
    (void)state;
    uint64_t ok, failed, not_run, all_failed = 0;
    for (uint64_t seed = 0; seed < 40; seed++) {
        leat_sim_options o = LEAT_SIM_OPTIONS_INIT;
        o.seed = seed;
        o.fail_per_million = 50000;
        struct sim s = sim_of(o);
        int64_t total = 0;
        leat_run *r = ready(s, "total", &total);
        leat_run_set_keep_going(r, 1);
        int code = leat_run_execute(r, NULL);
        leat_run_counts(r, &ok, &failed, &not_run);
        assert_int_equal(code, failed ? LEAT_EFAILED : 0);
        assert_int_equal(ok + failed + not_run, ALL);
        if (failed)
            assert_string_equal(leat_run_failure(r, 0)->message, "fails in this simulation");
        all_failed += failed;
        leat_run_free(r);
        sim_end(s);
    }
    assert_true(all_failed > 40 && all_failed < 400);
}

static void each_refused_request_for_memory_fails_a_call_or_nothing(void **state)
{
    (void)state;
    for (uint64_t at = 1; at < 200; at++) {
        leat_sim_options o = LEAT_SIM_OPTIONS_INIT;
        o.no_memory_at = at;
        struct sim s = sim_of(o);
        int64_t total = 0;
        leat_run *r = ready(s, "total", &total);
        int code = leat_run_execute(r, NULL);
        assert_true(code == 0 || code == LEAT_EFAILED);
        if (code)
            assert_string_equal(leat_run_failure(r, 0)->message, "out of memory");
        leat_run_free(r);
        sim_end(s);
    }
}

static void a_node_may_wait_for_a_run_of_the_same_simulation(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        leat_sim_options o = LEAT_SIM_OPTIONS_INIT;
        o.seed = seed;
        o.workers = 1 + seed % 3;
        struct sim s = sim_of(o);
        int64_t after = 0, total = 0;
        nested = s.d;
        leat_run *r = ready(s, "after", &after), *beside = ready(s, "total", &total);
        assert_int_equal(leat_run_submit(beside, NULL, NULL, NULL), 0);
        assert_int_equal(leat_run_execute(r, NULL), 0);
        assert_int_equal(after, 8);
        assert_int_equal(leat_run_wait(beside, -1, NULL), 0);
        leat_run_free(r);
        leat_run_free(beside);
        sim_end(s);
    }
}

static void *execute(void *user)
{
    return (void *)(intptr_t)leat_run_execute(user, NULL);
}

static void threads_may_wait_for_one_simulation(void **state)
{
    (void)state;
    struct sim s = sim_of((leat_sim_options)LEAT_SIM_OPTIONS_INIT);
    for (int round = 0; round < 50; round++) {
        int64_t total[4] = { 0 };
        leat_run *r[4];
        pthread_t thread[4];
        for (int i = 0; i < 4; i++)
            r[i] = ready(s, "total", &total[i]);
        for (int i = 0; i < 4; i++)
            assert_int_equal(pthread_create(&thread[i], NULL, execute, r[i]), 0);
        for (int i = 0; i < 4; i++) {
            void *code;
            pthread_join(thread[i], &code);
            assert_null(code);
            assert_int_equal(total[i], WIDTH * (LENGTH + 2) + 1);
            leat_run_free(r[i]);
        }
    }
    sim_end(s);
}

static void other_executors_do_not_simulate(void **state)
{
    (void)state;
    size_t len = 7;
    leat_executor *e = leat_executor_threads(1);
    assert_int_equal(leat_sim_now(e), 0);
    assert_int_equal(leat_sim_at(e, 0, cancel, NULL), LEAT_EUSAGE);
    assert_null(leat_sim_trace(e, &len));
    assert_int_equal(len, 0);
    leat_sim_run(e);
    leat_executor_unref(e);
    assert_int_equal(leat_sim_at(NULL, 0, cancel, NULL), LEAT_ENOMEM);
    assert_int_equal(leat_executor_parse("sim=18446744073709551615", &e, NULL), 0);
    assert_int_equal(leat_executor_workers(e), 4);
    leat_executor_unref(e);
    assert_int_equal(leat_executor_parse("sim", &e, NULL), 0);
    leat_executor_unref(e);
    const char *wrong[] = { "sim=", "sim=x", "sim=-1", "sim=1 ", "sim=18446744073709551616", "simulation" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(leat_executor_parse(wrong[i], &e, NULL), LEAT_EUSAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seed_is_an_order),
        cmocka_unit_test(runs_of_one_executor_meet),
        cmocka_unit_test(what_nobody_waits_for_runs_all_the_same),
        cmocka_unit_test(a_timer_cancels_in_the_middle),
        cmocka_unit_test(patience_and_deadlines_are_virtual),
        cmocka_unit_test(some_calls_fail_by_the_seed),
        cmocka_unit_test(each_refused_request_for_memory_fails_a_call_or_nothing),
        cmocka_unit_test(a_node_may_wait_for_a_run_of_the_same_simulation),
        cmocka_unit_test(threads_may_wait_for_one_simulation),
        cmocka_unit_test(other_executors_do_not_simulate),
    };
    return cmocka_run_group_tests_name("sim", tests, NULL, NULL);
}
