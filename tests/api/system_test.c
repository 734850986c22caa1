/* What the library tells of itself, and of graphs what only tools ask. */
#include "api.h"
#include <sys/stat.h>
#include <unistd.h>

static void it_tells_its_version_and_what_it_stands_on(void **state)
{
    int major, minor, patch;
    (void)state;
    assert_int_equal(sscanf(leat_version(), "%d.%d.%d", &major, &minor, &patch), 3);
    assert_has(leat_libraries(), "libsodium 1.");
}

static void it_tells_where_the_record_reader_and_the_build_cache_are(void **state)
{
    (void)state;
    struct stat st;
    leat_error err = { 0 };
    char *path = NULL;
    if (leat_build_cache_path(&path, &err) < 0)
        fail_msg("%s", err.message);
    assert_true(stat(path, &st) == 0 && S_ISDIR(st.st_mode) && (st.st_mode & 0777) == 0700);
    free(path);
    if (leat_records_path(&path, &err) < 0)
        fail_msg("%s", err.message);
    assert_int_equal(access(path, X_OK), 0);
    free(path);
}

static double half(double number) { return number / 2; }
LEAT_FUNCTION(double, half, (double, number));
static double mild(double half) { return half; }
LEAT_FUNCTION(double, mild, (double, half));
static int wrong(float half) { return (int)half; }
LEAT_FUNCTION(int, wrong, (float, half));
LEAT_NODE(half, tag(owner = me));

static leat_driver *own(void)
{
    leat_driver *d = NULL;
    leat_builder *b = leat_builder_new();
    assert_int_equal(leat_builder_add_entries(b, leat_first_, leat_end_), 0);
    assert_int_equal(leat_builder_add_notes(b, leat_notes_, leat_notes_end_), 0);
    leat_builder_set_outputs(b, NULL, 0);
    assert_int_equal(leat_builder_build(b, &d, NULL), 0);
    leat_builder_free(b);
    return d;
}

static void a_graph_says_where_its_nodes_are_and_what_is_wrong_with_them(void **state)
{
    (void)state;
    leat_id half, wrong, number;
    leat_driver *d = own();
    assert_int_equal(leat_driver_find(d, "half", &half), 0);
    assert_int_equal(leat_driver_find(d, "wrong", &wrong), 0);
    assert_int_equal(leat_driver_find(d, "number", &number), 0);
    assert_has(leat_driver_file(d, half), "system_test.c");
    assert_true(leat_driver_line(d, half) > 30);
    assert_string_equal(leat_driver_tag(d, half, "owner"), "me");
    assert_string_equal(leat_driver_shape(d, number), "");
    assert_string_equal(leat_driver_suggest(d, "hafl"), "half");
    assert_null(leat_driver_suggest(d, "nothing_like_it"));
    assert_true(leat_driver_faulty(d, wrong) && leat_driver_broken(d, wrong) && !leat_driver_faulty(d, half));
    leat_driver_free(d);
}

static void an_input_is_given_as_json(void **state)
{
    (void)state;
    double mild = 0;
    leat_driver *d = own();
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_set_json(r, "number", "1e1 and more", 3), 0);
    assert_int_equal(leat_run_output(r, "mild", &mild), 0);
    assert_int_equal(leat_run_execute(r, NULL), 0);
    assert_true(mild == 5);
    leat_run_reset(r);
    assert_int_equal(leat_run_set_json(r, "number", "\"ten\"", 5), LEAT_EINPUT);
    leat_run_free(r);
    leat_driver_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_tells_its_version_and_what_it_stands_on),
        cmocka_unit_test(it_tells_where_the_record_reader_and_the_build_cache_are),
        cmocka_unit_test(a_graph_says_where_its_nodes_are_and_what_is_wrong_with_them),
        cmocka_unit_test(an_input_is_given_as_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
