/* run: runs are used again, overlap, nest, and leave nothing behind. */
#include "api.h"
#include <malloc.h>
#include <pthread.h>

static leat_driver *d;

static int set_up(void **state)
{
    (void)state;
    d = driver_of("runs.c");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_answer(d, "alive", "", "0");
    leat_driver_free(d);
    return 0;
}

static void round_of(leat_run *r, int n, int *negative)
{
    leat_error err;
    leat_run_input(r, "n", n);
    int code = leat_run_execute(r, &err);
    if (n == 13)
        assert_int_equal(code, LEAT_EFAILED);
    else if (code < 0)
        fail_msg("%s", err.message);
    else
        assert_int_equal(*negative, 9 * n);
    leat_run_reset(r);
}

static void a_run_is_reset_and_executed_a_thousand_times_without_growth(void **state)
{
    (void)state;
    int negative = 0;
    leat_run *r = leat_run_new(d);
    leat_run_output(r, "negative", &negative);
    for (int i = 0; i < 100; i++)
        round_of(r, i % 20, &negative);
    size_t before = mallinfo2().uordblks;
    for (int i = 0; i < 1000; i++)
        round_of(r, i % 20, &negative);
#ifndef __SANITIZE_ADDRESS__
    assert_true(mallinfo2().uordblks <= before + 256);
#else
    (void)before;
#endif
    leat_run_free(r);
}

static void many_runs_leave_nothing_behind(void **state)
{
    (void)state;
    int negative = 0;
    for (int i = 0; i < 200; i++) {
        leat_run *r = leat_run_new(d);
        leat_run_output(r, "negative", &negative);
        round_of(r, i % 20, &negative);
        leat_run_input(r, "n", i);
        leat_run_free(r);
    }
}

static void what_is_asked_and_given_may_change_between_rounds(void **state)
{
    (void)state;
    leat_error err;
    int negative = 0, square = 0;
    leat_run *r = leat_run_new(d);
    leat_run_output(r, "negative", &negative);
    round_of(r, 3, &negative);
    leat_run_output(r, "square", &square);
    round_of(r, 4, &negative);
    assert_int_equal(square, 16);
    leat_run_input(r, "n", 5);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_int_equal(leat_run_output(r, "total", &square), LEAT_EUSAGE);
    assert_int_equal(leat_run_input(r, "n", 5), LEAT_EUSAGE);
    leat_run_free(r);
}

static void *thread(void *arg)
{
    int negative = 0;
    leat_run *r = leat_run_new(d);
    leat_run_output(r, "negative", &negative);
    for (int i = 0; i < 300; i++)
        round_of(r, (i + *(int *)arg) % 20, &negative);
    leat_run_free(r);
    return NULL;
}

static void threads_run_one_driver_at_the_same_time(void **state)
{
    (void)state;
    pthread_t t[4];
    int start[4] = { 0, 5, 10, 15 };
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&t[i], NULL, thread, &start[i]), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(t[i], NULL);
}

static void two_drivers_of_one_source_share_nothing_but_code(void **state)
{
    (void)state;
    leat_driver *other = driver_of("runs.c");
    assert_answer(other, "negative", "n=2", "18");
    assert_answer(d, "negative", "n=3", "27");
    leat_driver_free(other);
    assert_answer(d, "negative", "n=4", "36");
}

static void a_builder_builds_several_drivers(void **state)
{
    (void)state;
    leat_driver *one = NULL, *two = NULL;
    leat_error err;
    leat_builder *b = builder_of("runs.c", NULL);
    assert_int_equal(leat_builder_build(b, &one, &err), 0);
    leat_builder_note(b, "cube", "calls(square), bind(n = square)");
    assert_int_equal(leat_builder_build(b, &two, &err), 0);
    leat_builder_free(b);
    leat_id id;
    assert_int_equal(leat_driver_find(one, "cube", &id), LEAT_ENOTFOUND);
    leat_driver_free(one);
    assert_answer(two, "cube", "n=3", "81");
    leat_driver_free(two);
}

/* --- a run within a run: functions of this program run d --- */

static double nested(int n, leat_context *ctx)
{
    leat_error err;
    double square = -1;
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "n", n + 1);
    leat_run_output(r, "square", &square);
    if (leat_run_execute(r, &err) < 0)
        leat_fail("inner: %s", err.message);
    leat_run_free(r);
    assert_string_equal(leat_context_info(ctx)->node, "nested");
    return square;
}
LEAT_FUNCTION(double, nested, (int, n), (leat_context *, ctx));

static double fails_inside(int n)
{
    char *text = answer_of(d, "negative", "n=13");
    double value = text[0] == '!' ? n : -1;
    free(text);
    return value;
}
LEAT_FUNCTION(double, fails_inside, (int, n));

static double fails_after(double fails_inside, int n)
{
    leat_fail("outer %d", n);
    return fails_inside;
}
LEAT_FUNCTION(double, fails_after, (double, fails_inside), (int, n));

static double fails_before(int n)
{
    leat_fail("before %d", n);
    char *text = answer_of(d, "negative", "n=2");
    assert_string_equal(text, "18");
    free(text);
    return n;
}
LEAT_FUNCTION(double, fails_before, (int, n));

static leat_driver *outer(void)
{
    leat_builder *b = builder_of(NULL, NULL);
    leat_builder_add_self(b);
    return built(b);
}

static void a_node_may_run_a_graph_of_its_own(void **state)
{
    (void)state;
    leat_driver *o = outer();
    assert_answer(o, "nested", "n=3", "16");
    leat_driver_free(o);
}

static void a_failure_in_a_nested_run_is_that_runs_alone(void **state)
{
    (void)state;
    leat_driver *o = outer();
    assert_answer(o, "fails_inside", "n=3", "3");
    leat_driver_free(o);
}

static void leat_fail_round_a_nested_run_means_the_outer_node(void **state)
{
    (void)state;
    leat_driver *o = outer();
    assert_fails(o, "fails_after", "n=3", "fails_after failed: outer 3");
    assert_fails(o, "fails_before", "n=3", "fails_before failed: before 3");
    leat_driver_free(o);
}

static void an_inspected_driver_tells_and_never_runs(void **state)
{
    (void)state;
    leat_builder *b = builder_of("inspect.c", NULL);
    leat_builder_set_inspect(b);
    leat_driver *other = built(b);
    leat_id id;
    char *text = NULL;
    leat_error err;
    assert_int_equal(leat_driver_find(other, "looked", &id), 0);
    assert_string_equal(leat_driver_type(other, id), "int");
    assert_has(leat_driver_doc(other, id), "Looks.");
    assert_int_equal(leat_driver_draw(other, LEAT_DRAW_DOT, NULL, 0, &text, &err), 0);
    assert_has(text, "digraph");
    free(text);
    assert_fails(other, "looked", "x=1", "");
    leat_driver_free(other);
    assert_null(getenv("LEAT_TEST_LOADED"));
    other = driver_of("inspect.c");
    assert_null(getenv("LEAT_TEST_LOADED"));
    assert_answer(other, "looked", "x=1", "1");
    assert_non_null(getenv("LEAT_TEST_LOADED"));
    leat_driver_free(other);
}

static void the_driver_tells_who_reads_what(void **state)
{
    (void)state;
    leat_id id, list[20];
    assert_int_equal(leat_driver_find(d, "item", &id), 0);
    assert_int_equal(leat_driver_readers(d, id, list, 20), 2);
    size_t n = leat_driver_downstream(d, id, list, 20);
    assert_int_equal(n, 4);
    assert_int_equal(leat_driver_find(d, "negative", &id), 0);
    n = leat_driver_upstream(d, id, list, 20);
    assert_int_equal(n, 5);
    assert_string_equal(leat_driver_name(d, list[0]), "n");
    assert_int_equal(leat_driver_kind(d, list[0]), LEAT_NODE_INPUT);
    assert_int_equal(leat_driver_upstream(d, id, NULL, 0), 5);
    assert_int_equal(leat_driver_param_count(d, id), 2);
    assert_string_equal(leat_driver_param(d, id, 0)->type, "const struct item *");
    assert_null(leat_driver_param(d, id, 2));
    leat_id out = { 9999 };
    assert_null(leat_driver_name(d, out));
    assert_int_equal(leat_driver_line(d, out), 0);
}

static void a_run_without_outputs_does_nothing(void **state)
{
    (void)state;
    leat_error err;
    uint64_t ok = 9;
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_execute(r, &err), 0);
    leat_run_counts(r, &ok, NULL, NULL);
    assert_int_equal(ok, 0);
    leat_run_free(r);
}

static void a_type_may_be_destroyed_by_a_function_of_libc(void **state)
{
    (void)state;
    leat_driver *other = driver_of("stdio.c");
    assert_answer(other, "first_byte", "path=/proc/self/comm", "97");
    leat_driver_free(other);
}

static void a_destructor_that_no_library_has_is_told_when_modules_are_loaded(void **state)
{
    (void)state;
    leat_builder *b = builder_of("nodestroy.c", NULL);
    leat_driver *other = NULL;
    leat_error err;
    if (leat_builder_build(b, &other, &err) == 0) {
        assert_fails(other, "made", "x=1", "no_such_function_anywhere");
        leat_driver_free(other);
    } else {
        assert_has(err.message, "no_such_function_anywhere");
    }
    leat_builder_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_is_reset_and_executed_a_thousand_times_without_growth),
        cmocka_unit_test(many_runs_leave_nothing_behind),
        cmocka_unit_test(what_is_asked_and_given_may_change_between_rounds),
        cmocka_unit_test(threads_run_one_driver_at_the_same_time),
        cmocka_unit_test(two_drivers_of_one_source_share_nothing_but_code),
        cmocka_unit_test(a_builder_builds_several_drivers),
        cmocka_unit_test(a_node_may_run_a_graph_of_its_own),
        cmocka_unit_test(a_failure_in_a_nested_run_is_that_runs_alone),
        cmocka_unit_test(leat_fail_round_a_nested_run_means_the_outer_node),
        cmocka_unit_test(an_inspected_driver_tells_and_never_runs),
        cmocka_unit_test(the_driver_tells_who_reads_what),
        cmocka_unit_test(a_run_without_outputs_does_nothing),
        cmocka_unit_test(a_type_may_be_destroyed_by_a_function_of_libc),
        cmocka_unit_test(a_destructor_that_no_library_has_is_told_when_modules_are_loaded),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
