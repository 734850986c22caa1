/* Encodings: every value comes back, nothing else is read, and nothing counts
 * that the value does not say. Run with an argument it prints digests, as the
 * other process of one test. */
#include "value/codec.h"
#include "value/destroy.h"
#include "value/random_test.h"
#include <sodium.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PLENTY = 1 << 20 };

static struct leat__encoded bytes(struct bench *b)
{
    return (struct leat__encoded){ b->out.data, b->out.len, PLENTY };
}

static void encode(struct bench *b, const struct leat__type *t, const void *at)
{
    leat__text_clear(&b->out);
    if (leat__encode(t, at, &b->out, &b->err))
        fail_msg("%s", b->err.message);
}

static void assert_encodes_as(struct bench *b, const struct leat__type *t, const void *at,
                              const void *expected, size_t n)
{
    encode(b, t, at);
    assert_int_equal(b->out.len, n);
    assert_memory_equal(b->out.data, expected, n);
}
#define ENCODES_AS(b, t, at, text) assert_encodes_as(b, t, at, text, sizeof(text) - 1)

static void a_value_is_the_bytes_that_the_header_says(void **state)
{
    struct bench *b = *state;
    struct bits bits = { -2, 100, true, 0xabcde, 257 };
    struct tree leaf = { "", { NULL, 0 } }, tree = { NULL, { &leaf, 1 } };
    struct vector vector = { (double[]){ 1, -0.0 }, 2, 77 };
    char code[4] = "a";
    long double one = 1;
    enum sky clear = sun;
    code[2] = 'x';
    ENCODES_AS(*state, &t_bits, &bits, "\xfe\x64\x01\xde\xbc\x0a\x01\x01");
    ENCODES_AS(b, &t_tree, &tree,
               "\xff\xff\xff\xff\xff\xff\xff\xff\x01\0\0\0\0\0\0\0"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    ENCODES_AS(b, &t_vector, &vector,
               "\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\x80");
    ENCODES_AS(b, &t_char4, code, "a\0\0\0");
    ENCODES_AS(b, &t_long_double, &one, "\0\0\0\0\0\0\0\x80\xff\x3f");
    ENCODES_AS(b, &t_sky, &clear, "\xff\xff\xff\xff");
}

/* --- there and back --- */

static const struct leat__type *const fixtures[] = {
    &t_all, &t_flats, &t_days, &t_own_days, &t_bits_list, &t_texts, &t_const_texts, &t_chars,
    &t_bytes, &t_int_lists, &t_vector, &t_outer, &t_ints, &t_own_doubles
};

/* A fixture or a type of chance, and a value of it. */
static const struct leat__type *random_value(struct leat__arena *arena, uint64_t *seed, void **at)
{
    const struct leat__type *t = dice(seed) % 4 ? random_type(arena, seed, 0, false)
                                                : fixtures[dice(seed) % 14];
    *at = take(arena, t->size);
    if (t != &t_bits_list) {
        fill(arena, seed, t, *at);
        return t;
    }
    struct bits *x = take(arena, 3 * sizeof *x);
    for (int i = 0; i < 3; i++)
        x[i] = (struct bits){ (int)(dice(seed) % 8) - 4, dice(seed) & 127, dice(seed) & 1,
                              dice(seed) & 0xfffff, dice(seed) & 511 };
    leat__put_slice(t, *at, x, 3);
    return t;
}

static void blame(struct bench *b, const struct leat__type *t, const char *what)
{
    struct leat__text type = { 0 };
    leat__type_print(&type, t);
    fail_msg("%s: %s %s", type.data, what, b->err.message);
}

enum way { BORROWED, MALLOCED, OWN, WAYS };

static int decode(struct bench *b, enum way way, const struct leat__type *t,
                  struct leat__encoded in, void *at)
{
    return way == OWN ? leat__decode_to_own(t, in, &b->arena, at, &b->err)
                      : leat__decode(t, in, way == BORROWED ? &b->arena : NULL, at, &b->err);
}

static void forget(enum way way, const struct leat__type *t, void *at)
{
    if (way == OWN)
        leat__destroy(t, at);
    else if (way == MALLOCED)
        leat__destroy_copy(t, at);
}

static void any_value_comes_back_from_every_decoder(void **state)
{
    struct bench *b = *state;
    struct leat__text again = { 0 };
    uint64_t seed = 11;
    for (int i = 0; i < 1500; i++) {
        void *from;
        const struct leat__type *t = random_value(&b->arena, &seed, &from);
        encode(b, t, from);
        for (enum way way = 0; way < WAYS; way++) {
            void *to = take(&b->arena, t->size);
            memset(to, 0xa5, t->size);
            if (decode(b, way, t, bytes(b), to) || !leat__equal(t, from, to))
                blame(b, t, "comes back different");
            leat__text_clear(&again);
            assert_int_equal(leat__encode(t, to, &again, &b->err), 0);
            assert_int_equal(again.len, b->out.len);
            assert_memory_equal(again.data ? again.data : "", words(b), again.len);
            forget(way, t, to);
        }
        leat__arena_fini(&b->arena);
    }
    leat__text_fini(&again);
}

static void trees_and_texts_without_bytes_come_back(void **state)
{
    struct bench *b = *state;
    struct tree leaves[2] = { { "a", { NULL, 0 } }, { NULL, { (struct tree[]){ { 0 } }, 0 } } };
    struct tree tree = { "", { leaves, 2 } }, back;
    encode(b, &t_tree, &tree);
    assert_int_equal(leat__decode_to_own(&t_tree, bytes(b), &b->arena, &back, &b->err), 0);
    assert_string_equal(back.name, "");
    assert_string_equal(back.children.data[0].name, "a");
    assert_null(back.children.data[1].name);
    assert_true(leat__equal(&t_tree, &tree, &back));
    leat__destroy(&t_tree, &back);
}

static void an_aligned_item_stands_aligned(void **state)
{
    struct bench *b = *state;
    static const struct leat__type wide = { .kind = LEAT__STRUCT,
                                            .size = 64,
                                            .align = 64,
                                            .name = "wide",
                                            .count = 3,
                                            .members = t_day_members };
    POINTER(wide_p, wide, 0);
    SLICE(wides, "wides", wide_p);
    char day[64] = "2024-01-01";
    struct any_slice from = { day, 1 }, to;
    encode(b, &wides, &from);
    for (enum way way = 0; way < WAYS; way++) {
        assert_int_equal(decode(b, way, &wides, bytes(b), &to), 0);
        assert_int_equal((uintptr_t)to.data % 64, 0);
        assert_true(leat__equal(&wides, &from, &to));
        forget(way, &wides, &to);
    }
}

/* --- what does not count --- */

static void noise(uint64_t *seed, void *at, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ((unsigned char *)at)[i] = (unsigned char)dice(seed);
}

/* Changes every byte that says nothing: padding, behind a NUL, a cap. */
static void stain(uint64_t *seed, const struct leat__type *t, void *at)
{
    size_t end = 0;
    if (t->kind == LEAT__FLOAT && t->size == 16)
        noise(seed, (char *)at + 10, 6);
    if (leat__is_chars(t)) {
        size_t n = strnlen(at, t->count) + 1;
        noise(seed, (char *)at + n, n < t->count ? t->count - n : 0);
    } else if (leat__is_slice(t) || t->kind == LEAT__ARRAY) {
        struct leat__items x = leat__items_of(t, at);
        for (size_t i = 0; i < x.count; i++)
            stain(seed, x.type, x.at + i * x.type->size);
        if (leat__is_slice(t) && t->count == 3)
            noise(seed, (char *)at + t->members[2].offset, sizeof(size_t));
    } else if (t->kind == LEAT__STRUCT && !(t->flags & LEAT__BITFIELDS)) {
        for (uint32_t i = 0; i <= t->count; i++) {
            size_t next = i < t->count ? t->members[i].offset : t->size;
            noise(seed, (char *)at + end, next - end);
            if (i < t->count) {
                stain(seed, t->members[i].type, (char *)at + next);
                end = next + t->members[i].type->size;
            }
        }
    }
}

static void padding_addresses_and_what_was_there_before_do_not_count(void **state)
{
    struct bench *b = *state;
    struct leat__text again = { 0 };
    uint64_t seed = 12;
    for (int i = 0; i < 1000; i++) {
        unsigned char one[LEAT__VALUE_DIGEST], two[LEAT__VALUE_DIGEST];
        void *from;
        const struct leat__type *t = random_value(&b->arena, &seed, &from);
        void *to = take(&b->arena, t->size);
        encode(b, t, from);
        leat__copy(t, from, to, &b->arena);
        stain(&seed, t, to);
        leat__text_clear(&again);
        assert_int_equal(leat__encode(t, to, &again, &b->err), 0);
        assert_int_equal(again.len, b->out.len);
        assert_memory_equal(again.data ? again.data : "", words(b), again.len);
        assert_true(leat__equal(t, from, to));
        leat__value_digest(t, from, one, &b->err);
        leat__value_digest(t, to, two, &b->err);
        assert_memory_equal(one, two, sizeof one);
        leat__arena_fini(&b->arena);
    }
    leat__text_fini(&again);
}

/* One line a value, of values that are the same for every `spot` but stand and
 * are padded elsewhere. */
static void print_digests(FILE *out, uint64_t spot)
{
    struct leat__arena arena = { 0 };
    uint64_t seed = 13;
    take(&arena, spot % 5000);
    for (int i = 0; i < 100; i++) {
        unsigned char digest[LEAT__VALUE_DIGEST], sig[LEAT__VALUE_DIGEST];
        char hex[2 * sizeof digest + 1];
        void *at;
        const struct leat__type *t = random_value(&arena, &seed, &at);
        stain(&spot, t, at);
        leat__value_digest(t, at, digest, NULL);
        fprintf(out, "%s ", sodium_bin2hex(hex, sizeof hex, digest, sizeof digest));
        leat__sig_digest(t, sig, NULL);
        fprintf(out, "%s\n", sodium_bin2hex(hex, sizeof hex, sig, sizeof sig));
    }
    leat__arena_fini(&arena);
}

static void another_process_makes_the_same_digests(void **state)
{
    char line[200], *ours = NULL;
    size_t size = 0, lines = 0;
    int ends[2];
    (void)state;
    FILE *out = open_memstream(&ours, &size);
    print_digests(out, 14);
    fclose(out);
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (!child) {
        dup2(ends[1], 1);
        execl("/proc/self/exe", "codec_test", "digests", (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    FILE *in = fdopen(ends[0], "r");
    for (char *at = ours; fgets(line, sizeof line, in); at += strlen(line), lines++)
        assert_memory_equal(line, at, strlen(line));
    fclose(in);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(lines, 100);
    free(ours);
}

/* --- what is no value --- */

/* From memory that ends where the bytes end. */
static int decode_exactly(struct bench *b, enum way way, const struct leat__type *t,
                          const void *from, size_t n, void *at)
{
    char *exact = malloc(n ? n : 1);
    assert_non_null(exact);
    if (n)
        memcpy(exact, from, n);
    int code = decode(b, way, t, (struct leat__encoded){ exact, n, PLENTY }, at);
    free(exact);
    return code;
}

static void a_cut_encoding_is_refused_wherever_it_is_cut(void **state)
{
    struct bench *b = *state;
    uint64_t seed = 15;
    for (int i = 0; i < 150; i++) {
        void *from;
        const struct leat__type *t = random_value(&b->arena, &seed, &from);
        char *to = take(&b->arena, t->size);
        encode(b, t, from);
        memset(to, 0x5a, t->size);
        for (size_t n = 0; n < b->out.len; n++)
            if (decode_exactly(b, n % WAYS, t, b->out.data, n, to) != LEAT_EINPUT)
                blame(b, t, "was read from a part of it");
        for (size_t k = 0; k < t->size; k++)
            assert_int_equal(to[k], 0x5a);
        leat__arena_fini(&b->arena);
    }
}

static size_t spoil(uint64_t *seed, char *data, size_t n)
{
    for (uint64_t times = 1 + dice(seed) % 3; n && times-- > 0;) {
        size_t at = dice(seed) % n;
        switch (dice(seed) % 4) {
        case 0: data[at] = (char)dice(seed); break;
        case 1: data[at] ^= (char)(1 << dice(seed) % 8); break;
        case 2: memset(data + at, dice(seed) % 2 ? 0xff : 0, n - at < 8 ? n - at : 8); break;
        default: memmove(data + at, data + at + 1, --n - at); break;
        }
    }
    return n;
}

/* And what is taken all the same is the one encoding of what was read. */
static void spoilt_bytes_are_refused_or_are_the_encoding_of_what_is_read(void **state)
{
    struct bench *b = *state;
    struct leat__text again = { 0 };
    uint64_t seed = 16;
    unsigned taken = 0, refused = 0;
    for (int i = 0; i < 6000; i++) {
        void *from;
        const struct leat__type *t = random_value(&b->arena, &seed, &from);
        void *to = take(&b->arena, t->size);
        encode(b, t, from);
        size_t n = spoil(&seed, b->out.data, b->out.len);
        int code = decode_exactly(b, i % WAYS, t, b->out.data, n, to);
        assert_true(code == 0 || code == LEAT_EINPUT);
        *(code ? &refused : &taken) += 1;
        if (code == 0) {
            leat__text_clear(&again);
            assert_int_equal(leat__encode(t, to, &again, &b->err), 0);
            assert_int_equal(again.len, n);
            assert_memory_equal(again.data ? again.data : "", words(b), n);
            forget(i % WAYS, t, to);
        }
        leat__arena_fini(&b->arena);
    }
    assert_true(taken > 500);
    assert_true(refused > 500);
    leat__text_fini(&again);
}

static void assert_refused(struct bench *b, const struct leat__type *t, const void *from, size_t n,
                           const char *message)
{
    char *to = take(&b->arena, t->size);
    assert_int_equal(decode_exactly(b, BORROWED, t, from, n, to), LEAT_EINPUT);
    assert_string_equal(b->err.message, message);
}
#define REFUSED(t, text, message) assert_refused(*state, t, text, sizeof(text) - 1, message)

static void a_refusal_names_the_place(void **state)
{
    REFUSED(&t_bool, "\x02", "value: 2 is neither true nor false");
    REFUSED(&t_int, "\1\0\0\0\0", "value: 1 bytes are left over");
    REFUSED(&t_int, "\1\0", "value: cut: of 4 bytes 2 are there");
    REFUSED(&t_char4, "a\0b\0", "value: bytes behind the end of its text");
    REFUSED(&t_text, "\2\0\0\0\0\0\0\0a\0", "value: a NUL inside the text");
    REFUSED(&t_texts, "\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0",
            "value[1]: cut: of 1 bytes 0 are there");
    REFUSED(&t_ints, "\3\0\0\0\0\0\0\0\1\0\0\0", "value: cut: 3 items do not fit into 4 bytes");
    REFUSED(&t_bits_list, "\1\0\0\0\0\0\0\0\xfe\x80\x01\xde\xbc\x0a\x01\x01",
            "value[0].b: more than its 7 bits hold");
    REFUSED(&t_bits_list, "\1\0\0\0\0\0\0\0\x04\x00\x01\xde\xbc\x0a\x01\x01",
            "value[0].a: more than its 3 bits hold");
    REFUSED(&t_tree,
            "\0\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
            "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
            "value.children[1].name: a NUL inside the text");
    REFUSED(&t_ints, "\xff\xff\xff\xff\xff\xff\xff\xff",
            "value: takes more memory than the 1048576 bytes allowed");
}

static void the_budget_is_kept(void **state)
{
    struct bench *b = *state;
    int few[8] = { 1 };
    struct any_slice from = { few, 8 }, to;
    encode(b, &t_ints, &from);
    struct leat__encoded in = { b->out.data, b->out.len, 35 };
    assert_int_equal(leat__decode(&t_ints, in, &b->arena, &to, &b->err), LEAT_EINPUT);
    assert_string_equal(b->err.message, "value: takes more memory than the 35 bytes allowed");
    in.budget = 36;
    assert_int_equal(leat__decode(&t_ints, in, &b->arena, &to, &b->err), 0);
}

/* Items that are all alike take no bytes, and so no length is too long for them. */
static void items_without_bytes_cost_neither_time_nor_memory(void **state)
{
    struct bench *b = *state;
    static const struct leat__type nothing = { .kind = LEAT__STRUCT, .align = 1, .name = "none" };
    POINTER(nothing_p, nothing, 0);
    SLICE(nothings, "nothings", nothing_p);
    struct any_slice s = { &s, SIZE_MAX }, to;
    encode(b, &nothings, &s);
    assert_int_equal(b->out.len, 8);
    assert_int_equal(decode(b, BORROWED, &nothings, bytes(b), &to), 0);
    assert_true(leat__equal(&nothings, &s, &to));
    assert_int_equal(to.len, SIZE_MAX);
}

static void nesting_is_bounded_both_ways(void **state)
{
    struct bench *b = *state;
    struct tree deep[64] = { { 0 } }, back;
    for (int i = 0; i < 63; i++) {
        deep[i].children.data = &deep[i + 1];
        deep[i].children.len = i < 62;
    }
    encode(b, &t_tree, deep);
    assert_int_equal(decode(b, BORROWED, &t_tree, bytes(b), &back), 0);
    deep[62].children.len = 1;
    encode(b, &t_tree, deep);
    struct tree more = { "", { deep, 1 } };
    struct leat__text out = { 0 };
    assert_int_equal(leat__encode(&t_tree, &more, &out, &b->err), LEAT_EINPUT);
    assert_non_null(strstr(b->err.message, "].children[0]: nested more than 128 deep"));
    leat__text_clear(&out);
    leat__text_addn(&out, "\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0", 16);
    leat__text_addn(&out, b->out.data, b->out.len);
    struct leat__encoded in = { out.data, out.len, PLENTY };
    assert_int_equal(decode(b, BORROWED, &t_tree, in, &back), LEAT_EINPUT);
    leat__text_fini(&out);
}

static void what_bytes_cannot_tell_is_refused_by_its_place(void **state)
{
    struct bench *b = *state;
    struct { struct boxed *data; size_t len; } s = { NULL, 0 };
    POINTER(boxed_p, t_boxed, 0);
    SLICE(boxes, "boxes", boxed_p);
    struct list list = { 1, NULL };
    unsigned char digest[LEAT__VALUE_DIGEST];
    assert_int_equal(leat__encode(&boxes, &s, &b->out, &b->err), LEAT_ETYPE);
    assert_string_equal(b->err.message,
                        "value[0].number: union number is opaque: its bytes cannot be told");
    assert_int_equal(leat__value_digest(&t_list, &list, digest, &b->err), LEAT_ETYPE);
    assert_string_equal(b->err.message,
                        "value.next: struct list * is opaque: its bytes cannot be told");
    assert_int_equal(decode(b, MALLOCED, &t_list, bytes(b), &list), LEAT_ETYPE);
    assert_int_equal(leat__sig_digest(&t_image_p, digest, &b->err), LEAT_ETYPE);
    struct any_slice lost = { NULL, 3 };
    assert_int_equal(leat__encode(&t_ints, &lost, &b->out, &b->err), LEAT_EINPUT);
    assert_string_equal(b->err.message, "value: its len is 3 and its data is NULL");
}

/* --- digest, equality, sig --- */

static void a_digest_is_the_hash_of_the_encoding(void **state)
{
    struct bench *b = *state;
    static double many[3000];
    struct any_slice s = { many, 3000 };
    struct all all = { .name = "x", .d = 2 };
    const struct { const struct leat__type *t; const void *at; } values[] = { { &t_doubles, &s },
                                                                              { &t_all, &all } };
    for (size_t i = 0; i < 2; i++) {
        unsigned char digest[LEAT__VALUE_DIGEST], expected[LEAT__VALUE_DIGEST];
        encode(b, values[i].t, values[i].at);
        crypto_generichash(expected, sizeof expected, (unsigned char *)b->out.data, b->out.len,
                           NULL, 0);
        assert_int_equal(leat__value_digest(values[i].t, values[i].at, digest, &b->err), 0);
        assert_memory_equal(digest, expected, sizeof digest);
    }
}

static void values_are_equal_to_the_last_bit(void **state)
{
    (void)state;
    double zero = 0, minus = -0.0, nan[2];
    uint64_t payload[2] = { 0x7ff8000000000000, 0x7ff8000000000001 };
    memcpy(nan, payload, sizeof nan);
    assert_false(leat__equal(&t_double, &zero, &minus));
    assert_true(leat__equal(&t_double, &nan[0], &nan[0]));
    assert_false(leat__equal(&t_double, &nan[0], &nan[1]));
    char *none = NULL, *empty = "", a[] = "a", *one = a, *other = "a";
    assert_false(leat__equal(&t_text, &none, &empty));
    assert_true(leat__equal(&t_text, &one, &other));
    struct any_slice s = { NULL, 0 }, t = { &s, 0 }, u = { (int[]){ 0 }, 1 };
    assert_true(leat__equal(&t_ints, &s, &t));
    assert_false(leat__equal(&t_ints, &s, &u));
    struct bits x = { .wide = 1 }, y = { .wide = 1, .across = 1 };
    assert_false(leat__equal(&t_bits, &x, &y));
    y.across = 0;
    assert_true(leat__equal(&t_bits, &x, &y));
}

/* The chance of a difference that only one of the two sees. */
static void values_are_equal_where_their_encodings_are(void **state)
{
    struct bench *b = *state;
    struct leat__text other = { 0 };
    uint64_t seed = 17;
    for (int i = 0; i < 2000; i++) {
        void *from;
        const struct leat__type *t = random_value(&b->arena, &seed, &from);
        char *to = take(&b->arena, t->size);
        encode(b, t, from);
        size_t n = spoil(&seed, b->out.data, b->out.len);
        if (decode(b, BORROWED, t, (struct leat__encoded){ b->out.data, n, PLENTY }, to) == 0) {
            leat__text_clear(&other);
            assert_int_equal(leat__encode(t, from, &other, &b->err), 0);
            bool alike = other.len == n && !memcmp(other.data ? other.data : "", words(b), n);
            assert_int_equal(leat__equal(t, from, to), alike);
        }
        leat__arena_fini(&b->arena);
    }
    leat__text_fini(&other);
}

static const char *sig(struct bench *b, const struct leat__type *t)
{
    leat__text_clear(&b->out);
    assert_int_equal(leat__sig_print(&b->out, t), 0);
    return words(b);
}

static void a_sig_tells_names_kinds_and_widths(void **state)
{
    struct bench *b = *state;
    assert_string_equal(sig(b, &t_days),
                        "struct\"day\"{\"date\":c[11],\"temp_max\":f8,\"temp_min\":f8}[]");
    assert_string_equal(sig(b, &t_bits), "struct\"bits\"{\"a\":i:3,\"b\":u:7,\"c\":b:1,"
                                         "\"wide\":u:20,\"across\":u:9}");
    assert_string_equal(sig(b, &t_tree), "struct\"tree\"{\"name\":t,\"children\":^1[]}");
    assert_string_equal(sig(b, &t_sky), "ei4\"sky\"{\"rain\"=0,\"snow\"=5,\"sun\"=-1}");
    assert_string_equal(sig(b, &t_long_double), "f10");
    assert_string_equal(sig(b, &t_int3), "i4[3]");
}

/* struct nest { struct nest *data; size_t len; } */
static void a_sig_of_a_slice_of_itself_ends(void **state)
{
    struct bench *b = *state;
    struct leat__type nest = t_trees, pointer = t_tree_p;
    struct leat__member members[2] = { t_trees.members[0], t_trees.members[1] };
    pointer.of = &nest;
    members[0].type = &pointer;
    nest.members = members;
    assert_string_equal(sig(b, &nest), "[^1][]");
}

static void a_sig_knows_neither_offsets_nor_owners(void **state)
{
    struct bench *b = *state;
    unsigned char one[LEAT__VALUE_DIGEST], two[LEAT__VALUE_DIGEST];
    struct leat__member members[2] = { t_point_members[0], t_point_members[1] };
    struct leat__type moved = t_point;
    moved.members = members;
    moved.size = 32;
    members[1].offset = 16;
    assert_false(leat__type_equal(&moved, &t_point));
    leat__sig_digest(&t_point, one, &b->err);
    leat__sig_digest(&moved, two, &b->err);
    assert_memory_equal(one, two, sizeof one);
    members[1].name = "z";
    leat__sig_digest(&moved, two, &b->err);
    assert_memory_not_equal(one, two, sizeof one);
    leat__sig_digest(&t_days, one, &b->err);
    leat__sig_digest(&t_own_days, two, &b->err);
    assert_memory_equal(one, two, sizeof one);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(a_value_is_the_bytes_that_the_header_says),
        TEST(any_value_comes_back_from_every_decoder),
        TEST(trees_and_texts_without_bytes_come_back),
        TEST(an_aligned_item_stands_aligned),
        TEST(padding_addresses_and_what_was_there_before_do_not_count),
        TEST(another_process_makes_the_same_digests),
        TEST(a_cut_encoding_is_refused_wherever_it_is_cut),
        TEST(spoilt_bytes_are_refused_or_are_the_encoding_of_what_is_read),
        TEST(a_refusal_names_the_place),
        TEST(the_budget_is_kept),
        TEST(items_without_bytes_cost_neither_time_nor_memory),
        TEST(nesting_is_bounded_both_ways),
        TEST(what_bytes_cannot_tell_is_refused_by_its_place),
        TEST(a_digest_is_the_hash_of_the_encoding),
        TEST(values_are_equal_to_the_last_bit),
        TEST(values_are_equal_where_their_encodings_are),
        TEST(a_sig_tells_names_kinds_and_widths),
        TEST(a_sig_of_a_slice_of_itself_ends),
        TEST(a_sig_knows_neither_offsets_nor_owners),
    };
    (void)argv;
    if (argc > 1) {
        print_digests(stdout, 0x123456789);
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
