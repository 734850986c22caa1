/* number: what tests hold it to. The C library is the judge, in its C locale. */
#include "value/fixture_test.h"
#include "value/io.h"
#include "value/number.h"
#include <errno.h>
#include <float.h>
#include <locale.h>
#include <math.h>

static double read(const char *s)
{
    double x = -12345;
    assert_int_equal(leat__read_double(s, s + strlen(s), &x), LEAT__NO_FAULT);
    return x;
}

static enum leat__fault fault(const char *s)
{
    double x;
    return leat__read_double(s, s + strlen(s), &x);
}

static void assert_reads_as_strtod(const char *s)
{
    double x = read(s), want = strtod(s, NULL);
    if (memcmp(&x, &want, sizeof x))
        fail_msg("%s is read as %a, not %a", s, x, want);
}

static void assert_reads_as_strtof(const char *s)
{
    float x = 0, want = strtof(s, NULL);
    enum leat__fault fault = leat__read_float(s, s + strlen(s), &x);
    assert_int_equal(fault, isinf(want) ? LEAT__TOO_LARGE : LEAT__NO_FAULT);
    if (memcmp(&x, &want, sizeof x))
        fail_msg("%s is read as the float %a, not %a", s, (double)x, (double)want);
}

static void numbers_are_read_correctly_rounded(void **state)
{
    (void)state;
    static const char *const hard[] = {
        "0",
        "-0",
        "1",
        "-1.5",
        "0.1",
        "1e22",
        "1e23",
        "1e-22",
        "9007199254740993",
        "9007199254740992.5",
        "9007199254740993e0",
        "1.7976931348623157e308",
        "2.2250738585072011e-308",
        "2.2250738585072014e-308",
        "5e-324",
        "4.9406564584124654e-324",
        "2.4703282292062328e-324",
        "1e-400",
        "0.000000000000000000000000001",
        "123456789012345678901234567890",
        "18446744073709551615",
        "18446744073709551616",
        "3.",
        ".5",
        "+7",
        "00000000000000000000000000001.25",
        "0.00000000000000000000000000000000000000000000000000001",
        "8.5e27",
        "8.5e-27",
        "1e27",
        "1e28",
        "1e-28",
        "6929495644600919.5",
        "3.7455744005952583e15",
        ("9355950000000000000."
         "00000000000000000000000000000000001844674407370955161600000184467440737095516161844674407"),
        "1.00000000000000011102230246251565404236316680908203125",
        "1.00000000000000011102230246251565404236316680908203124",
        "1.00000000000000011102230246251565404236316680908203126",
    };
    for (size_t i = 0; i < sizeof hard / sizeof *hard; i++) {
        assert_reads_as_strtod(hard[i]);
        assert_reads_as_strtof(hard[i]);
    }
}

static void a_digit_far_behind_still_breaks_a_tie(void **state)
{
    (void)state;
    static char text[20000];
    int n = snprintf(text, sizeof text, "1.00000000000000011102230246251565404236316680908203125");
    memset(text + n, '0', 15000);
    strcpy(text + n + 15000, "1");
    assert_true(read(text) == 1.0000000000000002);
    text[n + 15000] = '0';
    assert_true(read(text) == 1.0);
}

/* The next float away from zero. */
static float next(float f)
{
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    bits++;
    memcpy(&f, &bits, sizeof f);
    return f;
}

/* Half of them near the border between two floats, where a detour over a double could round twice.
 */
static void random_numbers_read_as_the_c_library_reads_them(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252u;
    char text[80];
    for (int i = 0; i < 40000; i++) {
        uint64_t bits = dice(&seed);
        double x;
        float f;
        memcpy(&x, &bits, sizeof x);
        memcpy(&f, &bits, sizeof f);
        if (!isfinite(x) || !isfinite(f))
            continue;
        snprintf(text, sizeof text, "%.*g", 1 + (int)(bits % 25), x);
        if (!isinf(strtod(text, NULL)))
            assert_reads_as_strtod(text);
        snprintf(text, sizeof text, "%llu.%llue%d", (unsigned long long)(dice(&seed) >> bits % 64),
                 (unsigned long long)dice(&seed), (int)(bits % 80) - 40);
        assert_reads_as_strtod(text);
        assert_reads_as_strtof(text);
        snprintf(text, sizeof text, "%.*g", 15 + (int)(bits % 6),
                 ((double)f + (double)next(f)) / 2);
        assert_reads_as_strtof(text);
    }
}

/* 18 and 19 digits: some stand so near to half a unit that only the remainder of
 * the division tells on which side. */
static void quotients_near_a_tie_are_rounded_by_their_remainder(void **state)
{
    (void)state;
    uint64_t seed = 7;
    char text[80];
    for (int i = 0; i < 60000; i++) {
        unsigned long long digits = dice(&seed) % 10000000000000000000u;
        snprintf(text, sizeof text, "%llue-%d", digits, 1 + i % 27);
        assert_reads_as_strtod(text);
    }
}

static void what_is_no_number_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = { "",      "-",    "+",   ".",    "e5",      "abc",
                                         "1x",    "1 ",   " 1",  "1e",   "1e+",     "--1",
                                         "1.2.3", "0x10", "1,5", "nanx", "infinit", "1_000" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(fault(wrong[i]), LEAT__NO_NUMBER);
}

static void nan_and_inf_are_numbers(void **state)
{
    (void)state;
    assert_true(isnan(read("nan")) && isnan(read("NaN")));
    assert_true(read("inf") == INFINITY && read("-inf") == -INFINITY &&
                read("Infinity") == INFINITY);
}

static void a_number_beyond_the_type_is_too_large(void **state)
{
    (void)state;
    float f;
    long double l;
    assert_int_equal(fault("1e309"), LEAT__TOO_LARGE);
    assert_int_equal(fault("-1e99999999999999999999"), LEAT__TOO_LARGE);
    assert_int_equal(leat__read_float("3.5e38", &"3.5e38"[6], &f), LEAT__TOO_LARGE);
    assert_int_equal(leat__read_long_double("1e5000", &"1e5000"[6], &l), LEAT__TOO_LARGE);
}

static void integers_are_read_in_full(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t magnitude;
        bool negative;
        enum leat__fault fault;
    } cases[] = {
        { "0", 0, false, 0 },
        { "-0", 0, false, 0 },
        { "+12", 12, false, 0 },
        { "18446744073709551615", UINT64_MAX, false, 0 },
        { "-9223372036854775808", (uint64_t)1 << 63, true, 0 },
        { "00000000000000000000000000000042", 42, false, 0 },
        { "18446744073709551616", 0, false, LEAT__TOO_LARGE },
        { "99999999999999999999", 0, false, LEAT__TOO_LARGE },
        { "", 0, false, LEAT__NO_NUMBER },
        { "-", 0, false, LEAT__NO_NUMBER },
        { "1.0", 0, false, LEAT__NO_NUMBER },
        { "1e3", 0, false, LEAT__NO_NUMBER },
        { "12a", 0, false, LEAT__NO_NUMBER },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct leat__integer x = { 0 };
        const char *s = cases[i].text;
        assert_int_equal(leat__read_integer(s, s + strlen(s), &x), cases[i].fault);
        if (cases[i].fault)
            continue;
        assert_true(x.magnitude == cases[i].magnitude && x.negative == cases[i].negative);
    }
}

static void assert_prints(double x, const char *want)
{
    char out[LEAT__NUMBER_ROOM + 1];
    out[leat__print_double(out, x)] = 0;
    assert_string_equal(out, want);
}

static void a_double_prints_in_the_fewest_digits(void **state)
{
    (void)state;
    static const struct { double x; const char *text;
    } cases[] = {
        { 0, "0" },
        { -0.0, "-0" },
        { 1, "1" },
        { 11.5, "11.5" },
        { 0.1, "0.1" },
        { 1.0 / 3, "0.3333333333333333" },
        { 100, "100" },
        { 1e16, "10000000000000000" },
        { 1e17, "1e+17" },
        { 1e22, "1e+22" },
        { 1e23, "1e+23" },
        { 0.0001, "0.0001" },
        { 0.00001, "1e-5" },
        { 2.5e-7, "2.5e-7" },
        { 5e-324, "5e-324" },
        { DBL_MAX, "1.7976931348623157e+308" },
        { DBL_MIN, "2.2250738585072014e-308" },
        { 9007199254740992, "9007199254740992" },
        { 0.1 + 0.2, "0.30000000000000004" },
        { -273.15, "-273.15" },
        { 123456.789, "123456.789" },
        { NAN, "nan" },
        { -NAN, "nan" },
        { INFINITY, "inf" },
        { -INFINITY, "-inf" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_prints(cases[i].x, cases[i].text);
}

static void what_is_printed_reads_back_the_same(void **state)
{
    (void)state;
    uint64_t seed = 42;
    char out[LEAT__NUMBER_ROOM];
    for (int i = 0; i < 40000; i++) {
        uint64_t bits = dice(&seed);
        double x, y = 0;
        float f, g = 0;
        memcpy(&x, &bits, sizeof x);
        memcpy(&f, &bits, sizeof f);
        if (i % 2)
            x = (double)(bits % 100000000) / 1000;
        if (isnan(x) || isnan(f))
            continue;
        size_t n = leat__print_double(out, x);
        assert_true(n <= LEAT__NUMBER_ROOM);
        assert_int_equal(leat__read_double(out, out + n, &y), 0);
        assert_memory_equal(&x, &y, sizeof x);
        n = leat__print_float(out, f);
        assert_true(n <= LEAT__NUMBER_ROOM);
        assert_int_equal(leat__read_float(out, out + n, &g), 0);
        assert_memory_equal(&f, &g, sizeof f);
    }
}

static void a_long_double_prints_and_reads_back(void **state)
{
    (void)state;
    const long double numbers[] = { 0.1L, 1.0L / 3, 1e4000L, -1e-4000L, LDBL_MAX, LDBL_MIN, 0, 1.5L,
                                    1.18973149535723176502e+4932L, 3.6e-4951L };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char out[LEAT__NUMBER_ROOM];
        long double back = 0;
        size_t n = leat__print_long_double(out, numbers[i]);
        assert_true(n <= LEAT__NUMBER_ROOM);
        assert_int_equal(leat__read_long_double(out, out + n, &back), 0);
        assert_true(back == numbers[i]);
    }
}

static void a_number_in_front_of_other_text_is_found(void **state)
{
    (void)state;
    const char *text = "12.5e3,7", *end;
    assert_true(leat__parse_double(text, text + strlen(text), &end) == 12500);
    assert_string_equal(end, ",7");
    text = "1e,";
    assert_true(leat__parse_double(text, text + 3, &end) == 1);
    assert_string_equal(end, "e,");
    leat__parse_double("x", &"x"[1], &end);
    assert_null(end);
}

static void the_end_is_never_passed(void **state)
{
    (void)state;
    char *text = calloc(1, 4);  /* no NUL: a step too far shows under AddressSanitizer */
    double x;
    memcpy(text, "1.25", 4);
    assert_int_equal(leat__read_double(text, text + 4, &x), 0);
    memcpy(text, "1e-1", 4);
    assert_int_equal(leat__read_double(text, text + 4, &x), 0);
    memcpy(text, "-inf", 4);
    assert_int_equal(leat__read_double(text, text + 4, &x), 0);
    memcpy(text, "e400", 4);
    assert_int_equal(leat__read_double(text, text + 4, &x), LEAT__NO_NUMBER);
    memcpy(text, "1e99", 4);
    assert_int_equal(leat__read_double(text, text + 4, &x), 0);
    free(text);
}

/* In each locale with a decimal comma that is installed here; in C at least. */
static void the_locale_changes_nothing(void **state)
{
    (void)state;
    static const char *const names[] = { "C", "de_DE.utf8", "fr_FR.utf8", "ru_RU.utf8", "pt_BR.utf8" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!setlocale(LC_ALL, names[i]))
            continue;
        assert_prints(1.0 / 3, "0.3333333333333333");
        assert_prints(123456.789, "123456.789");
        assert_true(read("0.1") == 1.0 / 10);
        assert_true(read("1.5e300") > 1e300);
        assert_true(read("1234567890.12345678901234567890") > 1234567890);
    }
    setlocale(LC_ALL, "C");
}

static void errno_stays_what_it_was(void **state)
{
    (void)state;
    errno = 7;
    fault("1e999");
    read("1e-999");
    assert_int_equal(errno, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_correctly_rounded),
        cmocka_unit_test(a_digit_far_behind_still_breaks_a_tie),
        cmocka_unit_test(random_numbers_read_as_the_c_library_reads_them),
        cmocka_unit_test(quotients_near_a_tie_are_rounded_by_their_remainder),
        cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(nan_and_inf_are_numbers),
        cmocka_unit_test(a_number_beyond_the_type_is_too_large),
        cmocka_unit_test(integers_are_read_in_full),
        cmocka_unit_test(a_double_prints_in_the_fewest_digits),
        cmocka_unit_test(what_is_printed_reads_back_the_same),
        cmocka_unit_test(a_long_double_prints_and_reads_back),
        cmocka_unit_test(a_number_in_front_of_other_text_is_found),
        cmocka_unit_test(the_end_is_never_passed),
        cmocka_unit_test(the_locale_changes_nothing),
        cmocka_unit_test(errno_stays_what_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
