/* Runs on threads while memory or threads cannot be had: they end all the same,
 * and where nothing was needed for them, with every value. */
#include <leat/ext/sim.h>
#include <leat/leat.h>
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* --- the system: --wrap sends the library's calls through here --- */

static _Atomic long countdown;          /* the request that fails when it comes to 0 */
static _Atomic bool starving;           /* all fail */
static _Atomic long threads_left = -1;  /* so many can be made; -1: any */

static bool fails(void) { return starving || (countdown > 0 && atomic_fetch_sub(&countdown, 1) == 1); }

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__real_aligned_alloc(size_t align, size_t n);
int __real_pthread_create(pthread_t *t, const pthread_attr_t *a, void *(*fn)(void *), void *user);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void *__wrap_aligned_alloc(size_t align, size_t n);
int __wrap_pthread_create(pthread_t *t, const pthread_attr_t *a, void *(*fn)(void *), void *user);

void *__wrap_malloc(size_t n) { return fails() ? NULL : __real_malloc(n); }
void *__wrap_calloc(size_t n, size_t size) { return fails() ? NULL : __real_calloc(n, size); }
void *__wrap_realloc(void *p, size_t n) { return fails() ? NULL : __real_realloc(p, n); }
void *__wrap_aligned_alloc(size_t align, size_t n) { return fails() ? NULL : __real_aligned_alloc(align, n); }

int __wrap_pthread_create(pthread_t *t, const pthread_attr_t *a, void *(*fn)(void *), void *user)
{
    return threads_left >= 0 && atomic_fetch_sub(&threads_left, 1) <= 0 ? EAGAIN : __real_pthread_create(t, a, fn, user);
}

/* --- a graph: one that WIDE others read, each of which one more reads --- */

enum { WIDE = 1500, ALL = 2 * WIDE + 1 };
static _Atomic uint32_t calls;

static void add_one(void *user, void *const *args, void *result)
{
    (void)user;
    calls++;
    *(int64_t *)result = *(int64_t *)args[0] + 1;
}

static int starve(void *user, uint64_t run)
{
    (void)run;
    starving = *(bool *)user;
    return 0;
}

static int feed(void *user, uint64_t run, int code)
{
    (void)user, (void)run, (void)code;
    starving = false;
    return 0;
}

static bool is_starved;                 /* while the tasks of a run are run */

static leat_driver *built(leat_executor *e)
{
    leat_builder *b = leat_builder_new();
    leat_driver *d = NULL;
    leat_error err = { 0 };
    char text[80];
    leat_call_ops ops = LEAT_CALL_OPS_INIT;
    ops.before_run = starve;
    ops.after_run = feed;
    leat_builder_add_hook(b, leat_hook_new(&ops, &is_starved));
    leat_builder_add_function(b, "int64_t first(int64_t x)", add_one, NULL);
    for (int i = 0; i < WIDE; i++) {
        sprintf(text, "int64_t a%d(int64_t first)", i);
        leat_builder_add_function(b, text, add_one, NULL);
        sprintf(text, "int64_t b%d(int64_t a%d)", i, i);
        leat_builder_add_function(b, text, add_one, NULL);
    }
    leat_builder_set_executor(b, e);
    if (leat_builder_build(b, &d, &err) < 0)
        fail_msg("%s", err.message);
    leat_builder_free(b);
    return d;
}

static int64_t last[WIDE];

static leat_run *ready(leat_driver *d)
{
    leat_run *r = leat_run_new(d);
    char name[20];
    assert_int_equal(leat_run_input(r, "x", (int64_t)1), 0);
    for (int i = 0; i < WIDE; i++) {
        sprintf(name, "b%d", i);
        assert_int_equal(leat_run_output(r, name, &last[i]), 0);
        last[i] = 0;
    }
    calls = 0;
    return r;
}

static void ends_well(leat_run *r, bool submit)
{
    if (submit) {
        assert_int_equal(leat_run_submit(r, NULL, NULL, NULL), 0);
        assert_int_equal(leat_run_wait(r, -1, NULL), 0);
    } else {
        assert_int_equal(leat_run_execute(r, NULL), 0);
    }
    assert_int_equal(calls, ALL);
    for (int i = 0; i < WIDE; i++)
        assert_int_equal(last[i], 4);
    leat_run_free(r);
}

/* --- tests --- */

static void where_no_thread_can_be_made_callers_do_it_all(void **state)
{
    (void)state;
    for (long most = 0; most < 3; most++) {
        threads_left = most;
        leat_driver *d = built(leat_executor_threads(3));
        for (int round = 0; round < 6; round++)
            ends_well(ready(d), most && round & 1);
        leat_driver_free(d);
    }
    threads_left = -1;
}

static void count_end(leat_run *r, int code, void *ends)
{
    (void)r, (void)code;
    ++*(int *)ends;
}

static void what_no_thread_would_run_is_not_submitted(void **state)
{
    (void)state;
    leat_driver *d = built(leat_executor_threads(3));
    leat_run *r = ready(d);
    leat_error err;
    int ends = 0;
    threads_left = 0;
    assert_int_equal(leat_run_submit(r, count_end, &ends, &err), LEAT_ESYSTEM);
    assert_int_equal(err.system_errno, EAGAIN);
    assert_non_null(strstr(err.message, "no thread can be made"));
    threads_left = -1;
    assert_int_equal(ends, 0);
    ends_well(r, true);
    leat_driver_free(d);
}

/* Neither a thread that keeps the time nor spare ones. */
static void nodes_that_wait_or_have_a_timeout_need_no_more_threads(void **state)
{
    (void)state;
    for (long most = 0; most < 6; most++)
        for (int submit = 0; submit < 2; submit++) {
            leat_builder *b = leat_builder_new();
            leat_driver *d = NULL;
            leat_builder_add_function(b, "int64_t a(int64_t x)", add_one, NULL);
            leat_builder_add_function(b, "int64_t b(int64_t x)", add_one, NULL);
            leat_builder_add_function(b, "int64_t c(int64_t a, int64_t b)", add_one, NULL);
            leat_builder_note(b, "a", "blocking, timeout(1h)");
            leat_builder_note(b, "b", "timeout(1h)");
            leat_builder_note(b, "c", "blocking");
            leat_builder_set_executor(b, leat_executor_threads(2));
            assert_int_equal(leat_builder_build(b, &d, NULL), 0);
            leat_builder_free(b);
            leat_run *r = leat_run_new(d);
            int64_t c = 0;
            leat_run_input(r, "x", (int64_t)1);
            leat_run_output(r, "c", &c);
            threads_left = most;
            int code = submit ? leat_run_submit(r, NULL, NULL, NULL) : leat_run_execute(r, NULL);
            assert_int_equal(code, submit && !most ? LEAT_ESYSTEM : 0);
            assert_int_equal(submit && most ? leat_run_wait(r, -1, NULL) : 0, 0);
            threads_left = -1;
            assert_int_equal(c, submit && !most ? 0 : 3);
            leat_run_free(r);
            leat_driver_free(d);
        }
}

static void a_ready_task_without_room_in_its_deque_is_queued(void **state)
{
    (void)state;
    is_starved = true;
    for (unsigned workers = 1; workers < 4; workers++)
        for (int round = 0; round < 5; round++) {       /* deques that have grown stay so: a new one each time */
            leat_driver *d = built(leat_executor_threads(workers));
            leat_run *r = ready(d);
            ends_well(r, round & 1);
            leat_driver_free(d);
        }
    leat_driver *d = built(leat_executor_sim(NULL));
    ends_well(ready(d), false);
    leat_driver_free(d);
    is_starved = false;
}

static void whichever_request_fails_the_run_ends(void **state)
{
    (void)state;
    leat_driver *d = built(leat_executor_threads(3));
    long at = 1, good = 0;
    for (; at < 60; at++) {
        leat_run *r = ready(d);
        countdown = at;
        int code = leat_run_execute(r, NULL);
        countdown = 0;
        assert_true(code == 0 || code == LEAT_ENOMEM || code == LEAT_EFAILED);
        good += code == 0 && calls == ALL;
        leat_run_free(r);
    }
    assert_true(good > 0);
    leat_driver_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_no_thread_can_be_made_callers_do_it_all),
        cmocka_unit_test(what_no_thread_would_run_is_not_submitted),
        cmocka_unit_test(nodes_that_wait_or_have_a_timeout_need_no_more_threads),
        cmocka_unit_test(a_ready_task_without_room_in_its_deque_is_queued),
        cmocka_unit_test(whichever_request_fails_the_run_ends),
    };
    return cmocka_run_group_tests_name("fault/threads", tests, NULL, NULL);
}
