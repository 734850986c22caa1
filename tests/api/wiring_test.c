/* wiring: names find nodes, inputs, defaults and outputs. */
#include "api.h"

static leat_driver *d;

static int set_up(void **state)
{
    (void)state;
    d = driver_of("wiring.c");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    leat_driver_free(d);
    return 0;
}

static void a_parameter_reads_the_node_or_input_of_its_name(void **state)
{
    (void)state;
    assert_answer(d, "b", "x=5", "25");
    assert_fails(d, "b", "", "1 input is missing: x (int)");
}

static void one_trailing_underscore_is_no_part_of_a_name(void **state)
{
    (void)state;
    assert_answer(d, "time", "scale=4", "8");
    assert_answer(d, "later", "scale=4", "9");
    assert_answer(d, "sooner", "scale=4", "7");
    assert_answer(d, "self", "", "2");
    assert_fails(d, "time_", "scale=4", "did you mean time?");
}

static void a_default_is_used_when_nobody_gives_the_value(void **state)
{
    (void)state;
    assert_answer(d, "area", "", "9");
    assert_diary(d, "default");
}

static void a_given_default_is_not_computed(void **state)
{
    (void)state;
    assert_answer(d, "area", "size=5", "25");
    assert_diary(d, "");
}

static void a_const_variable_is_a_default(void **state)
{
    (void)state;
    assert_answer(d, "above", "v=12", "0.5");
    assert_answer(d, "above", "v=12;normal=10", "2");
    assert_answer(d, "greeted", "", "\"leat\"");
    assert_answer(d, "greeted", "name=you", "\"you\"");
    assert_answer(d, "sum", "", "7");
    assert_answer(d, "product", "", "12");
    assert_answer(d, "product", "corner={\"x\": 5, \"y\": 6}", "30");
}

static void a_default_can_be_asked(void **state)
{
    (void)state;
    assert_answer(d, "normal", "", "11.5");
    assert_answer(d, "normal", "normal=3", "3");
    assert_answer(d, "size", "", "3");
    assert_answer(d, "size", "size=8", "8");
    assert_diary(d, "default");
    assert_answer(d, "corner", "", "{\"x\":3,\"y\":4}");
}

static void an_input_can_be_asked(void **state)
{
    (void)state;
    assert_answer(d, "x", "x=5", "5");
}

static void several_outputs_are_nodes_of_their_names(void **state)
{
    (void)state;
    assert_answer(d, "lo", "v=3", "2");
    assert_answer(d, "width", "v=3", "2");
}

static void an_output_is_also_found_behind_its_function(void **state)
{
    (void)state;
    assert_answer(d, "range.hi", "v=3", "4");
    assert_answer(d, "middle", "v=3", "3");
    leat_id lo, dotted;
    assert_int_equal(leat_driver_find(d, "lo", &lo), 0);
    assert_int_equal(leat_driver_find(d, "range.lo", &dotted), 0);
    assert_int_equal(lo.n, dotted.n);
    assert_string_equal(leat_driver_function(d, lo), "range");
}

static void out_alone_is_the_value_of_its_function(void **state)
{
    (void)state;
    assert_answer(d, "half", "n=8", "4");
    assert_answer(d, "root", "n=9", "3");
}

static void an_int_status_that_is_not_zero_fails(void **state)
{
    (void)state;
    assert_fails(d, "half", "n=7", "half failed: returned 1");
    assert_fails(d, "joined", "n=-5", "split failed: returned -7");
    assert_answer(d, "joined", "n=42", "42");
}

static void a_bool_status_that_is_false_fails(void **state)
{
    (void)state;
    assert_fails(d, "root", "n=8", "root failed: returned false");
}

static void a_result_may_stand_beside_outputs(void **state)
{
    (void)state;
    assert_answer(d, "whole", "v=2.5", "2");
    assert_answer(d, "rest", "v=2.5", "0.5");
    assert_answer(d, "again", "v=2.5", "2.5");
}

static void helpers_are_no_nodes(void **state)
{
    (void)state;
    leat_id id;
    assert_int_equal(leat_driver_find(d, "helper", &id), LEAT_ENOTFOUND);
    assert_int_equal(leat_driver_find(d, "_hidden", &id), LEAT_ENOTFOUND);
    assert_int_equal(leat_driver_find(d, "main", &id), LEAT_ENOTFOUND);
}

static void a_sink_runs_when_asked_and_gives_nothing(void **state)
{
    (void)state;
    assert_fails(d, "sink", "", "sink gives no value");
    assert_diary(d, "sink");
    leat_run *r = leat_run_new(d);
    int place;
    assert_int_equal(leat_run_output(r, "sink", &place), LEAT_ETYPE);
    leat_run_free(r);
}

static void a_computed_node_is_no_input(void **state)
{
    (void)state;
    assert_fails(d, "b", "a=1;x=1", "a is computed (");
    assert_fails(d, "width", "lo=1;v=1", "lo is computed (");
}

static void an_unknown_input_is_refused_with_a_suggestion(void **state)
{
    (void)state;
    assert_fails(d, "above", "normall=1", "no input normall, did you mean normal?");
}

static void an_input_given_twice_is_refused(void **state)
{
    (void)state;
    assert_fails(d, "b", "x=1;x=2", "x is given twice");
}

static void only_what_is_needed_runs(void **state)
{
    (void)state;
    leat_run *r = leat_run_new(d);
    leat_id plan[20];
    leat_error err;
    double width;
    leat_run_input(r, "v", 1.0);
    leat_run_output(r, "width", &width);
    assert_int_equal(leat_run_plan(r, plan, 20, &err), 2);
    assert_string_equal(leat_driver_name(d, plan[0]), "range");
    assert_string_equal(leat_driver_name(d, plan[1]), "width");
    assert_int_equal(leat_run_execute(r, &err), 0);
    uint64_t ok, failed, not_run;
    leat_run_counts(r, &ok, &failed, &not_run);
    assert_int_equal(ok, 2);
    assert_int_equal(failed, 0);
    assert_int_equal(not_run, 0);
    assert_true(width == 2);
    leat_run_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_parameter_reads_the_node_or_input_of_its_name),
        cmocka_unit_test(one_trailing_underscore_is_no_part_of_a_name),
        cmocka_unit_test(a_default_is_used_when_nobody_gives_the_value),
        cmocka_unit_test(a_given_default_is_not_computed),
        cmocka_unit_test(a_const_variable_is_a_default),
        cmocka_unit_test(a_default_can_be_asked),
        cmocka_unit_test(an_input_can_be_asked),
        cmocka_unit_test(several_outputs_are_nodes_of_their_names),
        cmocka_unit_test(an_output_is_also_found_behind_its_function),
        cmocka_unit_test(out_alone_is_the_value_of_its_function),
        cmocka_unit_test(an_int_status_that_is_not_zero_fails),
        cmocka_unit_test(a_bool_status_that_is_false_fails),
        cmocka_unit_test(a_result_may_stand_beside_outputs),
        cmocka_unit_test(helpers_are_no_nodes),
        cmocka_unit_test(a_sink_runs_when_asked_and_gives_nothing),
        cmocka_unit_test(a_computed_node_is_no_input),
        cmocka_unit_test(an_unknown_input_is_refused_with_a_suggestion),
        cmocka_unit_test(an_input_given_twice_is_refused),
        cmocka_unit_test(only_what_is_needed_runs),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
