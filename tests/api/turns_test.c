/* Tests of what several tasks share: values noted shared and turns, nodes noted
 * serial, within a run, among runs of many threads, and in runs within a task. */
#include "api.h"
#include <leat/node.h>
#include <leat/sample.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <unistd.h>

/* --- nodes of this program --- */

struct pool { int made_of; long uses; };        /* shared: takes care of itself */
struct line { _Atomic int users, most; long calls; };      /* turns: one user at a time */
LEAT_TYPE(struct pool, free(pool_close), shared);
LEAT_TYPE(struct line, free(line_close), turns);

static _Atomic int pools, lines;
static __thread char diary[200];

static void wrote(const char *word) { strcat(strcat(diary, *diary ? " " : ""), word); }

static struct pool *pool(int made_of)
{
    struct pool *p = calloc(1, sizeof *p);
    p->made_of = made_of;
    pools++;
    wrote("open");
    return p;
}
LEAT_FUNCTION(struct pool *, pool, (int, made_of));
static void pool_close(struct pool *p) { pools--; wrote("close"); free(p); }
LEAT_FUNCTION(void, pool_close, (struct pool *, p));

static int first(struct pool *pool) { wrote("first"); return (int)++pool->uses; }
static int second(struct pool *pool) { wrote("second"); return (int)++pool->uses; }
static int third(struct pool *pool, int first) { wrote("third"); return pool->made_of + first; }
static int behind(int second, int third) { wrote("behind"); return second + third; }
LEAT_FUNCTION(int, first, (struct pool *, pool));
LEAT_FUNCTION(int, second, (struct pool *, pool));
LEAT_FUNCTION(int, third, (struct pool *, pool), (int, first));
LEAT_FUNCTION(int, behind, (int, second), (int, third));

/* The same pointer goes on: another name for the pool. */
static struct pool *tuned(struct pool *pool) { pool->made_of++; return pool; }
static int of_tuned(struct pool *tuned, int first) { return tuned->made_of + first; }
LEAT_FUNCTION(struct pool *, tuned, (struct pool *, pool));
LEAT_FUNCTION(int, of_tuned, (struct pool *, tuned), (int, first));

static struct line *own_line(int x) { (void)x; lines++; return calloc(1, sizeof(struct line)); }
static void line_close(struct line *l) { lines--; free(l); }
LEAT_FUNCTION(struct line *, own_line, (int, x));
LEAT_FUNCTION(void, line_close, (struct line *, l));

/* Long enough for another thread to come in between, if it could. */
static int use(struct line *l)
{
    int users = ++l->users;
    if (users > l->most)
        l->most = users;
    for (int i = 0; i < 20; i++)
        l->calls++;
    sched_yield();
    l->calls -= 19;
    l->users--;
    return users;
}
static int talk(struct line *line, int x) { return use(line) + x; }
static int write_(const struct line *line, struct line *own_line) { return use((struct line *)line) + use(own_line); }
static int both(struct line *line, struct line *other, int talk) { return use(line) + use(other) + talk; }
LEAT_FUNCTION(int, talk, (struct line *, line), (int, x));
LEAT_FUNCTION(int, write_, (const struct line *, line), (struct line *, own_line));
LEAT_FUNCTION(int, both, (struct line *, line), (struct line *, other), (int, talk));

static struct line press, desk;         /* what serial(press), serial(desk) guard */
static int print(int x) { return use(&press) + x; }
static int bind_(int x) { return use(&desk) + use(&press) + x; }
static int sort(int x) { return use(&desk) + x; }
LEAT_NODE(print, serial(press));
LEAT_NODE(bind, serial(press, desk));
LEAT_NODE(sort, serial(desk));
LEAT_FUNCTION(int, print, (int, x));
LEAT_FUNCTION(int, bind_, (int, x));
LEAT_FUNCTION(int, sort, (int, x));
static int all(int talk, int write, int both, int print, int bind, int sort)
{
    return talk + write + both + print + bind + sort;
}
LEAT_FUNCTION(int, all, (int, talk), (int, write), (int, both), (int, print), (int, bind), (int, sort));

/* Run another node while they have their turn. */
static leat_driver *driver;
static int run_node(const char *name, int x, leat_value line, char *why, size_t size)
{
    leat_error err = { 0 };
    int value = 0;
    leat_run *run = leat_run_new(driver);
    leat_run_input(run, "x", x);
    if (line.as.p)
        leat_run_set(run, "line", line);
    leat_run_output(run, name, &value);
    int code = leat_run_execute(run, &err);
    snprintf(why, size, "%.250s", err.message);
    leat_run_free(run);
    return code < 0 ? code : value;
}
static char within[300];
static const leat_value none;
static int prints_within(int x) { return run_node("print", x, none, within, sizeof within); }
static int sorts_within(int x) { return run_node("sort", x, none, within, sizeof within); }
LEAT_NODE(prints_within, serial(press));
LEAT_NODE(sorts_within, serial(press));
LEAT_FUNCTION(int, prints_within, (int, x));
LEAT_FUNCTION(int, sorts_within, (int, x));
static void keep(void *unused) { (void)unused; }
static leat_value lent(struct line *l)
{
    leat_value v = LEAT_STRUCT(struct line, l);
    v.release = keep;
    return v;
}
static int talks_within(struct line *line, int x) { return run_node("talk", x, lent(line), within, sizeof within); }
LEAT_FUNCTION(int, talks_within, (struct line *, line), (int, x));

/* Two that have a turn each and meet before they ask for the other's. */
static pthread_barrier_t meeting;
static _Atomic int meet;
static int press_then_desk(int x)
{
    char why[300];
    if (meet)
        pthread_barrier_wait(&meeting);
    return run_node("sort", x, none, why, sizeof why);
}
static int desk_then_press(int x)
{
    char why[300];
    if (meet)
        pthread_barrier_wait(&meeting);
    return run_node("print", x, none, why, sizeof why);
}
LEAT_NODE(press_then_desk, serial(press));
LEAT_NODE(desk_then_press, serial(desk));
LEAT_FUNCTION(int, press_then_desk, (int, x));
LEAT_FUNCTION(int, desk_then_press, (int, x));

static int make_driver(void **state)
{
    (void)state;
    leat_builder *b = leat_builder_new();
    leat_builder_add_self(b);
    driver = built(b);
    pthread_barrier_init(&meeting, NULL, 2);
    return 0;
}

static int drop_driver(void **state)
{
    (void)state;
    leat_driver_free(driver);
    pthread_barrier_destroy(&meeting);
    return pools || lines;
}

/* --- one thread --- */

static void many_readers_take_a_pointer_and_the_last_is_followed_by_the_end(void **state)
{
    (void)state;
    *diary = 0;
    assert_answer(driver, "behind", "made_of=7", "10");
    assert_string_equal(diary, "open first second third close behind");
    assert_int_equal(pools, 0);
}

static void an_asked_shared_value_needs_no_copy_and_lives_with_its_run(void **state)
{
    (void)state;
    leat_run *run = leat_run_new(driver);
    struct pool *kept = NULL;
    int sum = 0;
    leat_run_input(run, "made_of", 7);
    assert_int_equal(leat_run_ask(run, "pool", LEAT_INTO(struct pool *, &kept)), 0);
    leat_run_output(run, "behind", &sum);
    assert_int_equal(leat_run_execute(run, NULL), 0);
    assert_true(kept && kept->uses == 2 && pools == 1);
    leat_run_free(run);
    assert_int_equal(pools, 0);
}

static void a_shared_pointer_given_back_is_another_name_for_it(void **state)
{
    (void)state;
    assert_answer(driver, "of_tuned", "made_of=7", "9");
    assert_int_equal(pools, 0);
}

static int released;
static void release(void *user) { released += *(int *)user; }

static void a_host_may_lend_a_shared_value(void **state)
{
    (void)state;
    struct pool mine = { 5, 0 };
    int sum = 0, one = 1;
    leat_run *run = leat_run_new(driver);
    leat_value v = LEAT_STRUCT(struct pool, &mine);
    v.release = release;
    v.user = &one;
    assert_int_equal(leat_run_override(run, "pool", v), 0);
    leat_run_output(run, "behind", &sum);
    assert_int_equal(leat_run_execute(run, NULL), 0);
    assert_true(sum == 8 && mine.uses == 2 && released == 0);
    leat_run_free(run);
    assert_int_equal(released, 1);
    assert_int_equal(pools, 0);
}

static void an_override_of_what_waits_for_turns_waits_for_none(void **state)
{
    (void)state;
    int sum = 0;
    struct line line = { 0 };
    leat_run *run = leat_run_new(driver);
    assert_int_equal(leat_run_override(run, "talk", leat_of(5)), 0);
    leat_run_set(run, "line", lent(&line));
    leat_run_set(run, "other", lent(&line));
    leat_run_output(run, "both", &sum);
    assert_int_equal(leat_run_execute(run, NULL), 0);
    assert_int_equal(sum, 7);
    leat_run_free(run);
}

static void a_task_cannot_wait_for_its_own_turn(void **state)
{
    (void)state;
    assert_answer(driver, "prints_within", "x=3", "-5");
    assert_has(within, "print failed: waits for its turn for ever: serial(press) is held by a task that waits for "
               "this run");
    assert_answer(driver, "sorts_within", "x=3", "4");
    struct line one = { 0 }, two = { 0 };
    char why[300];
    assert_int_equal(run_node("talks_within", 1, lent(&one), why, sizeof why), LEAT_EFAILED);
    assert_has(within, "talk failed: waits for its turn for ever: line is held by");
    assert_int_equal(run_node("talk", 1, lent(&two), why, sizeof why), 2);
}

/* --- many threads --- */

static _Atomic int refused;
static void *runs_across(void *name)
{
    char why[300];
    refused += run_node(name, 1, none, why, sizeof why) < 0;
    return NULL;
}

static void two_tasks_that_would_wait_for_each_other_are_not_left_waiting(void **state)
{
    (void)state;
    pthread_t a, b;
    meet = 1;
    refused = 0;
    pthread_create(&a, NULL, runs_across, "press_then_desk");
    pthread_create(&b, NULL, runs_across, "desk_then_press");
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    meet = 0;
    assert_int_equal(refused, 1);       /* a run within one of them: the other's turn came */
}

static struct line shared_line, other_line;
static void *run_all(void *unused)
{
    for (int i = 0; i < 100 && !unused; i++) {
        int sum = 0;
        leat_run *run = leat_run_new(driver);
        leat_run_input(run, "x", i);
        leat_run_set(run, "line", lent(&shared_line));
        leat_run_set(run, "other", lent(i & 1 ? &shared_line : &other_line));
        leat_run_output(run, "all", &sum);
        if (leat_run_execute(run, NULL) < 0 || sum != 5 * i + 10)
            unused = "bad";
        leat_run_free(run);
    }
    return unused;
}

static void turns_and_serials_hold_among_the_runs_of_many_threads(void **state)
{
    (void)state;
    pthread_t thread[8];
    void *bad;
    for (int i = 0; i < 8; i++)
        pthread_create(&thread[i], NULL, run_all, NULL);
    for (int i = 0; i < 8; i++) {
        pthread_join(thread[i], &bad);
        assert_null(bad);
    }
    assert_int_equal(shared_line.most, 1);
    assert_int_equal(other_line.most, 1);
    assert_int_equal(press.most, 1);
    assert_int_equal(desk.most, 1);
    assert_int_equal(lines, 0);
    assert_int_equal(shared_line.calls, 8 * (100 * 3 + 50));
}

/* --- one worker --- */

static _Atomic int holding, passed;
static int holds(int x)
{
    holding = 1;
    while (!passed)
        sched_yield();
    return x;
}
static int passes(int x) { passed = 1; return x; }
LEAT_NODE(holds, serial(press));
LEAT_FUNCTION(int, holds, (int, x));
LEAT_FUNCTION(int, passes, (int, x));

/* Waits for a run whose work is not this pool's. */
static leat_run *awaited;
static _Atomic int waiting;
static int waits_for_it(int x)
{
    waiting = 1;
    return x + leat_run_wait(awaited, -1, NULL);
}
LEAT_FUNCTION(int, waits_for_it, (int, x));

static leat_run *asked(leat_driver *d, const char *name)
{
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "x", 1);
    leat_run_ask(r, name, (leat_place){ 0 });
    return r;
}

static void *execute(void *run) { return (void *)(intptr_t)leat_run_execute(run, NULL); }

struct three { leat_driver *driver; leat_run *has, *wants, *ends; pthread_t thread; };

/* One has the turn, on a thread of ours as one task is no work for others; one waits
 * for it on the only worker. */
static void begin(struct three *t)
{
    leat_builder *b = leat_builder_new();
    leat_builder_add_self(b);
    t->driver = built_on(b, leat_executor_threads(1));
    t->has = asked(t->driver, "holds");
    t->wants = asked(t->driver, "print");
    t->ends = asked(t->driver, "passes");
    leat_sampler *s = leat_sampler_new(t->wants);
    holding = passed = 0;
    assert_int_equal(pthread_create(&t->thread, NULL, execute, t->has), 0);
    while (!holding)
        sched_yield();
    assert_int_equal(leat_run_submit(t->wants, NULL, NULL, NULL), 0);
    while (!leat_sampler_look(s)->in_turn)
        sched_yield();
    leat_sampler_free(s);
}

static void end(struct three *t, int wanted)
{
    void *code;
    assert_int_equal(leat_run_submit(t->ends, NULL, NULL, NULL) || leat_run_wait(t->ends, -1, NULL), 0);
    assert_int_equal(leat_run_wait(t->wants, -1, NULL), wanted);
    pthread_join(t->thread, &code);
    assert_null(code);
    leat_run_free(t->has);
    leat_run_free(t->wants);
    leat_run_free(t->ends);
    leat_driver_free(t->driver);
}

static void who_waits_for_its_turn_keeps_no_worker(void **state)
{
    (void)state;
    struct three t;
    begin(&t);
    end(&t, 0);         /* what ends the other's turn stood behind it */
}

static void a_task_cancelled_while_it_waits_for_its_turn_does_not_begin(void **state)
{
    (void)state;
    struct three t;
    long before = press.calls;
    begin(&t);
    assert_int_equal(leat_run_cancel(t.wants), 0);
    end(&t, LEAT_ECANCELLED);
    assert_int_equal(press.calls, before);
}

static void who_waits_for_a_run_keeps_no_worker(void **state)
{
    (void)state;
    pthread_t thread;
    void *code;
    leat_builder *b = leat_builder_new();
    leat_builder_add_self(b);
    leat_driver *d = built_on(b, leat_executor_threads(1));
    leat_run *waits = asked(d, "waits_for_it"), *ends = asked(d, "passes");
    awaited = asked(d, "holds");
    holding = passed = waiting = 0;
    alarm(60);
    assert_int_equal(pthread_create(&thread, NULL, execute, awaited), 0);
    while (!holding)
        sched_yield();
    assert_int_equal(leat_run_submit(waits, NULL, NULL, NULL), 0);
    while (!waiting)
        sched_yield();
    assert_int_equal(leat_run_submit(ends, NULL, NULL, NULL), 0);
    assert_int_equal(leat_run_wait(waits, -1, NULL), 0);
    alarm(0);
    assert_int_equal(leat_run_wait(ends, -1, NULL), 0);
    pthread_join(thread, &code);
    assert_null(code);
    leat_run_free(waits);
    leat_run_free(ends);
    leat_run_free(awaited);
    leat_driver_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_readers_take_a_pointer_and_the_last_is_followed_by_the_end),
        cmocka_unit_test(an_asked_shared_value_needs_no_copy_and_lives_with_its_run),
        cmocka_unit_test(a_shared_pointer_given_back_is_another_name_for_it),
        cmocka_unit_test(a_host_may_lend_a_shared_value),
        cmocka_unit_test(an_override_of_what_waits_for_turns_waits_for_none),
        cmocka_unit_test(a_task_cannot_wait_for_its_own_turn),
        cmocka_unit_test(two_tasks_that_would_wait_for_each_other_are_not_left_waiting),
        cmocka_unit_test(turns_and_serials_hold_among_the_runs_of_many_threads),
        cmocka_unit_test(who_waits_for_its_turn_keeps_no_worker),
        cmocka_unit_test(who_waits_for_a_run_keeps_no_worker),
        cmocka_unit_test(a_task_cancelled_while_it_waits_for_its_turn_does_not_begin),
    };
    return cmocka_run_group_tests_name("turns", tests, make_driver, drop_driver);
}
