/* Samples: a run that is looked at while it goes on, on every way to run. */
#include "api.h"
#include <leat/ext/sim.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

enum { PATIENCE = 120, MANY = 600 };

static uint64_t sum_of(const leat_sample *s)
{
    return s->waiting + s->running + s->parked + s->done + s->failed + s->skipped + s->cancelled;
}

static void assert_adds_up(const leat_sample *s)
{
    assert_int_equal(sum_of(s), s->total);
    assert_true(s->gated <= s->parked && s->blocked <= s->running && s->in_turn <= s->waiting);
    assert_true(s->ended ? !s->waiting && !s->running && !s->parked : !s->cancelled);
}

static void assert_counts(const leat_sample *s, uint64_t waiting, uint64_t running, uint64_t parked, uint64_t done, uint64_t failed)
{
    assert_adds_up(s);
    assert_int_equal(s->waiting, waiting);
    assert_int_equal(s->running, running);
    assert_int_equal(s->parked, parked);
    assert_int_equal(s->done, done);
    assert_int_equal(s->failed, failed);
}

/* --- nodes that meet their test --- */

static struct door { _Atomic int inside, go; } doors[4];

static void add_one(void *user, void *const *args, void *result)
{
    (void)user;
    *(int64_t *)result = *(const int64_t *)args[0] + 1;
}

static void hold(void *user, void *const *args, void *result)
{
    struct door *d = user;
    add_one(user, args, result);
    d->inside = 1;
    while (!d->go)
        sched_yield();
}

static void hold_and_say(void *user, void *const *args, void *result)
{
    leat_context *c = *(leat_context *const *)args[1];
    leat_context_block(c);
    hold(user, args, result);
    leat_context_unblock(c);
}

static void break_(void *user, void *const *args, void *result)
{
    add_one(user, args, result);
    leat_fail("broken");
}

static void shut(void)
{
    for (size_t i = 0; i < sizeof doors / sizeof *doors; i++)
        doors[i].inside = doors[i].go = 0;
}

static void open_doors(void)
{
    for (size_t i = 0; i < sizeof doors / sizeof *doors; i++)
        doors[i].go = 1;
}

static void wait_inside(int door)
{
    while (!doors[door].inside)
        sched_yield();
}

static void *execute(void *run) { return (void *)(intptr_t)leat_run_execute(run, NULL); }

static pthread_t begin(leat_run *r)
{
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, execute, r), 0);
    return thread;
}

static int end_of(pthread_t thread)
{
    void *code;
    pthread_join(thread, &code);
    return (int)(intptr_t)code;
}

/* n0 .. n99 one after the other, then `last`, held. */
static leat_driver *chain_and_hold(leat_executor *x)
{
    leat_builder *b = leat_builder_new();
    char text[80];
    for (int i = 0; i < 100; i++) {
        snprintf(text, sizeof text, i ? "int64_t n%d(int64_t n%d)" : "int64_t n%d(int64_t x)", i, i - 1);
        leat_builder_add_function(b, text, add_one, NULL);
    }
    leat_builder_add_function(b, "int64_t last(int64_t n99)", hold, &doors[0]);
    leat_builder_add_function(b, "int64_t after(int64_t last)", add_one, NULL);
    leat_builder_set_executor(b, x);
    return built(b);
}

static leat_executor *way_of(int way)
{
    return way == 0 ? leat_executor_inline() : way == 3 ? leat_executor_sim(NULL) : leat_executor_threads((unsigned)way);
}

static leat_run *asked(leat_driver *d, const char *output)
{
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "x", (int64_t)0);
    assert_int_equal(leat_run_ask(r, output, (leat_place){ 0 }), 0);
    return r;
}

/* --- counts --- */

static void a_run_is_seen_before_it_begins_while_it_goes_on_and_after_it(void **state)
{
    (void)state;
    alarm(PATIENCE);
    for (int way = 0; way < 4; way++) {
        leat_driver *d = chain_and_hold(way_of(way));
        leat_run *r = asked(d, "after");
        leat_sampler *s = leat_sampler_new(r);
        const leat_sample *now = leat_sampler_look(s);
        assert_true(!now->run && !now->ended && !now->total && !now->workings);
        shut();
        pthread_t thread = begin(r);
        wait_inside(0);
        now = leat_sampler_look(s);
        assert_true(now->run && !now->ended);
        assert_counts(now, 1, 1, 0, 100, 0);
        assert_int_equal(now->workings, 1);
        assert_string_equal(now->working[0].node, "last");
        assert_string_equal(leat_driver_name(d, now->working[0].id), "last");
        open_doors();
        assert_int_equal(end_of(thread), 0);
        now = leat_sampler_look(s);
        assert_true(now->ended && !now->workings);
        assert_counts(now, 0, 0, 0, 102, 0);
        leat_run_reset(r);
        assert_int_equal(leat_sampler_look(s)->total, 0);
        leat_sampler_free(s);
        leat_run_free(r);
        leat_driver_free(d);
    }
    alarm(0);
}

static void a_node_has_run_for_as_long_as_the_sampler_has_seen_it(void **state)
{
    (void)state;
    alarm(PATIENCE);
    leat_driver *d = chain_and_hold(leat_executor_threads(2));
    leat_run *r = asked(d, "after");
    leat_sampler *s = leat_sampler_new(r), *other = leat_sampler_new(r);
    for (int round = 0; round < 2; round++) {
        shut();
        pthread_t thread = begin(r);
        wait_inside(0);
        uint64_t first = leat_sampler_look(s)->now_ns;
        assert_int_equal(leat_sampler_look(other)->working[0].ns, 0);
        const leat_sample *now = leat_sampler_look(s);
        assert_int_equal(now->working[0].ns, now->now_ns - first);
        assert_true(now->began_ns <= first);
        open_doors();
        assert_int_equal(end_of(thread), 0);
        leat_run_reset(r);                  /* it is another run, and another call, next time */
        leat_run_input(r, "x", (int64_t)0);
    }
    leat_sampler_free(other);
    leat_sampler_free(s);
    leat_run_free(r);
    leat_driver_free(d);
    alarm(0);
}

/* a and b have one turn, c waits outside. */
static void who_waits_for_a_turn_or_outside_is_told_apart(void **state)
{
    (void)state;
    alarm(PATIENCE);
    leat_builder *b = leat_builder_new();
    leat_builder_add_function(b, "int64_t a(int64_t x)", hold, &doors[0]);
    leat_builder_add_function(b, "int64_t b(int64_t x)", hold, &doors[0]);
    leat_builder_add_function(b, "int64_t c(int64_t x, leat_context *ctx)", hold_and_say, &doors[1]);
    leat_builder_note(b, "a", "serial(desk)");
    leat_builder_note(b, "b", "serial(desk)");
    leat_builder_set_executor(b, leat_executor_threads(3));
    leat_driver *d = built(b);
    leat_run *r = asked(d, "a");
    leat_run_ask(r, "b", (leat_place){ 0 });
    leat_run_ask(r, "c", (leat_place){ 0 });
    leat_sampler *s = leat_sampler_new(r);
    shut();
    assert_int_equal(leat_run_submit(r, NULL, NULL, NULL), 0);
    wait_inside(0);
    wait_inside(1);
    const leat_sample *now = leat_sampler_look(s);
    while (!now->in_turn) {
        sched_yield();
        now = leat_sampler_look(s);
    }
    assert_counts(now, 1, 2, 0, 0, 0);
    assert_int_equal(now->in_turn, 1);
    assert_int_equal(now->blocked, 1);
    assert_int_equal(now->workings, 2);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(now->working[i].blocked, !strcmp(now->working[i].node, "c"));
    open_doors();
    assert_int_equal(leat_run_wait(r, -1, NULL), 0);
    assert_counts(leat_sampler_look(s), 0, 0, 0, 3, 0);
    leat_sampler_free(s);
    leat_run_free(r);
    leat_driver_free(d);
    alarm(0);
}

/* --- gates --- */

static struct { leat_gate gate[MANY]; _Atomic int n; } asked_gates;

static int ask_later(void *user, const leat_call *call, leat_gate gate)
{
    (void)user;
    if (*call->node != 'g')
        return LEAT_ALLOW;
    asked_gates.gate[asked_gates.n] = gate;         /* one worker at a time asks */
    asked_gates.n++;
    return LEAT_LATER;
}

static void what_waits_for_an_answer_is_parked(void **state)
{
    (void)state;
    for (int way = 0; way < 4; way++) {
        leat_call_ops ops = LEAT_CALL_OPS_INIT;
        leat_builder *b = leat_builder_new();
        ops.gate = ask_later;
        leat_builder_add_hook(b, leat_hook_new(&ops, NULL));
        leat_builder_add_function(b, "int64_t n(int64_t x)", add_one, NULL);
        leat_builder_add_function(b, "int64_t g(int64_t n)", add_one, NULL);
        leat_builder_add_function(b, "int64_t last(int64_t g)", add_one, NULL);
        leat_builder_set_executor(b, way == 3 ? leat_executor_sim(NULL) : way_of(way));
        leat_driver *d = built(b);
        leat_run *r = asked(d, "last");
        leat_sampler *s = leat_sampler_new(r);
        asked_gates.n = 0;
        pthread_t thread = begin(r);
        const leat_sample *now = leat_sampler_look(s);
        while (!now->gated || now->done != 1) {
            assert_adds_up(now);
            sched_yield();
            now = leat_sampler_look(s);
        }
        assert_counts(now, 1, 0, 1, 1, 0);
        assert_int_equal(leat_gate_allow(asked_gates.gate[0]), LEAT_ALLOW);
        assert_int_equal(end_of(thread), 0);
        assert_counts(leat_sampler_look(s), 0, 0, 0, 3, 0);
        leat_sampler_free(s);
        leat_run_free(r);
        leat_driver_free(d);
    }
}

/* --- always --- */

struct watch {
    leat_run *run;
    _Atomic bool over;
    _Atomic uint64_t looks, most;       /* most: nodes seen at work */
    uint64_t wrong;
};

/* Looks until it is told to stop; counts what is not as it should be. */
static void *watch(void *user)
{
    struct watch *w = user;
    leat_sampler *s = leat_sampler_new(w->run);
    uint64_t run = 0, settled = 0;
    while (!w->over) {
        const leat_sample *now = leat_sampler_look(s);
        uint64_t ends = now->done + now->failed + now->skipped;
        w->wrong += sum_of(now) != now->total || now->running > 3 || (now->run == run && ends < settled);
        w->looks++;
        w->most += now->workings;
        run = now->run;
        settled = ends;
    }
    leat_sampler_free(s);
    return NULL;
}

static int ask_now_and_then(void *user, const leat_call *call, leat_gate gate)
{
    (void)user;
    int n = *call->node == 'n' ? atoi(call->node + 1) : 0;
    return n % 7 == 1 ? (leat_gate_allow(gate), LEAT_LATER) : n % 50 == 2 ? LEAT_REFUSE : LEAT_ALLOW;
}

/* Every third reads the one before; some fail, some wait at a gate, some in turn. */
static leat_driver *many(leat_executor *x, bool gated)
{
    leat_builder *b = leat_builder_new();
    leat_call_ops ops = LEAT_CALL_OPS_INIT;
    char text[80];
    ops.gate = ask_now_and_then;
    if (gated)
        leat_builder_add_hook(b, leat_hook_new(&ops, NULL));
    for (int i = 0; i < MANY; i++) {
        snprintf(text, sizeof text, i % 3 ? "int64_t n%d(int64_t n%d)" : "int64_t n%d(int64_t x)", i, i - 1);
        leat_builder_add_function(b, text, i % 30 == 4 ? break_ : add_one, NULL);
        snprintf(text, sizeof text, "n%d", i);
        if (i % 11 == 0)
            leat_builder_note(b, text, "serial(desk)");
    }
    leat_builder_set_executor(b, x);
    return built(b);
}

static int run_many(leat_run *r)
{
    char text[20];
    leat_run_reset(r);
    leat_run_input(r, "x", (int64_t)0);
    for (int i = 0; i < MANY; i++) {
        snprintf(text, sizeof text, "n%d", i);
        leat_run_ask(r, text, (leat_place){ 0 });
    }
    leat_run_set_keep_going(r, 1);
    return leat_run_execute(r, NULL);
}

static void counts_add_up_at_every_look(void **state)
{
    (void)state;
    alarm(PATIENCE);
    for (int way = 0; way < 8; way++) {
        leat_driver *d = many(way_of(way % 4), way >= 4);
        leat_run *r = leat_run_new(d);
        struct watch w = { .run = r };
        pthread_t watcher;
        assert_int_equal(pthread_create(&watcher, NULL, watch, &w), 0);
        for (int round = 0; round < 20 || w.looks < 50; round++)
            assert_int_equal(run_many(r), LEAT_EFAILED);
        w.over = true;
        pthread_join(watcher, NULL);
        assert_int_equal(w.wrong, 0);
        leat_sampler *s = leat_sampler_new(r);
        const leat_sample *now = leat_sampler_look(s);
        uint64_t ok, failed, rest;
        leat_run_counts(r, &ok, &failed, &rest);
        assert_adds_up(now);
        assert_int_equal(now->total, MANY);
        assert_true(now->done == ok && now->failed == failed && now->skipped == rest && now->skipped > 0);
        leat_sampler_free(s);
        leat_run_free(r);
        leat_driver_free(d);
    }
    alarm(0);
}

/* Of a chain, one after the other: n5 runs when five have ended, or it is behind them. */
static void *watch_chain(void *user)
{
    struct watch *w = user;
    leat_sampler *s = leat_sampler_new(w->run);
    while (!w->over) {
        const leat_sample *now = leat_sampler_look(s);
        for (size_t i = 0; i < now->workings; i++) {
            w->wrong += *now->working[i].node == 'n' && strtoull(now->working[i].node + 1, NULL, 10) < now->done;
            w->most++;
        }
        w->wrong += now->workings > 1;
        w->looks++;
    }
    leat_sampler_free(s);
    return NULL;
}

static void a_node_that_is_counted_does_not_run(void **state)
{
    (void)state;
    alarm(PATIENCE);
    for (int way = 0; way < 3; way++) {
        leat_builder *b = leat_builder_new();
        char text[80];
        for (int i = 0; i < MANY; i++) {
            snprintf(text, sizeof text, i ? "int64_t n%d(int64_t n%d)" : "int64_t n%d(int64_t x)", i, i - 1);
            leat_builder_add_function(b, text, add_one, NULL);
        }
        leat_builder_set_executor(b, way_of(way));
        leat_driver *d = built(b);
        snprintf(text, sizeof text, "n%d", MANY - 1);
        leat_run *r = asked(d, text);
        struct watch w = { .run = r };
        pthread_t watcher;
        assert_int_equal(pthread_create(&watcher, NULL, watch_chain, &w), 0);
        for (int round = 0; round < 2000 || !w.most; round++) {
            assert_int_equal(leat_run_execute(r, NULL), 0);
            leat_run_reset(r);
            leat_run_input(r, "x", (int64_t)0);
        }
        w.over = true;
        pthread_join(watcher, NULL);
        assert_int_equal(w.wrong, 0);
        leat_run_free(r);
        leat_driver_free(d);
    }
    alarm(0);
}

/* Looked at from inside, by each node. */
static struct { leat_sampler *sampler; uint64_t looks, wrong; } own;

static int look_from_inside(void *user, const leat_call *call)
{
    (void)user, (void)call;
    const leat_sample *now = leat_sampler_look(own.sampler);
    own.wrong += sum_of(now) != now->total || now->ended;
    own.looks++;
    return 0;
}

static void a_simulated_run_adds_up_whatever_the_seed(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        leat_sim_options o = LEAT_SIM_OPTIONS_INIT;
        leat_call_ops ops = LEAT_CALL_OPS_INIT;
        leat_builder *b = leat_builder_new();
        char text[80];
        o.seed = seed;
        o.fail_per_million = 50000;
        o.answer_ns = 1000000;
        ops.before_node = look_from_inside;
        ops.after_node = look_from_inside;
        ops.gate = ask_later;
        leat_builder_add_hook(b, leat_hook_new(&ops, NULL));
        for (int i = 0; i < 60; i++) {
            snprintf(text, sizeof text, i ? "int64_t %c%d(int64_t %c%d)" : "int64_t %c%d(int64_t x)", i % 5 ? 'n' : 'g', i,
                     i / 2 % 5 ? 'n' : 'g', i / 2);
            leat_builder_add_function(b, text, add_one, NULL);
        }
        leat_builder_set_executor(b, leat_executor_sim(&o));
        leat_driver *d = built(b);
        leat_run *r = leat_run_new(d);
        leat_run_input(r, "x", (int64_t)0);
        for (int i = 30; i < 60; i++) {
            snprintf(text, sizeof text, "%c%d", i % 5 ? 'n' : 'g', i);
            leat_run_ask(r, text, (leat_place){ 0 });
        }
        leat_run_set_keep_going(r, seed % 2);
        own.sampler = leat_sampler_new(r);
        own.looks = own.wrong = 0;
        asked_gates.n = 0;
        leat_run_execute(r, NULL);
        assert_int_equal(own.wrong, 0);
        assert_true(own.looks > 0);
        const leat_sample *now = leat_sampler_look(own.sampler);
        uint64_t ok, failed, rest;
        leat_run_counts(r, &ok, &failed, &rest);
        assert_adds_up(now);
        assert_true(now->done == ok && now->failed == failed && now->skipped + now->cancelled == rest);
        leat_sampler_free(own.sampler);
        leat_run_free(r);
        leat_driver_free(d);
    }
}

static void what_a_cancelled_run_did_not_begin_is_cancelled(void **state)
{
    (void)state;
    for (int way = 0; way < 3; way++) {
        leat_driver *d = chain_and_hold(way_of(way));
        leat_run *r = asked(d, "after");
        leat_sampler *s = leat_sampler_new(r);
        shut();
        pthread_t thread = begin(r);
        wait_inside(0);
        leat_run_cancel(r);
        assert_true(leat_sampler_look(s)->stopping);
        open_doors();
        assert_int_equal(end_of(thread), LEAT_ECANCELLED);
        assert_counts(leat_sampler_look(s), 0, 0, 0, 101, 0);
        assert_int_equal(leat_sampler_look(s)->cancelled, 1);
        leat_sampler_free(s);
        leat_run_free(r);
        leat_driver_free(d);
    }
}

/* --- flows --- */

struct pipes { int inside[2], go[2]; };

static leat_run *run_with(leat_driver *d, struct pipes *p)
{
    leat_run *r = leat_run_new(d);
    assert_int_equal(pipe(p->inside) | pipe(p->go), 0);
    leat_run_input(r, "inside", p->inside[1]);
    leat_run_input(r, "go", p->go[0]);
    return r;
}

static void done_with(struct pipes *p)
{
    for (int i = 0; i < 2; i++) {
        close(p->inside[i]);
        close(p->go[i]);
    }
}

static void meet(struct pipes *p)
{
    char c;
    assert_int_equal(read(p->inside[0], &c, 1), 1);
}

static void let_go(struct pipes *p, char c) { assert_int_equal(write(p->go[1], &c, 1), 1); }

struct stage {
    const char *node;
    int reverting;
    uint64_t waiting, done, failed, attempts, reverted;
    uint32_t state, attempt, inner;     /* of the inner level; done in it */
    char answer;
};

static void walk_through(leat_sampler *s, struct pipes *p, const struct stage *stage, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        meet(p);
        const leat_sample *now = leat_sampler_look(s);
        assert_int_equal(now->workings, 1);
        assert_string_equal(now->working[0].node, stage[i].node);
        assert_int_equal(now->working[0].reverting, stage[i].reverting);
        assert_counts(now, stage[i].waiting, !stage[i].reverting, 0, stage[i].done, stage[i].failed);
        assert_int_equal(now->attempts, stage[i].attempts);
        assert_int_equal(now->reverted, stage[i].reverted);
        assert_int_equal(now->levels, 2);
        assert_string_equal(now->level[0].node, "trip");
        assert_string_equal(now->level[1].node, "car");
        assert_true(now->level[0].depth == 0 && now->level[0].total == 2 && now->level[1].depth == 1 && now->level[1].total == 2);
        assert_int_equal(now->level[1].state, stage[i].state);
        assert_int_equal(now->level[1].attempt, stage[i].attempt);
        assert_int_equal(now->level[1].done, stage[i].inner);
        assert_int_equal(now->level[0].done + now->level[1].done, stage[i].done);
        let_go(p, stage[i].answer);
    }
}

static void a_flow_is_told_with_its_attempts_and_what_is_reverted(void **state)
{
    (void)state;
    enum { WAITS = LEAT_LEVEL_WAITING, RUNS = LEAT_LEVEL_RUNNING, REVERTS = LEAT_LEVEL_REVERTING };
    static const struct stage stages[] = {
        { "hotel", 0, 3, 0, 0, 1, 0, WAITS, 0, 0, 'g' }, { "car", 0, 2, 1, 0, 2, 0, RUNS, 1, 0, 'g' },
        { "pay", 0, 1, 2, 0, 2, 0, RUNS, 1, 1, 'x' }, { "car", 1, 1, 2, 1, 2, 0, REVERTS, 1, 1, 'g' },
        { "car", 0, 2, 1, 0, 3, 1, RUNS, 2, 0, 'g' }, { "pay", 0, 1, 2, 0, 3, 1, RUNS, 2, 1, 'g' },
    }, again[] = { { "pay", 0, 1, 2, 0, 2, 0, RUNS, 1, 1, 'x' }, { "car", 1, 1, 2, 1, 2, 0, REVERTS, 1, 1, 'g' } };
    alarm(PATIENCE);
    for (int way = 0; way < 3; way++)
        for (int tries = 2; tries >= 1; tries--) {
            leat_builder *b = builder_of("sample.c", NULL);
            struct pipes p;
            leat_builder_set_executor(b, way_of(way));
            leat_driver *d = built(b);
            leat_run *r = run_with(d, &p);
            leat_sampler *s = leat_sampler_new(r);
            leat_run_input(r, "tries", tries);
            assert_int_equal(leat_run_set_flow(r, "trip", NULL), 0);
            pthread_t thread = begin(r);
            walk_through(s, &p, stages, tries == 2 ? 6 : 2);
            if (tries == 1)
                walk_through(s, &p, again, 2);
            assert_int_equal(end_of(thread), tries == 2 ? 0 : LEAT_EREVERTED);
            const leat_sample *now = leat_sampler_look(s);
            assert_counts(now, 0, 0, 0, tries == 2 ? 4 : 0, tries == 1);
            assert_int_equal(now->cancelled, tries == 2 ? 0 : 3);
            assert_int_equal(now->reverted, 1);
            leat_sampler_free(s);
            leat_run_free(r);
            leat_driver_free(d);
            done_with(&p);
        }
    alarm(0);
}

/* --- streams --- */

static void operators_and_their_queues_are_told_by_name(void **state)
{
    (void)state;
    alarm(PATIENCE);
    leat_builder *b = builder_of("sample.c", NULL);
    struct pipes p;
    leat_builder_set_executor(b, leat_executor_threads(2));
    leat_driver *d = built(b);
    leat_run *r = run_with(d, &p);
    leat_sampler *s = leat_sampler_new(r);
    leat_run_input(r, "until", (int64_t)10000);
    assert_int_equal(leat_run_set_stream(r, "slow", NULL), 0);
    pthread_t thread = begin(r);
    meet(&p);
    const leat_sample *now = leat_sampler_look(s);
    while (!now->parked) {              /* until the source has filled the queue */
        sched_yield();
        now = leat_sampler_look(s);
    }
    assert_counts(now, 0, 1, 1, 0, 0);
    assert_int_equal(now->traffics, 3);
    assert_int_equal(now->channels, 1);
    assert_string_equal(now->channel[0].from, "doubled");
    assert_string_equal(now->channel[0].to, "keep");
    assert_true(now->channel[0].waiting == 4 && now->channel[0].capacity == 4);
    const leat_traffic *keep = leat_sampler_traffic(s, "keep"), *from = leat_sampler_traffic(s, "numbers");
    assert_true(keep->waiting == 4 && keep->capacity == 4 && keep->running == 1 && !keep->stalled && !keep->starved);
    assert_true(from->stalled == 1 && from->out == 4 && !from->running && from->capacity == 0);
    assert_int_equal(leat_sampler_traffic(s, "doubled")->out, 4);
    assert_null(leat_sampler_traffic(s, "nobody"));
    assert_string_equal(now->working[0].node, "keep");
    uint64_t seen = now->now_ns;
    now = leat_sampler_look(s);
    assert_true(now->working[0].ns >= now->now_ns - seen);
    let_go(&p, 'g');
    assert_int_equal(end_of(thread), 0);
    now = leat_sampler_look(s);
    assert_counts(now, 0, 0, 0, 2, 0);
    assert_int_equal(leat_sampler_traffic(s, "keep")->in, 10000);
    leat_sampler_free(s);
    leat_run_free(r);
    leat_driver_free(d);
    done_with(&p);
    alarm(0);
}

static void *watch_stream(void *user)
{
    struct watch *w = user;
    leat_sampler *s = leat_sampler_new(w->run);
    while (!w->over) {
        const leat_sample *now = leat_sampler_look(s);
        w->wrong += sum_of(now) != now->total;
        for (size_t i = 1; i < now->traffics; i++)
            w->wrong += now->traffic[i].in > now->traffic[i - 1].out ||
                        now->traffic[i].waiting > now->traffic[i].capacity ||
                        now->traffic[i].running + now->traffic[i].starved + now->traffic[i].stalled > now->traffic[i].instances;
        for (size_t i = 0; i < now->channels; i++)
            w->wrong += now->channel[i].waiting > now->channel[i].capacity || now->channel[i].from_instance > 1;
        w->looks++;
    }
    leat_sampler_free(s);
    return NULL;
}

static void no_operator_takes_more_than_was_given(void **state)
{
    (void)state;
    alarm(PATIENCE);
    for (int way = 0; way < 4; way++) {
        leat_builder *b = builder_of("sample.c", NULL);
        leat_builder_set_executor(b, way_of(way));
        leat_driver *d = built(b);
        leat_run *r = leat_run_new(d);
        struct watch w = { .run = r };
        pthread_t watcher;
        leat_run_set_stream(r, "wide", NULL);
        assert_int_equal(pthread_create(&watcher, NULL, watch_stream, &w), 0);
        for (int round = 0; round < 3 || w.looks < 50; round++) {
            leat_run_reset(r);
            leat_run_input(r, "until", (int64_t)20000);
            leat_run_input(r, "inside", -1);
            leat_run_input(r, "go", -1);
            assert_int_equal(leat_run_execute(r, NULL), 0);
        }
        w.over = true;
        pthread_join(watcher, NULL);
        assert_int_equal(w.wrong, 0);
        leat_run_free(r);
        leat_driver_free(d);
    }
    alarm(0);
}

static void no_sampler_and_no_run_are_told_nothing(void **state)
{
    (void)state;
    assert_null(leat_sampler_new(NULL));
    assert_true(leat_sampler_look(NULL)->ended);
    assert_null(leat_sampler_traffic(NULL, "x"));
    leat_sampler_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_is_seen_before_it_begins_while_it_goes_on_and_after_it),
        cmocka_unit_test(a_node_has_run_for_as_long_as_the_sampler_has_seen_it),
        cmocka_unit_test(who_waits_for_a_turn_or_outside_is_told_apart),
        cmocka_unit_test(what_waits_for_an_answer_is_parked),
        cmocka_unit_test(counts_add_up_at_every_look),
        cmocka_unit_test(a_node_that_is_counted_does_not_run),
        cmocka_unit_test(a_simulated_run_adds_up_whatever_the_seed),
        cmocka_unit_test(what_a_cancelled_run_did_not_begin_is_cancelled),
        cmocka_unit_test(a_flow_is_told_with_its_attempts_and_what_is_reverted),
        cmocka_unit_test(operators_and_their_queues_are_told_by_name),
        cmocka_unit_test(no_operator_takes_more_than_was_given),
        cmocka_unit_test(no_sampler_and_no_run_are_told_nothing),
    };
    return cmocka_run_group_tests_name("sample", tests, NULL, NULL);
}
