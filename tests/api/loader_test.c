/* loader: files of a format that only the module knows. */
#include "api.h"
#include <unistd.h>

static leat_driver *d;
static char folder[] = "/tmp/leat-loader-XXXXXX", path[64];

static const char *file_in(const char *name, const char *text)
{
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = text ? fopen(path, "w") : NULL;
    if (f) {
        fputs(text, f);
        fclose(f);
    }
    return path;
}

static int set_up(void **state)
{
    (void)state;
    d = driver_of("loader.c");
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    static const char *const names[] = { "x.num", "bad.num", "y.num", "x.none", "x.still", "x.csv" };
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(file_in(names[i], NULL));
    leat_driver_free(d);
    return rmdir(folder);
}

static leat_run *run_with(const char *output, const char *input, const char *file)
{
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_ask(r, output, (leat_place){ 0 }), 0);
    if (leat_run_set_file(r, input, file) < 0)
        fail_msg("%s", leat_run_refusal(r));
    return r;
}

static void loaded_as(const char *output, const char *input, const char *expected)
{
    leat_error err;
    leat_run *r = run_with(output, input, file_in("x.num", "3 5 6 7\n"));
    if (leat_run_execute(r, &err) < 0)
        fail_msg("%s", err.message);
    assert_json(r, output, expected);
    leat_run_free(r);
}

static void an_input_is_read_by_the_function_of_its_suffix(void **state)
{
    (void)state;
    assert_diary(d, "");
    loaded_as("sum", "list", "18");
    assert_diary(d, "load sum -list");
}

static void it_is_called_when_the_run_begins_and_once(void **state)
{
    (void)state;
    leat_error err;
    leat_id ids[4];
    leat_run *r = run_with("sum", "list", file_in("x.num", "1 5\n"));
    assert_int_equal(leat_run_plan(r, ids, 4, &err), 1);
    assert_diary(d, "");
    leat_run_free(r);
    assert_diary(d, "");
    r = run_with("doubled", "list", file_in("x.num", "1 5\n"));
    assert_int_equal(leat_run_set(r, "list", leat_of(1)), LEAT_EINPUT);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_int_equal(leat_run_reset(r), 0);
    assert_diary(d, "load -list -list");
    assert_int_equal(leat_run_set_file(r, "list", file_in("x.num", "1 5\n")), 0);
    assert_int_equal(leat_run_execute(r, &err), 0);
    leat_run_free(r);
    assert_diary(d, "load -list -list");
}

static void what_is_loaded_may_be_written_and_taken(void **state)
{
    (void)state;
    loaded_as("eaten", "food", "3");
    assert_diary(d, "load -list");
    loaded_as("sorted", "raw", "{\"opaque\":\"struct list\"}");
    assert_diary(d, "load -list");
}

static void a_struct_by_value_is_loaded_too(void **state)
{
    (void)state;
    loaded_as("mean", "given", "6");
    assert_diary(d, "load -list");
}

static void refused_with(const char *output, const char *input, const char *file, const char *a, const char *b)
{
    leat_error err = { 0 };
    leat_run *r = run_with(output, input, file);
    assert_int_equal(leat_run_execute(r, &err), LEAT_EINPUT);
    assert_has(err.message, input);
    assert_has(err.message, file);
    assert_has(err.message, a);
    assert_has(err.message, b);
    leat_run_free(r);
}

static void a_failure_names_input_path_and_function(void **state)
{
    (void)state;
    refused_with("sum", "list", file_in("bad.num", "x"), "list_from_num(", "begins with no count (");
    refused_with("mean", "given", file_in("bad.num", "x"), "numbers_from_num(", "begins with no count (");
    refused_with("sum", "list", file_in("x.none", ""), "list_from_none(", "gave NULL");
    refused_with("sum", "list", file_in("x.still", ""), "list_from_still(", "static object");
    assert_diary(d, "load load");
}

static void a_file_that_is_not_there_is_told_at_once(void **state)
{
    (void)state;
    char near[64];
    leat_run *r = leat_run_new(d);
    file_in("x.num", "0");
    assert_int_equal(leat_run_set_file(r, "list", file_in("xx.num", NULL)), LEAT_ESYSTEM);
    snprintf(near, sizeof near, "did you mean %s/x.num?", folder);
    assert_has(leat_run_refusal(r), near);
    assert_int_equal(leat_run_set_text(r, "list", "3"), LEAT_EINPUT);
    assert_has(leat_run_refusal(r), "give a file, @FILE.num, which list_from_num reads");
    assert_int_equal(leat_run_set_file(r, "list", file_in("x.csv", "a\n")), LEAT_EINPUT);
    leat_run_free(r);
}

static void an_output_is_written_by_the_function_of_its_suffix(void **state)
{
    (void)state;
    leat_error err;
    char text[64] = "";
    leat_run *r = run_with("doubled", "list", file_in("x.num", "2 5 6\n"));
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_int_equal(leat_run_save(r, "doubled", file_in("y.num", NULL), &err), 0);
    FILE *f = fopen(path, "r");
    assert_int_equal(fread(text, 1, sizeof text - 1, f), 8);
    fclose(f);
    assert_string_equal(text, "2\n10\n12\n");
    assert_int_equal(leat_run_save(r, "doubled", "/nowhere/y.num", &err), LEAT_EFAILED);
    assert_string_equal(err.message, "doubled: list_to_num(/nowhere/y.num) returned 7");
    leat_run_free(r);
    assert_diary(d, "load -list -list");
}

static void they_are_no_nodes_and_are_told_of(void **state)
{
    (void)state;
    leat_id id;
    assert_int_equal(leat_driver_find(d, "list_from_num", &id), LEAT_ENOTFOUND);
    assert_int_equal(leat_driver_loader_count(d), 5);
    const leat_loader *l = leat_driver_loader(d, 1);
    assert_string_equal(l->function, "list_to_num");
    assert_string_equal(l->type, "struct list");
    assert_string_equal(l->suffix, "num");
    assert_int_equal(l->saves, 1);
    assert_null(leat_driver_loader(d, 5));
    assert_int_equal(leat_driver_find(d, "list", &id), 0);
    assert_string_equal(leat_driver_placeholder(d, id), "@FILE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_input_is_read_by_the_function_of_its_suffix),
        cmocka_unit_test(it_is_called_when_the_run_begins_and_once),
        cmocka_unit_test(what_is_loaded_may_be_written_and_taken),
        cmocka_unit_test(a_struct_by_value_is_loaded_too),
        cmocka_unit_test(a_failure_names_input_path_and_function),
        cmocka_unit_test(a_file_that_is_not_there_is_told_at_once),
        cmocka_unit_test(an_output_is_written_by_the_function_of_its_suffix),
        cmocka_unit_test(they_are_no_nodes_and_are_told_of),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
