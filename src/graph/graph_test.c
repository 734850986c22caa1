/* Tests of wiring, refusals, writers and order, on functions made by hand. */
#include "graph/fixture_test.h"
#include "graph/reserved.h"
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

#define BUILD(...)                                                                       \
    struct leat__function f[] = { __VA_ARGS__ };                                         \
    assert_int_equal(build_with(&g, f, sizeof f / sizeof *f, NULL, 0), 0)

static uint32_t id(const char *name)
{
    uint32_t found = leat__graph_find(&g, name);
    if (found == LEAT__NONE)
        fail_msg("no node %s", name);
    return found;
}

static void only_problem_is(const char *message)
{
    assert_int_equal(g.problems.count, 1);
    assert_string_equal(g.problems.at[0].public.message, message);
}

static void parameters_find_nodes_and_else_become_inputs(void **state)
{
    (void)state;
    BUILD(FUNCTION(1, &t_double, "anomaly", { "mean_temp", &t_double }, { "normal", &t_double }),
          FUNCTION(2, &t_double, "mean_temp", { "time_", &t_int }));
    assert_int_equal(g.problems.count, 0);
    assert_int_equal(g.inputs, 2);
    assert_string_equal(g.node[0].name, "normal");
    assert_string_equal(g.node[1].name, "time");
    assert_true(id("mean_temp") < id("anomaly"));
    assert_int_equal(g.edge[g.node[id("anomaly")].edge].from, id("mean_temp"));
}

static void the_order_of_the_source_is_kept_where_it_will_do(void **state)
{
    (void)state;
    BUILD(FUNCTION(1, &t_int, "a", { "x", &t_int }), FUNCTION(2, &t_int, "b", { "x", &t_int }),
          FUNCTION(3, &t_int, "c", { "a", &t_int }));
    assert_int_equal(id("a") + 1, id("b"));
    assert_int_equal(id("b") + 1, id("c"));
}

static void a_misfit_names_both_places_and_the_fix(void **state)
{
    (void)state;
    BUILD(FUNCTION_0(5, &t_double, "mean_temp"), FUNCTION(8, &t_double, "anomaly", { "mean_temp", &t_float }));
    only_problem_is("anomaly(float mean_temp): m.c:5 gives double");
    const leat_problem *p = &g.problems.at[0].public;
    assert_string_equal(p->hint, "fix: double mean_temp");
    assert_int_equal(p->line, 8);
    assert_int_equal(p->other_line, 5);
    assert_true(g.node[id("anomaly")].flags & LEAT__NODE_BROKEN);
    assert_false(g.node[id("mean_temp")].flags & LEAT__NODE_BROKEN);
}

static void what_needs_a_broken_node_is_broken(void **state)
{
    (void)state;
    BUILD(FUNCTION_0(1, &t_double, "a"), FUNCTION(2, &t_double, "b", { "a", &t_float }),
          FUNCTION(3, &t_double, "c", { "b", &t_double }), FUNCTION(4, &t_double, "d", { "a", &t_double }));
    assert_true(g.node[id("c")].flags & LEAT__NODE_BROKEN);
    assert_false(g.node[id("d")].flags & LEAT__NODE_BROKEN);
}

static void two_readers_of_an_input_must_agree(void **state)
{
    (void)state;
    BUILD(FUNCTION(1, &t_int, "a", { "x", &t_int }), FUNCTION(2, &t_int, "b", { "x", &t_double }));
    only_problem_is("b(double x): another reader reads it as int");
}

static void a_cycle_is_told_as_a_path_the_way_values_flow(void **state)
{
    (void)state;
    BUILD(FUNCTION(1, &t_int, "a", { "c", &t_int }), FUNCTION(2, &t_int, "b", { "a", &t_int }),
          FUNCTION(3, &t_int, "c", { "b", &t_int }), FUNCTION_0(4, &t_int, "free_"));
    only_problem_is("a cycle: a -> b -> c -> a");
    assert_true(g.node[id("a")].flags & LEAT__NODE_BROKEN);
}

static void a_node_that_reads_itself_is_a_cycle(void **state)
{
    (void)state;
    BUILD(FUNCTION(1, &t_int, "a", { "a", &t_int }));
    only_problem_is("a cycle: a -> a");
}

static void a_knot_of_cycles_is_told_once_and_a_long_path_is_cut(void **state)
{
    (void)state;
    enum { N = 300 };
    static char names[N][8];
    static struct leat__param params[N][2];
    struct leat__function f[N];
    static struct leat__head heads[N];
    for (uint32_t i = 0; i < N; i++)
        sprintf(names[i], "n%u", i);
    for (uint32_t i = 0; i < N; i++) {      /* each reads the next and the one before it, round and round */
        params[i][0] = (struct leat__param){ names[(i + 1) % N], &t_u64 };
        params[i][1] = (struct leat__param){ names[(i + N - 1) % N], &t_u64 };
        heads[i] = (struct leat__head){ .file = "m.c", .line = 1, .result = &t_u64, .params = params[i], .count = 2 };
        f[i] = (struct leat__function){ .name = names[i], .head = &heads[i] };
    }
    assert_int_equal(build_with(&g, f, N, NULL, 0), 0);
    assert_true(g.problems.count <= 3);
    assert_true(strstr(g.problems.at[0].public.message, " more) -> ") != NULL);
    for (uint32_t i = 0; i < N; i++)
        assert_true(g.node[i].flags & LEAT__NODE_BROKEN);
}

static void a_trailing_underscore_is_no_part_of_an_outputs_name(void **state)
{
    (void)state;
    BUILD(FUNCTION(1, NULL, "split", { "x", &t_u64 }, { "out_lo_", &t_u64_out }, { "out_hi", &t_u64_out }),
          FUNCTION(2, &t_u64, "gap", { "lo", &t_u64 }, { "hi_", &t_u64 }));
    assert_int_equal(g.problems.count, 0);
    assert_int_equal(g.inputs, 1);
    assert_int_equal(id("split.lo"), id("lo"));
    assert_int_equal(g.edge[g.node[id("split")].edge + 1].from, id("lo"));
}

static void a_note_on_no_type_is_told_with_the_nearest(void **state)
{
    (void)state;
    struct leat__function f[] = { FUNCTION_0(1, &t_image_p, "thumb"), FUNCTION(2, NULL, "image_free", { "i", &t_image_p }) };
    struct leat__note notes[] = { { "type", "m.c", 7, 0, "struct imge, free(image_free)" } };
    assert_int_equal(build_with(&g, f, 2, notes, 1), 0);
    only_problem_is("note on imge: no node has to do with such a type");
    assert_string_equal(g.problems.at[0].public.hint, "did you mean image?");
    assert_true(g.problems.at[0].public.warning);
}

static void two_nodes_of_one_name_are_told_with_both_places(void **state)
{
    (void)state;
    BUILD(FUNCTION_0(3, &t_int, "a"), FUNCTION_0(9, &t_double, "a"));
    only_problem_is("two nodes are named a: the other is at m.c:3");
    assert_int_equal(g.problems.at[0].public.line, 9);
}

static void taking_what_owns_nothing_is_a_problem(void **state)
{
    (void)state;
    struct leat__function f[] = { FUNCTION(1, &t_int, "twice", { "n", &t_int }) };
    struct leat__note notes[] = { { "node", "m.c", 7, 0, "twice, takes(n)" } };
    assert_int_equal(build_with(&g, f, 1, notes, 1), 0);
    only_problem_is("note on twice: takes: int n owns nothing that could be taken");
}

static void a_default_as_a_parameter_is_told_with_how_it_is_written(void **state)
{
    (void)state;
    BUILD(FUNCTION(1, &t_double, "f", { "x__default", &t_double }));
    only_problem_is("f(double x__default): x.default: no node of that name");
    assert_string_equal(g.problems.at[0].public.hint, "a default stands beside the function, and is not static: const double "
                        "x__default = ..; here it is double x");
}

static void all_problems_are_told_at_once(void **state)
{
    (void)state;
    BUILD(FUNCTION_0(1, &t_double, "a"), FUNCTION(2, &t_int, "b", { "a", &t_int }),
          FUNCTION(3, &t_int, "c", { "a", &t_float }), FUNCTION(4, &t_int, "d", { "d", &t_int }),
          FUNCTION_0(5, &t_image_p, "thumb"), FUNCTION_0(6, &t_int, "x__check"));
    assert_int_equal(g.problems.count, 5);
}

static void outputs_stand_behind_their_call(void **state)
{
    (void)state;
    BUILD(FUNCTION(1, &t_int, "range", { "x", &t_u64 }, { "out_lo", &t_u64_out }, { "out_hi", &t_u64_out }),
          FUNCTION(2, &t_u64, "width", { "range__lo", &t_u64 }, { "hi", &t_u64 }));
    assert_int_equal(g.problems.count, 0);
    uint32_t call = id("range");
    assert_int_equal(id("lo"), call + 1);
    assert_int_equal(id("range.hi"), call + 2);
    assert_true(g.node[call].flags & LEAT__NODE_STATUS);
    assert_int_equal(g.edge[g.node[id("width")].edge].from, id("lo"));
}

static void writers_run_after_every_reader(void **state)
{
    (void)state;
    BUILD(FUNCTION_0(1, &t_mutable_text, "line"), FUNCTION(2, &t_int, "upper", { "line", &t_mutable_text }),
          FUNCTION(3, &t_int, "length", { "line", &t_text }), FUNCTION(4, &t_text, "word", { "line", &t_text }),
          FUNCTION(5, &t_int, "shout", { "word", &t_text }));
    assert_int_equal(g.problems.count, 0);
    assert_int_equal(leat__rest_at(&g, id("line"))->writer, id("upper"));
    assert_true(id("length") < id("upper"));
    assert_true(id("word") < id("upper"));
    assert_true(id("shout") < id("upper"));     /* reads what was borrowed from line */
}

static void two_writers_and_late_readers_are_refused(void **state)
{
    (void)state;
    BUILD(FUNCTION_0(1, &t_mutable_text, "line"), FUNCTION(2, &t_int, "a", { "line", &t_mutable_text }),
          FUNCTION(3, &t_int, "b", { "line", &t_mutable_text }), FUNCTION_0(4, &t_mutable_text, "row"),
          FUNCTION(5, &t_int, "c", { "row", &t_mutable_text }),
          FUNCTION(6, &t_int, "d", { "row", &t_text }, { "c", &t_int }));
    assert_int_equal(g.problems.count, 2);
    assert_true(strstr(g.problems.at[0].public.message, "writes line, and") != NULL);
    assert_string_equal(g.problems.at[1].public.message, "d reads row after c has written it (m.c:5)");
}

static void destructors_are_found_by_name_and_two_are_refused(void **state)
{
    (void)state;
    BUILD(FUNCTION_0(1, &t_image_p, "thumb"), FUNCTION(2, NULL, "image_free", { "i", &t_image_p }));
    assert_int_equal(g.problems.count, 0);
    assert_ptr_equal(g.destructor[leat__rest_at(&g, id("thumb"))->destructor].function, &f[1]);
    leat__graph_fini(&g);
    struct leat__function two[] = { f[0], f[1], FUNCTION(3, NULL, "image_close", { "i", &t_image_p }) };
    assert_int_equal(build_with(&g, two, 3, NULL, 0), 0);
    only_problem_is("thumb: both image_free (m.c:2) and image_close (m.c:3) could destroy struct image");
}

static void an_opaque_result_without_destructor_is_refused(void **state)
{
    (void)state;
    BUILD(FUNCTION_0(1, &t_image_p, "thumb"));
    only_problem_is("thumb: nothing says how to destroy struct image *");
}

static void notes_call_bind_rename_and_order(void **state)
{
    (void)state;
    struct leat__function f[] = { FUNCTION(1, &t_double, "column_mean", { "xs", &t_double }),
                                  FUNCTION_0(2, &t_double, "rain"), FUNCTION_0(3, &t_double, "late") };
    struct leat__note notes[] = {
        { "node", "m.c", 7, 0, "mean_rain, calls(column_mean), bind(xs = rain)" },
        { "node", "m.c", 8, 0, "mean_two, calls(column_mean), bind(xs = 2.5)" },
        { "node", "m.c", 9, 0, "rain, as(drops), after(late)" },
    };
    assert_int_equal(build_with(&g, f, 3, notes, 3), 0);
    /* rain is now drops, so xs = rain is an input */
    assert_int_equal(g.problems.count, 0);
    assert_int_equal(g.node[g.edge[g.node[id("mean_two")].edge].from].kind, LEAT__NODE_CONSTANT);
    assert_true(id("late") < id("drops"));
    assert_int_equal(g.node[id("rain")].kind, LEAT__NODE_INPUT);
}

static void bad_notes_are_told_with_suggestions(void **state)
{
    (void)state;
    struct leat__function f[] = { FUNCTION(1, &t_double, "mean", { "xs", &t_double }) };
    struct leat__note notes[] = {
        { "node", "m.c", 7, 0, "mean, nulable" },
        { "node", "m.c", 8, 0, "mean, retry(3)" },
        { "node", "m.c", 9, 0, "maen, nullable" },
        { "node", "m.c", 10, 0, "mean, bind(x = y)" },
        { "node", "m.c", 11, 0, "mean, takes(" },
    };
    assert_int_equal(build_with(&g, f, 1, notes, 5), 0);
    assert_int_equal(g.problems.count, 5);
    assert_string_equal(g.problems.at[0].public.message, "note on mean: no such clause: nulable");
    assert_string_equal(g.problems.at[0].public.hint, "did you mean nullable?");
    assert_string_equal(g.problems.at[1].public.message, "note on mean: not yet: clause retry");
    assert_int_equal(g.problems.at[1].public.line, 8);
    const char *all[] = { "note on mean: bind: mean has no parameter x", "note on maen: no such node" };
    for (size_t k = 0; k < 2; k++) {
        bool found = false;
        for (uint32_t i = 0; i < g.problems.count; i++)
            found |= !strcmp(g.problems.at[i].public.message, all[k]);
        assert_true(found);
    }
}

static void the_higher_level_of_a_clause_wins_and_equals_clash(void **state)
{
    (void)state;
    struct leat__function f[] = { FUNCTION(1, &t_double, "mean", { "xs", &t_double }) };
    struct leat__note notes[] = {
        { "node", "m.c", 7, 0, "mean, bind(xs = low)" },
        { "node", NULL, 0, 2, "mean, bind(xs = high)" },
        { "node", "h.h", 3, 0, "mean, blocking" },
        { "node", "h.h", 3, 0, "mean, blocking" },      /* one note met twice */
    };
    assert_int_equal(build_with(&g, f, 1, notes, 4), 0);
    assert_int_equal(g.problems.count, 0);
    assert_int_not_equal(leat__graph_find(&g, "high"), LEAT__NONE);
    assert_int_equal(leat__graph_find(&g, "low"), LEAT__NONE);
    leat__graph_fini(&g);
    notes[3].line = 4;
    assert_int_equal(build_with(&g, f, 1, notes, 4), 0);
    only_problem_is("note on mean: the same clause twice: blocking");
    assert_int_equal(g.problems.at[0].public.other_line, 3);
}

static void nullable_needs_readers_that_accept_it(void **state)
{
    (void)state;
    struct leat__function f[] = { FUNCTION_0(1, &t_text, "title"), FUNCTION(2, &t_int, "a", { "title", &t_text }),
                                  FUNCTION(3, &t_int, "b", { "title", &t_text }) };
    struct leat__note notes[] = { { "node", "m.c", 7, 0, "title, nullable" },
                                  { "node", "m.c", 8, 0, "b, accepts_null(title)" } };
    assert_int_equal(build_with(&g, f, 3, notes, 2), 0);
    only_problem_is("a(title): title (m.c:1) may give NULL, and this reader does not accept it");
}

static void defaults_stand_under_their_name(void **state)
{
    (void)state;
    BUILD(FUNCTION(1, &t_double, "anomaly", { "normal", &t_double }),
          FUNCTION(2, &t_double, "normal__default", { "year", &t_int }));
    assert_int_equal(g.problems.count, 0);
    assert_true(g.node[id("normal")].flags & LEAT__NODE_DEFAULT);
    assert_true(id("normal") < id("anomaly"));
    uint8_t need[8] = { 0 }, given[8] = { 0 };
    uint32_t asked = id("anomaly");
    assert_int_equal(leat__graph_select(&g, &asked, 1, NULL, need), 3);
    memset(need, 0, sizeof need);
    given[id("normal")] = 1;
    assert_int_equal(leat__graph_select(&g, &asked, 1, given, need), 2);
    assert_false(need[id("year")]);
}

static void refused_functions_are_listed_with_their_reason(void **state)
{
    (void)state;
    BUILD(FUNCTION_0(1, &t_double, "log"), FUNCTION_0(2, NULL, "nothing"), FUNCTION_0(3, &t_int, "out_x"),
          FUNCTION_0(4, &t_int, "a___b"), FUNCTION_0(5, &t_int, "x__nonsense"), FUNCTION_0(6, &t_int, "_helper"));
    assert_int_equal(g.problems.count, 0);
    assert_int_equal(g.count, 0);
    assert_int_equal(g.refused.count, 5);
    assert_string_equal(g.refused.at[0].public.node, "log");
}

static void reserved_names_are_sorted_and_all_found(void **state)
{
    (void)state;
    unsigned n;
    const char *const *names = leat__reserved_names(&n);
    assert_true(n > 1000);
    for (unsigned i = 0; i < n; i++) {
        assert_true(i == 0 || strcmp(names[i - 1], names[i]) < 0);
        assert_true(leat__is_reserved(names[i]));
        char longer[64];
        snprintf(longer, sizeof longer, "%s_q", names[i]);
        assert_false(leat__is_reserved(longer));
    }
    assert_true(leat__is_reserved("read") && leat__is_reserved("log") && leat__is_reserved("time"));
}

/* Random graphs declared in random order come out sorted, with every edge kept. */
static void any_graph_comes_out_in_order(void **state)
{
    (void)state;
    enum { N = 200 };
    uint64_t seed = 42;
#define RANDOM(n) ((seed = seed * 6364136223846793005u + 1442695040888963407u), (uint32_t)((seed >> 33) % (n)))
    for (int round = 0; round < 50; round++) {
        static char names[N][8];
        static struct leat__param params[N][3];
        struct leat__function f[N];
        static struct leat__head heads[N];
        uint32_t shuffled[N];
        for (uint32_t i = 0; i < N; i++) {
            sprintf(names[i], "n%u", i);
            shuffled[i] = i;
        }
        for (uint32_t i = N - 1; i > 0; i--) {
            uint32_t k = RANDOM(i + 1), t = shuffled[i];
            shuffled[i] = shuffled[k];
            shuffled[k] = t;
        }
        for (uint32_t i = 0; i < N; i++) {
            uint32_t count = i ? RANDOM(4) : 0;
            for (uint32_t k = 0; k < count; k++)
                params[i][k] = (struct leat__param){ names[RANDOM(i)], &t_u64 };
            heads[shuffled[i]] = (struct leat__head){ .file = "m.c", .line = 1, .result = &t_u64,
                                                      .params = params[i], .count = count };
            f[shuffled[i]] = (struct leat__function){ .name = names[i], .head = &heads[shuffled[i]] };
        }
        assert_int_equal(build_with(&g, f, N, NULL, 0), 0);
        assert_int_equal(g.problems.count, 0);
        assert_int_equal(g.count, N);
        for (uint32_t v = 0; v < N; v++)
            for (uint32_t k = 0; k < g.node[v].edges; k++) {
                const struct leat__edge *e = &g.edge[g.node[v].edge + k];
                assert_true(e->from < v);
                assert_string_equal(g.node[e->from].name, leat__param_name(g.node[v].function, k));
            }
        leat__graph_fini(&g);
    }
}

static void drawings_escape_names_and_hold_every_edge(void **state)
{
    (void)state;
    BUILD(FUNCTION(1, &t_int, "a", { "x", &t_int }), FUNCTION(2, &t_int, "b", { "a", &t_int }));
    struct leat__text out = { 0 };
    assert_int_equal(leat__graph_draw(&g, LEAT__DRAW_DOT, NULL, &out), 0);
    assert_true(strstr(out.data, "n0 -> n1;") && strstr(out.data, "n1 -> n2;"));
    leat__text_clear(&out);
    assert_int_equal(leat__graph_draw(&g, LEAT__DRAW_JSON, NULL, &out), 0);
    assert_true(strstr(out.data, "{\"from\":\"a\",\"to\":\"b\",\"param\":\"a\",\"type\":\"int\"}]}") != NULL);
    leat__text_clear(&out);
    assert_int_equal(leat__graph_draw(&g, LEAT__DRAW_MERMAID, NULL, &out), 0);
    assert_true(strstr(out.data, "n0 --> n1") != NULL);
    leat__text_fini(&out);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, drop)
    const struct CMUnitTest tests[] = {
        TEST(parameters_find_nodes_and_else_become_inputs), TEST(the_order_of_the_source_is_kept_where_it_will_do),
        TEST(a_misfit_names_both_places_and_the_fix), TEST(what_needs_a_broken_node_is_broken),
        TEST(two_readers_of_an_input_must_agree), TEST(a_cycle_is_told_as_a_path_the_way_values_flow),
        TEST(a_node_that_reads_itself_is_a_cycle), TEST(a_knot_of_cycles_is_told_once_and_a_long_path_is_cut),
        TEST(a_trailing_underscore_is_no_part_of_an_outputs_name), TEST(a_note_on_no_type_is_told_with_the_nearest),
        TEST(two_nodes_of_one_name_are_told_with_both_places),
        TEST(taking_what_owns_nothing_is_a_problem),
        TEST(a_default_as_a_parameter_is_told_with_how_it_is_written),
        TEST(all_problems_are_told_at_once), TEST(outputs_stand_behind_their_call),
        TEST(writers_run_after_every_reader), TEST(two_writers_and_late_readers_are_refused),
        TEST(destructors_are_found_by_name_and_two_are_refused),
        TEST(an_opaque_result_without_destructor_is_refused), TEST(notes_call_bind_rename_and_order),
        TEST(bad_notes_are_told_with_suggestions), TEST(the_higher_level_of_a_clause_wins_and_equals_clash),
        TEST(nullable_needs_readers_that_accept_it), TEST(defaults_stand_under_their_name),
        TEST(refused_functions_are_listed_with_their_reason), TEST(reserved_names_are_sorted_and_all_found),
        TEST(any_graph_comes_out_in_order), TEST(drawings_escape_names_and_hold_every_edge),
    };
    return cmocka_run_group_tests_name("graph", tests, NULL, NULL);
}
