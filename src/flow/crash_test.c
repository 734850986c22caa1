/* Tests of durable flows in simulation: the process dies between any two events and at
 * any commit, and a journal fails in each of its ways; then another life goes on. */
#include "flow/ledger_test.h"
#include "flow/past.h"
#include "flow/trial_test.h"

/* How a life ends before its time. */
enum fate { LIVES, DIES, DIES_COMMITTING, DIES_COMMITTED, NO_SPACE, UNKNOWN_OUTCOME, FAILS_ONCE, FATES };

static struct leat__journal_memory *memory;

static void begin_world(void)
{
    memory = leat__journal_memory_new();
    event_count = wrong = noteds = 0;
}

/* --- dying --- */

static _Atomic bool over;
static bool dead;
static int ended_with;
static uint32_t dies_at, commits;       /* the commit at which it dies; 0: none */
static bool dies_late;                  /* ... its rows are there               */

static void ended(struct leat__run *r, int code)
{
    (void)r;
    ended_with = code;
    over = true;
}

static void die(void *user)
{
    (void)user;
    over = dead = true;
}

static int fail_dead(leat_error *err)
{
    err->code = LEAT_ESYSTEM;
    strcpy(err->message, "dead");
    return LEAT_ESYSTEM;
}

/* Tells the ledger what is durable. The dead write nothing. */
static int mortal_commit(void *self, const struct leat__row *rows, uint32_t n, uint32_t *out_fenced, leat_error *err)
{
    bool now = !dead && ++commits == dies_at;
    if (dead || (now && !dies_late))
        return die(NULL), fail_dead(err);
    int code = leat__journal_memory_ops.commit(self, rows, n, out_fenced, err);
    for (uint32_t i = 0; !code && i < n; i++)
        note_row(&rows[i]);
    return now ? die(NULL), fail_dead(err) : code;
}

/* Rows of which only the next life learns. */
static int note_unknown(void *user, const struct leat__row *row)
{
    (void)user;
    if (row->seq > noteds)
        note_row(row);
    return 0;
}

/* --- one life --- */

struct life {
    struct leat__flow *flow;
    struct leat__journal *journal;
    struct leat__life *life;
    struct leat__run run;
    struct leat__pool *pool;
    int code;
    bool died, suspended;
    uint32_t last_commit, last_event;   /* when it was to end */
};

static struct life *watched;
static int watching_commit(void *self, const struct leat__row *rows, uint32_t n, uint32_t *out_fenced, leat_error *err)
{
    int code = mortal_commit(self, rows, n, out_fenced, err);
    if (code && watched && !watched->last_commit) {
        watched->last_commit = commits;
        watched->last_event = event_count;
    }
    return code;
}

/* 1: it was over, though nobody had told. */
static int be_born(struct life *l, bool first)
{
    static struct leat__journal_ops ops;
    struct leat__past *past = NULL;
    leat_error err;
    char *problems;
    ops = leat__journal_memory_ops;
    ops.commit = watching_commit;
    watched = NULL;
    dead = false;
    over = false;
    commits = dies_at = 0;
    assert_int_equal(leat__journal_new(&ops, memory, 0, &l->journal, &err), 0);
    assert_int_equal(make_flow(&graph, tree, &l->flow, asked, &problems), 0);
    begin_run(&l->run, l->flow);
    if (!first) {
        assert_int_equal(leat__journal_read(l->journal, 1, note_unknown, NULL, NULL), 0);
        assert_non_null(past = leat__past_read(l->journal, 1, &err));
    }
    if (past && past->over) {
        leat__past_free(past);
        return 1;
    }
    assert_int_equal(first ? leat__life_begin(l->journal, "trip", &l->life, &err)
                           : leat__life_resume(l->journal, 1, &l->life, &err), 0);
    assert_int_equal(leat__flow_keep(l->flow, l->life, past, "about", &err), 0);
    learn(l->flow);
    return 0;
}

static void set_fate(struct life *l, enum fate fate, uint32_t when)
{
    struct leat__journal_fault fault = { .nth = fate >= NO_SPACE ? when : 0, .kept = fate == UNKNOWN_OUTCOME,
        .once = fate == FAILS_ONCE, .why = fate == NO_SPACE ? "no space left on device" : "input/output error" };
    if (fate == DIES)
        leat__sim_cut(l->pool->sim, when, die, NULL);
    dies_at = fate == DIES_COMMITTING || fate == DIES_COMMITTED ? commits + when : 0;
    dies_late = fate == DIES_COMMITTED;
    leat__journal_memory_break(memory, fault);
}

static void live(struct life *l)
{
    l->run.pool = l->pool;
    l->run.ended = ended;
    leat__run_start(&l->run);
    leat__help(&l->run, l->pool, &over, -1);
    l->died = dead;
    l->code = ended_with;
    l->suspended = !dead && ended_with == LEAT_ESUSPENDED;
}

static void be_buried(struct life *l)
{
    leat__life_free(l->life);
    l->run.life = NULL;
    end_run(&l->run, l->flow);
    leat__journal_unref(l->journal);
    leat__pool_unref(l->pool);
}

static int code_of_end(void *user, const struct leat__row *row)
{
    if (row->kind == LEAT__ROW_END)
        *(int *)user = row->code;
    return 0;
}

static void check_values(const struct life *l)
{
    for (uint32_t i = 0; i < count; i++)
        if (bodies[i].is_atom)
            assert_true(*leat__run_value(&l->run, leat__plan_task(leat__flow_plan(l->flow), leat__graph_find(&graph, names[i]))) ==
                        bodies[i].value);
}

/* A store that failed is asked for nothing more, and nothing begins. */
static void check_suspension(const struct life *l, enum fate fate)
{
    if (starved)
        return;
    assert_string_equal(leat__life_is_lost(l->life), fate == NO_SPACE ? "no space left on device" : "input/output error");
    assert_int_equal(commits, l->last_commit);
    assert_int_equal(event_count, l->last_event);
}

/* true: that was the last. *out_code: how the flow ended. */
static bool one_life(bool first, const struct leat__sim_spec *spec, enum fate fate, uint32_t when, int *out_code)
{
    struct life l = { .pool = sim_pool(spec) };
    bool last = be_born(&l, first);
    if (last) {
        *out_code = 1;
        assert_int_equal(leat__journal_read(l.journal, 1, code_of_end, out_code, NULL), 0);
    } else {
        watched = &l;
        set_fate(&l, fate, when);
        live(&l);
        if (l.suspended)
            check_suspension(&l, fate);
        last = !l.died && !l.suspended;
        *out_code = l.code;
        if (last && !l.code)
            check_values(&l);
    }
    assert_int_equal(wrong, 0);
    if (!last)
        dead = true;
    be_buried(&l);
    leat__journal_memory_break(memory, (struct leat__journal_fault){ 0 });
    return last;
}

/* --- a flow from its first life to its last --- */

static struct leat__sim_spec spec_of(uint64_t of)
{
    return (struct leat__sim_spec){ .seed = of, .workers = 1 + of % 6, .delay_ns = 1000 };
}

static struct fold fold_journal(void)
{
    static struct fold x;
    x = (struct fold){ 0 };
    assert_int_equal(leat__journal_memory_ops.read(memory, 1, fold_row, &x, NULL), 0);
    return x;
}

static void expect_end(int code, int expected)
{
    struct fold x = fold_journal();
    assert_true(x.over);
    assert_int_equal(x.code, code);
    check_ledger();
    if (starved)
        return;
    assert_int_equal(code, x.left ? LEAT_EREVERT : expected);
    assert_true(!code || count_left_in_the_world() == 0);
}

/* Lives whose fates the seed draws, until one is spared. How many. */
static uint32_t live_through(uint64_t of, int expected)
{
    struct leat__sim_spec spec = spec_of(of);
    uint32_t lives = 0;
    int code;
    bool last;
    begin_world();
    do {
        enum fate fate = lives < 12 ? (enum fate)below(FATES) : LIVES;
        last = one_life(!lives, &spec, fate, 1 + below(fate == DIES ? 80 : 12), &code);
        fold_journal();
        spec.seed += 1000003;
        lives++;
    } while (!last);
    expect_end(code, expected);
    leat__journal_memory_free(memory);
    return lives;
}

static void a_flow_that_dies_anywhere_ends_as_one_that_is_left_alone(void **state)
{
    (void)state;
    uint32_t lives = 0, most = 0;
    for (uint64_t i = 0; i < 1200; i++) {
        seed = i * 2371 + 11;
        open_trial((unsigned)i % 3);
        uint32_t n = live_through(i, ends_well(0) ? 0 : LEAT_EREVERTED);
        lives += n;
        most = n > most ? n : most;
        close_trial();
    }
    assert_true(lives > 3000 && most > 6);
}

/* Once so in the first life, which is the only one that is cut short. false: it was not. */
static bool live_again(uint64_t of, enum fate fate, uint32_t when, int expected)
{
    struct leat__sim_spec spec = spec_of(of);
    int code;
    begin_world();
    bool cut = !one_life(true, &spec, fate, when, &code);
    if (cut)
        fold_journal();
    spec.seed += 1000003;
    if (cut)
        assert_true(one_life(false, &spec, LIVES, 0, &code));
    expect_end(code, expected);
    leat__journal_memory_free(memory);
    return cut;
}

static void between_any_two_events_and_at_any_commit_a_life_may_end(void **state)
{
    (void)state;
    uint32_t cuts[FATES] = { 0 };
    for (uint64_t i = 0; i < 60; i++) {
        seed = i * 4027 + 1;
        open_trial((unsigned)i % 3);
        int expected = ends_well(0) ? 0 : LEAT_EREVERTED;
        for (enum fate fate = DIES; count < 12 && fate < FATES; fate++)
            for (uint32_t when = 1; live_again(i, fate, when, expected); when++)
                cuts[fate]++;
        close_trial();
    }
    for (enum fate fate = DIES; fate < FATES; fate++)
        assert_true(cuts[fate] > (fate == DIES ? 300 : 50));
}

/* A call that finds none fails, a row that finds none suspends the run. */
static void want_of_memory_anywhere_leaves_a_journal_that_goes_on(void **state)
{
    (void)state;
    uint32_t suspended = 0;
    starved = true;
    other_reason = "out of memory";
    for (uint64_t i = 0; i < 120; i++) {
        seed = i * 4603 + 1;
        open_trial((unsigned)i % 2);
        for (uint32_t at = 1; at < 60; at += 1 + (uint32_t)i % 2) {
            struct leat__sim_spec spec = spec_of(i);
            int code;
            spec.no_memory_at = at;
            begin_world();
            bool cut = !one_life(true, &spec, LIVES, 0, &code);
            suspended += cut;
            spec.no_memory_at = 0;
            if (cut)
                assert_true(one_life(false, &spec, LIVES, 0, &code));
            expect_end(code, 0);
            leat__journal_memory_free(memory);
        }
        close_trial();
    }
    starved = false;
    other_reason = NULL;
    assert_true(suspended > 300);
}

/* --- journals that another process could have left --- */

static struct leat__row row[MOST_ROWS];
static uint32_t rows;

static int keep_row(void *user, const struct leat__row *r)
{
    (void)user;
    assert_true(rows < MOST_ROWS);
    row[rows] = *r;
    void *body = malloc(r->len + 1);
    assert_non_null(body);
    if (r->len)
        memcpy(body, r->body, r->len);
    row[rows++].body = body;
    return 0;
}

static void forget_rows(void)
{
    while (rows)
        free((void *)row[--rows].body);
}

/* A journal that is left alone, in `row`. */
static int whole_journal(uint64_t of)
{
    struct leat__sim_spec spec = spec_of(of);
    int code;
    begin_world();
    assert_true(one_life(true, &spec, LIVES, 0, &code));
    assert_int_equal(leat__journal_memory_ops.read(memory, 1, keep_row, NULL, NULL), 0);
    leat__journal_memory_free(memory);
    return code;
}

static void begin_with(uint32_t n)
{
    struct leat__run_row run;
    uint32_t fenced;
    begin_world();
    assert_int_equal(leat__journal_memory_ops.begin(memory, "trip", 1, &run, NULL), 0);
    assert_int_equal(leat__journal_memory_ops.commit(memory, row, n, &fenced, NULL), 0);
}

static void from_every_prefix_of_a_journal_a_flow_comes_to_its_end(void **state)
{
    (void)state;
    uint32_t prefixes = 0;
    for (uint64_t i = 0; i < 100; i++) {
        seed = i * 5501 + 3;
        open_trial((unsigned)i % 2);
        int expected = whole_journal(i), code;
        for (uint32_t n = 1; n < rows; n++, prefixes++) {
            struct leat__sim_spec spec = spec_of(i + n);
            begin_with(n);
            assert_true(one_life(false, &spec, LIVES, 0, &code));
            expect_end(code, expected);
            leat__journal_memory_free(memory);
        }
        forget_rows();
        close_trial();
    }
    assert_true(prefixes > 1000);
}

static void a_seed_gives_the_same_journal_byte_for_byte(void **state)
{
    (void)state;
    static struct leat__row first[MOST_ROWS];
    for (uint64_t i = 0; i < 200; i++) {
        seed = i * 3307 + 5;
        open_trial((unsigned)i % 3);
        whole_journal(i);
        uint32_t n = rows;
        memcpy(first, row, sizeof first);
        rows = 0;
        whole_journal(i);
        assert_int_equal(rows, n);
        for (uint32_t k = 0; k < n; k++) {
            const struct leat__row *a = &first[k], *b = &row[k];
            assert_true(a->kind == b->kind && a->task == b->task && a->seq == b->seq && a->time_ms == b->time_ms &&
                        a->attempt == b->attempt && a->code == b->code && a->token == b->token && a->len == b->len);
            assert_memory_equal(a->body, b->body, a->len);
            free((void *)a->body);
        }
        forget_rows();
        close_trial();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flow_that_dies_anywhere_ends_as_one_that_is_left_alone),
        cmocka_unit_test(between_any_two_events_and_at_any_commit_a_life_may_end),
        cmocka_unit_test(want_of_memory_anywhere_leaves_a_journal_that_goes_on),
        cmocka_unit_test(from_every_prefix_of_a_journal_a_flow_comes_to_its_end),
        cmocka_unit_test(a_seed_gives_the_same_journal_byte_for_byte),
    };
    return cmocka_run_group_tests_name("flow/crash", tests, NULL, NULL);
}
