/* Tests of release policies: a journal that is held back shows what did not wait for it. */
#include "flow/past.h"
#include "flow/random_test.h"
#include "run/journal_memory.h"

static char log_[64];
static _Atomic uint32_t logged;
static bool fails, waits;
static _Atomic bool inside, failed;     /* d is; the store has */
static int told;                        /* whether it is cancelled, to the newest call */

static void call(void *user, void *const *args, void *result)
{
    const char *name = user;
    (void)args;
    log_[logged++] = *name;
    told = leat__node_api.cancelled((leat_context *)leat__worker_current());
    *(uint64_t *)result = 1;
    inside = *name == 'd';
    while (inside && waits && !failed)
        sched_yield();
    if (fails && *name == 'd')
        leat__node_api.fail(NULL, "x.c", 3, "told to");
}

static void undo(void *user, void *const *args, void *result)
{
    (void)args;
    log_[logged++] = *(const char *)user - 'a' + 'A';
    *(int *)result = 0;
}

/* a, then p, which is pure, then b, o of effect(once), d: each reads the one before. */
static struct leat__graph graph;
static leat_flow *tree, *again;     /* again: d is tried twice */
static uint8_t none_asked[16];

static int make(void **state)
{
    static struct leat__param read[4] = { { "a", &t_u64 }, { "p", &t_u64 }, { "b", &t_u64 }, { "o", &t_u64 } };
    static char *const names_[] = { "a", "p", "b", "o", "d" };
    static struct leat__function f[8];
    static struct leat__head heads[8];
    static const struct leat__type t_flow = { .kind = LEAT__STRUCT, .flags = LEAT__INCOMPLETE, .name = "leat_flow", .hash = 43 };
    static const struct leat__type t_flow_p = { .kind = LEAT__POINTER, .size = 8, .align = 8, .of = &t_flow, .hash = 42 };
    static struct leat__note notes[] = { { "node", "x.c", 1, 0, "p, effect(pure)" }, { "node", "x.c", 2, 0, "o, effect(once)" } };
    (void)state;
    for (uint32_t i = 0; i < 5; i++) {
        heads[i] = (struct leat__head){ .file = "x.c", .result = &t_u64, .params = &read[i ? i - 1 : 0],
                                        .count = i > 0, .call = call };
        f[i] = (struct leat__function){ .name = names_[i], .fn = names_[i], .head = &heads[i] };
    }
    heads[5] = (struct leat__head){ .file = "x.c", .result = &t_int, .call = undo };
    f[5] = (struct leat__function){ .name = "a__revert", .fn = names_[0], .head = &heads[5] };
    heads[6] = (struct leat__head){ .file = "x.c", .result = &t_int, .call = undo };
    f[6] = (struct leat__function){ .name = "b__revert", .fn = names_[2], .head = &heads[6] };
    heads[7] = (struct leat__head){ .file = "x.c", .call = call, .result = &t_flow_p };
    f[7] = (struct leat__function){ .name = "trip", .head = &heads[7] };
    tree = leat_linear("trip", leat_atom("a"), leat_atom("p"), leat_atom("b"), leat_atom("o"), leat_atom("d"));
    again = leat_linear("trip", leat_atom("a"), leat_atom("p"), leat_atom("b"), leat_atom("o"), leat_retry(2, leat_atom("d")));
    return build_with(&graph, f, 8, notes, 2);
}

static int unmake(void **state)
{
    (void)state;
    leat__graph_fini(&graph);
    leat_flow_free(tree);
    leat_flow_free(again);
    return 0;
}

/* A run whose journal is held back from the first commit on. */
struct held {
    struct leat__journal_memory *m;
    struct leat__pool *pool;
    struct leat__run run;
    struct leat__ending end;
    struct leat__flow *f;
    struct leat__journal *j;
    struct leat__life *life;
};

static void begin_held(struct held *h, leat_flow *of, enum leat__release release)
{
    leat_error err;
    char *problems;
    *h = (struct held){ .m = leat__journal_memory_new(), .pool = leat__pool_new(1, true) };
    logged = 0;
    assert_int_equal(leat__journal_new(&leat__journal_memory_ops, h->m, LEAT__JOURNAL_ALONE, &h->j, &err), 0);
    assert_int_equal(make_flow(&graph, of, &h->f, none_asked, &problems), 0);
    begin_run(&h->run, h->f);
    assert_int_equal(leat__life_begin(h->j, "trip", &h->life, &err), 0);
    leat__life_policy(h->life, release, 1000000);
    assert_int_equal(leat__flow_keep(h->f, h->life, NULL, "", &err), 0);
    leat__journal_memory_hold(h->m, true);
    h->run.pool = h->pool;
    leat__run_start_for(&h->run, &h->end);
}

static void end_held(struct held *h, int code)
{
    leat__journal_memory_hold(h->m, false);
    assert_true(leat__help(&h->run, h->pool, &h->end.over, -1));
    assert_int_equal(h->end.code, code);
    leat__life_free(h->life);
    h->run.life = NULL;
    end_run(&h->run, h->f);
    leat__journal_unref(h->j);
    leat__pool_unref(h->pool);
    leat__journal_memory_free(h->m);
}

/* Each time the journal is held back, what has been called by then; " " between. */
static void runs_tree(leat_flow *of, enum leat__release release, bool bad, const char *wanted)
{
    struct held h;
    char seen[64] = "";
    fails = bad;
    begin_held(&h, of, release);
    for (const char *at = wanted; *at; at += strcspn(at, " "), at += *at == ' ') {
        leat__journal_memory_await(h.m);            /* the one worker there is commits: nothing runs */
        snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%s%.*s", *seen ? " " : "", (int)logged, log_);
        leat__journal_memory_next(h.m);
    }
    assert_string_equal(seen, wanted);
    end_held(&h, bad ? LEAT_EREVERTED : 0);
}

static void runs(enum leat__release release, bool bad, const char *wanted) { runs_tree(tree, release, bad, wanted); }

static void each_waits_for_what_was_before(void **state)
{
    (void)state;
    runs(LEAT__RELEASE_EACH, false, "a ap apb apb apbo apbod");     /* apb twice: b is done, o begins */
}

static void with_effects_the_pure_run_ahead_and_the_others_wait(void **state)
{
    (void)state;
    runs(LEAT__RELEASE_EFFECTS, false, "ap apb apbo apbod");
}

static void otherwise_only_what_is_done_once_waits(void **state)
{
    (void)state;
    runs(LEAT__RELEASE_BATCH, false, "apb apbod");
    runs(LEAT__RELEASE_NONE, false, "apb apbod");
}

static void nothing_is_undone_before_that_is_decided(void **state)
{
    (void)state;
    runs(LEAT__RELEASE_NONE, true, "apb apbod apbod apbodBA");
    runs(LEAT__RELEASE_EFFECTS, true, "ap apb apbo apbod apbod apbodB apbodBA");
}

static void nothing_is_tried_again_before_that_is_decided(void **state)
{
    (void)state;
    runs_tree(again, LEAT__RELEASE_NONE, true, "apb apbod apbod apbod apbodd apbodd apbodd apboddBA");
}

/* --- stopped while the START of o is on its way to the disk --- */

static void stops(void (*stop)(struct leat__run *), void (*then)(struct leat__run *), int cancelled)
{
    struct held h;
    fails = false;
    begin_held(&h, tree, LEAT__RELEASE_BATCH);
    leat__journal_memory_await(h.m);
    assert_int_equal(logged, 3);
    stop(&h.run);
    then(&h.run);
    end_held(&h, LEAT_ESUSPENDED);
    log_[logged] = 0;
    assert_string_equal(log_, "apbo");
    assert_int_equal(told, cancelled);
}

static void a_call_whose_beginning_is_on_disk_is_made_though_its_run_is_stopped(void **state)
{
    (void)state;
    stops(leat__run_cancel, leat__run_cancel, 1);
    stops(leat__run_suspend, leat__run_suspend, 0);
}

static void what_runs_is_told_of_a_cancel_before_or_after_a_suspension(void **state)
{
    (void)state;
    stops(leat__run_cancel, leat__run_suspend, 1);
    stops(leat__run_suspend, leat__run_cancel, 1);
}

/* --- the store fails, and that the flow's run hears of it takes a while --- */

static struct leat__run *undecided;

static void hold_up(struct leat__run *run, enum leat__will will)
{
    (void)run, (void)will;
    failed = true;
    while (!undecided->stop && logged < 6)
        sched_yield();
}

static void nothing_is_undone_where_that_cannot_be_on_record(void **state)
{
    (void)state;
    static const struct leat__policy slow = { .name = "slow", .will = hold_up };
    struct leat__journal_memory *m = leat__journal_memory_new();
    struct leat__pool *pool = leat__pool_new(1, true);
    struct leat__run run = { 0 }, other = { .pool = pool, .policy = &slow };
    struct leat__row row = { .kind = LEAT__ROW_SIGNAL };
    struct leat__ending end;
    struct leat__flow *f;
    struct leat__journal *j;
    struct leat__life *life, *first;
    leat_error err;
    char *problems;
    logged = 0;
    fails = waits = true;
    inside = failed = false;
    undecided = &run;
    assert_int_equal(leat__journal_new(&leat__journal_memory_ops, m, LEAT__JOURNAL_ALONE, &j, &err), 0);
    assert_int_equal(make_flow(&graph, tree, &f, none_asked, &problems), 0);
    begin_run(&run, f);
    assert_int_equal(leat__life_begin(j, "trip", &life, &err), 0);
    leat__life_policy(life, LEAT__RELEASE_NONE, 1000000);
    assert_int_equal(leat__flow_keep(f, life, NULL, "", &err), 0);
    assert_int_equal(leat__life_begin(j, "told first", &first, &err), 0);
    leat__life_attach(first, &other);
    run.pool = pool;
    leat__run_start_for(&run, &end);
    while (!inside)
        sched_yield();
    leat__journal_memory_fail(m, 1, false);
    assert_int_equal(leat__life_append(first, &row, (struct leat__then){ 0 }), 0);
    assert_int_equal(leat__life_sync(first, &err), LEAT_ESUSPENDED);
    assert_true(leat__help(&run, pool, &end.over, -1));
    assert_int_equal(end.code, LEAT_ESUSPENDED);
    assert_int_equal(logged, 5);
    waits = false;
    leat__life_free(first);
    leat__life_free(life);
    run.life = NULL;
    end_run(&run, f);
    leat__journal_unref(j);
    leat__pool_unref(pool);
    leat__journal_memory_free(m);
}

/* As where memory ran out while it was written: it is not a failure of nothing. */
static void a_failure_that_cannot_be_read_is_damage(void **state)
{
    (void)state;
    struct leat__journal_memory *m = leat__journal_memory_new();
    struct leat__run run = { 0 };
    struct leat__row row = { .kind = LEAT__ROW_FAILED, .task = 1, .attempt = 1, .body = "\x95\x01", .len = 2 };
    struct leat__flow *f;
    struct leat__journal *j;
    struct leat__life *life;
    leat_error err;
    char *problems;
    assert_int_equal(leat__journal_new(&leat__journal_memory_ops, m, LEAT__JOURNAL_ALONE, &j, &err), 0);
    assert_int_equal(make_flow(&graph, tree, &f, none_asked, &problems), 0);
    begin_run(&run, f);
    assert_int_equal(leat__life_begin(j, "trip", &life, &err), 0);
    assert_int_equal(leat__flow_keep(f, life, NULL, "", &err), 0);
    assert_int_equal(leat__life_append(life, &row, (struct leat__then){ 0 }), 0);
    assert_int_equal(leat__life_sync(life, &err), 0);
    leat__life_free(life);
    run.life = NULL;
    end_run(&run, f);
    run = (struct leat__run){ 0 };
    assert_int_equal(make_flow(&graph, tree, &f, none_asked, &problems), 0);
    begin_run(&run, f);
    assert_int_equal(leat__flow_recall(f, leat__past_read(j, 1, &err), &err), LEAT_ECORRUPT);
    end_run(&run, f);
    leat__journal_unref(j);
    leat__journal_memory_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_waits_for_what_was_before),
        cmocka_unit_test(with_effects_the_pure_run_ahead_and_the_others_wait),
        cmocka_unit_test(otherwise_only_what_is_done_once_waits),
        cmocka_unit_test(nothing_is_undone_before_that_is_decided),
        cmocka_unit_test(nothing_is_tried_again_before_that_is_decided),
        cmocka_unit_test(a_call_whose_beginning_is_on_disk_is_made_though_its_run_is_stopped),
        cmocka_unit_test(what_runs_is_told_of_a_cancel_before_or_after_a_suspension),
        cmocka_unit_test(nothing_is_undone_where_that_cannot_be_on_record),
        cmocka_unit_test(a_failure_that_cannot_be_read_is_damage),
    };
    return cmocka_run_group_tests_name("release", tests, make, unmake);
}
