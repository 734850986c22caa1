/* Tests of the grammar of notes. */
#include "graph/note.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct leat__arena arena;
static leat_error err;

static struct leat__clauses parsed(const char *text)
{
    struct leat__clauses c = { 0 };
    int code = leat__note_parse(text, &arena, &c, &err);
    if (code)
        fail_msg("%s: %s", text, err.message);
    return c;
}

static void clauses_have_words_numbers_texts_and_clauses(void **state)
{
    (void)state;
    struct leat__clauses c = parsed("fetch, retry(3, delay = 200ms, backoff = 2), when(region != \"eu-west-1\"), nullable");
    assert_int_equal(c.count, 4);
    assert_string_equal(c.at[0].word, "fetch");
    assert_int_equal(c.at[1].count, 3);
    assert_int_equal(c.at[1].args[0].kind, LEAT__ARG_NUMBER);
    assert_string_equal(c.at[1].args[1].key, "delay");
    assert_string_equal(c.at[1].args[1].text, "200ms");
    assert_true(c.at[2].args[0].differs);
    assert_int_equal(c.at[2].args[0].kind, LEAT__ARG_TEXT);
    assert_string_equal(c.at[2].args[0].text, "eu-west-1");
    assert_int_equal(c.at[3].count, 0);
    c = parsed("t, check(range(-60, 1.5e-3), finite), bind(xs = table.temp), pick((a, b))");
    assert_int_equal(c.at[1].args[0].kind, LEAT__ARG_CLAUSE);
    assert_string_equal(c.at[1].args[0].args[1].text, "1.5e-3");
    assert_string_equal(c.at[2].args[0].text, "table.temp");
    assert_int_equal(c.at[3].args[0].kind, LEAT__ARG_LIST);
    assert_int_equal(c.at[3].args[0].count, 2);
    c = parsed("x, bind(s = \"a \\\"b\\\" \\n\")");
    assert_string_equal(c.at[1].args[0].text, "a \"b\" \n");
}

static void bad_notes_are_refused_with_their_column(void **state)
{
    (void)state;
    static const struct { const char *text, *message; } bad[] = {
        { "", "at column 1: a word is missing" },
        { "a, b(", "at column 6: a word is missing" },
        { "a b", "at column 3: \",\" is missing" },
        { "a(\"x", "at column 5: a text has no end" },
        { "a(x = )", "at column 7: a word is missing" },
        { "a(b c)", "at column 5: \")\" or \",\" is missing" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct leat__clauses c;
        assert_int_equal(leat__note_parse(bad[i].text, &arena, &c, &err), LEAT_EBUILD);
        assert_string_equal(err.message, bad[i].message);
    }
}

static void depth_and_length_are_bounded(void **state)
{
    (void)state;
    char deep[400] = "a", many[4000] = "a";
    struct leat__clauses c;
    for (int i = 0; i < 100; i++)
        strcat(deep, "(b");
    assert_int_equal(leat__note_parse(deep, &arena, &c, &err), LEAT_EBUILD);
    for (int i = 0; i < 200; i++)
        strcat(many, ", b");
    assert_int_equal(leat__note_parse(many, &arena, &c, &err), LEAT_EBUILD);
}

static void no_text_makes_the_parser_leave_it(void **state)
{
    (void)state;
    static const char alphabet[] = "ab_(),=!\".-+19 \\\n\x80";
    uint64_t seed = 7;
    for (int round = 0; round < 20000; round++) {
        char *text = malloc(25);        /* exact, so that a sanitizer sees one byte too far */
        size_t n = 0;
        for (; n < 24; n++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            text[n] = alphabet[(seed >> 33) % (sizeof alphabet - 1)];
        }
        text[n] = 0;
        struct leat__clauses c;
        leat__note_parse(text, &arena, &c, NULL);
        free(text);
    }
}

static int done(void **state)
{
    (void)state;
    leat__arena_fini(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clauses_have_words_numbers_texts_and_clauses),
        cmocka_unit_test(bad_notes_are_refused_with_their_column),
        cmocka_unit_test(depth_and_length_are_bounded),
        cmocka_unit_test(no_text_makes_the_parser_leave_it),
    };
    return cmocka_run_group_tests_name("note", tests, NULL, done);
}
