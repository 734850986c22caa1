/* refuse: what cannot be a node is listed, what cannot be a graph is told whole. */
#include "api.h"

static leat_driver *asked(leat_builder *b, const char *output)
{
    leat_driver *d = NULL;
    leat_error err;
    leat_builder_set_outputs(b, &output, 1);
    if (leat_builder_build(b, &d, &err) < 0)
        fail_msg("%s: %s", output, err.message);
    return d;
}

static void functions_that_cannot_be_nodes_are_listed_with_reasons(void **state)
{
    (void)state;
    static const struct { const char *name, *reason; int line; } wrong[] = {
        { "empty", "prototype", 8 }, { "old", "prototype", 9 }, { "many", "variable number of arguments", 10 },
        { "unnamed", "name", 11 }, { "log", "C or POSIX", 12 }, { "read", "C or POSIX", 13 },
        { "nothing", "takes nothing and gives nothing", 14 }, { "a___b", "three underscores", 15 },
        { "x__oddity", "no role", 16 }, { "out", "name outputs", 17 }, { "out_x", "name outputs", 18 },
        { "big", "128", 19 }, { "wide", "128", 20 }, { "imaginary", "complex", 21 }, { "simd", "vector", 23 },
        { "thing_encode", "not by its form", 27 },
    };
    leat_builder *b = builder_of("refused.c", NULL);
    leat_driver *d = asked(b, "good");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const leat_problem *p = assert_listed(b, wrong[i].name, wrong[i].reason);
        assert_has(p->file, "refused.c");
        if (p->line != wrong[i].line)
            fail_msg("%s: line %d", wrong[i].name, p->line);
        leat_id id;
        assert_int_equal(leat_driver_find(d, wrong[i].name, &id), LEAT_ENOTFOUND);
    }
    assert_int_equal(leat_builder_refused_count(b), sizeof wrong / sizeof *wrong);
    leat_builder_free(b);
    assert_answer(d, "good", "x=3", "3");
    leat_driver_free(d);
}

static void restrict_is_fine_and_helpers_are_not_listed(void **state)
{
    (void)state;
    leat_builder *b = builder_of("refused.c", NULL);
    leat_driver *d = asked(b, "good");
    leat_id id;
    assert_int_equal(leat_driver_find(d, "pointers", &id), 0);
    for (size_t i = 0; i < leat_builder_refused_count(b); i++) {
        const char *name = leat_builder_refused(b, i)->node;
        assert_true(strcmp(name, "hidden") && strcmp(name, "invisible") && strcmp(name, "_private") &&
                    strcmp(name, "thing_free"));
    }
    assert_null(leat_builder_refused(b, 1000));
    leat_builder_free(b);
    leat_driver_free(d);
}

static void an_asked_output_that_is_refused_is_told(void **state)
{
    (void)state;
    leat_builder *b = builder_of("refused.c", NULL);
    const char *output = "many";
    leat_builder_set_outputs(b, &output, 1);
    assert_refused(b);
    leat_builder_free(b);
}

static const struct { const char *text, *hint; int line, other; } wrong[] = {
    { "reads_int(int gives): ", "fix: double gives", 4, 3 },
    { "reads_float(float gives): ", "fix: double gives", 5, 3 },
    { "a cycle: ", NULL, 0, 0 },
    { "itself -> itself", NULL, 10, 0 },
    { "opened: nothing says how to destroy struct open *", NULL, 13, 0 },
    { "two: both two_free (", "LEAT_TYPE(struct two, free(", 16, 0 },
    { "raw: nothing says how to destroy struct raw: its member p is int *", "raw_fini", 20, 0 },
    { "blob: nothing says how to destroy void *", "a struct that has a destructor", 21, 0 },
    { "spoils(struct two *borrowed): ", "fix: const struct two *borrowed", 23, 22 },
    { "reads_sink(int sink): ", NULL, 27, 26 },
    { "part(double x__lo): x.lo: ", NULL, 28, 0 },
    { "dotted(int gives__hi): gives.hi: ", NULL, 29, 0 },
    { "also has a result and a parameter out", NULL, 31, 0 },
};

static void everything_wrong_is_told_at_once_with_both_places(void **state)
{
    (void)state;
    leat_builder *b = builder_of("wrong.c", NULL);
    assert_refused(b);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const leat_problem *p = problem_of(b, wrong[i].text);
        if (wrong[i].line && p->line != wrong[i].line)
            fail_msg("%s: line %d, not %d", wrong[i].text, p->line, wrong[i].line);
        if (wrong[i].other) {
            assert_int_equal(p->other_line, wrong[i].other);
            assert_has(p->other_file, "wrong.c");
        }
        if (wrong[i].hint)
            assert_has(p->hint, wrong[i].hint);
    }
    leat_builder_free(b);
}

static void the_first_problem_stands_in_the_error_with_how_many_more(void **state)
{
    (void)state;
    leat_driver *d = NULL;
    leat_error err;
    leat_builder *b = builder_of("wrong.c", NULL);
    assert_true(leat_builder_build(b, &d, &err) < 0);
    assert_has(err.message, leat_builder_problem(b, 0)->message);
    char more[40];
    snprintf(more, sizeof more, "(and %zu more)", leat_builder_problem_count(b) - 1);
    assert_has(err.message, more);
    leat_builder_free(b);
}

static void a_cycle_is_told_as_a_path_in_the_order_values_flow(void **state)
{
    (void)state;
    leat_builder *b = builder_of("wrong.c", NULL);
    assert_refused(b);
    const leat_problem *p = problem_of(b, "a cycle: ring_");
    assert_true(strstr(p->message, "ring_a -> ring_b -> ring_c") || strstr(p->message, "ring_b -> ring_c -> ring_a") ||
                strstr(p->message, "ring_c -> ring_a -> ring_b"));
    assert_has_not(p->message, "behind_ring");
    leat_builder_free(b);
}

static void two_readers_of_an_input_must_agree(void **state)
{
    (void)state;
    leat_builder *b = builder_of("wrong.c", NULL);
    assert_refused(b);
    const leat_problem *p = problem_of(b, "shared_in): another reader reads it as");
    assert_int_equal(p->line + p->other_line, 24 + 25);
    p = problem_of(b, "name): another reader reads it as");
    assert_int_equal(p->line + p->other_line, 32 + 33);
    leat_builder_free(b);
}

static void outputs_beside_a_status_are_fine(void **state)
{
    (void)state;
    leat_builder *b = builder_of("wrong.c", NULL);
    leat_driver *d = asked(b, "more");
    leat_builder_free(b);
    assert_answer(d, "more", "x=3", "3");
    assert_answer(d, "both", "x=3", "3");
    assert_fails(d, "ring_b", "x=3", "ring_a cannot run: ");
    assert_fails(d, "behind_ring", "x=3", "a cycle: ring_a -> ring_b -> ring_c -> ring_a");
    leat_driver_free(d);
}

static void two_nodes_of_one_name_are_told_with_both_places(void **state)
{
    (void)state;
    leat_builder *b = builder_of("twice_a.c", "twice_b.c", NULL);
    assert_refused(b);
    const leat_problem *p = problem_of(b, "same");
    assert_has(p->message, "twice_a.c:2");
    assert_has(p->message, "twice_b.c:3");
    leat_builder_free(b);
}

static void a_struct_that_differs_between_sources_is_told(void **state)
{
    (void)state;
    leat_builder *b = builder_of("layout_a.c", "layout_b.c", NULL);
    assert_refused(b);
    const leat_problem *p = problem_of(b, "struct shape has another layout");
    assert_has(p->message, "area(const struct shape *shape)");
    assert_has(p->file, "layout_b.c");
    assert_has(p->other_file, "layout_a.c");
    leat_builder_free(b);
}

static void a_source_that_does_not_compile_shows_the_compilers_words(void **state)
{
    (void)state;
    leat_builder *b = builder_of("syntax.c", NULL);
    assert_refused(b);
    assert_true(leat_builder_problem_count(b) >= 1);
    assert_has(leat_builder_problem(b, 0)->file, "syntax.c");
    assert_has(leat_builder_compiler_output(b), "expected expression");
    leat_builder_free(b);
}

static void a_source_that_is_not_there_is_told_with_a_near_name(void **state)
{
    (void)state;
    leat_builder *b = builder_of("wirring.c", NULL);
    assert_refused(b);
    assert_has(leat_builder_problem(b, 0)->message, "wirring.c");
    assert_has(leat_builder_problem(b, 0)->hint, "wiring.c");
    leat_builder_free(b);
}

static void a_module_that_is_no_elf_or_not_there_is_told(void **state)
{
    (void)state;
    leat_builder *b = leat_builder_new();
    leat_builder_add_module(b, module_path("wiring.c"));
    leat_builder_add_module(b, module_path("nowhere.so"));
    assert_refused(b);
    assert_int_equal(leat_builder_problem_count(b), 2);
    assert_has(leat_builder_problem(b, 0)->file, "wiring.c");
    assert_has(leat_builder_problem(b, 1)->file, "nowhere.so");
    leat_builder_free(b);
}

static void an_unknown_output_is_told_with_a_suggestion(void **state)
{
    (void)state;
    const char *const outputs[] = { "widht", "lo" };
    leat_builder *b = builder_of("wiring.c", NULL);
    leat_builder_set_outputs(b, outputs, 2);
    assert_refused(b);
    const leat_problem *p = problem_of(b, "no node of that name");
    assert_string_equal(p->node, "widht");
    assert_has(p->hint, "did you mean width?");
    leat_builder_free(b);
}

static void a_builder_builds_again_after_a_refusal(void **state)
{
    (void)state;
    leat_builder *b = builder_of("wrong.c", NULL);
    assert_refused(b);
    size_t n = leat_builder_problem_count(b);
    assert_refused(b);
    assert_int_equal(leat_builder_problem_count(b), n);
    leat_driver *d = asked(b, "gives");
    assert_answer(d, "gives", "x=2", "2");
    leat_driver_free(d);
    leat_builder_free(b);
}

static void null_objects_answer_out_of_memory(void **state)
{
    (void)state;
    leat_driver *d = NULL;
    leat_error err;
    leat_id id;
    leat_place none = { 0 };
    char *text = NULL;
    assert_int_equal(leat_builder_add_source(NULL, "x.c", NULL), LEAT_ENOMEM);
    assert_int_equal(leat_builder_note(NULL, "x", "nullable"), LEAT_ENOMEM);
    assert_int_equal(leat_builder_build(NULL, &d, &err), LEAT_ENOMEM);
    assert_int_equal(err.code, LEAT_ENOMEM);
    assert_int_equal(leat_builder_build(NULL, &d, NULL), LEAT_ENOMEM);
    assert_null(leat_run_new(NULL));
    assert_int_equal(leat_run_input(NULL, "x", 1), LEAT_ENOMEM);
    assert_int_equal(leat_run_set_text(NULL, "x", "1"), LEAT_ENOMEM);
    assert_int_equal(leat_run_ask(NULL, "x", none), LEAT_ENOMEM);
    assert_int_equal(leat_run_execute(NULL, &err), LEAT_ENOMEM);
    assert_int_equal(leat_run_json(NULL, "x", &text, &err), LEAT_ENOMEM);
    assert_int_equal(leat_run_reset(NULL), LEAT_ENOMEM);
    assert_int_equal(leat_driver_count(NULL), 0);
    assert_true(leat_driver_find(NULL, "x", &id) < 0);
    assert_int_equal(leat_run_failure_count(NULL), 0);
    leat_run_free(NULL);
    leat_driver_free(NULL);
    leat_builder_free(NULL);
    leat_hook_free(NULL);
}

static void a_null_given_to_a_setter_sticks_and_is_told_by_build(void **state)
{
    (void)state;
    leat_builder *b = leat_builder_new();
    assert_true(leat_builder_add_source(b, NULL, NULL) < 0);
    assert_refused(b);
    leat_builder_free(b);
    b = leat_builder_new();
    assert_int_equal(leat_builder_add_hook(b, NULL), LEAT_ENOMEM);
    assert_refused(b);
    leat_builder_free(b);
}

static void nulls_given_to_setters_are_told_by_call_and_argument_with_all_else(void **state)
{
    (void)state;
    leat_builder *b = leat_builder_new();
    leat_driver *d = NULL;
    leat_error err;
    const char *nothing = NULL;
    assert_int_equal(leat_builder_note(b, "poor", NULL), LEAT_EUSAGE);
    assert_int_equal(leat_builder_set_destroy(b, "struct x *", NULL), LEAT_EUSAGE);
    assert_int_equal(leat_builder_set_outputs(b, &nothing, 1), LEAT_EUSAGE);
    leat_builder_note(b, "nobody", "serial(db)");
    for (int i = 0; i < 2; i++) {
        assert_int_equal(leat_builder_build(b, &d, &err), LEAT_EUSAGE);
        assert_string_equal(err.message, "leat_builder_note: note is NULL, of poor (and 3 more)");
        assert_int_equal(leat_builder_problem_count(b), 4);
    }
    problem_of(b, "leat_builder_set_destroy: destroy is NULL");
    problem_of(b, "leat_builder_set_outputs: a name is NULL");
    problem_of(b, "note on nobody: no such node");
    leat_builder_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_that_cannot_be_nodes_are_listed_with_reasons),
        cmocka_unit_test(restrict_is_fine_and_helpers_are_not_listed),
        cmocka_unit_test(an_asked_output_that_is_refused_is_told),
        cmocka_unit_test(everything_wrong_is_told_at_once_with_both_places),
        cmocka_unit_test(the_first_problem_stands_in_the_error_with_how_many_more),
        cmocka_unit_test(a_cycle_is_told_as_a_path_in_the_order_values_flow),
        cmocka_unit_test(two_readers_of_an_input_must_agree),
        cmocka_unit_test(outputs_beside_a_status_are_fine),
        cmocka_unit_test(two_nodes_of_one_name_are_told_with_both_places),
        cmocka_unit_test(a_struct_that_differs_between_sources_is_told),
        cmocka_unit_test(a_source_that_does_not_compile_shows_the_compilers_words),
        cmocka_unit_test(a_source_that_is_not_there_is_told_with_a_near_name),
        cmocka_unit_test(a_module_that_is_no_elf_or_not_there_is_told),
        cmocka_unit_test(an_unknown_output_is_told_with_a_suggestion),
        cmocka_unit_test(a_builder_builds_again_after_a_refusal),
        cmocka_unit_test(null_objects_answer_out_of_memory),
        cmocka_unit_test(a_null_given_to_a_setter_sticks_and_is_told_by_build),
        cmocka_unit_test(nulls_given_to_setters_are_told_by_call_and_argument_with_all_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
