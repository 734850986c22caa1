/* Builder functions: called at build, with the config in hand. */
#include "api.h"

static leat_driver *with_config(const char *key, const char *value)
{
    leat_builder *b = builder_of("builders.c", NULL);
    leat_builder_set_config(b, key, value);
    return built(b);
}

static void a_builder_function_chooses_by_config(void **state)
{
    (void)state;
    leat_driver *d = with_config("region", "us");
    assert_answer(d, "answer", "x=5", "11");
    leat_driver_free(d);
    d = with_config("region", "eu");
    assert_answer(d, "answer", "x=5", "6");
    leat_driver_free(d);
}

static void it_makes_as_many_nodes_as_config_says(void **state)
{
    (void)state;
    leat_driver *d = with_config("steps", "3");
    leat_id id;
    assert_answer(d, "moved_2", "x=5", "7");
    assert_int_equal(leat_driver_find(d, "moved_3", &id), LEAT_ENOTFOUND);
    leat_driver_free(d);
}

static void it_adds_functions(void **state)
{
    (void)state;
    leat_driver *d = with_config("steps", "0");
    assert_answer(d, "tripled", "x=5", "15");
    leat_driver_free(d);
}

static void config_it_sets_chooses_variants(void **state)
{
    (void)state;
    leat_driver *d = with_config("region", "us");
    assert_answer(d, "box", NULL, "10");
    leat_driver_free(d);
}

static void a_key_it_asks_for_is_known(void **state)
{
    (void)state;
    leat_driver *d = with_config("region", "eu");
    bool found = false;
    for (size_t i = 0; i < leat_driver_config_count(d); i++) {
        const leat_config *c = leat_driver_config(d, i);
        if (strcmp(c->key, "region"))
            continue;
        found = true;
        assert_string_equal(c->value, "eu");
        assert_null(c->values[0]);
    }
    assert_true(found);
    leat_driver_free(d);
    leat_builder *b = builder_of("builders.c", NULL);
    leat_builder_set_config(b, "regoin", "us");
    assert_refused(b);
    assert_string_equal(problem_of(b, "no config key regoin")->hint, "did you mean region?");
    leat_builder_free(b);
}

static void a_failure_names_function_file_and_line(void **state)
{
    (void)state;
    leat_builder *b = builder_of("builders.c", NULL);
    leat_builder_set_config(b, "region", "moon");
    assert_refused(b);
    const leat_problem *p = problem_of(b, "builder function configure: no weather on the moon");
    assert_string_equal(p->node, "configure");
    assert_has(p->file, "builders.c");
    assert_int_equal(p->line, 23);
    assert_int_equal(p->other_line, 18);
    leat_builder_set_config(b, "region", "mars");
    assert_refused(b);
    p = problem_of(b, "builder function configure: it answered 7");
    assert_has(p->file, "builders.c");
    assert_int_equal(p->line, 18);
    leat_builder_free(b);
}

static void each_build_begins_afresh(void **state)
{
    (void)state;
    leat_builder *b = builder_of("builders.c", NULL);
    leat_driver *d = NULL, *other = NULL;
    leat_builder_set_config(b, "steps", "2");
    assert_int_equal(leat_builder_build(b, &d, NULL), 0);
    leat_builder_set_config(b, "steps", "3");
    assert_int_equal(leat_builder_build(b, &other, NULL), 0);
    assert_null(leat_builder_config(b, "size"));
    leat_builder_free(b);
    assert_answer(other, "moved_2", "x=5", "7");
    assert_answer(d, "moved_1", "x=5", "6");
    assert_fails(d, "moved_2", "x=5", "moved_2");
    leat_driver_free(d);
    leat_driver_free(other);
}

static void what_it_adds_may_have_builder_functions(void **state)
{
    (void)state;
    leat_driver *d = driver_of("grower.c");
    assert_answer(d, "uses", NULL, "42");
    leat_driver_free(d);
}

static void adding_without_end_is_refused(void **state)
{
    (void)state;
    leat_builder *b = builder_of("endless.c", NULL);
    assert_refused(b);
    assert_has(problem_of(b, "without end")->file, "endless.c");
    leat_builder_free(b);
}

static void in_a_namespace_it_speaks_of_its_own_nodes(void **state)
{
    (void)state;
    leat_builder *b = builder_of(NULL, NULL);
    leat_builder_set_namespace(b, "here");
    leat_builder_add_source(b, module_path("builders.c"), NULL);
    leat_builder_set_config(b, "region", "us");
    leat_driver *d = built(b);
    assert_answer(d, "here.answer", "x=5", "11");
    assert_answer(d, "here.tripled", "x=5", "30");
    leat_driver_free(d);
}

static void a_build_to_inspect_calls_none(void **state)
{
    (void)state;
    leat_builder *b = builder_of("builders.c", NULL);
    leat_driver *d = NULL;
    leat_builder_set_inspect(b);
    leat_builder_set_config(b, "region", "moon");
    assert_int_equal(leat_builder_build(b, &d, NULL), 0);
    assert_int_equal(leat_builder_deferred_count(b), 2);
    const leat_problem *p = leat_builder_deferred(b, 0);
    assert_string_equal(p->node, "configure");
    assert_has(p->file, "builders.c");
    assert_int_equal(p->line, 18);
    assert_null(leat_builder_deferred(b, 2));
    leat_driver_free(d);
    leat_builder_free(b);
    assert_int_equal(leat_builder_deferred_count(NULL), 0);
}

static void one_that_gives_no_int_is_listed(void **state)
{
    (void)state;
    leat_builder *b = builder_of("builders.c", NULL);
    leat_driver *d = NULL;
    assert_int_equal(leat_builder_build(b, &d, NULL), 0);
    assert_listed(b, "not_a_builder", "gives int");
    leat_driver_free(d);
    leat_builder_free(b);
}

/* --- functions of this program --- */

static int (*at_build)(leat_builder *b);
static int run_it(leat_builder *b) { return at_build ? at_build(b) : 0; }
static double plain(double x) { return x; }
LEAT_FUNCTION(int, run_it, (leat_builder *, b));
LEAT_FUNCTION(double, plain, (double, x));

static int built_code;
static int build_inside(leat_builder *b)
{
    leat_builder *other = leat_builder_new();
    leat_driver *d = NULL;
    leat_error err = { 0 };
    built_code = leat_builder_build(other, &d, &err);
    assert_has(err.message, "run_it");
    leat_builder_free(other);
    leat_builder_free(b);       /* lent: nothing happens */
    return leat_builder_build(b, &d, NULL) == LEAT_EUSAGE ? 0 : -1;
}

static void building_inside_is_refused(void **state)
{
    (void)state;
    at_build = build_inside;
    leat_builder *b = leat_builder_new();
    leat_builder_add_self(b);
    leat_driver *d = built(b);
    assert_int_equal(built_code, LEAT_EUSAGE);
    assert_answer(d, "plain", "x=3", "3");
    leat_driver_free(d);
    at_build = NULL;
}

static int give_null(leat_builder *b) { return leat_builder_note(b, NULL, NULL), 0; }

static void null_given_inside_is_told_of_the_function(void **state)
{
    (void)state;
    at_build = give_null;
    leat_builder *b = leat_builder_new();
    leat_builder_add_self(b);
    assert_refused(b);
    problem_of(b, "builder function run_it: leat_builder_note: node is NULL");
    at_build = NULL;
    leat_driver *d = NULL;
    assert_int_equal(leat_builder_build(b, &d, NULL), 0);
    leat_driver_free(d);
    leat_builder_free(b);
}

static char doing[200];
static int look(leat_builder *b)
{
    leat_task_at_crash(doing, sizeof doing, 0);
    return b ? 0 : -1;
}

static void a_crash_report_would_name_it(void **state)
{
    (void)state;
    at_build = look;
    leat_builder *b = leat_builder_new();
    leat_builder_add_self(b);
    leat_driver_free(built(b));
    assert_has(doing, "builder function run_it (");
    at_build = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_builder_function_chooses_by_config),
        cmocka_unit_test(it_makes_as_many_nodes_as_config_says),
        cmocka_unit_test(it_adds_functions),
        cmocka_unit_test(config_it_sets_chooses_variants),
        cmocka_unit_test(a_key_it_asks_for_is_known),
        cmocka_unit_test(a_failure_names_function_file_and_line),
        cmocka_unit_test(each_build_begins_afresh),
        cmocka_unit_test(what_it_adds_may_have_builder_functions),
        cmocka_unit_test(adding_without_end_is_refused),
        cmocka_unit_test(in_a_namespace_it_speaks_of_its_own_nodes),
        cmocka_unit_test(a_build_to_inspect_calls_none),
        cmocka_unit_test(one_that_gives_no_int_is_listed),
        cmocka_unit_test(building_inside_is_refused),
        cmocka_unit_test(null_given_inside_is_told_of_the_function),
        cmocka_unit_test(a_crash_report_would_name_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
