/* Tests of fields and items: what their nodes are, and what they order. */
#include "graph/field.h"
#include "graph/fixture_test.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

/* struct pos { double x, y; };
 * struct spot { struct pos at; const char *name; struct { int a; }; unsigned b : 2; const struct pos *home; }; */
static const struct leat__type t_uint = { .kind = LEAT__UINT, .size = 4, .align = 4, .hash = 30 };
static const struct leat__member pos_members[] = { { "x", &t_double, 0, 0, 0 }, { "y", &t_double, 8, 0, 0 } };
static const struct leat__type t_pos = { .kind = LEAT__STRUCT, .size = 16, .align = 8, .name = "pos", .count = 2,
                                         .members = pos_members, .hash = 31 };
static const struct leat__type t_pos_cp = { .kind = LEAT__POINTER, .flags = LEAT__TO_CONST, .size = 8, .align = 8,
                                            .of = &t_pos, .hash = 32 };
static const struct leat__member inline_members[] = { { "a", &t_int, 0, 0, 0 } };
static const struct leat__type t_inline = { .kind = LEAT__STRUCT, .size = 4, .align = 4, .count = 1,
                                            .members = inline_members, .hash = 33 };
static const struct leat__member spot_members[] = {
    { "at", &t_pos, 0, 0, 0 }, { "name", &t_text, 16, 0, 0 }, { "", &t_inline, 24, 0, 0 },
    { "b", &t_uint, 28, 2, 0 }, { "home", &t_pos_cp, 32, 0, 0 },
};
static const struct leat__type t_spot = { .kind = LEAT__STRUCT, .size = 40, .align = 8, .name = "spot", .count = 5,
                                          .members = spot_members, .hash = 34 };
static const struct leat__type t_spot_p = { .kind = LEAT__POINTER, .size = 8, .align = 8, .of = &t_spot, .hash = 35 };
static const struct leat__type t_double_p = { .kind = LEAT__POINTER, .size = 8, .align = 8, .of = &t_double, .hash = 36 };
static const struct leat__type t_size = { .kind = LEAT__UINT, .size = 8, .align = 8, .hash = 37 };
static const struct leat__member slice_members[] = { { "data", &t_double_p, 0, 0, 0 }, { "len", &t_size, 8, 0, 0 } };
static const struct leat__type t_slice = { .kind = LEAT__STRUCT, .size = 16, .align = 8, .name = "numbers", .count = 2,
                                           .members = slice_members, .hash = 38 };

static struct leat__graph g;

static int drop(void **state)
{
    (void)state;
    leat__graph_fini(&g);
    return 0;
}

static const struct leat__node *node(const char *name)
{
    uint32_t id = leat__graph_find(&g, name);
    if (id == LEAT__NONE)
        fail_msg("no node %s", name);
    return &g.node[id];
}

static uint32_t readers(const char *name)
{
    uint32_t count;
    assert_non_null(leat__graph_readers(&g, leat__graph_find(&g, name), &count));
    return count;
}

static bool before(const char *a, const char *b) { return node(a) < node(b); }

static void a_field_is_a_node_with_its_place_and_form(void **state)
{
    (void)state;
    struct leat__function f[] = { FUNCTION_0(3, &t_spot, "spot"), FUNCTION(5, &t_double, "f", { "spot__at__y", &t_double },
        { "spot__name", &t_text }, { "spot__a", &t_int }, { "spot__home", &t_pos_cp }) };
    assert_int_equal(build_with(&g, f, 2, NULL, 0), 0);
    assert_int_equal(g.problems.count, 0);
    assert_int_equal(leat__rest(&g, node("spot.at.y"))->offset, 8);
    assert_int_equal(node("spot.at.y")->flags, 0);
    assert_ptr_equal(&g.node[leat__rest(&g, node("spot.at.y"))->producer], node("spot.at"));
    assert_int_equal(leat__rest(&g, node("spot.a"))->offset, 24);
    assert_int_equal(node("spot.at")->flags, LEAT__NODE_OBJECT | LEAT__NODE_BORROWED | LEAT__NODE_KEEPS);
    assert_int_equal(node("spot.name")->flags, LEAT__NODE_BY_POINTER | LEAT__NODE_BORROWED | LEAT__NODE_KEEPS);
    assert_ptr_equal(node("spot.home")->type, &t_pos);
    assert_int_equal(node("spot.home")->flags, LEAT__NODE_OBJECT | LEAT__NODE_BY_POINTER | LEAT__NODE_BORROWED |
                     LEAT__NODE_KEEPS);
    assert_true(before("spot", "spot.at") && before("spot.at", "spot.at.y") && before("spot.at.y", "f"));
}

static void many_readers_share_one_field(void **state)
{
    (void)state;
    struct leat__function f[] = { FUNCTION(1, &t_int, "a", { "spot__a", &t_int }), FUNCTION(2, &t_int, "b", { "spot__a", &t_int }),
                                  FUNCTION_0(3, &t_spot, "spot") };
    assert_int_equal(build_with(&g, f, 3, NULL, 0), 0);
    assert_int_equal(g.count, 4);
    assert_int_equal(readers("spot.a"), 2);
    assert_int_equal(readers("spot"), 1);
}

static void a_dead_struct_takes_its_fields_with_it(void **state)
{
    (void)state;
    struct leat__function f[] = { FUNCTION(1, &t_spot, "spot", { "x", &t_double }), FUNCTION(2, &t_int, "y", { "x", &t_int }),
                                  FUNCTION(3, &t_spot, "sp", { "y", &t_int }), FUNCTION(4, &t_int, "z", { "sp__a", &t_int }) };
    assert_int_equal(build_with(&g, f, 4, NULL, 0), 0);
    assert_int_equal(g.problems.count, 1);
    assert_true(node("sp.a")->flags & LEAT__NODE_BROKEN);
    assert_true(node("z")->flags & LEAT__NODE_BROKEN);
    assert_false(node("spot")->flags & LEAT__NODE_BROKEN);
}

static void writers_of_the_struct_come_after_readers_of_fields(void **state)
{
    (void)state;
    struct leat__function f[] = {
        FUNCTION_0(1, &t_spot_p, "spot"), FUNCTION(2, NULL, "spot_free", { "s", &t_spot_p }),
        FUNCTION(3, &t_int, "write", { "spot", &t_spot_p }), FUNCTION(4, &t_int, "read", { "spot__name", &t_text }),
        FUNCTION(5, &t_text, "borrow", { "spot__at", &t_pos_cp }), FUNCTION(6, &t_int, "late", { "borrow", &t_text }),
    };
    assert_int_equal(build_with(&g, f, 6, NULL, 0), 0);
    assert_int_equal(g.refused.count, 2);       /* read and write are POSIX's */
    leat__graph_fini(&g);
    f[2].name = "writer";
    f[3].name = "reader";
    assert_int_equal(build_with(&g, f, 6, NULL, 0), 0);
    assert_int_equal(g.problems.count, 0);
    assert_true(before("reader", "writer") && before("late", "writer"));
}

static void a_named_field_is_a_node_and_an_alias(void **state)
{
    (void)state;
    struct leat__function f[] = { FUNCTION(1, &t_double, "f", { "y", &t_double }, { "spot__at__y", &t_double }),
                                  FUNCTION_0(3, &t_spot, "spot") };
    struct leat__note notes[] = { { "node", "m.c", 7, 0, "spot, fields(at.y, home = base)" } };
    assert_int_equal(build_with(&g, f, 2, notes, 1), 0);
    assert_int_equal(g.problems.count, 0);
    assert_ptr_equal(node("y"), node("spot.at.y"));
    assert_ptr_equal(node("base"), node("spot.home"));
    assert_int_equal(readers("y"), 2);
}

static void items_know_their_place_and_how_many_there_are(void **state)
{
    (void)state;
    struct leat__function f[] = { FUNCTION(1, &t_double, "f", { "b", &t_double }), FUNCTION_0(3, &t_slice, "list") };
    struct leat__note notes[] = { { "node", "m.c", 7, 0, "list, elements(a, b, c)" } };
    assert_int_equal(build_with(&g, f, 2, notes, 1), 0);
    assert_int_equal(g.problems.count, 0);
    assert_int_equal(node("b")->kind, LEAT__NODE_ITEM);
    assert_int_equal(leat__rest(&g, node("b"))->offset, 8);
    assert_int_equal(leat__rest(&g, node("c"))->items, 3);
    assert_ptr_equal(node("c"), node("list.c"));
}

static void a_part_may_not_have_the_name_of_a_node(void **state)
{
    (void)state;
    struct leat__function f[] = { FUNCTION_0(1, &t_double, "a"), FUNCTION_0(3, &t_spot, "spot") };
    struct leat__note notes[] = { { "node", "m.c", 7, 0, "spot, fields(a)" } };
    assert_int_equal(build_with(&g, f, 2, notes, 1), 0);
    assert_int_equal(g.problems.count, 1);
    assert_string_equal(g.problems.at[0].public.message, "two nodes are named a: the other is at m.c:1");
}

static void what_is_asked_of_a_field_needs_its_struct(void **state)
{
    (void)state;
    struct leat__function f[] = { FUNCTION(1, &t_int, "f", { "spot__a", &t_int }), FUNCTION(3, &t_spot, "spot", { "n", &t_int }) };
    uint8_t need[8] = { 0 }, reached[8] = { 0 };
    assert_int_equal(build_with(&g, f, 2, NULL, 0), 0);
    uint32_t field = leat__graph_find(&g, "spot.a");
    assert_int_equal(leat__graph_select(&g, &field, 1, NULL, need), 3);
    assert_true(need[leat__graph_find(&g, "n")]);
    assert_int_equal(leat__graph_downstream(&g, leat__graph_find(&g, "n"), reached), 0);
    assert_true(reached[field] && reached[leat__graph_find(&g, "f")]);
}

static void why_there_is_no_field(void **state)
{
    (void)state;
    static const struct { const struct leat__type *type; uint16_t flags; const char *name, *why, *near; } all[] = {
        { &t_spot, LEAT__NODE_OBJECT, "nmae", "struct spot has no field nmae, only at, name, a, b, home", "name" },
        { &t_spot, LEAT__NODE_OBJECT, "b", "field b of struct spot is a bit-field: it has no address", "" },
        { &t_double, 0, "x", "double is no struct", "" },
        { NULL, LEAT__NODE_SINK, "x", "it gives no value", "" },
        { &t_image, LEAT__NODE_OBJECT, "w", "struct image is not defined here: its fields are not known", "" },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct leat__node v = { .type = all[i].type, .flags = all[i].flags }, out;
        struct leat__no_field no;
        uint32_t offset;
        assert_false(leat__field_of(&v, all[i].name, strlen(all[i].name), &out, &offset, &no));
        assert_string_equal(no.why, all[i].why);
        assert_string_equal(no.near, all[i].near);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, drop)
    const struct CMUnitTest tests[] = {
        TEST(a_field_is_a_node_with_its_place_and_form), TEST(many_readers_share_one_field),
        TEST(a_dead_struct_takes_its_fields_with_it), TEST(writers_of_the_struct_come_after_readers_of_fields),
        TEST(a_named_field_is_a_node_and_an_alias), TEST(items_know_their_place_and_how_many_there_are),
        TEST(a_part_may_not_have_the_name_of_a_node), TEST(what_is_asked_of_a_field_needs_its_struct),
        TEST(why_there_is_no_field),
    };
    return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}
