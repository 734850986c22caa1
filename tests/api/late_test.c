/* Tests of nodes that wait for something outside, and of nodes whose time is up: their
 * places are others' meanwhile. Nothing sleeps to be in time: who waits is let go on by
 * the test, and a test that hangs has failed. */
#include "api.h"
#include <leat/flow.h>
#include <leat/node.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

/* --- a place where threads meet --- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int come, expected, open_;

static void reset(int n)
{
    come = open_ = 0;
    expected = n;
}

static void come_together(void)
{
    pthread_mutex_lock(&lock);
    come++;
    pthread_cond_broadcast(&changed);
    while (come < expected)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}

static void wait_at_gate(void)
{
    pthread_mutex_lock(&lock);
    come++;
    pthread_cond_broadcast(&changed);
    while (!open_)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}

static void open_gate(void)
{
    pthread_mutex_lock(&lock);
    open_ = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

/* --- nodes --- */

struct box { int64_t held; };
LEAT_TYPE(struct box, free(box_done));
static _Atomic int boxes;

static struct box *box(int64_t x)
{
    struct box *b = malloc(sizeof *b);
    boxes++;
    b->held = x;
    return b;
}
LEAT_FUNCTION(struct box *, box, (int64_t, x));
static void box_done(struct box *b) { boxes--; b->held = -1; free(b); }
LEAT_FUNCTION(void, box_done, (struct box *, b));

static int64_t meet(int64_t x) { come_together(); return x; }
LEAT_FUNCTION(int64_t, meet, (int64_t, x));
static int64_t says(int64_t x, leat_context *c)
{
    leat_context_block(c);
    leat_context_block(c);
    come_together();
    leat_context_unblock(c);
    if (x & 1)                      /* the others leave it to the engine */
        leat_context_unblock(c);
    return x;
}
LEAT_FUNCTION(int64_t, says, (int64_t, x), (leat_context *, c));

/* Does not return before the gate is open; what it reads is there until then. */
static struct box *hang(const struct box *box)
{
    int64_t before = box->held;
    struct box *b = malloc(sizeof *b);
    wait_at_gate();
    b->held = before == box->held;
    boxes++;
    return b;
}
LEAT_NODE(hang, timeout(10ms));
LEAT_FUNCTION(struct box *, hang, (const struct box *, box));
static int64_t after_hang(const struct box *hang) { return hang->held; }
LEAT_FUNCTION(int64_t, after_hang, (const struct box *, hang));
static int64_t beside(int64_t x) { return x + 1; }
LEAT_FUNCTION(int64_t, beside, (int64_t, x));
static int64_t patient(int64_t x) { wait_at_gate(); return x; }
LEAT_NODE(patient, timeout(10ms), blocking);
LEAT_FUNCTION(int64_t, patient, (int64_t, x));

static leat_driver *inner;
static int64_t nests(int64_t x)
{
    int64_t y = 0;
    leat_run *r = leat_run_new(inner);
    leat_run_input(r, "x", x);
    leat_run_output(r, "beside", &y);
    wait_at_gate();
    if (leat_run_submit(r, NULL, NULL, NULL) < 0 || leat_run_wait(r, -1, NULL) < 0)
        y = -1;
    leat_run_free(r);
    come_together();
    return y;
}
LEAT_NODE(nests, timeout(10ms));
LEAT_FUNCTION(int64_t, nests, (int64_t, x));

/* About as long as it may take. */
static struct box *close_to_it(int64_t x, leat_context *c)
{
    struct timespec t, now;
    struct box *b = malloc(sizeof *b);
    clock_gettime(CLOCK_MONOTONIC, &t);
    do
        clock_gettime(CLOCK_MONOTONIC, &now);
    while ((now.tv_sec - t.tv_sec) * 1000000000 + now.tv_nsec - t.tv_nsec < 150000 + x * 20000 && !leat_context_cancelled(c));
    boxes++;
    b->held = x;
    return b;
}
LEAT_FUNCTION(struct box *, close_to_it, (int64_t, x), (leat_context *, c));
static int64_t reads(const struct box *b) { return b->held; }
LEAT_FUNCTION(int64_t, reads, (const struct box *, b));

/* A flow whose second atom has not returned when its time is up. */
static _Atomic int returned, reverts, too_early;
static int64_t leg(int64_t x) { return x; }
LEAT_FUNCTION(int64_t, leg, (int64_t, x));
static int leg__revert(int64_t x) { too_early += !returned; reverts++; return x < 0; }
LEAT_FUNCTION(int, leg__revert, (int64_t, x));
static int64_t late_leg(int64_t leg) { wait_at_gate(); returned = 1; return leg; }
LEAT_NODE(late_leg, timeout(10ms));
LEAT_FUNCTION(int64_t, late_leg, (int64_t, leg));
static int late_leg__revert(int64_t leg) { too_early += !returned; reverts++; return leg < 0; }
LEAT_FUNCTION(int, late_leg__revert, (int64_t, leg));
static leat_flow *tour(int64_t x) { (void)x; return leat_linear("tour", leat_atom("leg"), leat_atom("late_leg")); }
LEAT_FUNCTION(leat_flow *, tour, (int64_t, x));

/* --- drivers and runs --- */

static leat_driver *driver_with(const char *executor, int copies, const char *note)
{
    leat_builder *b = leat_builder_new();
    leat_executor *e = NULL;
    char name[20];
    leat_error err;
    if (leat_executor_parse(executor, &e, &err) < 0)
        fail_msg("%s", err.message);
    leat_builder_add_self(b);
    leat_builder_set_executor(b, e);
    for (int i = 0; i < copies; i++) {
        sprintf(name, "n%d", i);
        leat_builder_note(b, name, note);
    }
    return built(b);
}

static leat_run *run_of(leat_driver *d, int64_t x, const char *output)
{
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_input(r, "x", x), 0);
    if (output)
        assert_int_equal(leat_run_ask(r, output, (leat_place){ 0 }), 0);
    return r;
}

static leat_run *run_all(leat_driver *d, int copies)
{
    char name[20];
    leat_run *r = run_of(d, 3, NULL);
    for (int i = 0; i < copies; i++) {
        sprintf(name, "n%d", i);
        assert_int_equal(leat_run_ask(r, name, (leat_place){ 0 }), 0);
    }
    return r;
}

/* --- nodes that wait --- */

static void all_meet(const char *executor, int n, const char *note, bool submit)
{
    leat_driver *d = driver_with(executor, n, note);
    for (int round = 0; round < 20; round++) {
        leat_run *r = run_all(d, n);
        reset(n);
        if (submit)
            leat_run_submit(r, NULL, NULL, NULL);
        assert_int_equal(submit ? leat_run_wait(r, -1, NULL) : leat_run_execute(r, NULL), 0);
        leat_run_free(r);
    }
    leat_driver_free(d);
}

static void eight_nodes_that_wait_for_each_other_meet_on_two_threads(void **state)
{
    (void)state;
    all_meet("threads=2", 8, "calls(meet), bind(x = x), blocking", true);
    all_meet("threads=2", 8, "calls(meet), bind(x = x), blocking", false);
    all_meet("threads=1", 40, "calls(meet), bind(x = x), blocking", true);
}

static void a_node_may_say_itself_that_it_waits(void **state)
{
    (void)state;
    all_meet("threads=2", 8, "calls(says), bind(x = x)", true);
    all_meet("threads=2", 8, "calls(says), bind(x = 4)", false);
    all_meet("threads=2", 8, "calls(says), bind(x = x), blocking, timeout(1h)", true);
}

static void inline_it_means_nothing(void **state)
{
    (void)state;
    all_meet("inline", 1, "calls(meet), bind(x = x), blocking", false);
    all_meet("inline", 1, "calls(says), bind(x = 4)", true);
    all_meet("sim=3", 1, "calls(says), bind(x = x), blocking", true);
}

/* --- nodes whose time is up --- */

static void expect_left_behind(leat_run *r, const char *node)
{
    leat_id id[4];
    leat_error err;
    assert_int_equal(leat_run_abandoned(r, id, 4), 1);
    assert_int_equal(leat_run_running(r, NULL, 0), 1);
    assert_int_equal(leat_run_reset(r), LEAT_EBUSY);
    assert_int_equal(leat_run_wait_abandoned(r, 0, &err), LEAT_EBUSY);
    const leat_failure *f = leat_run_failure(r, 0);
    assert_string_equal(f->node, node);
    assert_string_equal(f->message, "did not return within its timeout, 10 ms");
}

static void a_run_ends_though_a_node_does_not_return(const char *executor, bool submit)
{
    leat_driver *d = driver_with(executor, 0, NULL);
    leat_run *r = run_of(d, 5, "after_hang");
    leat_error err;
    int64_t besides = 0;
    uint64_t ok, failed, rest;
    reset(1);
    leat_run_output(r, "beside", &besides);
    leat_run_set_keep_going(r, 1);
    if (submit)
        assert_int_equal(leat_run_submit(r, NULL, NULL, NULL), 0);
    assert_int_equal(submit ? leat_run_wait(r, -1, &err) : leat_run_execute(r, &err), LEAT_EFAILED);
    assert_int_equal(besides, 6);
    expect_left_behind(r, "hang");
    assert_int_equal(boxes, 1);             /* what it reads */
    leat_run_counts(r, &ok, &failed, &rest);
    assert_true(ok == 2 && failed == 1 && rest == 1);
    open_gate();
    assert_int_equal(leat_run_wait_abandoned(r, -1, NULL), 0);
    assert_int_equal(leat_run_abandoned(r, NULL, 0), 0);
    assert_int_equal(boxes, 0);             /* what it gave, too */
    assert_int_equal(leat_run_reset(r), 0);
    leat_run_free(r);
    leat_driver_free(d);
}

static void what_does_not_return_in_time_has_failed(void **state)
{
    (void)state;
    for (int round = 0; round < 3; round++) {
        a_run_ends_though_a_node_does_not_return("threads=2", true);
        a_run_ends_though_a_node_does_not_return("threads=1", true);
        a_run_ends_though_a_node_does_not_return("threads=2", false);
        a_run_ends_though_a_node_does_not_return("threads=1", false);
    }
}

static void a_run_freed_before_goes_when_the_node_returns(void **state)
{
    (void)state;
    leat_driver *d = driver_with("threads=2", 0, NULL);
    leat_run *r = run_of(d, 5, "after_hang");
    reset(1);
    assert_int_equal(leat_run_execute(r, NULL), LEAT_EFAILED);
    leat_run_free(r);
    assert_int_equal(boxes, 1);
    open_gate();
    leat_driver_free(d);                    /* and its executor, whose threads are waited for */
    while (boxes)
        sched_yield();
}

static void a_node_that_waits_may_be_left_behind_too(void **state)
{
    (void)state;
    leat_driver *d = driver_with("threads=1", 3, "calls(patient), bind(x = x), timeout(10ms), blocking");
    leat_run *r = run_all(d, 3);
    int64_t besides = 0;
    reset(1);
    leat_run_set_keep_going(r, 1);
    leat_run_output(r, "beside", &besides);
    assert_int_equal(leat_run_execute(r, NULL), LEAT_EFAILED);
    assert_int_equal(besides, 4);
    assert_int_equal(leat_run_abandoned(r, NULL, 0), 3);
    open_gate();
    assert_int_equal(leat_run_wait_abandoned(r, -1, NULL), 0);
    leat_run_free(r);
    leat_driver_free(d);
}

static void what_was_left_behind_may_still_run_runs(void **state)
{
    (void)state;
    for (int workers = 1; workers < 3; workers++) {
        leat_driver *d = driver_with(workers == 1 ? "threads=1" : "threads=2", 0, NULL);
        inner = d;
        leat_run *r = run_of(d, 5, "nests");
        reset(1);
        assert_int_equal(leat_run_execute(r, NULL), LEAT_EFAILED);
        pthread_mutex_lock(&lock);
        expected = 3;                       /* it at the gate, it at its end, and we */
        pthread_mutex_unlock(&lock);
        open_gate();
        come_together();
        assert_int_equal(leat_run_wait_abandoned(r, -1, NULL), 0);
        leat_run_free(r);
        leat_driver_free(d);
    }
}

/* Armed while the clock is set for a much later one. */
static void a_short_timeout_is_in_time_behind_a_long_one(void **state)
{
    (void)state;
    leat_driver *d = driver_with("threads=2", 1, "calls(patient), bind(x = x), timeout(1h)");
    leat_run *long_ = run_all(d, 1), *short_ = run_of(d, 1, "patient");
    reset(2);
    assert_int_equal(leat_run_submit(long_, NULL, NULL, NULL), 0);
    come_together();                        /* it is inside, and its time runs */
    assert_int_equal(leat_run_submit(short_, NULL, NULL, NULL), 0);
    assert_int_equal(leat_run_wait(short_, -1, NULL), LEAT_EFAILED);
    open_gate();
    assert_int_equal(leat_run_wait(long_, -1, NULL), 0);
    assert_int_equal(leat_run_wait_abandoned(short_, -1, NULL), 0);
    leat_run_free(long_);
    leat_run_free(short_);
    leat_driver_free(d);
}

/* Behind a node with a timeout others are not left to whoever is awake by chance. */
static void what_is_ready_beside_a_timed_node_wakes_another_thread(void **state)
{
    (void)state;
    leat_builder *b = leat_builder_new();
    leat_builder_add_self(b);
    leat_builder_set_executor(b, leat_executor_threads(2));
    leat_builder_note(b, "n0", "calls(meet), bind(x = beside), timeout(1h)");
    leat_builder_note(b, "n1", "calls(meet), bind(x = beside), timeout(1h)");
    leat_driver *d = built(b);
    for (int round = 0; round < 20; round++) {
        leat_run *r = run_all(d, 2);
        reset(2);
        assert_int_equal(leat_run_submit(r, NULL, NULL, NULL), 0);
        assert_int_equal(leat_run_wait(r, -1, NULL), 0);
        leat_run_free(r);
    }
    leat_driver_free(d);
}

static void *execute(void *run) { return (void *)(intptr_t)leat_run_execute(run, NULL); }

static void an_atom_is_not_reverted_before_it_has_returned(void **state)
{
    (void)state;
    for (int workers = 1; workers < 3; workers++) {
        leat_driver *d = driver_with(workers == 1 ? "threads=1" : "threads=2", 0, NULL);
        leat_run *r = run_of(d, 5, NULL);
        leat_error err;
        pthread_t thread;
        void *code;
        if (leat_run_set_flow(r, "tour", &err) < 0)
            fail_msg("%s", err.message);
        reset(1);
        returned = reverts = too_early = 0;
        assert_int_equal(pthread_create(&thread, NULL, execute, r), 0);
        while (!leat_run_abandoned(r, NULL, 0))
            sched_yield();
        assert_int_equal(reverts, 0);
        open_gate();
        pthread_join(thread, &code);
        assert_int_equal((intptr_t)code, LEAT_EREVERTED);
        assert_true(reverts == 2 && !too_early);
        leat_run_free(r);
        leat_driver_free(d);
    }
}

enum { MANY = 16 };

static void time_and_return_never_both_settle_a_node(void **state)
{
    (void)state;
    leat_builder *b = leat_builder_new();
    char name[20], note[100];
    leat_builder_add_self(b);
    leat_builder_set_executor(b, leat_executor_threads(3));
    for (int i = 0; i < MANY; i++) {
        sprintf(name, "m%d", i);
        sprintf(note, "calls(close_to_it), bind(x = %d), timeout(%dus)", i % 8, 200 + i * 5);
        leat_builder_note(b, name, note);
        sprintf(name, "n%d", i);
        sprintf(note, "calls(reads), bind(b = m%d)", i);
        leat_builder_note(b, name, note);
    }
    leat_driver *d = built(b);
    for (int round = 0; round < 200; round++) {
        leat_run *r = run_all(d, MANY);
        uint64_t ok, failed, rest;
        leat_run_set_keep_going(r, 1);
        leat_run_execute(r, NULL);
        leat_run_counts(r, &ok, &failed, &rest);
        assert_true(failed == rest && ok == 2 * (MANY - failed));
        leat_run_wait_abandoned(r, -1, NULL);
        assert_int_equal(boxes, 0);
        leat_run_free(r);
    }
    leat_driver_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eight_nodes_that_wait_for_each_other_meet_on_two_threads),
        cmocka_unit_test(a_node_may_say_itself_that_it_waits),
        cmocka_unit_test(inline_it_means_nothing),
        cmocka_unit_test(what_does_not_return_in_time_has_failed),
        cmocka_unit_test(a_short_timeout_is_in_time_behind_a_long_one),
        cmocka_unit_test(what_is_ready_beside_a_timed_node_wakes_another_thread),
        cmocka_unit_test(a_run_freed_before_goes_when_the_node_returns),
        cmocka_unit_test(a_node_that_waits_may_be_left_behind_too),
        cmocka_unit_test(what_was_left_behind_may_still_run_runs),
        cmocka_unit_test(an_atom_is_not_reverted_before_it_has_returned),
        cmocka_unit_test(time_and_return_never_both_settle_a_node),
    };
    return cmocka_run_group_tests_name("late", tests, NULL, NULL);
}
