/* notes: one grammar at every level; what is wrong is told with file and line. */
#include "api.h"

static leat_driver *d;

static int set_up(void **state)
{
    (void)state;
    d = driver_of("notes.c");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    leat_driver_free(d);
    return 0;
}

static void calls_and_bind_make_a_node_of_a_function(void **state)
{
    (void)state;
    assert_answer(d, "mean_rain", "n=4", "4");
    assert_answer(d, "mean_snow", "snow=[1,2]", "1.5");
    assert_answer(d, "column_mean", "xs=[5]", "5");
}

static void bind_takes_literals(void **state)
{
    (void)state;
    assert_answer(d, "minus", "n=4", "-4");
    assert_answer(d, "diary", NULL, "\"tw\\\"ice minus\"");
}

static void after_runs_first_without_data(void **state)
{
    (void)state;
    assert_answer(d, "last", "n=1", "1");
    char *text = answer_of(d, "diary", NULL);
    assert_has(text, "first");
    assert_has(text, "logged");
    assert_has(text, " last\"");
    free(text);
}

static void as_renames(void **state)
{
    (void)state;
    leat_id id;
    assert_answer(d, "reads_renamed", "n=1", "4");
    assert_int_equal(leat_driver_find(d, "plain", &id), LEAT_ENOTFOUND);
}

static void the_command_line_goes_before_the_builder_before_the_source(void **state)
{
    (void)state;
    assert_answer(d, "level", "", "1");
    leat_builder *b = builder_of("notes.c", NULL);
    assert_int_equal(leat_builder_note(b, "level", "bind(at = 2)"), 0);
    leat_driver *other = built(b);
    assert_answer(other, "level", "", "2");
    leat_driver_free(other);
    b = builder_of("notes.c", NULL);
    assert_int_equal(leat_builder_note_override(b, "level", "bind(at = 3)"), 0);
    assert_int_equal(leat_builder_note(b, "level", "bind(at = 2)"), 0);
    other = built(b);
    assert_answer(other, "level", "", "3");
    leat_driver_free(other);
}

static void a_note_of_the_host_can_make_nodes(void **state)
{
    (void)state;
    leat_builder *b = builder_of("notes.c", NULL);
    leat_builder_note(b, "mean_days", "calls(column_mean), bind(xs = days)");
    leat_driver *other = built(b);
    assert_answer(other, "mean_days", "days=[2,4]", "3");
    leat_driver_free(other);
}

static void the_same_clause_twice_from_the_host_is_refused(void **state)
{
    (void)state;
    leat_builder *b = builder_of("notes.c", NULL);
    leat_builder_note(b, "level", "bind(at = 2)");
    leat_builder_note(b, "level", "bind(at = 3)");
    assert_refused(b);
    problem_of(b, "note on level: the same clause twice: bind");
    leat_builder_free(b);
}

static void one_note_met_through_two_sources_counts_once(void **state)
{
    (void)state;
    leat_builder *b = builder_of("shared_a.c", "shared_b.c", NULL);
    leat_driver *other = built(b);
    assert_answer(other, "shared_mean", "p=1", "3");
    leat_driver_free(other);
}

static void a_note_that_the_host_spells_wrong_is_refused(void **state)
{
    (void)state;
    leat_builder *b = builder_of("notes.c", NULL);
    leat_builder_note(b, "level", "bind(at = ");
    leat_builder_note(b, "levle", "nullable");
    leat_builder_note(b, "", "nullable");
    assert_refused(b);
    const leat_problem *p = problem_of(b, "note on levle: no such node");
    assert_has(p->hint, "did you mean level?");
    problem_of(b, "at column");
    leat_builder_free(b);
}

static struct { const char *text, *hint; int line; } wrong[] = {
    { "note on f: no such clause: tekes", "did you mean takes?", 4 },
    { "note on g: no such node", NULL, 5 },
    { "note on h: calls(read_mode)", "did you mean read_made?", 6 },
    { "note on i: bind: f has no parameter alhpa", "did you mean alpha?", 7 },
    { "note on j.alpha: bind: one is no int", NULL, 8 },
    { "note on k: after(fff)", NULL, 9 },
    { "note on l: the same clause twice: calls", NULL, 10 },
    { "note on m: not yet: clause retry", NULL, 11 },
    { "\",\" is missing", NULL, 12 },
    { "note on o: takes: f has no parameter gamma", NULL, 13 },
    { "note on p: takes no arguments: nullable", NULL, 14 },
    { "note on q: ", NULL, 15 },
    { "note on s.alpha: bind: ", NULL, 16 },
    { "note on s: no such clause: fre", "did you mean free?", 17 },
    { "not yet: LEAT_GRAPH", NULL, 18 },
    { "note on f: not yet: clause cache", NULL, 19 },
    { "f__check: not yet", NULL, 23 },
    { "f__region__us__check: not yet", NULL, 24 },
    { "read_made(made): made", "accepts_null(made)", 22 },
    { "note on r: the same clause twice: bind", NULL, 26 },
    { "items: not yet: fan-out", NULL, 28 },
    { "note on f: not yet: clause version", NULL, 29 },
};

static void every_wrong_note_is_told_with_its_line(void **state)
{
    (void)state;
    leat_builder *b = builder_of("notes_bad.c", NULL);
    assert_refused(b);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const leat_problem *p = problem_of(b, wrong[i].text);
        assert_has(p->file, "notes_bad.c");
        if (wrong[i].line && p->line != wrong[i].line)
            fail_msg("%s: line %d, not %d", wrong[i].text, p->line, wrong[i].line);
        if (wrong[i].hint)
            assert_has(p->hint, wrong[i].hint);
        assert_int_equal(p->warning, 0);
    }
    leat_builder_free(b);
}

static void wrong_notes_elsewhere_are_warnings_for_named_outputs(void **state)
{
    (void)state;
    leat_driver *other = NULL;
    leat_error err;
    leat_builder *b = builder_of("fine_beside.c", NULL);
    leat_builder_set_outputs(b, (const char *const[]){ "fine" }, 1);
    if (leat_builder_build(b, &other, &err) < 0)
        fail_msg("%s", err.message);
    assert_true(leat_builder_problem_count(b) > 0);
    assert_int_equal(leat_builder_problem(b, 0)->warning, 1);
    assert_answer(other, "fine", "x=1", "2");
    leat_id id;
    assert_int_equal(leat_driver_find(other, "broken", &id), 0);
    assert_true(leat_driver_broken(other, id));
    assert_fails(other, "broken", "x=1", "broken");
    leat_driver_free(other);
    leat_builder_set_outputs(b, (const char *const[]){ "broken" }, 1);
    assert_refused(b);
    leat_builder_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_and_bind_make_a_node_of_a_function),
        cmocka_unit_test(bind_takes_literals),
        cmocka_unit_test(after_runs_first_without_data),
        cmocka_unit_test(as_renames),
        cmocka_unit_test(the_command_line_goes_before_the_builder_before_the_source),
        cmocka_unit_test(a_note_of_the_host_can_make_nodes),
        cmocka_unit_test(the_same_clause_twice_from_the_host_is_refused),
        cmocka_unit_test(one_note_met_through_two_sources_counts_once),
        cmocka_unit_test(a_note_that_the_host_spells_wrong_is_refused),
        cmocka_unit_test(every_wrong_note_is_told_with_its_line),
        cmocka_unit_test(wrong_notes_elsewhere_are_warnings_for_named_outputs),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
