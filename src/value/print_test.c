/* print: what tests hold plain text to. */
#include "value/fixture_test.h"
#include "value/io.h"
#include <math.h>

static void assert_prints(struct bench *b, const struct leat__type *t, const void *at,
                          unsigned flags, const char *want)
{
    leat__text_clear(&b->out);
    assert_int_equal(leat__print_text(&b->out, t, at, flags), 0);
    assert_string_equal(words(b), want);
}

static void assert_text(struct bench *b, const char *text, const char *want)
{
    assert_prints(b, &t_const_text, &text, 0, want);
}

static void scalars_print_bare(void **state)
{
    assert_prints(*state, &t_double, &(double){ 11.5 }, 0, "11.5");
    assert_prints(*state, &t_double, &(double){ NAN }, 0, "nan");
    assert_prints(*state, &t_double, &(double){ -INFINITY }, 0, "-inf");
    assert_prints(*state, &t_float, &(float){ 0.1f }, 0, "0.1");
    assert_prints(*state, &t_size, &(size_t){ SIZE_MAX }, 0, "18446744073709551615");
    assert_prints(*state, &t_int8, &(int8_t){ -128 }, 0, "-128");
    assert_prints(*state, &t_bool, &(bool){ true }, 0, "true");
    assert_prints(*state, &t_sky, &(enum sky){ sun }, 0, "sun");
    assert_prints(*state, &t_sky, &(enum sky){ 99 }, 0, "99");
    assert_prints(*state, &t_char, "x", 0, "x");
}

static void text_prints_bare_unless_that_would_mislead(void **state)
{
    assert_text(*state, "sunny, 20\xc2\xb0", "sunny, 20\xc2\xb0");
    assert_text(*state, "", "");
    assert_text(*state, "a\nb", "\"a\\nb\"");
    assert_text(*state, "\x1b[31m", "\"\\u001b[31m\"");
    assert_text(*state, "\"quoted\"", "\"\\\"quoted\\\"\"");
    assert_text(*state, "say \"hi\"", "say \"hi\"");
    assert_text(*state, "\xff", "{\"base64\":\"/w==\"}");
    assert_text(*state, "{\"base64\":\"/w==\"}", "\"{\\\"base64\\\":\\\"/w==\\\"}\"");
    assert_text(*state, NULL, "null");
    assert_prints(*state, &t_char4, "ab\0", 0, "ab");
    assert_prints(*state, &t_chars, &(struct any_slice){ "abcd", 3 }, 0, "abc");
}

static void the_rest_prints_as_json(void **state)
{
    int numbers[] = { 1, 2, 3 };
    assert_prints(*state, &t_ints, &(struct any_slice){ numbers, 3 }, 0, "[1,2,3]");
    assert_prints(*state, &t_point, &(struct point){ 1.02, -3 }, 0, "{\"x\":1.02,\"y\":-3}");
    assert_prints(*state, &t_bytes, &(struct any_slice){ "abc", 3 }, 0, "{\"base64\":\"YWJj\"}");
    assert_prints(*state, &t_ints, &(struct any_slice){ NULL, 0 }, 0, "[]");
}

static void a_pipe_gets_everything(void **state)
{
    struct bench *b = *state;
    int numbers[1000];
    for (int i = 0; i < 1000; i++)
        numbers[i] = i;
    leat__print_text(&b->out, &t_ints, &(struct any_slice){ numbers, 1000 }, 0);
    assert_non_null(strstr(words(b), ",998,999]"));
    assert_null(strstr(words(b), "..."));
}

static void a_terminal_gets_long_arrays_cut(void **state)
{
    double numbers[21];
    for (int i = 0; i < 21; i++)
        numbers[i] = i / 3.0;
    numbers[20] = NAN;
    assert_prints(*state, &t_doubles, &(struct any_slice){ numbers, 20 }, LEAT__CUT,
                  "[0,0.3333333333333333,0.6666666666666666,1,1.3333333333333333,1."
                  "6666666666666667,2,2.3333333333333335,"
                  "2.6666666666666665,3,3.3333333333333335,3.6666666666666665,4,4.333333333333333,"
                  "4.666666666666667,5,"
                  "5.333333333333333,5.666666666666667,6,6.333333333333333]");
    assert_prints(*state, &t_doubles, &(struct any_slice){ numbers, 21 }, LEAT__CUT,
                  "[0,0.3333333333333333,0.6666666666666666,1,1.3333333333333333,1."
                  "6666666666666667,2,2.3333333333333335,"
                  "2.6666666666666665,3,... 21 items, min 0, mean 3.16667, max 6.33333]");
}

static void long_arrays_of_text_are_cut_to_their_count(void **state)
{
    const char *texts[30];
    for (int i = 0; i < 30; i++)
        texts[i] = "a";
    assert_prints(*state, &t_texts, &(struct any_slice){ texts, 30 }, LEAT__CUT,
                  "[\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",... 30 items]");
}

static void a_terminal_gets_structs_as_a_table(void **state)
{
    struct day days[] = { { "2012-01-01", 12.8, 5 }, { "2012-01-02", -10.6, 2.25 } };
    assert_prints(*state, &t_days, &(struct any_slice){ days, 2 }, LEAT__CUT,
                  "\n"
                  "  date        temp_max  temp_min\n"
                  "  2012-01-01      12.8         5\n"
                  "  2012-01-02     -10.6      2.25");
    assert_prints(*state, &t_days, &(struct any_slice){ days, 0 }, LEAT__CUT, "[]");
}

static void a_long_table_is_cut_and_summed_up(void **state)
{
    struct day days[30];
    for (int i = 0; i < 30; i++)
        days[i] = (struct day){ "2012-01-01", i, -i };
    assert_prints(*state, &t_days, &(struct any_slice){ days, 30 }, LEAT__CUT,
                  "\n"
                  "        date        temp_max  temp_min\n"
                  "        2012-01-01         0         0\n"
                  "        2012-01-01         1        -1\n"
                  "        2012-01-01         2        -2\n"
                  "        2012-01-01         3        -3\n"
                  "        2012-01-01         4        -4\n"
                  "        2012-01-01         5        -5\n"
                  "        2012-01-01         6        -6\n"
                  "        2012-01-01         7        -7\n"
                  "        2012-01-01         8        -8\n"
                  "        2012-01-01         9        -9\n"
                  "  ...   30 rows\n"
                  "  min                      0       -29\n"
                  "  mean                  14.5     -14.5\n"
                  "  max                     29         0");
}

static void table_cells_are_cut_at_a_character(void **state)
{
    struct named { const char *name; int x; } rows[] = { { NULL, 1 }, { "short", 2 } };
    STRUCT(t_named, "named", struct named, MEMBER(struct named, name, t_const_text),
           MEMBER(struct named, x, t_int));
    POINTER(t_named_p, t_named, 0);
    SLICE(t_nameds, "nameds", t_named_p);
    rows[0].name = "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3"
                   "\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
                   "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3"
                   "\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
                   "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3"
                   "\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
                   "\xc3\xa4\xc3\xa4";
    assert_prints(*state, &t_nameds, &(struct any_slice){ rows, 2 }, LEAT__CUT,
                  "\n"
                  "  name                                      x\n"
                  "  "
                  "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
                  "\xc3\xa4\xc3\xa4\xc3\xa4"
                  "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
                  "\xc3\xa4\xc3\xa4\xc3\xa4"
                  "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
                  "\xc3\xa4...  1\n"
                  "  short                                     2");
}

static void opaque_values_are_told_by_their_type(void **state)
{
    void *image = &image, *none = NULL;
    assert_prints(*state, &t_image_p, &image, 0, "{\"opaque\":\"struct image *\"}");
    assert_prints(*state, &t_image_p, &none, 0, "null");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(scalars_print_bare),
        TEST(text_prints_bare_unless_that_would_mislead),
        TEST(the_rest_prints_as_json),
        TEST(a_pipe_gets_everything),
        TEST(a_terminal_gets_long_arrays_cut),
        TEST(long_arrays_of_text_are_cut_to_their_count),
        TEST(a_terminal_gets_structs_as_a_table),
        TEST(a_long_table_is_cut_and_summed_up),
        TEST(table_cells_are_cut_at_a_character),
        TEST(opaque_values_are_told_by_their_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
