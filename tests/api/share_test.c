/* Tests of work that a worker has for itself while it is inside a long call. Nothing
 * sleeps: tasks that must overlap wait for each other, and a test that hangs has failed. */
#include "api.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- nodes --- */

static _Atomic int kept, go, came;
static _Atomic bool meets;

/* Keeps a worker busy until somebody lets it go. */
static void keep(void *user, void *const *args, void *result)
{
    (void)user;
    kept = 1;
    while (!go)
        sched_yield();
    *(int64_t *)result = *(int64_t *)args[0];
}

/* Lets that worker go, which then is the only one for the other half. */
static void half(void *user, void *const *args, void *result)
{
    (void)user;
    came++;
    go = 1;
    while (meets && came < 2)
        sched_yield();
    *(int64_t *)result = *(int64_t *)args[0];
}

static void add(void *user, void *const *args, void *result)
{
    (void)user;
    *(int64_t *)result = *(int64_t *)args[0] + *(int64_t *)args[1];
}

/* One of three, who meet unless they need not. */
static void third(void *user, void *const *args, void *result)
{
    (void)user;
    came++;
    while (meets && came < 3)
        sched_yield();
    *(int64_t *)result = *(int64_t *)args[0];
}

/* Waits until another has come that is inside a call. */
static void outlast(void *user, void *const *args, void *result)
{
    (void)user;
    go = 1;
    while (!came)
        sched_yield();
    *(int64_t *)result = *(int64_t *)args[0];
}

/* As `first` it makes both halves: until it has ended there is nothing else that counts. */
static void pass(void *user, void *const *args, void *result)
{
    (void)user;
    *(int64_t *)result = *(int64_t *)args[0];
}

/* Both halves as a run inside of a call. */
static leat_driver *inner;
static void nested(void *user, void *const *args, void *result)
{
    int64_t both = 0;
    (void)user;
    leat_run *r = leat_run_new(inner);
    leat_run_input(r, "x", *(int64_t *)args[0]);
    leat_run_output(r, "both", &both);
    if (leat_run_submit(r, NULL, NULL, NULL) < 0 || leat_run_wait(r, -1, NULL) < 0)
        both = -1;
    leat_run_free(r);
    *(int64_t *)result = both;
}

/* A run of which a task submits another, and waits for it. */
static void walked(void *user, void *const *args, void *result)
{
    int64_t both = 0;
    (void)user;
    leat_run *r = leat_run_new(inner);
    leat_run_input(r, "x", *(int64_t *)args[0]);
    leat_run_output(r, "nested", &both);
    if (leat_run_execute(r, NULL) < 0)
        both = -1;
    leat_run_free(r);
    *(int64_t *)result = both;
}

/* Two that meet behind short tasks, when there is no more to share. */
static void add_joined(leat_builder *b)
{
    leat_builder_add_function(b, "int64_t early(int64_t keep, int64_t x)", add, NULL);
    leat_builder_add_function(b, "int64_t late(int64_t keep, int64_t x)", add, NULL);
    leat_builder_add_function(b, "int64_t joined(int64_t early, int64_t late)", add, NULL);
    leat_builder_add_function(b, "int64_t upper(int64_t joined)", half, NULL);
    leat_builder_add_function(b, "int64_t lower(int64_t joined)", half, NULL);
    leat_builder_add_function(b, "int64_t met(int64_t upper, int64_t lower)", add, NULL);
}

/* Three that meet behind many short tasks. */
enum { SHORT = 3000 };
static void add_thirds(leat_builder *b)
{
    char text[80];
    leat_builder_add_function(b, "int64_t s0(int64_t x)", pass, NULL);
    for (int i = 1; i < SHORT; i++) {
        snprintf(text, sizeof text, "int64_t s%d(int64_t s%d)", i, i - 1);
        leat_builder_add_function(b, text, pass, NULL);
    }
    for (int i = 0; i < 3; i++) {
        snprintf(text, sizeof text, "int64_t t%d(int64_t s%d)", i, SHORT - 1);
        leat_builder_add_function(b, text, third, NULL);
    }
    leat_builder_add_function(b, "int64_t two(int64_t t0, int64_t t1)", add, NULL);
    leat_builder_add_function(b, "int64_t three(int64_t two, int64_t t2)", add, NULL);
}

static leat_builder *new_builder(void)
{
    leat_builder *b = leat_builder_new();
    add_joined(b);
    leat_builder_add_function(b, "int64_t outlast(int64_t x)", outlast, NULL);
    leat_builder_add_function(b, "int64_t outlasted(int64_t outlast, int64_t x)", add, NULL);
    leat_builder_add_function(b, "int64_t walked(int64_t x)", walked, NULL);
    leat_builder_add_function(b, "int64_t keep(int64_t x)", keep, NULL);
    leat_builder_add_function(b, "int64_t left(int64_t x)", half, NULL);
    leat_builder_add_function(b, "int64_t right(int64_t x)", half, NULL);
    leat_builder_add_function(b, "int64_t both(int64_t left, int64_t right)", add, NULL);
    leat_builder_add_function(b, "int64_t nested(int64_t x)", nested, NULL);
    leat_builder_add_function(b, "int64_t first(int64_t x)", pass, NULL);
    leat_builder_add_function(b, "int64_t this(int64_t first)", half, NULL);
    leat_builder_add_function(b, "int64_t that(int64_t first)", half, NULL);
    leat_builder_add_function(b, "int64_t made(int64_t this, int64_t that)", add, NULL);
    return b;
}

static leat_driver *driver_on(unsigned workers) { return built_on(new_builder(), leat_executor_threads(workers)); }

static leat_run *submitted(leat_driver *d, const char *output, int64_t *place)
{
    leat_run *r = leat_run_new(d);
    if (leat_run_input(r, "x", (int64_t)1) < 0 || leat_run_output(r, output, place) < 0 ||
        leat_run_submit(r, NULL, NULL, NULL) < 0)
        abort();
    return r;
}

static int ended(leat_run *r)
{
    int code = leat_run_wait(r, -1, NULL);
    leat_run_free(r);
    return code;
}

/* One of two workers is inside `keep` when the other takes both halves. */
static bool halves_meet(leat_driver *d, const char *output, bool meet)
{
    int64_t x = 0, both = 0;
    kept = go = came = 0;
    meets = meet;
    leat_run *busy = submitted(d, "keep", &x);
    while (!kept)
        sched_yield();
    leat_run *two = submitted(d, output, &both);
    return ended(two) == 0 && ended(busy) == 0 && both == 2;
}

/* --- tests --- */

static void who_is_idle_late_gets_what_lies_behind_a_call(void **state)
{
    (void)state;
    leat_driver *d = driver_on(2);
    for (int i = 0; i < 200; i++)
        assert_true(halves_meet(d, "both", true));
    leat_driver_free(d);
}

static void also_where_tasks_were_short_so_far(void **state)
{
    (void)state;
    leat_driver *d = driver_on(2);
    for (int i = 0; i < 100; i++)
        assert_true(halves_meet(d, "both", i % 10 == 9));
    leat_driver_free(d);
}

/* The run goes on until the call has ended, too. */
static void what_is_taken_from_behind_a_call_has_been_counted(void **state)
{
    (void)state;
    leat_driver *d = driver_on(2);
    for (int i = 0; i < 200; i++)
        assert_true(halves_meet(d, "made", true));
    leat_driver_free(d);
}

static void also_behind_a_call_of_a_nested_run(void **state)
{
    (void)state;
    leat_driver *d = inner = driver_on(2);
    for (int i = 0; i < 100; i++)
        assert_true(halves_meet(d, "nested", true));
    leat_driver_free(d);
}

/* From here on the kernel has no membarrier. */
static void forbid_barriers(void)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_membarrier, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { sizeof filter / sizeof *filter, filter };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
        _exit(77);
}

static _Atomic bool over;
static void say_over(leat_run *r, int code, void *user)
{
    (void)r, (void)user;
    over = code == 0;
}

/* Nobody else is awake when the caller has no use for its place any more. */
static void who_leaves_after_a_run_of_its_own_sees_to_it(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++) {
        int64_t x = 0, met = 0;
        leat_driver *d = driver_on(2);
        kept = go = came = 0;
        meets = true;
        over = false;
        leat_run *r = leat_run_new(d), *own = leat_run_new(d);
        leat_run_input(r, "x", (int64_t)1);
        leat_run_input(own, "x", (int64_t)1);
        leat_run_output(r, "met", &met);
        leat_run_output(own, "outlasted", &x);
        assert_int_equal(leat_run_submit(r, say_over, NULL, NULL), 0);
        while (!kept)
            sched_yield();
        assert_int_equal(leat_run_execute(own, NULL), 0);
        while (!over)
            sched_yield();
        assert_int_equal(leat_run_wait(r, -1, NULL), 0);
        leat_run_free(own);
        leat_run_free(r);
        leat_driver_free(d);
    }
}

static void three_meet_though_tasks_were_short_so_far(void **state)
{
    (void)state;
    leat_builder *b = leat_builder_new();
    add_thirds(b);
    leat_driver *d = built_on(b, leat_executor_threads(4));
    for (int i = 0; i < 100; i++) {
        int64_t three = 0;
        came = 0;
        meets = i % 10 == 9;
        assert_int_equal(ended(submitted(d, "three", &three)), 0);
        assert_int_equal(three, 3);
    }
    leat_driver_free(d);
}

/* Several runs at once wake one worker, who sees to the next. */
static void runs_that_come_at_once_wake_enough_workers(void **state)
{
    (void)state;
    leat_builder *b = leat_builder_new();
    leat_builder_add_function(b, "int64_t t(int64_t x)", third, NULL);
    leat_driver *d = built_on(b, leat_executor_threads(4));
    meets = true;
    for (int i = 0; i < 2000; i++) {
        leat_run *r[3];
        int64_t t[3];
        came = 0;
        for (int k = 0; k < 3; k++)
            r[k] = submitted(d, "t", &t[k]);
        for (int k = 0; k < 3; k++)
            assert_int_equal(ended(r[k]), 0);
    }
    leat_driver_free(d);
}

/* A hook that waits, as calls may. */
static int meet_before(void *user, const leat_call *call)
{
    (void)user;
    if (!strcmp(call->node, "left") || !strcmp(call->node, "right")) {
        came++;
        while (came < 2)
            sched_yield();
    }
    return 0;
}

static int meet_at_gate(void *user, const leat_call *call, leat_gate gate)
{
    (void)gate;
    meet_before(user, call);
    return LEAT_ALLOW;
}

static void hooks_that_wait_keep_nothing_from_others(void **state)
{
    (void)state;
    for (int gate = 0; gate < 2; gate++) {
        leat_call_ops ops = LEAT_CALL_OPS_INIT;
        if (gate)
            ops.gate = meet_at_gate;
        else
            ops.before_node = meet_before;
        leat_builder *b = new_builder();
        leat_builder_add_hook(b, leat_hook_new(&ops, NULL));
        leat_driver *d = built_on(b, leat_executor_threads(2));
        meets = false;
        for (int i = 0; i < 100; i++) {
            int64_t both = 0;
            came = 0;
            assert_int_equal(ended(submitted(d, "both", &both)), 0);
            assert_int_equal(both, 2);
        }
        leat_driver_free(d);
    }
}

/* What is executed in a task is walked on its thread, which has a place in the pool. */
static void a_wait_in_a_run_that_a_task_executes_gives_the_place_away(void **state)
{
    (void)state;
    leat_driver *d = inner = driver_on(1);
    meets = false;
    for (int i = 0; i < 100; i++) {
        int64_t both = 0;
        assert_int_equal(ended(submitted(d, "walked", &both)), 0);
        assert_int_equal(both, 2);
    }
    leat_driver_free(d);
}

static void without_barriers_of_the_kernel_it_is_shown_before_the_call(void **state)
{
    (void)state;
    pid_t child = fork();       /* the first test: while there are no threads */
    if (child == 0) {
        forbid_barriers();
        leat_driver *d = driver_on(2);
        bool met = true;
        for (int i = 0; i < 50 && met; i++)
            met = halves_meet(d, "both", true);
        leat_driver_free(d);
        _exit(!met);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        skip();
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_barriers_of_the_kernel_it_is_shown_before_the_call),
        cmocka_unit_test(who_is_idle_late_gets_what_lies_behind_a_call),
        cmocka_unit_test(also_where_tasks_were_short_so_far),
        cmocka_unit_test(what_is_taken_from_behind_a_call_has_been_counted),
        cmocka_unit_test(also_behind_a_call_of_a_nested_run),
        cmocka_unit_test(three_meet_though_tasks_were_short_so_far),
        cmocka_unit_test(who_leaves_after_a_run_of_its_own_sees_to_it),
        cmocka_unit_test(runs_that_come_at_once_wake_enough_workers),
        cmocka_unit_test(hooks_that_wait_keep_nothing_from_others),
        cmocka_unit_test(a_wait_in_a_run_that_a_task_executes_gives_the_place_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
