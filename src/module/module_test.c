/* Modules from sources and shared objects: opened, loaded, called. */
#include "module/testing.h"

static void a_source_becomes_functions_that_can_be_called(void **state)
{
    (void)state;
    struct leat__module m;
    struct told t = { 0 };
    write_file("a.c", "struct pair { double x; int n; };\n"
                      "double half(double x) { return x / 2; }\n"
                      "struct pair both(double half, int n) { return (struct pair){ half, n }; }\n"
                      "int count(const struct pair *both) { return both->n; }\n"
                      "const int answer__default = 42;\n");
    assert_int_equal(compile_one(&m, "a.c", &t), 0);
    assert_string_equal(told_text(&t), "");
    load(&m);
    double x = 5, half = 0;
    call(&m, "half", (void *[]){ &x }, &half);
    assert_true(half == 2.5);
    struct pair { double x; int n; } both = { 0, 0 };
    int n = 7, count = 0, answer = 0;
    call(&m, "both", (void *[]){ &half, &n }, &both);
    assert_true(both.x == 2.5 && both.n == 7);
    const struct pair *at = &both;
    call(&m, "count", (void *[]){ &at }, &count);
    assert_int_equal(count, 7);
    call(&m, "answer__default", NULL, &answer);
    assert_int_equal(answer, 42);
    leat__module_fini(&m);
    told_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_source_becomes_functions_that_can_be_called, enter_folder, leave_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
