/* sheet: what tests hold tables of several values to. */
#include "value/fixture_test.h"
#include "value/sheet.h"
#include <math.h>

static struct leat__sheet sheet;

static void add(struct bench *b, const char *name, const struct leat__type *t, const void *at)
{
    if (leat__sheet_add(&sheet, name, t, at, &b->err) < 0)
        fail_msg("%s", b->err.message);
}

static void assert_refuses(struct bench *b, const char *name, const struct leat__type *t, const void *at,
                           const char *message)
{
    b->err = (leat_error){ 0 };
    assert_int_equal(leat__sheet_add(&sheet, name, t, at, &b->err), LEAT_ETYPE);
    assert_string_equal(b->err.message, message);
    leat__sheet_fini(&sheet);
}

static void assert_is(struct bench *b, const char *csv, const char *jsonl)
{
    leat__text_clear(&b->out);
    assert_int_equal(leat__sheet_csv(&sheet, &b->out), 0);
    assert_string_equal(b->out.data, csv);
    leat__text_clear(&b->out);
    assert_int_equal(leat__sheet_jsonl(&sheet, &b->out), 0);
    assert_string_equal(b->out.data ? b->out.data : "", jsonl);
    leat__sheet_fini(&sheet);
}

static double temps[] = { 1.5, NAN, 3 };
static const struct any_slice three = { temps, 3 }, none = { NULL, 0 };

static void scalars_repeat_beside_arrays(void **state)
{
    const char *name = "a, b";
    int n = 7;
    add(*state, "name", &t_text, &name);
    add(*state, "temps", &t_doubles, &three);
    add(*state, "n", &t_int, &n);
    assert_is(*state, "name,temps,n\n\"a, b\",1.5,7\n\"a, b\",nan,7\n\"a, b\",3,7\n",
              "{\"name\":\"a, b\",\"temps\":1.5,\"n\":7}\n{\"name\":\"a, b\",\"temps\":\"nan\",\"n\":7}\n"
              "{\"name\":\"a, b\",\"temps\":3,\"n\":7}\n");
}

static void scalars_alone_are_one_row(void **state)
{
    int n = 7;
    enum sky sky = snow;
    add(*state, "n", &t_int, &n);
    add(*state, "sky", &t_sky, &sky);
    assert_is(*state, "n,sky\n7,snow\n", "{\"n\":7,\"sky\":\"snow\"}\n");
}

static void no_rows_are_a_header(void **state)
{
    int n = 7;
    add(*state, "n", &t_int, &n);
    add(*state, "temps", &t_doubles, &none);
    assert_is(*state, "n,temps\n", "");
}

static void structs_give_a_column_per_member(void **state)
{
    struct day days[] = { { "2012-01-01", 12.8, 5 }, { "2012-01-02", 10.6, 2.8 } };
    struct any_slice s = { days, 2 };
    struct point at = { 1, 2 };
    add(*state, "days", &t_days, &s);
    add(*state, "at", &t_point, &at);
    assert_is(*state,
              "days.date,days.temp_max,days.temp_min,at.x,at.y\n"
              "2012-01-01,12.8,5,1,2\n2012-01-02,10.6,2.8,1,2\n",
              "{\"days.date\":\"2012-01-01\",\"days.temp_max\":12.8,\"days.temp_min\":5,\"at.x\":1,\"at.y\":2}\n"
              "{\"days.date\":\"2012-01-02\",\"days.temp_max\":10.6,\"days.temp_min\":2.8,\"at.x\":1,\"at.y\":2}\n");
}

static void a_struct_of_arrays_is_its_columns(void **state)
{
    struct columns { struct any_slice rain, temp; int year; } c = { three, three, 2012 };
    static const struct leat__member members[] = { MEMBER(struct columns, rain, t_doubles),
                                                   MEMBER(struct columns, temp, t_doubles),
                                                   MEMBER(struct columns, year, t_int) };
    static const struct leat__type type = { .kind = LEAT__STRUCT, .size = sizeof c, .align = 8, .name = "columns",
                                            .count = 3, .members = members };
    add(*state, "t", &type, &c);
    assert_is(*state, "t.rain,t.temp,t.year\n1.5,1.5,2012\nnan,nan,2012\n3,3,2012\n",
              "{\"t.rain\":1.5,\"t.temp\":1.5,\"t.year\":2012}\n{\"t.rain\":\"nan\",\"t.temp\":\"nan\",\"t.year\":2012}\n"
              "{\"t.rain\":3,\"t.temp\":3,\"t.year\":2012}\n");
}

static void bit_fields_are_columns_like_others(void **state)
{
    struct bits bits[] = { { -3, 100, true, 1, 500 }, { 2, 1, false, 1000000, 7 } };
    struct any_slice s = { bits, 2 };
    add(*state, "b", &t_bits_list, &s);
    add(*state, "one", &t_bits, &bits[1]);
    leat__text_clear(&((struct bench *)*state)->out);
    assert_int_equal(leat__sheet_csv(&sheet, &((struct bench *)*state)->out), 0);
    assert_string_equal(((struct bench *)*state)->out.data,
                        "b.a,b.b,b.c,b.wide,b.across,one.a,one.b,one.c,one.wide,one.across\n"
                        "-3,100,true,1,500,2,1,false,1000000,7\n2,1,false,1000000,7,2,1,false,1000000,7\n");
    leat__sheet_fini(&sheet);
}

static void what_is_absent_is_an_empty_field(void **state)
{
    const char *text = NULL;
    int n = 1;
    add(*state, "n", &t_int, &n);
    add(*state, "at", &t_point, NULL);
    add(*state, "text", &t_text, &text);
    assert_is(*state, "n,at.x,at.y,text\n1,,,\n", "{\"n\":1,\"at.x\":null,\"at.y\":null,\"text\":null}\n");
}

static void arrays_of_other_lengths_are_named_both(void **state)
{
    struct any_slice one = { temps, 1 };
    add(*state, "temps", &t_doubles, &three);
    assert_refuses(*state, "rain", &t_doubles, &one, "no table: temps has 3 items and rain has 1");
    add(*state, "rain", &t_doubles, &one);
    assert_refuses(*state, "temps", &t_doubles, &three, "no table: rain has 1 item and temps has 3");
}

static void what_is_no_column_is_refused_by_name(void **state)
{
    assert_refuses(*state, "lists", &t_int_lists, &none,
                   "lists is struct int_lists, which is no column of a table: write .json");
    assert_refuses(*state, "tree", &t_tree, &(struct tree){ 0 },
                   "tree.children is struct trees, which is no column of a table: write .json");
    add(*state, "a", &t_int, &(int){ 1 });
    assert_refuses(*state, "a", &t_int, &(int){ 2 }, "two columns a in one table");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(scalars_repeat_beside_arrays),
        TEST(scalars_alone_are_one_row),
        TEST(no_rows_are_a_header),
        TEST(structs_give_a_column_per_member),
        TEST(a_struct_of_arrays_is_its_columns),
        TEST(bit_fields_are_columns_like_others),
        TEST(what_is_absent_is_an_empty_field),
        TEST(arrays_of_other_lengths_are_named_both),
        TEST(what_is_no_column_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
