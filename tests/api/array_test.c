/* array: pointers whose lengths a note tells are owned arrays, in every way. */
#include "api.h"

struct matrix { double *data; int rows, cols; };

static leat_driver *d;

static int set_up(void **state)
{
    (void)state;
    d = driver_of("array.c");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    leat_driver_free(d);
    return 0;
}

static void it_goes_out_as_an_array_for_each_length(void **state)
{
    (void)state;
    assert_answer(d, "table", "n=2", "{\"data\":[[0,1,2],[3,4,5]],\"rows\":2,\"cols\":3}");
    assert_answer(d, "made", "n=1", "{\"data\":[[0,1,2]],\"rows\":1,\"cols\":3}");
    assert_answer(d, "table", "n=0", "{\"data\":[],\"rows\":0,\"cols\":3}");
    assert_answer(d, "table.data", "n=1", "[[0,1,2]]");
}

static void it_comes_in_the_same_way_lengths_in_front_or_behind(void **state)
{
    (void)state;
    assert_answer(d, "sum", "given={\"data\":[[0,1,2],[3,4,5]],\"rows\":2,\"cols\":3}", "15");
    assert_answer(d, "sum", "given={\"rows\":1,\"cols\":4,\"data\":[[1,1,1,1]]}", "4");
    assert_answer(d, "sum", "given={\"rows\":2,\"cols\":0,\"data\":[[],[]]}", "0");
    assert_answer(d, "sum", "given={\"rows\":2,\"cols\":0,\"data\":[]}", "0");
    assert_answer(d, "sum", "given={\"rows\":0,\"cols\":7,\"data\":[]}", "0");
    assert_answer(d, "zeroed", "given={\"rows\":1,\"cols\":2,\"data\":[[1,8]]}", "8");
}

static void lengths_and_rows_must_agree(void **state)
{
    (void)state;
    assert_fails(d, "sum", "given={\"rows\":2,\"cols\":3,\"data\":[[1,2,3]]}", "data has 1 x 3 items, rows (2) x cols (3) are needed");
    assert_fails(d, "sum", "given={\"rows\":1,\"cols\":2,\"data\":[[1,2,3]]}", "data has 1 x 3 items");
    assert_fails(d, "sum", "given={\"rows\":2,\"cols\":2,\"data\":[[1,2],[3]]}", "1 item, the rows before have 2");
    assert_fails(d, "sum", "given={\"rows\":-1,\"cols\":0,\"data\":[]}", "rows (-1)");
    assert_fails(d, "sum", "given={\"rows\":2,\"cols\":2,\"data\":[]}", "data has 0 x 0 items");
    assert_fails(d, "sum", "given={\"rows\":1,\"cols\":2,\"data\":[1,2]}", "an array is needed");
    assert_fails(d, "sum", "given={\"rows\":1,\"cols\":2}", "member data is missing");
}

static void an_asker_gets_a_copy_before_a_writer(void **state)
{
    (void)state;
    leat_error err;
    double was = 0;
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "n", 1);
    leat_run_ask(r, "made", (leat_place){ 0 });
    leat_run_output(r, "cleared", &was);
    if (leat_run_execute(r, &err) < 0)
        fail_msg("%s", err.message);
    assert_json(r, "made", "{\"data\":[[0,1,2]],\"rows\":1,\"cols\":3}");
    assert_int_equal(was, 1);
    leat_run_free(r);
}

static void a_hosts_struct_is_copied_deep(void **state)
{
    (void)state;
    leat_error err;
    double items[] = { 1, 2, 3, 4 }, sum = 0;
    struct matrix m = { items, 2, 2 }, bad = { NULL, 2, 2 }, huge = { items, INT32_MAX, INT32_MAX };
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_set(r, "given", LEAT_STRUCT(struct matrix, &bad)), LEAT_EINPUT);
    assert_int_equal(leat_run_set(r, "given", LEAT_STRUCT(struct matrix, &huge)), LEAT_EINPUT);
    assert_int_equal(leat_run_set(r, "given", LEAT_STRUCT(struct matrix, &m)), 0);
    items[0] = 100;
    leat_run_output(r, "sum", &sum);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_int_equal(sum, 10);
    leat_run_free(r);
}

static void what_is_taken_is_destroyed_whole(void **state)
{
    (void)state;
    leat_error err;
    struct matrix *made = NULL, table;
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "n", 2);
    leat_run_ask(r, "made", (leat_place){ 0 });
    leat_run_ask(r, "table", (leat_place){ 0 });
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_int_equal(leat_run_take(r, "made", LEAT_INTO(struct matrix *, &made), &err), 0);
    assert_int_equal(leat_run_take(r, "table", LEAT_INTO(struct matrix, &table), &err), 0);
    leat_run_free(r);
    assert_int_equal(made->data[5], 5);
    assert_int_equal(leat_driver_destroy(d, "made", LEAT_INTO(struct matrix *, &made), &err), 0);
    assert_int_equal(leat_driver_destroy(d, "table", LEAT_INTO(struct matrix, &table), &err), 0);
}

static void several_in_one_struct_and_structs_inside_others(void **state)
{
    (void)state;
    assert_answer(d, "far_town", "near={\"names\":[\"a\",\"b\"],\"places\":[{\"x\":1,\"y\":2},{\"x\":3,\"y\":4}],\"count\":2}",
                  "{\"names\":[\"far a\",\"far b\"],\"places\":[{\"x\":1,\"y\":2},{\"x\":3,\"y\":4}],\"count\":2}");
    assert_answer(d, "turned", "grids=[{\"layers\":1,\"rows\":2,\"cols\":3,\"cells\":[[\"abc\",\"def\"]]},"
                  "{\"layers\":0,\"rows\":9,\"cols\":9,\"cells\":[]}]",
                  "[{\"layers\":0,\"rows\":9,\"cols\":9,\"cells\":[]},"
                  "{\"layers\":1,\"rows\":2,\"cols\":3,\"cells\":[[\"abc\",\"def\"]]}]");
    assert_fails(d, "turned", "grids=[{\"layers\":1,\"rows\":2,\"cols\":3,\"cells\":[[\"abc\",\"de\"]]}]",
                 "2 items, the rows before have 3");
}

static void a_wrong_note_is_told_with_its_place(void **state)
{
    (void)state;
    static const struct { const char *text; int line; } wrong[] = {
        { "note on matrix: array: no member row", 3 },
        { "note on matrix: array: its member any is void *, no pointer to items", 4 },
        { "note on matrix: array: its member rows is int, no pointer to items", 5 },
        { "note on matrix: array: its member far is struct later *, no pointer to items", 6 },
        { "note on other: array: member n stands twice", 8 },
        { "note on third: array: its member n is float, and a length is an integer", 10 },
        { "note on fourth: array: lengths are missing: array(at, LENGTH ..)", 12 },
        { "the same clause twice: array", 13 }, { "takes names: array", 14 },
    };
    leat_builder *b = builder_of("array_bad.c", NULL);
    assert_refused(b);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(problem_of(b, wrong[i].text)->line, wrong[i].line);
    assert_string_equal(problem_of(b, wrong[0].text)->hint, "did you mean rows?");
    assert_int_equal(leat_builder_problem_count(b), sizeof wrong / sizeof *wrong);
    leat_builder_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_goes_out_as_an_array_for_each_length),
        cmocka_unit_test(it_comes_in_the_same_way_lengths_in_front_or_behind),
        cmocka_unit_test(lengths_and_rows_must_agree),
        cmocka_unit_test(an_asker_gets_a_copy_before_a_writer),
        cmocka_unit_test(a_hosts_struct_is_copied_deep),
        cmocka_unit_test(what_is_taken_is_destroyed_whole),
        cmocka_unit_test(several_in_one_struct_and_structs_inside_others),
        cmocka_unit_test(a_wrong_note_is_told_with_its_place),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
