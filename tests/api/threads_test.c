/* Tests of runs on threads. Nothing sleeps: tasks that must overlap wait for each
 * other, and a test that hangs has failed. */
#include "api.h"
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

static leat_executor *shared;           /* four workers */
static leat_driver *wide, *deep, *odd, *cycles;

/* --- nodes --- */

static void add_all(void *user, void *const *args, void *result)
{
    const intptr_t count = (intptr_t)user;
    int64_t sum = 1;
    for (intptr_t i = 0; i < count; i++)
        sum += *(int64_t *)args[i];
    *(int64_t *)result = sum;
}

static _Atomic int met;
/* Returns when four tasks are here at the same time. */
static void meet(void *user, void *const *args, void *result)
{
    (void)user;
    met++;
    while (met < 4)
        sched_yield();
    *(int64_t *)result = *(int64_t *)args[0];
}

static void refuse(void *user, void *const *args, void *result)
{
    (void)user;
    leat_fail("not with %d", (int)*(int64_t *)args[0]);
    *(int64_t *)result = 0;
}

static void block_signals_are(void *user, void *const *args, void *result)
{
    sigset_t set;
    (void)user, (void)args;
    pthread_sigmask(SIG_BLOCK, NULL, &set);
    *(int64_t *)result = sigismember(&set, SIGINT) && sigismember(&set, SIGCHLD) && !sigismember(&set, SIGSEGV);
}

/* Submits a run of the next level and waits for it, five levels deep. */
static leat_driver *nested;
static void nest(void *user, void *const *args, void *result)
{
    int64_t level = *(int64_t *)args[0], below = 0;
    (void)user;
    if (level < 5) {
        leat_run *r = leat_run_new(nested);
        leat_run_input(r, "level", level + 1);
        leat_run_output(r, "nest", &below);
        if (leat_run_submit(r, NULL, NULL, NULL) < 0 || leat_run_wait(r, -1, NULL) < 0)
            below = -1000;
        leat_run_free(r);
    }
    *(int64_t *)result = below + 1;
}

static _Atomic(leat_run *) outer;
static _Atomic int told;
static void wait_for_outer(void *user, void *const *args, void *result)
{
    (void)user;
    told = leat_run_wait(outer, -1, NULL);
    *(int64_t *)result = *(int64_t *)args[0];
}

static void run_below(void *user, void *const *args, void *result)
{
    (void)user, (void)args;
    leat_run *r = leat_run_new(odd);
    int64_t x = 0;
    leat_run_input(r, "x", (int64_t)4);
    leat_run_output(r, "wait_for_outer", &x);
    leat_run_submit(r, NULL, NULL, NULL);
    leat_run_wait(r, -1, NULL);
    leat_run_free(r);
    *(int64_t *)result = x;
}

static void free_outer(void *user, void *const *args, void *result)
{
    (void)user;
    leat_run_free(outer);
    *(int64_t *)result = *(int64_t *)args[0];
}

/* --- drivers --- */

/* `width` chains of `length` nodes between one that all read and one that adds them up. */
static leat_driver *chains(int width, int length, leat_executor *e)
{
    leat_builder *b = leat_builder_new();
    char text[100];
    char *all = malloc((size_t)width * 40 + 100), *end = all + sprintf(all, "int64_t total(");
    leat_builder_add_function(b, "int64_t first(int64_t x)", add_all, (void *)1);
    for (int w = 0; w < width; w++) {
        for (int i = 0; i < length; i++) {
            if (i)
                sprintf(text, "int64_t n%d_%d(int64_t n%d_%d)", w, i, w, i - 1);
            else
                sprintf(text, "int64_t n%d_0(int64_t first)", w);
            leat_builder_add_function(b, text, add_all, (void *)1);
        }
        end += sprintf(end, "%sint64_t n%d_%d", w ? ", " : "", w, length - 1);
    }
    strcpy(end, ")");
    leat_builder_add_function(b, all, add_all, (void *)(intptr_t)width);
    free(all);
    return built_on(b, e);
}

static leat_builder *odd_nodes(void)
{
    leat_builder *b = leat_builder_new();
    leat_builder_add_function(b, "int64_t a(int64_t x)", meet, NULL);
    leat_builder_add_function(b, "int64_t b(int64_t x)", meet, NULL);
    leat_builder_add_function(b, "int64_t c(int64_t x)", meet, NULL);
    leat_builder_add_function(b, "int64_t d(int64_t x)", meet, NULL);
    leat_builder_add_function(b, "int64_t all(int64_t a, int64_t b, int64_t c, int64_t d)", add_all, (void *)4);
    leat_builder_add_function(b, "int64_t bad(int64_t x)", refuse, NULL);
    leat_builder_add_function(b, "int64_t behind(int64_t bad)", add_all, (void *)1);
    leat_builder_add_function(b, "int64_t beside(int64_t x)", add_all, (void *)1);
    leat_builder_add_function(b, "int64_t masked(int64_t x)", block_signals_are, NULL);
    leat_builder_add_function(b, "int64_t wait_for_outer(int64_t x)", wait_for_outer, NULL);
    leat_builder_add_function(b, "int64_t run_below(int64_t x)", run_below, NULL);
    leat_builder_add_function(b, "int64_t free_outer(int64_t x)", free_outer, NULL);
    return b;
}

static int make(void **state)
{
    (void)state;
    shared = leat_executor_threads(4);
    wide = chains(64, 16, leat_executor_ref(shared));
    deep = chains(2, 400, leat_executor_ref(shared));
    odd = built_on(odd_nodes(), leat_executor_ref(shared));
    cycles = chains(8, 4, leat_executor_ref(shared));
    return 0;
}

static int drop(void **state)
{
    (void)state;
    leat_driver_free(wide);
    leat_driver_free(deep);
    leat_driver_free(odd);
    leat_driver_free(cycles);
    leat_executor_unref(shared);
    return 0;
}

static leat_run *ready(leat_driver *d, const char *output, int64_t *place)
{
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_input(r, "x", (int64_t)1), 0);
    assert_int_equal(place ? leat_run_output(r, output, place) : leat_run_ask(r, output, (leat_place){ 0 }), 0);
    return r;
}

/* --- tests --- */

static void a_run_gives_what_it_gives_inline(void **state)
{
    (void)state;
    for (int round = 0; round < 50; round++) {
        int64_t total = 0;
        leat_run *r = ready(wide, "total", &total);
        assert_int_equal(leat_run_execute(r, NULL), 0);
        assert_int_equal(total, 64 * 18 + 1);
        uint64_t ok;
        leat_run_counts(r, &ok, NULL, NULL);
        assert_int_equal(ok, 64 * 16 + 2);
        leat_run_free(r);
    }
}

static void four_nodes_run_at_the_same_time(void **state)
{
    (void)state;
    int64_t all = 0;
    leat_run *r = ready(odd, "all", &all);
    met = 0;
    assert_int_equal(leat_run_execute(r, NULL), 0);
    assert_int_equal(all, 5);
    leat_run_free(r);
}

static void submit_returns_while_nodes_run_and_wait_writes(void **state)
{
    (void)state;
    int64_t all = 0;
    leat_run *r = ready(odd, "all", &all);
    met = -1;                   /* the fifth to come is this thread */
    assert_int_equal(leat_run_submit(r, NULL, NULL, NULL), 0);
    assert_int_equal(leat_run_wait(r, 0, NULL), LEAT_EBUSY);
    met++;
    assert_int_equal(leat_run_wait(r, -1, NULL), 0);
    assert_int_equal(all, 5);
    assert_int_equal(leat_run_wait(r, -1, NULL), 0);
    leat_run_free(r);
}

static void end_thread(void *user, void *const *args, void *result)
{
    (void)user, (void)args, (void)result;
    pthread_exit(NULL);
}

static _Atomic int calls, call_code;
static void count_end(leat_run *r, int code, void *user)
{
    int64_t x = 0;
    call_code = code;
    if (code == 0 && leat_run_get(r, user, leat_into(&x), NULL) == 0)
        call_code = (int)x;
    leat_run_free(r);
    calls++;
}

static void the_callback_comes_once_and_may_free_the_run(void **state)
{
    (void)state;
    calls = 0;
    for (int i = 0; i < 200; i++) {
        assert_int_equal(leat_run_submit(ready(cycles, "total", NULL), count_end, (void *)"total", NULL), 0);
        while (calls <= i)
            sched_yield();
        assert_int_equal(call_code, 8 * 6 + 1);
    }
    assert_int_equal(calls, 200);
}

static void a_failure_is_told_and_the_rest_goes_on_if_asked(void **state)
{
    (void)state;
    leat_error err;
    int64_t beside = 0;
    leat_run *r = ready(odd, "beside", &beside);
    leat_run_ask(r, "behind", (leat_place){ 0 });
    leat_run_set_keep_going(r, 1);
    assert_int_equal(leat_run_execute(r, &err), LEAT_EFAILED);
    assert_non_null(strstr(err.message, "not with 1"));
    assert_int_equal(beside, 2);
    uint64_t ok, failed, rest;
    leat_run_counts(r, &ok, &failed, &rest);
    assert_true(ok == 1 && failed == 1 && rest == 1);
    leat_run_free(r);
}

static void *cancel_some(void *user)
{
    unsigned seed = (unsigned)(uintptr_t)user;
    for (int i = 0; i < 60; i++) {
        int64_t total = 0;
        leat_run *r = ready(i & 1 ? wide : deep, "total", &total);
        int submitted = leat_run_submit(r, NULL, NULL, NULL);
        seed = seed * 1103515245 + 12345;
        int way = seed >> 16 & 3;
        for (unsigned k = seed >> 18 & 255; k--;)
            sched_yield();
        if (way == 0)
            leat_run_cancel(r);
        int code = way == 1 ? 0 : leat_run_wait(r, -1, NULL);
        bool good = way == 0 ? code == LEAT_ECANCELLED || code == 0 : code == 0;
        if (submitted || !good || (way > 1 && total != (i & 1 ? 64 * 18 + 1 : 2 * 402 + 1)))
            return (void *)1;
        leat_run_free(r);       /* way 1: while its tasks run */
    }
    return NULL;
}

static void eight_threads_share_one_pool_with_random_cancels_and_frees(void **state)
{
    (void)state;
    pthread_t thread[8];
    for (uintptr_t i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, cancel_some, (void *)(i * 7919 + 1)), 0);
    for (int i = 0; i < 8; i++) {
        void *wrong;
        pthread_join(thread[i], &wrong);
        assert_null(wrong);
    }
}

/* That its pool is freed is seen by whoever counts memory. */
static void a_thread_that_ends_inside_a_node_may_be_the_last_of_its_pool(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        leat_builder *b = leat_builder_new();
        leat_builder_add_function(b, "int64_t ends(int64_t x)", end_thread, NULL);
        leat_driver *d = built_on(b, leat_executor_threads(1));
        leat_run *r = ready(d, "ends", NULL);
        calls = 0;
        leat_driver_free(d);
        assert_int_equal(leat_run_submit(r, count_end, NULL, NULL), 0);
        while (!calls)
            sched_yield();
        assert_int_equal(call_code, LEAT_EFAILED);
    }
}

static leat_driver *nesting(unsigned workers)
{
    leat_builder *b = leat_builder_new();
    leat_builder_add_function(b, "int64_t nest(int64_t level)", nest, NULL);
    return built_on(b, leat_executor_threads(workers));
}

static void nested_runs_end_on_however_few_workers(void **state)
{
    (void)state;
    for (unsigned workers = 1; workers <= 3; workers++) {
        int64_t depth = 0;
        nested = nesting(workers);
        leat_run *r = leat_run_new(nested);
        leat_run_input(r, "level", (int64_t)0);
        leat_run_output(r, "nest", &depth);
        assert_int_equal(leat_run_submit(r, NULL, NULL, NULL), 0);
        assert_int_equal(leat_run_wait(r, -1, NULL), 0);
        assert_int_equal(depth, 6);
        leat_run_free(r);
        leat_driver_free(nested);
    }
}

static void waiting_for_an_ancestor_is_refused(void **state)
{
    (void)state;
    int64_t x = 0;
    leat_run *r = ready(odd, "run_below", &x);
    outer = r;
    told = 0;
    assert_int_equal(leat_run_submit(r, NULL, NULL, NULL), 0);
    assert_int_equal(leat_run_wait(r, -1, NULL), 0);
    assert_int_equal(told, LEAT_EDEADLK);
    assert_int_equal(x, 4);
    leat_run_free(r);
}

static _Atomic int ends;
static void note_end(leat_run *r, int code, void *user)
{
    (void)r, (void)user;
    ends += 1 + (code == LEAT_ECANCELLED);
}

static void a_run_may_be_freed_by_its_own_node(void **state)
{
    (void)state;
    ends = 0;
    leat_run *r = ready(odd, "free_outer", NULL);
    outer = r;
    assert_int_equal(leat_run_submit(r, note_end, NULL, NULL), 0);
    while (!ends)
        sched_yield();
    assert_true(ends == 1 || ends == 2);
}

static void workers_leave_signals_to_the_host(void **state)
{
    (void)state;
    int64_t masked = 0;
    leat_run *r = ready(odd, "masked", &masked);
    assert_int_equal(leat_run_submit(r, NULL, NULL, NULL), 0);
    assert_int_equal(leat_run_wait(r, -1, NULL), 0);
    assert_int_equal(masked, 1);
    leat_run_free(r);
}

static void a_child_of_fork_is_told_and_never_hangs(void **state)
{
    (void)state;
    int64_t total = 0;
    leat_run *r = ready(wide, "total", &total);
    assert_int_equal(leat_run_execute(r, NULL), 0);
    pid_t child = fork();
    if (!child) {
        alarm(20);
        leat_run *own = leat_run_new(wide);
        bool good = leat_run_execute(r, NULL) == LEAT_EFORKED && leat_run_submit(own, NULL, NULL, NULL) == LEAT_EFORKED &&
                    leat_run_wait(r, -1, NULL) == LEAT_EFORKED;
        leat_run_free(own);
        leat_run_free(r);
        leat_driver *d = chains(2, 2, leat_executor_threads(2));
        leat_driver_free(d);
        _exit(good ? 0 : 1);
    }
    int status;
    assert_true(waitpid(child, &status, 0) == child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    leat_run_free(r);
}

/* The driver's last holder is its run, freed on a thread of its own pool. */
static void a_pool_may_be_freed_by_its_own_thread(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        leat_driver *d = chains(3, 3, leat_executor_threads(2));
        calls = 0;
        leat_run *r = ready(d, "total", NULL);
        leat_driver_free(d);
        assert_int_equal(leat_run_submit(r, count_end, (void *)"total", NULL), 0);
        while (!calls)
            sched_yield();
        assert_int_equal(call_code, 3 * 5 + 1);
    }
}

/* Heeds what leat_context_cancelled says, and nothing else. */
static _Atomic int heeding;
static void heed(void *user, void *const *args, void *result)
{
    leat_context *c = *(leat_context *const *)args[1];
    (void)user;
    heeding = 1;
    while (!leat_context_cancelled(c))
        sched_yield();
    *(int64_t *)result = *(int64_t *)args[0];
}

static leat_driver *heeder(leat_executor *e)
{
    leat_builder *b = leat_builder_new();
    leat_builder_add_function(b, "int64_t heed(int64_t x, leat_context *c)", heed, NULL);
    leat_builder_add_function(b, "int64_t after(int64_t heed)", add_all, (void *)1);
    return built_on(b, e);
}

static void a_deadline_ends_a_run(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        leat_driver *d = heeder(i == 0 ? leat_executor_inline() : leat_executor_threads((unsigned)i));
        int64_t after = 0, x = 0;
        leat_run *r = ready(d, "after", &after);
        leat_run_output(r, "heed", &x);
        assert_int_equal(leat_run_set_deadline(r, 20), 0);
        assert_int_equal(leat_run_execute(r, NULL), LEAT_EDEADLINE);
        assert_true(after == 0 && x == 1);      /* what was made is there */
        leat_run_free(r);
        leat_driver_free(d);
    }
}

/* --- loops --- */

enum { ITEMS = 100000 };
static _Atomic uint8_t touched[ITEMS];
static _Atomic int pieces, fail_at, small;      /* small: pieces of fewer items than asked for */

static void touch(void *user, size_t lo, size_t hi)
{
    const int64_t *grain = user;
    pieces++;
    small += grain && hi < ITEMS && (int64_t)(hi - lo) < *grain;    /* the last is what is left */
    for (size_t i = lo; i < hi; i++) {
        touched[i]++;
        if ((int)i == fail_at)
            leat_fail("item %zu is bad", i);
    }
}

static void loop(void *user, void *const *args, void *result)
{
    leat_context *c = *(leat_context *const *)args[1];
    (void)user;
    *(int64_t *)result = leat_each(c, ITEMS, (size_t)*(int64_t *)args[0], touch, args[0]);
}

static leat_driver *looper(leat_executor *e)
{
    leat_builder *b = leat_builder_new();
    leat_builder_add_function(b, "int64_t loop(int64_t grain, leat_context *c)", loop, NULL);
    leat_builder_add_function(b, "int64_t loop2(int64_t grain, leat_context *c)", loop, NULL);
    leat_builder_add_function(b, "int64_t both(int64_t loop, int64_t loop2)", add_all, (void *)2);
    return built_on(b, e);
}

static int run_loops(leat_driver *d, const char *output, int64_t grain, leat_error *err)
{
    int64_t x;
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "grain", grain);
    leat_run_output(r, output, &x);
    for (int i = 0; i < ITEMS; i++)
        touched[i] = 0;
    pieces = small = 0;
    int code = leat_run_execute(r, err);
    assert_int_equal(small, 0);
    leat_run_free(r);
    return code;
}

static void a_loop_touches_every_item_once(void **state)
{
    (void)state;
    fail_at = -1;
    for (unsigned workers = 0; workers <= 4; workers++) {
        leat_driver *d = looper(workers ? leat_executor_threads(workers) : leat_executor_inline());
        for (int64_t grain = 0; grain <= 200000; grain = grain * 13 + 1) {
            assert_int_equal(run_loops(d, "loop", grain, NULL), 0);
            for (int i = 0; i < ITEMS; i++)
                assert_int_equal(touched[i], 1);
            assert_true(grain <= ITEMS / 2 && workers > 1 ? pieces > 1 && pieces <= (int)workers * 8 + 1 : pieces >= 1);
        }
        assert_int_equal(run_loops(d, "both", 10, NULL), 0);
        for (int i = 0; i < ITEMS; i++)
            assert_int_equal(touched[i], 2);
        leat_driver_free(d);
    }
}

static void what_a_piece_fails_of_the_node_fails_of(void **state)
{
    (void)state;
    leat_error err;
    fail_at = ITEMS / 2;
    for (unsigned workers = 0; workers <= 2; workers++) {
        leat_driver *d = looper(workers ? leat_executor_threads(workers) : leat_executor_inline());
        assert_int_equal(run_loops(d, "loop", 100, &err), LEAT_EFAILED);
        assert_non_null(strstr(err.message, "loop failed: item 50000 is bad"));
        assert_true(pieces == 5 || workers > 1);            /* of eight in turn */
        leat_driver_free(d);
    }
}

static leat_run *cancelled;

static void cancel_it(void *user, size_t lo, size_t hi)
{
    touch(user, lo, hi);
    leat_run_cancel(cancelled);
}

static void loop_and_cancel(void *user, void *const *args, void *result)
{
    (void)user;
    *(int64_t *)result = leat_each(*(leat_context *const *)args[0], ITEMS, 1, cancel_it, NULL);
}

static void no_piece_starts_in_a_cancelled_run(void **state)
{
    (void)state;
    fail_at = -1;
    for (unsigned workers = 0; workers <= 2; workers++) {
        leat_builder *b = leat_builder_new();
        leat_builder_add_function(b, "int64_t loop(leat_context *c)", loop_and_cancel, NULL);
        leat_driver *d = built_on(b, workers ? leat_executor_threads(workers) : leat_executor_inline());
        cancelled = leat_run_new(d);
        leat_run_output(cancelled, "loop", &(int64_t){ 0 });
        pieces = 0;
        leat_run_execute(cancelled, NULL);
        assert_in_range(pieces, 1, workers > 1 ? workers : 1);      /* the others had begun */
        leat_run_free(cancelled);
        leat_driver_free(d);
    }
}

static void what_runs_can_be_asked(void **state)
{
    (void)state;
    leat_driver *d = heeder(leat_executor_threads(2));
    leat_run *r = ready(d, "after", NULL);
    leat_id running[4], id;
    heeding = 0;
    assert_int_equal(leat_run_submit(r, NULL, NULL, NULL), 0);
    while (!heeding)
        sched_yield();
    assert_int_equal(leat_run_running(r, running, 4), 1);
    assert_int_equal(leat_driver_find(d, "heed", &id), 0);
    assert_int_equal(running[0].n, id.n);
    leat_run_cancel(r);
    assert_int_equal(leat_run_wait(r, -1, NULL), LEAT_ECANCELLED);
    assert_int_equal(leat_run_running(r, running, 4), 0);
    leat_run_free(r);
    leat_driver_free(d);
}

static void executors_are_read_from_text(void **state)
{
    (void)state;
    leat_error err;
    leat_executor *e = NULL;
    assert_int_equal(leat_executor_parse("threads=3", &e, &err), 0);
    assert_int_equal(leat_executor_workers(e), 3);
    leat_executor_unref(e);
    assert_int_equal(leat_executor_parse("inline", &e, &err), 0);
    assert_int_equal(leat_executor_workers(e), 1);
    leat_executor_unref(e);
    assert_int_equal(leat_executor_parse("threads", &e, &err), 0);
    assert_int_equal(leat_executor_workers(e), leat_usable_cores());
    leat_executor_unref(e);
    const char *wrong[] = { "", "thread", "threads=", "threads=0", "threads=2000", "threads=2x", "threads=-1" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(leat_executor_parse(wrong[i], &e, &err), LEAT_EUSAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_gives_what_it_gives_inline),
        cmocka_unit_test(four_nodes_run_at_the_same_time),
        cmocka_unit_test(submit_returns_while_nodes_run_and_wait_writes),
        cmocka_unit_test(the_callback_comes_once_and_may_free_the_run),
        cmocka_unit_test(a_failure_is_told_and_the_rest_goes_on_if_asked),
        cmocka_unit_test(eight_threads_share_one_pool_with_random_cancels_and_frees),
        cmocka_unit_test(a_thread_that_ends_inside_a_node_may_be_the_last_of_its_pool),
        cmocka_unit_test(nested_runs_end_on_however_few_workers),
        cmocka_unit_test(waiting_for_an_ancestor_is_refused),
        cmocka_unit_test(a_run_may_be_freed_by_its_own_node),
        cmocka_unit_test(workers_leave_signals_to_the_host),
        cmocka_unit_test(a_child_of_fork_is_told_and_never_hangs),
        cmocka_unit_test(a_pool_may_be_freed_by_its_own_thread),
        cmocka_unit_test(a_deadline_ends_a_run),
        cmocka_unit_test(a_loop_touches_every_item_once),
        cmocka_unit_test(what_a_piece_fails_of_the_node_fails_of),
        cmocka_unit_test(no_piece_starts_in_a_cancelled_run),
        cmocka_unit_test(what_runs_can_be_asked),
        cmocka_unit_test(executors_are_read_from_text),
    };
    return cmocka_run_group_tests_name("threads", tests, make, drop);
}
