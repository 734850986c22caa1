/* random: values of random types through every format and back, and readers
 * under texts that are broken at random. Each run throws the same dice; a
 * failure prints the type and the text. */
#include "value/io.h"
#include "value/random_test.h"
#include "value/scalar.h"
#include <stdio.h>

static bool is_nan(const struct leat__type *t, const void *at)
{
    double x = t->kind == LEAT__FLOAT ? leat__scalar_number(leat__spot_of(t, at)) : 0;
    return x != x;
}

/* `csv`: a NULL text is the empty one. */
static bool same(const struct leat__type *t, const void *a, const void *b, bool csv)
{
    if (leat__is_scalar(t))
        return !memcmp(a, b,
                       t->kind == LEAT__FLOAT && t->size == sizeof(long double) ? 10 : t->size) ||
               (is_nan(t, a) && is_nan(t, b));
    if (leat__is_text(t)) {
        const char *x = *(const char *const *)a, *y = *(const char *const *)b;
        return x && y ? !strcmp(x, y) : x == y || (csv && !*(x ? x : y));
    }
    if (leat__is_chars(t))
        return !strncmp(a, b, t->count);
    if (leat__is_slice(t) || t->kind == LEAT__ARRAY || leat__is_block(t)) {
        bool block = leat__is_block(t);
        struct leat__items x = block ? leat__block_items(t, a) : leat__items_of(t, a);
        struct leat__items y = block ? leat__block_items(t, b) : leat__items_of(t, b);
        bool equal = x.count == y.count;
        for (size_t i = 0; equal && i < x.count; i++)
            equal = same(x.type, x.at + i * x.type->size, y.at + i * y.type->size, csv);
        return equal;
    }
    for (uint32_t i = 0; i < t->count; i++)
        if (!same(t->members[i].type, (const char *)a + t->members[i].offset,
                  (const char *)b + t->members[i].offset, csv))
            return false;
    return true;
}

static void blame(struct bench *b, const struct leat__type *t, int code)
{
    struct leat__text type = { 0 };
    leat__type_print(&type, t);
    fail_msg("%s %s: %s\n%s", type.data, type.data ? words(b) : "",
             code < 0 ? b->err.message : "reads back different", "");
}

/* --- the tests --- */

static void json_of_any_value_reads_back_equal(void **state)
{
    struct bench *b = *state;
    uint64_t seed = 1;
    for (int i = 0; i < 1500; i++) {
        const struct leat__type *t = random_type(&b->arena, &seed, 0, false);
        void *from = take(&b->arena, t->size), *to = take(&b->arena, t->size);
        fill(&b->arena, &seed, t, from);
        leat__text_clear(&b->out);
        assert_int_equal(leat__print_json(&b->out, t, from), 0);
        int code = leat__json_read(t, words(b), b->out.len, NULL, &b->arena, to, &b->err);
        if (code < 0 || !same(t, from, to, false))
            blame(b, t, code);
        leat__arena_fini(&b->arena);
    }
}

/* But for a NULL text, which plain text cannot tell from the word null. */
static void a_value_printed_as_text_is_read_back_as_a_value(void **state)
{
    struct bench *b = *state;
    uint64_t seed = 2;
    for (int i = 0; i < 1500; i++) {
        const struct leat__type *t = random_type(&b->arena, &seed, 0, false);
        void *from = take(&b->arena, t->size), *to = take(&b->arena, t->size);
        fill(&b->arena, &seed, t, from);
        if (leat__is_text(t) && !*(char **)from)
            continue;
        leat__text_clear(&b->out);
        assert_int_equal(leat__print_text(&b->out, t, from, 0), 0);
        int code = leat__parse_value(t, words(b), &b->arena, to, &b->err);
        if (code < 0 || !same(t, from, to, false))
            blame(b, t, code);
        leat__arena_fini(&b->arena);
    }
}

static void csv_and_json_lines_of_any_flat_rows_read_back_equal(void **state)
{
    struct bench *b = *state;
    uint64_t seed = 3;
    for (int i = 0; i < 1500; i++) {
        const struct leat__type *t =
            slice_of(&b->arena, &seed, random_type(&b->arena, &seed, 0, true));
        void *from = take(&b->arena, t->size), *to = take(&b->arena, t->size);
        fill(&b->arena, &seed, t, from);
        assert_true(leat__csv_can_read(t));
        leat__text_clear(&b->out);
        assert_int_equal(leat__csv_write(&b->out, t, from, "column", &b->err), 0);
        int code = leat__csv_read(t, words(b), b->out.len, NULL, NULL, &b->arena, to, &b->err);
        if (code < 0 || !same(t, from, to, true))
            blame(b, t, code);
        leat__text_clear(&b->out);
        assert_int_equal(leat__jsonl_write(&b->out, t, from, &b->err), 0);
        code = leat__jsonl_read(t, words(b), b->out.len, NULL, &b->arena, to, &b->err);
        if (code < 0 || !same(t, from, to, false))
            blame(b, t, code);
        leat__arena_fini(&b->arena);
    }
}

/* Overwrites, doubles, drops or swaps bytes here and there. */
static size_t spoil(uint64_t *seed, char *text, size_t n)
{
    static const char marks[] = "\"\",:{}[]\\\n\r0-.eu\xff\x00 ";
    for (uint64_t times = dice(seed) % 4; n && times-- > 0;) {
        size_t at = dice(seed) % n;
        switch (dice(seed) % 4) {
        case 0: text[at] = marks[dice(seed) % sizeof marks]; break;
        case 1: text[at] = (char)dice(seed); break;
        case 2: memmove(text + at, text + at + 1, --n - at); break;
        default: n = dice(seed) % 8 ? n : at; break;
        }
    }
    return n;
}

/* Reads it with every reader from memory that ends where the text ends; only
 * AddressSanitizer and the error's text can complain. */
static void read_all(struct bench *b, const struct leat__type *t, const char *text, size_t n)
{
    char *exact = malloc(n ? n : 1), *string = strndup(text, n);
    assert_true(exact && string);
    memcpy(exact, text, n);
    void *at = take(&b->arena, t->size);
    int codes[] = {
        leat__json_read(t, exact, n, "f", &b->arena, at, &b->err),
        leat__is_slice(t) ? leat__jsonl_read(t, exact, n, NULL, &b->arena, at, &b->err) : 0,
        leat__csv_read(t, exact, n, "f", NULL, &b->arena, at, &b->err),
        leat__csv_read(t, exact, n, "f", "a", &b->arena, at, NULL),
        leat__parse_value(t, string, &b->arena, at, &b->err)
    };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        assert_true(codes[i] == 0 || codes[i] == LEAT_EINPUT || codes[i] == LEAT_ETYPE);
    assert_true(strlen(b->err.message) < sizeof b->err.message);
    free(exact);
    free(string);
}

static void readers_survive_spoilt_texts(void **state)
{
    struct bench *b = *state;
    uint64_t seed = 4;
    for (int i = 0; i < 4000; i++) {
        bool flat = i % 2;
        const struct leat__type *t = random_type(&b->arena, &seed, 0, flat);
        t = flat || i % 3 ? slice_of(&b->arena, &seed, t) : t;
        void *from = take(&b->arena, t->size);
        fill(&b->arena, &seed, t, from);
        leat__text_clear(&b->out);
        if (flat)
            leat__csv_write(&b->out, t, from, "a", &b->err);
        else
            leat__print_json(&b->out, t, from);
        size_t n = b->out.data ? spoil(&seed, b->out.data, b->out.len) : 0;
        read_all(b, t, words(b), n);
        leat__arena_fini(&b->arena);
    }
}

static void readers_survive_noise(void **state)
{
    struct bench *b = *state;
    static const struct leat__type *const types[] = { &t_all,       &t_days,   &t_flats, &t_tree,
                                                      &t_bits_list, &t_texts,  &t_bytes, &t_chars,
                                                      &t_int_lists, &t_double, &t_sky,   &t_char,
                                                      &t_text };
    uint64_t seed = 5;
    char noise[200];
    for (int i = 0; i < 4000; i++) {
        size_t n = dice(&seed) % sizeof noise;
        for (size_t k = 0; k < n; k++)
            noise[k] =
                dice(&seed) % 2 ? (char)dice(&seed) : "{}[]\",:\\u0d8n1-.e \n\r"[dice(&seed) % 20];
        read_all(b, types[dice(&seed) % (sizeof types / sizeof *types)], noise, n);
        leat__arena_fini(&b->arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(json_of_any_value_reads_back_equal),
        TEST(a_value_printed_as_text_is_read_back_as_a_value),
        TEST(csv_and_json_lines_of_any_flat_rows_read_back_equal),
        TEST(readers_survive_spoilt_texts),
        TEST(readers_survive_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
