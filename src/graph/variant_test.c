/* Tests of variants: what config chooses, and what is told when it chooses none. */
#include "graph/fixture_test.h"
#include "graph/role.h"
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

/* config: "region=us tier=gold" */
static void build(struct leat__function *f, uint32_t n, const struct leat__note *notes, uint32_t note_count,
                  const char *config)
{
    static char text[200];
    struct leat__setting settings[8];
    uint32_t count = 0;
    snprintf(text, sizeof text, "%s", config);
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
        char *value = strchr(word, '=');
        *value = 0;
        settings[count++] = (struct leat__setting){ word, value + 1 };
    }
    struct leat__functions module = { f, n };
    struct leat__graph_spec spec = { &module, 1, notes, note_count, NULL, 0, settings, count };
    leat__graph_fini(&g);
    assert_int_equal(leat__graph_build(&g, &spec), 0);
}

static uint32_t id(const char *name) { return leat__graph_find(&g, name); }

/* The function that stands for a name; "": an input; NULL: nothing. */
static const char *chosen(const char *name)
{
    uint32_t at = id(name);
    return at == LEAT__NONE ? NULL : g.node[at].kind == LEAT__NODE_INPUT ? "" : g.node[at].function->name;
}

static void only_problem_is(const char *message, const char *hint)
{
    assert_int_equal(g.problems.count, 1);
    assert_string_equal(g.problems.at[0].public.message, message);
    if (hint)
        assert_string_equal(g.problems.at[0].public.hint, hint);
}

static void the_most_specific_variant_wins(void **state)
{
    (void)state;
    struct leat__function f[] = {
        FUNCTION(1, &t_double, "x", { "a", &t_double }), FUNCTION(2, &t_double, "x__region__us", { "b", &t_double }),
        FUNCTION(3, &t_double, "x__region__us__tier__gold", { "c", &t_double }, { "a", &t_double }),
        FUNCTION(4, &t_double, "reads", { "x", &t_double }),
    };
    static const struct { const char *config, *function, *input; } all[] = {
        { "", "x", "a" }, { "region=eu", "x", "a" }, { "region=us", "x__region__us", "b" },
        { "tier=gold", "x", "a" }, { "region=us tier=gold", "x__region__us__tier__gold", "c" },
        { "region=us tier=silver", "x__region__us", "b" },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        build(f, 4, NULL, 0, all[i].config);
        assert_int_equal(g.problems.count, 0);
        assert_string_equal(chosen("x"), all[i].function);
        assert_string_equal(chosen(all[i].input), "");
        assert_int_equal(g.node[id("reads")].edges, 1);
        assert_int_equal(g.edge[g.node[id("reads")].edge].from, id("x"));
        assert_true((chosen("b") != NULL) == !strcmp(all[i].input, "b"));    /* nothing of the others is left */
    }
}

static void what_config_does_not_cover_is_told_with_what_there_is(void **state)
{
    (void)state;
    struct leat__function f[] = {
        FUNCTION(1, &t_double, "reads", { "x", &t_double }), FUNCTION(2, &t_double, "x__region__us", { "b", &t_double }),
        FUNCTION(3, &t_double, "x__region__eu__tier__gold", { "c", &t_double }), FUNCTION_0(4, &t_double, "apart"),
    };
    build(f, 4, NULL, 0, "region=asia");
    only_problem_is("x: config (region = asia, tier is not given) chooses no function: x__region__us (m.c:2) is for "
                    "region = us, x__region__eu__tier__gold (m.c:3) is for region = eu, tier = gold",
                    "give such a value, or add a plain x for all others");
    assert_int_equal(g.problems.at[0].node, id("x"));
    assert_true(g.node[id("reads")].flags & LEAT__NODE_BROKEN);
    assert_false(g.node[id("apart")].flags & LEAT__NODE_BROKEN);
    assert_null(chosen("b"));
    assert_int_equal(g.inputs, 0);
    build(f, 4, NULL, 0, "region=us");
    assert_int_equal(g.problems.count, 0);
}

static void a_tie_names_the_functions(void **state)
{
    (void)state;
    struct leat__function f[] = {
        FUNCTION_0(1, &t_double, "x__tier__gold"), FUNCTION_0(2, &t_double, "x__region__us"), FUNCTION_0(3, &t_double, "x"),
    };
    build(f, 3, NULL, 0, "region=us tier=gold");
    only_problem_is("x: config (tier = gold, region = us) chooses several functions: x__tier__gold (m.c:1), "
                    "x__region__us (m.c:2)", "say more in the name, or in when(..), of one of them");
    build(f, 3, NULL, 0, "region=us");
    assert_int_equal(g.problems.count, 0);
    f[1].name = "x_";
    build(f, 3, NULL, 0, "");
    only_problem_is("x: several functions are for it without config: x_ (m.c:2), x (m.c:3)", NULL);
}

static void notes_choose_by_odd_values_and_by_what_is_not(void **state)
{
    (void)state;
    struct leat__function f[] = {
        FUNCTION_0(1, &t_double, "a"), FUNCTION_0(2, &t_double, "b"), FUNCTION_0(3, &t_double, "c"),
        FUNCTION_0(4, &t_double, "_d"), FUNCTION_0(5, &t_double, "x__region__us"),
    };
    struct leat__note notes[] = {
        { "node", "m.c", 7, 0, "a, as(x), when(region = \"eu-west-1\", tier != \"gold\")" },
        { "node", "m.c", 8, 0, "b, as(x), when(region = (asia, \"the moon\"))" },
        { "node", "m.c", 9, 0, "c, as(x)" },
        { "node", "m.c", 10, 0, "odd, calls(_d), as(x), when(region != us, year = 1999)" },
    };
    static const struct { const char *config, *function; } all[] = {
        { "", "c" }, { "region=us", "x__region__us" }, { "region=eu-west-1", "c" }, { "region=asia", "b" },
        { "region=eu-west-1 tier=gold", "c" }, { "region=eu-west-1 tier=lead", "a" },
        { "region=eu-west-1 year=1999", "_d" }, { "region=eu-west-1 tier=lead year=1999", NULL },
        { "year=1999", "c" },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        build(f, 5, notes, 4, all[i].config);
        assert_int_equal(g.problems.count, !all[i].function);
        if (all[i].function)
            assert_string_equal(chosen("x"), all[i].function);
        assert_null(chosen("a"));
        assert_null(chosen("odd"));
    }
    uint32_t n;
    build(f, 5, notes, 4, "region=us");
    const struct leat__variant *v = leat__graph_variants(&g, id("x"), &n);
    static const char *const when[] = { "region = eu-west-1, tier != gold", "region = (asia, the moon)", "", "region = us",
                                        "region != us, year = 1999" };
    assert_int_equal(n, 5);
    for (uint32_t i = 0; i < n; i++) {
        bool found = false;
        for (uint32_t k = 0; k < n; k++)
            found |= !strcmp(v[k].when, when[i]) && v[k].chosen == (i == 3);
        assert_true(found);
    }
    assert_null(leat__graph_variants(&g, id("x") + 1, &n));
}

static void an_equal_sign_says_more_than_a_difference(void **state)
{
    (void)state;
    struct leat__function f[] = { FUNCTION_0(1, &t_double, "x__region__us"), FUNCTION_0(2, &t_double, "rest") };
    struct leat__note notes[] = { { "node", "m.c", 7, 0, "rest, as(x), when(region != eu)" } };
    build(f, 2, notes, 1, "region=us");
    assert_string_equal(chosen("x"), "x__region__us");
    build(f, 2, notes, 1, "region=asia");
    assert_string_equal(chosen("x"), "rest");
}

static void defaults_have_variants_and_stand_in_for_nodes_that_are_not_chosen(void **state)
{
    (void)state;
    struct leat__function f[] = {
        FUNCTION(1, &t_double, "reads", { "x", &t_double }), FUNCTION_0(2, &t_double, "x__region__us__default"),
        FUNCTION_0(3, &t_double, "x__tier__gold"), FUNCTION_0(4, &t_double, "x__default"),
        (struct leat__function){ .name = "x__region__eu__default",
            .head = &(struct leat__head){ .file = "m.c", .line = 5, .result = &t_double, .variable = 1 } },
    };
    build(f, 5, NULL, 0, "");
    assert_int_equal(g.problems.count, 0);
    assert_string_equal(chosen("x"), "x__default");
    assert_true(g.node[id("x")].flags & LEAT__NODE_DEFAULT);
    build(f, 5, NULL, 0, "region=us");
    assert_string_equal(chosen("x"), "x__region__us__default");
    build(f, 5, NULL, 0, "region=eu");
    assert_int_equal(g.node[id("x")].kind, LEAT__NODE_VARIABLE);
    build(f, 5, NULL, 0, "tier=gold region=us");
    assert_string_equal(chosen("x"), "x__tier__gold");
    assert_false(g.node[id("x")].flags & LEAT__NODE_DEFAULT);
    f[3].name = "other";        /* without x__default it must be given */
    build(f, 5, NULL, 0, "region=asia");
    assert_int_equal(g.problems.count, 0);
    assert_string_equal(chosen("x"), "");
}

static void what_is_said_of_a_node_counts_for_whatever_is_chosen(void **state)
{
    (void)state;
    struct leat__function f[] = { FUNCTION(1, &t_double, "x", { "a", &t_double }), FUNCTION_0(2, &t_double, "first"),
                                  FUNCTION(3, &t_double, "x__region__us", { "b", &t_double }) };
    struct leat__note notes[] = {
        { "node", "m.c", 7, 0, "x, bind(a = 2), after(first), tag(owner = growth, pii = false)" },
        { "node", "m.c", 8, 0, "x__region__us, bind(b = 3), tag(owner = sales)" },
    };
    uint32_t n;
    build(f, 3, notes, 2, "");
    assert_int_equal(g.problems.count, 0);
    assert_int_equal(leat__rest_at(&g, id("x"))->orders, 1);
    const struct leat__tag *t = leat__graph_tags(&g, id("x"), &n);
    assert_int_equal(n, 2);
    assert_string_equal(t[1].key, "pii");
    build(f, 3, notes, 2, "region=us");
    assert_int_equal(g.problems.count, 0);
    assert_int_equal(leat__rest_at(&g, id("x"))->orders, 1);
    assert_int_not_equal(id("x.b"), LEAT__NONE);
    t = leat__graph_tags(&g, id("x"), &n);
    assert_int_equal(n, 1);
    assert_string_equal(t->value, "sales");
    notes[0].level = 3;
    build(f, 3, notes, 2, "region=us");
    assert_string_equal(leat__graph_tags(&g, id("x"), &n)->value, "growth");
    assert_int_equal(g.problems.count, 0);
    assert_null(leat__graph_tags(&g, id("first"), &n));
}

static void outputs_of_the_chosen_function_are_nodes(void **state)
{
    (void)state;
    struct leat__function f[] = {
        FUNCTION(1, &t_int, "f", { "x", &t_u64 }, { "out_lo", &t_u64_out }, { "out_hi", &t_u64_out }),
        FUNCTION(2, &t_int, "f__kind__one", { "x", &t_u64 }, { "out_lo", &t_u64_out }),
    };
    struct leat__note notes[] = { { "node", "m.c", 7, 0, "f__kind__one, tag(a = b)" } };
    uint32_t n;
    build(f, 2, notes, 1, "");
    assert_int_equal(id("f.hi"), id("f") + 2);
    build(f, 2, notes, 1, "kind=one");
    assert_int_equal(id("f.lo"), id("f") + 1);
    assert_int_equal(id("hi"), LEAT__NONE);
    assert_string_equal(leat__graph_tags(&g, id("lo"), &n)->value, "b");
}

static void keys_are_known_from_variants_and_others_are_refused(void **state)
{
    (void)state;
    struct leat__function f[] = { FUNCTION_0(1, &t_double, "x__region__us"), FUNCTION_0(2, &t_double, "x__region__eu"),
                                  FUNCTION(3, &t_double, "y__region__us__tier__gold", { "z", &t_double }),
                                  FUNCTION_0(4, &t_double, "y") };
    build(f, 4, NULL, 0, "regoin=us region=us");
    only_problem_is("no config key regoin", "did you mean region?");
    assert_int_equal(g.configs, 2);
    assert_string_equal(g.config[0].key, "region");
    assert_string_equal(g.config[0].value, "us");
    assert_int_equal(g.config[0].count, 2);
    assert_string_equal(g.config[0].values[1], "eu");
    assert_null(g.config[1].value);
    assert_true(leat__graph_left_out(&g, "z"));
    assert_false(leat__graph_left_out(&g, "q"));
    build(&f[3], 1, NULL, 0, "region=us");
    only_problem_is("no config key region: no function has variants", NULL);
}

static void names_that_are_no_variants_are_refused_with_a_reason(void **state)
{
    (void)state;
    static const struct { const char *name, *why; } all[] = {
        { "x__default__us", "a role stands last in a name, behind the pairs of key and value" },
        { "x__a__b__a__c", "the same key twice in its name" }, { "out__a__b", "out and out_* name outputs" },
        { "x__a__b__c", "no role of that name behind __" }, { "x__", "no role of that name behind __" },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct leat__function f = FUNCTION_0(1, &t_double, all[i].name);
        const char *why;
        assert_int_equal(leat__role_of(&f, &why), LEAT__ROLE_REFUSED);
        assert_string_equal(why, all[i].why);
    }
    struct leat__function variable = { .name = "x__a__b",
        .head = &(struct leat__head){ .file = "m.c", .result = &t_double, .variable = 1 } };
    const char *why;
    assert_int_equal(leat__role_of(&variable, &why), LEAT__ROLE_REFUSED);
    assert_string_equal(why, "a variable is a default only: its name ends in __default");
}

static void wrong_conditions_and_tags_are_told(void **state)
{
    (void)state;
    struct leat__function f[] = { FUNCTION_0(1, &t_double, "x__region__us"), FUNCTION_0(2, &t_double, "x"),
                                  FUNCTION_0(3, &t_double, "y") };
    static const struct { const char *note, *message; } all[] = {
        { "y, when(us)", "note on y: takes key = value or key != value: when" },
        { "y, when(a = f(x))", "note on y: takes key = value or key != value: when" },
        { "y, when(a = b, a = c)", "note on y: the same key twice: when" },
        { "y, tag(a != b)", "note on y: takes key = value: tag" },
        { "y, tag(a = (b, c))", "note on y: takes key = value: tag" },
        { "y, tag(a = b, a = c)", "note on y: the same key twice: tag" },
        { "x__region__us, when(region = eu)", "note on x__region__us: when: the name says already what region is" },
        { "y, as(a, b)", "note on y: takes one name: as" },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct leat__note note = { "node", "m.c", 7, 0, all[i].note };
        build(f, 3, &note, 1, "");
        bool found = false;
        for (uint32_t k = 0; k < g.problems.count; k++)
            found |= !strcmp(g.problems.at[k].public.message, all[i].message);
        assert_true(found);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, drop)
    const struct CMUnitTest tests[] = {
        TEST(the_most_specific_variant_wins), TEST(what_config_does_not_cover_is_told_with_what_there_is),
        TEST(a_tie_names_the_functions), TEST(notes_choose_by_odd_values_and_by_what_is_not),
        TEST(an_equal_sign_says_more_than_a_difference),
        TEST(defaults_have_variants_and_stand_in_for_nodes_that_are_not_chosen),
        TEST(what_is_said_of_a_node_counts_for_whatever_is_chosen), TEST(outputs_of_the_chosen_function_are_nodes),
        TEST(keys_are_known_from_variants_and_others_are_refused),
        TEST(names_that_are_no_variants_are_refused_with_a_reason), TEST(wrong_conditions_and_tags_are_told),
    };
    return cmocka_run_group_tests_name("variant", tests, NULL, NULL);
}
