/* Several outputs as one: a struct, a JSON object, a table. */
#include "api.h"
#include <unistd.h>

static leat_driver *driver;

static int begin(void **state)
{
    (void)state;
    driver = driver_of("results.c");
    return 0;
}

static int end(void **state)
{
    (void)state;
    leat_driver_free(driver);
    return 0;
}

/* A run that asked these, NULL at the end, and was executed. */
static leat_run *ran(int expected, ...)
{
    va_list names;
    leat_run *r = leat_run_new(driver);
    leat_run_set_keep_going(r, 1);
    leat_run_input(r, "x", 4);
    va_start(names, expected);
    for (const char *name; (name = va_arg(names, const char *));)
        assert_int_equal(leat_run_ask(r, name, (leat_place){ 0 }), 0);
    va_end(names);
    assert_int_equal(leat_run_execute(r, NULL), expected);
    return r;
}

static void assert_object(leat_run *r, const char *const *names, size_t n, const char *expected)
{
    char *text = NULL;
    leat_error err = { 0 };
    if (leat_run_object(r, names, n, &text, &err) < 0)
        fail_msg("%s", err.message);
    assert_string_equal(text, expected);
    free(text);
}

static void assert_table(leat_run *r, const char *expected)
{
    char *text = NULL;
    leat_error err = { 0 };
    if (leat_run_table(r, NULL, 0, &text, &err) < 0)
        fail_msg("%s", err.message);
    assert_string_equal(text, expected);
    free(text);
    leat_run_free(r);
}

static void assert_no_table(leat_run *r, int code, const char *message)
{
    char *text = NULL;
    leat_error err = { 0 };
    assert_int_equal(leat_run_table(r, NULL, 0, &text, &err), code);
    assert_string_equal(err.message, message);
    assert_null(text);
    leat_run_free(r);
}

/* --- a struct --- */

struct day { char date[11]; double max; };
struct days { const struct day *data; size_t len; };
struct table;

static void outputs_go_into_a_struct_by_the_names_of_its_members(void **state)
{
    struct { float mean; int count; const char *name; double range__hi, time_; struct days days; const struct table *table; } a;
    (void)state;
    leat_run *r = leat_run_new(driver);
    leat_run_input(r, "x", 4);
    assert_int_equal(leat_run_output_struct(r, &a, mean, count, name, range__hi, time_, days, table), 0);
    assert_int_equal(leat_run_execute(r, NULL), 0);
    assert_true(a.mean == 2 && a.count == 3 && a.range__hi == 3 && a.time_ == 12 && a.table);
    assert_string_equal(a.name, "a \"b\", c");
    assert_int_equal(a.days.len, 2);
    assert_string_equal(a.days.data[1].date, "2012-01-02");
    leat_run_free(r);
}

static void a_member_that_was_not_made_is_left_alone(void **state)
{
    struct { double mean, broken; } a = { -1, -1 };
    (void)state;
    leat_run *r = leat_run_new(driver);
    leat_run_set_keep_going(r, 1);
    leat_run_input(r, "x", 4);
    assert_int_equal(leat_run_output_struct(r, &a, mean, broken), 0);
    assert_int_equal(leat_run_execute(r, NULL), LEAT_EFAILED);
    assert_true(a.mean == 2 && a.broken == -1);
    leat_run_free(r);
}

static void all_members_that_are_wrong_are_told(void **state)
{
    struct { double maen; char *count; double mean; } a;
    (void)state;
    leat_run *r = leat_run_new(driver);
    assert_int_equal(leat_run_output_struct(r, &a, maen, count, mean), LEAT_ENOTFOUND);
    assert_has(leat_run_refusal(r), "no node maen, did you mean mean?; count is long");
    assert_int_equal(leat_run_ask_fields(r, NULL, 1), LEAT_EUSAGE);
    assert_int_equal(leat_run_ask_fields(NULL, NULL, 0), LEAT_ENOMEM);
    leat_run_free(r);
}

static void sixteen_members_are_asked_at_once(void **state)
{
    struct { double mean; } a[1];
    (void)state;
    leat_run *r = leat_run_new(driver);
    leat_run_input(r, "x", 4);
    assert_int_equal(leat_run_output_struct(r, a, mean, mean, mean, mean, mean, mean, mean, mean, mean, mean, mean,
                                            mean, mean, mean, mean, mean), 0);
    assert_int_equal(leat_run_execute(r, NULL), 0);
    assert_true(a->mean == 2);
    leat_run_free(r);
}

/* --- an object --- */

static void all_asked_outputs_are_one_object_in_their_order(void **state)
{
    (void)state;
    leat_run *r = ran(0, "name", "mean", "note_it", "range.hi", "days", "mean", NULL);
    assert_object(r, NULL, 0,
                  "{\"name\":\"a \\\"b\\\", c\",\"mean\":2,\"range.hi\":3,"
                  "\"days\":[{\"date\":\"2012-01-01\",\"max\":0},{\"date\":\"2012-01-02\",\"max\":10.5}]}");
    assert_object(r, (const char *const[]){ "range.hi", "mean" }, 2, "{\"range.hi\":3,\"mean\":2}");
    assert_object(r, (const char *const[]){ "mean" }, 0, "{}");
    leat_run_free(r);
}

static void what_was_not_made_is_left_out(void **state)
{
    (void)state;
    leat_run *r = ran(LEAT_EFAILED, "broken", "mean", NULL);
    assert_object(r, NULL, 0, "{\"mean\":2}");
    assert_table(r, "mean\n2\n");
    r = ran(LEAT_EFAILED, "broken", NULL);
    assert_object(r, NULL, 0, "{}");
    assert_no_table(r, LEAT_ENOVALUE, "no table: no output was made");
}

static void a_name_that_was_not_asked_is_an_error(void **state)
{
    (void)state;
    char *text = NULL;
    leat_error err;
    leat_run *r = ran(0, "mean", NULL);
    assert_int_equal(leat_run_object(r, (const char *const[]){ "count" }, 1, &text, &err), LEAT_EUSAGE);
    assert_string_equal(err.message, "count was not asked");
    leat_run_free(r);
    r = leat_run_new(driver);
    assert_int_equal(leat_run_object(r, NULL, 0, &text, &err), LEAT_EUSAGE);
    assert_int_equal(leat_run_table(NULL, NULL, 0, &text, &err), LEAT_ENOMEM);
    leat_run_free(r);
}

/* --- a table --- */

static void numbers_repeat_beside_arrays(void **state)
{
    (void)state;
    assert_table(ran(0, "name", "rain", "mean", NULL),
                 "name,rain,mean\n\"a \"\"b\"\", c\",1,2\n\"a \"\"b\"\", c\",2,2\n");
}

static void structs_are_columns(void **state)
{
    (void)state;
    assert_table(ran(0, "days", "table", "range", NULL),
                 "days.date,days.max,table.rain,table.temp,table.year,range.lo,range.hi\n"
                 "2012-01-01,0,1,11,2012,1,3\n2012-01-02,10.5,2,12,2012,1,3\n");
}

static void arrays_of_two_lengths_are_an_error_that_names_both(void **state)
{
    (void)state;
    assert_no_table(ran(0, "rain", "mean", "longer", NULL), LEAT_ETYPE, "no table: rain has 2 items and longer has 3");
}

static void what_is_opaque_is_no_column(void **state)
{
    (void)state;
    assert_no_table(ran(0, "mean", "hidden", NULL), LEAT_ETYPE,
                    "hidden is struct hidden, which is no column of a table: write .json");
}

static void assert_file(const char *path, const char *expected)
{
    char text[400] = "";
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    assert_true(fread(text, 1, sizeof text - 1, f) > 0);
    fclose(f);
    assert_string_equal(text, expected);
    unlink(path);
}

static void a_file_is_written_by_its_suffix(void **state)
{
    (void)state;
    leat_error err = { 0 };
    char base[200], path[220];
    leat_run *r = ran(0, "rain", "mean", NULL);
    snprintf(base, sizeof base, "%s/results", getenv("XDG_CACHE_HOME"));
    snprintf(path, sizeof path, "%s.csv", base);
    assert_int_equal(leat_run_save_all(r, NULL, 0, path, &err), 0);
    assert_file(path, "rain,mean\n1,2\n2,2\n");
    snprintf(path, sizeof path, "%s.json", base);
    assert_int_equal(leat_run_save_all(r, NULL, 0, path, &err), 0);
    assert_file(path, "{\"rain\":[1,2],\"mean\":2}\n");
    snprintf(path, sizeof path, "%s.jsonl", base);
    assert_int_equal(leat_run_save_all(r, NULL, 0, path, &err), 0);
    assert_file(path, "{\"rain\":1,\"mean\":2}\n{\"rain\":2,\"mean\":2}\n");
    snprintf(path, sizeof path, "%s.txt", base);
    assert_int_equal(leat_run_save_all(r, NULL, 0, path, &err), LEAT_EUSAGE);
    assert_has(err.message, "results.txt: several outputs go into a file .json, .jsonl or .csv");
    assert_int_equal(leat_run_save_all(r, NULL, 0, NULL, &err), LEAT_EUSAGE);
    assert_int_equal(leat_run_save_all(r, NULL, 0, "/nowhere/at/all.csv", &err), LEAT_ESYSTEM);
    leat_run_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outputs_go_into_a_struct_by_the_names_of_its_members),
        cmocka_unit_test(a_member_that_was_not_made_is_left_alone),
        cmocka_unit_test(all_members_that_are_wrong_are_told),
        cmocka_unit_test(sixteen_members_are_asked_at_once),
        cmocka_unit_test(all_asked_outputs_are_one_object_in_their_order),
        cmocka_unit_test(what_was_not_made_is_left_out),
        cmocka_unit_test(a_name_that_was_not_asked_is_an_error),
        cmocka_unit_test(numbers_repeat_beside_arrays),
        cmocka_unit_test(structs_are_columns),
        cmocka_unit_test(arrays_of_two_lengths_are_an_error_that_names_both),
        cmocka_unit_test(what_is_opaque_is_no_column),
        cmocka_unit_test(a_file_is_written_by_its_suffix),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
