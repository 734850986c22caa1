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

/* Makes both halves: until it has ended there is nothing else that counts. */
static void first(void *user, void *const *args, void *result)
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

static leat_driver *driver_on(unsigned workers)
{
    leat_builder *b = leat_builder_new();
    leat_builder_add_function(b, "int64_t keep(int64_t x)", keep, NULL);
    leat_builder_add_function(b, "int64_t left(int64_t x)", half, NULL);
    leat_builder_add_function(b, "int64_t right(int64_t x)", half, NULL);
    leat_builder_add_function(b, "int64_t both(int64_t left, int64_t right)", add, NULL);
    leat_builder_add_function(b, "int64_t nested(int64_t x)", nested, NULL);
    leat_builder_add_function(b, "int64_t first(int64_t x)", first, NULL);
    leat_builder_add_function(b, "int64_t this(int64_t first)", half, NULL);
    leat_builder_add_function(b, "int64_t that(int64_t first)", half, NULL);
    leat_builder_add_function(b, "int64_t made(int64_t this, int64_t that)", add, NULL);
    return built_on(b, leat_executor_threads(workers));
}

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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
