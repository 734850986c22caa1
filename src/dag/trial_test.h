/* A trial: a random graph with a plan for random outputs, run in any way, and what
 * must be true of a run that has ended. */
#pragma once
#include "dag/dag.h"
#include "dag/random_test.h"
#include "run/open.h"
#include "run/pools_test.h"
#include "run/sim.h"
#include "run/task.h"
#include "run/worker.h"

struct trial {
    struct leat__graph graph;
    struct leat__plan plan;
    struct leat__run run;
    uint8_t asked[4 * N], need[4 * N];
    uint32_t n;
    bool failures;
};

static struct body *body_of(const struct leat__graph *g, uint32_t node)
{
    const struct leat__node *n = &g->node[node];
    while (n->kind != LEAT__NODE_CALL)
        n = &g->node[leat__rest(g, n)->producer];
    return n->function->fn;
}

static int plan_it(struct trial *t, bool numbers_only)
{
    struct leat__graph *g = &t->graph;
    uint8_t given[4 * N] = { 0 };
    uint32_t ids[4], count = 0;
    memset(t->asked, 0, sizeof t->asked);
    memset(t->need, 0, sizeof t->need);
    for (uint32_t i = 0; i < 40 && count < 4; i++) {
        uint32_t id = below(g->count);
        if (!t->asked[id] && (!numbers_only || g->node[id].type == &t_u64 || g->node[id].type == &t_int))
            t->asked[ids[count++] = id] = 1;
    }
    if (!count)
        return LEAT_EINPUT;
    assert_true(leat__graph_select(g, ids, count, NULL, t->need) > 0);
    struct leat__plan_spec spec = { g, t->need, given, t->asked, NULL, true };
    return leat__plan_make(&t->plan, &spec, NULL);
}

/* false: nothing could be asked of that graph. */
static bool trial_open(struct trial *t, bool failures)
{
    *t = (struct trial){ .n = 2 + below(N - 2), .failures = failures };
    uint32_t count = make_functions(t->n, failures);
    assert_int_equal(build_with(&t->graph, functions, count, notes, note_count), 0);
    if (t->graph.problems.count)
        print_error("%s\n", t->graph.problems.at[0].public.message);
    assert_int_equal(t->graph.problems.count, 0);
    assert_true(t->graph.count <= 4 * N);
    if (plan_it(t, false) < 0 && plan_it(t, true) < 0) {    /* what is written later cannot always be asked */
        leat__graph_fini(&t->graph);
        return false;
    }
    assert_int_equal(leat__plan_open(&t->plan), 0);
    leat__run_init(&t->run, &leat__dag);
    assert_int_equal(leat__frame_init(&t->run.frame, &t->plan), 0);
    return true;
}

static void trial_close(struct trial *t)
{
    leat__frame_fini(&t->run.frame);
    leat__run_fini(&t->run);
    leat__plan_fini(&t->plan);
    leat__graph_fini(&t->graph);
}

/* --- what must be true of a run that has ended --- */

/* What it reads is there; a part and a field have what they are of. */
static bool has_inputs(const struct trial *t, uint32_t node, bool *out_doomed)
{
    const struct leat__graph *g = &t->graph;
    const struct leat__node *n = &g->node[node];
    bool all = true;
    *out_doomed = false;
    for (uint32_t i = 0; i <= n->edges; i++) {
        const struct leat__edge *e = &g->edge[n->edge + i];
        bool derived = i == n->edges && n->kind != LEAT__NODE_CALL;
        uint32_t from = derived ? leat__rest(g, n)->producer : i < n->edges && e->how <= LEAT__HOW_OBJECT ? e->from : LEAT__NONE;
        if (from == LEAT__NONE)
            continue;
        enum leat__state s = leat__task_state(&t->run.frame, leat__plan_task(&t->plan, from));
        all &= s == LEAT__DONE;
        *out_doomed |= s == LEAT__FAILED || s == LEAT__SKIPPED;
    }
    return all;
}

/* whole: nothing was stopped, so every task is as what it needs says. */
static void check_states(const struct trial *t, bool whole, bool injected)
{
    uint64_t ok = 0, failed = 0, rest = 0;
    for (uint32_t k = 0; k < t->plan.n; k++) {
        uint32_t node = t->plan.node[k], flags = t->plan.task[k].flags;
        enum leat__state s = leat__task_state(&t->run.frame, k);
        bool doomed, all = has_inputs(t, node, &doomed), call = !(flags & (LEAT__TASK_PART | LEAT__TASK_LOAD));
        const struct body *b = body_of(&t->graph, node);
        bool ran = s == LEAT__DONE || s == LEAT__FAILED;
        assert_true(ran || s == LEAT__SKIPPED || s == LEAT__CANCELLED || (!whole && !call && s == LEAT__WAITING));
        if (ran)
            assert_true(all);
        if (s == LEAT__SKIPPED)
            assert_true(doomed);
        if (whole)
            assert_true(all ? ran : doomed && s == LEAT__SKIPPED);
        if (call && ran && !injected)
            assert_int_equal(s == LEAT__FAILED, b->fails);
        if (call)
            assert_true(b->ran == (ran && !(injected && s == LEAT__FAILED)) || (injected && b->ran == 1 && b->fails));
        ok += s == LEAT__DONE && call;
        failed += s == LEAT__FAILED;
        rest += call && !ran;
    }
    assert_int_equal(t->run.failed, failed);
    assert_true(t->run.ok >= ok);
    assert_int_equal(t->run.not_run, rest);
}

/* By body: somebody may still see what it made when a run that went well has ended. */
static bool is_kept(const struct trial *t, uint32_t node, uint32_t depth)
{
    uint32_t count;
    const uint32_t *readers = leat__graph_readers(&t->graph, node, &count);
    if (t->asked[node])
        return true;
    for (uint32_t i = 0; depth < 2 * N && i < count; i++) {
        uint32_t r = readers[i];
        const struct leat__node *reader = &t->graph.node[r];
        const struct leat__rest *rest = leat__rest(&t->graph, reader);
        if (leat__plan_task(&t->plan, r) == LEAT__NONE)
            continue;
        if (reader->flags & LEAT__NODE_KEEPS && is_kept(t, r, depth + 1))
            return true;
        for (uint32_t k = 0; reader->kind == LEAT__NODE_CALL && k < rest->outputs; k++)
            if (t->graph.node[rest->producer + k].flags & LEAT__NODE_KEEPS && is_kept(t, rest->producer + k, depth + 1))
                return true;
    }
    return false;
}

static void check_deaths(const struct trial *t)
{
    for (uint32_t k = 0; k < t->plan.n; k++) {
        uint32_t node = t->plan.node[k];
        const struct leat__node *n = &t->graph.node[node];
        const struct leat__slot *s = &t->run.frame.slot[k];
        if (!(n->flags & LEAT__NODE_OWNED) || n->kind == LEAT__NODE_FIELD ||
            leat__rest(&t->graph, n)->writer != LEAT__NONE)
            continue;
        const struct thing *thing = (const struct thing *)(uintptr_t)s->value;
        if (!(leat__slot_word(s) & (LEAT__SLOT_ALIAS | LEAT__SLOT_PINNED)))
            assert_int_equal(thing->deaths, !is_kept(t, node, 0));
    }
}

/* For who reads a failure: the functions, and how each ended. */
static void tell_trial(const struct trial *t, uint32_t at)
{
    print_error("made by %u: %u deaths\n", at % N, made[at]->deaths);
    for (uint32_t k = 0; k < t->plan.n; k++) {
        uint32_t node = t->plan.node[k];
        const struct leat__node *n = &t->graph.node[node];
        print_error("%u %s %s %x flags %x%s (", k, n->name, leat__state_name(leat__task_state(&t->run.frame, k)),
                    leat__slot_word(&t->run.frame.slot[k]), n->flags, t->asked[node] ? " asked" : "");
        for (uint32_t i = 0; n->kind == LEAT__NODE_CALL && i < n->function->head->count; i++)
            print_error("%s:%d ", leat__param_name(n->function, i), body_of(&t->graph, node)->arg[i].form);
        print_error(")%s\n", body_of(&t->graph, node)->fails ? " fails" : "");
    }
}

/* Everything that was made has died once. */
static void check_end(struct trial *t)
{
    leat__run_clear(&t->run);
    for (uint32_t i = 0; i < VALUES; i++) {
        if (made[i] && made[i]->deaths != 1)
            tell_trial(t, i);
        if (made[i])
            assert_int_equal(made[i]->deaths, 1);
        free(made[i]);
        made[i] = NULL;
    }
    assert_int_equal(wrong, 0);
    leat__frame_reset(&t->run.frame);
    for (uint32_t i = 0; i < t->n; i++)
        bodies[i].ran = 0;
}

/* --- ways to run --- */

static int run_open(struct leat__run *run, struct leat__pool *pool)
{
    run->pool = pool;
    struct leat__ending end;
    leat__run_start_for(run, &end);
    assert_true(leat__help(run, pool, &end.over, -1));
    return end.code;
}

/* pool NULL: a walk. */
static inline void run_once(struct trial *t, struct leat__pool *pool, bool keep_going, bool hooked, bool injected)
{
    t->run.keep_going = keep_going;
    t->run.listened = hooked;
    int code = pool ? run_open(&t->run, pool) : leat__walk(&t->run);
    bool cancelled = t->run.stop && !t->run.failed;
    assert_int_equal(code, t->run.failed ? LEAT_EFAILED : cancelled ? LEAT_ECANCELLED : 0);
    check_states(t, !t->run.stop && (keep_going || !t->run.failed), injected);
    if (pool && !code)
        check_deaths(t);
    check_end(t);
}
