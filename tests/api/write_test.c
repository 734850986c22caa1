/* write: values lent for writing, changed in place, taken, or handed on as they are. */
#include "api.h"

static leat_driver *d;

static void count_release(void *user) { ++*(int *)user; }

static int set_up(void **state)
{
    (void)state;
    d = driver_of("write.c");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    leat_driver_free(d);
    return 0;
}

static void a_writer_runs_after_every_reader(void **state)
{
    (void)state;
    assert_answer(d, "all", "n=3", "4");
    char *text = answer_of(d, "diary", NULL);
    char *writer = strstr(text, "doubled");
    assert_non_null(writer);
    assert_true(strstr(text, "before") < writer);
    free(text);
}

static void a_writer_runs_after_readers_of_what_was_borrowed(void **state)
{
    (void)state;
    assert_answer(d, "all", "n=3", "4");
    char *text = answer_of(d, "diary", NULL);
    assert_non_null(strstr(text, "looked"));
    assert_true(strstr(text, "looked") < strstr(text, "doubled"));
    assert_has(text, "-vec");
    free(text);
}

static void a_writer_that_is_not_asked_does_not_run(void **state)
{
    (void)state;
    assert_answer(d, "before", "n=3", "1");
    assert_diary(d, "+vec before -vec");
}

static void a_writer_does_not_need_the_readers_before_it(void **state)
{
    (void)state;
    assert_answer(d, "drained", "n=3", "3");
    leat_error err;
    leat_place none = { 0 };
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "n", 3);
    leat_run_input(r, "thirst", 1);
    leat_run_ask(r, "drained", none);
    leat_run_ask(r, "sips", none);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_json(r, "sips", "2");
    leat_run_free(r);
}

static void lent_memory_cannot_be_taken(void **state)
{
    (void)state;
    leat_value lent = leat_of("x");
    int released = 0;
    lent.release = count_release;
    lent.user = &released;
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_set(r, "crumbs", lent), LEAT_EINPUT);
    assert_has(leat_run_refusal(r), "crumbs is lent, and eaten takes");
    assert_int_equal(released, 1);
    leat_run_free(r);
    assert_answer(d, "eaten", "crumbs=abc", "3");
}

static void in_place_the_input_becomes_the_result(void **state)
{
    (void)state;
    assert_answer(d, "counted", "n=1", "12");
    assert_diary(d, "+count more most counted -count12");
}

static void readers_of_the_input_come_before_it_is_changed(void **state)
{
    (void)state;
    assert_answer(d, "both", "n=1", "12001");
    char *text = answer_of(d, "diary", NULL);
    assert_true(strstr(text, "early") < strstr(text, "more"));
    free(text);
}

static void a_fresh_result_leaves_the_input_to_be_destroyed(void **state)
{
    (void)state;
    assert_answer(d, "freshly", "n=1", "101");
    assert_diary(d, "+count fresh -count1 -count101");
}

static void an_asked_value_that_is_written_is_copied(void **state)
{
    (void)state;
    leat_error err;
    leat_place none = { 0 };
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "n", 4);
    leat_run_ask(r, "left", none);
    leat_run_ask(r, "cleared", none);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_json(r, "left", "{\"n\":4}");
    leat_run_free(r);
    assert_diary(d, "cleared");
}

static void both_asked_values_of_one_writer_are_copied(void **state)
{
    (void)state;
    leat_error err;
    leat_place none = { 0 };
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "n", 4);
    leat_run_ask(r, "left", none);
    leat_run_ask(r, "right", none);
    leat_run_ask(r, "cleared", none);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_json(r, "left", "{\"n\":4}");
    assert_json(r, "right", "{\"n\":5}");
    leat_run_free(r);
    assert_diary(d, "cleared");
}

static void an_asked_value_that_looks_into_what_is_written_is_copied(void **state)
{
    (void)state;
    leat_error err;
    leat_place none = { 0 };
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "n", 3);
    leat_run_ask(r, "shelf", none);
    leat_run_ask(r, "again", none);
    leat_run_ask(r, "store", none);
    leat_run_ask(r, "restocked", none);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_json(r, "shelf", "[0,1,2]");
    assert_json(r, "again", "[0,1,2]");
    assert_json(r, "store", "[0,1,2]");
    leat_run_free(r);
    r = leat_run_new(d);
    leat_run_input(r, "n", 3);
    leat_run_ask(r, "cell", none);
    leat_run_ask(r, "restocked", none);
    assert_int_equal(leat_run_execute(r, &err), LEAT_EINPUT);
    assert_has(err.message, "cell cannot be asked: restocked writes what it looks into");
    leat_run_free(r);
}

static void an_asked_value_that_was_not_made_is_not_copied(void **state)
{
    (void)state;
    leat_error err;
    leat_place none = { 0 };
    leat_run *r = leat_run_new(d);
    leat_run_set_keep_going(r, 1);
    leat_run_input(r, "n", 1);
    leat_run_ask(r, "gone", none);
    leat_run_ask(r, "spent", none);
    assert_int_equal(leat_run_execute(r, &err), LEAT_EFAILED);
    assert_json(r, "spent", "1");
    char *text = NULL;
    assert_int_equal(leat_run_json(r, "gone", &text, &err), LEAT_ENOVALUE);
    leat_run_free(r);
}

static void an_asked_value_that_cannot_be_copied_is_refused_naming_the_writer(void **state)
{
    (void)state;
    leat_error err;
    leat_place none = { 0 };
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "n", 1);
    leat_run_ask(r, "vec", none);
    leat_run_ask(r, "doubled", none);
    assert_true(leat_run_execute(r, &err) < 0);
    assert_has(err.message, "vec");
    assert_has(err.message, "doubled");
    leat_run_free(r);
    assert_diary(d, "");
}

static void an_asked_value_is_not_copied_when_its_writer_is_not_asked(void **state)
{
    (void)state;
    assert_answer(d, "vec", "n=2", "[1,2]");
    assert_diary(d, "+vec -vec");
}

static void a_taken_value_is_not_destroyed_again(void **state)
{
    (void)state;
    assert_answer(d, "emptied", "n=9", "9");
    assert_diary(d, "+sack emptied");
}

static void a_taken_value_is_gone_also_when_the_taker_fails(void **state)
{
    (void)state;
    assert_fails(d, "spilt", "n=9", "spilt failed: spilt");
    assert_diary(d, "+sack spilt");
}

static void realloc_takes(void **state)
{
    (void)state;
    assert_answer(d, "longer", "n=9", "\"s9-longer\"");
}

static void an_inputs_own_pointer_is_that_input(void **state)
{
    (void)state;
    assert_answer(d, "plain", "n=6", "12");
    assert_diary(d, "+coin worth plain -coin");
    assert_answer(d, "plain", "n=0", "-1");
    assert_diary(d, "+coin worth -coin plain -coin");
}

static void an_asked_alias_and_its_input_are_one_value(void **state)
{
    (void)state;
    leat_error err;
    void *coin = NULL, *picked = NULL;
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "n", 3);
    leat_run_ask(r, "coin", LEAT_INTO(struct coin *, &coin));
    leat_run_ask(r, "picked", LEAT_INTO(struct coin *, &picked));
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_ptr_equal(coin, picked);
    leat_run_free(r);
    assert_diary(d, "+coin -coin");
}

static void what_the_host_overrides_is_not_destroyed_by_its_writers(void **state)
{
    (void)state;
    struct count { int n; } mine = { 5 };
    int counted = 0, released = 0;
    leat_error err = { 0 };
    leat_value v = LEAT_STRUCT(struct count, &mine);
    v.release = count_release;
    v.user = &released;
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_override(r, "count", v), 0);
    leat_run_output(r, "counted", &counted);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_int_equal(counted, 16);
    leat_run_free(r);
    assert_int_equal(released, 1);
    assert_diary(d, "more most counted");
}

static void an_alias_that_is_written_stays_an_alias(void **state)
{
    (void)state;
    assert_answer(d, "shine", "n=6", "7");
    assert_diary(d, "+gem shine -gem");
}

static void an_input_that_has_an_alias_is_not_moved_into_its_writer(void **state)
{
    (void)state;
    assert_answer(d, "last_look", "n=6", "32");
    assert_diary(d, "+gem carats last_look -gem");
}

static void who_takes_a_value_may_give_what_it_owned(void **state)
{
    (void)state;
    assert_answer(d, "stowed", "n=2", "2");
}

static void text_is_changed_in_place(void **state)
{
    (void)state;
    assert_answer(d, "shout", "text=hallo", "\"HALLO\"");
}

static void a_literal_lent_for_writing_is_fresh_in_each_run(void **state)
{
    (void)state;
    assert_answer(d, "loud", "", "\"ABC\"");
    leat_error err;
    leat_place none = { 0 };
    leat_run *r = leat_run_new(d);
    leat_run_ask(r, "loud", none);
    leat_run_ask(r, "loud.text", none);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_json(r, "loud", "\"ABC\"");
    assert_json(r, "loud.text", "\"abc\"");
    leat_run_free(r);
}

static void the_hosts_own_memory_is_never_written(void **state)
{
    (void)state;
    struct pair { int a, b; } pair = { 1, 2 }, out = { 0 };
    char text[] = "quiet";
    leat_error err;
    const char *loud = NULL;
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_set(r, "pair", LEAT_STRUCT(struct pair, &pair)), 0);
    assert_int_equal(leat_run_ask(r, "swapped", LEAT_INTO(struct pair, &out)), 0);
    leat_run_input(r, "text", text);
    leat_run_output(r, "shout", &loud);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_int_equal(pair.a, 1);
    assert_int_equal(out.a, 2);
    assert_string_equal(text, "quiet");
    assert_string_equal(loud, "QUIET");
    leat_run_free(r);
}

static void a_writer_may_grow_an_array_that_was_given(void **state)
{
    (void)state;
    assert_answer(d, "appended", "list=[1,2,3]", "4");
    int given[] = { 1, 2 }, len = 0;
    leat_error err;
    leat_run *r = leat_run_new(d);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(leat_run_set(r, "list", leat_array(given, 2)), 0);
        if (!i)
            leat_run_output(r, "appended", &len);
        assert_int_equal(leat_run_execute(r, &err), 0);
        assert_int_equal(len, 3);
        leat_run_reset(r);
    }
    leat_run_free(r);
}

static void an_asked_input_that_is_written_is_as_it_was_given(void **state)
{
    (void)state;
    leat_error err;
    leat_place none = { 0 };
    leat_run *r = leat_run_new(d);
    leat_run_set_text(r, "list", "[1,2]");
    leat_run_ask(r, "list", none);
    leat_run_ask(r, "appended", none);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_json(r, "list", "[1,2]");
    assert_json(r, "appended", "3");
    leat_run_free(r);
}

static void a_value_in_the_frame_changed_in_place_is_not_freed(void **state)
{
    (void)state;
    assert_answer(d, "where", "n=1", "2");
    assert_diary(d, "");
}

static void two_writers_are_refused_naming_both(void **state)
{
    (void)state;
    leat_builder *b = builder_of("writers.c", NULL);
    assert_refused(b);
    const leat_problem *p = problem_of(b, "first writes box, and second (");
    assert_has(p->message, "writes it too");
    assert_string_equal(p->node, "first");
    assert_has(p->file, "writers.c");
    assert_int_equal(p->line, 5);
    assert_int_equal(p->other_line, 6);
    assert_has(p->other_file, "writers.c");
    leat_builder_free(b);
}

static void a_reader_behind_the_writer_is_refused_naming_both(void **state)
{
    (void)state;
    leat_builder *b = builder_of("writers.c", NULL);
    assert_refused(b);
    const leat_problem *p = problem_of(b, "late reads jar after fills has written it (");
    assert_string_equal(p->node, "late");
    assert_int_equal(p->line, 12);
    assert_int_equal(p->other_line, 11);
    leat_builder_free(b);
}

static void a_reader_behind_the_writer_of_what_it_borrowed_from_is_refused(void **state)
{
    (void)state;
    leat_builder *b = builder_of("writers.c", NULL);
    assert_refused(b);
    const leat_problem *p = problem_of(b, "behind reads");
    assert_has(p->message, "empties");
    leat_builder_free(b);
}

static void a_taker_with_company_is_refused(void **state)
{
    (void)state;
    leat_builder *b = builder_of("writers.c", NULL);
    assert_refused(b);
    const leat_problem *p = problem_of(b, "eats takes pie, and looks_at (");
    assert_has(p->hint, "sole reader");
    leat_builder_free(b);
}

static void a_borrowed_value_cannot_be_written(void **state)
{
    (void)state;
    leat_builder *b = builder_of("writers.c", NULL);
    assert_refused(b);
    const leat_problem *p = problem_of(b, "spoils(struct pot *pot)");
    assert_has(p->hint, "fix: const struct pot *pot");
    leat_builder_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_writer_runs_after_every_reader),
        cmocka_unit_test(a_writer_runs_after_readers_of_what_was_borrowed),
        cmocka_unit_test(a_writer_that_is_not_asked_does_not_run),
        cmocka_unit_test(a_writer_does_not_need_the_readers_before_it),
        cmocka_unit_test(lent_memory_cannot_be_taken),
        cmocka_unit_test(in_place_the_input_becomes_the_result),
        cmocka_unit_test(readers_of_the_input_come_before_it_is_changed),
        cmocka_unit_test(a_fresh_result_leaves_the_input_to_be_destroyed),
        cmocka_unit_test(an_asked_value_that_is_written_is_copied),
        cmocka_unit_test(both_asked_values_of_one_writer_are_copied),
        cmocka_unit_test(an_asked_value_that_looks_into_what_is_written_is_copied),
        cmocka_unit_test(an_asked_value_that_was_not_made_is_not_copied),
        cmocka_unit_test(an_asked_value_that_cannot_be_copied_is_refused_naming_the_writer),
        cmocka_unit_test(an_asked_value_is_not_copied_when_its_writer_is_not_asked),
        cmocka_unit_test(a_taken_value_is_not_destroyed_again),
        cmocka_unit_test(a_taken_value_is_gone_also_when_the_taker_fails),
        cmocka_unit_test(realloc_takes),
        cmocka_unit_test(an_inputs_own_pointer_is_that_input),
        cmocka_unit_test(an_asked_alias_and_its_input_are_one_value),
        cmocka_unit_test(what_the_host_overrides_is_not_destroyed_by_its_writers),
        cmocka_unit_test(an_alias_that_is_written_stays_an_alias),
        cmocka_unit_test(an_input_that_has_an_alias_is_not_moved_into_its_writer),
        cmocka_unit_test(who_takes_a_value_may_give_what_it_owned),
        cmocka_unit_test(text_is_changed_in_place),
        cmocka_unit_test(a_literal_lent_for_writing_is_fresh_in_each_run),
        cmocka_unit_test(the_hosts_own_memory_is_never_written),
        cmocka_unit_test(a_writer_may_grow_an_array_that_was_given),
        cmocka_unit_test(an_asked_input_that_is_written_is_as_it_was_given),
        cmocka_unit_test(a_value_in_the_frame_changed_in_place_is_not_freed),
        cmocka_unit_test(two_writers_are_refused_naming_both),
        cmocka_unit_test(a_reader_behind_the_writer_is_refused_naming_both),
        cmocka_unit_test(a_reader_behind_the_writer_of_what_it_borrowed_from_is_refused),
        cmocka_unit_test(a_taker_with_company_is_refused),
        cmocka_unit_test(a_borrowed_value_cannot_be_written),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
