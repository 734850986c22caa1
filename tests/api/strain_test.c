/* Tests of runs on threads where it hurts: waits while a worker has much to do, hooks
 * that run runs, runs that go before their submission has returned, failures told by
 * threads of nodes. A test that hangs has failed. */
#include "api.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

static leat_run *ready(leat_driver *d, const char *output)
{
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_input(r, "x", (int64_t)1), 0);
    assert_int_equal(leat_run_ask(r, output, (leat_place){ 0 }), 0);
    return r;
}

static void same(void *user, void *const *args, void *result)
{
    (void)user;
    *(int64_t *)result = *(int64_t *)args[0];
}

/* n0 .. n<count - 1>, each of x. */
static leat_driver *wide(int count, leat_executor *e, leat_hook *hook)
{
    leat_builder *b = leat_builder_new();
    char text[100];
    for (int i = 0; i < count; i++) {
        sprintf(text, "int64_t n%d(int64_t x)", i);
        leat_builder_add_function(b, text, same, NULL);
    }
    if (hook)
        leat_builder_add_hook(b, hook);
    return built_on(b, e);
}

/* ... all of them asked. */
static leat_run *all_of(leat_driver *d, int count)
{
    char text[20];
    leat_run *r = ready(d, "n0");
    for (int i = 1; i < count; i++) {
        sprintf(text, "n%d", i);
        assert_int_equal(leat_run_ask(r, text, (leat_place){ 0 }), 0);
    }
    return r;
}

/* --- a task waits, and its worker has much to do --- */

enum { FAN = 3000 };
static _Atomic int began, waited, finished, strangers;
static _Thread_local int waiting;
static leat_run *elsewhere;
static _Atomic int release_it;

static void hold_back(void *user, void *const *args, void *result)
{
    (void)user;
    while (!release_it)
        sched_yield();
    *(int64_t *)result = *(int64_t *)args[0];
}

static void *execute_elsewhere(void *run)
{
    leat_run_execute(run, NULL);
    return NULL;
}

/* Of the two first tasks, one stays with the caller until the other is a worker's. */
static void first(void *user, void *const *args, void *result)
{
    (void)user;
    began++;
    while (began < 2)
        sched_yield();
    *(int64_t *)result = *(int64_t *)args[0];
}

/* One of many: the first to come waits for a run that another thread executes. */
static void one(void *user, void *const *args, void *result)
{
    (void)user;
    strangers += waiting;
    if (!atomic_exchange(&waited, 1)) {
        waiting = 1;
        leat_run_wait(elsewhere, 20, NULL);
        waiting = 0;
    }
    finished++;
    *(int64_t *)result = *(int64_t *)args[0];
}

static leat_driver *fan(leat_executor *e)
{
    leat_builder *b = leat_builder_new();
    char text[100];
    leat_builder_add_function(b, "int64_t a(int64_t x)", first, NULL);
    leat_builder_add_function(b, "int64_t b(int64_t x)", first, NULL);
    for (int i = 0; i < FAN; i++) {
        sprintf(text, "int64_t n%d(int64_t %c)", i, 'a' + (i & 1));
        leat_builder_add_function(b, text, one, NULL);
    }
    return built_on(b, e);
}

static void what_a_waiting_task_leaves_others_do(void **state)
{
    (void)state;
    leat_builder *b = leat_builder_new();
    leat_builder_add_function(b, "int64_t hold_back(int64_t x)", hold_back, NULL);
    leat_driver *other = built(b);
    for (int i = 0; i < 10; i++) {
        leat_driver *d = fan(leat_executor_threads(3));
        pthread_t thread;
        release_it = began = waited = finished = strangers = 0;
        elsewhere = ready(other, "hold_back");
        assert_int_equal(pthread_create(&thread, NULL, execute_elsewhere, elsewhere), 0);
        while (leat_run_wait(elsewhere, 0, NULL) != LEAT_EBUSY)
            sched_yield();
        leat_run *r = all_of(d, FAN);
        assert_int_equal(leat_run_submit(r, NULL, NULL, NULL), 0);
        assert_int_equal(leat_run_wait(r, 20000, NULL), 0);
        assert_int_equal(finished, FAN);
        assert_int_equal(strangers, 0);
        release_it = 1;
        pthread_join(thread, NULL);
        leat_run_free(elsewhere);
        leat_run_free(r);
        leat_driver_free(d);
    }
    leat_driver_free(other);
}

/* A task that waits for a run of the pool does nothing of the run it belongs to. */
static leat_driver *inner;
static void wait_inside(void *user, void *const *args, void *result)
{
    (void)user;
    strangers += waiting;
    waiting++;
    leat_run *r = all_of(inner, 30);
    if (leat_run_submit(r, NULL, NULL, NULL) == 0)
        leat_run_wait(r, -1, NULL);
    leat_run_free(r);
    waiting--;
    *(int64_t *)result = *(int64_t *)args[0];
}

static void a_task_that_waits_does_nothing_else(void **state)
{
    (void)state;
    leat_executor *e = leat_executor_threads(3);
    inner = wide(30, leat_executor_ref(e), NULL);
    leat_builder *b = leat_builder_new();
    char text[100];
    for (int i = 0; i < 100; i++) {
        sprintf(text, "int64_t n%d(int64_t x)", i);
        leat_builder_add_function(b, text, wait_inside, NULL);
    }
    leat_driver *d = built_on(b, leat_executor_ref(e));
    strangers = 0;
    for (int i = 0; i < 10; i++) {
        leat_run *r = all_of(d, 100);
        assert_int_equal(leat_run_execute(r, NULL), 0);
        leat_run_free(r);
    }
    assert_int_equal(strangers, 0);
    leat_driver_free(d);
    leat_driver_free(inner);
    leat_executor_unref(e);
}

/* --- hooks --- */

static leat_driver *_Atomic heard;         /* runs within a hook may end late */
static _Atomic int inside, inner_code, wait_code, events_heard;

/* Runs a run of the same driver, once, from within. */
static int run_from_hook(void *user, const leat_event *e, size_t n)
{
    (void)user;
    events_heard += (int)n;
    if (!heard || e->kind != LEAT_EVENT_NODE_DONE || atomic_exchange(&inside, 1))
        return 0;
    leat_run *r = all_of(heard, 6000), *s = all_of(heard, 3);
    inner_code = leat_run_execute(r, NULL);
    leat_run_free(r);
    wait_code = leat_run_submit(s, NULL, NULL, NULL);
    if (!wait_code)
        wait_code = leat_run_wait(s, -1, NULL);
    leat_run_free(s);
    return 0;
}

static void a_hook_of_events_may_execute_runs(void **state)
{
    (void)state;
    leat_event_ops ops = LEAT_EVENT_OPS_INIT;
    ops.events = run_from_hook;
    for (int i = 0; i < 20; i++) {
        leat_executor *e = leat_executor_threads(2);
        heard = NULL;
        leat_driver *d = wide(6000, leat_executor_ref(e), leat_hook_new_events(&ops, NULL));
        inside = 0;
        inner_code = wait_code = 1;
        heard = d;
        leat_run *r = all_of(d, 6000);
        assert_int_equal(leat_run_execute(r, NULL), 0);
        assert_int_equal(inner_code, 0);
        assert_int_equal(wait_code, LEAT_EDEADLK);
        leat_run_free(r);
        leat_driver_free(d);
        leat_executor_unref(e);
    }
}

/* Two drivers, one of which is heard, share threads that look for work all the time. */
static void threads_hear_of_events_that_begin_late(void **state)
{
    (void)state;
    leat_event_ops ops = LEAT_EVENT_OPS_INIT;
    ops.events = run_from_hook;
    heard = NULL;
    for (int i = 0; i < 20; i++) {
        leat_executor *e = leat_executor_threads(3);
        leat_driver *quiet = wide(50, leat_executor_ref(e), NULL);
        leat_driver *loud = wide(50, leat_executor_ref(e), leat_hook_new_events(&ops, NULL));
        leat_run *a = all_of(quiet, 50), *b = all_of(loud, 50);
        events_heard = 0;
        leat_run_submit(a, NULL, NULL, NULL);
        leat_run_submit(b, NULL, NULL, NULL);
        assert_int_equal(leat_run_wait(a, -1, NULL), 0);
        assert_int_equal(leat_run_wait(b, -1, NULL), 0);
        assert_int_equal(events_heard, 52);
        leat_run_free(a);
        leat_run_free(b);
        leat_driver_free(quiet);
        leat_driver_free(loud);
        leat_executor_unref(e);
    }
}

/* --- ends --- */

static _Atomic int ends, end_wait;
static void free_it(leat_run *r, int code, void *user)
{
    (void)user, (void)code;
    end_wait = leat_run_wait(r, -1, NULL);
    leat_run_free(r);
    ends++;
}

static void a_run_may_be_gone_before_submit_returns(void **state)
{
    (void)state;
    for (int i = 0; i < 300; i++) {
        leat_driver *d = wide(3, leat_executor_threads(2), NULL);
        leat_run *r = all_of(d, 3);
        leat_driver_free(d);
        ends = 0;
        assert_int_equal(leat_run_submit(r, free_it, NULL, NULL), 0);
        while (!ends)
            sched_yield();
        assert_int_equal(end_wait, 0);
    }
}

static void a_time_that_never_comes_is_no_time(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        leat_driver *d = wide(3, i ? leat_executor_threads(2) : NULL, NULL);
        leat_run *r = all_of(d, 3);
        leat_run_set_deadline(r, INT64_MAX);
        assert_int_equal(leat_run_submit(r, NULL, NULL, NULL), 0);
        assert_int_equal(leat_run_wait(r, INT64_MAX, NULL), 0);
        leat_run_free(r);
        leat_driver_free(d);
    }
}

static void threads_do_not_come_along_with_fork(void **state)
{
    (void)state;
    leat_executor *e = leat_executor_threads(2);
    pid_t child = fork();
    if (!child) {
        alarm(20);
        leat_driver *d = wide(3, leat_executor_ref(e), NULL);
        leat_run *r = all_of(d, 3);
        int code = leat_run_execute(r, NULL);
        leat_run_free(r);
        leat_driver_free(d);
        _exit(code == LEAT_EFORKED ? 0 : 1);
    }
    int status;
    assert_true(waitpid(child, &status, 0) == child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    leat_executor_unref(e);
}

static void what_a_cancel_kept_from_running_is_counted(void **state)
{
    (void)state;
    leat_builder *b = leat_builder_new();
    leat_builder_add_function(b, "int64_t a(int64_t x)", same, NULL);
    leat_builder_note(b, "a", "timeout(5s)");
    leat_driver *d = built(b);
    leat_run *r = ready(d, "a");
    uint64_t rest = 0;
    leat_run_cancel(r);
    assert_int_equal(leat_run_execute(r, NULL), LEAT_ECANCELLED);
    leat_run_counts(r, NULL, NULL, &rest);
    assert_int_equal(rest, 1);
    leat_run_free(r);
    leat_driver_free(d);
}

/* --- failures told by threads of nodes, while others come and go --- */

static void *churn(void *user)
{
    leat_id running[8];
    for (int i = 0; i < 150; i++) {
        int width = 3 + i * 7 % 50;
        leat_driver *d = wide(width, leat_executor_ref(user), NULL);
        leat_run *r = all_of(d, width);
        leat_run_submit(r, NULL, NULL, NULL);
        leat_run_running(r, running, 8);
        leat_run_wait(r, -1, NULL);
        leat_run_free(r);
        leat_driver_free(d);
    }
    return NULL;
}

static void a_failure_told_apart_meets_no_run_that_has_gone(void **state)
{
    (void)state;
    leat_executor *e = leat_executor_threads(3);
    leat_builder *b = builder_of("fail.c", NULL);
    leat_driver *d = built_on(b, leat_executor_ref(e));
    pthread_t thread[3];
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, churn, e), 0);
    for (int i = 0; i < 300; i++) {
        leat_run *r = leat_run_new(d);
        leat_run_input(r, "n", 5);
        leat_run_ask(r, "threaded", (leat_place){ 0 });
        leat_run_submit(r, NULL, NULL, NULL);
        assert_int_equal(leat_run_wait(r, -1, NULL), LEAT_EFAILED);
        leat_run_free(r);
    }
    for (int i = 0; i < 3; i++)
        pthread_join(thread[i], NULL);
    leat_driver_free(d);
    leat_executor_unref(e);
}

/* --- a failure told of a task that has ended --- */

enum { PAIRS = 64 };

static void brief(void *user, void *const *args, void *result)
{
    for (volatile int i = 0; i < 1000; i++)
        ;
    same(user, args, result);
}

/* Nodes of the stray thread's module, and of this program between them. */
static leat_driver *mixed(leat_executor *e)
{
    leat_builder *b = builder_of("stray.c", NULL);
    char name[20], text[100];
    for (int i = 0; i < PAIRS; i++) {
        sprintf(name, "b%d", i);
        leat_builder_note(b, name, "calls(brief), bind(x = x)");
        sprintf(text, "int64_t n%d(int64_t x)", i);
        leat_builder_add_function(b, text, brief, NULL);
    }
    return built_on(b, e);
}

static void call_alone(leat_driver *d, const char *node)
{
    leat_run *r = ready(d, node);
    leat_run_execute(r, NULL);
    leat_run_free(r);
}

static void run_mixed(leat_driver *d)
{
    char name[20];
    leat_run *r = ready(d, "n0");
    leat_run_set_keep_going(r, 1);
    for (int i = 0; i < PAIRS; i++) {
        sprintf(name, "%c%d", i & 1 ? 'n' : 'b', i);
        assert_int_equal(leat_run_ask(r, name, (leat_place){ 0 }), 0);
    }
    leat_run_submit(r, NULL, NULL, NULL);
    leat_run_wait(r, -1, NULL);
    for (size_t i = 0; i < leat_run_failure_count(r); i++)
        assert_int_equal(leat_run_failure(r, i)->node[0], 'b');
    leat_run_free(r);
}

static void a_failure_told_late_fails_no_other_task(void **state)
{
    (void)state;
    leat_driver *d = mixed(leat_executor_threads(2));
    call_alone(d, "begin");
    for (int i = 0; i < 300; i++)
        run_mixed(d);
    call_alone(d, "end");
    leat_driver_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_cancel_kept_from_running_is_counted),
        cmocka_unit_test(a_time_that_never_comes_is_no_time),
        cmocka_unit_test(threads_do_not_come_along_with_fork),
        cmocka_unit_test(a_run_may_be_gone_before_submit_returns),
        cmocka_unit_test(threads_hear_of_events_that_begin_late),
        cmocka_unit_test(a_failure_told_apart_meets_no_run_that_has_gone),
        cmocka_unit_test(a_failure_told_late_fails_no_other_task),
        cmocka_unit_test(a_task_that_waits_does_nothing_else),
        cmocka_unit_test(what_a_waiting_task_leaves_others_do),
        cmocka_unit_test(a_hook_of_events_may_execute_runs),
    };
    return cmocka_run_group_tests_name("strain", tests, NULL, NULL);
}
