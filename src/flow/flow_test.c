/* Tests of flows: random trees of parts with random failures, on pools of one, two
 * and four, against a small obvious interpreter and a log of all calls. */
#include "flow/scope.h"
#include "graph/fixture_test.h"
#include "run/context.h"
#include "run/task.h"
#include "run/worker.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#undef fail     /* ours is a slot of leat_node_api */

enum { N = 40, DEEP = 4, PARAMS = 4, EVENTS = 100000 };

static uint64_t seed;
static uint32_t below(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((seed >> 33) % n);
}

/* --- atoms: their value is a mix of what they read; helpers likewise --- */

struct body {
    uint32_t id, reads, read[PARAMS];       /* of bodies                        */
    bool is_atom, reverts, revert_fails;
    int fails;                              /* attempts of its scope that do    */
    uint64_t value;                         /* as the interpreter has it        */
    uint32_t path[DEEP + 2], at[DEEP + 2], depth;   /* parts from the root, and as the how-manieth */
    int scope;                              /* innermost retry; 0: the flow     */
};
static struct body bodies[N];
static uint32_t count;

struct event { uint32_t id; bool revert, ended, good; uint32_t attempt; };
static struct event events[EVENTS];
static _Atomic uint32_t event_count;
static _Atomic uint32_t wrong;

static void log_event(uint32_t id, bool revert, bool ended, bool good)
{
    uint32_t at = event_count++;
    assert_true(at < EVENTS);
    events[at] = (struct event){ id, revert, ended, good, leat__worker_current()->frame->attempt };
}

static void atom_call(void *user, void *const *args, void *result)
{
    const struct body *b = user;
    uint64_t x = b->id * 77 + 5;
    uint32_t attempt = leat__worker_current()->frame->attempt;
    log_event(b->id, false, false, true);
    for (uint32_t i = 0; i < b->reads; i++) {
        uint64_t read = *(const uint64_t *)args[i];
        wrong += read != bodies[b->read[i]].value;
        x = (x ^ read) * 0x9e3779b97f4a7c15u + i;
    }
    bool bad = (int)attempt <= b->fails;
    if (bad)
        leat__node_api.fail(NULL, "x.c", 3, "told to");
    *(uint64_t *)result = x;
    log_event(b->id, false, true, !bad);
}

/* Its arguments: the atom's first, its value, the failure. */
static void revert_call(void *user, void *const *args, void *result)
{
    const struct body *b = user;
    uint32_t i = 0;
    log_event(b->id, true, false, true);
    if (b->reads)
        wrong += *(const uint64_t *)args[i++] != bodies[b->read[0]].value;
    uint64_t value = *(const uint64_t *)args[i++];
    wrong += value != b->value && value != 0;
    const leat_failure *why = *(const leat_failure *const *)args[i];
    wrong += !why || strcmp(why->message, "told to");
    *(int *)result = b->revert_fails;
    log_event(b->id, true, true, !b->revert_fails);
}

/* --- random trees --- */

struct scope { int up, attempts; } scopes[N * 4];
static int scope_count;
static char names[2 * N][16];
static struct leat__param params[2 * N][PARAMS + 3];
static struct leat__function functions[2 * N];
static const struct leat__type t_failure = { .kind = LEAT__STRUCT, .flags = LEAT__INCOMPLETE, .name = "leat_failure", .hash = 40 };
static const struct leat__type t_failure_cp = { .kind = LEAT__POINTER, .flags = LEAT__TO_CONST, .size = 8, .align = 8,
                                                .of = &t_failure, .hash = 41 };
static uint32_t part_count, part_kind[N * 8];

struct place { uint32_t path[DEEP + 2], at[DEEP + 2], depth; int scope; };

static void name_it(uint32_t i) { sprintf(names[i], "n%u", i); }

/* May an atom there read what atom b gives? The kind of the part where they meet says. */
static bool may_read(const struct place *p, const struct body *b)
{
    uint32_t d = 0;
    while (d + 1 < p->depth && d + 1 < b->depth && p->path[d + 1] == b->path[d + 1])
        d++;
    uint32_t kind = part_kind[p->path[d]];
    return kind == LEAT_FLOW_GRAPH || (kind == LEAT_FLOW_LINEAR && p->at[d] > b->at[d]);
}

static void add_reads(struct body *b, const struct place *p)
{
    for (uint32_t i = 0; i < count && b->reads < PARAMS - 1; i++)
        if (bodies[i].is_atom && below(4) == 0 && may_read(p, &bodies[i]))
            b->read[b->reads++] = i;
}

static uint64_t value_of(const struct body *b)
{
    uint64_t x = b->id * 77 + 5;
    for (uint32_t i = 0; i < b->reads; i++)
        x = (x ^ bodies[b->read[i]].value) * 0x9e3779b97f4a7c15u + i;
    return x;
}

static uint32_t add_body(const struct place *p, bool is_atom, uint32_t helper, unsigned failing)
{
    struct body b = { .id = count, .is_atom = is_atom, .scope = p->scope, .depth = p->depth };
    memcpy(b.path, p->path, sizeof b.path);
    memcpy(b.at, p->at, sizeof b.at);
    if (helper != UINT32_MAX)
        b.read[b.reads++] = helper;
    add_reads(&b, p);
    if (is_atom) {
        b.reverts = below(5) != 0;
        b.revert_fails = failing > 1 && below(20) == 0;
        b.fails = failing && below(10) == 0 ? 1 + (int)below(4) : 0;
    }
    b.value = value_of(&b);
    name_it(count);
    bodies[count] = b;
    return count++;
}

static leat_flow *random_atom(const struct place *p, unsigned failing)
{
    uint32_t helper = below(4) == 0 && count + 2 < N ? add_body(p, false, UINT32_MAX, 0) : UINT32_MAX;
    return leat_atom(names[add_body(p, true, helper, failing)]);
}

static leat_flow *random_part(struct place p, unsigned failing)
{
    if (p.depth > DEEP || below(3) == 0 || count + 4 > N)
        return count + 4 > N ? leat_flow_list_(LEAT_FLOW_LINEAR, "", NULL, 0) : random_atom(&p, failing);
    uint32_t id = part_count++;
    bool retries = below(4) == 0;
    part_kind[id] = (uint32_t[]){ LEAT_FLOW_LINEAR, LEAT_FLOW_LINEAR, LEAT_FLOW_UNORDERED, LEAT_FLOW_GRAPH }[below(4)];
    if (retries) {
        scopes[scope_count] = (struct scope){ p.scope, 1 + (int)below(4) };
        p.scope = scope_count++;
    }
    leat_flow *f = leat_flow_list_((uint16_t)part_kind[id], "part", NULL, 0);
    p.path[p.depth] = id;
    uint32_t parts = 1 + below(5), d = p.depth++;
    for (p.at[d] = 0; p.at[d] < parts; p.at[d]++)
        leat_flow_add(f, random_part(p, failing));
    return retries ? leat_retry(scopes[p.scope].attempts, f) : f;
}

static leat_flow *random_flow(unsigned failing)
{
    count = part_count = 0;
    scope_count = 1;
    scopes[0] = (struct scope){ -1, 1 };
    struct place p = { .scope = 0 };
    leat_flow *f;
    do {
        count = part_count = 0;
        scope_count = 1;
        f = random_part(p, failing);
        if (count < 2)
            leat_flow_free(f);
    } while (count < 2);
    return f;
}

static uint32_t make_functions(void)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct body *b = &bodies[i];
        for (uint32_t k = 0; k < b->reads; k++)
            params[n][k] = (struct leat__param){ names[b->read[k]], &t_u64 };
        functions[n] = (struct leat__function){ .name = names[i], .file = "x.c", .line = (int)i, .result = &t_u64,
            .params = params[n], .count = b->reads, .doc = "", .call = atom_call, .fn = b };
        n++;
        if (!b->reverts)
            continue;
        static char reverts[N][24];
        sprintf(reverts[i], "n%u__revert", i);
        uint32_t k = 0;
        if (b->reads)
            params[n][k++] = (struct leat__param){ names[b->read[0]], &t_u64 };
        params[n][k++] = (struct leat__param){ names[i], &t_u64 };
        params[n][k++] = (struct leat__param){ "failure", &t_failure_cp };
        functions[n] = (struct leat__function){ .name = reverts[i], .file = "x.c", .line = (int)i, .result = &t_int,
            .params = params[n], .count = k, .doc = "", .call = revert_call, .fn = b };
        n++;
    }
    static const struct leat__type t_flow = { .kind = LEAT__STRUCT, .flags = LEAT__INCOMPLETE, .name = "leat_flow", .hash = 43 };
    static const struct leat__type t_flow_p = { .kind = LEAT__POINTER, .size = 8, .align = 8, .of = &t_flow, .hash = 42 };
    functions[n] = (struct leat__function){ .name = "trip", .file = "x.c", .doc = "", .call = atom_call, .result = &t_flow_p };
    return n + 1;
}

/* --- the obvious interpreter --- */

/* Does a scope end well? Each attempt that some atom of its own does not let pass is
 * one less; a scope inside begins afresh in each. */
static bool ends_well(int scope)
{
    int worst = 0;
    for (uint32_t i = 0; i < count; i++)
        if (bodies[i].is_atom && bodies[i].scope == scope && bodies[i].fails > worst)
            worst = bodies[i].fails;
    for (int s = 1; s < scope_count; s++)
        if (scopes[s].up == scope && !ends_well(s))
            return false;
    return worst < scopes[scope].attempts;
}

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

static bool some_revert_failed(void)
{
    for (uint32_t i = 0; i < event_count; i++)
        if (events[i].revert && events[i].ended && !events[i].good)
            return true;
    return false;
}

/* --- running one --- */

static struct leat__pool *pools[3];     /* of one, without threads; of two and four threads */

static void set_over(struct leat__run *run, int code)
{
    struct leat__pool *p = leat__pool_ref(run->pool);
    struct { _Atomic bool over; int code; } *end = run->user;
    end->code = code;
    atomic_store(&end->over, true);
    leat__pool_ring(p);
    leat__pool_unref(p);
}

static int run_flow(struct leat__run *run, struct leat__flow *f, struct leat__pool *pool)
{
    struct { _Atomic bool over; int code; } end = { 0 };
    leat__run_init(run, &leat__flow);
    assert_int_equal(leat__frame_init(&run->frame, leat__flow_plan(f)), 0);
    leat__flow_attach(f, run);
    run->pool = pool;
    run->user = &end;
    run->ended = set_over;
    leat__run_start(run);
    assert_true(leat__help(run, pool, &end.over, -1));
    return end.code;
}

static void end_run(struct leat__run *run, struct leat__flow *f)
{
    leat__flow_free(f);
    leat__run_clear(run);
    leat__frame_fini(&run->frame);
    leat__run_fini(run);
}

static int make_flow(struct leat__graph *g, leat_flow *tree, struct leat__flow **f, uint8_t *asked, char **problems)
{
    static const uint8_t cut[2 * N];
    leat_error err;
    struct leat__flow_spec spec = { .graph = g, .tree = tree, .name = "trip", .node = leat__graph_find(g, "trip"), .cut = cut,
                                    .asked = asked };
    *problems = NULL;
    int code = leat__flow_make(f, &spec, problems, &err);
    if (code && code != LEAT_EBUILD)
        print_message("%s\n", err.message);
    return code;
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
    code = run_flow(&run, f, pool);
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
           "trip: trip is no atom: a flow in a flow is not there yet: call its function for a part\n"
           "trip: retry 4 of a: a retry needs one attempt or more");
    expect(leat_linear("a", leat_atom("n1"), leat_atom("n0")), "trip: n1 reads n0, which comes after it in a");
    expect(leat_unordered("a", leat_atom("n0"), leat_linear("b", leat_atom("n1"))),
           "trip: n1 reads n0, and a puts them in no order: leat_graph does, or leat_linear");
    expect(leat_linear("a", leat_atom("n0"), leat_atom("n0")),
           "trip: n0 stands twice in it: LEAT_NODE(n02, calls(n0)) makes another node of the function");
    expect(leat_graph("a", leat_retry(2, leat_linear("b", leat_atom("n0"), leat_atom("n2"))), leat_atom("n1")),
           "trip: parts of it wait for each other: n1, a retry");
    expect(leat_atom_with("n0", "calls(n1)"), "trip: atom n0: calls: not yet in a flow: say it in a LEAT_NODE of its own");
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
    assert_int_equal(g.problems.count, 3);
    assert_string_equal(g.problems.at[0].public.message, "hotel__revert(unsigned long night): hotel has no such parameter");
    assert_string_equal(g.problems.at[0].public.hint, "did you mean nights?");
    assert_string_equal(g.problems.at[1].public.message, "hotel__revert(double hotel): hotel gives another type");
    assert_string_equal(g.problems.at[2].public.message, "car__revert is never used: car is no node");
    assert_int_equal(g.problems.at[2].public.warning, 1);
    assert_int_equal(g.refused.count, 1);
    leat__graph_fini(&g);
}

/* --- lives --- */

static int make_pools(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 3; i++)
        if (!(pools[i] = leat__pool_new(1u << i, i)))
            return -1;
    return 0;
}

static int free_pools(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 3; i++)
        leat__pool_unref(pools[i]);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_flows_end_as_the_obvious_interpreter_says),
        cmocka_unit_test(everything_wrong_with_a_tree_is_told_at_once),
        cmocka_unit_test(a_revert_is_checked_against_what_it_undoes),
    };
    return cmocka_run_group_tests_name("flow", tests, make_pools, free_pools);
}
