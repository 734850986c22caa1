/* hear: what hooks of events are told of flows and streams, and hooks that run, stop
 * and free while they are told. */
#include "api.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>
#include <leat/ext/sim.h>

enum { PATIENCE = 60 };         /* seconds until a test that waits for ever is ended */

/* --- a transcript --- */

static struct { char text[4000]; uint32_t began, ended, behind; uint64_t last; } heard;

static int write_down(void *user, const leat_event *e, size_t n)
{
    (void)user;
    for (; n; n--, e++) {
        char *end = heard.text + strlen(heard.text);
        size_t room = sizeof heard.text - (size_t)(end - heard.text);
        heard.began += e->kind == LEAT_EVENT_RUN_BEGAN;
        heard.ended += e->kind == LEAT_EVENT_RUN_ENDED;
        if (e->kind == LEAT_EVENT_RUN_BEGAN || e->kind == LEAT_EVENT_RUN_ENDED)
            continue;
        heard.behind += heard.ended == heard.began || e->ended_ns < heard.last || e->began_ns > e->ended_ns;
        heard.last = e->ended_ns;
        snprintf(end, room, "%s %s %u%s%s; ", leat_driver_name(e->driver, (leat_id){ e->id }), leat_event_label(e->kind),
                 e->attempt, e->message ? ": " : "", e->message ? e->message : "");
    }
    return 0;
}

static leat_driver *heard_driver(const char *source, leat_executor *x)
{
    leat_event_ops ops = LEAT_EVENT_OPS_INIT;
    leat_builder *b = builder_of(source, NULL);
    memset(&heard, 0, sizeof heard);
    ops.events = write_down;
    leat_builder_add_hook(b, leat_hook_new_events(&ops, NULL));
    return built_on(b, x);
}

static leat_run *stay(leat_driver *d, const char *fails)
{
    leat_error err;
    leat_run *r = leat_run_new(d);
    heard.text[0] = 0;
    assert_int_equal(leat_run_set_flow(r, "stay", &err), 0);
    leat_run_set_text(r, "number", "312");
    leat_run_set_text(r, "fails", fails);
    return r;
}

static void check_order(uint32_t runs)
{
    assert_int_equal(heard.began, runs);
    assert_int_equal(heard.ended, runs);
    assert_int_equal(heard.behind, 0);
}

/* --- flows --- */

static int write_call(void *user, const leat_call *c)
{
    const leat_driver *d = *(leat_driver *const *)user;
    char *end = heard.text + strlen(heard.text);
    snprintf(end, sizeof heard.text - (size_t)(end - heard.text), "%s: %s %s; ", c->node, c->purpose,
             leat_driver_name(d, (leat_id){ c->id }));
    return 0;
}

static const char *const tried_twice = "book done 1; floor done 1; pay failed 1: no money; pay done 2; ";
static const char *const reverted = "book done 1; floor done 1; pay failed 1: no money; pay failed 2: no money; "
                                    "book reverted 1; ";

static void the_call_of_a_revert_is_told_of_its_atom(void **state)
{
    (void)state;
    for (int way = 0; way < 2; way++) {
        leat_call_ops ops = LEAT_CALL_OPS_INIT;
        leat_builder *b = builder_of("flow.c", NULL);
        leat_driver *d = NULL;
        ops.before_node = write_call;
        leat_builder_add_hook(b, leat_hook_new(&ops, &d));
        d = built_on(b, way ? leat_executor_threads(2) : NULL);
        leat_run *r = stay(d, "2");
        assert_int_equal(leat_run_execute(r, NULL), LEAT_EREVERTED);
        assert_string_equal(heard.text, "book: run book; floor: run floor; pay: run pay; pay: run pay; book__revert: revert book; ");
        leat_run_free(r);
        leat_driver_free(d);
    }
}

static void each_attempt_of_an_atom_is_told_with_its_reason(void **state)
{
    (void)state;
    for (int way = 0; way < 3; way++) {
        leat_driver *d = heard_driver("flow.c", way == 0 ? NULL : way == 1 ? leat_executor_threads(2) : leat_executor_sim(NULL));
        leat_run *r = stay(d, "1");
        assert_int_equal(leat_run_execute(r, NULL), 0);
        assert_string_equal(heard.text, tried_twice);
        leat_run_free(r);
        r = stay(d, "2");
        assert_int_equal(leat_run_execute(r, NULL), LEAT_EREVERTED);
        assert_string_equal(heard.text, reverted);
        check_order(2);
        leat_run_free(r);
        free(answer_of(d, "diary", NULL));
        leat_driver_free(d);
    }
}

/* What is settled by the journal is told when it is let go: causes first. */
static void atoms_of_a_durable_flow_are_told(void **state)
{
    (void)state;
    char folder[] = "/tmp/leat-hear-XXXXXX", store[64], command[80];
    leat_error err;
    leat_store *s = NULL;
    assert_non_null(mkdtemp(folder));
    snprintf(store, sizeof store, "%s/store", folder);
    int code = leat_store_open(store, &s, &err);
    for (int way = 0; !code && way < 3; way++) {
        leat_driver *d = heard_driver("flow.c", way == 0 ? NULL : way == 1 ? leat_executor_threads(2) : leat_executor_sim(NULL));
        for (int fails = 1; fails <= 2; fails++) {
            leat_run *r = stay(d, fails == 1 ? "1" : "2");
            assert_int_equal(leat_run_set_store(r, s, "", &err), 0);
            assert_int_equal(leat_run_execute(r, &err), fails == 1 ? 0 : LEAT_EREVERTED);
            assert_string_equal(heard.text, fails == 1 ? tried_twice : reverted);
            leat_run_free(r);
        }
        check_order(2);
        leat_driver_free(d);
    }
    leat_store_free(s);
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
    if (code == LEAT_EUNSUPPORTED)
        skip();
    assert_int_equal(code, 0);
}

/* --- runs that hooks execute --- */

static void add_one(void *user, void *const *args, void *result)
{
    (void)user;
    *(int64_t *)result = *(const int64_t *)args[0] + 1;
}

struct pair { leat_driver *own, *other; pthread_barrier_t *meet; uint32_t begun, ended, nodes; bool met; };

static int run_b(leat_driver *d)
{
    int64_t b = 0;
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "x", (int64_t)1);
    leat_run_output(r, "b", &b);
    int code = leat_run_execute(r, NULL);
    leat_run_free(r);
    return code ? code : b == 3 ? 0 : -1;
}

/* Of its first event: once the other hook is inside as well, a run that is told to that. */
static int run_the_other(void *user, const leat_event *e, size_t n)
{
    struct pair *p = user;
    for (; n; n--, e++) {
        p->begun += e->kind == LEAT_EVENT_RUN_BEGAN;
        p->ended += e->kind == LEAT_EVENT_RUN_ENDED;
        p->nodes += e->kind == LEAT_EVENT_NODE_DONE;
    }
    if (p->met)
        return 0;
    p->met = true;
    pthread_barrier_wait(p->meet);
    return run_b(p->other);
}

static leat_driver *two_nodes(leat_hook *hook)
{
    leat_builder *b = leat_builder_new();
    leat_builder_add_function(b, "int64_t a(int64_t x)", add_one, NULL);
    leat_builder_add_function(b, "int64_t b(int64_t a)", add_one, NULL);
    leat_builder_add_hook(b, hook);
    return built(b);
}

static void *run_own(void *user)
{
    struct pair *p = user;
    return run_b(p->own) ? user : NULL;
}

static void hooks_that_run_what_the_other_hears_do_not_wait_for_each_other(void **state)
{
    (void)state;
    leat_event_ops ops = LEAT_EVENT_OPS_INIT;
    ops.events = run_the_other;
    alarm(PATIENCE);
    for (int round = 0; round < 200; round++) {
        struct pair p[2] = { { 0 }, { 0 } };
        pthread_barrier_t meet;
        pthread_t thread[2];
        pthread_barrier_init(&meet, NULL, 2);
        for (int i = 0; i < 2; i++)
            p[i].own = p[1 - i].other = two_nodes(leat_hook_new_events(&ops, &p[i]));
        for (int i = 0; i < 2; i++) {
            p[i].meet = &meet;
            assert_int_equal(pthread_create(&thread[i], NULL, run_own, &p[i]), 0);
        }
        for (int i = 0; i < 2; i++) {
            void *wrong;
            pthread_join(thread[i], &wrong);
            assert_null(wrong);
        }
        for (int i = 0; i < 2; i++)
            leat_driver_free(p[i].own);
        for (int i = 0; i < 2; i++) {       /* its own run, and that of the other hook: lossless */
            assert_int_equal(p[i].begun, 2);
            assert_int_equal(p[i].ended, 2);
            assert_int_equal(p[i].nodes, 4);
        }
        pthread_barrier_destroy(&meet);
    }
    alarm(0);
}

/* --- what is told while another is told --- */

static struct { leat_driver *to; pthread_barrier_t meet; uint32_t runs; } held;

/* Inside the end of its first run until another thread has a run told to it. */
static int hold_its_turn(void *user, const leat_event *e, size_t n)
{
    (void)user;
    for (; n; n--, e++)
        if (e->kind == LEAT_EVENT_RUN_ENDED && !held.runs++) {
            pthread_barrier_wait(&held.meet);
            pthread_barrier_wait(&held.meet);
        }
    return 0;
}

static int run_what_is_held(void *user, const leat_event *e, size_t n)
{
    (void)user, (void)n;
    if (e->kind != LEAT_EVENT_RUN_BEGAN)
        return 0;
    pthread_barrier_wait(&held.meet);
    int code = run_b(held.to);
    pthread_barrier_wait(&held.meet);
    return code;
}

static void what_comes_during_the_last_events_is_heard_behind_them(void **state)
{
    (void)state;
    leat_event_ops holds = LEAT_EVENT_OPS_INIT, runs = LEAT_EVENT_OPS_INIT;
    pthread_t thread;
    void *wrong;
    holds.events = hold_its_turn;
    runs.events = run_what_is_held;
    alarm(PATIENCE);
    pthread_barrier_init(&held.meet, NULL, 2);
    held.to = two_nodes(leat_hook_new_events(&holds, NULL));
    struct pair p = { .own = held.to };
    leat_driver *d = two_nodes(leat_hook_new_events(&runs, NULL));
    held.runs = 0;
    assert_int_equal(pthread_create(&thread, NULL, run_own, &p), 0);
    assert_int_equal(run_b(d), 0);
    pthread_join(thread, &wrong);
    assert_null(wrong);
    assert_int_equal(held.runs, 2);
    leat_driver_free(d);
    leat_driver_free(held.to);
    pthread_barrier_destroy(&held.meet);
    alarm(0);
}

/* --- hooks that are slow, and that end things --- */

enum { MANY = 10000 };

static _Atomic uint64_t spin;
static struct { uint32_t nodes, ended, batches; leat_hook *hook; leat_run *run; uint32_t stop_at, free_at; } busy;

static int hear_slowly(void *user, const leat_event *e, size_t n)
{
    (void)user;
    for (int i = 0; i < 20000; i++)
        spin++;
    for (size_t i = 0; i < n; i++) {
        busy.nodes += e[i].kind == LEAT_EVENT_NODE_DONE;
        busy.ended += e[i].kind == LEAT_EVENT_RUN_ENDED;
    }
    if (++busy.batches == busy.stop_at)
        leat_hook_stop(busy.hook);
    if (busy.batches == busy.free_at) {
        leat_run_free(busy.run);
        busy.run = NULL;
    }
    return busy.batches == 2 ? -1 : 0;
}

static leat_driver *many_nodes(leat_executor *x)
{
    leat_event_ops ops = LEAT_EVENT_OPS_INIT;
    leat_builder *b = leat_builder_new();
    char text[80];
    ops.events = hear_slowly;
    memset(&busy, 0, sizeof busy);
    leat_builder_add_hook(b, busy.hook = leat_hook_new_events(&ops, NULL));
    for (int i = 0; i < MANY; i++) {
        snprintf(text, sizeof text, i < 100 ? "int64_t n%d(int64_t x)" : "int64_t n%d(int64_t n%d)", i, i - 100);
        leat_builder_add_function(b, text, add_one, NULL);
    }
    return built_on(b, x);
}

static leat_run *ask_all(leat_driver *d)
{
    leat_run *r = leat_run_new(d);
    char name[20];
    leat_run_input(r, "x", (int64_t)0);
    for (int i = MANY - 100; i < MANY; i++) {
        snprintf(name, sizeof name, "n%d", i);
        leat_run_ask(r, name, (leat_place){ 0 });
    }
    return r;
}

static void a_slow_hook_hears_all_and_its_failures_are_counted(void **state)
{
    (void)state;
    for (unsigned workers = 0; workers <= 3; workers++) {
        leat_driver *d = many_nodes(workers ? leat_executor_threads(workers) : NULL);
        leat_run *r = ask_all(d);
        assert_int_equal(leat_run_execute(r, NULL), 0);
        assert_int_equal(busy.nodes, MANY);
        assert_int_equal(busy.ended, 1);
        assert_int_equal(leat_run_hook_failures(r), 1);
        leat_run_free(r);
        leat_driver_free(d);
    }
}

static void a_slow_hook_that_stops_itself_holds_nobody_up(void **state)
{
    (void)state;
    for (unsigned workers = 0; workers <= 3; workers++) {
        leat_driver *d = many_nodes(workers ? leat_executor_threads(workers) : NULL);
        leat_run *r = ask_all(d);
        busy.stop_at = 5;
        assert_int_equal(leat_run_execute(r, NULL), 0);
        assert_int_equal(busy.batches, 5);
        leat_run_free(r);
        leat_driver_free(d);
    }
}

static void tell_code(leat_run *r, int code, void *user)
{
    (void)r;
    atomic_store((_Atomic int *)user, code);
}

/* Its driver is held by nobody else: all goes with the last task. */
static void a_hook_may_free_the_run_it_hears_of(void **state)
{
    (void)state;
    for (int round = 0; round < 20; round++) {
        _Atomic int code = 1;
        leat_executor *x = leat_executor_threads(2);
        leat_driver *d = many_nodes(leat_executor_ref(x));
        busy.free_at = 2;
        busy.run = ask_all(d);
        leat_driver_free(d);
        assert_int_equal(leat_run_submit(busy.run, tell_code, &code, NULL), 0);
        leat_executor_unref(x);         /* the last holder waits, or it is a thread of its own */
        while (atomic_load(&code) == 1)
            sched_yield();
        assert_true(code == 0 || code == LEAT_ECANCELLED);
    }
}

static void operators_of_a_stream_are_told_by_their_own_names(void **state)
{
    (void)state;
    leat_error err;
    leat_driver *d = heard_driver("streams.c", NULL);
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_set_stream(r, "keyed", &err), 0);
    leat_run_set_text(r, "until", "100");
    leat_run_set_text(r, "instances", "2");
    leat_run_set_text(r, "title", "all");
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_has(heard.text, "named done 1; ");
    assert_has(heard.text, "counted done 1; counted done 1; ");     /* each instance */
    assert_has(heard.text, "keep done 1; keep done 1; ");
    check_order(heard.began);
    leat_run_free(r);
    leat_driver_free(d);
}

/* --- samples --- */

static _Atomic int inside, go_on;

static void hold(void *user, void *const *args, void *result)
{
    add_one(user, args, result);
    inside = 1;
    while (!go_on)
        sched_yield();
}

static void *execute(void *run) { return leat_run_execute(run, NULL) ? run : NULL; }

static leat_driver *chain_and_hold(unsigned workers)
{
    leat_builder *b = leat_builder_new();
    char text[80];
    for (int i = 0; i < 100; i++) {
        snprintf(text, sizeof text, i ? "int64_t n%d(int64_t n%d)" : "int64_t n%d(int64_t x)", i, i - 1);
        leat_builder_add_function(b, text, add_one, NULL);
    }
    leat_builder_add_function(b, "int64_t last(int64_t n99)", hold, NULL);
    return built_on(b, workers ? leat_executor_threads(workers) : NULL);
}

static void counts_are_those_of_this_moment(void **state)
{
    (void)state;
    alarm(PATIENCE);
    for (unsigned workers = 0; workers <= 2; workers++) {
        leat_driver *d = chain_and_hold(workers);
        leat_run *r = leat_run_new(d);
        leat_id running[2];
        uint64_t ok = 0, failed = 1, rest = 1;
        pthread_t thread;
        void *wrong;
        leat_run_input(r, "x", (int64_t)0);
        leat_run_ask(r, "last", (leat_place){ 0 });
        inside = go_on = 0;
        assert_int_equal(pthread_create(&thread, NULL, execute, r), 0);
        while (!inside)
            sched_yield();
        leat_run_counts(r, &ok, &failed, &rest);
        assert_int_equal(ok, 100);
        assert_int_equal(failed + rest, 0);
        assert_int_equal(leat_run_running(r, running, 2), 1);
        assert_string_equal(leat_driver_name(d, running[0]), "last");
        go_on = 1;
        pthread_join(thread, &wrong);
        assert_null(wrong);
        leat_run_counts(r, &ok, NULL, NULL);
        assert_int_equal(ok, 101);
        leat_run_free(r);
        leat_driver_free(d);
    }
    alarm(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_call_of_a_revert_is_told_of_its_atom),
        cmocka_unit_test(each_attempt_of_an_atom_is_told_with_its_reason),
        cmocka_unit_test(atoms_of_a_durable_flow_are_told),
        cmocka_unit_test(operators_of_a_stream_are_told_by_their_own_names),
        cmocka_unit_test(hooks_that_run_what_the_other_hears_do_not_wait_for_each_other),
        cmocka_unit_test(what_comes_during_the_last_events_is_heard_behind_them),
        cmocka_unit_test(a_slow_hook_hears_all_and_its_failures_are_counted),
        cmocka_unit_test(a_slow_hook_that_stops_itself_holds_nobody_up),
        cmocka_unit_test(a_hook_may_free_the_run_it_hears_of),
        cmocka_unit_test(counts_are_those_of_this_moment),
    };
    return cmocka_run_group_tests_name("hear", tests, NULL, NULL);
}
