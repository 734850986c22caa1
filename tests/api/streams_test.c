/* Streams: functions drawn to a pipeline, run to their end, and told wrong. */
#include "api.h"

static leat_run *run_of(leat_driver *d, const char *stream)
{
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_set_stream(r, stream, NULL), 0);
    return r;
}

static void given(leat_run *r, const char *name, const char *text)
{
    assert_int_equal(leat_run_set_text(r, name, text), 0);
}

static void assert_ends_well(leat_run *r)
{
    leat_error err = { 0 };
    int code = leat_run_execute(r, &err);
    if (code)
        print_error("%s\n", err.message);
    assert_int_equal(code, 0);
}

static void assert_breaks(leat_run *r, int code, const char *text)
{
    leat_error err = { 0 };
    assert_int_equal(leat_run_execute(r, &err), code);
    assert_has(err.message, text);
}

static void a_stream_ends_by_itself_with_every_packet_counted(void **state)
{
    (void)state;
    leat_driver *d = driver_of("streams.c");
    leat_run *r = run_of(d, "simple");
    given(r, "until", "100000");
    assert_ends_well(r);
    assert_json(r, "total", "{\"count\":50000,\"sum\":7499850000}");
    assert_json(r, "cursor", "{\"next\":100000}");
    assert_int_equal(leat_run_traffic_count(r), 4);
    assert_int_equal(leat_run_traffic(r, 0)->out, 100000);
    assert_int_equal(leat_run_traffic(r, 2)->in, 100000);
    assert_int_equal(leat_run_traffic(r, 2)->out, 50000);
    assert_int_equal(leat_run_traffic(r, 3)->in, 50000);
    assert_null(leat_run_traffic(r, 4));
    assert_string_equal(leat_run_state(r, 1)->node, "add");
    leat_run_free(r);
    leat_driver_free(d);
}

static void keys_go_to_one_instance_each_and_states_are_made_for_each(void **state)
{
    (void)state;
    leat_driver *d = driver_of("streams.c");
    leat_run *r = run_of(d, "keyed");
    given(r, "until", "7000");
    given(r, "instances", "3");
    given(r, "title", "all");
    assert_ends_well(r);
    const leat_state *tally = leat_run_state(r, 1), *words = leat_run_state(r, 2);
    assert_string_equal(tally->name, "tally");
    assert_int_equal(tally->instances, 3);
    int64_t count = 0, sum = 0;
    for (size_t i = 0; i < 3; i++) {
        const int64_t *t = tally->at[i];
        assert_int_equal(t[0] % 1000, 0);       /* of seven keys each is in one */
        count += t[0];
        sum += t[1];
    }
    assert_int_equal(count, 7000);
    assert_int_equal(sum, 7000 * 6999 / 2);
    assert_string_equal(words->name, "words");
    assert_ptr_not_equal(words->at[0], words->at[1]);
    assert_answer(d, "words_alive", NULL, "2");
    leat_run_free(r);
    assert_answer(d, "words_alive", NULL, "0");
    leat_driver_free(d);
}

static void copies_go_to_every_instance(void **state)
{
    (void)state;
    leat_driver *d = driver_of("streams.c");
    leat_run *r = run_of(d, "halves");
    given(r, "until", "10");
    assert_ends_well(r);
    assert_json(r, "total", "[{\"count\":5,\"sum\":10},{\"count\":5,\"sum\":10}]");
    leat_run_free(r);
    leat_driver_free(d);
}

static void no_node_starts_for_a_stream_that_is_late_or_cancelled(void **state)
{
    (void)state;
    leat_driver *d = driver_of("streams.c");
    leat_run *r = run_of(d, "telling");
    given(r, "until", "10");
    leat_run_set_deadline(r, 0);
    assert_breaks(r, LEAT_EDEADLINE, "the deadline passed");
    leat_run_reset(r);
    leat_run_set_deadline(r, -1);
    given(r, "until", "10");
    leat_run_cancel(r);
    assert_breaks(r, LEAT_ECANCELLED, "the run was cancelled");
    leat_run_reset(r);
    given(r, "until", "10");
    leat_run_set_deadline(r, 3600000);
    assert_diary(d, "");
    assert_ends_well(r);
    assert_json(r, "total", "{\"count\":10,\"sum\":90}");
    assert_diary(d, "told");
    leat_run_free(r);
    leat_driver_free(d);
}

static void a_run_is_reset_and_streams_again(void **state)
{
    (void)state;
    leat_driver *d = driver_of("streams.c");
    leat_run *r = run_of(d, "halves");
    for (int i = 0; i < 3; i++) {
        given(r, "until", "10");
        assert_ends_well(r);
        assert_json(r, "cursor", "{\"next\":10}");
        assert_int_equal(leat_run_reset(r), 0);
        assert_int_equal(leat_run_state_count(r), 0);
    }
    leat_run_free(r);
    leat_driver_free(d);
}

static void a_failing_operator_is_told_with_place_and_packet(void **state)
{
    (void)state;
    leat_driver *d = driver_of("streams.c");
    leat_run *r = run_of(d, "fails");
    given(r, "until", "1000");
    assert_breaks(r, LEAT_EFAILED, "picky failed: 300 is too much (packet 300) (");
    assert_string_equal(leat_run_failure(r, 0)->node, "picky");
    assert_int_equal(leat_run_state_count(r), 2);
    leat_run_free(r);
    r = run_of(d, "fails_first");
    assert_breaks(r, LEAT_EFAILED, "broken_source failed: it answered -7 (packet 5)");
    leat_run_free(r);
    leat_driver_free(d);
}

static void a_stream_function_fails_and_lacks_inputs_by_name(void **state)
{
    (void)state;
    leat_driver *d = driver_of("streams.c");
    leat_run *r = run_of(d, "refuses");
    given(r, "why", "9");
    assert_breaks(r, LEAT_EFAILED, "refuses failed: no stream for 9");
    leat_run_free(r);
    r = run_of(d, "refuses");
    assert_breaks(r, LEAT_EINPUT, "why (int)");
    leat_run_free(r);
    r = run_of(d, "simple");
    assert_breaks(r, LEAT_EINPUT, "until (");
    leat_run_free(r);
    r = run_of(d, "computed");
    assert_breaks(r, LEAT_EBUILD, "a stream function reads inputs, and a node computes factor");
    leat_run_free(r);
    r = run_of(d, "simple");
    given(r, "until", "5");
    leat_run_set_text(r, "cursor", "{\"next\":3}");
    assert_breaks(r, LEAT_EINPUT, "cursor is the state of numbers");
    leat_run_free(r);
    leat_driver_free(d);
}

static void everything_wrong_with_a_stream_is_told_at_once(void **state)
{
    (void)state;
    static const char *const told[] = {
        "streams.c:122: the first operator, scaled, is no leat_source",
        "streams.c:122: source numbers does not stand first",
        "streams.c:123: counted(const struct pair * pair) stands where the packet does, and numbers gives long",
        "streams.c:124: scaled(long number) stands where the packet does, and counted gives struct pair",
        "streams.c:124: a filter is bool scaled(T packet, ..)",
        "streams.c:125: key colour: no such field of ",
        "streams.c:126: no function is_evn, did you mean is_even?",
        "streams.c:127: the last operator, words, is no leat_sink",
    };
    leat_driver *d = driver_of("streams.c");
    leat_run *r = run_of(d, "wrong");
    leat_error err = { 0 };
    assert_int_equal(leat_run_execute(r, &err), LEAT_EBUILD);
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        assert_has(err.message, told[i]);
    leat_run_free(r);
    leat_driver_free(d);
}

static void what_is_no_stream_is_refused_by_name(void **state)
{
    (void)state;
    leat_driver *d = driver_of("streams.c");
    leat_run *r = leat_run_new(d);
    leat_place nowhere = { 0 };
    leat_error err = { 0 };
    assert_int_equal(leat_run_set_stream(r, "factor", &err), LEAT_ETYPE);
    assert_has(err.message, "factor is no stream");
    assert_int_equal(leat_run_set_stream(r, "simpel", &err), LEAT_ENOTFOUND);
    assert_has(err.message, "did you mean simple?");
    assert_int_equal(leat_run_ask(r, "simple", nowhere), LEAT_EUSAGE);
    assert_has(leat_run_refusal(r), "simple is a stream");
    leat_run_free(r);
    assert_int_equal(leat_run_set_stream(NULL, "simple", NULL), LEAT_ENOMEM);
    leat_driver_free(d);
}

static void a_parameter_tells_that_it_is_written_to(void **state)
{
    (void)state;
    leat_driver *d = driver_of("streams.c");
    leat_id counted;
    assert_int_equal(leat_driver_find(d, "counted", &counted), 0);
    assert_string_equal(leat_driver_param(d, counted, 0)->name, "tally");
    assert_int_equal(leat_driver_param(d, counted, 0)->writes, 1);
    assert_int_equal(leat_driver_param(d, counted, 1)->writes, 0);
    leat_driver_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_ends_by_itself_with_every_packet_counted),
        cmocka_unit_test(keys_go_to_one_instance_each_and_states_are_made_for_each),
        cmocka_unit_test(copies_go_to_every_instance),
        cmocka_unit_test(no_node_starts_for_a_stream_that_is_late_or_cancelled),
        cmocka_unit_test(a_run_is_reset_and_streams_again),
        cmocka_unit_test(a_failing_operator_is_told_with_place_and_packet),
        cmocka_unit_test(a_stream_function_fails_and_lacks_inputs_by_name),
        cmocka_unit_test(everything_wrong_with_a_stream_is_told_at_once),
        cmocka_unit_test(what_is_no_stream_is_refused_by_name),
        cmocka_unit_test(a_parameter_tells_that_it_is_written_to),
    };
    return cmocka_run_group_tests_name("streams", tests, NULL, NULL);
}
