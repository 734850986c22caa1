/* Tests of flows: random trees of parts with random failures, on pools of one, two
 * and four, against a small obvious interpreter and a log of all calls. */
#include "flow/random_test.h"

/* --- what the log has to say --- */

static bool is_before(const struct body *a, const struct body *b)
{
    struct place p = { .depth = b->depth };
    memcpy(p.path, b->path, sizeof p.path);
    memcpy(p.at, b->at, sizeof p.at);
    uint32_t d = 0;
    while (d + 1 < p.depth && d + 1 < a->depth && p.path[d + 1] == a->path[d + 1])
        d++;
    return a->depth && b->depth && part_kind[p.path[d]] == LEAT_FLOW_LINEAR && a->at[d] < b->at[d];
}

struct standing { uint32_t id, began, ended; bool good; };

static bool needs(uint32_t a, uint32_t b)
{
    for (uint32_t i = 0; i < bodies[a].reads; i++)
        if (bodies[a].read[i] == b || (!bodies[bodies[a].read[i]].is_atom && needs(bodies[a].read[i], b)))
            return true;
    return is_before(&bodies[b], &bodies[a]);
}

/* Alone, a worker ends one after the other; several may settle what ended in another
 * order, unless one needs the other.
 * Who stands, executed and not reverted, and in which order they began and ended. */
static void check_log(bool well, bool alone)
{
    static struct standing stand[N];
    static uint32_t began[N];
    uint32_t standing = 0, left = 0;
    for (uint32_t i = 0; i < event_count; i++) {
        const struct event *e = &events[i];
        if (!bodies[e->id].is_atom)
            continue;
        if (!e->revert && !e->ended) {
            for (uint32_t k = 0; k < standing; k++)     /* nobody runs twice without a revert between */
                assert_false(bodies[e->id].reverts && stand[k].id == e->id);
            began[e->id] = i;
            for (uint32_t k = 0; k < count; k++) {      /* who comes before has ended well */
                if (!bodies[k].is_atom || !is_before(&bodies[k], &bodies[e->id]))
                    continue;
                bool there = false;
                for (uint32_t s = 0; s < standing; s++)
                    there |= stand[s].id == k && stand[s].good;
                assert_true(there);
            }
        } else if (!e->revert) {
            for (uint32_t k = 0; k < standing; k++)     /* what has no revert is just done again */
                if (stand[k].id == e->id)
                    memmove(&stand[k], &stand[k + 1], (--standing - k) * sizeof *stand);
            stand[standing++] = (struct standing){ e->id, began[e->id], i, e->good };
        } else if (!e->ended) {
            uint32_t at = standing;
            for (uint32_t k = 0; k < standing; k++)
                at = stand[k].id == e->id ? k : at;
            assert_true(at < standing);
            for (uint32_t k = 0; k < standing; k++)     /* nothing that came later stands */
                assert_false(bodies[stand[k].id].reverts && stand[k].began > stand[at].ended &&
                             (needs(stand[k].id, e->id) || (alone && bodies[stand[k].id].scope == bodies[e->id].scope)));
            memmove(&stand[at], &stand[at + 1], (--standing - at) * sizeof *stand);
        }
    }
    for (uint32_t k = 0; k < standing; k++)
        left += bodies[stand[k].id].reverts;
    uint32_t atoms = 0;
    for (uint32_t i = 0; i < count; i++)
        atoms += bodies[i].is_atom;
    if (well)
        assert_int_equal(standing, atoms);
    else
        assert_int_equal(left, 0);
}

static void print_tree(const leat_flow *f, int deep)
{
    print_message("%*s%s %s %d:", deep, "", (const char *[]){ "atom", "linear", "unordered", "graph", "retry" }[f->kind], f->name,
                  f->attempts);
    for (uint32_t i = 0; f->kind == LEAT_FLOW_ATOM && i < count; i++)
        for (uint32_t k = 0; !strcmp(names[i], f->name) && k < bodies[i].reads; k++)
            print_message(" n%u", bodies[i].read[k]);
    print_message("\n");
    for (uint32_t i = 0; i < f->count; i++)
        print_tree(f->parts[i], deep + 2);
}

static void one_random_flow(unsigned failing, struct leat__pool *pool)
{
    struct leat__graph g;
    struct leat__flow *f;
    uint8_t asked[2 * N] = { 0 };
    char *problems;
    leat_flow *tree = random_flow(failing);
    assert_int_equal(build_with(&g, functions, make_functions(), NULL, 0), 0);
    assert_int_equal(g.problems.count, 0);
    for (uint32_t i = 0; i < count; i++)
        asked[leat__graph_find(&g, names[i])] = bodies[i].is_atom;
    int code = make_flow(&g, tree, &f, asked, &problems);
    if (code) {
        print_message("%s\n", problems);
        print_tree(tree, 0);
    }
    assert_int_equal(code, 0);
    event_count = wrong = 0;
    struct leat__run run = { 0 };
    bool well = ends_well(0);
    begin_run(&run, f);
    code = run_flow(&run, pool);
    check_log(code == 0, pool == pools[0]);
    assert_int_equal(wrong, 0);
    if (some_revert_failed())
        assert_int_equal(code, LEAT_EREVERT);
    else
        assert_int_equal(code, well ? 0 : LEAT_EREVERTED);
    for (uint32_t i = 0; i < count && !code; i++) {
        uint32_t t = leat__plan_task(leat__flow_plan(f), leat__graph_find(&g, names[i]));
        if (bodies[i].is_atom)
            assert_true(*leat__run_value(&run, t) == bodies[i].value);
    }
    assert_int_equal(code == 0, run.failure_count == 0);
    end_run(&run, f);
    leat_flow_free(tree);
    leat__graph_fini(&g);
}

static void random_flows_end_as_the_obvious_interpreter_says(void **state)
{
    (void)state;
    for (int i = 0; i < 6000; i++) {
        seed = (uint64_t)i * 1297 + 5;
        one_random_flow((unsigned)i % 3, pools[i / 3 % 3]);
    }
}

/* --- two that fail in one attempt --- */

static struct leat__flow *failing;
static _Atomic bool second_runs;
static char undone_for[40];

static bool has_failed(struct leat__scope *s)
{
    pthread_mutex_lock(&s->flow->lock);
    bool failed = s->failed;
    pthread_mutex_unlock(&s->flow->lock);
    return failed;
}

/* Both run; the second fails once the first is known to have failed. */
static void fail_first(void *user, void *const *args, void *result)
{
    (void)user, (void)args;
    while (!second_runs)
        sched_yield();
    *(uint64_t *)result = 0;
    leat__node_api.fail(NULL, "x.c", 3, "the first");
}

static void fail_second(void *user, void *const *args, void *result)
{
    (void)user, (void)args;
    second_runs = true;
    while (!has_failed(&failing->scope[1]))
        sched_yield();
    *(uint64_t *)result = 0;
    leat__node_api.fail(NULL, "x.c", 3, "the second");
}

static void note_why(void *user, void *const *args, void *result)
{
    (void)user;
    snprintf(undone_for, sizeof undone_for, "%s", (*(const leat_failure *const *)args[1])->message);
    *(int *)result = 0;
}

static void of_two_failures_the_first_is_what_it_is_undone_for(void **state)
{
    (void)state;
    struct leat__graph g;
    struct leat__run run = { 0 };
    uint8_t asked[2 * N] = { 0 };
    char *problems;
    leat_flow *tree = leat_linear("a", leat_atom("n0"), leat_unordered("b", leat_atom("n1"), leat_atom("n2")));
    count = 3;
    for (uint32_t i = 0; i < 3; i++) {
        name_it(i);
        bodies[i] = (struct body){ .id = i, .is_atom = true, .reverts = i == 0 };
    }
    uint32_t n = make_functions();
    heads[1].call = note_why;
    heads[2].call = fail_first;
    heads[3].call = fail_second;
    second_runs = false;
    event_count = 0;
    assert_int_equal(build_with(&g, functions, n, NULL, 0), 0);
    assert_int_equal(make_flow(&g, tree, &failing, asked, &problems), 0);
    begin_run(&run, failing);
    assert_int_equal(run_flow(&run, pools[1]), LEAT_EREVERTED);
    assert_int_equal(run.failure_count, 2);
    assert_string_equal(undone_for, "the first");
    end_run(&run, failing);
    leat_flow_free(tree);
    leat__graph_fini(&g);
}

/* --- what is wrong with a tree is told --- */

static int try(leat_flow *tree, char **problems)
{
    struct leat__graph g;
    struct leat__flow *f = NULL;
    uint8_t asked[2 * N] = { 0 };
    count = 3;
    for (uint32_t i = 0; i < 3; i++) {
        name_it(i);
        bodies[i] = (struct body){ .id = i, .reads = i, .read = { 0, 1 } };
    }
    assert_int_equal(build_with(&g, functions, make_functions(), NULL, 0), 0);
    int code = make_flow(&g, tree, &f, asked, problems);
    leat_flow_free(tree);
    leat__flow_free(f);
    leat__graph_fini(&g);
    return code;
}

static void expect(leat_flow *tree, const char *wanted)
{
    char *problems;
    assert_int_equal(try(tree, &problems), LEAT_EBUILD);
    assert_string_equal(problems, wanted);
    free(problems);
}

static void everything_wrong_with_a_tree_is_told_at_once(void **state)
{
    (void)state;
    char *problems;
    expect(leat_linear("a", leat_atom("n9"), leat_atom(""), leat_atom("trip"), leat_retry(0, leat_atom("n1"))),
           "trip: no node n9; did you mean n0?\n"
           "trip: part 2 of a: an atom needs the name of a node\n"
           "trip: trip is no atom: it is a flow: call its function for a part\n"
           "trip: retry 4 of a: a retry needs one attempt or more");
    expect(leat_linear("a", leat_atom("n1"), leat_atom("n0")), "trip: n1 reads n0, which comes after it in a");
    expect(leat_unordered("a", leat_atom("n0"), leat_linear("b", leat_atom("n1"))),
           "trip: n1 reads n0, and a puts them in no order: leat_graph does, or leat_linear");
    expect(leat_linear("a", leat_atom("n0"), leat_atom("n0")),
           "trip: n0 stands twice in it: LEAT_NODE(n02, calls(n0)) makes another node of the function");
    expect(leat_graph("a", leat_retry(2, leat_linear("b", leat_atom("n0"), leat_atom("n2"))), leat_atom("n1")),
           "trip: parts of it wait for each other: n1, a retry");
    expect(leat_atom_with("n0", "calls(n1)"),
           "trip: atom n0: calls: leat_atom_with takes retry(n) and priority(n): say it in a LEAT_NODE of its own");
    expect(leat_atom_with("n0", "retry(0)"), "trip: atom n0: retry: takes one whole number, 1 or more");
    expect(leat_linear("a", NULL), "trip: a: a part of it is NULL: none was given, or memory ran out");
    leat_flow *twice = leat_atom("n0");
    expect(leat_linear("a", twice, twice), "trip: a: a part of it stands in two places");
    assert_int_equal(try(leat_graph("a", leat_atom("n1"), leat_atom_with("n0", "retry(3)")), &problems), 0);
    assert_int_equal(try(leat_linear("a", leat_linear("b", leat_atom("n2"))), &problems), 0);
}

static void a_revert_is_checked_against_what_it_undoes(void **state)
{
    (void)state;
    struct leat__graph g;
    struct leat__function f[] = {
        FUNCTION(1, &t_u64, "hotel", { "city", &t_text }, { "nights", &t_u64 }),
        FUNCTION(2, &t_int, "hotel__revert", { "night", &t_u64 }, { "hotel", &t_double }, { "why", &t_failure_cp }),
        FUNCTION(3, NULL, "car__revert", { "car", &t_u64 }),
        FUNCTION(4, &t_double, "hotle__revert", { "hotle", &t_u64 }),
    };
    assert_int_equal(build_with(&g, f, 4, NULL, 0), 0);
    assert_int_equal(g.problems.count, 4);
    assert_string_equal(g.problems.at[0].public.message, "hotel__revert(unsigned long night): hotel has no such parameter");
    assert_string_equal(g.problems.at[0].public.hint, "did you mean nights?");
    assert_string_equal(g.problems.at[1].public.message, "hotel__revert(double hotel): hotel gives unsigned long");
    assert_string_equal(g.problems.at[2].public.message, "car__revert is never used: car is no node");
    assert_int_equal(g.problems.at[2].public.warning, 1);
    assert_string_equal(g.problems.at[3].public.message, "hotle__revert is never used: hotle is no node");
    assert_int_equal(g.problems.at[3].public.warning, 1);
    assert_int_equal(g.refused.count, 1);
    leat__graph_fini(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_flows_end_as_the_obvious_interpreter_says),
        cmocka_unit_test(of_two_failures_the_first_is_what_it_is_undone_for),
        cmocka_unit_test(everything_wrong_with_a_tree_is_told_at_once),
        cmocka_unit_test(a_revert_is_checked_against_what_it_undoes),
    };
    return cmocka_run_group_tests_name("flow", tests, make_pools, free_pools);
}
