/* Flows and streams in simulation (leat/ext/sim.h): their order by a seed, their
 * time on a virtual clock. */
#include "api.h"
#include <leat/ext/sim.h>
#include <stdbool.h>

struct sim { leat_executor *e; leat_driver *d; };

static struct sim sim_with(leat_sim_options o)
{
    struct sim s = { leat_executor_sim(&o), NULL };
    leat_builder *b = builder_of("simulated.c", NULL);
    s.d = built_on(b, leat_executor_ref(s.e));
    return s;
}

static struct sim sim_of(uint64_t seed, uint32_t fail_per_million)
{
    leat_sim_options o = LEAT_SIM_OPTIONS_INIT;
    o.seed = seed;
    o.workers = 1 + seed % 5;
    o.fail_per_million = fail_per_million;
    o.trace = 1;
    return sim_with(o);
}

/* The module is the same in all: its diary begins anew. */
static void sim_end(struct sim s)
{
    free(answer_of(s.d, "diary", NULL));
    leat_driver_free(s.d);
    leat_executor_unref(s.e);
}

static leat_run *flow_of(struct sim s, const char *flow, const char *fails)
{
    leat_run *r = leat_run_new(s.d);
    assert_int_equal(leat_run_set_flow(r, flow, NULL), 0);
    assert_int_equal(leat_run_set_text(r, "day", "4"), 0);
    assert_int_equal(leat_run_set_text(r, "fails", fails), 0);
    return r;
}

static leat_run *stream_of(struct sim s, const char *until)
{
    leat_run *r = leat_run_new(s.d);
    assert_int_equal(leat_run_set_stream(r, "counts", NULL), 0);
    assert_int_equal(leat_run_set_text(r, "until", until), 0);
    return r;
}

/* --- what was done and undone, by the trace --- */

static bool next_end(const char **trace, char name[64])
{
    for (const char *line = *trace; line && *line; line = *trace) {
        const char *stop = strchr(line, '\n');
        *trace = stop ? stop + 1 : NULL;
        if (sscanf(line, "%*u end 1/%*u %63s", name) == 1 && strcmp(name, "tour"))
            return true;
    }
    return false;
}

/* Each revert is that of the newest atom that stands. How many stand in the end. */
static size_t standing(const char *trace)
{
    char stand[64][64], name[64];
    size_t n = 0;
    while (next_end(&trace, name)) {
        char *revert = strstr(name, "__revert");
        if (!revert) {
            strcpy(stand[n++], name);
            continue;
        }
        *revert = 0;
        assert_true(n > 0);
        assert_string_equal(stand[--n], name);
    }
    return n;
}

/* --- flows --- */

static void a_flow_ends_as_ever_and_is_undone_backwards_whatever_the_seed(void **state)
{
    (void)state;
    size_t apart = 0;
    for (uint64_t seed = 0; seed < 90; seed++) {
        struct sim s = sim_of(seed, 0);
        leat_run *r = flow_of(s, "tour", seed % 3 == 2 ? "3" : seed % 3 ? "1" : "0");
        int paid = -1;
        leat_run_output(r, "paid", &paid);
        int code = leat_run_execute(r, NULL);
        assert_int_equal(code, seed % 3 == 2 ? LEAT_EREVERTED : 0);
        assert_int_equal(paid, code ? -1 : 8);
        leat_run_free(r);
        const char *trace = leat_sim_trace(s.e, NULL);
        assert_int_equal(standing(trace), code ? 0 : 5);
        apart += strstr(trace, " south DONE") < strstr(trace, " west DONE");
        sim_end(s);
    }
    assert_true(apart > 10 && apart < 80);
}

static void calls_that_fail_by_the_seed_undo_what_was_done(void **state)
{
    (void)state;
    size_t reverted = 0, left = 0;
    for (uint64_t seed = 0; seed < 150; seed++) {
        struct sim s = sim_of(seed, 100000);
        leat_run *r = flow_of(s, "tour", "0");
        int code = leat_run_execute(r, NULL);
        assert_true(code == 0 || code == LEAT_EREVERTED || code == LEAT_EREVERT);
        assert_int_equal(standing(leat_sim_trace(s.e, NULL)), code ? 0 : 5);
        reverted += code == LEAT_EREVERTED;
        left += code == LEAT_EREVERT;
        leat_run_free(r);
        sim_end(s);
    }
    assert_true(reverted > 20 && left > 5);
}

static void want_of_memory_anywhere_undoes_a_flow_or_leaves_it(void **state)
{
    (void)state;
    for (uint64_t at = 1; at < 60; at++) {
        leat_sim_options o = LEAT_SIM_OPTIONS_INIT;
        o.no_memory_at = at;
        struct sim s = sim_with(o);
        leat_run *r = flow_of(s, "tour", at % 2 ? "1" : "3");
        int code = leat_run_execute(r, NULL);
        assert_true(code == 0 || code == LEAT_EREVERTED || code == LEAT_EREVERT);
        leat_run_free(r);
        sim_end(s);
    }
}

static void timeouts_and_deadlines_of_flows_are_virtual(void **state)
{
    (void)state;
    leat_sim_options o = LEAT_SIM_OPTIONS_INIT;
    leat_error err;
    o.delay_ns = 3600000000000000;          /* weeks, of which a timeout allows a moment */
    o.seed = 3;
    struct sim s = sim_with(o);
    leat_run *r = flow_of(s, "hurried", "0");
    assert_int_equal(leat_run_execute(r, &err), LEAT_EREVERTED);
    assert_has(err.message, "patient failed: took ");
    assert_has(err.message, ", its timeout is 1 ms");
    assert_diary(s.d, "+north +west +paid +patient -patient -paid -west -north");
    leat_run_free(r);
    r = flow_of(s, "hurried", "0");
    assert_int_equal(leat_run_set_deadline(r, 60000), 0);
    assert_int_equal(leat_run_execute(r, NULL), LEAT_EDEADLINE);
    leat_run_free(r);
    r = stream_of(s, "100000");
    assert_int_equal(leat_run_set_deadline(r, 60000), 0);
    assert_int_equal(leat_run_execute(r, NULL), LEAT_EDEADLINE);
    leat_run_free(r);
    sim_end(s);
}

/* --- streams --- */

static void a_stream_counts_exactly_whatever_the_seed(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 60; seed++) {
        struct sim s = sim_of(seed, 0);
        leat_run *r = stream_of(s, "1000");
        assert_int_equal(leat_run_execute(r, NULL), 0);
        const struct { int64_t count, sum, order; } *total = leat_run_state(r, 2)->at[0];
        assert_int_equal(total->count, 1000);
        assert_int_equal(total->sum, 1000 * 999 / 2);
        assert_true(leat_run_traffic(r, 2)->deepest <= 8);
        leat_run_free(r);
        sim_end(s);
    }
}

static void an_operator_fails_by_the_seed_and_is_named(void **state)
{
    (void)state;
    size_t failed = 0;
    for (uint64_t seed = 0; seed < 60; seed++) {
        struct sim s = sim_of(seed, 2000);
        leat_run *r = stream_of(s, "1000");
        int code = leat_run_execute(r, NULL);
        assert_true(code == 0 || code == LEAT_EFAILED);
        if (code)
            assert_string_equal(leat_run_failure(r, 0)->message, "fails in this simulation");
        failed += code != 0;
        leat_run_free(r);
        sim_end(s);
    }
    assert_true(failed > 5 && failed < 60);
}

/* --- the same again --- */

static char *trace_of(uint64_t seed, bool stream)
{
    leat_sim_options o = LEAT_SIM_OPTIONS_INIT;
    o.seed = seed;
    o.trace = 1;
    struct sim s = sim_with(o);
    leat_run *r = stream ? stream_of(s, "500") : flow_of(s, "tour", "3");
    assert_int_equal(leat_run_execute(r, NULL), stream ? 0 : LEAT_EREVERTED);
    leat_run_free(r);
    char *copy = strdup(leat_sim_trace(s.e, NULL));
    sim_end(s);
    return copy;
}

static void a_seed_is_an_order_of_flows_and_streams(void **state)
{
    (void)state;
    size_t differ[2] = { 0 };
    for (uint64_t i = 0; i < 20; i++) {
        char *a = trace_of(i / 2, i & 1), *b = trace_of(i / 2, i & 1), *other = trace_of(i / 2 + 100, i & 1);
        assert_string_equal(a, b);
        differ[i & 1] += strcmp(a, other) != 0;
        free(a);
        free(b);
        free(other);
    }
    assert_true(differ[0] > 8 && differ[1] > 8);
}

/* --- with others --- */

static void flows_meet_what_else_is_simulated(void **state)
{
    (void)state;
    size_t met = 0;
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct sim s = sim_of(seed, 0);
        leat_run *beside = leat_run_new(s.d), *r = flow_of(s, "tour", "0");
        int paid = 0;
        assert_int_equal(leat_run_set_text(beside, "day", "2"), 0);
        assert_int_equal(leat_run_set_text(beside, "fails", "0"), 0);
        leat_run_output(beside, "patient", &paid);
        assert_int_equal(leat_run_submit(beside, NULL, NULL, NULL), 0);
        assert_int_equal(leat_run_execute(r, NULL), 0);
        leat_run_wait(beside, -1, NULL);
        const char *trace = leat_sim_trace(s.e, NULL), *two = strstr(trace, " begin 2/");
        met += two && strstr(two, " begin 1 ");
        leat_run_free(beside);
        leat_run_free(r);
        sim_end(s);
    }
    assert_true(met > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flow_ends_as_ever_and_is_undone_backwards_whatever_the_seed),
        cmocka_unit_test(calls_that_fail_by_the_seed_undo_what_was_done),
        cmocka_unit_test(want_of_memory_anywhere_undoes_a_flow_or_leaves_it),
        cmocka_unit_test(timeouts_and_deadlines_of_flows_are_virtual),
        cmocka_unit_test(a_stream_counts_exactly_whatever_the_seed),
        cmocka_unit_test(an_operator_fails_by_the_seed_and_is_named),
        cmocka_unit_test(a_seed_is_an_order_of_flows_and_streams),
        cmocka_unit_test(flows_meet_what_else_is_simulated),
    };
    return cmocka_run_group_tests_name("simulated", tests, NULL, NULL);
}
