/* Tests of flows in simulation: random ones in an order that a seed picks, against
 * the obvious interpreter; what ended, and what was reverted, is read off the trace. */
#include "flow/trial_test.h"

/* --- what the trace has to say --- */

struct line { char what[8], name[16], how[32]; uint32_t frame, atom; bool revert; };

/* The next of an atom or a revert. */
static bool next_line(const char **trace, struct line *x)
{
    for (const char *at = *trace; at && *at; at = *trace) {
        const char *stop = strchr(at, '\n');
        *trace = stop ? stop + 1 : NULL;
        *x = (struct line){ .how = "" };
        if (sscanf(at, "%*u %7s 1/%u n%u%15[_a-z]%*1[ ]%31[^\n]", x->what, &x->frame, &x->atom, x->name, x->how) == 5)
            x->revert = true;
        else if (sscanf(at, "%*u %7s 1/%u n%u%15[_a-z]", x->what, &x->frame, &x->atom, x->name) == 4)
            x->revert = true;
        else if (sscanf(at, "%*u %7s 1/%u n%u %31[^\n]", x->what, &x->frame, &x->atom, x->how) < 3)
            continue;
        return true;
    }
    return false;
}

/* Atoms that ended and were not reverted, by when; and of each undo the newest of those
 * that are still to be reverted. */
static uint32_t ended_at[N], undone_to[EVENTS];

static void check_begin(const struct line *x)
{
    const struct body *b = &bodies[x->atom];
    if (!b->is_atom || !x->revert) {
        assert_false(b->is_atom && b->reverts && ended_at[x->atom]);    /* nobody runs twice without a revert between */
        return;
    }
    assert_true(ended_at[x->atom] && x->frame < EVENTS);
    assert_true(!undone_to[x->frame] || ended_at[x->atom] < undone_to[x->frame]);
    undone_to[x->frame] = ended_at[x->atom];
    for (uint32_t i = 0; i < count; i++)        /* nothing of its scope that ended later stands */
        assert_false(bodies[i].reverts && bodies[i].scope == b->scope && ended_at[i] > ended_at[x->atom]);
    ended_at[x->atom] = 0;
}

struct story { uint32_t standing, lines; bool revert_failed; };

static struct story check_trace(const char *trace)
{
    struct story s = { 0 };
    struct line x;
    memset(ended_at, 0, sizeof ended_at);
    memset(undone_to, 0, sizeof undone_to);
    for (s.lines = 1; next_line(&trace, &x); s.lines++) {
        if (!strcmp(x.what, "begin"))
            check_begin(&x);
        if (strcmp(x.what, "end"))
            continue;
        if (!x.revert)
            ended_at[x.atom] = s.lines;
        else
            s.revert_failed |= !strcmp(x.how, "FAILED");
    }
    for (uint32_t i = 0; i < count; i++)
        s.standing += bodies[i].reverts && ended_at[i];
    return s;
}

/* --- one run --- */

static char *run_trial(const struct leat__sim_spec *spec, uint64_t cancel_at, int *out_code)
{
    struct leat__pool *pool = sim_pool(spec);
    struct leat__flow *f;
    struct leat__run run = { 0 };
    char *problems, *trace;
    assert_int_equal(make_flow(&graph, tree, &f, asked, &problems), 0);
    event_count = wrong = 0;
    begin_run(&run, f);
    if (cancel_at)
        assert_int_equal(leat__sim_at(pool->sim, cancel_at, (void (*)(void *))leat__run_cancel, &run), 0);
    *out_code = run_flow(&run, pool);
    assert_int_equal(wrong, 0);
    for (uint32_t i = 0; i < count && !*out_code; i++) {
        uint32_t t = leat__plan_task(leat__flow_plan(f), leat__graph_find(&graph, names[i]));
        if (bodies[i].is_atom)
            assert_true(*leat__run_value(&run, t) == bodies[i].value);
    }
    assert_non_null(trace = strdup(leat__sim_trace(pool->sim, NULL)));
    end_run(&run, f);
    leat__pool_unref(pool);
    return trace;
}


static struct leat__sim_spec spec_of(uint64_t of)
{
    return (struct leat__sim_spec){ .seed = of, .workers = 1 + of % 6, .delay_ns = 1000, .trace = true };
}

/* --- tests --- */

static void random_flows_in_any_order_end_as_the_obvious_interpreter_says(void **state)
{
    (void)state;
    uint32_t ends[3] = { 0 };
    for (uint64_t i = 0; i < 3000; i++) {
        struct leat__sim_spec spec = spec_of(i);
        int code, well;
        seed = i * 6949 + 7;
        open_trial((unsigned)i % 3);
        well = ends_well(0) ? 0 : LEAT_EREVERTED;
        for (int again = 0; again < 2; again++, spec.seed += 10000) {
            char *trace = run_trial(&spec, 0, &code);
            struct story s = check_trace(trace);
            assert_int_equal(code, s.revert_failed ? LEAT_EREVERT : well);
            assert_true(!code || !s.standing);
            free(trace);
        }
        ends[code == LEAT_EREVERT ? 2 : code != 0]++;
        close_trial();
    }
    assert_true(ends[0] > 800 && ends[1] > 400 && ends[2] > 100);
}

static void failures_of_the_simulation_are_undone_like_others(void **state)
{
    (void)state;
    uint32_t failed = 0;
    other_reason = "fails in this simulation";
    for (uint64_t i = 0; i < 1500; i++) {
        struct leat__sim_spec spec = spec_of(i);
        int code;
        seed = i * 4271 + 3;
        open_trial(0);
        spec.fail_per_million = i % 2 ? 30000 : 200000;
        char *trace = run_trial(&spec, 0, &code);
        struct story s = check_trace(trace);
        assert_int_equal(code == LEAT_EREVERT, s.revert_failed);
        assert_true(code == 0 || ((code == LEAT_EREVERTED || code == LEAT_EREVERT) && !s.standing));
        failed += code != 0;
        free(trace);
        close_trial();
    }
    other_reason = NULL;
    assert_true(failed > 500);
}

/* An attempt that cannot begin is a failure; an undo that cannot leaves what it is for. */
static void each_refusal_of_memory_fails_a_call_or_leaves_what_was_done(void **state)
{
    (void)state;
    other_reason = "out of memory";
    uint32_t left = 0;
    for (uint64_t i = 0; i < 60; i++) {
        struct leat__sim_spec spec = spec_of(i);
        seed = i * 3203 + 17;
        open_trial((unsigned)i % 2);
        for (spec.no_memory_at = 1; spec.no_memory_at < 40; spec.no_memory_at++) {
            int code;
            char *trace = run_trial(&spec, 0, &code);
            struct story s = check_trace(trace);
            assert_true(code == 0 || code == LEAT_EREVERTED || code == LEAT_EREVERT);
            assert_true(code != LEAT_EREVERTED || !s.standing);
            left += code == LEAT_EREVERT && s.standing;
            free(trace);
        }
        close_trial();
    }
    other_reason = NULL;
    assert_true(left > 20);
}

static void a_cancel_at_any_time_stops_a_flow_where_it_is(void **state)
{
    (void)state;
    uint32_t cut = 0;
    for (uint64_t i = 0; i < 600; i++) {
        struct leat__sim_spec spec = spec_of(i);
        int code;
        seed = i * 6007 + 3;
        open_trial((unsigned)i % 3);
        uint64_t at = 1 + below(9000);
        char *trace = run_trial(&spec, at, &code);
        check_trace(trace);
        assert_true(code == 0 || code == LEAT_EREVERTED || code == LEAT_EREVERT || code == LEAT_ECANCELLED);
        cut += code == LEAT_ECANCELLED;
        free(trace);
        close_trial();
    }
    assert_true(cut > 100);
}

static void a_seed_gives_the_same_events_of_flows_byte_for_byte(void **state)
{
    (void)state;
    uint32_t large = 0, same = 0;
    for (uint64_t i = 0; i < 300; i++) {
        struct leat__sim_spec spec = spec_of(i), other;
        int code;
        seed = i * 3001 + 41;
        open_trial((unsigned)i % 3);
        spec.workers = 4;
        spec.fail_per_million = 10000;
        other_reason = "fails in this simulation";
        other = spec;
        other.seed += 1000;
        char *a = run_trial(&spec, 0, &code), *b = run_trial(&spec, 0, &code), *c = run_trial(&other, 0, &code);
        assert_string_equal(a, b);
        large += count > 10;
        same += count > 10 && !strcmp(a, c);
        free(a);
        free(b);
        free(c);
        close_trial();
    }
    other_reason = NULL;
    assert_true(large > 50 && same == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_flows_in_any_order_end_as_the_obvious_interpreter_says),
        cmocka_unit_test(failures_of_the_simulation_are_undone_like_others),
        cmocka_unit_test(each_refusal_of_memory_fails_a_call_or_leaves_what_was_done),
        cmocka_unit_test(a_cancel_at_any_time_stops_a_flow_where_it_is),
        cmocka_unit_test(a_seed_gives_the_same_events_of_flows_byte_for_byte),
    };
    return cmocka_run_group_tests_name("flow/sim", tests, NULL, NULL);
}
