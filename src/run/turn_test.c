/* Tests of turns: who gets a token, in what order, and waits that would never end. */
#include "run/turn.h"
#include <leat/error.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { MOST = 4 };

struct waiter {
    struct leat__claim claim;           /* first: wake() gets its address */
    struct leat__hold hold[MOST];
    int woken;
    struct leat__above inside;          /* the run that its task waits for */
    struct leat__await waits;
};

static struct leat__turns turns;
static struct waiter *order[64];
static uint32_t ordered;

static void wake(struct leat__claim *c)
{
    struct waiter *w = (struct waiter *)c;
    w->woken++;
    if (ordered < 64)
        order[ordered++] = w;
}

static struct waiter waiter_of(const char *keys)
{
    struct waiter w = { .claim = { .wake = wake, .count = (uint32_t)strlen(keys) } };
    for (uint32_t i = 0; i < w.claim.count; i++)
        w.hold[i].key = (uint64_t)keys[i];
    return w;
}

static int try(struct waiter *w)
{
    w->claim.hold = w->hold;
    return leat__turn_try(&turns, &w->claim);
}

/* Its task is of a run that the other's waits for. */
static void within(struct waiter *w, struct waiter *outer)
{
    w->claim.up = &outer->inside;
    if (outer->inside.first)
        return;
    outer->waits = (struct leat__await){ .claim = &outer->claim, .of = outer->claim.up };
    leat__await_begin(&turns, &outer->inside, &outer->waits);
}

static void give(struct waiter *w) { leat__turn_give(&turns, &w->claim); }

static int begin(void **state)
{
    (void)state;
    leat__turns_init(&turns);
    ordered = 0;
    return 0;
}

static int end(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < LEAT__TURN_BUCKETS; i++)
        if (turns.held[i])
            return 1;
    leat__turns_fini(&turns);
    return turns.inner ? 1 : 0;
}

static void a_token_goes_to_who_has_waited_longest(void **state)
{
    (void)state;
    struct waiter a = waiter_of("x"), b = waiter_of("x"), c = waiter_of("x"), d = waiter_of("y");
    assert_int_equal(try(&a), 0);
    assert_int_equal(try(&b), LEAT_EBUSY);
    assert_int_equal(try(&c), LEAT_EBUSY);
    assert_int_equal(try(&d), 0);
    give(&d);
    assert_int_equal(ordered, 0);
    give(&a);
    assert_true(ordered == 1 && order[0] == &b && b.claim.code == 0);
    assert_int_equal(try(&a), LEAT_EBUSY);
    give(&b);
    give(&c);
    assert_true(ordered == 3 && order[1] == &c && order[2] == &a);
    give(&a);
}

static void a_claim_of_several_keys_has_all_of_them_or_waits(void **state)
{
    (void)state;
    struct waiter a = waiter_of("b"), b = waiter_of("abc"), c = waiter_of("a"), d = waiter_of("c");
    assert_int_equal(try(&a), 0);
    assert_int_equal(try(&d), 0);
    assert_int_equal(try(&b), LEAT_EBUSY);
    assert_int_equal(try(&c), LEAT_EBUSY);
    give(&a);
    assert_int_equal(b.woken, 0);
    give(&d);
    assert_int_equal(b.woken, 1);
    assert_int_equal(c.woken, 0);
    give(&b);
    assert_int_equal(c.woken, 1);
    give(&c);
}

static void a_run_within_a_task_cannot_wait_for_that_task(void **state)
{
    (void)state;
    struct waiter a = waiter_of("a"), none = waiter_of(""), b = waiter_of("a"), c = waiter_of("b");
    within(&none, &a);
    within(&b, &none);
    within(&c, &none);
    assert_int_equal(try(&a), 0);
    assert_int_equal(try(&none), 0);
    assert_int_equal(try(&b), LEAT_EDEADLK);
    assert_int_equal(b.claim.stuck, 'a');
    assert_int_equal(try(&c), 0);
    give(&c);
    give(&none);
    give(&a);
}

static void two_tasks_that_wait_for_each_others_runs_are_told_apart(void **state)
{
    (void)state;
    struct waiter a = waiter_of("a"), b = waiter_of("b"), in_a = waiter_of("b"), in_b = waiter_of("a");
    within(&in_a, &a);
    within(&in_b, &b);
    assert_int_equal(try(&a), 0);
    assert_int_equal(try(&b), 0);
    assert_int_equal(try(&in_a), LEAT_EBUSY);
    assert_int_equal(try(&in_b), LEAT_EDEADLK);
    give(&b);
    assert_int_equal(in_a.woken, 1);
    assert_int_equal(in_a.claim.code, 0);
    give(&in_a);
    give(&a);
}

static void either_of_two_that_wait_for_a_run_counts(void **state)
{
    (void)state;
    struct waiter a = waiter_of("a"), b = waiter_of("b"), in = waiter_of("a"), in_too = waiter_of("b");
    struct leat__await b_waits = { .claim = &b.claim };
    assert_int_equal(try(&a), 0);
    assert_int_equal(try(&b), 0);
    within(&in, &a);
    within(&in_too, &a);
    leat__await_begin(&turns, &a.inside, &b_waits);
    assert_int_equal(try(&in), LEAT_EDEADLK);
    assert_int_equal(try(&in_too), LEAT_EDEADLK);
    leat__await_end(&b_waits);
    assert_int_equal(try(&in), LEAT_EDEADLK);
    leat__await_end(&a.waits);
    assert_int_equal(try(&in), LEAT_EBUSY);
    give(&a);
    assert_int_equal(in.claim.code, 0);
    give(&in);
    give(&b);
}

static void a_wait_that_begins_later_closes_the_circle_too(void **state)
{
    (void)state;
    struct waiter a = waiter_of("a"), in = waiter_of("0a"), next = waiter_of("0");
    struct leat__above run = { 0 };
    in.claim.up = &run;
    assert_int_equal(try(&a), 0);
    assert_int_equal(try(&in), LEAT_EBUSY);
    assert_int_equal(try(&next), LEAT_EBUSY);
    a.waits.claim = &a.claim;
    leat__await_begin(&turns, &run, &a.waits);
    assert_int_equal(in.woken, 1);
    assert_int_equal(in.claim.code, LEAT_EDEADLK);
    assert_int_equal(in.claim.stuck, 'a');
    assert_int_equal(next.woken, 1);        /* what it held is another's */
    leat__await_end(&a.waits);
    give(&next);
    give(&a);
}

/* `in` waits for a, alone or behind another; once it is refused a later one comes. */
static void who_comes_after_the_last_was_refused_has_its_turn(void **state)
{
    (void)state;
    for (int others = 0; others < 2; others++) {
        struct waiter a = waiter_of("a"), before = waiter_of("a"), in = waiter_of("a"), later = waiter_of("a");
        struct leat__above run = { 0 };
        in.claim.up = &run;
        assert_int_equal(try(&a), 0);
        assert_int_equal(others ? try(&before) : LEAT_EBUSY, LEAT_EBUSY);
        assert_int_equal(try(&in), LEAT_EBUSY);
        a.waits.claim = &a.claim;
        leat__await_begin(&turns, &run, &a.waits);
        assert_int_equal(in.claim.code, LEAT_EDEADLK);
        leat__await_end(&a.waits);
        assert_int_equal(try(&later), LEAT_EBUSY);
        give(&a);
        if (others)
            give(&before);
        assert_int_equal(before.woken, others);
        assert_int_equal(later.woken, 1);
        give(&later);
    }
}

/* c waits for a and then needs b, whose holder waits, within, for a. */
static void a_circle_that_a_handed_token_closes_is_told_too(void **state)
{
    (void)state;
    struct waiter a = waiter_of("a"), b = waiter_of("b"), c = waiter_of("ab"), in_b = waiter_of("a");
    within(&in_b, &b);
    assert_int_equal(try(&a), 0);
    assert_int_equal(try(&b), 0);
    assert_int_equal(try(&c), LEAT_EBUSY);
    assert_int_equal(try(&in_b), LEAT_EBUSY);
    give(&a);
    assert_int_equal(c.woken, 1);
    assert_int_equal(c.claim.code, LEAT_EDEADLK);
    assert_int_equal(c.claim.stuck, 'b');
    assert_int_equal(in_b.woken, 1);
    assert_int_equal(in_b.claim.code, 0);
    give(&in_b);
    give(&b);
}

/* --- many --- */

enum { KEYS = 5, THREADS = 8, ROUNDS = 2000 };

static uint64_t next_random(uint64_t *seed) { return (*seed = *seed * 6364136223846793005u + 1442695040888963407u) >> 33; }

static struct waiter random_waiter(uint64_t *seed)
{
    char keys[MOST + 1] = "";
    for (uint32_t k = 0, n = 0; k < KEYS && n < MOST; k++)
        if (next_random(seed) % 3 == 0)
            keys[n++] = (char)('a' + k);
    return waiter_of(keys);
}

static bool has_all(const struct waiter *w) { return w->claim.got == w->claim.count; }

/* Tasks come and go at random: never two of one key, and everybody's turn comes. */
static void every_claim_is_served_and_never_two_at_once(void **state)
{
    (void)state;
    enum { TASKS = 40 };
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct waiter w[TASKS];
        bool begun[TASKS] = { 0 }, done[TASKS] = { 0 };
        uint64_t random = seed;
        for (uint32_t left = TASKS, steps = 0; left; steps++) {
            assert_true(steps < 10000);
            uint32_t i = (uint32_t)next_random(&random) % TASKS;
            if (!begun[i]) {
                begun[i] = true;
                w[i] = random_waiter(&random);
                try(&w[i]);
            } else if (!done[i] && has_all(&w[i])) {
                give(&w[i]);
                done[i] = true;
                left--;
            }
            uint32_t held[KEYS] = { 0 };
            for (uint32_t k = 0; k < TASKS; k++)
                for (uint32_t h = 0; begun[k] && !done[k] && h < w[k].claim.got; h++)
                    assert_int_equal(held[w[k].hold[h].key - 'a']++, 0);
        }
    }
}

static uint64_t counter[KEYS];          /* each written by who has its turn: a race if there are two */

static void *count(void *arg)
{
    uint64_t seed = (uint64_t)(uintptr_t)arg, *sum = calloc(KEYS, sizeof *sum);
    for (int i = 0; i < ROUNDS; i++) {
        struct waiter w = random_waiter(&seed);
        w.claim.hold = w.hold;
        if (leat__turn_take(&turns, &w.claim) < 0)
            break;
        for (uint32_t k = 0; k < w.claim.count; k++, sum[w.hold[k - 1].key - 'a']++)
            counter[w.hold[k].key - 'a']++;
        leat__turn_give(&turns, &w.claim);
    }
    return sum;
}

static void threads_that_take_turns_never_meet(void **state)
{
    (void)state;
    pthread_t thread[THREADS];
    uint64_t wanted[KEYS] = { 0 };
    for (uintptr_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, count, (void *)(i + 1)), 0);
    for (uint32_t i = 0; i < THREADS; i++) {
        uint64_t *sum;
        pthread_join(thread[i], (void **)&sum);
        for (uint32_t k = 0; k < KEYS; k++)
            wanted[k] += sum[k];
        free(sum);
    }
    assert_memory_equal(counter, wanted, sizeof wanted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_token_goes_to_who_has_waited_longest, begin, end),
        cmocka_unit_test_setup_teardown(a_claim_of_several_keys_has_all_of_them_or_waits, begin, end),
        cmocka_unit_test_setup_teardown(a_run_within_a_task_cannot_wait_for_that_task, begin, end),
        cmocka_unit_test_setup_teardown(two_tasks_that_wait_for_each_others_runs_are_told_apart, begin, end),
        cmocka_unit_test_setup_teardown(either_of_two_that_wait_for_a_run_counts, begin, end),
        cmocka_unit_test_setup_teardown(a_wait_that_begins_later_closes_the_circle_too, begin, end),
        cmocka_unit_test_setup_teardown(who_comes_after_the_last_was_refused_has_its_turn, begin, end),
        cmocka_unit_test_setup_teardown(a_circle_that_a_handed_token_closes_is_told_too, begin, end),
        cmocka_unit_test_setup_teardown(every_claim_is_served_and_never_two_at_once, begin, end),
        cmocka_unit_test_setup_teardown(threads_that_take_turns_never_meet, begin, end),
    };
    return cmocka_run_group_tests_name("turn", tests, NULL, NULL);
}
