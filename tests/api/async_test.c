/* Tests of submit, wait, cancel and free, from several threads and from inside
 * nodes. Nothing sleeps: a node waits at a gate until the test opens it. */
#include <leat/leat.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

struct gate { pthread_mutex_t lock; pthread_cond_t changed; int arrived, open; };
static struct gate gate = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0 };

static void gate_reset(void) { gate.arrived = gate.open = 0; }

static void gate_pass(void)
{
    pthread_mutex_lock(&gate.lock);
    gate.arrived++;
    pthread_cond_broadcast(&gate.changed);
    while (!gate.open)
        pthread_cond_wait(&gate.changed, &gate.lock);
    pthread_mutex_unlock(&gate.lock);
}

static void gate_await(int arrived)
{
    pthread_mutex_lock(&gate.lock);
    while (gate.arrived < arrived)
        pthread_cond_wait(&gate.changed, &gate.lock);
    pthread_mutex_unlock(&gate.lock);
}

static void gate_open(void)
{
    pthread_mutex_lock(&gate.lock);
    gate.open = 1;
    pthread_cond_broadcast(&gate.changed);
    pthread_mutex_unlock(&gate.lock);
}

static _Atomic int after_ran;
static leat_run *inner;
static int inner_code;

static void slow(void *user, void *const *args, void *result)
{
    (void)user;
    gate_pass();
    *(int *)result = *(int *)args[0] + 1;
}

static void after(void *user, void *const *args, void *result)
{
    (void)user;
    after_ran++;
    *(int *)result = *(int *)args[0] * 2;
}

static void waits_for_itself(void *user, void *const *args, void *result)
{
    (void)user;
    inner_code = leat_run_wait(inner, -1, NULL);
    *(int *)result = *(int *)args[0];
}

static void frees_itself(void *user, void *const *args, void *result)
{
    (void)user;
    leat_run_free(inner);
    *(int *)result = *(int *)args[0];
}

static void refuses(void *user, void *const *args, void *result)
{
    (void)user;
    leat_fail("not with %d", *(int *)args[0]);
    *(int *)result = 0;
}

static leat_driver *driver;

static int make_driver(void **state)
{
    (void)state;
    leat_error err;
    leat_builder *b = leat_builder_new();
    leat_builder_add_function(b, "int slow(int x)", slow, NULL);
    leat_builder_add_function(b, "int after(int slow)", after, NULL);
    leat_builder_add_function(b, "int waits(int x)", waits_for_itself, NULL);
    leat_builder_add_function(b, "int frees(int x)", frees_itself, NULL);
    leat_builder_add_function(b, "int twice(int x)", after, NULL);
    leat_builder_add_function(b, "int refuses(int x)", refuses, NULL);
    int code = leat_builder_build(b, &driver, &err);
    leat_builder_free(b);
    return code;
}

static int drop_driver(void **state)
{
    (void)state;
    leat_driver_free(driver);
    return 0;
}

static leat_run *ready(const char *name, int *place)
{
    gate_reset();
    after_ran = 0;
    leat_run *run = leat_run_new(driver);
    assert_int_equal(leat_run_input(run, "x", 20), 0);
    assert_int_equal(place ? leat_run_output(run, name, place)
                           : leat_run_ask(run, name, (leat_place){ 0 }), 0);
    return run;
}

static void *execute(void *run)
{
    return (void *)(intptr_t)leat_run_execute(run, NULL);
}

static int joined(pthread_t thread)
{
    void *code;
    pthread_join(thread, &code);
    return (int)(intptr_t)code;
}

static void *open_gate(void *unused)
{
    gate_await(1);
    gate_open();
    return unused;
}

static int told_code, told_value;
static void done(leat_run *run, int code, void *user)
{
    told_code = code;
    if (code == 0)
        leat_run_get(run, "after", leat_into(&told_value), NULL);
    ++*(int *)user;
    leat_run_free(run);         /* legal here */
}

static void submit_runs_calls_back_once_and_lets_the_run_go(void **state)
{
    (void)state;
    int calls = 0;
    pthread_t opener;
    leat_run *run = ready("after", NULL);
    pthread_create(&opener, NULL, open_gate, NULL);
    told_code = 1;
    assert_int_equal(leat_run_submit(run, done, &calls, NULL), 0);
    assert_int_equal(told_code, 0);
    assert_int_equal(told_value, 42);
    assert_int_equal(calls, 1);
    pthread_join(opener, NULL);
}

static void a_refused_submit_never_calls_back(void **state)
{
    (void)state;
    int calls = 0;
    leat_error err;
    leat_run *run = leat_run_new(driver);
    leat_run_ask(run, "after", (leat_place){ 0 });
    assert_int_equal(leat_run_submit(run, done, &calls, &err), LEAT_EINPUT);
    assert_string_equal(err.message, "1 input is missing: x (int)");
    assert_int_equal(leat_run_wait(run, -1, NULL), LEAT_EUSAGE);
    assert_int_equal(calls, 0);
    leat_run_free(run);
}

static void a_wait_ends_with_the_run_and_times_out_before(void **state)
{
    (void)state;
    int value = 0;
    pthread_t worker;
    leat_run *run = ready("after", &value);
    pthread_create(&worker, NULL, execute, run);
    gate_await(1);
    assert_int_equal(leat_run_wait(run, 0, NULL), LEAT_EBUSY);
    assert_int_equal(leat_run_wait(run, 3, NULL), LEAT_EBUSY);
    assert_int_equal(leat_run_execute(run, NULL), LEAT_EBUSY);
    assert_int_equal(leat_run_reset(run), LEAT_EBUSY);
    gate_open();
    assert_int_equal(leat_run_wait(run, -1, NULL), 0);
    assert_int_equal(joined(worker), 0);
    assert_int_equal(value, 42);
    leat_run_free(run);
}

static void a_cancelled_run_finishes_its_task_and_starts_no_other(void **state)
{
    (void)state;
    pthread_t worker;
    leat_error err;
    uint64_t ok, rest;
    leat_run *run = ready("after", NULL);
    pthread_create(&worker, NULL, execute, run);
    gate_await(1);
    assert_int_equal(leat_run_cancel(run), 0);
    gate_open();
    assert_int_equal(leat_run_wait(run, -1, &err), LEAT_ECANCELLED);
    assert_int_equal(joined(worker), LEAT_ECANCELLED);
    assert_int_equal(after_ran, 0);
    leat_run_counts(run, &ok, NULL, &rest);
    assert_true(ok == 1 && rest == 1);
    assert_string_equal(leat_run_failure(run, 0)->message, "not run: cancelled");
    assert_int_equal(leat_run_reset(run), 0);           /* and may run again */
    gate_open();
    assert_int_equal(leat_run_input(run, "x", 1), 0);
    assert_int_equal(leat_run_execute(run, NULL), 0);
    leat_run_free(run);
}

static void a_run_cancelled_before_ends_at_once(void **state)
{
    (void)state;
    leat_run *run = ready("after", NULL);
    leat_run_cancel(run);
    assert_int_equal(leat_run_execute(run, NULL), LEAT_ECANCELLED);
    assert_int_equal(gate.arrived, 0);
    leat_run_free(run);
}

static _Atomic int waiter_id;

static void *await(void *run)
{
    waiter_id = (int)syscall(SYS_gettid);
    return (void *)(intptr_t)leat_run_wait(run, -1, NULL);
}

/* Until the waiting thread sleeps in the kernel, which it does only in its wait. */
static void await_sleep_of_waiter(void)
{
    char path[64], state = 'R';
    while (!waiter_id)
        sched_yield();
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", waiter_id);
    while (state != 'S') {
        FILE *f = fopen(path, "r");
        assert_non_null(f);
        assert_int_equal(fscanf(f, "%*d (%*[^)]) %c", &state), 1);
        fclose(f);
    }
}

static void a_run_freed_while_it_runs_goes_with_its_last_task(void **state)
{
    (void)state;
    pthread_t worker, waiter;
    leat_run *run = ready("after", NULL);
    pthread_create(&worker, NULL, execute, run);
    gate_await(1);
    pthread_create(&waiter, NULL, await, run);
    await_sleep_of_waiter();
    leat_run_free(run);
    gate_open();
    assert_int_equal(joined(worker), LEAT_ECANCELLED);
    assert_int_equal(joined(waiter), LEAT_ECANCELLED);
    assert_int_equal(after_ran, 0);
}

static void a_task_cannot_wait_for_its_own_run(void **state)
{
    (void)state;
    inner = ready("waits", NULL);
    assert_int_equal(leat_run_execute(inner, NULL), 0);
    assert_int_equal(inner_code, LEAT_EDEADLK);
    leat_run_free(inner);
}

static void a_node_may_free_its_run(void **state)
{
    (void)state;
    inner = ready("frees", NULL);
    assert_int_equal(leat_run_execute(inner, NULL), 0);
}

static void a_child_of_fork_is_refused_and_never_hangs(void **state)
{
    (void)state;
    leat_run *run = ready("twice", NULL);
    pid_t child = fork();
    if (!child) {
        int bad = leat_run_execute(run, NULL) != LEAT_EFORKED || leat_run_wait(run, -1, NULL) != LEAT_EFORKED;
        leat_run_free(run);
        _exit(bad);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(leat_run_execute(run, NULL), 0);
    leat_run_free(run);
}

static void a_function_given_by_prototype_can_fail_by_name(void **state)
{
    (void)state;
    leat_error err;
    leat_run *run = ready("refuses", NULL);
    assert_int_equal(leat_run_execute(run, &err), LEAT_EFAILED);
    assert_non_null(strstr(err.message, "refuses failed: not with 20 ("));
    leat_run_free(run);
}

static void *many(void *unused)
{
    for (int i = 0; i < 300; i++) {
        int value = 0;
        leat_run *run = leat_run_new(driver);
        leat_run_input(run, "x", i);
        leat_run_output(run, "twice", &value);
        if (i % 3 == 0)
            leat_run_cancel(run);
        int code = leat_run_execute(run, NULL);
        if (i % 3 == 0 ? code != LEAT_ECANCELLED : code != 0 || value != 2 * i)
            unused = (void *)1;
        leat_run_free(run);
    }
    return unused;
}

static void many_threads_run_one_driver(void **state)
{
    (void)state;
    pthread_t thread[8];
    for (int i = 0; i < 8; i++)
        pthread_create(&thread[i], NULL, many, NULL);
    for (int i = 0; i < 8; i++)
        assert_int_equal(joined(thread[i]), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(submit_runs_calls_back_once_and_lets_the_run_go),
        cmocka_unit_test(a_refused_submit_never_calls_back),
        cmocka_unit_test(a_wait_ends_with_the_run_and_times_out_before),
        cmocka_unit_test(a_cancelled_run_finishes_its_task_and_starts_no_other),
        cmocka_unit_test(a_run_cancelled_before_ends_at_once),
        cmocka_unit_test(a_run_freed_while_it_runs_goes_with_its_last_task),
        cmocka_unit_test(a_task_cannot_wait_for_its_own_run),
        cmocka_unit_test(a_node_may_free_its_run),
        cmocka_unit_test(a_child_of_fork_is_refused_and_never_hangs),
        cmocka_unit_test(a_function_given_by_prototype_can_fail_by_name),
        cmocka_unit_test(many_threads_run_one_driver),
    };
    return cmocka_run_group_tests_name("async", tests, make_driver, drop_driver);
}
