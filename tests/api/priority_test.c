/* Tests of bands and turns: many runs on one pool. A run says how far it may come
 * before others have: there its tasks wait for them, and a pool that does not let
 * those have their turn hangs, which has failed. Nothing sleeps. */
#include "api.h"
#include <leat/ext/sim.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { LONG = 100000, MIDDLE = 10000, SHORT = 100, RUNS = 4, ENDED = INT32_MAX };
enum shape { CHAIN, WIDE };

struct one {
    enum shape shape;
    uint32_t nodes;
    int priority;
    uint32_t most;              /* so many of its tasks, and no more ...         */
    unsigned others;            /* ... before these runs, by bits,               */
    uint32_t did;               /* have run so many; ENDED                       */
    leat_driver *driver;
    leat_run *run;
    int index;
};

static _Atomic uint32_t ran[RUNS], ran_at_end[RUNS][RUNS];     /* by run; when that one ended, of each */
static _Atomic bool gate, ended[RUNS];  /* gate: while it is closed the first run stands still */

static bool may_go_on(const struct one *o)
{
    if (gate && o->index == 0)
        return false;
    for (int i = 0; ran[o->index] > o->most && i < RUNS; i++)
        if (o->others & 1u << i && !ended[i] && ran[i] < o->did)
            return false;
    return true;
}

static void count(void *user, void *const *args, void *result)
{
    const struct one *o = user;
    ran[o->index]++;
    while (!may_go_on(o))
        sched_yield();
    *(int64_t *)result = *(int64_t *)args[0];
}

static leat_driver *nodes_of(struct one *o, leat_executor *e)
{
    leat_builder *b = leat_builder_new();
    char text[80];
    for (uint32_t i = 0; i < o->nodes; i++) {
        if (o->shape == WIDE || !i)
            sprintf(text, "int64_t n%u(int64_t x)", i);
        else
            sprintf(text, "int64_t n%u(int64_t n%u)", i, i - 1);
        leat_builder_add_function(b, text, count, o);
    }
    return built_on(b, leat_executor_ref(e));
}

static void note_the_end(leat_run *r, int code, void *user)
{
    const struct one *o = user;
    (void)r;
    for (int i = 0; i < RUNS && code == 0; i++)
        ran_at_end[o->index][i] = ran[i];
    ended[o->index] = true;
}

static void make_runs(struct one *all, int n, leat_executor *e)
{
    char name[20];
    for (int i = 0; i < RUNS; i++) {
        ran[i] = 0;
        ended[i] = false;
    }
    for (int i = 0; i < n; i++) {
        struct one *o = &all[i];
        o->index = i;
        o->most = o->others ? o->most : o->nodes;
        o->driver = nodes_of(o, e);
        o->run = leat_run_new(o->driver);
        assert_int_equal(leat_run_input(o->run, "x", (int64_t)1), 0);
        for (uint32_t k = 0; k < o->nodes; k++) {
            sprintf(name, "n%u", k);
            assert_int_equal(leat_run_ask(o->run, name, (leat_place){ 0 }), 0);
        }
        assert_int_equal(leat_run_set_priority(o->run, o->priority), 0);
    }
}

static void free_runs(struct one *all, int n)
{
    for (int i = 0; i < n; i++) {
        leat_run_free(all[i].run);
        leat_driver_free(all[i].driver);
    }
}

/* The first begins, stands still until the others are queued behind it, in that
 * order, and all end. */
static void run_all(leat_executor *e, struct one *all, int n, bool stands)
{
    gate = stands;
    make_runs(all, n, e);
    for (int i = 0; i < n; i++) {
        assert_int_equal(leat_run_submit(all[i].run, note_the_end, &all[i], NULL), 0);
        while (stands && !ran[0])
            sched_yield();
    }
    gate = false;
    for (int i = 0; i < n; i++)
        assert_int_equal(leat_run_wait(all[i].run, -1, NULL), 0);
    free_runs(all, n);
    leat_executor_unref(e);
}

/* Ways: one and two workers, runs of either shape. */
static leat_executor *workers(int way) { return leat_executor_threads(way & 4 ? 2 : 1); }
static enum shape first(int way) { return way & 1; }
static enum shape second(int way) { return way >> 1 & 1; }

static void a_short_run_ends_long_before_a_long_one_that_began_earlier(void **state)
{
    (void)state;
    for (int way = 0; way < 8; way++) {
        struct one all[] = {
            { .shape = first(way), .nodes = LONG, .most = LONG / 10, .others = 2, .did = ENDED },
            { .shape = second(way), .nodes = SHORT },
        };
        run_all(workers(way), all, 2, true);
    }
}

static void a_long_run_that_begins_later_does_not_hold_up_a_short_one(void **state)
{
    (void)state;
    for (int way = 0; way < 8; way++) {
        struct one all[] = {
            { .shape = CHAIN, .nodes = SHORT },
            { .shape = first(way), .nodes = SHORT },
            { .shape = second(way), .nodes = MIDDLE, .most = MIDDLE / 4, .others = 3, .did = ENDED },
        };
        run_all(workers(way), all, 3, true);
    }
}

static void long_runs_take_turns(void **state)
{
    (void)state;
    for (int way = 0; way < 4; way++) {         /* of two workers one may get no processor */
        enum { MOST = MIDDLE / 2, DID = MIDDLE / 4 };
        struct one all[] = {
            { .shape = first(way), .nodes = MIDDLE, .most = MOST, .others = 6, .did = DID },
            { .shape = second(way), .nodes = MIDDLE, .most = MOST, .others = 5, .did = DID },
            { .shape = WIDE, .nodes = MIDDLE, .most = MOST, .others = 3, .did = DID },
        };
        run_all(workers(way), all, 3, true);
    }
}

static void higher_bands_end_before_lower_ones_have_come_far(void **state)
{
    (void)state;
    for (int way = 0; way < 8; way++) {
        struct one all[] = {
            { .shape = WIDE, .nodes = SHORT, .priority = 1 },
            { .shape = first(way), .nodes = MIDDLE, .priority = -1, .most = MIDDLE / 10, .others = 12, .did = ENDED },
            { .shape = first(way), .nodes = MIDDLE, .most = MIDDLE / 10, .others = 8, .did = ENDED },
            { .shape = second(way), .nodes = MIDDLE, .priority = 7 },
        };
        run_all(workers(way), all, 4, true);
        if (way < 4) {
            assert_in_range(ran_at_end[3][1], 0, MIDDLE / 20);
            assert_in_range(ran_at_end[3][2], 0, MIDDLE / 20);
            assert_in_range(ran_at_end[2][1], 0, MIDDLE / 20);
        }
    }
}

static void what_is_low_does_not_starve(void **state)
{
    (void)state;
    for (int way = 0; way < 8; way++) {
        struct one all[] = {
            { .shape = WIDE, .nodes = LONG, .priority = 1, .most = LONG - 100, .others = 6, .did = ENDED },
            { .shape = first(way), .nodes = SHORT, .priority = -1 },
            { .shape = second(way), .nodes = SHORT },
        };
        run_all(workers(way), all, 3, true);
    }
}

static void *execute(void *run) { return (void *)(intptr_t)leat_run_execute(run, NULL); }

/* Who executes works for its own run, but not while others wait for its worker. */
static void who_executes_a_long_run_lets_others_have_their_turn(void **state)
{
    (void)state;
    for (int way = 0; way < 8; way++) {
        leat_executor *e = workers(way);
        struct one all[] = {
            { .shape = first(way), .nodes = MIDDLE, .most = MIDDLE / 4, .others = 2, .did = ENDED },
            { .shape = second(way), .nodes = SHORT },
        };
        pthread_t thread;
        void *code;
        gate = true;
        make_runs(all, 2, e);
        assert_int_equal(pthread_create(&thread, NULL, execute, all[0].run), 0);
        while (!ran[0])
            sched_yield();
        assert_int_equal(leat_run_submit(all[1].run, note_the_end, &all[1], NULL), 0);
        gate = false;
        assert_int_equal(leat_run_wait(all[1].run, -1, NULL), 0);
        pthread_join(thread, &code);
        assert_null(code);
        free_runs(all, 2);
        leat_executor_unref(e);
    }
}

/* --- what a task submits and waits for --- */

static leat_run *queued[4];
static _Atomic uint32_t queue_ran;

static void run_queued(void *user, void *const *args, void *result)
{
    (void)user;
    queue_ran++;
    *(int64_t *)result = *(int64_t *)args[0];
}

/* The third is taken by who waits for it, from behind the others. */
static void submit_queued(void *user, void *const *args, void *result)
{
    int code = 0;
    (void)user;
    for (int i = 0; i < 3 && !code; i++)
        code = leat_run_submit(queued[i], NULL, NULL, NULL);
    if (!code)
        code = leat_run_wait(queued[2], -1, NULL);
    *(int64_t *)result = code || queue_ran != 1 ? -1 : leat_run_submit(queued[3], NULL, NULL, NULL);
    (void)args;
}

static void what_is_taken_from_the_middle_of_the_queue_loses_nothing(void **state)
{
    (void)state;
    int64_t submits = -1;
    leat_builder *b = leat_builder_new();
    leat_builder_add_function(b, "int64_t submits(int64_t x)", submit_queued, NULL);
    leat_builder_add_function(b, "int64_t queued(int64_t x)", run_queued, NULL);
    leat_driver *d = built_on(b, leat_executor_threads(1));
    leat_run *all = leat_run_new(d);
    queue_ran = 0;
    for (int i = 0; i < 4; i++) {
        queued[i] = leat_run_new(d);
        leat_run_input(queued[i], "x", (int64_t)1);
        leat_run_ask(queued[i], "queued", (leat_place){ 0 });
    }
    leat_run_input(all, "x", (int64_t)1);
    leat_run_output(all, "submits", &submits);
    assert_int_equal(leat_run_submit(all, NULL, NULL, NULL) || leat_run_wait(all, -1, NULL), 0);
    assert_int_equal(submits, 0);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(leat_run_wait(queued[i], -1, NULL), 0);
        leat_run_free(queued[i]);
    }
    assert_int_equal(queue_ran, 4);
    leat_run_free(all);
    leat_driver_free(d);
}

/* --- nodes of one run --- */

enum { NODES = 300 };
static _Atomic uint32_t began;
static int band_of_turn[NODES + 1];

static void note_the_turn(void *user, void *const *args, void *result)
{
    band_of_turn[began++] = (int)(intptr_t)user;
    *(int64_t *)result = *(int64_t *)args[0];
}

static leat_driver *mixed(leat_executor *e)
{
    leat_builder *b = leat_builder_new();
    char text[80];
    leat_builder_add_function(b, "int64_t first(int64_t x)", note_the_turn, (void *)3);
    for (int i = 0; i < NODES; i++) {
        sprintf(text, "int64_t n%d(int64_t first)", i);
        leat_builder_add_function(b, text, note_the_turn, (void *)(intptr_t)(i % 3));
        sprintf(text, "n%d", i);
        if (i % 3 != 1)
            leat_builder_note(b, text, i % 3 ? "priority(3)" : "priority(-1)");
    }
    return built_on(b, e);
}

static void a_driver_tells_what_notes_say_of_calls(void **state)
{
    (void)state;
    leat_builder *b = leat_builder_new();
    leat_id id, plain;
    leat_builder_add_function(b, "int64_t pay(int64_t x, leat_context *c)", note_the_turn, NULL);
    leat_builder_add_function(b, "int64_t plain(int64_t x)", note_the_turn, NULL);
    leat_builder_note(b, "pay", "blocking, timeout(1500ms), effect(once)");
    leat_driver *d = built_on(b, leat_executor_inline());
    assert_int_equal(leat_driver_find(d, "pay", &id) || leat_driver_find(d, "plain", &plain), 0);
    assert_int_equal(leat_driver_blocking(d, id), 1);
    assert_int_equal(leat_driver_blocking(d, plain), 0);
    assert_int_equal(leat_driver_timeout(d, id), 1500000000);
    assert_int_equal(leat_driver_timeout(d, plain), 0);
    assert_string_equal(leat_driver_effect(d, id), "once");
    assert_null(leat_driver_effect(d, plain));
    assert_null(leat_driver_effect(d, (leat_id){ UINT32_MAX }));
    assert_string_equal(leat_driver_param(d, id, 1)->type, "leat_context *");
    leat_driver_free(d);
}

static void nodes_of_one_run_begin_band_by_band(void **state)
{
    (void)state;
    for (int way = 0; way < 20; way++) {
        leat_driver *d = mixed(way % 2 ? leat_executor_threads(1) : leat_executor_inline());
        leat_run *r = leat_run_new(d);
        char name[20];
        leat_id id;
        began = 0;
        assert_int_equal(leat_driver_find(d, "n2", &id), 0);
        assert_int_equal(leat_driver_priority(d, id), 3);
        assert_int_equal(leat_run_input(r, "x", (int64_t)1), 0);
        for (int i = 0; i < NODES; i++) {
            sprintf(name, "n%d", i);
            assert_int_equal(leat_run_ask(r, name, (leat_place){ 0 }), 0);
        }
        if (way % 4 == 1)
            assert_int_equal(leat_run_execute(r, NULL), 0);
        else
            assert_int_equal(leat_run_submit(r, NULL, NULL, NULL) || leat_run_wait(r, -1, NULL), 0);
        assert_int_equal(began, NODES + 1);
        for (int i = 1; i <= NODES; i++)
            assert_true(band_of_turn[i] <= band_of_turn[i - 1]);
        leat_run_free(r);
        leat_driver_free(d);
    }
}

static void a_simulation_honours_bands(void **state)
{
    enum { ONES = 1000 };
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        leat_sim_options o = LEAT_SIM_OPTIONS_INIT;
        o.seed = seed;
        struct one all[] = {
            { .shape = WIDE, .nodes = ONES, .priority = -3 },
            { .shape = WIDE, .nodes = ONES },
            { .shape = WIDE, .nodes = ONES, .priority = 3 },
        };
        run_all(leat_executor_sim(&o), all, 3, false);
        assert_in_range(ran_at_end[2][0], 0, ONES / 4);
        assert_in_range(ran_at_end[2][1], 0, ONES / 4);
        assert_in_range(ran_at_end[1][0], 0, ONES / 4);
    }
}

/* --- two workers, two bands --- */

static _Atomic uint32_t low_ran, high_came, low_was_over;
static _Atomic bool open;

static void low_task(void *user, void *const *args, void *result)
{
    (void)user;
    do                                  /* also later: on a busy machine the other has its turn, too */
        sched_yield();
    while (!open);
    low_ran++;
    *(int64_t *)result = *(int64_t *)args[0];
}

/* Comes back when there are two. */
static void high_task(void *user, void *const *args, void *result)
{
    (void)user;
    if (low_ran == LONG)                /* before it has come: afterwards the other may go on */
        low_was_over++;
    uint32_t even = (high_came++ / 2 + 1) * 2;
    while (high_came < even)
        sched_yield();
    *(int64_t *)result = *(int64_t *)args[0];
}

static leat_run *many(leat_executor *e, uint32_t n, void (*fn)(void *, void *const *, void *), int priority)
{
    char text[60];
    leat_builder *b = leat_builder_new();
    for (uint32_t i = 0; i < n; i++) {
        sprintf(text, "int64_t n%u(int64_t x)", i);
        leat_builder_add_function(b, text, fn, NULL);
    }
    leat_driver *d = built_on(b, leat_executor_ref(e));
    leat_run *r = leat_run_new(d);
    leat_driver_free(d);
    leat_run_input(r, "x", (int64_t)1);
    for (uint32_t i = 0; i < n; i++) {
        sprintf(text, "n%u", i);
        leat_run_ask(r, text, (leat_place){ 0 });
    }
    assert_int_equal(leat_run_set_priority(r, priority), 0);
    return r;
}

static void all_workers_come_to_the_higher_band_while_a_lower_one_has_work(void **state)
{
    (void)state;
    for (int round = 0; round < 3; round++) {
        leat_executor *e = leat_executor_threads(2);
        leat_run *low = many(e, LONG, low_task, -1), *high = many(e, 20, high_task, 1);
        low_ran = high_came = low_was_over = 0;
        open = false;
        assert_int_equal(leat_run_submit(low, NULL, NULL, NULL), 0);
        assert_int_equal(leat_run_submit(high, NULL, NULL, NULL), 0);
        open = true;
        assert_int_equal(leat_run_wait(high, -1, NULL), 0);
        assert_int_equal(low_was_over, 0);
        assert_int_equal(leat_run_wait(low, -1, NULL), 0);
        leat_run_free(low);
        leat_run_free(high);
        leat_executor_unref(e);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_short_run_ends_long_before_a_long_one_that_began_earlier),
        cmocka_unit_test(a_long_run_that_begins_later_does_not_hold_up_a_short_one),
        cmocka_unit_test(long_runs_take_turns),
        cmocka_unit_test(higher_bands_end_before_lower_ones_have_come_far),
        cmocka_unit_test(what_is_low_does_not_starve),
        cmocka_unit_test(who_executes_a_long_run_lets_others_have_their_turn),
        cmocka_unit_test(what_is_taken_from_the_middle_of_the_queue_loses_nothing),
        cmocka_unit_test(a_driver_tells_what_notes_say_of_calls),
        cmocka_unit_test(nodes_of_one_run_begin_band_by_band),
        cmocka_unit_test(all_workers_come_to_the_higher_band_while_a_lower_one_has_work),
        cmocka_unit_test(a_simulation_honours_bands),
    };
    return cmocka_run_group_tests_name("priority", tests, NULL, NULL);
}
