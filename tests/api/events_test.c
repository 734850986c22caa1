/* Tests of event hooks: every node once, causes before effects, true times. */
#include "api.h"
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

enum { WIDTH = 40, LENGTH = 60, NODES = WIDTH * LENGTH + 2 };

static void add_all(void *user, void *const *args, void *result)
{
    int64_t sum = 1;
    for (intptr_t i = 0; i < (intptr_t)user; i++)
        sum += *(int64_t *)args[i];
    *(int64_t *)result = sum;
}

static void refuse(void *user, void *const *args, void *result)
{
    (void)user;
    leat_fail("not with %d", (int)*(int64_t *)args[0]);
    *(int64_t *)result = 0;
}

/* --- what a hook heard --- */

struct heard {
    leat_hook *hook;
    uint32_t seen[NODES + 8];           /* by id: when, 1 the first; 0 never */
    uint64_t began[NODES + 8], ended[NODES + 8];
    uint32_t count, runs_began, runs_ended, failed, skipped, twice, early, unordered, workers;
    char message[100];
    _Atomic int inside;                 /* batches at the same time */
    int overlaps, answer, stop_after, batches;
};

static void hear_one(struct heard *h, const leat_event *e)
{
    if (e->kind == LEAT_EVENT_RUN_BEGAN || e->kind == LEAT_EVENT_RUN_ENDED) {
        h->runs_began += e->kind == LEAT_EVENT_RUN_BEGAN;
        h->runs_ended += e->kind == LEAT_EVENT_RUN_ENDED;
        return;
    }
    h->twice += h->seen[e->id] != 0;
    h->seen[e->id] = ++h->count;
    h->began[e->id] = e->began_ns;
    h->ended[e->id] = e->ended_ns;
    h->unordered += e->ended_ns < e->began_ns;
    h->failed += e->kind == LEAT_EVENT_NODE_FAILED;
    h->skipped += e->kind == LEAT_EVENT_NODE_SKIPPED;
    h->workers |= 1u << e->worker;
    if (e->message)
        snprintf(h->message, sizeof h->message, "%s: %s", leat_driver_name(e->driver, (leat_id){ e->id }), e->message);
    leat_id from[WIDTH + 1];
    for (size_t i = 0; i < leat_driver_param_count(e->driver, (leat_id){ e->id }); i++) {
        from[0] = leat_driver_param(e->driver, (leat_id){ e->id }, i)->from;
        if (leat_driver_kind(e->driver, from[0]) == LEAT_NODE_INPUT)
            continue;
        h->early += !h->seen[from[0].n];
        h->unordered += h->ended[from[0].n] > e->ended_ns;
    }
}

static int hear(void *user, const leat_event *e, size_t n)
{
    struct heard *h = user;
    h->overlaps += atomic_fetch_add(&h->inside, 1) != 0;
    for (size_t i = 0; i < n; i++)
        hear_one(h, &e[i]);
    if (++h->batches == h->stop_after)
        leat_hook_stop(h->hook);
    h->inside--;
    return h->answer;
}

static leat_driver *driver_with(struct heard *h, leat_executor *e)
{
    leat_event_ops ops = LEAT_EVENT_OPS_INIT;
    leat_builder *b = leat_builder_new();
    char text[100], all[40 * WIDTH], *end = all + sprintf(all, "int64_t total(");
    ops.events = hear;
    leat_builder_add_hook(b, h->hook = leat_hook_new_events(&ops, h));
    leat_builder_add_function(b, "int64_t first(int64_t x)", add_all, (void *)1);
    for (int w = 0; w < WIDTH; w++) {
        for (int i = 0; i < LENGTH; i++) {
            sprintf(text, i ? "int64_t n%d_%d(int64_t n%d_%d)" : "int64_t n%d_%d(int64_t first)", w, i, w, i - 1);
            leat_builder_add_function(b, text, add_all, (void *)1);
        }
        end += sprintf(end, "%sint64_t n%d_%d", w ? ", " : "", w, LENGTH - 1);
    }
    strcpy(end, ")");
    leat_builder_add_function(b, all, add_all, (void *)(intptr_t)WIDTH);
    leat_builder_add_function(b, "int64_t bad(int64_t first)", refuse, NULL);
    leat_builder_add_function(b, "int64_t behind(int64_t bad)", add_all, (void *)1);
    return built_on(b, e);
}

static int64_t run(leat_driver *d, const char *output, int keep_going, int *code)
{
    int64_t value = 0;
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "x", (int64_t)1);
    leat_run_output(r, output, &value);
    leat_run_set_keep_going(r, keep_going);
    *code = leat_run_execute(r, NULL);
    leat_run_free(r);
    return value;
}

static void forget(struct heard *h)
{
    leat_hook *hook = h->hook;
    memset(h, 0, sizeof *h);
    h->hook = hook;
}

static void check_whole(struct heard *h)
{
    assert_int_equal(h->count, NODES);
    assert_int_equal(h->runs_began, 1);
    assert_int_equal(h->runs_ended, 1);
    assert_int_equal(h->twice + h->early + h->unordered + h->overlaps + h->failed + h->skipped, 0);
}

static void every_node_is_told_once_and_behind_what_it_reads(void **state)
{
    static struct heard h;
    (void)state;
    for (unsigned workers = 0; workers <= 4; workers += 2) {
        forget(&h);
        leat_driver *d = driver_with(&h, workers ? leat_executor_threads(workers) : NULL);
        for (int round = 0; round < 40; round++) {
            int code;
            forget(&h);
            run(d, "total", 0, &code);
            assert_int_equal(code, 0);
            check_whole(&h);
        }
        leat_driver_free(d);
    }
}

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Within what the first calibration may be off by. */
static void times_are_of_the_monotonic_clock(void **state)
{
    static struct heard h;
    (void)state;
    leat_driver *d = driver_with(&h, NULL);
    int code;
    uint64_t start = now_ns();
    while (now_ns() - start < 30000000)     /* until the counter's rate is known well */
        run(d, "total", 0, &code);
    forget(&h);
    uint64_t before = now_ns();
    run(d, "total", 0, &code);
    uint64_t after = now_ns(), slack = 200000;
    leat_id id;
    assert_int_equal(leat_driver_find(d, "total", &id), 0);
    assert_true(h.began[id.n] + slack >= before && h.ended[id.n] <= after + slack);
    leat_driver_free(d);
}

static void failures_and_skips_are_told_with_their_reason(void **state)
{
    static struct heard h;
    (void)state;
    for (unsigned workers = 0; workers <= 2; workers += 2) {
        forget(&h);
        leat_driver *d = driver_with(&h, workers ? leat_executor_threads(workers) : NULL);
        int code;
        run(d, "behind", 1, &code);
        assert_int_equal(code, LEAT_EFAILED);
        assert_int_equal(h.failed, 1);
        assert_int_equal(h.skipped, 1);
        assert_int_equal(h.count, 3);
        assert_string_equal(h.message, "bad: not with 2");
        leat_driver_free(d);
    }
}

static void a_hook_that_fails_is_counted_and_changes_nothing(void **state)
{
    static struct heard h;
    (void)state;
    leat_driver *d = driver_with(&h, leat_executor_threads(2));
    int64_t value = 0;
    leat_run *r = leat_run_new(d);
    h.answer = -1;
    leat_run_input(r, "x", (int64_t)1);
    leat_run_output(r, "total", &value);
    assert_int_equal(leat_run_execute(r, NULL), 0);
    assert_int_equal(value, 1 + WIDTH * (LENGTH + 2));
    assert_int_equal(leat_run_hook_failures(r), h.batches);
    check_whole(&h);
    leat_run_free(r);
    leat_driver_free(d);
}

static void a_hook_may_stop_itself(void **state)
{
    static struct heard h;
    (void)state;
    leat_driver *d = driver_with(&h, leat_executor_threads(2));
    int code;
    h.stop_after = 3;
    run(d, "total", 0, &code);
    assert_int_equal(code, 0);
    assert_int_equal(h.batches, 3);
    run(d, "total", 0, &code);
    assert_int_equal(h.batches, 3);
    leat_driver_free(d);
}

/* Runs of one driver from several threads: one batch at a time all the same. */
static leat_driver *crowded;
static void *run_some(void *user)
{
    int code = 0, wrong = 0;
    for (int i = 0; i < 20; i++) {
        run(crowded, "total", 0, &code);
        wrong |= code;
    }
    return wrong ? user : NULL;
}

static void batches_of_one_hook_never_overlap(void **state)
{
    static struct heard h;
    (void)state;
    crowded = driver_with(&h, leat_executor_threads(3));
    pthread_t thread[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, run_some, crowded), 0);
    for (int i = 0; i < 4; i++) {
        void *wrong;
        pthread_join(thread[i], &wrong);
        assert_null(wrong);
    }
    assert_int_equal(h.overlaps, 0);
    assert_int_equal(h.count, 4 * 20 * NODES);
    assert_int_equal(h.runs_ended, 80);
    leat_driver_free(crowded);
}

static void kinds_have_names_columns_and_labels(void **state)
{
    (void)state;
    assert_string_equal(leat_event_name(LEAT_EVENT_NODE_DONE), "node.done");
    assert_string_equal(leat_event_column(LEAT_EVENT_RUN_ENDED), "run_ended");
    assert_string_equal(leat_event_label(LEAT_EVENT_NODE_FAILED), "failed");
    assert_string_equal(leat_event_name(1000), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_node_is_told_once_and_behind_what_it_reads),
        cmocka_unit_test(times_are_of_the_monotonic_clock),
        cmocka_unit_test(failures_and_skips_are_told_with_their_reason),
        cmocka_unit_test(a_hook_that_fails_is_counted_and_changes_nothing),
        cmocka_unit_test(a_hook_may_stop_itself),
        cmocka_unit_test(batches_of_one_hook_never_overlap),
        cmocka_unit_test(kinds_have_names_columns_and_labels),
    };
    return cmocka_run_group_tests_name("events", tests, NULL, NULL);
}
