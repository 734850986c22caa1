/* Tests of whole values: functions by name go before the layout, and what only
 * they can tell is opaque without them. */
#include "graph/fixture_test.h"
#include "run/whole.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

/* struct image { int n; void *pixels; }, opaque; struct point { double x, y; } is not. */
struct image { int n; void *pixels; };
struct point { double x, y; };
static const struct leat__type t_void = { .kind = LEAT__VOID };
static const struct leat__type t_void_p = { .kind = LEAT__POINTER, .size = 8, .align = 8, .of = &t_void, .hash = 50 };
static const struct leat__member full_members[] = { { "n", &t_int, 0, 0, 0 }, { "pixels", &t_void_p, 8, 0, 0 } };
static const struct leat__type t_full = { .kind = LEAT__STRUCT, .size = sizeof(struct image), .align = 8, .name = "image",
                                          .count = 2, .members = full_members, .hash = 51 };
static const struct leat__type t_full_p = { .kind = LEAT__POINTER, .size = 8, .align = 8, .of = &t_full, .hash = 52 };
static const struct leat__type t_full_cp = { .kind = LEAT__POINTER, .flags = LEAT__TO_CONST, .size = 8, .align = 8,
                                             .of = &t_full, .hash = 53 };
static const struct leat__member point_members[] = { { "x", &t_double, 0, 0, 0 }, { "y", &t_double, 8, 0, 0 } };
static const struct leat__type t_point = { .kind = LEAT__STRUCT, .size = 16, .align = 8, .name = "point_t", .count = 2,
                                           .members = point_members, .hash = 54 };
static const struct leat__type t_point_cp = { .kind = LEAT__POINTER, .flags = LEAT__TO_CONST, .size = 8, .align = 8,
                                              .of = &t_point, .hash = 55 };
static const struct leat__type t_byte = { .kind = LEAT__UINT, .size = 1, .align = 1, .hash = 56 };
static const struct leat__type t_bytes = { .kind = LEAT__POINTER, .size = 8, .align = 8, .of = &t_byte, .hash = 57 };
static const struct leat__type t_const_bytes = { .kind = LEAT__POINTER, .flags = LEAT__TO_CONST, .size = 8, .align = 8,
                                                 .of = &t_byte, .hash = 58 };
static const struct leat__type t_bytes_p = { .kind = LEAT__POINTER, .size = 8, .align = 8, .of = &t_bytes, .hash = 59 };
static const struct leat__type t_bool = { .kind = LEAT__BOOL, .size = 1, .align = 1, .hash = 60 };

static int live, failing;

static struct image *image_of(int n)
{
    struct image *image = failing ? NULL : malloc(sizeof *image);
    if (image)
        *image = (struct image){ n, image };
    live += image != NULL;
    return image;
}
static void call_free(void *fn, void *const *args, void *result)
{
    (void)fn, (void)result;
    free(*(struct image **)args[0]);
    live--;
}
static void call_encode(void *fn, void *const *args, void *result)
{
    (void)fn;
    const struct image *image = *(const struct image **)args[0];
    unsigned char *bytes = malloc(1);
    *bytes = (unsigned char)image->n;
    **(unsigned char ***)args[1] = bytes;
    **(size_t **)args[2] = 1;
    *(int *)result = failing;
}
static void call_decode(void *fn, void *const *args, void *result)
{
    (void)fn;
    *(struct image **)result = *(size_t *)args[1] == 1 ? image_of(**(const unsigned char **)args[0]) : NULL;
}
static void call_hash(void *fn, void *const *args, void *result)
{
    (void)fn;
    *(uint64_t *)result = (uint64_t)(*(const struct image **)args[0])->n % 10;
}
static void call_equal(void *fn, void *const *args, void *result)
{
    (void)fn;
    *(bool *)result = (*(const struct image **)args[0])->n % 10 == (*(const struct image **)args[1])->n % 10;
}
static void call_copy(void *fn, void *const *args, void *result)
{
    (void)fn;
    *(struct image **)result = image_of((*(const struct image **)args[0])->n);
}
static void call_point_copy(void *fn, void *const *args, void *result)
{
    (void)fn;
    *(struct point *)result = (struct point){ (*(const struct point **)args[0])->x + 100, 0 };
}

static struct leat__function functions[] = {
    FUNCTION(1, &t_full_p, "image", { "n", &t_int }),
    FUNCTION(2, NULL, "image_free", { "i", &t_full_p }),
    FUNCTION(3, &t_int, "image_encode", { "i", &t_full_cp }, { "out_bytes", &t_bytes_p }, { "out_size", &t_u64_out }),
    FUNCTION(4, &t_full_p, "image_decode", { "bytes", &t_const_bytes }, { "size", &t_u64 }),
    FUNCTION(5, &t_u64, "image_hash", { "i", &t_full_cp }),
    FUNCTION(6, &t_bool, "image_equal", { "a", &t_full_cp }, { "b", &t_full_cp }),
    FUNCTION(7, &t_full_p, "image_copy", { "i", &t_full_cp }),
    FUNCTION(8, &t_point, "point", { "n", &t_int }),
    FUNCTION(9, &t_point, "point_copy", { "p", &t_point_cp }),
};

static struct leat__graph g;
static leat_error err;

/* A graph of the image and its first `count` functions; the node. */
static const struct leat__node *with(uint32_t count, const char *name)
{
    static leat__trampoline *const calls[] = { NULL, call_free, call_encode, call_decode, call_hash, call_equal, call_copy,
                                               NULL, call_point_copy };
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        functions[i].head->call = calls[i];
    assert_int_equal(build_with(&g, functions, count, NULL, 0), 0);
    uint32_t id = leat__graph_find(&g, name);
    assert_int_not_equal(id, LEAT__NONE);
    return &g.node[id];
}

static int tear_down(void **state)
{
    (void)state;
    leat__graph_fini(&g);
    failing = 0;
    return live ? -1 : 0;
}

static void functions_for_types_are_no_nodes(void **state)
{
    (void)state;
    with(9, "image");
    assert_int_equal(g.problems.count, 0);
    assert_int_equal(leat__graph_find(&g, "image_copy"), LEAT__NONE);
    assert_int_equal(leat__graph_find(&g, "point_copy"), LEAT__NONE);
}

static void bytes_are_those_of_the_functions_and_come_back(void **state)
{
    (void)state;
    const struct leat__node *n = with(4, "image");
    struct image seven = { 7, NULL };
    struct leat__text out = { 0 };
    unsigned char digest[LEAT__VALUE_DIGEST], other[LEAT__VALUE_DIGEST];
    uint64_t value = 0;
    assert_int_equal(leat__whole_encode(&g, n, &seven, &out, &err), 0);
    assert_int_equal(out.len, 1);
    assert_int_equal(leat__whole_decode(&g, n, (struct leat__encoded){ out.data, out.len, 100 }, &value, &err), 0);
    struct image *back = (struct image *)(uintptr_t)value;
    assert_int_equal(back->n, 7);
    assert_int_equal(leat__whole_equal(&g, n, &seven, back, &err), 1);
    assert_int_equal(leat__whole_digest(&g, n, &seven, digest, &err), 0);
    assert_int_equal(leat__whole_digest(&g, n, back, other, &err), 0);
    assert_memory_equal(digest, other, sizeof digest);
    leat__whole_destroy(&g, n, value);
    assert_int_equal(leat__whole_decode(&g, n, (struct leat__encoded){ "ab", 2, 100 }, &value, &err), LEAT_EFAILED);
    assert_string_equal(err.message, "image: image_decode gave NULL");
    failing = 1;
    assert_int_equal(leat__whole_encode(&g, n, &seven, &out, &err), LEAT_EFAILED);
    leat__text_fini(&out);
}

static void hash_equal_and_copy_go_before_everything_else(void **state)
{
    (void)state;
    const struct leat__node *n = with(7, "image");
    struct image a = { 3, NULL }, b = { 13, &a }, c = { 4, NULL };
    unsigned char x[LEAT__VALUE_DIGEST], y[LEAT__VALUE_DIGEST];
    uint64_t value = 0;
    assert_int_equal(leat__whole_equal(&g, n, &a, &b, &err), 1);
    assert_int_equal(leat__whole_equal(&g, n, &a, &c, &err), 0);
    leat__whole_digest(&g, n, &a, x, &err);
    leat__whole_digest(&g, n, &b, y, &err);
    assert_memory_equal(x, y, sizeof x);
    leat__whole_digest(&g, n, &c, y, &err);
    assert_memory_not_equal(x, y, sizeof x);
    assert_true(leat__whole_has_copy(&g, n));
    assert_int_equal(leat__whole_copy(&g, n, &b, LEAT__NONE, &value, &err), 0);
    assert_int_equal(((struct image *)(uintptr_t)value)->n, 13);
    leat__whole_destroy(&g, n, value);
    failing = 1;
    assert_int_equal(leat__whole_copy(&g, n, &b, LEAT__NONE, &value, &err), LEAT_EFAILED);
    assert_string_equal(err.message, "image: image_copy gave NULL");
}

static void without_them_it_stays_opaque(void **state)
{
    (void)state;
    const struct leat__node *n = with(2, "image");
    struct image a = { 3, NULL };
    struct leat__text out = { 0 };
    unsigned char x[LEAT__VALUE_DIGEST];
    uint64_t value;
    assert_false(leat__whole_has_copy(&g, n));
    assert_int_equal(leat__whole_encode(&g, n, &a, &out, &err), LEAT_ETYPE);
    assert_int_equal(leat__whole_digest(&g, n, &a, x, &err), LEAT_ETYPE);
    assert_int_equal(leat__whole_equal(&g, n, &a, &a, &err), LEAT_ETYPE);
    assert_int_equal(leat__whole_decode(&g, n, (struct leat__encoded){ "a", 1, 9 }, &value, &err), LEAT_ETYPE);
    leat__text_fini(&out);
}

static void what_no_function_says_the_layout_says(void **state)
{
    (void)state;
    const struct leat__node *n = with(9, "point");
    struct point p = { 1, 2 }, q = { 1, 2 };
    struct leat__text out = { 0 };
    uint64_t value = 0;
    assert_int_equal(leat__whole_equal(&g, n, &p, &q, &err), 1);
    assert_int_equal(leat__whole_encode(&g, n, &p, &out, &err), 0);
    assert_int_equal(out.len, 16);
    assert_int_equal(leat__whole_decode(&g, n, (struct leat__encoded){ out.data, out.len, 100 }, &value, &err), 0);
    assert_int_equal(((struct point *)(uintptr_t)value)->y, 2);
    leat__whole_destroy(&g, n, value);
    leat__text_fini(&out);
    assert_true(leat__whole_has_copy(&g, n));
    assert_int_equal(leat__whole_copy(&g, n, &p, LEAT__NONE, &value, &err), 0);
    assert_int_equal(((struct point *)(uintptr_t)value)->x, 101);
    leat__whole_destroy(&g, n, value);
}

static void half_a_codec_and_another_form_are_told(void **state)
{
    (void)state;
    struct leat__function f[] = { functions[0], functions[1], functions[2],
        FUNCTION(4, &t_full_p, "image_copy", { "i", &t_full_cp }, { "scale", &t_int }),
        FUNCTION(5, &t_u64, "image_hash", { "i", &t_full_cp }) };
    assert_int_equal(build_with(&g, f, 5, NULL, 0), 0);
    assert_int_equal(g.problems.count, 2);
    const leat_problem *form = &g.problems.at[0].public, *half = &g.problems.at[1].public;
    assert_int_equal(form->line, 4);
    assert_string_equal(form->file, "m.c");
    assert_string_equal(form->hint, "expected: struct image *image_copy(const struct image *)");
    assert_int_equal(half->line, 3);
    assert_string_equal(half->hint, "add its decode");
    assert_int_equal(form->warning + half->warning, 2);
    assert_int_equal(g.refused.count, 1);
    assert_null(leat__graph_methods(&g, &g.node[leat__graph_find(&g, "image")])->of[LEAT__ENCODE]);
}

#define TEST(f) cmocka_unit_test_teardown(f, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(functions_for_types_are_no_nodes),
        TEST(bytes_are_those_of_the_functions_and_come_back),
        TEST(hash_equal_and_copy_go_before_everything_else),
        TEST(without_them_it_stays_opaque),
        TEST(what_no_function_says_the_layout_says),
        TEST(half_a_codec_and_another_form_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
