/* Tests of MessagePack: bytes as its specification has them, and refusals. */
#include "value/pack.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const int64_t numbers[] = { 0, 1, 127, 128, 255, 256, 65535, 65536, 4294967295, 4294967296, INT64_MAX, -1, -32,
                                   -33, -128, -129, -32768, -32769, INT32_MIN, (int64_t)INT32_MIN - 1, INT64_MIN };

static void numbers_take_their_shortest_form(void **state)
{
    (void)state;
    static const uint8_t lengths[] = { 1, 1, 1, 2, 2, 3, 3, 5, 5, 9, 9, 1, 1, 2, 2, 3, 3, 5, 5, 9, 9 };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct leat__text t = { 0 };
        leat__pack_int(&t, numbers[i]);
        assert_int_equal(t.len, lengths[i]);
        struct leat__unpack u = leat__unpack_of(t.data, t.len);
        assert_true(leat__unpack_int(&u) == numbers[i]);
        assert_false(u.failed);
        assert_int_equal(leat__unpack_kind(&u), LEAT__PACK_END);
        leat__text_fini(&t);
    }
}

static void bytes_are_as_specified(void **state)
{
    (void)state;
    static const uint8_t expected[] = { 0x82, 0xa2, 'h', 'i', 0x93, 0xc3, 0xc0, 0xd0, 0xdf, 0xcc, 0x80,
                                        0xc4, 2, 9, 8 };
    struct leat__text t = { 0 };
    leat__pack_map(&t, 2);
    leat__pack_text(&t, "hi", 2);
    leat__pack_array(&t, 3);
    leat__pack_bool(&t, true);
    leat__pack_nil(&t);
    leat__pack_int(&t, -33);
    leat__pack_uint(&t, 128);
    leat__pack_bytes(&t, "\x09\x08", 2);
    assert_int_equal(t.len, sizeof expected);
    assert_memory_equal(t.data, expected, sizeof expected);
    struct leat__unpack u = leat__unpack_of(t.data, t.len);
    leat__unpack_skip(&u);
    assert_false(u.failed);
    assert_ptr_equal(u.at, u.end);
    leat__text_fini(&t);
}

static void every_cut_is_refused(void **state)
{
    (void)state;
    struct leat__text t = { 0 };
    leat__pack_array(&t, 3);
    leat__pack_text(&t, "a text that is longer than thirty-one bytes", 43);
    leat__pack_double(&t, 2.5);
    leat__pack_uint(&t, 70000);
    for (size_t n = 0; n < t.len; n++) {
        struct leat__unpack u = leat__unpack_of(t.data, n);
        leat__unpack_skip(&u);
        assert_true(u.failed);
        assert_int_equal(leat__unpack_uint(&u), 0);
    }
    leat__text_fini(&t);
}

static void a_length_beyond_the_input_is_refused(void **state)
{
    (void)state;
    static const uint8_t huge[] = { 0xdd, 0xff, 0xff, 0xff, 0xff, 1 }, text[] = { 0xdb, 0xff, 0xff, 0xff, 0xff };
    size_t len = 5;
    struct leat__unpack u = leat__unpack_of(huge, sizeof huge);
    assert_int_equal(leat__unpack_array(&u), 0);
    assert_true(u.failed);
    u = leat__unpack_of(text, sizeof text);
    assert_string_equal(leat__unpack_text(&u, &len), "");
    assert_int_equal(len, 0);
    u = leat__unpack_of("\xd3\xff\xff\xff\xff\xff\xff\xff\xff", 9);
    assert_int_equal(leat__unpack_uint(&u), 0);
    assert_true(u.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_take_their_shortest_form), cmocka_unit_test(bytes_are_as_specified),
        cmocka_unit_test(every_cut_is_refused), cmocka_unit_test(a_length_beyond_the_input_is_refused),
    };
    return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
