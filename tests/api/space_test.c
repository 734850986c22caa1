/* space: modules under namespaces, and what names mean in them. */
#include "api.h"

static leat_driver *d;

static void add(leat_builder *b, const char *space, const char *source)
{
    assert_int_equal(leat_builder_set_namespace(b, space), 0);
    assert_int_equal(leat_builder_add_source(b, module_path(source), NULL), 0);
}

static int set_up(void **state)
{
    (void)state;
    leat_builder *b = builder_of("space_top.c", NULL);
    add(b, "us", "space.c");
    add(b, "us", "space_helper.c");
    add(b, "eu", "space.c");
    add(b, "eu", "space_helper.c");
    d = built(b);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    leat_driver_free(d);
    return 0;
}

static void a_node_has_the_name_of_its_namespace_before_its_own(void **state)
{
    (void)state;
    leat_id id;
    assert_answer(d, "us.total", "a=1;b=2", "6");
    assert_answer(d, "us.half", "a=1;b=2", "3");
    assert_int_equal(leat_driver_find(d, "total", &id), LEAT_ENOTFOUND);
    assert_int_equal(leat_driver_find(d, "us.total", &id), 0);
    assert_string_equal(leat_driver_name(d, id), "us.total");
    assert_string_equal(leat_driver_function(d, id), "total");
    assert_fails(d, "us.totla", "", "did you mean us.total?");
}

static void an_input_is_everybodys_unless_a_namespace_has_its_own(void **state)
{
    (void)state;
    assert_answer(d, "both", "a=1;b=2", "6006");
    assert_answer(d, "both", "a=1;b=2;eu.b=10", "6022");
    assert_answer(d, "both", "us.a=1;us.b=2;eu.a=3;eu.b=4", "6014");
    assert_answer(d, "outside", "b=2", "2");
    assert_fails(d, "both", "us.a=1;us.b=2", "2 inputs are missing: a (double), b (double)");
    assert_fails(d, "both", "us.a=1;us.a=2", "us.a is given twice");
    assert_fails(d, "both", "us.c=1", "no input us.c, did you mean us.a?");
    assert_fails(d, "both", "us.half=1", "us.half is computed (");
}

static void a_namespaces_input_may_be_asked(void **state)
{
    (void)state;
    assert_answer(d, "us.a", "a=1", "1");
    assert_answer(d, "us.a", "a=1;us.a=2", "2");
    assert_answer(d, "a", "a=1", "1");
}

static void a_default_is_the_namespaces_own(void **state)
{
    (void)state;
    assert_answer(d, "both", "a=1;b=2;us.rate=1", "3006");
    assert_answer(d, "us.rate", "", "2");
    assert_fails(d, "both", "rate=1", "no input rate");
}

static void parameters_outside_read_with_two_underscores(void **state)
{
    (void)state;
    assert_answer(d, "tops", "a=1;b=2", "13");
}

static void outputs_and_fields_have_full_names(void **state)
{
    (void)state;
    assert_answer(d, "us.low", "a=1;b=2", "-6");
    assert_answer(d, "us.limits.high", "a=1;b=2", "6");
    assert_answer(d, "us.middle", "a=1;b=2", "0");
    assert_answer(d, "us.range.hi", "a=1;b=2", "6");
    assert_answer(d, "us.range.lo", "a=1;b=2", "0");
    assert_answer(d, "eu.span", "a=1;b=2", "12");
}

static void notes_speak_of_their_namespace(void **state)
{
    (void)state;
    leat_id id;
    assert_answer(d, "us.third_of_total", "a=1;b=2", "2");
    assert_answer(d, "eu.third_of_field", "a=1;b=2", "2");
    assert_answer(d, "us.reads_even", "a=1;b=2", "6");
    assert_int_equal(leat_driver_find(d, "us.odd", &id), LEAT_ENOTFOUND);
    assert_int_equal(leat_driver_find(d, "even", &id), LEAT_ENOTFOUND);
}

static void helpers_live_in_another_file_of_the_namespace(void **state)
{
    (void)state;
    assert_answer(d, "us.scaled", "n=3", "30");
    assert_answer(d, "eu.scaled", "n=3;eu.n=4", "40");
}

static void fields_of_an_input_are_the_namespaces(void **state)
{
    (void)state;
    const char *here = "place={\"name\":\"x\",\"height\":4}";
    assert_answer(d, "us.height", here, "5");
    assert_answer(d, "us.height", "us.place={\"name\":\"x\",\"height\":7}", "8");
    assert_answer(d, "us.name_of", here, "\"x\"");
    assert_answer(d, "eu.tall", "site={\"name\":\"x\",\"height\":4}", "5");
    assert_answer(d, "eu.tall", "eu.site={\"name\":\"x\",\"height\":6}", "7");
    assert_answer(d, "us.place.height", here, "4");
}

static void each_namespace_writes_an_input_of_its_own(void **state)
{
    (void)state;
    leat_error err;
    leat_place none = { 0 };
    leat_run *r = leat_run_new(d);
    for (int i = 0; i < 2; i++) {
        leat_run_input(r, "text", "abc");
        if (i)
            leat_run_input(r, "eu.text", "own");
        leat_run_input(r, "crumbs", "1234");
        for (int k = 0; !i && k < 4; k++)
            leat_run_ask(r, (const char *[]){ "us.loud", "eu.loud", "text", "us.eaten" }[k], none);
        assert_int_equal(leat_run_execute(r, &err), 0);
        assert_json(r, "us.loud", "\"ABC\"");
        assert_json(r, "eu.loud", i ? "\"OWN\"" : "\"ABC\"");
        assert_json(r, "text", "\"abc\"");
        assert_json(r, "us.eaten", "4");
        leat_run_reset(r);
    }
    leat_run_free(r);
    assert_answer(d, "eu.eaten", "eu.crumbs=12", "2");
}

static void values_are_destroyed_by_their_own_module(void **state)
{
    (void)state;
    char *before = answer_of(d, "us.freed_boxes", "n=1"), *jar = answer_of(d, "us.jarred", "n=5");
    char *after = answer_of(d, "us.freed_boxes", "n=1");
    assert_string_equal(jar, "5");
    assert_int_equal(atoi(after), atoi(before) + 101);      /* a jar, and a box */
    free(before);
    free(jar);
    free(after);
}

static void what_a_namespace_lacks_it_finds_outside(void **state)
{
    (void)state;
    leat_builder *b = builder_of("space_top.c", NULL);
    add(b, "us", "space_bad.c");
    const char *output = "us.shared_as";
    leat_driver *other = NULL;
    leat_error err;
    leat_builder_set_outputs(b, &output, 1);
    assert_true(leat_builder_build(b, &other, &err) < 0);
    problem_of(b, "us.shared_as(int shared): ");            /* shared is a double: it was found */
    leat_builder_free(b);
}

static void problems_tell_full_names(void **state)
{
    (void)state;
    leat_builder *b = builder_of("space_helper.c", NULL);
    add(b, "us", "space_bad.c");
    assert_refused(b);
    const leat_problem *p = problem_of(b, "us.reads(float gives): ");
    assert_string_equal(p->node, "us.reads");
    assert_string_equal(p->hint, "fix: double gives");
    p = problem_of(b, "us.ring_");
    assert_has(p->message, "us.ring_a -> us.ring_b");
    problem_of(b, "us.part(double gives__x): gives.x: double is no struct");
    assert_string_equal(assert_listed(b, "us.many", "variable number")->node, "us.many");
    leat_builder_free(b);
}

static void add_one(void *user, void *const *args, void *result)
{
    *(double *)result = *(const double *)args[0] + *(const double *)user;
}

static void host_functions_have_namespaces_too(void **state)
{
    (void)state;
    static double one = 1, ten = 10;
    leat_builder *b = leat_builder_new();
    leat_builder_add_function(b, "double more(double x)", add_one, &one);
    leat_builder_set_namespace(b, "us");
    leat_builder_add_function(b, "double more(double x)", add_one, &ten);
    leat_builder_add_function(b, "double most(double more)", add_one, &ten);
    leat_builder_set_namespace(b, "");
    leat_builder_add_function(b, "double all(double us__most, double more)", add_one, &one);
    leat_driver *host = built(b);
    assert_answer(host, "more", "x=1", "2");
    assert_answer(host, "us.most", "x=1", "21");
    assert_answer(host, "us.most", "us.x=2", "22");
    assert_answer(host, "all", "x=1", "22");
    leat_driver_free(host);
}

static void notes_of_the_host_use_full_names(void **state)
{
    (void)state;
    leat_builder *b = builder_of("space_top.c", NULL);
    add(b, "us", "space.c");
    add(b, "us", "space_helper.c");
    add(b, "eu", "space.c");
    add(b, "eu", "space_helper.c");
    leat_builder_note(b, "us.half", "bind(total = eu.total)");
    leat_builder_note(b, "us.extra", "calls(eu.third)");
    leat_driver *other = built(b);
    assert_answer(other, "us.half", "a=1;b=2;us.a=100", "3");
    assert_answer(other, "us.extra", "x=9", "3");
    assert_answer(other, "us.extra", "x=9;us.x=12", "4");
    leat_driver_free(other);
}

static void a_builder_may_add_one_source_everywhere(void **state)
{
    (void)state;
    leat_builder *b = builder_of("space_top.c", NULL);
    add(b, "eu", "space_top.c");
    leat_driver *other = NULL;
    const char *outputs[] = { "shared", "eu.shared" };
    leat_error err;
    leat_builder_set_outputs(b, outputs, 2);
    assert_int_equal(leat_builder_build(b, &other, &err), 0);
    leat_builder_free(b);
    assert_answer(other, "shared", "a=1", "100");
    assert_answer(other, "eu.shared", "a=1;eu.a=2", "200");
    leat_driver_free(other);
}

static void a_namespace_is_a_word(void **state)
{
    (void)state;
    static const char *const wrong[] = { "us.west", "2us", "us_", "_us", "u__s", "u-s", "u s" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        leat_builder *b = leat_builder_new();
        assert_int_equal(leat_builder_set_namespace(b, wrong[i]), LEAT_EUSAGE);
        assert_refused(b);
        leat_builder_free(b);
    }
    leat_builder *b = leat_builder_new();
    assert_int_equal(leat_builder_set_namespace(b, "us_west2"), 0);
    assert_int_equal(leat_builder_set_namespace(b, NULL), 0);
    leat_builder_free(b);
    assert_int_equal(leat_builder_set_namespace(NULL, "us"), LEAT_ENOMEM);
}

static void the_graph_shows_an_input_once(void **state)
{
    (void)state;
    char *text = NULL;
    leat_error err;
    leat_id id;
    assert_int_equal(leat_driver_find(d, "both", &id), 0);
    assert_int_equal(leat_driver_draw(d, LEAT_DRAW_JSON, &id, 1, &text, &err), 0);
    assert_has(text, "{\"from\":\"a\",\"to\":\"us.total\",\"param\":\"a\",\"type\":\"double\"}");
    assert_has(text, "{\"from\":\"a\",\"to\":\"eu.total\"");
    assert_has(text, "{\"from\":\"eu.total\",\"to\":\"both\",\"param\":\"eu__total\"");
    assert_has_not(text, "us.a\"");
    free(text);
    assert_int_equal(leat_driver_find(d, "us.a", &id), 0);
    assert_int_equal(leat_driver_kind(d, id), LEAT_NODE_INPUT);
    assert_null(leat_driver_default(d, id));
    assert_int_equal(leat_driver_param_count(d, id), 1);
    assert_string_equal(leat_driver_name(d, leat_driver_param(d, id, 0)->from), "a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_node_has_the_name_of_its_namespace_before_its_own),
        cmocka_unit_test(an_input_is_everybodys_unless_a_namespace_has_its_own),
        cmocka_unit_test(a_namespaces_input_may_be_asked),
        cmocka_unit_test(a_default_is_the_namespaces_own),
        cmocka_unit_test(parameters_outside_read_with_two_underscores),
        cmocka_unit_test(outputs_and_fields_have_full_names),
        cmocka_unit_test(notes_speak_of_their_namespace),
        cmocka_unit_test(helpers_live_in_another_file_of_the_namespace),
        cmocka_unit_test(fields_of_an_input_are_the_namespaces),
        cmocka_unit_test(each_namespace_writes_an_input_of_its_own),
        cmocka_unit_test(values_are_destroyed_by_their_own_module),
        cmocka_unit_test(what_a_namespace_lacks_it_finds_outside),
        cmocka_unit_test(problems_tell_full_names),
        cmocka_unit_test(host_functions_have_namespaces_too),
        cmocka_unit_test(notes_of_the_host_use_full_names),
        cmocka_unit_test(a_builder_may_add_one_source_everywhere),
        cmocka_unit_test(a_namespace_is_a_word),
        cmocka_unit_test(the_graph_shows_an_input_once),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
