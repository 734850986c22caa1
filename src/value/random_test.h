/* random: random types and random values of them, the same in every run. */
#pragma once
#include "value/fixture_test.h"
#include "value/items.h"
#include "value/scalar.h"

/* --- random types --- */

static const struct leat__type *const scalars[] = {
    &t_bool, &t_char, &t_int8, &t_int16, &t_int, &t_long, &t_uint8, &t_uint16, &t_unsigned, &t_size,
    &t_float, &t_double, &t_long_double, &t_sky, &t_mode
};
static const char *const names[] = { "a", "bb", "ccc", "d_d", "member", "temp_max", "len2", "x" };

FIXTURE void *take(struct leat__arena *arena, size_t size)
{
    void *p = leat__arena_alloc(arena, size);
    assert_non_null(p);
    return p;
}

FIXTURE const struct leat__type *random_type(struct leat__arena *arena, uint64_t *seed,
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

/* A pointer whose lengths are the last two members of its struct, or one of them. */
static const struct leat__type *block_of(struct leat__arena *arena, uint64_t *seed, const struct leat__type *item,
                                         uint32_t at, const struct leat__member *lengths)
{
    struct leat__type *p = take(arena, sizeof *p);
    uint32_t n = 1 + (uint32_t)(dice(seed) % 2);
    struct leat__extent *extents = take(arena, n * sizeof *extents);
    for (uint32_t i = 0; i < n; i++)
        extents[i] = (struct leat__extent){ lengths[i].name, lengths[i].type, (int32_t)lengths[i].offset - (int32_t)at, 0, 0 };
    *p = (struct leat__type){ .kind = LEAT__POINTER, .flags = dice(seed) % 2 ? LEAT__TO_CONST : 0, .size = 8,
                              .align = 8, .of = item, .count = n, .extents = extents };
    return p;
}

/* {T *block; .. rows; .. cols; T *other;} or with the lengths in front. */
static const struct leat__type *blocks_of(struct leat__arena *arena, uint64_t *seed, unsigned depth)
{
    static const struct leat__type *const lengths[] = { &t_int8, &t_uint8, &t_int, &t_unsigned, &t_long, &t_size };
    struct leat__type *s = take(arena, sizeof *s);
    struct leat__member *m = take(arena, 4 * sizeof *m), *l = dice(seed) % 2 ? m + 1 : m;
    uint32_t count = 3 + (uint32_t)(dice(seed) % 2);
    for (uint32_t i = 0; i < 2; i++)
        l[i] = (struct leat__member){ i ? "cols" : "rows", lengths[dice(seed) % 6], (uint32_t)(l - m + i) * 8, 0, 0 };
    for (uint32_t i = 0; i < count; i++)
        if (&m[i] < l || &m[i] > l + 1)
            m[i] = (struct leat__member){ i ? "other" : "block", block_of(arena, seed, random_type(arena, seed, depth + 1, false),
                                          i * 8, l), i * 8, 0, 0 };
    *s = (struct leat__type){ .kind = LEAT__STRUCT, .flags = LEAT__BLOCKS, .size = 8 * count, .align = 8, .name = "blocks",
                              .count = count, .members = m };
    return s;
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

FIXTURE const struct leat__type *random_type(struct leat__arena *arena, uint64_t *seed,
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
    if (roll == 8 && !flat)
        return blocks_of(arena, seed, depth);
    return random_struct(arena, seed, depth, flat);
}

/* --- random values --- */

/* Mostly letters; sometimes what needs quoting or is no UTF-8. */
FIXTURE size_t random_chars(uint64_t *seed, char *out, size_t most)
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

FIXTURE void fill(struct leat__arena *arena, uint64_t *seed, const struct leat__type *t, void *at);

/* Few rows and columns; sometimes none, and then perhaps no memory. */
static void fill_blocks(struct leat__arena *arena, uint64_t *seed, const struct leat__type *t, char *at)
{
    for (uint32_t i = 0; i < t->count; i++)
        if (leat__is_scalar(t->members[i].type))
            leat__scalar_store(leat__spot_member(&t->members[i], at), (struct leat__integer){ dice(seed) % 4, false });
    for (uint32_t i = 0; i < t->count; i++) {
        const struct leat__type *block = t->members[i].type;
        size_t n;
        if (!leat__is_block(block))
            continue;
        assert_true(leat__block_count(block, at + t->members[i].offset, &n));
        char *items = n || dice(seed) % 2 ? take(arena, n * block->of->size + 1) : NULL;
        memcpy(at + t->members[i].offset, &items, sizeof items);
        for (size_t k = 0; k < n; k++)
            fill(arena, seed, block->of, items + k * block->of->size);
    }
}

FIXTURE void fill(struct leat__arena *arena, uint64_t *seed, const struct leat__type *t, void *at)
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
    } else if (t->flags & LEAT__BLOCKS) {
        fill_blocks(arena, seed, t, at);
    } else {
        for (uint32_t i = 0; i < t->count; i++)
            fill(arena, seed, t->members[i].type, (char *)at + t->members[i].offset);
    }
}
