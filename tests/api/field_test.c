/* field: parts of structs and arrays are read, named, asked, and kept alive. */
#include "api.h"

static leat_driver *d;

static int set_up(void **state)
{
    (void)state;
    d = driver_of("fields.c");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    leat_driver_free(d);
    return 0;
}

static void two_underscores_read_a_field(void **state)
{
    (void)state;
    assert_answer(d, "twice", "n=3;letters=abc", "6");
    assert_answer(d, "wettest", "n=3;letters=abc", "2");
    assert_answer(d, "norm", "n=3;letters=abc", "8");
    assert_answer(d, "by_value", "n=3;letters=abc", "1");
    assert_diary(d, "+table -table twice +table wettest -table +table -table +table -table");
}

static void a_note_binds_a_field(void **state)
{
    (void)state;
    assert_answer(d, "mean_rain", "n=3;letters=abc", "1");
    assert_diary(d, "+table -table");
}

static void fields_of_fields_and_behind_const_pointers(void **state)
{
    (void)state;
    assert_answer(d, "lat", "n=3;letters=abc", "1");
    assert_answer(d, "far_lon", "n=3;letters=abc", "6");
    assert_answer(d, "where", "n=3;letters=abc", "\"far\"");
    assert_diary(d, "+table -table +table -table +table -table");
}

static void a_struct_lives_as_long_as_readers_of_its_fields(void **state)
{
    (void)state;
    assert_answer(d, "late", "n=3;letters=abc", "6");
    assert_diary(d, "+table -table twice late");        /* a number is its own */
    assert_answer(d, "tail_length", "n=3;letters=abc", "4");       /* tail points into the title */
    assert_diary(d, "+table tail length -table");
}

static void an_array_of_char_is_text_and_must_end(void **state)
{
    (void)state;
    assert_answer(d, "code", "n=1;letters=abc", "\"abc\"");
    assert_fails(d, "code", "n=1;letters=abcd", "table.place.code failed: its text has no end in table.place");
    assert_diary(d, "+table -table +table -table");
}

static void a_field_that_is_null_fails_unless_it_is_nullable(void **state)
{
    (void)state;
    assert_fails(d, "tail", "n=0;letters=abc", "table.title failed: it is NULL in table");
    assert_diary(d, "+table -table");
    assert_answer(d, "nick", "n=0", "-1");
    assert_answer(d, "nick", "n=1", "65");
    assert_answer(d, "first", "n=0", "65");
}

static void an_inputs_field_is_read_where_somebody_reads_it_whole(void **state)
{
    (void)state;
    const char *line = "line={\"from\":{\"x\":1,\"y\":2},\"to\":{\"x\":3,\"y\":5}}";
    assert_answer(d, "rise", line, "3");
    assert_answer(d, "height", line, "5");
    assert_fails(d, "rise", "", "1 input is missing: line (struct line)");
}

static void a_field_is_no_input(void **state)
{
    (void)state;
    assert_fails(d, "twice", "table.n=3", "table.n is computed (");
    assert_fails(d, "rise", "line.to.y=3", "line.to.y is computed (");
}

static void any_field_may_be_asked_by_name(void **state)
{
    (void)state;
    assert_answer(d, "table.n", "n=3;letters=abc", "3");           /* somebody reads it */
    assert_answer(d, "table.temp", "n=3;letters=abc", "[0,10,20]");    /* nobody does */
    assert_answer(d, "table.place.name", "n=3;letters=abc", "\"near\"");
    assert_answer(d, "table.capital.code", "n=3;letters=abc", "\"FAR\"");
    assert_answer(d, "table.capital", "n=3;letters=abc", "{\"name\":\"far\",\"code\":\"FAR\",\"lat\":5,\"lon\":6}");
    assert_answer(d, "line.from.x", "line={\"from\":{\"x\":1,\"y\":2},\"to\":{\"x\":3,\"y\":5}}", "1");
    char *text = answer_of(d, "diary", NULL);
    free(text);
}

static void an_asked_field_has_its_place(void **state)
{
    (void)state;
    leat_run *r = leat_run_new(d);
    leat_error err;
    leat_place none = { 0 };
    int n = 0;
    double lat = 0;
    const char *name = NULL, *again = NULL;
    leat_run_input(r, "n", 2);
    leat_run_input(r, "letters", "abc");
    assert_int_equal(leat_run_output(r, "table.n", &n), 0);
    assert_int_equal(leat_run_output(r, "table.place.lat", &lat), 0);
    assert_int_equal(leat_run_output(r, "table.place.name", &name), 0);
    assert_int_equal(leat_run_ask(r, "table.temp", none), 0);
    assert_int_equal(leat_run_output(r, "table.temp", &lat), LEAT_ETYPE);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_int_equal(n, 2);
    assert_true(lat == 1);
    assert_string_equal(name, "near");
    assert_json(r, "table.temp", "[0,10]");
    assert_int_equal(leat_run_get(r, "table.place.name", leat_into(&again), &err), 0);
    assert_string_equal(again, "near");
    assert_int_equal(leat_run_get(r, "table.title", leat_into(&again), &err), LEAT_EUSAGE);
    assert_has(err.message, "table.title was not asked");
    assert_int_equal(leat_run_reset(r), 0);
    leat_run_input(r, "n", 1);
    leat_run_input(r, "letters", "abc");
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_int_equal(n, 1);
    assert_json(r, "table.temp", "[0]");
    leat_run_free(r);
    char *text = answer_of(d, "diary", NULL);
    free(text);
}

static void an_unknown_field_that_is_asked_is_told_with_those_there_are(void **state)
{
    (void)state;
    assert_fails(d, "table.tmep", "", "no node table.tmep: struct table has no field tmep, only rain, temp, place, "
                 "capital, norms, title, flag, n; did you mean table.temp?");
    assert_fails(d, "table.place.lot", "", "did you mean table.place.lat?");
    assert_fails(d, "table.flag", "", "field flag of struct table is a bit-field");
    assert_fails(d, "table.n.x", "", "int is no struct");
    assert_fails(d, "tabel.n", "", "no node tabel.n, did you mean table.n?");
}

static void the_driver_knows_whose_field_it_is(void **state)
{
    (void)state;
    leat_id id, table, field = { 77 };
    leat_error err;
    assert_int_equal(leat_driver_find(d, "table", &table), 0);
    assert_int_equal(leat_driver_owner(d, "table.temp", &id, &err), 0);
    assert_int_equal(id.n, table.n);
    assert_int_equal(leat_driver_find(d, "table.temp", &field), LEAT_ENOTFOUND);
    assert_int_equal(leat_driver_owner(d, "table.x", &field, &err), LEAT_ENOTFOUND);
    assert_int_equal(field.n, 77);
    assert_int_equal(leat_driver_find(d, "table.n", &field), 0);
    assert_int_equal(leat_driver_kind(d, field), LEAT_NODE_FIELD);
    assert_string_equal(leat_driver_type(d, field), "int");
    assert_int_equal(leat_driver_param_count(d, field), 1);
    assert_int_equal(leat_driver_param(d, field, 0)->from.n, table.n);
    assert_string_equal(leat_driver_param(d, field, 0)->type, "struct table *");
    assert_null(leat_driver_function(d, field));
    assert_int_equal(leat_driver_readers(d, field, NULL, 0), 1);
}

static void outputs_of_a_build_may_be_fields(void **state)
{
    (void)state;
    leat_builder *b = builder_of("fields.c", NULL);
    const char *good = "table.place.lon", *bad = "table.rian";
    leat_driver *loose = NULL;
    leat_error err;
    leat_builder_set_outputs(b, &bad, 1);
    assert_refused(b);
    assert_has(leat_builder_problem(b, 0)->message, "struct table has no field rian");
    leat_builder_set_outputs(b, &good, 1);
    assert_int_equal(leat_builder_build(b, &loose, &err), 0);
    leat_driver_free(loose);
    leat_builder_free(b);
}

static void a_writer_runs_behind_readers_of_fields_and_of_what_they_borrowed(void **state)
{
    (void)state;
    assert_answer(d, "all_of", "n=4", "431");
    char *text = answer_of(d, "diary", NULL), *paint = strstr(text, "paint");
    assert_non_null(paint);
    assert_true(strstr(text, "label") < paint);
    assert_has(text, "-box");
    free(text);
}

static void a_number_is_read_before_the_writer_and_used_behind_it(void **state)
{
    (void)state;
    assert_answer(d, "behind", "n=4", "5");
    assert_diary(d, "paint -box");
}

static void an_asked_field_is_as_it_was_before_the_writer(void **state)
{
    (void)state;
    leat_error err;
    leat_place none = { 0 };
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "n", 4);
    leat_run_ask(r, "box.label", none);
    leat_run_ask(r, "box.size", none);
    leat_run_ask(r, "paint", none);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_json(r, "box.label", "\"box\"");
    assert_json(r, "box.size", "4");
    leat_run_ask(r, "box.at", none);
    leat_run_free(r);
    r = leat_run_new(d);
    leat_run_input(r, "n", 4);
    leat_run_ask(r, "box.at", none);        /* of the box whole, which has a destructor */
    leat_run_ask(r, "paint", none);
    assert_int_equal(leat_run_execute(r, &err), LEAT_EINPUT);
    assert_has(err.message, "box cannot be asked: paint writes it");
    leat_run_free(r);
    assert_diary(d, "paint -box");
}

static void fields_become_nodes_of_their_own_names(void **state)
{
    (void)state;
    assert_answer(d, "width", "x=3", "1");
    assert_answer(d, "lo", "x=3", "3");
    assert_answer(d, "temp_hi", "x=3", "4");
    assert_answer(d, "same", "x=3", "0.5");
    leat_id a, b;
    assert_int_equal(leat_driver_find(d, "temp_hi", &a), 0);
    assert_int_equal(leat_driver_find(d, "temp_range.hi", &b), 0);
    assert_int_equal(a.n, b.n);
    assert_int_equal(leat_driver_find(d, "hi", &a), LEAT_ENOTFOUND);
}

static void an_inputs_fields_become_nodes_too(void **state)
{
    (void)state;
    assert_answer(d, "moved", "corner={\"x\":3,\"y\":4}", "7");
}

static void items_become_nodes(void **state)
{
    (void)state;
    assert_answer(d, "sum", "n=2", "15");
    assert_answer(d, "right", "n=2", "8");
    assert_answer(d, "pair.left", "n=2", "7");
    assert_answer(d, "reach", "points=[{\"x\":1,\"y\":0},{\"x\":2,\"y\":0},{\"x\":5,\"y\":0}]", "7");
}

static void an_array_of_another_length_fails_by_name(void **state)
{
    (void)state;
    assert_fails(d, "sum", "n=3", "left failed: pair has 3 items, not 2 (");
    assert_fails(d, "sum", "n=0", "left failed: pair has 0 items, not 2 (");
    assert_fails(d, "reach", "points=[{\"x\":1,\"y\":0}]", "p0 failed: points has 1 item, not 3 (");
    assert_answer(d, "pair", "n=3", "[7,8,9]");
}

static void a_pointer_to_items_is_null_where_there_are_none(void **state)
{
    (void)state;
    const char *two = "route=[{\"x\":1,\"y\":0},{\"x\":2,\"y\":0}]", *cells = "grid={\"cells\":[],\"rows\":0,\"cols\":0}";
    assert_answer(d, "farthest", two, "2");
    assert_answer(d, "nearest", two, "1");
    assert_answer(d, "route.data", two, "{\"x\":1,\"y\":0}");
    assert_answer(d, "route.data", "route=[]", "null");         /* somebody reads it */
    assert_answer(d, "route.data.x", "route=[]", "null");       /* nobody does */
    assert_answer(d, "nearest", "route=[]", "-1");
    assert_answer(d, "grid.cells", "grid={\"cells\":[[{\"x\":3,\"y\":0}]],\"rows\":1,\"cols\":1}", "{\"x\":3,\"y\":0}");
    assert_answer(d, "grid.cells", cells, "null");
    assert_answer(d, "edge", cells, "-1");
    assert_answer(d, "begin", "n=1", "4");
    assert_answer(d, "begin", "n=0", "-1");
    assert_answer(d, "begin_x", "n=1", "4");
    assert_fails(d, "begin_x", "n=0", "way.data.x failed: way.data is NULL");
}

static void keep_going_skips_what_needs_the_item(void **state)
{
    (void)state;
    leat_error err;
    leat_place none = { 0 };
    uint64_t ok, failed, not_run;
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "n", 3);
    leat_run_input(r, "x", 1.0);
    leat_run_ask(r, "sum", none);
    leat_run_ask(r, "width", none);
    leat_run_set_keep_going(r, 1);
    assert_int_equal(leat_run_execute(r, &err), LEAT_EFAILED);
    leat_run_counts(r, &ok, &failed, &not_run);
    assert_int_equal(ok, 3);                /* pair, temp_range, width */
    assert_int_equal(failed, 2);            /* left, right */
    assert_int_equal(not_run, 1);
    assert_json(r, "width", "1");
    leat_run_free(r);
}

static const struct { const char *text, *hint; int line, other; } wrong[] = {
    { "unknown(double table__rian): table.rian: struct table has no field rian, only place, rain, title, flag, norms, u",
      "did you mean table__rain?", 8, 6 },
    { "deeper(double table__place__lta): table.place.lta: struct place has no field lta, only lat, lon",
      "did you mean table__place__lat?", 9, 6 },
    { "bits(unsigned table__flag): table.flag: field flag of struct table is a bit-field", NULL, 10, 6 },
    { "number(double table__rain__x): table.rain.x: double is no struct", NULL, 11, 6 },
    { "member(int table__u__i): table.u.i: ", NULL, 12, 6 },
    { "type(float table__rain): table.rain (", "fix: double table__rain", 13, 6 },
    { "lends(char *table__title): table.title is a part of table: it cannot be lent for writing",
      "fix: const char *table__title", 14, 6 },
    { "lends_struct(struct place *table__place): table.place is a part of table: it cannot be lent",
      "fix: const struct place *table__place", 15, 6 },
    { "lends_array(double *table__norms): table.norms is a part of table: it cannot be lent",
      "fix: const double *table__norms", 16, 6 },
    { "nobody(int nothing__x): nothing.x: no node of that name", NULL, 17, 0 },
    { "takes(const char *title): table.title is a part of table: it cannot be taken", NULL, 18, 6 },
    { "binds(double x): table.rein: struct table has no field rein", "did you mean table.rain?", 20, 6 },
    { "peeks(int hidden__x): hidden.x: struct hidden is not defined here", NULL, 25, 24 },
    { "maybe.x: maybe (", "read maybe whole", 27, 0 },
    { "after_writer reads table.title after writer has written it", NULL, 31, 30 },
    { "note on range: fields: struct range has no field low, only lo, hi", "did you mean lo?", 34, 33 },
    { "note on range: fields: it takes field or field = node", NULL, 34, 33 },
    { "note on pair: elements: its value is no array", NULL, 36, 35 },
    { "note on nowhere: no such node", NULL, 37, 0 },
};

static void everything_wrong_is_told_with_both_places(void **state)
{
    (void)state;
    leat_builder *b = builder_of("fields_bad.c", NULL);
    assert_refused(b);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const leat_problem *p = problem_of(b, wrong[i].text);
        if (p->line != wrong[i].line || p->other_line != wrong[i].other)
            fail_msg("%s: lines %d, %d", wrong[i].text, p->line, p->other_line);
        if (wrong[i].hint)
            assert_has(p->hint, wrong[i].hint);
    }
    leat_builder_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_underscores_read_a_field),
        cmocka_unit_test(a_note_binds_a_field),
        cmocka_unit_test(fields_of_fields_and_behind_const_pointers),
        cmocka_unit_test(a_struct_lives_as_long_as_readers_of_its_fields),
        cmocka_unit_test(an_array_of_char_is_text_and_must_end),
        cmocka_unit_test(a_field_that_is_null_fails_unless_it_is_nullable),
        cmocka_unit_test(an_inputs_field_is_read_where_somebody_reads_it_whole),
        cmocka_unit_test(a_field_is_no_input),
        cmocka_unit_test(any_field_may_be_asked_by_name),
        cmocka_unit_test(an_asked_field_has_its_place),
        cmocka_unit_test(an_unknown_field_that_is_asked_is_told_with_those_there_are),
        cmocka_unit_test(the_driver_knows_whose_field_it_is),
        cmocka_unit_test(outputs_of_a_build_may_be_fields),
        cmocka_unit_test(a_writer_runs_behind_readers_of_fields_and_of_what_they_borrowed),
        cmocka_unit_test(a_number_is_read_before_the_writer_and_used_behind_it),
        cmocka_unit_test(an_asked_field_is_as_it_was_before_the_writer),
        cmocka_unit_test(fields_become_nodes_of_their_own_names),
        cmocka_unit_test(an_inputs_fields_become_nodes_too),
        cmocka_unit_test(items_become_nodes),
        cmocka_unit_test(an_array_of_another_length_fails_by_name),
        cmocka_unit_test(a_pointer_to_items_is_null_where_there_are_none),
        cmocka_unit_test(keep_going_skips_what_needs_the_item),
        cmocka_unit_test(everything_wrong_is_told_with_both_places),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
