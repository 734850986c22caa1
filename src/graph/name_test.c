/* Tests of namespaces: what names mean in them, and inputs as they see them. */
#include "graph/fixture_test.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static struct leat__graph g;

static int drop(void **state)
{
    (void)state;
    leat__graph_fini(&g);
    return 0;
}

/* "us.total" of a module in namespace us. */
static struct leat__function in(struct leat__function f)
{
    f.head->space = (uint8_t)(strchr(f.name, '.') - f.name + 1);
    f.head->module = f.name[0] == 'e';
    return f;
}

static void build(struct leat__function *f, uint32_t n, const struct leat__note *notes, uint32_t note_count)
{
    assert_int_equal(build_with(&g, f, n, notes, note_count), 0);
}

static struct leat__node *node(const char *name)
{
    uint32_t id = leat__graph_find(&g, name);
    if (id == LEAT__NONE)
        fail_msg("no node %s", name);
    return &g.node[id];
}

/* The name of what parameter i of a node reads. */
static const char *reads(const char *name, uint32_t i)
{
    uint32_t from = g.edge[node(name)->edge + i].from;
    return from == LEAT__NONE ? "nothing" : g.node[from].name;
}

static void a_parameter_finds_its_namespace_then_outside(void **state)
{
    (void)state;
    struct leat__function f[] = {
        in(FUNCTION_0(1, &t_int, "us.a")), FUNCTION_0(2, &t_int, "a"), FUNCTION_0(3, &t_int, "b"),
        in(FUNCTION(4, &t_int, "us.f", { "a", &t_int }, { "b", &t_int }, { "a_", &t_int })),
        FUNCTION(5, &t_int, "f", { "a", &t_int }, { "us__a", &t_int }),
        in(FUNCTION(6, &t_int, "eu.f", { "a", &t_int }, { "us__a", &t_int })),
    };
    build(f, 6, NULL, 0);
    assert_int_equal(g.problems.count, 0);
    assert_string_equal(reads("us.f", 0), "us.a");
    assert_string_equal(reads("us.f", 1), "b");
    assert_string_equal(reads("us.f", 2), "us.a");
    assert_string_equal(reads("f", 0), "a");
    assert_string_equal(reads("f", 1), "us.a");
    assert_string_equal(reads("eu.f", 0), "a");
    assert_string_equal(reads("eu.f", 1), "us.a");
}

static void an_input_is_seen_by_each_namespace(void **state)
{
    (void)state;
    struct leat__function f[] = { in(FUNCTION(1, &t_int, "us.f", { "x", &t_int })),
                                  in(FUNCTION(2, &t_int, "us.g", { "x", &t_int })),
                                  in(FUNCTION(3, &t_int, "eu.f", { "x", &t_int })),
                                  FUNCTION(4, &t_int, "f", { "x", &t_int }) };
    build(f, 4, NULL, 0);
    assert_int_equal(g.inputs, 1);
    assert_int_equal(g.count, 7);
    assert_string_equal(reads("us.f", 0), "us.x");
    assert_string_equal(reads("us.g", 0), "us.x");
    assert_string_equal(reads("eu.f", 0), "eu.x");
    assert_string_equal(reads("f", 0), "x");
    assert_string_equal(reads("us.x", 0), "x");
    assert_int_equal(node("us.x")->kind, LEAT__NODE_SAME);
    assert_true(node("us.x")->flags & LEAT__NODE_DEFAULT);
    uint8_t need[7] = { 0 }, given[7] = { 0 };
    uint32_t asked = leat__graph_find(&g, "us.f");
    given[leat__graph_find(&g, "us.x")] = 1;
    assert_int_equal(leat__graph_select(&g, &asked, 1, given, need), 2);
    assert_false(need[0]);          /* x itself */
}

static void all_who_see_an_input_agree_on_its_type(void **state)
{
    (void)state;
    struct leat__function f[] = { in(FUNCTION(1, &t_int, "us.f", { "x", &t_text })),
                                  in(FUNCTION(2, &t_int, "eu.f", { "x", &t_mutable_text })),
                                  in(FUNCTION(3, &t_int, "us.g", { "x", &t_text })) };
    build(f, 3, NULL, 0);
    assert_int_equal(g.problems.count, 0);
    assert_ptr_equal(node("us.x")->type, node("x")->type);
    assert_ptr_equal(node("eu.x")->type, node("x")->type);
    leat__graph_fini(&g);
    f[1] = in(FUNCTION(2, &t_int, "eu.f", { "x", &t_int }));
    build(f, 3, NULL, 0);
    assert_int_equal(g.problems.count, 1);
    assert_true(strstr(g.problems.at[0].public.message, "eu.f(int x): another reader reads it as") != NULL);
}

static void who_writes_an_input_in_a_namespace_has_its_own(void **state)
{
    (void)state;
    struct leat__function f[] = { in(FUNCTION(1, &t_int, "us.w", { "x", &t_mutable_text })),
                                  in(FUNCTION(2, &t_int, "eu.w", { "x", &t_mutable_text })),
                                  in(FUNCTION(3, &t_int, "us.r", { "x", &t_text })),
                                  FUNCTION(4, &t_int, "r", { "x", &t_text }) };
    build(f, 4, NULL, 0);
    assert_int_equal(g.problems.count, 0);      /* two writers, of two values */
    assert_ptr_equal(&g.node[leat__rest(&g, node("us.x"))->writer], node("us.w"));
    assert_true(node("us.x")->flags & LEAT__NODE_OWNED);
    assert_int_equal(leat__rest(&g, node("x"))->writer, LEAT__NONE);
    assert_true(node("us.r") < node("us.w"));
}

static void outputs_and_defaults_have_full_names(void **state)
{
    (void)state;
    struct leat__function f[] = { in(FUNCTION(1, NULL, "us.range", { "x", &t_u64 }, { "out_lo", &t_u64_out })),
                                  in(FUNCTION(2, &t_u64, "us.f", { "lo", &t_u64 }, { "range__lo", &t_u64 })),
                                  in(FUNCTION_0(3, &t_u64, "us.x__default")),
                                  FUNCTION(4, &t_u64, "g", { "us__range__lo", &t_u64 }, { "x", &t_u64 }) };
    build(f, 4, NULL, 0);
    assert_int_equal(g.problems.count, 0);
    assert_string_equal(reads("us.f", 0), "us.lo");
    assert_string_equal(reads("us.f", 1), "us.lo");
    assert_string_equal(reads("us.range", 0), "us.x");
    assert_int_equal(node("us.x")->kind, LEAT__NODE_CALL);
    assert_string_equal(reads("g", 0), "us.lo");
    assert_string_equal(reads("g", 1), "x");    /* the default is us's */
}

static void notes_mean_names_of_where_they_were_said(void **state)
{
    (void)state;
    struct leat__function f[] = { in(FUNCTION(1, &t_int, "us.f", { "x", &t_int })), in(FUNCTION_0(2, &t_int, "us.a")),
                                  in(FUNCTION(3, &t_int, "eu.f", { "x", &t_int })), FUNCTION_0(4, &t_int, "a") };
    struct leat__note notes[] = {
        { "node", "m.c", 1, 0, "f, bind(x = a)", "us" },
        { "node", "m.c", 1, 0, "f, bind(x = a)", "eu" },        /* the same source again */
        { "node", "m.c", 2, 0, "g, calls(f), bind(x = a), after(a)", "us" },
        { "node", NULL, 0, 3, "eu.h, calls(us.f), bind(x = us.a)", NULL },
        { "node", "m.c", 3, 0, "a, as(b)", NULL },
    };
    build(f, 4, notes, 5);
    assert_int_equal(g.problems.count, 0);
    assert_string_equal(reads("us.f", 0), "us.a");
    assert_string_equal(reads("eu.f", 0), "eu.a");      /* an input: the plain a is called b */
    assert_string_equal(reads("us.g", 0), "us.a");
    assert_string_equal(reads("eu.h", 0), "us.a");
    assert_ptr_equal(node("us.g")->function, &f[0]);
    assert_int_equal(leat__rest(&g, node("us.g"))->orders, 1);
}

static void a_destructor_is_the_modules_own_in_each_namespace(void **state)
{
    (void)state;
    struct leat__function f[] = { in(FUNCTION_0(1, &t_image_p, "us.a")),
                                  in(FUNCTION(2, NULL, "us.image_free", { "i", &t_image_p })),
                                  in(FUNCTION_0(3, &t_image_p, "eu.a")),
                                  in(FUNCTION(4, NULL, "eu.image_free", { "i", &t_image_p })),
                                  in(FUNCTION(5, NULL, "eu.done", { "i", &t_image_p })) };
    build(f, 4, NULL, 0);
    assert_int_equal(g.problems.count, 0);
    assert_ptr_equal(g.destructor[leat__rest(&g, node("us.a"))->destructor].function, &f[1]);
    assert_ptr_equal(g.destructor[leat__rest(&g, node("eu.a"))->destructor].function, &f[3]);
    leat__graph_fini(&g);
    struct leat__note notes[] = { { "type", "m.c", 1, 0, "struct image, free(done)", "eu" } };
    build(f, 5, notes, 1);
    assert_int_equal(g.problems.count, 0);
    assert_ptr_equal(g.destructor[leat__rest(&g, node("us.a"))->destructor].function, &f[1]);
    assert_ptr_equal(g.destructor[leat__rest(&g, node("eu.a"))->destructor].function, &f[4]);
}

static void names_that_clash_are_told(void **state)
{
    (void)state;
    struct leat__function f[] = { in(FUNCTION_0(1, &t_int, "us.a")), in(FUNCTION_0(2, &t_int, "us.a")),
                                  in(FUNCTION_0(3, &t_int, "us.log")),
                                  FUNCTION(4, NULL, "us", { "x", &t_u64 }, { "out_a", &t_u64_out }) };
    build(f, 4, NULL, 0);
    assert_int_equal(g.problems.count, 2);
    assert_string_equal(g.problems.at[0].public.message, "two nodes are named us.a: the other is at m.c:1");
    assert_string_equal(g.problems.at[1].public.message, "two nodes are named us.a: the other is at m.c:1");
    assert_int_equal(g.refused.count, 1);
    assert_string_equal(g.refused.at[0].public.node, "us.log");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, drop)
    const struct CMUnitTest tests[] = {
        TEST(a_parameter_finds_its_namespace_then_outside), TEST(an_input_is_seen_by_each_namespace),
        TEST(all_who_see_an_input_agree_on_its_type), TEST(who_writes_an_input_in_a_namespace_has_its_own),
        TEST(outputs_and_defaults_have_full_names), TEST(notes_mean_names_of_where_they_were_said),
        TEST(a_destructor_is_the_modules_own_in_each_namespace), TEST(names_that_clash_are_told),
    };
    return cmocka_run_group_tests_name("name", tests, NULL, NULL);
}
