/* method: functions by name for a type's values. */
#include "api.h"

typedef struct { int n; void *inner; } image_t;

static leat_driver *d;

static int set_up(void **state)
{
    (void)state;
    d = driver_of("method.c");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    leat_driver_free(d);
    return 0;
}

static leat_run *asked(const char *a, const char *b, int n)
{
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "n", n);
    assert_int_equal(leat_run_ask(r, a, (leat_place){ 0 }), 0);
    assert_int_equal(leat_run_ask(r, b, (leat_place){ 0 }), 0);
    return r;
}

static void an_opaque_value_is_copied_for_its_asker_before_a_writer(void **state)
{
    (void)state;
    leat_error err;
    image_t *image = NULL;
    leat_run *r = asked("image", "turned", 5);
    if (leat_run_execute(r, &err) < 0)
        fail_msg("%s", err.message);
    assert_json(r, "turned", "-5");
    assert_int_equal(leat_run_get(r, "image", LEAT_INTO(image_t *, &image), &err), 0);
    assert_int_equal(image->n, 5);
    assert_diary(d, "+image copy +image turned");
    leat_run_free(r);
    assert_diary(d, "-image -image");
}

static void the_copy_can_be_taken_and_destroyed(void **state)
{
    (void)state;
    leat_error err;
    image_t *image = NULL, bytes;
    leat_run *r = asked("image", "turned", 6);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_int_equal(leat_run_take(r, "image", LEAT_INTO(image_t, &bytes), &err), LEAT_EBORROWED);
    leat_run_reset(r);
    leat_run_input(r, "n", 6);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_int_equal(leat_run_take(r, "image", LEAT_INTO(image_t *, &image), &err), 0);
    leat_run_free(r);
    assert_diary(d, "+image copy +image turned -image -image +image copy +image turned -image");
    assert_int_equal(image->n, 6);
    assert_int_equal(leat_driver_destroy(d, "image", LEAT_INTO(image_t *, &image), &err), 0);
    assert_diary(d, "-image");
}

static void a_copy_that_fails_fails_the_writer(void **state)
{
    (void)state;
    static const char *const told[] = { "13 is not copied", "image_copy gave NULL" };
    for (int i = 0; i < 2; i++) {
        leat_error err;
        leat_run *r = asked("image", "turned", 13 + i);
        assert_int_equal(leat_run_execute(r, &err), LEAT_EFAILED);
        assert_has(err.message, "turned failed: ");
        assert_has(err.message, told[i]);
        leat_run_free(r);
    }
    assert_diary(d, "+image -image +image copy -image");
}

static void a_value_is_copied_by_its_function_too(void **state)
{
    (void)state;
    leat_error err;
    leat_run *r = asked("buffer", "spent", 7);
    if (leat_run_execute(r, &err) < 0)
        fail_msg("%s", err.message);
    assert_json(r, "buffer", "{\"text\":\"first\",\"uses\":100}");
    leat_run_free(r);
    assert_diary(d, "copy -buffer -buffer");
}

static void they_are_no_nodes(void **state)
{
    (void)state;
    leat_id id;
    assert_int_equal(leat_driver_find(d, "image_copy", &id), LEAT_ENOTFOUND);
    assert_int_equal(leat_driver_find(d, "image_equal", &id), LEAT_ENOTFOUND);
    assert_answer(d, "seen", "n=3", "3");
    assert_diary(d, "+image -image");
}

static void another_form_is_a_warning_with_the_form_that_is_expected(void **state)
{
    (void)state;
    leat_builder *b = builder_of("refused.c", NULL);
    leat_driver *refused = NULL;
    const char *output = "good";
    leat_error err;
    leat_builder_set_outputs(b, &output, 1);
    assert_int_equal(leat_builder_build(b, &refused, &err), 0);
    const leat_problem *p = problem_of(b, "thing_encode would encode struct thing by its name, but not by its form");
    assert_int_equal(p->warning, 1);
    assert_int_equal(p->line, 27);
    assert_string_equal(p->hint, "expected: int thing_encode(const struct thing *, unsigned char **out_bytes, size_t *out_size)");
    leat_driver_free(refused);
    leat_builder_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_opaque_value_is_copied_for_its_asker_before_a_writer),
        cmocka_unit_test(the_copy_can_be_taken_and_destroyed),
        cmocka_unit_test(a_copy_that_fails_fails_the_writer),
        cmocka_unit_test(a_value_is_copied_by_its_function_too),
        cmocka_unit_test(they_are_no_nodes),
        cmocka_unit_test(another_form_is_a_warning_with_the_form_that_is_expected),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
