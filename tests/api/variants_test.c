/* variants: config chooses functions; tags and config can be asked. */
#include "api.h"

/* "region=us;tier=gold" */
static leat_builder *builder_with(const char *config)
{
    leat_builder *b = builder_of("variants.c", NULL);
    char *copy = strdup(config), *rest = copy, *one;
    while ((one = strsep(&rest, ";")) && *one) {
        char *value = strchr(one, '=');
        *value++ = 0;
        assert_int_equal(leat_builder_set_config(b, one, value), 0);
    }
    free(copy);
    return b;
}

/* Builds for one output, so that what others lack is no error. */
static leat_driver *driver_with(const char *config, const char *output)
{
    leat_builder *b = builder_with(config);
    leat_builder_set_outputs(b, &output, 1);
    return built(b);
}

static void assert_answer_with(const char *config, const char *output, const char *inputs, const char *expected)
{
    leat_driver *d = driver_with(config, output);
    assert_answer(d, output, inputs, expected);
    leat_driver_free(d);
}

static leat_id id_of(leat_driver *d, const char *name)
{
    leat_id id = { UINT32_MAX };
    assert_int_equal(leat_driver_find(d, name, &id), 0);
    return id;
}

static void config_chooses_the_function_and_with_it_the_parameters(void **state)
{
    (void)state;
    assert_answer_with("", "price", "cost=5", "10");
    assert_answer_with("region=us", "price", "base=5;duty=1", "11");
    assert_answer_with("region=us;tier=gold", "price", "at={\"x\": 1, \"y\": 2}", "3");
    assert_answer_with("region=eu;tier=gold", "price", "cost=5", "10");
    leat_driver *d = driver_with("", "diary");
    assert_diary(d, "plain us gold plain");
    leat_driver_free(d);
}

static void variants_may_own_and_borrow_differently(void **state)
{
    (void)state;
    assert_answer_with("kind=long", "shown", "name=way", "\"the long way\"");
    assert_answer_with("kind=short", "shown", "name=way", "\"way\"");
}

static void outputs_and_defaults_vary(void **state)
{
    (void)state;
    assert_answer_with("", "width", "v=1", "2");
    assert_answer_with("mode=wide", "width", "v=1", "20");
    assert_answer_with("", "area", "", "9");
    assert_answer_with("mode=wide", "area", "", "900");
    assert_answer_with("mode=wide", "area", "size=2", "4");
}

static void what_is_not_chosen_is_no_input(void **state)
{
    (void)state;
    leat_driver *d = driver_with("", "price");
    assert_fails(d, "price", "cost=1;duty=1", "no input duty: only functions that config did not choose read it");
    assert_true(leat_driver_left_out(d, "duty"));
    assert_false(leat_driver_left_out(d, "cost"));
    assert_false(leat_driver_left_out(d, "nothing"));
    leat_driver_free(d);
}

static void config_that_chooses_nothing_is_refused_where_it_is_needed(void **state)
{
    (void)state;
    leat_driver *d = driver_with("", "price"), *other = NULL;
    leat_error err;
    assert_fails(d, "shown", "", "chooses no function: label__kind__long");
    leat_driver_free(d);
    leat_builder *b = builder_with("kind=middling");
    assert_int_equal(leat_builder_build(b, &other, &err), LEAT_EBUILD);
    const leat_problem *p = problem_of(b, "label: config (kind = middling) chooses no function: label__kind__long_ (");
    assert_string_equal(p->node, "label");
    assert_has(p->file, "variants.c");
    assert_int_equal(p->line, 13);
    leat_builder_set_config(b, "kind", NULL);
    assert_int_equal(leat_builder_build(b, &other, &err), LEAT_EBUILD);
    problem_of(b, "label: config (kind is not given) chooses no function");
    leat_builder_free(b);
}

static void an_unknown_key_is_refused_with_a_suggestion(void **state)
{
    (void)state;
    leat_builder *b = builder_with("kind=short;regoin=us");
    leat_driver *d = NULL;
    leat_error err;
    assert_int_equal(leat_builder_build(b, &d, &err), LEAT_ENOTFOUND);
    assert_string_equal(err.message, "no config key regoin; did you mean region?");
    leat_builder_free(b);
    assert_int_equal(leat_builder_set_config(NULL, "a", "b"), LEAT_ENOMEM);
    b = leat_builder_new();
    assert_int_equal(leat_builder_set_config(b, NULL, "b"), LEAT_EUSAGE);
    leat_builder_free(b);
}

static void a_builder_builds_once_for_each_config(void **state)
{
    (void)state;
    leat_builder *b = builder_with("kind=short;region=us");
    leat_driver *us = NULL, *plain = NULL;
    assert_int_equal(leat_builder_build(b, &us, NULL), 0);
    assert_int_equal(leat_builder_set_config(b, "region", "eu"), 0);
    assert_int_equal(leat_builder_build(b, &plain, NULL), 0);
    leat_builder_free(b);
    assert_answer(us, "price", "base=5;duty=1", "11");
    assert_answer(plain, "price", "cost=5", "10");
    leat_driver_free(us);
    leat_driver_free(plain);
}

static void a_driver_tells_variants_and_config(void **state)
{
    (void)state;
    leat_driver *d = driver_with("region=us", "price");
    leat_id price = id_of(d, "price");
    assert_int_equal(leat_driver_variant_count(d, price), 3);
    static const struct { const char *function, *when, *parameters; } all[] = {
        { "price__region__us", "region = us", "(double cost, double duty)" },
        { "price__region__us__tier__gold", "region = us, tier = gold", "(struct point at)" },
        { "price", "", "(double cost)" },
    };
    for (size_t i = 0; i < 3; i++) {
        const leat_variant *v = leat_driver_variant(d, price, i);
        assert_string_equal(v->function, all[i].function);
        assert_string_equal(v->when, all[i].when);
        assert_string_equal(v->parameters, all[i].parameters);
        assert_int_equal(v->chosen, i == 0);
        assert_has(v->file, "variants.c");
    }
    assert_null(leat_driver_variant(d, price, 3));
    assert_string_equal(leat_driver_function(d, price), "price__region__us");
    assert_int_equal(leat_driver_variant_count(d, id_of(d, "width")), 0);
    assert_true(leat_driver_asks(d, price, "tier"));
    assert_false(leat_driver_asks(d, price, "kind"));
    assert_int_equal(leat_driver_config_count(d), 4);
    const leat_config *region = leat_driver_config(d, 0), *tier = leat_driver_config(d, 1);
    assert_string_equal(region->key, "region");
    assert_string_equal(region->value, "us");
    assert_string_equal(region->values[0], "us");
    assert_null(region->values[1]);
    assert_null(tier->value);
    assert_null(leat_driver_config(d, 4));
    leat_driver_free(d);
}

static void a_driver_tells_tags(void **state)
{
    (void)state;
    leat_driver *d = driver_with("region=us", "price");
    leat_id price = id_of(d, "price");
    assert_int_equal(leat_driver_tag_count(d, price), 3);
    assert_string_equal(leat_driver_tag_at(d, price, 1)->key, "pii");
    assert_string_equal(leat_driver_tag_at(d, price, 1)->value, "false");
    assert_null(leat_driver_tag_at(d, price, 3));
    assert_string_equal(leat_driver_tag(d, price, "owner"), "growth");
    assert_string_equal(leat_driver_tag(d, price, "level"), "3");
    assert_null(leat_driver_tag(d, price, "colour"));
    assert_string_equal(leat_driver_tag(d, id_of(d, "lo"), "shape"), "pair");
    assert_int_equal(leat_driver_tag_count(d, id_of(d, "width")), 0);
    assert_int_equal(leat_driver_tag_count(NULL, price), 0);
    leat_driver_free(d);
}

static void a_tag_of_the_host_goes_before_the_sources(void **state)
{
    (void)state;
    leat_builder *b = builder_with("kind=short");
    leat_builder_note(b, "price", "tag(owner = sales)");
    leat_driver *d = built(b);
    assert_string_equal(leat_driver_tag(d, id_of(d, "price"), "owner"), "sales");
    assert_int_equal(leat_driver_tag_count(d, id_of(d, "price")), 1);
    leat_driver_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config_chooses_the_function_and_with_it_the_parameters),
        cmocka_unit_test(variants_may_own_and_borrow_differently),
        cmocka_unit_test(outputs_and_defaults_vary),
        cmocka_unit_test(what_is_not_chosen_is_no_input),
        cmocka_unit_test(config_that_chooses_nothing_is_refused_where_it_is_needed),
        cmocka_unit_test(an_unknown_key_is_refused_with_a_suggestion),
        cmocka_unit_test(a_builder_builds_once_for_each_config),
        cmocka_unit_test(a_driver_tells_variants_and_config),
        cmocka_unit_test(a_driver_tells_tags),
        cmocka_unit_test(a_tag_of_the_host_goes_before_the_sources),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
