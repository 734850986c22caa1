/* Tests of runs with a journal under simulation: rows are committed when the seed
 * says so, or never; the same seed gives the same rows, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "base/text.h"
#include "dag/trial_test.h"
#include "run/journal_memory.h"

static struct leat__pool *sim;

static int64_t virtual_ms(void *self)
{
    (void)self;
    return (int64_t)(leat__sim_now(sim->sim) / 1000000);
}

static enum leat__after settled(struct leat__frame *f, uint32_t t, enum leat__verdict v)
{
    struct leat__row row = { .kind = v == LEAT__OK ? LEAT__ROW_DONE : LEAT__ROW_FAILED, .task = t };
    enum leat__after after = v == LEAT__OK ? LEAT__GO : leat__dag.settled(f, t, v);
    if (after == LEAT__STAY || v == LEAT__SKIP || !(f->plan->task[t].flags & LEAT__TASK_ASKS))
        return after;
    return leat__life_settle(f->run->life, &row, f, t, v);
}

/* --- what was written --- */

struct reading { struct leat__text text; uint64_t seq; const struct leat__plan *plan; uint8_t done[8 * N], wrong; };

/* Gapless; and what a task reads is there before it. */
static int read_row(void *user, const struct leat__row *row)
{
    struct reading *r = user;
    r->wrong |= row->seq != ++r->seq;
    leat__text_printf(&r->text, "%llu %s %llu at %lld\n", (unsigned long long)row->seq, leat__row_name(row->kind),
                      (unsigned long long)row->task, (long long)row->time_ms);
    if (row->kind != LEAT__ROW_DONE)
        return 0;
    const struct leat__plan *p = r->plan;
    for (uint32_t i = p->task[row->task].in; i < p->task[row->task + 1].in; i++) {
        uint32_t in = p->in[i];
        bool slot = in != LEAT__IN_CONTEXT && (!(in & LEAT__IN_OUT) || in & LEAT__IN_OBJECT);
        r->wrong |= slot && p->task[in & LEAT__IN_SLOT].flags & LEAT__TASK_ASKS && !r->done[in & LEAT__IN_SLOT];
    }
    r->wrong |= r->done[row->task];
    r->done[row->task] = 1;
    return 0;
}

static char *rows_of(struct leat__journal *j, struct leat__life *life, const struct trial *t)
{
    struct reading r = { .plan = &t->plan };
    assert_int_equal(leat__journal_read(j, leat__life_run(life)->number, read_row, &r, NULL), 0);
    assert_false(r.wrong);
    return leat__text_take(&r.text);
}

/* --- one run; fail_at: the commit that fails, 0: none --- */

static char *run_journaled(struct trial *t, uint64_t of, bool keep_going, uint32_t fail_at)
{
    static const struct leat__policy policy_of_rows = { .name = "rows", .settled = settled };
    struct leat__sim_spec spec = { .seed = of, .workers = 1 + of % 5, .delay_ns = 3000000 };
    struct leat__journal_memory *memory = leat__journal_memory_new();
    struct leat__journal_ops ops = leat__journal_memory_ops;
    struct leat__journal *j;
    ops.now_ms = virtual_ms;
    sim = sim_pool(&spec);
    assert_int_equal(leat__journal_new(&ops, memory, LEAT__JOURNAL_ALONE, &j, NULL), 0);
    t->run.policy = &policy_of_rows;
    assert_int_equal(leat__life_begin(j, "trial", &t->run.life, NULL), 0);
    leat__journal_memory_fail(memory, fail_at, of & 1);
    t->run.keep_going = keep_going;
    int code = run_open(&t->run, sim);
    bool whole = !t->run.stop && (keep_going || !t->run.failed);
    assert_true(code == (t->run.failed ? LEAT_EFAILED : 0) || (fail_at && code == LEAT_ESUSPENDED));
    if (code != LEAT_ESUSPENDED)
        check_states(t, whole, false);
    char *rows = fail_at ? NULL : rows_of(j, t->run.life, t);
    check_end(t);
    leat__life_free(t->run.life);
    t->run.life = NULL;
    leat__journal_unref(j);
    leat__journal_memory_free(memory);
    leat__pool_unref(sim);
    return rows;
}

static bool open_asking(struct trial *t, bool failures)
{
    if (!trial_open(t, failures))
        return false;
    for (uint32_t k = 0; k < t->plan.n; k++)
        if (below(3))
            t->plan.task[k].flags |= LEAT__TASK_ASKS;
    return true;
}

static void a_seed_gives_the_same_rows_byte_for_byte(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 600; i++) {
        struct trial t;
        seed = i * 7001 + 19;
        if (!open_asking(&t, i & 1))
            continue;
        char *a = run_journaled(&t, i, i & 2, 0), *b = run_journaled(&t, i, i & 2, 0);
        assert_string_equal(a, b);
        free(a);
        free(b);
        trial_close(&t);
    }
}

static void a_commit_that_fails_lets_nothing_go_and_leaks_nothing(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 150; i++) {
        struct trial t;
        seed = i * 9001 + 7;
        if (!open_asking(&t, i & 1))
            continue;
        for (uint32_t at = 1; at < 6; at++)
            run_journaled(&t, i, i & 2, at);
        trial_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seed_gives_the_same_rows_byte_for_byte),
        cmocka_unit_test(a_commit_that_fails_lets_nothing_go_and_leaks_nothing),
    };
    return cmocka_run_group_tests_name("dag/journal", tests, NULL, NULL);
}
