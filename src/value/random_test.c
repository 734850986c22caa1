/* random: values of random types through every format and back, and readers
 * under texts that are broken at random. Each run throws the same dice; a
 * failure prints the type and the text. */
#include "value/fixture_test.h"
#include "value/io.h"
#include "value/items.h"
#include "value/scalar.h"
#include <stdio.h>

/* --- random types --- */

static const struct leat__type *const scalars[] = {
    &t_bool, &t_char, &t_int8, &t_int16, &t_int, &t_long, &t_uint8, &t_uint16, &t_unsigned, &t_size,
    &t_float, &t_double, &t_long_double, &t_sky, &t_mode
};
static const char *const names[] = { "a", "bb", "ccc", "d_d", "member", "temp_max", "len2", "x" };

static void *take(struct leat__arena *arena, size_t size)
{
    void *p = leat__arena_alloc(arena, size);
    assert_non_null(p);
    return p;
}

static const struct leat__type *random_type(struct leat__arena *arena, uint64_t *seed,
                                            unsigned depth, bool flat);

static const struct leat__type *pointer_to(struct leat__arena *arena, const struct leat__type *t)
{
    struct leat__type *p = take(arena, sizeof *p);
    *p = (struct leat__type){ .kind = LEAT__POINTER, .size = 8, .align = 8, .of = t };
    return p;
}

static const struct leat__type *slice_of(struct leat__arena *arena, uint64_t *seed,
                                         const struct leat__type *item)
{
    struct leat__type *s = take(arena, sizeof *s);
    struct leat__member *m = take(arena, 3 * sizeof *m);
    unsigned count = dice(seed) % 4 ? 2 : 3;
    m[0] = (struct leat__member){ "data", pointer_to(arena, item), 0, 0, 0 };
    m[1] = (struct leat__member){ "len", &t_size, 8, 0, 0 };
    m[2] = (struct leat__member){ "cap", &t_size, 16, 0, 0 };
    *s = (struct leat__type){ .kind = LEAT__STRUCT,
                              .size = 8 * count,
                              .align = 8,
                              .name = "slice",
                              .count = count,
                              .members = m };
    return s;
}

static const struct leat__type *array_of(struct leat__arena *arena, uint64_t *seed,
                                         const struct leat__type *item)
{
    struct leat__type *a = take(arena, sizeof *a);
    uint32_t n = 1 + (uint32_t)(dice(seed) % 5);
    *a = (struct leat__type){
        .kind = LEAT__ARRAY, .size = n * item->size, .align = item->align, .of = item, .count = n
    };
    return a;
}

static const struct leat__type *random_struct(struct leat__arena *arena, uint64_t *seed,
                                              unsigned depth, bool flat)
{
    struct leat__type *s = take(arena, sizeof *s);
    uint32_t n = 1 + (uint32_t)(dice(seed) % 8), at = 0, align = 1;
    struct leat__member *m = take(arena, n * sizeof *m);
    for (uint32_t i = 0; i < n; i++) {
        const struct leat__type *t = random_type(arena, seed, depth + 1, flat);
        at = (at + t->align - 1) / t->align * t->align;
        m[i] = (struct leat__member){ names[i], t, at, 0, 0 };
        at += t->size;
        align = t->align > align ? t->align : align;
    }
    *s = (struct leat__type){ .kind = LEAT__STRUCT,
                              .size = (at + align - 1) / align * align,
                              .align = (uint16_t)align,
                              .name = "random",
                              .count = n,
                              .members = m };
    return s;
}

static const struct leat__type *random_type(struct leat__arena *arena, uint64_t *seed,
                                            unsigned depth, bool flat)
{
    uint64_t roll = dice(seed) % (depth > 3 ? 6 : 10);
    if (roll < 4)
        return scalars[dice(seed) % (sizeof scalars / sizeof *scalars)];
    if (roll == 4)
        return dice(seed) % 2 ? &t_text : &t_const_text;
    if (roll == 5 || (flat && roll > 7))
        return &t_char11;
    if (roll == 6 && !flat)
        return array_of(arena, seed, random_type(arena, seed, depth + 1, flat));
    if (roll == 7 && !flat)
        return slice_of(arena, seed, random_type(arena, seed, depth + 1, flat));
    return random_struct(arena, seed, depth, flat);
}

/* --- random values --- */

/* Mostly letters; sometimes what needs quoting or is no UTF-8. */
static size_t random_chars(uint64_t *seed, char *out, size_t most)
{
    static const char odd[] = "\",\n\r\t\\/{[ \x01\x7f\xc3\xff'";
    size_t n = dice(seed) % (most + 1);
    bool plain = dice(seed) % 2;
    for (size_t i = 0; i < n; i++) {
        uint64_t roll = dice(seed);
        out[i] = plain || roll % 4 ? (char)('a' + roll / 4 % 26) : odd[roll / 4 % (sizeof odd - 1)];
    }
    return n;
}

static void fill_scalar(uint64_t *seed, const struct leat__type *t, void *at)
{
    uint64_t bits[2] = { dice(seed), dice(seed) };
    long double l = (long double)(int64_t)bits[0] / (long double)(bits[1] % 1000 + 1);
    if (t->kind == LEAT__BOOL)
        *(bool *)at = bits[0] & 1;
    else if (t->kind == LEAT__ENUM)
        *(int *)at = dice(seed) % 8 ? (int)t->enumerators[bits[0] % t->count].value : (int)bits[0];
    else if (t->size == sizeof l)
        memcpy(at, &l, 10);     /* an arbitrary pattern of 80 bits may be no number at all */
    else if (t == &t_double && bits[1] % 2)
        *(double *)at = (double)(int64_t)(bits[0] % 100000) / 100;
    else
        memcpy(at, bits, t->size);
}

static void fill(struct leat__arena *arena, uint64_t *seed, const struct leat__type *t, void *at)
{
    char text[64];
    if (leat__is_scalar(t)) {
        fill_scalar(seed, t, at);
    } else if (leat__is_text(t)) {
        size_t n = random_chars(seed, text, 40);
        *(char **)at = leat__arena_strndup(arena, text, n);
        if (dice(seed) % 8 == 0)
            *(char **)at = NULL;
    } else if (leat__is_chars(t)) {
        memset(at, 0, t->size);
        random_chars(seed, at, t->size - 1);
    } else if (leat__is_slice(t)) {
        const struct leat__type *item = leat__slice_item(t);
        size_t n = dice(seed) % 5;
        char *data = take(arena, n * item->size + 1);
        for (size_t i = 0; i < n; i++)
            fill(arena, seed, item, data + i * item->size);
        leat__put_slice(t, at, data, n);
    } else if (t->kind == LEAT__ARRAY) {
        for (uint32_t i = 0; i < t->count; i++)
            fill(arena, seed, t->of, (char *)at + (size_t)i * t->of->size);
    } else {
        for (uint32_t i = 0; i < t->count; i++)
            fill(arena, seed, t->members[i].type, (char *)at + t->members[i].offset);
    }
}

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
    if (leat__is_slice(t) || t->kind == LEAT__ARRAY) {
        struct leat__items x = leat__items_of(t, a), y = leat__items_of(t, b);
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
