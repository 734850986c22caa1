/* fail: a node that fails stops what needs it, and is told by name, place and inputs. */
#include "api.h"

static leat_driver *d;

static int set_up(void **state)
{
    (void)state;
    d = driver_of("fail.c");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    leat_driver_free(d);
    return 0;
}

static leat_run *run_of(const char *label, int n)
{
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "n", n);
    leat_run_input(r, "label", label);
    leat_run_input(r, "weight", 1.5);
    return r;
}

static void a_failure_tells_node_place_text_and_inputs(void **state)
{
    (void)state;
    leat_error err;
    leat_place none = { 0 };
    leat_run *r = run_of("table", -3);
    leat_run_ask(r, "reads_checked", none);
    assert_int_equal(leat_run_execute(r, &err), LEAT_EFAILED);
    assert_int_equal(err.code, LEAT_EFAILED);
    assert_has(err.message, "checked failed: negative count at row -3 of table (");
    assert_true(leat_run_failure_count(r) >= 1);
    const leat_failure *f = leat_run_failure(r, 0);
    assert_int_equal(f->code, LEAT_EFAILED);
    assert_string_equal(f->node, "checked");
    assert_string_equal(f->message, "negative count at row -3 of table");
    assert_has(f->file, "fail.c");
    assert_int_equal(f->line, 21);
    assert_has(f->inputs, "thing = {\"n\":-3}");
    assert_has(f->inputs, "label = \"table\"");
    assert_has(f->inputs, "weight = 1.5");
    assert_null(leat_run_failure(r, 99));
    leat_run_free(r);
    assert_diary(d, "+thing -thing");
}

static void inputs_of_every_kind_are_told(void **state)
{
    (void)state;
    leat_error err;
    leat_place none = { 0 };
    leat_run *r = leat_run_new(d);
    leat_run_set_text(r, "name", "a \"b\"");
    leat_run_set_text(r, "cell", "{\"x\": 1, \"y\": 0.5}");
    leat_run_set_text(r, "colour", "GREEN");
    leat_run_input(r, "small", 0.1f);
    leat_run_ask(r, "shown", none);
    assert_int_equal(leat_run_execute(r, &err), LEAT_EFAILED);
    const char *inputs = leat_run_failure(r, 0)->inputs;
    assert_has(inputs, "name = \"a \\\"b\\\"\"");
    assert_has(inputs, "cell = {\"x\":1,\"y\":0.5}");
    assert_has(inputs, "GREEN");
    assert_has(inputs, "small = 0.1");
    leat_run_free(r);
}

static void nothing_new_starts_after_a_failure(void **state)
{
    (void)state;
    leat_error err;
    leat_place none = { 0 };
    uint64_t ok, failed, not_run;
    leat_run *r = run_of("x", -1);
    leat_run_ask(r, "joins", none);
    assert_int_equal(leat_run_execute(r, &err), LEAT_EFAILED);
    leat_run_counts(r, &ok, &failed, &not_run);
    assert_int_equal(failed, 1);
    assert_int_equal(ok + failed + not_run, 5);
    assert_true(not_run >= 2);
    leat_run_free(r);
    char *text = answer_of(d, "diary", NULL);
    assert_has_not(text, "reader");
    free(text);
}

static void keep_going_skips_only_what_needs_the_failed_node(void **state)
{
    (void)state;
    leat_error err;
    int beside = 0, ahead = 0, far = 77;
    uint64_t ok, failed, not_run;
    leat_run *r = run_of("x", -1);
    leat_run_set_keep_going(r, 1);
    leat_run_output(r, "far", &far);
    leat_run_output(r, "beside", &beside);
    leat_run_output(r, "ahead", &ahead);
    assert_int_equal(leat_run_execute(r, &err), LEAT_EFAILED);
    leat_run_counts(r, &ok, &failed, &not_run);
    assert_int_equal(ok, 3);
    assert_int_equal(failed, 1);
    assert_int_equal(not_run, 3);
    assert_int_equal(beside, -1);
    assert_int_equal(ahead, -2);
    assert_int_equal(far, 77);
    size_t skipped = 0;
    for (size_t i = 0; i < leat_run_failure_count(r); i++)
        skipped += leat_run_failure(r, i)->code == LEAT_ECANCELLED;
    assert_int_equal(skipped, 3);
    char *text = NULL;
    assert_int_equal(leat_run_json(r, "far", &text, &err), LEAT_ENOVALUE);
    assert_json(r, "beside", "-1");
    leat_run_free(r);
    char *diary = answer_of(d, "diary", NULL);
    assert_has_not(diary, "reader");
    assert_has(diary, "-thing");
    free(diary);
}

static void outputs_made_before_a_failure_are_delivered(void **state)
{
    (void)state;
    leat_error err;
    struct thing { int n; } thing = { 0 };
    int far = 77;
    leat_run *r = run_of("x", -4);
    assert_int_equal(leat_run_ask(r, "thing", LEAT_INTO(struct thing, &thing)), 0);
    leat_run_output(r, "far", &far);
    assert_int_equal(leat_run_execute(r, &err), LEAT_EFAILED);
    assert_int_equal(thing.n, -4);
    assert_int_equal(far, 77);
    assert_json(r, "thing", "{\"n\":-4}");
    leat_run_free(r);
    free(answer_of(d, "diary", NULL));
}

static void a_failed_run_can_be_reset_and_run_again(void **state)
{
    (void)state;
    leat_error err;
    int value = 0;
    leat_run *r = run_of("x", -1);
    leat_run_output(r, "reads_checked", &value);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(leat_run_execute(r, &err), LEAT_EFAILED);
        assert_int_equal(leat_run_execute(r, &err), LEAT_EUSAGE);
        leat_run_reset(r);
        assert_int_equal(leat_run_failure_count(r), 0);
        leat_run_input(r, "n", 5);
        leat_run_input(r, "label", "y");
        leat_run_input(r, "weight", 1);
        assert_int_equal(leat_run_execute(r, &err), 0);
        assert_int_equal(value, 6);
        leat_run_reset(r);
        leat_run_input(r, "n", -1);
        leat_run_input(r, "label", "x");
        leat_run_input(r, "weight", 1);
    }
    leat_run_free(r);
    free(answer_of(d, "diary", NULL));
}

static void a_node_that_fails_hands_nothing_over(void **state)
{
    (void)state;
    assert_fails(d, "reads_dropped", "n=1", "dropped failed: dropped (");
    assert_diary(d, "");
}

static void a_literal_handed_over_fails_by_name(void **state)
{
    (void)state;
    assert_fails(d, "literal", "n=1", "literal failed: returned a pointer to a literal or static object");
}

static void a_static_object_handed_over_fails_by_name(void **state)
{
    (void)state;
    assert_fails(d, "fixed", "n=1", "fixed failed: returned a pointer to a literal or static object");
    assert_diary(d, "");
}

static void a_pointer_into_the_stack_fails_by_name(void **state)
{
    (void)state;
#ifdef __SANITIZE_ADDRESS__
    return;     /* the sanitizer moves locals off the stack; skip() would read as a failure */
#endif
    assert_fails(d, "on_stack", "n=1", "on_stack failed: returned a pointer into its own stack");
}

static void an_output_is_checked_like_a_result(void **state)
{
    (void)state;
    assert_fails(d, "word", "n=1", "gives_literal failed: gave a pointer to a literal or static object");
    assert_fails(d, "note", "n=0", "gives_null failed: gave NULL for note");
    assert_answer(d, "note", "n=1", "\"note\"");
}

static void memory_inside_a_struct_is_checked_like_a_pointer(void **state)
{
    (void)state;
    assert_fails(d, "passed_on", "n=3", "passed_on failed: returned memory of made where ownership was promised");
    assert_fails(d, "fixed_nums", "n=3", "fixed_nums failed: returned a pointer to a literal or static object");
    assert_fails(d, "person", "n=3", "person failed: returned a pointer to a literal or static object in name");
    assert_fails(d, "wrapped", "n=3", "wrapped failed: returned memory of made in in");
    assert_fails(d, "half_stolen", "n=3", "half_stolen failed: returned memory of loot");
    assert_answer(d, "stolen", "n=3", "[0,0,0]");
}

static void two_outputs_of_one_pointer_fail_by_name(void **state)
{
    (void)state;
    assert_fails(d, "wrote_both", "n=3", "both failed: gave the same pointer for one and two");
    assert_diary(d, "+thing");
}

static void two_outputs_may_both_be_null_or_borrow_the_same(void **state)
{
    (void)state;
    assert_answer(d, "counts_none", "n=3", "2");
    assert_answer(d, "adds_both", "n=3", "6");
    assert_diary(d, "+thing -thing");
}

static void what_a_node_hands_on_before_it_fails_stays_its_inputs(void **state)
{
    (void)state;
    assert_fails(d, "reads_half", "n=3", "half failed: gave NULL for missing");
    assert_diary(d, "+thing -thing");
}

static void a_borrowed_literal_is_fine(void **state)
{
    (void)state;
    assert_answer(d, "fine", "n=1", "\"yes\"");
}

static void null_fails_the_node(void **state)
{
    (void)state;
    assert_fails(d, "reads_none", "n=0", "none failed: returned NULL");
    assert_fails(d, "no_name", "n=0", "no_name failed: returned NULL");
    assert_answer(d, "reads_none", "n=3", "3");
    assert_diary(d, "+thing -thing");
}

static void null_is_a_value_where_notes_say_so(void **state)
{
    (void)state;
    assert_answer(d, "reads_maybe", "n=0", "-1");
    assert_answer(d, "reads_maybe", "n=3", "3");
    assert_answer(d, "maybe", "n=0", "null");
    assert_diary(d, "+thing -thing");
    void *maybe = &maybe;
    leat_error err;
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "n", 0);
    leat_run_ask(r, "maybe", LEAT_INTO(struct thing *, &maybe));
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_null(maybe);
    leat_run_free(r);
}

static void leat_fail_from_another_thread_fails_the_running_node(void **state)
{
    (void)state;
    assert_fails(d, "threaded", "n=5", "threaded failed: apart: 5 (");
}

static void leat_context_fail_names_the_task_from_any_thread(void **state)
{
    (void)state;
    assert_fails(d, "by_context", "n=5", "by_context failed: by context (");
}

static void the_first_failure_of_a_node_counts(void **state)
{
    (void)state;
    assert_fails(d, "twice", "n=5", "twice failed: first (");
}

static void control_characters_in_a_failure_are_escaped(void **state)
{
    (void)state;
    char *text = answer_of(d, "odd", "n=1");
    assert_has(text, "odd \\x1b[31m");
    for (const char *c = text; *c; c++)
        assert_true((unsigned char)*c >= 32 && (unsigned char)*c < 127);
    free(text);
}

static void a_long_failure_is_cut_not_lost(void **state)
{
    (void)state;
    char *text = answer_of(d, "lengthy", "n=1");
    assert_has(text, "lengthy failed: xxxxxxxxxxxxxxxxxxxx");
    assert_true(strlen(text) < 1020);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_tells_node_place_text_and_inputs),
        cmocka_unit_test(inputs_of_every_kind_are_told),
        cmocka_unit_test(nothing_new_starts_after_a_failure),
        cmocka_unit_test(keep_going_skips_only_what_needs_the_failed_node),
        cmocka_unit_test(outputs_made_before_a_failure_are_delivered),
        cmocka_unit_test(a_failed_run_can_be_reset_and_run_again),
        cmocka_unit_test(a_node_that_fails_hands_nothing_over),
        cmocka_unit_test(a_literal_handed_over_fails_by_name),
        cmocka_unit_test(a_static_object_handed_over_fails_by_name),
        cmocka_unit_test(a_pointer_into_the_stack_fails_by_name),
        cmocka_unit_test(an_output_is_checked_like_a_result),
        cmocka_unit_test(memory_inside_a_struct_is_checked_like_a_pointer),
        cmocka_unit_test(two_outputs_of_one_pointer_fail_by_name),
        cmocka_unit_test(two_outputs_may_both_be_null_or_borrow_the_same),
        cmocka_unit_test(what_a_node_hands_on_before_it_fails_stays_its_inputs),
        cmocka_unit_test(a_borrowed_literal_is_fine),
        cmocka_unit_test(null_fails_the_node),
        cmocka_unit_test(null_is_a_value_where_notes_say_so),
        cmocka_unit_test(leat_fail_from_another_thread_fails_the_running_node),
        cmocka_unit_test(leat_context_fail_names_the_task_from_any_thread),
        cmocka_unit_test(the_first_failure_of_a_node_counts),
        cmocka_unit_test(control_characters_in_a_failure_are_escaped),
        cmocka_unit_test(a_long_failure_is_cut_not_lost),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
