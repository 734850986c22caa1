/* Tests of streams in simulation: random pipelines in an order that a seed picks, in
 * portions of its choice, against the obvious interpreter. */
#include "stream/random_test.h"

static struct leat__sim_spec spec_of(uint64_t of)
{
    return (struct leat__sim_spec){ .seed = of, .workers = 1 + of % 6, .delay_ns = 1000, .trace = true };
}

/* A pipeline, its seed already set; NULL: the trace is not wanted. */
static int run_simulated(const struct leat__sim_spec *spec, uint64_t cancel_at, char **out_trace)
{
    struct leat__pool *pool = sim_pool(spec);
    if (cancel_at)
        assert_int_equal(leat__sim_at(pool->sim, cancel_at, (void (*)(void *))leat__run_cancel, &run), 0);
    int code = run_pipeline(pool, false);
    if (out_trace)
        assert_non_null(*out_trace = strdup(leat__sim_trace(pool->sim, NULL)));
    leat__pool_unref(pool);
    return code;
}

static void pipelines_in_any_order_give_what_the_obvious_interpreter_gives(void **state)
{
    (void)state;
    uint32_t waited = 0;
    for (uint64_t i = 0; i < 600; i++) {
        struct tally expected[MOST_OPS] = { 0 };
        struct leat__sim_spec spec = spec_of(i);
        char *trace;
        seed = i * 1297 + 3;
        random_pipeline(5000);
        interpret(expected);
        assert_int_equal(run_simulated(&spec, 0, &trace), 0);
        compare_all(expected);
        waited += strstr(trace, " park ") != NULL;
        free(trace);
        forget();
    }
    assert_true(waited > 200);
}

static bool is_within_bounds(void)
{
    for (uint32_t i = 0; i < stream.channels; i++)
        if (stream.channel[i].deepest > stream.channel[i].capacity)
            return false;
    return true;
}

/* What a slow instance has not taken nobody loses, and nobody keeps more than a queue. */
static void a_slow_instance_holds_the_others_back_and_every_packet_arrives(void **state)
{
    (void)state;
    uint32_t full = 0;
    for (uint64_t i = 0; i < 200; i++) {
        struct tally expected[MOST_OPS] = { 0 };
        struct leat__sim_spec spec = spec_of(i);
        append(SOURCE);
        append(COUNT)->parallel = 1 + (uint32_t)i % 4;
        by_key(&ops[1], i & 1);
        append(SINK)->queue = 1 + (uint32_t)i % 20;
        bodies[0].until = 1000;
        interpret(expected);
        assert_int_equal(run_simulated(&spec, 0, NULL), 0);
        compare_all(expected);
        assert_true(is_within_bounds());
        full += leat__stream_traffic(&stream, NULL, NULL, 2).deepest >= ops[2].queue;
        forget();
    }
    assert_true(full > 50);
}

static void a_portion_that_fails_by_the_seed_stops_the_stream_and_is_named(void **state)
{
    (void)state;
    uint32_t failed = 0;
    for (uint64_t i = 0; i < 400; i++) {
        struct tally expected[MOST_OPS] = { 0 };
        struct leat__sim_spec spec = spec_of(i);
        seed = i * 2203 + 9;
        spec.fail_per_million = 20000;
        random_pipeline(2000);
        interpret(expected);
        int code = run_simulated(&spec, 0, NULL);
        if (!code) {
            compare_all(expected);
        } else {
            assert_int_equal(code, LEAT_EFAILED);
            assert_int_equal(run.failed, 1);
            assert_string_equal(run.failures[0].public.message, "fails in this simulation");
            assert_memory_equal(run.failures[0].public.node, "op", 2);
        }
        failed += code != 0;
        forget();
    }
    assert_true(failed > 50 && failed < 390);
}

static void a_cancel_at_any_time_ends_a_stream(void **state)
{
    (void)state;
    uint32_t cut = 0;
    for (uint64_t i = 0; i < 400; i++) {
        struct leat__sim_spec spec = spec_of(i);
        seed = i * 1901 + 5;
        random_pipeline(2000);
        int code = run_simulated(&spec, 1 + below(40000), NULL);
        assert_true(code == 0 || code == LEAT_ECANCELLED);
        assert_true(is_within_bounds());
        cut += code != 0;
        forget();
    }
    assert_true(cut > 100);
}

static void each_refusal_of_memory_is_borne(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 30; i++)
        for (uint64_t at = 1; at < 30; at++) {
            struct tally expected[MOST_OPS] = { 0 };
            struct leat__sim_spec spec = spec_of(i);
            seed = i * 1709 + 1;
            spec.no_memory_at = at;
            random_pipeline(300);
            interpret(expected);
            int code = run_simulated(&spec, 0, NULL);
            assert_true(code == 0 || code == LEAT_EFAILED);
            if (!code)
                compare_all(expected);
            forget();
        }
}

static char *trace_of(uint64_t pipeline, uint64_t of)
{
    struct leat__sim_spec spec = spec_of(of);
    char *trace;
    seed = pipeline * 1511 + 13;
    spec.workers = 4;
    random_pipeline(1000);
    assert_int_equal(run_simulated(&spec, 0, &trace), 0);
    return trace;
}

static void a_seed_gives_the_same_events_of_streams_byte_for_byte(void **state)
{
    (void)state;
    uint32_t large = 0, same = 0;
    for (uint64_t i = 0; i < 150; i++) {
        char *a = trace_of(i, i);
        bool many = stream.instances > 3 && bodies[0].until > 200;
        forget();
        char *b = trace_of(i, i);
        forget();
        char *c = trace_of(i, i + 1000);
        forget();
        assert_string_equal(a, b);
        large += many;
        same += many && !strcmp(a, c);
        free(a);
        free(b);
        free(c);
    }
    assert_true(large > 40 && same == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pipelines_in_any_order_give_what_the_obvious_interpreter_gives),
        cmocka_unit_test(a_slow_instance_holds_the_others_back_and_every_packet_arrives),
        cmocka_unit_test(a_portion_that_fails_by_the_seed_stops_the_stream_and_is_named),
        cmocka_unit_test(a_cancel_at_any_time_ends_a_stream),
        cmocka_unit_test(each_refusal_of_memory_is_borne),
        cmocka_unit_test(a_seed_gives_the_same_events_of_streams_byte_for_byte),
    };
    return cmocka_run_group_tests_name("stream/sim", tests, NULL, NULL);
}
