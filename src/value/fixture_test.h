/* fixtures: types as records describe them, built by hand, beside the C types
 * they describe. Shared by the tests of this room. */
#pragma once
#include "base/arena.h"
#include "base/text.h"
#include "value/type.h"
#include <leat/error.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define FIXTURE __attribute__((unused)) static

#define SCALAR(id, K, T)                                      \
    FIXTURE const struct leat__type id = { .kind = LEAT__##K, \
                                           .size = sizeof(T), \
                                           .align = _Alignof(T) }
#define POINTER(id, to, c)                                                      \
    FIXTURE const struct leat__type id = {                                      \
        .kind = LEAT__POINTER, .size = 8, .align = 8, .of = &(to), .flags = (c) \
    }
#define FIXED(id, item, T, n)                                    \
    FIXTURE const struct leat__type id = { .kind = LEAT__ARRAY,  \
                                           .size = sizeof(T[n]), \
                                           .align = _Alignof(T), \
                                           .of = &(item),        \
                                           .count = (n) }
#define STRUCT(id, tag, T, ...)                                                                 \
    FIXTURE const struct leat__member id##_members[] = { __VA_ARGS__ };                         \
    FIXTURE const struct leat__type id = { .kind = LEAT__STRUCT,                                \
                                           .size = sizeof(T),                                   \
                                           .align = _Alignof(T),                                \
                                           .name = tag,                                         \
                                           .count = sizeof id##_members / sizeof *id##_members, \
                                           .members = id##_members }
#define MEMBER(T, m, type) { #m, &(type), offsetof(T, m), 0, 0 }
#define SLICE(id, tag, pointer)                                                \
    STRUCT(id, tag, struct any_slice, MEMBER(struct any_slice, data, pointer), \
           MEMBER(struct any_slice, len, t_size))

struct any_slice { void *data; size_t len; };

SCALAR(t_bool, BOOL, bool);
SCALAR(t_char, CHAR, char);
SCALAR(t_int8, INT, int8_t);
SCALAR(t_int16, INT, int16_t);
SCALAR(t_int, INT, int);
SCALAR(t_long, INT, long);
SCALAR(t_uint8, UINT, uint8_t);
SCALAR(t_uint16, UINT, uint16_t);
SCALAR(t_unsigned, UINT, unsigned);
SCALAR(t_size, UINT, size_t);
SCALAR(t_float, FLOAT, float);
SCALAR(t_double, FLOAT, double);
SCALAR(t_long_double, FLOAT, long double);
FIXTURE const struct leat__type t_void = { .kind = LEAT__VOID };

/* enum sky { rain, snow = 5, sun = -1 } and enum mode { read = 1, write = 2 } (unsigned) */
enum sky { rain, snow = 5, sun = -1 };
FIXTURE const struct leat__enumerator sky_names[] = { { "rain", 0 }, { "snow", 5 }, { "sun", -1 } };
FIXTURE const struct leat__type t_sky = { .kind = LEAT__ENUM,
                                          .size = 4,
                                          .align = 4,
                                          .name = "sky",
                                          .count = 3,
                                          .flags = LEAT__SIGNED,
                                          .enumerators = sky_names };
FIXTURE const struct leat__enumerator mode_names[] = { { "read", 1 }, { "write", 2 } };
FIXTURE const struct leat__type t_mode = {
    .kind = LEAT__ENUM, .size = 4, .align = 4, .name = "mode", .count = 2, .enumerators = mode_names
};

POINTER(t_text, t_char, 0);                 /* char *       */
POINTER(t_const_text, t_char, LEAT__TO_CONST);

/* struct day: the columns of a weather file. */
struct day { char date[11]; double temp_max, temp_min; };
FIXED(t_char11, t_char, char, 11);
STRUCT(t_day, "day", struct day, MEMBER(struct day, date, t_char11),
       MEMBER(struct day, temp_max, t_double), MEMBER(struct day, temp_min, t_double));
POINTER(t_const_day_p, t_day, LEAT__TO_CONST);
POINTER(t_day_p, t_day, 0);
SLICE(t_days, "days", t_const_day_p);       /* a view       */
SLICE(t_own_days, "own_days", t_day_p);

POINTER(t_const_double_p, t_double, LEAT__TO_CONST);
POINTER(t_double_p, t_double, 0);
SLICE(t_doubles, "doubles", t_const_double_p);
SLICE(t_own_doubles, "doubles", t_double_p);
POINTER(t_int_p, t_int, 0);
SLICE(t_ints, "ints", t_int_p);
POINTER(t_uint8_p, t_uint8, 0);
SLICE(t_bytes, "bytes", t_uint8_p);
POINTER(t_text_p, t_text, 0);
SLICE(t_texts, "texts", t_text_p);          /* {char **data; size_t len;}       */
POINTER(t_const_text_p, t_const_text, 0);
SLICE(t_const_texts, "texts", t_const_text_p);
SLICE(t_chars, "chars", t_text);            /* {char *data; size_t len;}        */
POINTER(t_ints_p, t_ints, 0);
SLICE(t_int_lists, "int_lists", t_ints_p);  /* a slice of slices                */

/* With a cap, as vectors have it. */
struct vector { double *data; size_t len, cap; };
STRUCT(t_vector, "vector", struct vector, MEMBER(struct vector, data, t_double_p),
       MEMBER(struct vector, len, t_size), MEMBER(struct vector, cap, t_size));

/* One member of every kind that text can tell. */
struct point { double x, y; };
STRUCT(t_point, "point", struct point, MEMBER(struct point, x, t_double),
       MEMBER(struct point, y, t_double));
FIXED(t_char4, t_char, char, 4);
FIXED(t_int3, t_int, int, 3);
struct all {
    bool on; char letter; int8_t i8; int16_t i16; int i; long l;
    uint8_t u8; uint16_t u16; unsigned u; size_t z;
    float f; double d; long double ld;
    enum sky sky; char code[4]; int three[3]; struct point at;
    char *name; const char *note;
};
STRUCT(t_all, "all", struct all, MEMBER(struct all, on, t_bool), MEMBER(struct all, letter, t_char),
       MEMBER(struct all, i8, t_int8), MEMBER(struct all, i16, t_int16),
       MEMBER(struct all, i, t_int), MEMBER(struct all, l, t_long), MEMBER(struct all, u8, t_uint8),
       MEMBER(struct all, u16, t_uint16), MEMBER(struct all, u, t_unsigned),
       MEMBER(struct all, z, t_size), MEMBER(struct all, f, t_float),
       MEMBER(struct all, d, t_double), MEMBER(struct all, ld, t_long_double),
       MEMBER(struct all, sky, t_sky), MEMBER(struct all, code, t_char4),
       MEMBER(struct all, three, t_int3), MEMBER(struct all, at, t_point),
       MEMBER(struct all, name, t_text), MEMBER(struct all, note, t_const_text));

/* Without the array: one line of CSV holds it. */
struct flat {
    bool on; char letter; int8_t i8; int16_t i16; int i; long l;
    uint8_t u8; uint16_t u16; unsigned u; size_t z;
    float f; double d; long double ld;
    enum sky sky; char code[4]; struct point at; const char *note;
};
STRUCT(t_flat, "flat", struct flat, MEMBER(struct flat, on, t_bool),
       MEMBER(struct flat, letter, t_char), MEMBER(struct flat, i8, t_int8),
       MEMBER(struct flat, i16, t_int16), MEMBER(struct flat, i, t_int),
       MEMBER(struct flat, l, t_long), MEMBER(struct flat, u8, t_uint8),
       MEMBER(struct flat, u16, t_uint16), MEMBER(struct flat, u, t_unsigned),
       MEMBER(struct flat, z, t_size), MEMBER(struct flat, f, t_float),
       MEMBER(struct flat, d, t_double), MEMBER(struct flat, ld, t_long_double),
       MEMBER(struct flat, sky, t_sky), MEMBER(struct flat, code, t_char4),
       MEMBER(struct flat, at, t_point), MEMBER(struct flat, note, t_const_text));
POINTER(t_flat_p, t_flat, 0);
SLICE(t_flats, "flats", t_flat_p);

/* A bit-field stands `bit` bits behind the first bit of its `offset`. */
struct bits { signed a : 3; unsigned b : 7; bool c : 1; unsigned wide : 20; unsigned across : 9; };
FIXTURE const struct leat__member bits_members[] = {
    { "a", &t_int, 0, 3, 0 }, { "b", &t_unsigned, 0, 7, 3 }, { "c", &t_bool, 0, 1, 10 },
    { "wide", &t_unsigned, 0, 20, 11 }, { "across", &t_unsigned, 4, 9, 0 }
};
FIXTURE const struct leat__type t_bits = { .kind = LEAT__STRUCT,
                                           .flags = LEAT__BITFIELDS,
                                           .size = sizeof(struct bits),
                                           .align = 4,
                                           .name = "bits",
                                           .count = 5,
                                           .members = bits_members };
POINTER(t_bits_p, t_bits, 0);
SLICE(t_bits_list, "bits_list", t_bits_p);

/* A tree: recursive through a slice. */
struct tree { char *name; struct { struct tree *data; size_t len; } children; };
FIXTURE const struct leat__type t_tree;
FIXTURE const struct leat__type t_tree_p = {
    .kind = LEAT__POINTER, .size = 8, .align = 8, .of = &t_tree
};
SLICE(t_trees, "trees", t_tree_p);
FIXTURE const struct leat__member tree_members[] = {
    MEMBER(struct tree, name, t_text), MEMBER(struct tree, children, t_trees)
};
FIXTURE const struct leat__type t_tree = { .kind = LEAT__STRUCT,
                                           .size = sizeof(struct tree),
                                           .align = 8,
                                           .name = "tree",
                                           .count = 2,
                                           .members = tree_members };

/* A list: recursive through a pointer. */
struct list { int x; struct list *next; };
FIXTURE const struct leat__type t_list;
FIXTURE const struct leat__type t_list_p = {
    .kind = LEAT__POINTER, .size = 8, .align = 8, .of = &t_list
};
FIXTURE const struct leat__member list_members[] = { MEMBER(struct list, x, t_int),
                                                     MEMBER(struct list, next, t_list_p) };
FIXTURE const struct leat__type t_list = { .kind = LEAT__STRUCT,
                                           .size = sizeof(struct list),
                                           .align = 8,
                                           .name = "list",
                                           .count = 2,
                                           .members = list_members };

/* struct { int first; struct { int a; double b; }; } */
struct outer { int first; struct { int a; double b; }; };
STRUCT(t_anonymous, "", struct point, { "a", &t_int, 0, 0, 0 }, { "b", &t_double, 8, 0, 0 });
STRUCT(t_outer, "outer", struct outer, MEMBER(struct outer, first, t_int),
       { "", &t_anonymous, offsetof(struct outer, a), 0, 0 });

FIXTURE const struct leat__member number_members[] = { { "i", &t_int, 0, 0, 0 },
                                                       { "d", &t_double, 0, 0, 0 } };
FIXTURE const struct leat__type t_union = { .kind = LEAT__UNION,
                                            .size = 8,
                                            .align = 8,
                                            .name = "number",
                                            .count = 2,
                                            .members = number_members };
struct boxed { int kind; double number; };
STRUCT(t_boxed, "boxed", struct boxed, MEMBER(struct boxed, kind, t_int),
       MEMBER(struct boxed, number, t_union));
FIXTURE const struct leat__type t_image = { .kind = LEAT__STRUCT,
                                            .flags = LEAT__INCOMPLETE,
                                            .name = "image" };
POINTER(t_image_p, t_image, 0);

/* What a test allocates, and the last error. */
struct bench { struct leat__arena arena; struct leat__text out; leat_error err; };

FIXTURE int setup(void **state)
{
    *state = calloc(1, sizeof(struct bench));
    return *state ? 0 : -1;
}

FIXTURE int teardown(void **state)
{
    struct bench *b = *state;
    leat__arena_fini(&b->arena);
    leat__text_fini(&b->out);
    free(b);
    return 0;
}

FIXTURE const char *words(struct bench *b) { return b->out.data ? b->out.data : ""; }

/* The same bytes from a fixed seed in every run. */
FIXTURE uint64_t dice(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
