/* Gates: asked before a node runs; allow, refuse, later, on every way to run. */
#include "api.h"
#include <leat/ext/sim.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

enum { WIDE = 30, MOST = 2000, PATIENCE = 60 };

/* --- a gate: what it answers, by node; what it was asked --- */

static struct {
    pthread_mutex_t lock;
    pthread_cond_t asked;
    int answer[WIDE + 8];               /* of w0 .., then of `a`, `b`, `c`, all of those of others 0 */
    char names[MOST * 8];
    leat_gate gate[MOST];
    _Atomic int32_t count;
    double seen;
    leat_run *ends;                     /* cancelled while it asks; NULL: none */
} door = { .lock = PTHREAD_MUTEX_INITIALIZER, .asked = PTHREAD_COND_INITIALIZER };

static int *answer_for(const char *node)
{
    return &door.answer[*node == 'w' ? atoi(node + 1) : *node >= 'a' && *node <= 'c' && !node[1] ? WIDE + *node - 'a' : WIDE + 7];
}

static int ask(void *user, const leat_call *call, leat_gate gate)
{
    (void)user;
    pthread_mutex_lock(&door.lock);
    int answer = *answer_for(call->node);
    strcat(strcat(door.names, call->node), " ");
    door.gate[door.count] = gate;
    door.count++;
    if (call->count)
        door.seen = *(const double *)call->args[0];
    pthread_cond_broadcast(&door.asked);
    pthread_mutex_unlock(&door.lock);
    if (door.ends && answer == LEAT_LATER)
        leat_gate_allow(gate);
    if (door.ends)
        leat_run_cancel(door.ends);
    return answer == LEAT_REFUSE ? leat_gate_refuse(gate, "too dear") : answer;
}

static _Atomic int called;

static void forget(void)
{
    memset(door.answer, 0, sizeof door.answer);
    door.names[0] = 0;
    door.ends = NULL;
    called = 0;
    door.count = 0;
}

static void wait_for_questions(int n)
{
    pthread_mutex_lock(&door.lock);
    while (door.count < n)
        pthread_cond_wait(&door.asked, &door.lock);
    pthread_mutex_unlock(&door.lock);
}

static void add_one(void *user, void *const *args, void *result)
{
    (void)user;
    called++;
    *(double *)result = *(const double *)args[0] + 1;
}

static void add_all(void *user, void *const *args, void *result)
{
    (void)user;
    *(double *)result = 0;
    for (int i = 0; i < WIDE; i++)
        *(double *)result += *(const double *)args[i];
}

static void break_(void *user, void *const *args, void *result)
{
    (void)user;
    *(double *)result = *(const double *)args[0];
    leat_fail("broken");
}

static leat_builder *graph(leat_call_ops *ops)
{
    leat_builder *b = leat_builder_new();
    char text[80], all[40 * WIDE], *end = all + sprintf(all, "double total(");
    ops->gate = ask;
    leat_builder_add_hook(b, leat_hook_new(ops, NULL));
    leat_builder_add_function(b, "double a(double x)", add_one, NULL);
    leat_builder_add_function(b, "double b(double a)", add_one, NULL);
    leat_builder_add_function(b, "double c(double b)", add_one, NULL);
    leat_builder_add_function(b, "double broken(double x)", break_, NULL);
    for (int i = 0; i < WIDE; i++) {
        sprintf(text, "double w%d(double x)", i);
        leat_builder_add_function(b, text, add_one, NULL);
        end += sprintf(end, "%sdouble w%d", i ? ", " : "", i);
    }
    strcpy(end, ")");
    leat_builder_add_function(b, all, add_all, NULL);
    return b;
}

enum { INLINE, ONE, TWO, SIM, WAYS };

static leat_executor *way_of(int way)
{
    return way == INLINE ? leat_executor_inline() : way == SIM ? leat_executor_sim(NULL) : leat_executor_threads((unsigned)way);
}

static leat_driver *gated(int way)
{
    leat_call_ops ops = LEAT_CALL_OPS_INIT;
    ops.name = "budget";
    leat_builder *b = graph(&ops);
    leat_builder_set_executor(b, way_of(way));
    forget();
    return built(b);
}

static leat_run *asked(leat_driver *d, const char *output)
{
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "x", 1.0);
    leat_run_ask(r, output, (leat_place){ 0 });
    return r;
}

static void assert_ends(leat_run *r, int code, const char *text)
{
    leat_error err = { 0 };
    assert_int_equal(leat_run_execute(r, &err), code);
    assert_has(err.message, text);
    leat_run_free(r);
}

/* --- at once --- */

static void gates_are_asked_once_for_each_call_with_its_inputs(void **state)
{
    (void)state;
    for (int way = 0; way < WAYS; way++) {
        leat_driver *d = gated(way);
        assert_answer(d, "c", "x=1", "4");
        assert_string_equal(door.names, "a b c ");
        assert_true(door.seen == 3);
        leat_driver_free(d);
    }
}

static void a_refused_node_fails_and_names_gate_and_reason(void **state)
{
    (void)state;
    for (int way = 0; way < WAYS; way++) {
        leat_driver *d = gated(way);
        *answer_for("b") = LEAT_REFUSE;
        assert_ends(asked(d, "c"), LEAT_EFAILED, "b failed: refused by gate budget: too dear");
        assert_string_equal(door.names, "a b ");
        leat_run *r = asked(d, "c");
        leat_run_ask(r, "total", (leat_place){ 0 });
        leat_run_set_keep_going(r, 1);
        assert_int_equal(leat_run_execute(r, NULL), LEAT_EFAILED);
        uint64_t ok, failed, rest;
        leat_run_counts(r, &ok, &failed, &rest);
        assert_int_equal(ok, WIDE + 2);
        assert_int_equal(failed, 1);
        assert_int_equal(rest, 1);
        leat_run_free(r);
        leat_driver_free(d);
    }
}

static int refuse_plainly(void *user, const leat_call *call, leat_gate gate)
{
    (void)gate;
    ++*(int *)user;
    return !strcmp(call->node, "b") ? LEAT_REFUSE : LEAT_ALLOW;
}

static int answer_wrongly(void *user, const leat_call *call, leat_gate gate)
{
    (void)user, (void)call, (void)gate;
    return -7;
}

static leat_driver *with(int (*gate)(void *, const leat_call *, leat_gate), void *user)
{
    leat_call_ops ops = LEAT_CALL_OPS_INIT, later = LEAT_CALL_OPS_INIT;
    forget();
    ops.gate = gate;
    later.name = "budget";
    leat_builder *b = leat_builder_new();
    leat_builder_add_function(b, "double a(double x)", add_one, NULL);
    leat_builder_add_function(b, "double b(double a)", add_one, NULL);
    leat_builder_add_hook(b, leat_hook_new(&ops, user));
    later.gate = ask;
    leat_builder_add_hook(b, leat_hook_new(&later, NULL));
    return built(b);
}

static void a_gate_may_have_no_name_and_give_no_reason(void **state)
{
    int asked_for = 0;
    (void)state;
    leat_driver *d = with(refuse_plainly, &asked_for);
    assert_fails(d, "b", "x=1", "b failed: refused by a gate");
    assert_string_equal(door.names, "a ");      /* the second is not asked what the first refuses */
    assert_int_equal(asked_for, 2);
    leat_driver_free(d);
}

static void a_gate_that_fails_refuses_and_is_counted(void **state)
{
    (void)state;
    leat_driver *d = with(answer_wrongly, NULL);
    leat_run *r = asked(d, "b");
    leat_error err;
    assert_int_equal(leat_run_execute(r, &err), LEAT_EFAILED);
    assert_has(err.message, "a failed: refused by a gate: it answered -7");
    assert_int_equal(leat_run_hook_failures(r), 1);
    leat_run_free(r);
    leat_driver_free(d);
}

static int answer_itself(void *user, const leat_call *call, leat_gate gate)
{
    (void)user;
    if (!strcmp(call->node, "b"))
        assert_int_equal(leat_gate_refuse(gate, "said before"), LEAT_REFUSE);
    else
        assert_int_equal(leat_gate_allow(gate), LEAT_ALLOW);
    assert_int_equal(leat_gate_refuse(gate, "twice"), LEAT_ENOTFOUND);
    return LEAT_LATER;
}

static void an_answer_counts_before_the_gate_has_come_back(void **state)
{
    (void)state;
    leat_driver *d = with(answer_itself, NULL);
    assert_answer(d, "a", "x=1", "2");
    assert_fails(d, "b", "x=1", "b failed: refused by a gate: said before");
    leat_driver_free(d);
}

/* --- later --- */

/* Once n are asked, none of which is answered: allows all, newest first, or refuses the last. */
struct clerk { int n; bool refuse; pthread_t thread; };

static void *answer_all(void *user)
{
    struct clerk *c = user;
    wait_for_questions(c->n);
    for (int i = c->n; i-- > 0;) {
        if (c->refuse && !i)
            assert_int_equal(leat_gate_refuse(door.gate[i], "by hand"), LEAT_REFUSE);
        else
            assert_int_equal(leat_gate_allow(door.gate[i]), LEAT_ALLOW);
    }
    return NULL;
}

static void hire(struct clerk *c) { assert_int_equal(pthread_create(&c->thread, NULL, answer_all, c), 0); }

static void ask_wide_later(void)
{
    for (int i = 0; i < WIDE; i++)
        door.answer[i] = LEAT_LATER;
}

static void all_wait_at_a_gate_at_once_and_hold_no_worker(void **state)
{
    (void)state;
    alarm(PATIENCE);
    for (int way = 0; way < WAYS; way++)
        for (int round = 0; round < 20; round++) {
            leat_driver *d = gated(way);
            struct clerk c = { .n = WIDE };
            ask_wide_later();
            hire(&c);
            assert_answer(d, "total", "x=1", "60");
            pthread_join(c.thread, NULL);
            assert_int_equal(door.count, WIDE + 1);
            for (int i = 0; i <= WIDE; i++)
                assert_int_equal(leat_gate_allow(door.gate[i]), LEAT_ENOTFOUND);
            leat_driver_free(d);
        }
    alarm(0);
}

static void what_is_refused_later_fails(void **state)
{
    (void)state;
    alarm(PATIENCE);
    for (int way = 0; way < WAYS; way++) {
        leat_driver *d = gated(way);
        struct clerk c = { .n = WIDE, .refuse = true };
        ask_wide_later();
        hire(&c);
        assert_ends(asked(d, "total"), LEAT_EFAILED, "refused by gate budget: by hand");
        pthread_join(c.thread, NULL);
        leat_driver_free(d);
    }
    alarm(0);
}

static void *cancel(void *run)
{
    wait_for_questions(WIDE);
    leat_run_cancel(run);
    return NULL;
}

static void a_cancelled_run_waits_for_no_gate(void **state)
{
    (void)state;
    alarm(PATIENCE);
    for (int way = 0; way < WAYS; way++)
        for (int round = 0; round < 40; round++) {
            leat_driver *d = gated(way);
            leat_run *r = asked(d, "total");
            pthread_t thread;
            ask_wide_later();
            assert_int_equal(pthread_create(&thread, NULL, cancel, r), 0);
            if (round % 2 && leat_run_submit(r, NULL, NULL, NULL) == 0)
                assert_int_equal(leat_run_wait(r, -1, NULL), LEAT_ECANCELLED);
            else
                assert_int_equal(leat_run_execute(r, NULL), LEAT_ECANCELLED);
            pthread_join(thread, NULL);
            assert_int_equal(leat_gate_allow(door.gate[0]), LEAT_ENOTFOUND);
            leat_run_free(r);
            leat_driver_free(d);
        }
    alarm(0);
}

static void what_is_allowed_as_its_run_is_cancelled_does_not_run(void **state)
{
    (void)state;
    alarm(PATIENCE);
    for (int way = 0; way < WAYS; way++)
        for (int how = 0; how < 4; how++) {
            leat_driver *d = gated(way);
            leat_run *r = door.ends = asked(d, "c");
            *answer_for("a") = how / 2 ? LEAT_LATER : LEAT_ALLOW;
            int code = how % 2 ? leat_run_submit(r, NULL, NULL, NULL) : leat_run_execute(r, NULL);
            assert_int_equal(how % 2 ? leat_run_wait(r, -1, NULL) : code, LEAT_ECANCELLED);
            assert_int_equal(called, 0);
            assert_string_equal(door.names, "a ");
            leat_run_free(r);
            leat_driver_free(d);
        }
    door.ends = NULL;
    alarm(0);
}

static void tell_code(leat_run *r, int code, void *user)
{
    (void)r;
    atomic_store((_Atomic int *)user, code);
}

static void a_late_run_waits_for_no_gate(void **state)
{
    (void)state;
    alarm(PATIENCE);
    for (int way = 0; way < WAYS; way++)
        for (int how = 0; how < 3; how++) {
            leat_driver *d = gated(way);
            leat_run *r = asked(d, "total");
            _Atomic int code = 1;
            ask_wide_later();
            leat_run_set_deadline(r, 30);
            if (how == 0) {
                code = leat_run_execute(r, NULL);
            } else {
                assert_int_equal(leat_run_submit(r, tell_code, &code, NULL), 0);
                if (how == 1 && way != SIM)
                    while (atomic_load(&code) == 1)     /* nobody waits for it in the library */
                        sched_yield();
                leat_run_wait(r, -1, NULL);
            }
            assert_int_equal(code, LEAT_EDEADLINE);
            leat_run_free(r);
            leat_driver_free(d);
        }
    alarm(0);
}

static void a_run_that_fails_elsewhere_waits_for_no_gate(void **state)
{
    (void)state;
    alarm(PATIENCE);
    for (int way = 0; way < WAYS; way++) {
        leat_driver *d = gated(way);
        leat_run *r = asked(d, "total");
        leat_run_ask(r, "broken", (leat_place){ 0 });
        ask_wide_later();
        assert_int_equal(leat_run_execute(r, NULL), LEAT_EFAILED);
        assert_string_equal(leat_run_failure(r, 0)->node, "broken");
        leat_run_free(r);
        leat_driver_free(d);
    }
    alarm(0);
}

static void a_run_that_is_freed_waits_for_no_gate(void **state)
{
    (void)state;
    alarm(PATIENCE);
    for (int round = 0; round < 20; round++) {
        leat_driver *d = gated(TWO);
        leat_run *r = asked(d, "total");
        _Atomic int code = 1;
        ask_wide_later();
        assert_int_equal(leat_run_submit(r, tell_code, &code, NULL), 0);
        wait_for_questions(WIDE);
        leat_run_free(r);
        while (atomic_load(&code) == 1)
            sched_yield();
        assert_int_equal(code, LEAT_ECANCELLED);
        leat_driver_free(d);
    }
    alarm(0);
}

/* --- questions that race with answers and ends --- */

static void *answer_any(void *user)
{
    unsigned seed = (unsigned)(uintptr_t)user;
    for (int32_t done = 0; done < MOST / 2;) {
        int32_t n = door.count;
        int32_t near = rand_r(&seed) % 8 ? WIDE : MOST;         /* as a rule one that is open */
        leat_gate gate = n ? door.gate[n - 1 - rand_r(&seed) % (n < near ? n : near)] : (leat_gate){ 0 };
        int code = n ? leat_gate_allow(gate) : LEAT_ENOTFOUND;
        if (code != LEAT_ALLOW && code != LEAT_ENOTFOUND)
            return user;
        done += n > MOST / 2;
        sched_yield();
    }
    return NULL;
}

static void answers_may_come_at_any_time_from_anywhere(void **state)
{
    (void)state;
    alarm(2 * PATIENCE);
    leat_driver *d = gated(TWO);
    pthread_t thread[3];
    ask_wide_later();
    for (uintptr_t i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, answer_any, (void *)(i + 1)), 0);
    while (door.count <= MOST / 2) {
        leat_run *r = asked(d, "total");
        bool cut = door.count / 30 % 3 == 2;
        assert_int_equal(leat_run_submit(r, NULL, NULL, NULL), 0);
        if (cut)
            leat_run_cancel(r);
        int code = leat_run_wait(r, -1, NULL);
        assert_true(code == 0 || (cut && code == LEAT_ECANCELLED));
        leat_run_free(r);
    }
    for (int i = 0; i < 3; i++) {
        void *wrong;
        pthread_join(thread[i], &wrong);
        assert_null(wrong);
    }
    leat_driver_free(d);
    alarm(0);
}

/* --- in simulation --- */

static leat_driver *simulated(uint64_t seed, uint64_t answer_ns, uint32_t refuse, leat_executor **out)
{
    leat_call_ops ops = LEAT_CALL_OPS_INIT;
    leat_sim_options o = LEAT_SIM_OPTIONS_INIT;
    o.seed = seed;
    o.trace = 1;
    o.answer_ns = answer_ns;
    o.refuse_per_million = refuse;
    ops.name = "budget";
    leat_builder *b = graph(&ops);
    leat_builder_set_executor(b, leat_executor_ref(*out = leat_executor_sim(&o)));
    forget();
    ask_wide_later();
    return built(b);
}

static void the_seed_answers_what_gates_leave_for_later(void **state)
{
    (void)state;
    char *first = NULL;
    int refused = 0;
    for (uint64_t seed = 1; seed <= 40; seed++)
        for (int again = 0; again < 2; again++) {
            leat_executor *x;
            leat_driver *d = simulated(seed, 1000000, 20000, &x);
            leat_run *r = asked(d, "total");
            int code = leat_run_execute(r, NULL);
            assert_true(code == 0 || code == LEAT_EFAILED);
            refused += code != 0;
            const char *trace = leat_sim_trace(x, NULL);
            assert_has(trace, "park 1 w");
            if (again)
                assert_string_equal(trace, first);
            free(first);
            first = strdup(trace);
            leat_run_free(r);
            leat_driver_free(d);
            leat_executor_unref(x);
        }
    free(first);
    assert_true(refused > 5 && refused < 75);
}

/* Every minute from now on: time may pass while some are still to ask. */
static void allow_all(void *sim)
{
    for (int i = 0; i < door.count; i++)
        leat_gate_allow(door.gate[i]);
    assert_int_equal(leat_sim_at(sim, leat_sim_now(sim) + 60000000000u, allow_all, sim), 0);
}

static void a_timer_of_a_simulation_may_answer(void **state)
{
    (void)state;
    leat_executor *x;
    leat_driver *d = simulated(3, 0, 0, &x);
    leat_run *r = asked(d, "total");
    assert_int_equal(leat_sim_at(x, 3600000000000u, allow_all, x), 0);
    leat_run_set_deadline(r, 7200000);
    assert_int_equal(leat_run_execute(r, NULL), 0);
    assert_true(leat_sim_now(x) >= 3600000000000u && leat_sim_now(x) < 7200000000000u);
    leat_run_free(r);
    leat_driver_free(d);
    leat_executor_unref(x);
}

/* --- flows and streams --- */

static leat_driver *flow_driver(int way)
{
    leat_call_ops ops = LEAT_CALL_OPS_INIT;
    ops.name = "budget";
    ops.gate = ask;
    leat_builder *b = builder_of("gated.c", NULL);
    leat_builder_add_hook(b, leat_hook_new(&ops, NULL));
    leat_builder_set_executor(b, way_of(way));
    forget();
    return built(b);
}

static leat_run *flow_run(leat_driver *d, const char *fails)
{
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_set_flow(r, "trip", NULL), 0);
    leat_run_set_text(r, "fails", fails);
    return r;
}

static void a_flow_reverts_what_it_did_before_a_refusal(void **state)
{
    (void)state;
    for (int way = 0; way < WAYS; way++) {
        leat_driver *d = flow_driver(way);
        leat_error err;
        *answer_for("c") = LEAT_REFUSE;
        leat_run *r = flow_run(d, "0");
        assert_int_equal(leat_run_execute(r, &err), LEAT_EREVERTED);
        assert_has(err.message, "c failed: refused by gate budget: too dear");
        assert_has(door.names, "c c ");         /* each attempt asks */
        assert_has_not(door.names, "revert");
        leat_run_free(r);
        char *diary = answer_of(d, "diary", NULL);      /* a and b stand beside each other */
        assert_true(strstr(diary, "a b unb una") || strstr(diary, "b a una unb"));
        free(diary);
        leat_driver_free(d);
    }
}

static void atoms_wait_at_a_gate(void **state)
{
    (void)state;
    alarm(PATIENCE);
    for (int way = 0; way < WAYS; way++) {
        leat_driver *d = flow_driver(way);
        struct clerk c = { .n = 2 };
        *answer_for("a") = *answer_for("b") = LEAT_LATER;
        hire(&c);
        leat_run *r = flow_run(d, "0");
        assert_int_equal(leat_run_execute(r, NULL), 0);
        pthread_join(c.thread, NULL);
        leat_run_free(r);
        free(answer_of(d, "diary", NULL));
        leat_driver_free(d);
    }
    alarm(0);
}

/* `a` waits; `b` beside it fails: nobody need answer any more. */
static void a_flow_that_fails_waits_for_no_gate(void **state)
{
    (void)state;
    alarm(PATIENCE);
    for (int way = 0; way < WAYS; way++) {
        leat_driver *d = flow_driver(way);
        *answer_for("a") = LEAT_LATER;
        leat_run *r = flow_run(d, "1");
        assert_int_equal(leat_run_execute(r, NULL), LEAT_EREVERTED);
        leat_run_free(r);
        assert_diary(d, "b unb");
        leat_driver_free(d);
    }
    alarm(0);
}

static void a_stream_asks_no_gates_and_says_so(void **state)
{
    (void)state;
    leat_call_ops ops = LEAT_CALL_OPS_INIT;
    leat_error err;
    ops.name = "budget";
    ops.gate = ask;
    leat_builder *b = builder_of("streams.c", NULL);
    leat_builder_add_hook(b, leat_hook_new(&ops, NULL));
    leat_driver *d = built(b);
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_set_stream(r, "simple", &err), 0);
    leat_run_set_text(r, "until", "10");
    assert_int_equal(leat_run_execute(r, &err), LEAT_EUNSUPPORTED);
    assert_string_equal(err.message, "a stream asks no gates: build its driver without gate budget");
    leat_run_free(r);
    leat_driver_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gates_are_asked_once_for_each_call_with_its_inputs),
        cmocka_unit_test(a_refused_node_fails_and_names_gate_and_reason),
        cmocka_unit_test(a_gate_may_have_no_name_and_give_no_reason),
        cmocka_unit_test(a_gate_that_fails_refuses_and_is_counted),
        cmocka_unit_test(an_answer_counts_before_the_gate_has_come_back),
        cmocka_unit_test(all_wait_at_a_gate_at_once_and_hold_no_worker),
        cmocka_unit_test(what_is_refused_later_fails),
        cmocka_unit_test(a_cancelled_run_waits_for_no_gate),
        cmocka_unit_test(what_is_allowed_as_its_run_is_cancelled_does_not_run),
        cmocka_unit_test(a_late_run_waits_for_no_gate),
        cmocka_unit_test(a_run_that_fails_elsewhere_waits_for_no_gate),
        cmocka_unit_test(a_run_that_is_freed_waits_for_no_gate),
        cmocka_unit_test(answers_may_come_at_any_time_from_anywhere),
        cmocka_unit_test(the_seed_answers_what_gates_leave_for_later),
        cmocka_unit_test(a_timer_of_a_simulation_may_answer),
        cmocka_unit_test(a_flow_reverts_what_it_did_before_a_refusal),
        cmocka_unit_test(atoms_wait_at_a_gate),
        cmocka_unit_test(a_flow_that_fails_waits_for_no_gate),
        cmocka_unit_test(a_stream_asks_no_gates_and_says_so),
    };
    return cmocka_run_group_tests_name("gate", tests, NULL, NULL);
}
