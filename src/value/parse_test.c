/* parse: what tests hold one VALUE to. */
#include "value/fixture_test.h"
#include "value/io.h"
#include <math.h>

static int parse(struct bench *b, const struct leat__type *t, const char *text, void *at)
{
    b->err = (leat_error){ 0 };
    return leat__parse_value(t, text, &b->arena, at, &b->err);
}

static void assert_refuses(struct bench *b, const struct leat__type *t, const char *text,
                           const char *message)
{
    unsigned char at[512], before[sizeof at];
    memset(at, 0xaa, sizeof at);
    memset(before, 0xaa, sizeof before);
    assert_int_equal(parse(b, t, text, at), LEAT_EINPUT);
    assert_string_equal(b->err.message, message);
    assert_memory_equal(at, before, sizeof at);
}

static void numbers_are_read_as_the_inputs_type(void **state)
{
    double d;
    float f;
    int8_t i;
    assert_int_equal(parse(*state, &t_double, "11.5", &d), 0);
    assert_true(d == 11.5);
    assert_int_equal(parse(*state, &t_double, "-inf", &d), 0);
    assert_true(d == -INFINITY);
    assert_int_equal(parse(*state, &t_float, "0.1", &f), 0);
    assert_true(f == 0.1f);
    assert_int_equal(parse(*state, &t_int8, "-128\n", &i), 0);
    assert_int_equal(i, -128);
}

static void what_is_no_number_says_so(void **state)
{
    assert_refuses(*state, &t_double, "abc", "abc is no double");
    assert_refuses(*state, &t_double, "", "it is empty, double is needed");
    assert_refuses(*state, &t_double, "1e999", "1e999 is too large for double");
    assert_refuses(*state, &t_int, "1.5", "1.5 is no int");
    assert_refuses(*state, &t_int8, "300", "300 is out of range -128 to 127 of signed char");
    assert_refuses(*state, &t_int, "\x1b[2J", "\\x1b[2J is no int");
    assert_refuses(
        *state, &t_int,
        "0000000000000000000000000000000000000000000000000000000000000000000000000000000x",
        "000000000000000000000000000000000000000000000000000000000000... is no int");
}

static void truth_values_and_enumerators_go_by_name(void **state)
{
    bool on = false;
    enum sky sky;
    assert_int_equal(parse(*state, &t_bool, "true", &on), 0);
    assert_true(on);
    assert_int_equal(parse(*state, &t_sky, "snow", &sky), 0);
    assert_int_equal(sky, snow);
    assert_refuses(*state, &t_bool, "yes", "yes is neither true nor false, so no bool");
    assert_refuses(*state, &t_sky, "snwo",
                   "snwo is not one of {rain, snow, sun}, did you mean snow?");
}

static void text_stands_as_it_is(void **state)
{
    char *text;
    assert_int_equal(parse(*state, &t_text, " a = [1, 2] ", &text), 0);
    assert_string_equal(text, " a = [1, 2] ");
    assert_int_equal(parse(*state, &t_text, "null", &text), 0);
    assert_string_equal(text, "null");
    assert_int_equal(parse(*state, &t_text, "", &text), 0);
    assert_string_equal(text, "");
}

static void text_in_quotes_is_json_as_results_print_it(void **state)
{
    char *text;
    assert_int_equal(parse(*state, &t_text, "\"a\\nb\"", &text), 0);
    assert_string_equal(text, "a\nb");
    assert_int_equal(parse(*state, &t_text, "{\"base64\":\"/w==\"}", &text), 0);
    assert_string_equal(text, "\xff");
    assert_refuses(*state, &t_text, "\"a\" b",
                   "line 1, column 5: something stands behind the value");
}

static void chars_have_their_room(void **state)
{
    char code[4] = "zzz", c;
    struct any_slice s;
    assert_int_equal(parse(*state, &t_char4, "abc", code), 0);
    assert_string_equal(code, "abc");
    assert_refuses(*state, &t_char4, "abcd", "text of 4 bytes does not fit char[4]");
    assert_int_equal(parse(*state, &t_char, " ", &c), 0);
    assert_int_equal(c, ' ');
    assert_refuses(*state, &t_char, "ab", "ab is not one char");
    assert_int_equal(parse(*state, &t_chars, "with length", &s), 0);
    assert_int_equal(s.len, 11);
}

static void structs_and_arrays_are_json(void **state)
{
    struct point p;
    struct any_slice s;
    assert_int_equal(parse(*state, &t_point, " {\"x\":1,\"y\":2}\n", &p), 0);
    assert_true(p.y == 2);
    assert_int_equal(parse(*state, &t_ints, "[1,2]", &s), 0);
    assert_int_equal(s.len, 2);
    assert_refuses(*state, &t_point, "{\"x\":1,\"z\":2}", "line 1, column 8: no member z");
    assert_refuses(
        *state, &t_days, "seattle.csv",
        "seattle.csv is no array of {date, temp_max, temp_min}: give JSON, or a file as @FILE");
}

static void opaque_types_have_no_value(void **state)
{
    struct bench *b = *state;
    void *p;
    assert_int_equal(parse(b, &t_image_p, "x", &p), LEAT_ETYPE);
    assert_string_equal(b->err.message, "struct image * cannot be read from text: nothing is known of what it points to");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(numbers_are_read_as_the_inputs_type),
        TEST(what_is_no_number_says_so),
        TEST(truth_values_and_enumerators_go_by_name),
        TEST(text_stands_as_it_is),
        TEST(text_in_quotes_is_json_as_results_print_it),
        TEST(chars_have_their_room),
        TEST(structs_and_arrays_are_json),
        TEST(opaque_types_have_no_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
