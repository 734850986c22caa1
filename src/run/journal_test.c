/* Tests of the journal's window: what waits for its row, in which order it is let
 * go, who commits, and what a failed commit leaves behind. */
#include "graph/fixture_test.h"
#include "base/clock.h"
#include "run/context.h"
#include "run/journal_memory.h"
#include "run/journal_queue.h"
#include "run/open.h"
#include "run/task.h"
#include "run/pools_test.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#undef fail     /* ours is a slot of leat_node_api */

enum { N = 200 };

static uint64_t seed;
static uint32_t below(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((seed >> 33) % n);
}

/* --- a store that tells which tasks are durable --- */

static struct leat__journal_memory *memory;
static _Atomic bool durable[N];
static _Atomic uint32_t ran[N], too_early, committing, overlaps;

static int telling_commit(void *self, const struct leat__row *rows, uint32_t n, uint32_t *out_fenced, leat_error *err)
{
    overlaps += atomic_fetch_add(&committing, 1) != 0;
    int code = leat__journal_memory_ops.commit(self, rows, n, out_fenced, err);
    for (uint32_t i = 0; !code && i < n; i++)
        if (rows[i].kind == LEAT__ROW_DONE || rows[i].kind == LEAT__ROW_FAILED)
            durable[rows[i].task] = true;
    atomic_fetch_sub(&committing, 1);
    return code;
}

static struct leat__journal_ops telling;

static struct leat__journal *open_journal(unsigned flags)
{
    struct leat__journal *j = NULL;
    telling = leat__journal_memory_ops;
    telling.commit = telling_commit;
    assert_int_equal(leat__journal_new(&telling, memory, flags, &j, NULL), 0);
    return j;
}

/* --- a policy that writes a row per task --- */

static _Atomic uint32_t suspensions;

static enum leat__after settled(struct leat__frame *f, uint32_t t, enum leat__verdict v)
{
    struct leat__row row = { .kind = v == LEAT__OK ? LEAT__ROW_DONE : LEAT__ROW_FAILED, .task = f->plan->node[t],
                             .body = "body", .len = 4 };
    return leat__life_settle(f->run->life, &row, f, t, v);
}

static void will(struct leat__run *run, enum leat__will will)
{
    (void)run;
    suspensions += will == LEAT__WILL_SUSPEND;
}

static const struct leat__policy policy = { .name = "rows", .settled = settled, .will = will };

/* --- random graphs of nodes that look whether they may run --- */

struct body { uint32_t id, count, from[4]; };
static struct body bodies[N];
static char names[N][8];
static struct leat__param params[N][4];
static struct leat__function functions[N];
static struct leat__head heads[N];
static bool waits;                      /* RELEASE_EACH */

static void look(void *user, void *const *args, void *result)
{
    const struct body *b = user;
    (void)args;
    for (uint32_t i = 0; i < b->count; i++)
        too_early += waits ? !durable[b->from[i]] : !ran[b->from[i]];
    ran[b->id]++;
    *(uint64_t *)result = b->id;
}

static void make_functions(uint32_t n, uint32_t most)
{
    for (uint32_t i = 0; i < n; i++) {
        bodies[i] = (struct body){ .id = i, .count = i ? below(most + 1) : 0 };
        sprintf(names[i], "n%u", i);
        for (uint32_t k = 0; k < bodies[i].count; k++) {
            bodies[i].from[k] = most == 1 ? i - 1 : below(i);
            params[i][k] = (struct leat__param){ names[bodies[i].from[k]], &t_u64 };
        }
        heads[i] = (struct leat__head){ .file = "x.c", .result = &t_u64, .params = params[i],
                                        .count = bodies[i].count, .call = look };
        functions[i] = (struct leat__function){ .name = names[i], .fn = &bodies[i], .head = &heads[i] };
    }
}

struct work { struct leat__graph g; struct leat__plan plan; };

/* Tasks are numbered as functions, nodes may be in another order. */
static void renumber(struct work *k, uint32_t n)
{
    for (uint32_t id = 0; id < k->g.count; id++)
        bodies[k->g.node[id].function - functions].id = id;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t p = 0; p < bodies[i].count; p++)
            for (uint32_t from = 0; from < n; from++)
                if (params[i][p].name == names[from])
                    bodies[i].from[p] = bodies[from].id;
}

static void make_work(struct work *k, uint32_t n, uint32_t most)
{
    uint8_t need[N] = { 0 }, given[N] = { 0 }, asked[N] = { 0 };
    uint32_t ids[N];
    make_functions(n, most);
    assert_int_equal(build_with(&k->g, functions, n, NULL, 0), 0);
    renumber(k, n);
    for (uint32_t i = 0; i < n; i++)
        ids[i] = i;
    assert_true(leat__graph_select(&k->g, ids, n, NULL, need) > 0);
    struct leat__plan_spec spec = { &k->g, need, given, asked, NULL, true };
    assert_int_equal(leat__plan_make(&k->plan, &spec, NULL), 0);
    assert_int_equal(leat__plan_open(&k->plan), 0);
    for (uint32_t t = 0; t < k->plan.n; t++)
        k->plan.task[t].flags |= LEAT__TASK_ASKS;
    memset((void *)durable, 0, sizeof durable);
    memset((void *)ran, 0, sizeof ran);
    too_early = overlaps = suspensions = 0;
}

static void free_work(struct work *k)
{
    leat__plan_fini(&k->plan);
    leat__graph_fini(&k->g);
}

static void start(struct leat__run *run, struct work *k, struct leat__pool *pool, struct leat__life *life, struct leat__ending *end)
{
    memset(run, 0, sizeof *run);
    leat__run_init(run, &policy);
    assert_int_equal(leat__frame_init(&run->frame, &k->plan), 0);
    run->pool = pool;
    run->life = life;
    leat__run_start_for(run, end);
}

static void finish(struct leat__run *run)
{
    leat__run_clear(run);
    leat__frame_fini(&run->frame);
    leat__run_fini(run);
}

static int run_through(struct leat__run *run, struct work *k, struct leat__pool *pool, struct leat__life *life)
{
    struct leat__ending end;
    start(run, k, pool, life, &end);
    assert_true(leat__help(run, pool, &end.over, -1));
    return end.code;
}

struct read { uint32_t rows, done; uint64_t seq; enum leat__row_kind last; bool seen[N], wrong; const struct work *k; };

/* Gapless, and every cause before its effect. */
static int check_row(void *user, const struct leat__row *row)
{
    struct read *r = user;
    r->wrong |= row->seq != ++r->seq;
    r->rows++;
    r->last = row->kind;
    if (row->kind != LEAT__ROW_DONE)
        return 0;
    r->done++;
    const struct body *b = &bodies[r->k->g.node[row->task].function - functions];
    for (uint32_t i = 0; i < b->count; i++)
        r->wrong |= !r->seen[b->from[i]];
    r->wrong |= r->seen[row->task] || row->len != 4 || memcmp(row->body, "body", 4);
    r->seen[row->task] = true;
    return 0;
}

static struct read read_back(struct leat__journal *j, uint64_t run, const struct work *k)
{
    struct read r = { .k = k };
    assert_int_equal(leat__journal_read(j, run, check_row, &r, NULL), 0);
    assert_false(r.wrong);
    return r;
}

static int open_memory(void **state)
{
    (void)state;
    memory = leat__journal_memory_new();
    return !memory;
}

static int close_memory(void **state)
{
    (void)state;
    leat__journal_memory_free(memory);
    return 0;
}

/* --- the tests --- */

static void one_run(struct leat__pool *pool, enum leat__release release, unsigned flags)
{
    struct work k;
    struct leat__run run;
    struct leat__life *life;
    uint32_t n = 2 + below(N - 2);
    struct leat__journal *j = open_journal(flags);
    waits = release == LEAT__RELEASE_EACH;
    make_work(&k, n, 1 + below(4));
    assert_int_equal(leat__life_begin(j, "random", &life, NULL), 0);
    leat__life_policy(life, release, 2);
    assert_int_equal(run_through(&run, &k, pool, life), 0);
    assert_int_equal(run.ok, n);
    assert_int_equal(too_early, 0);
    assert_int_equal(overlaps, 0);
    struct read r = read_back(j, leat__life_run(life)->number, &k);
    assert_int_equal(r.done, n);
    assert_int_equal(r.rows, n + 1);
    assert_int_equal(r.last, LEAT__ROW_END);
    for (uint32_t t = 0; t < n; t++)
        assert_int_equal(leat__task_state(&run.frame, t), LEAT__DONE);
    finish(&run);
    leat__life_free(life);
    leat__journal_unref(j);
    free_work(&k);
}

static void followers_start_when_the_row_is_durable(void **state)
{
    (void)state;
    for (int i = 0; i < 150; i++) {
        seed = (uint64_t)i * 7919 + 3;
        one_run(pools[i % 3], LEAT__RELEASE_EACH, i & 8 ? LEAT__JOURNAL_ALONE : 0);
    }
}

static void without_barriers_followers_start_at_once_and_the_end_waits(void **state)
{
    (void)state;
    for (int i = 0; i < 60; i++) {
        seed = (uint64_t)i * 104729 + 5;
        one_run(pools[i % 3], i & 1 ? LEAT__RELEASE_BATCH : LEAT__RELEASE_NONE, i & 8 ? LEAT__JOURNAL_ALONE : 0);
    }
}

static void one_failing_run(struct leat__pool *pool, uint32_t nth, bool kept)
{
    struct work k;
    struct leat__run run;
    struct leat__life *life;
    struct leat__journal *j = open_journal(0);
    waits = true;
    make_work(&k, N, 1 + below(4));
    assert_int_equal(leat__life_begin(j, "fails", &life, NULL), 0);
    uint64_t number = leat__life_run(life)->number;
    leat__journal_memory_fail(memory, nth, kept);
    int code = run_through(&run, &k, pool, life);
    struct read before = read_back(j, number, &k);
    uint32_t done = before.done, begun = 0;
    bool over = before.last == LEAT__ROW_END;   /* of a commit that failed, nobody knows what is there */
    for (uint32_t t = 0; t < N; t++)
        begun += ran[t];
    assert_int_equal(too_early, 0);
    if (code) {
        assert_int_equal(code, LEAT_ESUSPENDED);
        assert_non_null(strstr(leat__life_is_lost(life), "as it was told to"));
        assert_int_equal(suspensions, 1);
        assert_true(begun >= done);
    } else {
        assert_int_equal(done, N);
    }
    leat_error err;
    struct leat__row row = { .kind = LEAT__ROW_SIGNAL };
    if (code)
        assert_int_equal(leat__life_append(life, &row, (struct leat__then){ 0 }), LEAT_ESUSPENDED);
    finish(&run);
    leat__life_free(life);
    leat__journal_unref(j);

    j = open_journal(0);                /* another process */
    int resumed = leat__life_resume(j, number, &life, &err);
    assert_true(code ? !over || kept : over);
    assert_int_equal(resumed, over ? LEAT_EUSAGE : 0);
    if (!resumed) {
        assert_int_equal(leat__life_run(life)->token, 2);
        struct read r = read_back(j, number, &k);
        assert_int_equal(r.last, LEAT__ROW_ADOPT);
        assert_int_equal(r.done, done);
        leat__life_free(life);
    }
    leat__journal_unref(j);
    free_work(&k);
}

static void a_commit_that_fails_lets_nothing_go_and_suspends(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 120; i++) {
        seed = (uint64_t)i * 15485863 + 7;
        one_failing_run(pools[i % 3], 1 + i / 3, i & 4);
    }
}

static void a_store_that_failed_once_is_asked_for_nothing_more(void **state)
{
    (void)state;
    struct leat__journal *j = open_journal(LEAT__JOURNAL_ALONE);
    struct leat__life *one, *two, *none = NULL;
    struct leat__row row = { .kind = LEAT__ROW_SIGNAL };
    leat_error err;
    assert_int_equal(leat__life_begin(j, "one", &one, NULL), 0);
    assert_int_equal(leat__life_begin(j, "two", &two, NULL), 0);
    uint32_t before = leat__journal_memory_commits(memory);
    leat__journal_memory_break(memory, (struct leat__journal_fault){ 1, false, true, "no space left on device" });
    assert_int_equal(leat__life_append(one, &row, (struct leat__then){ 0 }), 0);
    assert_int_equal(leat__life_sync(one, &err), LEAT_ESUSPENDED);
    assert_string_equal(err.message, "no space left on device");
    assert_int_equal(leat__life_append(two, &row, (struct leat__then){ 0 }), LEAT_ESUSPENDED);
    assert_int_equal(leat__life_begin(j, "three", &none, &err), LEAT_ESYSTEM);
    assert_string_equal(err.message, "no space left on device");
    assert_int_equal(leat__life_resume(j, leat__life_run(two)->number, &none, &err), LEAT_ESYSTEM);
    assert_null(none);
    leat__life_free(one);
    leat__life_free(two);
    leat__journal_unref(j);
    assert_int_equal(leat__journal_memory_commits(memory), before + 1);
}

/* While a commit takes its time, what does not depend on it goes on. */
static void workers_go_on_while_one_commits(void **state)
{
    (void)state;
    struct work k;
    struct leat__run run;
    struct leat__life *life;
    struct leat__ending end;
    struct leat__journal *j = open_journal(0);
    seed = 1;
    waits = true;
    make_work(&k, N, 0);
    assert_int_equal(leat__life_begin(j, "held", &life, NULL), 0);
    leat__journal_memory_hold(memory, true);
    start(&run, &k, pools[1], life, &end);
    for (uint32_t t = 0; t < N; t++)
        while (!ran[t])
            sched_yield();
    assert_false(end.over);
    assert_int_equal(leat__journal_memory_rows(memory), 0);
    leat__journal_memory_hold(memory, false);
    assert_true(leat__help(&run, pools[1], &end.over, -1));
    assert_int_equal(end.code, 0);
    assert_true(leat__journal_memory_commits(memory) < N / 2);  /* many rows in one */
    finish(&run);
    leat__life_free(life);
    leat__journal_unref(j);
    free_work(&k);
}

/* A task that runs long leaves nobody to commit what the others did before it. */
static _Atomic bool may_end;
static _Atomic uint32_t beside;

static void wait_for_the_others(void *user, void *const *args, void *result)
{
    (void)user, (void)args;
    while (!may_end)
        sched_yield();
    *(uint64_t *)result = 0;
}

static void note_and_end(void *user, void *const *args, void *result)
{
    (void)user, (void)args;
    beside++;
    *(uint64_t *)result = 0;
}

static void the_keeper_commits_when_all_are_busy(void **state)
{
    (void)state;
    struct work k;
    struct leat__run run;
    struct leat__life *life;
    struct leat__ending end;
    struct leat__journal *j = open_journal(0);
    make_work(&k, 2, 0);
    may_end = false;
    beside = 0;
    for (uint32_t t = 0; t < 2; t++) {      /* one worker: first the short one, then the long one */
        k.plan.task[t].call = t ? wait_for_the_others : note_and_end;
        k.plan.task[t].fn = NULL;
    }
    struct leat__pool *one = leat__pool_new(1, true);
    assert_int_equal(leat__life_begin(j, "busy", &life, NULL), 0);
    start(&run, &k, one, life, &end);
    while (!leat__journal_memory_rows(memory))
        sched_yield();                      /* the long one still runs */
    assert_int_equal(beside, 1);
    assert_false(end.over);
    may_end = true;
    assert_true(leat__help(&run, one, &end.over, -1));
    assert_int_equal(end.code, 0);
    finish(&run);
    leat__life_free(life);
    leat__journal_unref(j);
    leat__pool_unref(one);
    free_work(&k);
}

/* --- START rows: a step that waits for its own row --- */

static _Atomic uint32_t effects, effects_before_rows;
static _Atomic bool begun[N];           /* a slot's value is the queue's while its task is ready */

static enum leat__verdict start_then_act(struct leat__worker *w, struct leat__frame *f, uint32_t t)
{
    (void)w;
    if (!atomic_exchange(&begun[t], true)) {
        struct leat__row row = { .kind = LEAT__ROW_START, .task = f->plan->node[t] };
        if (leat__life_append(f->run->life, &row, leat__then_wake((struct leat__handle){ f, f->gen, t })) < 0)
            return LEAT__FAIL;
        return LEAT__PARK;
    }
    effects++;
    effects_before_rows += leat__journal_memory_rows(memory) == 0;
    return LEAT__OK;
}

static const struct leat__policy once = { .name = "once", .step = start_then_act, .settled = settled };

static void a_start_is_durable_before_its_effect(void **state)
{
    (void)state;
    for (int fails = 0; fails < 2; fails++) {
        struct work k;
        struct leat__run run;
        struct leat__life *life;
        struct leat__ending end = { 0 };
        struct leat__journal *j = open_journal(0);
        leat__journal_memory_cut(memory, N);
        make_work(&k, 20, 0);
        effects = effects_before_rows = 0;
        memset((void *)begun, 0, sizeof begun);
        for (uint32_t t = 0; t < k.plan.n; t++)
            k.plan.task[t].flags |= LEAT__TASK_STEP;
        assert_int_equal(leat__life_begin(j, "once", &life, NULL), 0);
        leat__journal_memory_fail(memory, fails, false);
        memset(&run, 0, sizeof run);
        leat__run_init(&run, &once);
        assert_int_equal(leat__frame_init(&run.frame, &k.plan), 0);
        run.pool = pools[1];
        run.life = life;
        leat__run_start_for(&run, &end);
        assert_true(leat__help(&run, pools[1], &end.over, -1));
        assert_int_equal(end.code, fails ? LEAT_ESUSPENDED : 0);
        assert_int_equal(effects, fails ? 0 : 20);
        assert_int_equal(effects_before_rows, 0);
        finish(&run);
        leat__life_free(life);
        leat__journal_unref(j);
        free_work(&k);
    }
}

static void an_older_life_is_fenced_and_others_go_on(void **state)
{
    (void)state;
    struct leat__life *old, *new, *other;
    struct leat__row row = { .kind = LEAT__ROW_SIGNAL };
    struct leat__journal *j = open_journal(LEAT__JOURNAL_ALONE);
    assert_int_equal(leat__life_begin(j, "mine", &old, NULL), 0);
    assert_int_equal(leat__life_begin(j, "other", &other, NULL), 0);
    assert_int_equal(leat__life_resume(j, leat__life_run(old)->number, &new, NULL), 0);
    assert_int_equal(leat__life_append(other, &row, (struct leat__then){ 0 }), 0);
    assert_int_equal(leat__life_append(old, &row, (struct leat__then){ 0 }), 0);
    assert_int_equal(leat__life_append(new, &row, (struct leat__then){ 0 }), 0);
    leat_error err;
    assert_int_equal(leat__life_sync(old, &err), LEAT_EFENCED);
    assert_int_equal(leat__life_sync(new, NULL), 0);
    assert_int_equal(leat__life_sync(other, NULL), 0);
    assert_int_equal(leat__journal_memory_rows(memory), 3);
    leat__life_free(old);
    leat__life_free(new);
    leat__life_free(other);
    leat__journal_unref(j);
}

/* More is appended than the queue takes, while commits are held: somebody stops. */
static _Atomic uint32_t appended;

static enum leat__after settle_large(struct leat__frame *f, uint32_t t, enum leat__verdict v)
{
    static char large[1 << 20];
    struct leat__row row = { .kind = LEAT__ROW_DONE, .task = f->plan->node[t], .body = large, .len = sizeof large };
    appended++;
    return leat__life_settle(f->run->life, &row, f, t, v);
}

static const struct leat__policy large_rows = { .name = "large", .settled = settle_large };

static void a_full_queue_holds_back_new_starts(void **state)
{
    (void)state;
    struct work k;
    struct leat__run run;
    struct leat__life *life;
    struct leat__ending end = { 0 };
    struct leat__journal *j = open_journal(0);
    make_work(&k, 100, 0);
    appended = 0;
    assert_int_equal(leat__life_begin(j, "large", &life, NULL), 0);
    leat__journal_memory_hold(memory, true);
    memset(&run, 0, sizeof run);
    leat__run_init(&run, &large_rows);
    assert_int_equal(leat__frame_init(&run.frame, &k.plan), 0);
    run.pool = pools[1];
    run.life = life;
    leat__run_start_for(&run, &end);
    while (!atomic_load(&pools[1]->overfull))
        sched_yield();
    for (int i = 0; i < 2000; i++)          /* room for more, were it not held back */
        sched_yield();
    assert_true(appended <= 40);            /* 8 MiB away, 8 MiB to fill, a worker's last each */
    leat__journal_memory_hold(memory, false);
    assert_true(leat__help(&run, pools[1], &end.over, -1));
    assert_int_equal(end.code, 0);
    assert_int_equal(appended, 100);
    finish(&run);
    leat__life_free(life);
    leat__journal_unref(j);
    free_work(&k);
}

/* --- who commits late rows: the thread of the journal, when it said it would --- */

static struct leat__row signal_row = { .kind = LEAT__ROW_SIGNAL };

static struct leat__life *begin_life(struct leat__journal *j, enum leat__release release, uint32_t batch_ms)
{
    struct leat__life *life;
    assert_int_equal(leat__life_begin(j, "late", &life, NULL), 0);
    leat__life_policy(life, release, batch_ms);
    return life;
}

/* The other life's thread commits, and the keeper has fallen asleep over that. */
static void *sync_life(void *life) { return leat__life_sync(life, NULL) ? life : NULL; }

static bool keeper_sleeps(struct leat__journal *j)
{
    pthread_mutex_lock(&j->lock);
    bool sleeps = j->kept && j->until_ns == INT64_MAX;
    pthread_mutex_unlock(&j->lock);
    return sleeps;
}

static void rows_that_come_during_a_commit_of_another_are_committed_in_time(void **state)
{
    (void)state;
    pthread_t thread;
    void *wrong;
    struct leat__journal *j = open_journal(0);
    struct leat__life *slow = begin_life(j, LEAT__RELEASE_BATCH, 60000), *batch = begin_life(j, LEAT__RELEASE_BATCH, 5);
    assert_int_equal(leat__life_append(slow, &signal_row, (struct leat__then){ 0 }), 0);
    leat__journal_memory_hold(memory, true);
    assert_int_equal(pthread_create(&thread, NULL, sync_life, slow), 0);
    leat__journal_memory_await(memory);
    assert_int_equal(leat__life_append(batch, &signal_row, (struct leat__then){ 0 }), 0);
    while (!keeper_sleeps(j))
        sched_yield();
    leat__journal_memory_hold(memory, false);
    pthread_join(thread, &wrong);
    assert_null(wrong);
    while (leat__journal_memory_rows(memory) < 2)
        sched_yield();
    leat__life_free(slow);
    leat__life_free(batch);
    leat__journal_unref(j);
}

static _Atomic int let_go;

static void note_code(const struct leat__then *then, int code)
{
    (void)then;
    let_go = code ? code : 1;
}

static bool has_a_time(struct leat__journal *j)
{
    pthread_mutex_lock(&j->lock);
    bool has = j->until_ns;
    pthread_mutex_unlock(&j->lock);
    return has;
}

/* A run elsewhere, whose workers do not lead for this journal. */
static void a_row_that_somebody_waits_for_is_not_kept_waiting_by_rows_that_may_come_late(void **state)
{
    (void)state;
    struct leat__journal *j = open_journal(0);
    struct leat__life *late = begin_life(j, LEAT__RELEASE_BATCH, 600000), *each = begin_life(j, LEAT__RELEASE_EACH, 0);
    struct leat__run run = { .pool = pools[1] };
    let_go = 0;
    leat__life_attach(late, &run);
    assert_int_equal(leat__life_append(late, &signal_row, (struct leat__then){ 0 }), 0);
    while (!has_a_time(j))
        sched_yield();
    struct leat__run elsewhere = { .pool = pools[2] };
    leat__life_attach(each, &elsewhere);
    assert_int_equal(leat__life_append(each, &signal_row, (struct leat__then){ .call = note_code }), 0);
    while (!let_go)
        sched_yield();
    assert_int_equal(let_go, 1);
    leat__life_free(late);
    leat__life_free(each);
    leat__journal_unref(j);
}

static void a_full_queue_is_committed_at_once_however_late_its_rows_may_come(void **state)
{
    (void)state;
    struct work k;
    struct leat__run run;
    struct leat__ending end;
    struct leat__journal *j = open_journal(0);
    struct leat__life *life = begin_life(j, LEAT__RELEASE_BATCH, 600000);
    make_work(&k, 100, 0);
    memset(&run, 0, sizeof run);
    leat__run_init(&run, &large_rows);
    assert_int_equal(leat__frame_init(&run.frame, &k.plan), 0);
    run.pool = pools[1];
    run.life = life;
    leat__run_start_for(&run, &end);
    assert_true(leat__help(&run, pools[1], &end.over, -1));
    assert_int_equal(end.code, 0);
    finish(&run);
    leat__life_free(life);
    leat__journal_unref(j);
    free_work(&k);
}

/* As the time's keeper does for a call that does not return, while the workers sleep. */
static void a_row_of_a_thread_that_does_no_work_is_committed(void **state)
{
    (void)state;
    struct leat__journal *j = open_journal(0);
    struct leat__life *life = begin_life(j, LEAT__RELEASE_EACH, 0);
    struct leat__run run = { .pool = pools[1] };
    struct leat__worker keeper = { .tick = 1 };
    leat__life_attach(life, &run);
    leat__worker_enter(&keeper, NULL);
    keeper.pool = pools[1];
    assert_int_equal(leat__life_append(life, &signal_row, (struct leat__then){ 0 }), 0);
    leat__worker_leave(&keeper);
    while (!leat__journal_memory_rows(memory))
        sched_yield();
    leat__life_free(life);
    leat__journal_unref(j);
}

/* What it says of its rows, when nothing waits for them. */
static int64_t late_after(struct leat__journal *j, enum leat__release release, uint32_t batch_ms)
{
    struct leat__life *life = begin_life(j, release, batch_ms);
    struct leat__run run = { .pool = pools[1] };
    leat__life_attach(life, &run);
    int64_t before = (int64_t)leat__now_ns();
    assert_int_equal(leat__life_append(life, &signal_row, (struct leat__then){ 0 }), 0);
    pthread_mutex_lock(&j->lock);
    int64_t late_ns = j->late_ns - before;
    pthread_mutex_unlock(&j->lock);
    leat__life_free(life);
    return late_ns;
}

static void without_barriers_rows_come_within_a_second_whatever_a_batch_is(void **state)
{
    (void)state;
    struct leat__journal *j = open_journal(0);
    assert_in_range(late_after(j, LEAT__RELEASE_NONE, 600000), 1000000000, 100000000000);
    assert_in_range(late_after(j, LEAT__RELEASE_NONE, 1), 1000000000, 100000000000);
    assert_in_range(late_after(j, LEAT__RELEASE_BATCH, 600000), 600000000000, 700000000000);
    leat__journal_unref(j);
}

/* One row is being committed, in vain; two come meanwhile: one may be late, and somebody
 * waits for the other. */
static void nobody_waits_for_ever_for_a_leader_whose_store_fails(void **state)
{
    (void)state;
    pthread_t thread;
    void *wrong;
    for (int urgent = 0; urgent < 2; urgent++) {
        struct leat__journal *j = open_journal(0);
        struct leat__life *first = begin_life(j, LEAT__RELEASE_BATCH, 600000), *late = begin_life(j, LEAT__RELEASE_BATCH, 600000);
        struct leat__then told = { .call = note_code };
        let_go = 0;
        leat__journal_memory_fail(memory, 1, false);
        leat__journal_memory_hold(memory, true);
        assert_int_equal(leat__life_append(first, &signal_row, (struct leat__then){ 0 }), 0);
        assert_int_equal(pthread_create(&thread, NULL, sync_life, first), 0);
        leat__journal_memory_await(memory);
        assert_int_equal(leat__life_append(late, &signal_row, urgent ? told : (struct leat__then){ 0 }), 0);
        leat__journal_memory_hold(memory, false);
        pthread_join(thread, &wrong);
        assert_ptr_equal(wrong, first);
        pthread_mutex_lock(&j->lock);
        assert_int_equal(j->fill.n, 0);             /* who led has left nothing to anybody */
        assert_int_equal(j->through, j->appended);
        pthread_mutex_unlock(&j->lock);
        assert_true(!urgent || let_go < 0);
        leat__life_free(first);
        leat__life_free(late);
        leat__journal_unref(j);
        leat__journal_memory_fail(memory, 0, false);
    }
}

static void rows_have_names(void **state)
{
    (void)state;
    assert_string_equal(leat__row_name(LEAT__ROW_DONE), "DONE");
    for (unsigned kind = 1; kind < LEAT__ROW_KINDS; kind++)
        assert_non_null(leat__row_name(kind));
    assert_null(leat__row_name(LEAT__ROW_KINDS));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_memory, close_memory)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(followers_start_when_the_row_is_durable),
        TEST(without_barriers_followers_start_at_once_and_the_end_waits),
        TEST(a_commit_that_fails_lets_nothing_go_and_suspends),
        TEST(a_store_that_failed_once_is_asked_for_nothing_more),
        TEST(workers_go_on_while_one_commits),
        TEST(the_keeper_commits_when_all_are_busy),
        TEST(a_start_is_durable_before_its_effect),
        TEST(an_older_life_is_fenced_and_others_go_on),
        TEST(a_full_queue_holds_back_new_starts),
        TEST(rows_that_come_during_a_commit_of_another_are_committed_in_time),
        TEST(a_row_that_somebody_waits_for_is_not_kept_waiting_by_rows_that_may_come_late),
        TEST(a_full_queue_is_committed_at_once_however_late_its_rows_may_come),
        TEST(a_row_of_a_thread_that_does_no_work_is_committed),
        TEST(without_barriers_rows_come_within_a_second_whatever_a_batch_is),
        TEST(nobody_waits_for_ever_for_a_leader_whose_store_fails),
        TEST(rows_have_names),
    };
    return cmocka_run_group_tests_name("journal", tests, make_pools, free_pools);
}
