/* own: what is made is destroyed once, after its last reader, in reverse order. */
#include "api.h"

static leat_driver *d;

static int set_up(void **state)
{
    (void)state;
    d = driver_of("own.c");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    leat_driver_free(d);
    return 0;
}

static void a_handed_over_value_dies_after_its_last_reader(void **state)
{
    (void)state;
    assert_answer(d, "third", "n=4", "8");
    assert_diary(d, "+box first second -box third");
}

static void a_value_nobody_reads_dies_too(void **state)
{
    (void)state;
    assert_answer(d, "left_only", "n=3", "3");
    assert_diary(d, "+box +box -box -box");
}

static void an_asked_value_dies_with_the_run(void **state)
{
    (void)state;
    struct box *box = NULL;
    int first = 0;
    leat_error err;
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "n", 5);
    assert_int_equal(leat_run_ask(r, "box", LEAT_INTO(struct box *, &box)), 0);
    leat_run_output(r, "first", &first);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_non_null(box);
    assert_int_equal(*(int *)box, 5);
    assert_diary(d, "+box first");
    leat_run_free(r);
    assert_diary(d, "-box");
}

static void reset_destroys_what_the_run_kept(void **state)
{
    (void)state;
    leat_error err;
    leat_place none = { 0 };
    leat_run *r = leat_run_new(d);
    leat_run_ask(r, "box", none);
    for (int i = 0; i < 3; i++) {
        leat_run_input(r, "n", i);
        assert_int_equal(leat_run_execute(r, &err), 0);
        assert_diary(d, "+box");
        leat_run_reset(r);
        assert_diary(d, "-box");
    }
    leat_run_free(r);
    assert_diary(d, "");
}

static void a_reader_may_take_the_object_by_value(void **state)
{
    (void)state;
    assert_answer(d, "by_value", "n=4", "8");
    assert_diary(d, "+box -box");
}

static void an_opaque_result_keeps_its_inputs_alive(void **state)
{
    (void)state;
    assert_answer(d, "told", "n=6", "6");
    assert_diary(d, "+box +secret told -secret6 -box");
}

static void const_members_keep_what_they_look_at(void **state)
{
    (void)state;
    assert_answer(d, "looked", "n=6", "6");
    assert_diary(d, "+box looked -look -box");
}

static void a_borrowed_result_keeps_what_it_was_made_from(void **state)
{
    (void)state;
    assert_answer(d, "after_same", "n=6", "6");
    assert_diary(d, "+box after_same -box");
}

static void an_asked_borrowed_result_is_good_until_the_run_ends(void **state)
{
    (void)state;
    leat_error err;
    const char *tail = NULL;
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "n", 17);
    leat_run_output(r, "tail", &tail);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_string_equal(tail, "17");
    leat_run_free(r);
}

static void text_and_what_looks_into_it(void **state)
{
    (void)state;
    assert_answer(d, "word", "n=3", "\"word3\"");
    assert_answer(d, "length", "n=123", "3");
    assert_answer(d, "name", "n=1", "\"some\"");
    assert_diary(d, "+box -box");
}

static void slices_own_and_views_look(void **state)
{
    (void)state;
    assert_answer(d, "total", "n=4", "6");
    assert_answer(d, "rest", "n=3", "[1,2]");
    assert_answer(d, "numbers", "n=3", "[0,1,2]");
    assert_answer(d, "room", "n=3", "10");
    assert_answer(d, "grown", "n=2", "[0,0]");
}

static void an_array_of_structs_owns_what_they_own(void **state)
{
    (void)state;
    assert_answer(d, "pets", "n=2", "[{\"name\":\"rex\",\"kind\":\"dog\",\"legs\":[0,0]},"
                  "{\"name\":\"rex\",\"kind\":\"dog\",\"legs\":[1,-1]}]");
    assert_answer(d, "table", "n=2", "{\"price\":[0,1],\"label\":[\"x\",\"x\"]}");
}

static void a_pointer_to_a_number_is_freed(void **state)
{
    (void)state;
    assert_answer(d, "read_scalar", "n=2", "2");
}

static void owned_outputs_die_one_by_one(void **state)
{
    (void)state;
    assert_answer(d, "label", "n=1", "\"parts\"");
    assert_diary(d, "+box +box -box -box");
}

static void a_struct_value_has_its_fini_called(void **state)
{
    (void)state;
    assert_answer(d, "used", "n=7", "7");
    assert_diary(d, "-handle7");
}

static void a_note_names_the_destructor(void **state)
{
    (void)state;
    assert_answer(d, "wide", "n=7", "7");
    assert_diary(d, "-image");
}

static void an_untagged_struct_goes_by_its_typedef_without_t(void **state)
{
    (void)state;
    assert_answer(d, "locked", "n=7", "7");
    assert_diary(d, "-lock");
}

static void destruction_is_in_reverse_order(void **state)
{
    (void)state;
    assert_answer(d, "chained", "n=0", "99");
    assert_diary(d, "chained -cb -ba -a.");
    leat_error err;
    leat_place none = { 0 };
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "n", 0);
    leat_run_ask(r, "many", none);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_diary(d, "");
    leat_run_free(r);
    assert_diary(d, "-ma -cb -ba -a.");
}

static void a_failed_run_destroys_all_it_made(void **state)
{
    (void)state;
    assert_fails(d, "failing", "n=1", "failing failed: no");
    assert_diary(d, "+box -look -box");
    assert_fails(d, "many", "n=-1", "many failed: returned NULL");
    assert_diary(d, "-cb -b` -`.");
}

/* The value was made and read, and yet the run has failed. */
static void a_destructor_that_fails_is_a_failure_of_the_run(void **state)
{
    (void)state;
    for (unsigned workers = 0; workers < 3; workers++) {
        leat_driver *other = built_on(builder_of("own.c", NULL), workers ? leat_executor_threads(workers) : leat_executor_inline());
        leat_run *r = leat_run_new(other);
        leat_error err = { 0 };
        uint64_t ok, failed, rest;
        leat_run_input(r, "n", 4);
        leat_run_ask(r, "seen", (leat_place){ 0 });
        assert_int_equal(leat_run_submit(r, NULL, NULL, &err), 0);
        assert_int_equal(leat_run_wait(r, -1, &err), LEAT_EFAILED);
        assert_has(err.message, "vase_free failed: it broke");
        leat_run_counts(r, &ok, &failed, &rest);
        assert_int_equal(ok, 2);
        assert_int_equal(failed, 1);
        assert_int_equal(leat_run_failure_count(r), 1);
        assert_string_equal(leat_run_failure(r, 0)->node, "vase");
        leat_run_free(r);
        leat_driver_free(other);
    }
}

static int done_count;

static void done(void *box)
{
    done_count++;
    free(box);
}

static void the_hosts_destructor_goes_before_any_name(void **state)
{
    (void)state;
    leat_builder *b = builder_of("own.c", NULL);
    assert_int_equal(leat_builder_set_destroy(b, "struct box *", done), 0);
    leat_driver *other = built(b);
    done_count = 0;
    assert_answer(other, "third", "n=4", "8");
    assert_int_equal(done_count, 1);
    assert_diary(other, "+box first second third");
    leat_driver_free(other);
}

static void the_hosts_destructor_goes_before_a_note(void **state)
{
    (void)state;
    leat_builder *b = builder_of("own.c", NULL);
    assert_int_equal(leat_builder_set_destroy(b, "struct image", done), 0);
    leat_driver *other = built(b);
    done_count = 0;
    assert_answer(other, "wide", "n=4", "4");
    assert_int_equal(done_count, 1);
    assert_diary(other, "");
    leat_driver_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_handed_over_value_dies_after_its_last_reader),
        cmocka_unit_test(a_value_nobody_reads_dies_too),
        cmocka_unit_test(an_asked_value_dies_with_the_run),
        cmocka_unit_test(reset_destroys_what_the_run_kept),
        cmocka_unit_test(a_reader_may_take_the_object_by_value),
        cmocka_unit_test(an_opaque_result_keeps_its_inputs_alive),
        cmocka_unit_test(const_members_keep_what_they_look_at),
        cmocka_unit_test(a_borrowed_result_keeps_what_it_was_made_from),
        cmocka_unit_test(an_asked_borrowed_result_is_good_until_the_run_ends),
        cmocka_unit_test(text_and_what_looks_into_it),
        cmocka_unit_test(slices_own_and_views_look),
        cmocka_unit_test(an_array_of_structs_owns_what_they_own),
        cmocka_unit_test(a_pointer_to_a_number_is_freed),
        cmocka_unit_test(owned_outputs_die_one_by_one),
        cmocka_unit_test(a_struct_value_has_its_fini_called),
        cmocka_unit_test(a_note_names_the_destructor),
        cmocka_unit_test(an_untagged_struct_goes_by_its_typedef_without_t),
        cmocka_unit_test(destruction_is_in_reverse_order),
        cmocka_unit_test(a_failed_run_destroys_all_it_made),
        cmocka_unit_test(a_destructor_that_fails_is_a_failure_of_the_run),
        cmocka_unit_test(the_hosts_destructor_goes_before_any_name),
        cmocka_unit_test(the_hosts_destructor_goes_before_a_note),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
