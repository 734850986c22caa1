/* Tests of durable flows: random ones whose journal fails again and again, each time
 * in another place, and which are resumed until they end. */
#include "flow/random_test.h"
#include "flow/unknown.h"
#include "run/journal_memory.h"

static struct leat__journal_memory *memory;
static enum leat__release release;
static uint32_t unknown;

/* Atoms with a DONE row that no later row takes back, by the newest PLAN's numbers. */
struct fold { bool done[N]; bool over; const struct leat__flow *f; };

static uint32_t atom_of(const struct leat__flow *f, uint64_t task)
{
    return (uint32_t)atoi(f->graph->node[f->record[task - 1]].name + 1);
}

static uint32_t scope_of(const struct leat__flow *f, uint32_t atom)
{
    uint32_t id = leat__graph_find(f->graph, names[atom]);
    for (uint32_t s = 1; s < f->scopes; s++) {
        uint32_t t = leat__scope_task(&f->scope[s], id);
        if (t != LEAT__NONE && t >= f->scope[s].plan.given)
            return s;
    }
    return 0;
}

static int fold_row(void *user, const struct leat__row *row)
{
    struct fold *x = user;
    if (row->kind == LEAT__ROW_DONE)
        x->done[atom_of(x->f, row->task)] = true;
    if (row->kind == LEAT__ROW_REVERTED || row->kind == LEAT__ROW_REVERT_FAILED)
        x->done[atom_of(x->f, row->task)] = false;
    for (uint32_t i = 0; row->kind == LEAT__ROW_RETRY && i < count; i++)
        if (bodies[i].is_atom && leat__scope_is_under(x->f, scope_of(x->f, i), (uint32_t)row->task))
            x->done[i] = false;
    x->over |= row->kind == LEAT__ROW_END;
    return 0;
}

static struct fold fold_journal(struct leat__journal *j, const struct leat__flow *f)
{
    struct fold x = { .f = f };
    assert_int_equal(leat__journal_read(j, 1, fold_row, &x, NULL), 0);
    return x;
}

/* What a life may not do: an atom on record again, unless it was taken back before. */
static void check_life(struct fold *x)
{
    for (uint32_t i = 0; i < event_count; i++) {
        const struct event *e = &events[i];
        if (!bodies[e->id].is_atom)
            continue;
        if (e->revert)
            x->done[e->id] = false;
        bool may = !bodies[e->id].reverts && bodies[e->id].scope;       /* a retry takes back what has no revert */
        if (!e->revert && !e->ended && x->done[e->id] && !may) {
            print_message("n%u again, scope %d\n", e->id, bodies[e->id].scope);
            for (uint32_t k = 0; k < event_count; k++)
                print_message("%s%s n%u(%d) %d try %u\n", events[k].revert ? "revert" : "exec", events[k].ended ? " end" : "",
                              events[k].id, bodies[events[k].id].scope, events[k].good, events[k].attempt);
        }
        assert_false(!e->revert && !e->ended && x->done[e->id] && !may);
    }
}

static int end_of(void *user, const struct leat__row *row)
{
    if (row->kind == LEAT__ROW_END)
        *(int *)user = row->code;
    return 0;
}

/* Which of the flow's atoms may be done once only, and which do nothing in the world. */
static void draw_effects(struct leat__graph *g)
{
    for (uint32_t i = 0; i < count; i++) {
        struct body *b = &bodies[i];
        b->once = b->is_atom && below(3) == 0 && (b->reverts || !b->scope);
        b->pure = b->is_atom && !b->once && below(4) == 0;
        stands[i] = false;
        g->node[leat__graph_find(g, names[i])].flags |= b->once ? LEAT__NODE_ONCE : b->pure ? LEAT__NODE_PURE : 0;
    }
}

/* The flow that runs; the newest row of an atom says how it is. */
static const struct leat__flow *running;
struct newest { uint32_t atom; bool ended; };

static int see_newest(void *user, const struct leat__row *row)
{
    struct newest *x = user;
    bool tells = row->kind == LEAT__ROW_DONE || row->kind == LEAT__ROW_FAILED || row->kind == LEAT__ROW_RESOLVED ||
                 row->kind == LEAT__ROW_REVERTED || row->kind == LEAT__ROW_START;
    if (tells && row->task && atom_of(running, row->task) == x->atom)
        x->ended = row->kind == LEAT__ROW_DONE || row->kind == LEAT__ROW_FAILED || (row->kind == LEAT__ROW_RESOLVED && row->len);
    return 0;
}

static bool is_on_disk(uint32_t id)
{
    struct newest x = { id, false };
    leat__journal_memory_ops.read(memory, 1, see_newest, &x, NULL);
    return x.ended;
}

/* A person knows what happened. Returns how many nobody else knew of. */
static uint32_t decide(struct leat__flow *f, const struct leat__past *past)
{
    uint32_t n = 0;
    leat_error err;
    for (uint32_t i = 0; i < f->records; i++) {
        uint32_t id = atom_of(f, i + 1);
        if (past->node[i].state != LEAT__PAST_STARTED)
            continue;
        assert_true(bodies[id].once);
        assert_int_equal(leat__flow_decide(f, f->record[i], stands[id], &bodies[id].value, &err), 0);
        n++;
    }
    return n;
}

/* One life: until the journal fails, or the flow ends. */
static int live(struct leat__graph *g, leat_flow *tree, struct leat__pool *pool, bool first, uint8_t *asked, uint32_t fails)
{
    struct leat__flow *f;
    struct leat__journal *j;
    struct leat__life *life;
    struct leat__past *past = NULL;
    struct leat__run run = { 0 };
    leat_error err;
    char *problems;
    leat__journal_memory_fail(memory, 0, false);
    assert_int_equal(leat__journal_new(&leat__journal_memory_ops, memory, LEAT__JOURNAL_ALONE, &j, &err), 0);
    assert_int_equal(make_flow(g, tree, &f, asked, &problems), 0);
    begin_run(&run, f);
    if (!first)
        assert_non_null(past = leat__past_read(j, 1, &err));
    int code = first ? leat__life_begin(j, "trip", &life, &err) : leat__life_resume(j, 1, &life, &err);
    if (code == LEAT_EUSAGE) {          /* its last row was there, and the journal failed all the same */
        code = 1;
        assert_int_equal(leat__journal_read(j, 1, end_of, &code, NULL), 0);
        leat__past_free(past);
        end_run(&run, f);
        leat__journal_unref(j);
        return code;
    }
    assert_int_equal(code, 0);
    leat__life_policy(life, release, 1);
    code = leat__flow_recall(f, past, &err);
    if (code == LEAT_EUNKNOWN) {
        assert_true(decide(f, past) > 0);
        unknown++;
        code = leat__unknown_check(f, &err);
    }
    if (!code)
        code = leat__flow_keep(f, life, NULL, "about", &err);
    if (code)
        print_message("%s\n", err.message);
    assert_int_equal(code, 0);
    struct fold before = fold_journal(j, f);
    event_count = wrong = 0;
    leat__journal_memory_fail(memory, fails, below(2));
    running = f;
    is_kept = release <= LEAT__RELEASE_EFFECTS ? is_on_disk : NULL;
    keeps_all = release == LEAT__RELEASE_EACH;
    code = run_flow(&run, pool);
    is_kept = NULL;
    check_life(&before);
    assert_int_equal(wrong, 0);
    for (uint32_t i = 0; i < count && !code; i++)
        if (bodies[i].is_atom)
            assert_true(*leat__run_value(&run, leat__plan_task(leat__flow_plan(f), leat__graph_find(g, names[i]))) ==
                        bodies[i].value);
    if (code != LEAT_ESUSPENDED) {
        struct fold after = fold_journal(j, f);
        assert_true(after.over);
        for (uint32_t i = 0; i < count && code; i++)
            assert_false(after.done[i] && bodies[i].reverts);
    }
    leat__life_free(life);
    run.life = NULL;
    end_run(&run, f);
    leat__journal_unref(j);
    return code;
}

static void one_durable_flow(unsigned failing, struct leat__pool *pool)
{
    struct leat__graph g;
    uint8_t asked[2 * N] = { 0 };
    leat_flow *tree = random_flow(failing);
    assert_int_equal(build_with(&g, functions, make_functions(), NULL, 0), 0);
    for (uint32_t i = 0; i < count; i++)
        asked[leat__graph_find(&g, names[i])] = bodies[i].is_atom;
    draw_effects(&g);
    release = (enum leat__release)below(4);
    memory = leat__journal_memory_new();
    bool well = ends_well(0), left = false;
    int code, lives = 0;
    do {
        code = live(&g, tree, pool, !lives, asked, lives < 30 ? 1 + below(12) : 0);
        left |= some_revert_failed();
    } while (code == LEAT_ESUSPENDED && ++lives < 100);
    if (code == LEAT_EREVERT)
        assert_true(left);
    else
        assert_int_equal(code, well ? 0 : LEAT_EREVERTED);
    leat__journal_memory_free(memory);
    leat_flow_free(tree);
    leat__graph_fini(&g);
}

static void a_flow_whose_journal_fails_everywhere_ends_as_one_that_is_left_alone(void **state)
{
    (void)state;
    for (int i = 0; i < 600; i++) {
        seed = (uint64_t)i * 2371 + 11;
        one_durable_flow((unsigned)i % 3, pools[i / 3 % 3]);
    }
    assert_true(unknown > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flow_whose_journal_fails_everywhere_ends_as_one_that_is_left_alone),
    };
    return cmocka_run_group_tests_name("durable", tests, make_pools, free_pools);
}
