/* After fork the child has one thread, whatever the parent's were doing: it may
 * free; the rest is refused; nothing waits for a lock that nobody will release. */
#include "../api/api.h"
#include "watch.h"
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The library's thread stops where a lock is held until the fork is over. */
static struct { pthread_mutex_t lock; pthread_cond_t changed; int held, forked; } stop = {
    PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0
};
int __real_pthread_cond_wait(pthread_cond_t *c, pthread_mutex_t *lock);

static void stop_here(void)
{
    pthread_mutex_lock(&stop.lock);
    stop.held = 1;
    pthread_cond_broadcast(&stop.changed);
    while (!stop.forked)
        __real_pthread_cond_wait(&stop.changed, &stop.lock);
    pthread_mutex_unlock(&stop.lock);
}

static void await_held(void)
{
    pthread_mutex_lock(&stop.lock);
    while (!stop.held)
        __real_pthread_cond_wait(&stop.changed, &stop.lock);
    pthread_mutex_unlock(&stop.lock);
}

static void go_on(void)
{
    pthread_mutex_lock(&stop.lock);
    stop.forked = 1;
    pthread_cond_broadcast(&stop.changed);
    pthread_mutex_unlock(&stop.lock);
}

static int begin(void **state)
{
    (void)state;
    watch_begin();
    stop.held = stop.forked = 0;
    mkdir(getenv("XDG_CACHE_HOME"), 0700);
    return 0;
}

/* --- the host's own node, which waits until it may end --- */

static pthread_barrier_t running, ending;

static void slow(void *user, void *const *args, void *result)
{
    (void)user;
    pthread_barrier_wait(&running);
    pthread_barrier_wait(&ending);
    *(int *)result = *(int *)args[0] + 1;
}

static leat_builder *host(void)
{
    leat_builder *b = leat_builder_new();
    leat_builder_add_function(b, "int slow(int x)", slow, NULL);
    return b;
}

static leat_run *ready(leat_driver *d)
{
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_input(r, "x", 1), 0);
    assert_int_equal(leat_run_ask(r, "slow", (leat_place){ 0 }), 0);
    return r;
}

static void *execute(void *run) { return (void *)(intptr_t)leat_run_execute(run, NULL); }
static void *await(void *run) { return (void *)(intptr_t)leat_run_wait(run, -1, NULL); }

static int joined(pthread_t thread)
{
    void *code;
    pthread_join(thread, &code);
    return (int)(intptr_t)code;
}

static void never(leat_run *r, int code, void *user)
{
    (void)r, (void)code, (void)user;
    _exit(9);
}

/* In the child: what must be refused; then it frees. Exits with the line that is wrong. */
#define CHECK(x) do { if (!(x)) _exit(__LINE__ & 0x7f ? __LINE__ & 0x7f : 1); } while (0)

static void refuse_all(leat_builder *b, leat_driver *d, leat_run *r)
{
    leat_driver *other = NULL;
    leat_error err = { 0 };
    alarm(20);                      /* a lock that nobody holds any more: SIGALRM, not silence */
    if (b) {
        CHECK(leat_builder_build(b, &other, &err) == LEAT_EFORKED && !other);
        CHECK(strstr(err.message, "child"));
    }
    CHECK(leat_run_execute(r, &err) == LEAT_EFORKED && strstr(err.message, "child"));
    CHECK(leat_run_submit(r, never, NULL, NULL) == LEAT_EFORKED);
    CHECK(leat_run_wait(r, -1, NULL) == LEAT_EFORKED);
    CHECK(leat_run_plan(r, NULL, 0, NULL) == LEAT_EFORKED);
    leat_run_free(r);
    leat_driver_free(d);
    leat_builder_free(b);
    _exit(0);
}

static void assert_child_ends_well(pid_t child)
{
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (status)
        print_message("# child: exit %d, signal %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1,
                      WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    assert_int_equal(status, 0);
}

static void a_child_may_only_free(void **state)
{
    (void)state;
    leat_builder *b = host();
    leat_driver *d = NULL;
    assert_int_equal(leat_builder_build(b, &d, NULL), 0);
    leat_run *r = ready(d);
    pid_t child = fork();
    if (!child)
        refuse_all(b, d, r);
    assert_child_ends_well(child);
    leat_run_free(r);
    leat_driver_free(d);
    leat_builder_free(b);
}

static void a_child_frees_a_run_that_the_parent_executes(void **state)
{
    (void)state;
    pthread_t worker;
    leat_driver *d = built(host());
    leat_run *r = ready(d);
    pthread_barrier_init(&running, NULL, 2);
    pthread_barrier_init(&ending, NULL, 2);
    pthread_create(&worker, NULL, execute, r);
    pthread_barrier_wait(&running);
    pid_t child = fork();
    if (!child)
        refuse_all(NULL, d, r);
    assert_child_ends_well(child);
    pthread_barrier_wait(&ending);
    assert_int_equal(joined(worker), 0);
    leat_run_free(r);
    leat_driver_free(d);
}

static void a_child_frees_a_run_whose_lock_a_waiter_held(void **state)
{
    (void)state;
    pthread_t worker, waiter;
    leat_driver *d = built(host());
    leat_run *r = ready(d);
    pthread_barrier_init(&running, NULL, 2);
    pthread_barrier_init(&ending, NULL, 2);
    pthread_create(&worker, NULL, execute, r);
    pthread_barrier_wait(&running);
    watch.at_sleep = stop_here;             /* in leat_run_wait, under the run's lock */
    pthread_create(&waiter, NULL, await, r);
    await_held();
    pid_t child = fork();
    if (!child)
        refuse_all(NULL, d, r);
    assert_child_ends_well(child);
    watch.at_sleep = NULL;
    go_on();
    pthread_barrier_wait(&ending);
    assert_int_equal(joined(worker), 0);
    assert_int_equal(joined(waiter), 0);
    leat_run_free(r);
    leat_driver_free(d);
}

static void a_child_frees_while_the_parent_loads_modules(void **state)
{
    (void)state;
    pthread_t worker;
    leat_driver *d = built(builder_of("../../guest/modules/guest.c", NULL));
    leat_run *r = leat_run_new(d), *other = leat_run_new(d);
    leat_run_input(r, "n", 1);
    leat_run_ask(r, "calls", (leat_place){ 0 });
    leat_run_input(other, "n", 1);
    leat_run_ask(other, "calls", (leat_place){ 0 });
    assert_int_equal(leat_run_plan(other, NULL, 0, NULL), 1);
    watch.at_load = stop_here;              /* under the driver's lock */
    pthread_create(&worker, NULL, execute, r);
    await_held();
    pid_t child = fork();
    if (!child) {
        leat_run_free(r);                   /* still being begun, not busy */
        refuse_all(NULL, d, other);
    }
    assert_child_ends_well(child);
    watch.at_load = NULL;
    go_on();
    assert_int_equal(joined(worker), 0);
    leat_run_free(r);
    leat_run_free(other);
    leat_driver_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_child_may_only_free, begin),
        cmocka_unit_test_setup(a_child_frees_a_run_that_the_parent_executes, begin),
        cmocka_unit_test_setup(a_child_frees_a_run_whose_lock_a_waiter_held, begin),
        cmocka_unit_test_setup(a_child_frees_while_the_parent_loads_modules, begin),
    };
    return cmocka_run_group_tests_name("fork", tests, NULL, NULL);
}
