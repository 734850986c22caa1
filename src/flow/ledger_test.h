/* ledger: what lives of a durable flow did to the world, and what was durable when:
 * in one order, outside of what a crash takes with it. And a fold of the journal by
 * itself, row by row, so that of every prefix is said whether it could have been. */
#pragma once
#include "flow/random_test.h"
#include "run/journal_memory.h"

enum { MOST_ROWS = 4000, MOST_SCOPES = 4 * N };

/* --- which number in rows is whom --- */

static uint32_t recorded[2 * N], records;           /* by row.task - 1: the atom, or helper */
static uint32_t home[N];                            /* by atom: its scope in the flow        */
static uint32_t around[MOST_SCOPES], allowed[MOST_SCOPES], scope_total;

static void learn(const struct leat__flow *f)
{
    records = f->records;
    scope_total = f->scopes;
    for (uint32_t i = 0; i < f->records; i++)
        recorded[i] = (uint32_t)atoi(f->graph->node[f->record[i]].name + 1);
    for (uint32_t s = 0; s < f->scopes; s++) {
        around[s] = s ? f->scope[s].up : LEAT__NONE;
        allowed[s] = f->scope[s].attempts;
    }
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t s = 1; s < f->scopes; s++) {
            uint32_t t = leat__scope_task(&f->scope[s], leat__graph_find(f->graph, names[i]));
            if (t != LEAT__NONE && t >= f->scope[s].plan.given)
                home[i] = s;
        }
}

static bool is_under(uint32_t scope, uint32_t top)
{
    while (scope != top && scope != LEAT__NONE)
        scope = around[scope];
    return scope == top;
}

/* --- the fold --- */

static bool starved;            /* an undo may have had no memory: then what it was for stays */

enum standing { NOTHING, DONE, FAILED, UNDONE };

struct fold {
    uint64_t seq, token;
    enum standing atom[N];
    uint64_t at[N];                                 /* seq of its DONE or FAILED row          */
    bool failed[MOST_SCOPES], intent[MOST_SCOPES];
    uint32_t attempt[MOST_SCOPES];
    bool over, left, cut;                           /* cut: a life ended that had not said so */
    uint64_t cut_at;                                /* ... the seq behind which               */
    enum leat__row_kind last;
    int code;
};

/* The innermost scope around it that is being undone. */
static uint32_t undoing(const struct fold *x, uint32_t scope)
{
    while (scope != LEAT__NONE && !x->intent[scope])
        scope = around[scope];
    return scope;
}

static void fold_end_of(struct fold *x, uint32_t atom, const struct leat__row *row)
{
    assert_int_equal(x->atom[atom], NOTHING);       /* what is on record is not done again */
    assert_int_equal(undoing(x, home[atom]), LEAT__NONE);
    for (uint32_t i = 0; i < bodies[atom].reads; i++)
        assert_true(!bodies[bodies[atom].read[i]].is_atom || x->atom[bodies[atom].read[i]] == DONE);
    x->atom[atom] = row->kind == LEAT__ROW_DONE ? DONE : FAILED;
    x->at[atom] = row->seq;
}

static void fold_failed(struct fold *x, uint32_t atom)
{
    for (uint32_t s = atom < N ? home[atom] : 1; s != LEAT__NONE; s = around[s])
        x->failed[s] = true;
}

/* Nobody knows whether it ran when a life was cut short: what it reads was there. */
static bool may_have_run(const struct fold *x, uint32_t atom)
{
    for (uint32_t i = 0; i < bodies[atom].reads; i++) {
        const struct body *from = &bodies[bodies[atom].read[i]];
        if (from->is_atom && x->atom[from->id] == NOTHING)
            return false;
    }
    return x->cut && x->atom[atom] == NOTHING;
}

static void fold_reverted(struct fold *x, uint32_t atom, const struct leat__row *row)
{
    uint32_t s = undoing(x, home[atom]);
    assert_true(bodies[atom].reverts && s != LEAT__NONE);
    assert_true(x->atom[atom] == DONE || x->atom[atom] == FAILED || may_have_run(x, atom));
    for (uint32_t i = 0; i < count && !starved; i++)    /* exactly the reverse order */
        assert_false(bodies[i].reverts && is_under(home[i], s) && (x->atom[i] == DONE || x->atom[i] == FAILED) &&
                     x->at[i] > (x->atom[atom] == NOTHING ? x->cut_at : x->at[atom]));
    x->atom[atom] = UNDONE;
    x->left |= row->kind == LEAT__ROW_REVERT_FAILED;
}

static uint32_t count_standing(const struct fold *x, uint32_t scope)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++)
        n += bodies[i].is_atom && bodies[i].reverts && is_under(home[i], scope) && (x->atom[i] == DONE || x->atom[i] == FAILED);
    return n;
}

static void fold_retry(struct fold *x, uint32_t scope, const struct leat__row *row)
{
    assert_true(x->intent[scope] && !x->left);
    assert_int_equal(count_standing(x, scope), 0);
    assert_int_equal(row->attempt, (x->attempt[scope] ? x->attempt[scope] : 1) + 1);
    assert_true(row->attempt <= allowed[scope]);
    for (uint32_t i = 0; i < count; i++)
        if (is_under(home[i], scope))
            x->atom[i] = NOTHING;
    for (uint32_t s = 1; s < scope_total; s++)
        if (is_under(s, scope)) {
            x->failed[s] = x->intent[s] = false;
            x->attempt[s] = 0;
        }
    x->attempt[scope] = row->attempt;
}

static void fold_end(struct fold *x, const struct leat__row *row)
{
    x->over = true;
    x->code = row->code;
    for (uint32_t i = 0; i < count && !row->code; i++)
        assert_true(!bodies[i].is_atom || x->atom[i] == DONE);
    if (starved)
        return;
    if (row->code)
        assert_int_equal(count_standing(x, 1), 0);
    assert_int_equal(row->code == LEAT_EREVERT, x->left);
}

static int fold_row(void *user, const struct leat__row *row)
{
    struct fold *x = user;
    bool scoped = row->kind == LEAT__ROW_INTENT || row->kind == LEAT__ROW_RETRY;
    uint32_t atom = !scoped && row->task ? recorded[row->task - 1] : N, scope = (uint32_t)row->task;
    assert_true(scoped ? scope && scope < scope_total : row->task <= records);
    assert_int_equal(row->seq, ++x->seq);           /* gapless */
    assert_true(row->token >= x->token && !x->over);
    assert_true(row->token == x->token || row->kind == LEAT__ROW_ADOPT || !x->token);
    assert_int_equal(row->kind == LEAT__ROW_PLAN, row->seq == 1);
    x->token = row->token;
    if (row->kind == LEAT__ROW_ADOPT && x->last != LEAT__ROW_SUSPEND) {
        x->cut = true;
        x->cut_at = row->seq;
    }
    x->last = row->kind;
    switch (row->kind) {
    case LEAT__ROW_DONE:
        fold_end_of(x, atom, row);
        break;
    case LEAT__ROW_FAILED:
        if (atom < N)
            fold_end_of(x, atom, row);
        fold_failed(x, atom);
        break;
    case LEAT__ROW_INTENT:
        assert_true((x->failed[scope] || starved) && !x->intent[scope]);
        x->intent[scope] = true;
        break;
    case LEAT__ROW_REVERTED:
    case LEAT__ROW_REVERT_FAILED:
        fold_reverted(x, atom, row);
        break;
    case LEAT__ROW_RETRY:
        fold_retry(x, scope, row);
        break;
    case LEAT__ROW_END:
        fold_end(x, row);
        break;
    default:
        break;
    }
    return 0;
}

/* --- the ledger --- */

/* A row that was durable before events[at]. */
struct noted { struct leat__row row; uint32_t at; };
static struct noted noted[MOST_ROWS];
static uint32_t noteds;

static void note_row(const struct leat__row *row)
{
    assert_true(noteds < MOST_ROWS);
    noted[noteds] = (struct noted){ *row, event_count };
    noted[noteds].row.seq = noteds + 1;
    noteds++;
}

/* What a call needs to be on record already, and what it must not find there. */
static void check_call(const struct fold *x, const struct event *e)
{
    enum standing now = x->atom[e->id];
    uint32_t s = undoing(x, home[e->id]);
    if (e->revert) {
        assert_int_not_equal(s, LEAT__NONE);        /* a decision before it is acted upon */
        assert_true(now == DONE || now == FAILED || may_have_run(x, e->id));
    } else {
        assert_int_equal(now, NOTHING);             /* ... that it is tried again, too */
    }
    for (uint32_t i = 0; i < bodies[e->id].reads && !e->revert; i++) {
        const struct body *from = &bodies[bodies[e->id].read[i]];
        bool again = undoing(x, home[from->id]) != LEAT__NONE;
        assert_true(!from->is_atom || again || x->atom[from->id] == DONE);
    }
}

/* All that was called, with what was durable at that time. */
static void check_ledger(void)
{
    static struct fold x;
    uint32_t r = 0;
    x = (struct fold){ 0 };
    for (uint32_t i = 0; i < event_count; i++) {
        for (; r < noteds && noted[r].at <= i; r++)
            fold_row(&x, &noted[r].row);
        if (bodies[events[i].id].is_atom && !events[i].ended)
            check_call(&x, &events[i]);
    }
}

/* Atoms whose last call no revert came after. */
static uint32_t count_left_in_the_world(void)
{
    bool there[N] = { 0 };
    uint32_t n = 0;
    for (uint32_t i = 0; i < event_count; i++)
        if (!events[i].ended)
            there[events[i].id] = !events[i].revert;
    for (uint32_t i = 0; i < count; i++)
        n += there[i] && bodies[i].is_atom && bodies[i].reverts;
    return n;
}
