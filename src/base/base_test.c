/* Tests of the room's small parts: arena, text, map, error, escaper, suggestion. */
#include "base/arena.h"
#include "base/error.h"
#include "base/escape.h"
#include "base/map.h"
#include "base/pages.h"
#include "base/suggest.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void an_arena_gives_zeroed_aligned_memory_that_does_not_overlap(void **state)
{
    (void)state;
    struct leat__arena a = { 0 };
    unsigned char *got[500];
    size_t size[500];
    for (size_t i = 0; i < 500; i++) {
        size[i] = i % 7 == 0 ? 5000 * i : i * 3;
        got[i] = leat__arena_alloc(&a, size[i]);
        assert_non_null(got[i]);
        assert_int_equal((uintptr_t)got[i] % 16, 0);
        for (size_t k = 0; k < size[i]; k++)
            assert_int_equal(got[i][k], 0);
        memset(got[i], (int)(i & 255), size[i]);
    }
    for (size_t i = 0; i < 500; i++)
        for (size_t k = 0; k < size[i]; k++)
            assert_int_equal(got[i][k], i & 255);
    leat__arena_fini(&a);
}

static void an_arena_refuses_sizes_that_overflow(void **state)
{
    (void)state;
    struct leat__arena a = { 0 };
    assert_null(leat__arena_array(&a, SIZE_MAX / 2, 3));
    assert_null(leat__arena_alloc(&a, SIZE_MAX - 3));
    assert_string_equal(leat__arena_printf(&a, "%d-%s", 7, "x"), "7-x");
    leat__arena_fini(&a);
}

static void a_text_grows_and_is_taken(void **state)
{
    (void)state;
    struct leat__text t = { 0 };
    for (int i = 0; i < 1000; i++)
        leat__text_printf(&t, "%d,", i);
    assert_int_equal(t.len, 3890);
    char *taken = leat__text_take(&t);
    assert_true(strstr(taken, "998,999,") != NULL);
    assert_int_equal(t.len, 0);
    free(taken);
    taken = leat__text_take(&t);
    assert_string_equal(taken, "");
    free(taken);
}

static void a_map_finds_every_key_and_no_other(void **state)
{
    (void)state;
    struct leat__map m = { 0 };
    static char keys[5000][16];
    assert_int_equal(leat__map_get(&m, "x"), LEAT__NONE);
    for (uint32_t i = 0; i < 5000; i++) {
        uint32_t *at;
        sprintf(keys[i], "k%u", i * 7919);
        assert_int_equal(leat__map_put(&m, keys[i], &at), 0);
        assert_int_equal(*at, LEAT__NONE);
        *at = i;
    }
    for (uint32_t i = 0; i < 5000; i++) {
        assert_int_equal(leat__map_get(&m, keys[i]), i);
        char longer[24];
        snprintf(longer, sizeof longer, "%.15sx", keys[i]);
        assert_int_equal(leat__map_get(&m, longer), LEAT__NONE);
        assert_int_equal(leat__map_getn(&m, longer, strlen(keys[i])), i);
    }
    leat__map_fini(&m);
}

/* A look-up passes rows until it meets its key: few, and on one line of the cache. */
static void a_map_of_numbered_names_finds_each_near_its_row(void **state)
{
    (void)state;
    enum { N = 100000 };
    struct leat__map m = { 0 };
    char (*names)[16] = calloc(N, sizeof *names);
    uint32_t *at, passed = 0;
    for (uint32_t i = 0; i < N; i++) {
        snprintf(names[i], sizeof *names, "n%u", i);
        assert_int_equal(leat__map_put(&m, names[i], &at), 0);
    }
    for (uint32_t i = 0; i < N; i++)
        for (uint32_t row = m.key[i].hash & m.mask; m.row[row] != i + 1; row = (row + 1) & m.mask)
            passed++;
    assert_in_range(passed, 1, 6 * N);
    leat__map_fini(&m);
    free(names);
}

static void errors_are_escaped_cut_and_wrapped(void **state)
{
    (void)state;
    leat_error err;
    assert_int_equal(leat__fail(&err, LEAT_EINPUT, "a\033[31mb%c", 0x07), LEAT_EINPUT);
    assert_string_equal(err.message, "a\\x1b[31mb\\x07");
    assert_int_equal(leat__wrap(&err, LEAT_EBUILD, "days"), LEAT_EINPUT);
    assert_string_equal(err.message, "days: a\\x1b[31mb\\x07");
    char big[4000];
    memset(big, 'x', sizeof big);
    big[3999] = 0;
    leat__fail(&err, LEAT_EBUILD, "%s", big);
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
    leat__wrap(&err, 0, "%s", big);
    assert_int_equal(strlen(err.message), sizeof err.message - 1);
    assert_int_equal(leat__fail(NULL, LEAT_ENOMEM, "x"), LEAT_ENOMEM);
    assert_string_equal(leat__error_text(LEAT_EINPUT), "an input is missing or does not fit");
}

static const char *escaped(const char *s, size_t n, bool lines)
{
    static struct leat__text out;
    leat__text_clear(&out);
    leat__escape(&out, s, n, lines);
    static char copy[256];
    snprintf(copy, sizeof copy, "%s", out.data ? out.data : "");
    leat__text_fini(&out);
    return copy;
}

static void the_escaper_shows_what_a_terminal_would_act_on(void **state)
{
    (void)state;
    assert_string_equal(escaped("caf\xc3\xa9", 5, false), "caf\xc3\xa9");
    assert_string_equal(escaped("\x9b" "31m", 4, false), "\\x9b31m");               /* C1, invalid UTF-8 */
    assert_string_equal(escaped("\xc2\x9b", 2, false), "\\xc2\\x9b");               /* C1 as UTF-8 */
    assert_string_equal(escaped("a\xe2\x80\xae" "b", 5, false), "a\\xe2\\x80\\xae" "b");  /* bidi override */
    assert_string_equal(escaped("\xc0\xaf", 2, false), "\\xc0\\xaf");               /* overlong */
    assert_string_equal(escaped("\xed\xa0\x80", 3, false), "\\xed\\xa0\\x80");      /* surrogate */
    assert_string_equal(escaped("a\n\tb\r", 5, true), "a\n\tb\\x0d");
    assert_string_equal(escaped("a\nb", 3, false), "a\\x0ab");
    assert_string_equal(escaped("\x7f", 1, false), "\\x7f");
    assert_string_equal(escaped("\xf0\x9f\x98", 3, false), "\\xf0\\x9f\\x98");      /* cut */
}

static void json_dot_and_mermaid_have_rules_of_their_own(void **state)
{
    (void)state;
    struct leat__text out = { 0 };
    leat__escape_json(&out, "a\"\\\n\x01\xff", 6);
    assert_string_equal(out.data, "\"a\\\"\\\\\\n\\u0001\xef\xbf\xbd\"");
    leat__text_clear(&out);
    leat__escape_dot(&out, "a\"b\\");
    assert_string_equal(out.data, "a\\\"b\\\\");
    leat__text_clear(&out);
    leat__escape_mermaid(&out, "<b>\"&#;");
    assert_string_equal(out.data, "#lt;b#gt;#quot;#amp;#35;#59;");
    leat__text_fini(&out);
}

static void in_place_escaping_never_leaves_the_buffer(void **state)
{
    (void)state;
    char buf[8] = "\x01\x01\x01\x01";
    leat__escape_in_place(buf, sizeof buf);
    assert_string_equal(buf, "\\x01\\x0");
}

static void distance_counts_edits_and_swaps(void **state)
{
    (void)state;
    assert_int_equal(leat__distance("anomaly", "anomoly", 3), 1);
    assert_int_equal(leat__distance("wether.c", "weather.c", 3), 1);
    assert_int_equal(leat__distance("ab", "ba", 3), 1);
    assert_int_equal(leat__distance("", "abc", 3), 3);
    assert_int_equal(leat__distance("kitten", "sitting", 3), 3);
    assert_int_equal(leat__distance("abc", "xyz", 2), 3);       /* limit + 1 */
}

static void the_nearest_is_suggested_and_nothing_far(void **state)
{
    (void)state;
    struct leat__suggest s = leat__suggest_for("normel");
    leat__suggest_offer(&s, "days");
    assert_null(s.best);
    leat__suggest_offer(&s, "normals");
    leat__suggest_offer(&s, "normal");
    assert_string_equal(s.best, "normal");
    s = leat__suggest_for("x");
    leat__suggest_offer(&s, "y");
    assert_null(s.best);        /* a whole word replaced is no suggestion */
}

static void large_memory_is_as_malloc_gives_it(void **state)
{
    (void)state;
    static const size_t sizes[] = { 1, 4096, (4 << 20) - 1, 4 << 20, (9 << 20) + 5 };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *fresh = leat__pages_new(sizes[i]), *clear = leat__pages_clear(sizes[i]);
        assert_non_null(fresh);
        assert_non_null(clear);
        memset(fresh, 1, sizes[i]);
        assert_memory_equal(clear, memset(fresh, 0, sizes[i]), sizes[i]);
        free(fresh);
        free(clear);
    }
    assert_null(leat__pages_huge(NULL, 8 << 20));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arena_gives_zeroed_aligned_memory_that_does_not_overlap),
        cmocka_unit_test(an_arena_refuses_sizes_that_overflow),
        cmocka_unit_test(large_memory_is_as_malloc_gives_it),
        cmocka_unit_test(a_text_grows_and_is_taken),
        cmocka_unit_test(a_map_finds_every_key_and_no_other),
        cmocka_unit_test(a_map_of_numbered_names_finds_each_near_its_row),
        cmocka_unit_test(errors_are_escaped_cut_and_wrapped),
        cmocka_unit_test(the_escaper_shows_what_a_terminal_would_act_on),
        cmocka_unit_test(json_dot_and_mermaid_have_rules_of_their_own),
        cmocka_unit_test(in_place_escaping_never_leaves_the_buffer),
        cmocka_unit_test(distance_counts_edits_and_swaps),
        cmocka_unit_test(the_nearest_is_suggested_and_nothing_far),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
