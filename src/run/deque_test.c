/* Tests of deques: what is pushed is popped or stolen, each task once, whatever
 * the owner and thieves do at the same time, and also without memory. */
#include "run/deque.h"
#include "run/frame.h"
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

void *__real_malloc(size_t n);
void *__wrap_malloc(size_t n);
static _Thread_local bool refuses;
void *__wrap_malloc(size_t n) { return refuses ? NULL : __real_malloc(n); }

static struct leat__frame frames[2];
static struct leat__run *const runs[2] = { (struct leat__run *)&frames[0], (struct leat__run *)&frames[1] };   /* two addresses */

static struct leat__deque *deque_new(void)
{
    struct leat__deque *d = aligned_alloc(64, (sizeof *d + 63) & ~(size_t)63);
    assert_non_null(d);
    leat__deque_init(d);
    return d;
}

static void deque_free(struct leat__deque *d)
{
    leat__deque_fini(d);
    free(d);
}

static bool push(struct leat__deque *d, uint32_t lo, uint32_t hi)
{
    return leat__deque_push(d, (struct leat__entry){ &frames[0], lo, hi });
}

static void pops(struct leat__deque *d, uint32_t task)
{
    struct leat__entry e;
    assert_true(leat__deque_pop(d, &e));
    assert_int_equal(e.lo, task);
    assert_int_equal(e.hi, task + 1);
}

static void the_newest_goes_first_and_a_range_task_by_task(void **state)
{
    struct leat__deque *d = deque_new();
    struct leat__entry e;
    (void)state;
    assert_true(push(d, 1, 2) && push(d, 10, 13));
    pops(d, 10);
    assert_true(push(d, 20, 21));
    pops(d, 20);
    pops(d, 11);
    pops(d, 12);
    pops(d, 1);
    assert_false(leat__deque_pop(d, &e));
    deque_free(d);
}

static void the_older_half_is_published_and_the_newer_reclaimed(void **state)
{
    struct leat__deque *d = deque_new();
    (void)state;
    for (uint32_t i = 0; i < 8; i++)
        push(d, i, i + 1);
    assert_int_equal(leat__deque_publish(d, false), 4);
    for (uint32_t i = 8; i-- > 4;)
        pops(d, i);
    assert_true(leat__deque_reclaim(d, false));
    pops(d, 3);
    pops(d, 2);
    assert_true(leat__deque_reclaim(d, true));
    pops(d, 1);
    assert_true(leat__deque_reclaim(d, true));
    pops(d, 0);
    assert_false(leat__deque_reclaim(d, false));
    deque_free(d);
}

static void a_lone_range_is_cut_in_two(void **state)
{
    struct leat__deque *d = deque_new(), *thief = deque_new();
    (void)state;
    push(d, 0, 9);
    assert_int_equal(leat__deque_publish(d, false), 1);
    assert_int_equal(leat__deque_steal(d, thief, NULL), 1);
    pops(thief, 7);                 /* [0 5) stayed, [5 9) was shared, of which [7 9) went */
    pops(thief, 8);
    assert_int_equal(leat__deque_count(thief), 0);
    for (uint32_t i = 0; i < 5; i++)
        pops(d, i);
    assert_true(leat__deque_reclaim(d, true));
    pops(d, 5);
    assert_true(leat__deque_reclaim(d, false));
    pops(d, 6);
    assert_int_equal(leat__deque_count(d), 0);
    deque_free(thief);
    deque_free(d);
}

static void a_thief_that_helps_a_run_leaves_what_is_of_others(void **state)
{
    struct leat__deque *d = deque_new(), *thief = deque_new();
    struct leat__entry e;
    (void)state;
    for (uint32_t i = 0; i < 6; i++)
        leat__deque_push(d, (struct leat__entry){ &frames[i >= 2], i, i + 1 });
    assert_int_equal(leat__deque_publish(d, true), 6);
    assert_int_equal(leat__deque_steal(d, thief, runs[1]), 0);      /* the oldest are of the other */
    assert_int_equal(leat__deque_steal(d, thief, runs[0]), 2);
    while (leat__deque_pop(thief, &e))
        assert_ptr_equal(e.frame, &frames[0]);
    assert_int_equal(leat__deque_steal(d, thief, runs[1]), 2);
    deque_free(thief);
    deque_free(d);
}

static void without_memory_a_full_deque_refuses_and_loses_nothing(void **state)
{
    struct leat__deque *d = deque_new(), *thief = deque_new();
    (void)state;
    for (uint32_t i = 0; i < LEAT__NEAR_ENTRIES; i++)
        assert_true(push(d, i, i + 1));
    refuses = true;
    assert_false(push(d, 1000, 1001));
    refuses = false;
    assert_true(push(d, 1000, 1001));
    pops(d, 1000);
    assert_true(leat__deque_publish(d, true) > 0);
    for (uint32_t i = 0; i < LEAT__NEAR_ENTRIES - 10; i++)
        assert_true(push(thief, i, i + 1));
    refuses = true;
    assert_int_equal(leat__deque_steal(d, thief, NULL), 0);
    refuses = false;
    assert_true(leat__deque_steal(d, thief, NULL) > 0);
    deque_free(thief);
    deque_free(d);
}

/* --- an owner and thieves --- */

enum { TASKS = 300000, THIEVES = 3 };
static _Atomic uint8_t taken[TASKS];
static _Atomic uint32_t left;
static struct leat__deque *owned;

static void take(struct leat__entry e)
{
    for (uint32_t t = e.lo; t < e.hi; t++) {
        taken[t]++;
        left--;
    }
}

static void *steal(void *user)
{
    struct leat__deque *mine = deque_new();
    struct leat__entry e;
    (void)user;
    while (left) {
        if (!leat__deque_steal(owned, mine, NULL))
            sched_yield();
        while (leat__deque_pop(mine, &e))
            take(e);
    }
    deque_free(mine);
    return NULL;
}

static uint64_t seed = 12345;
static uint32_t below(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((seed >> 33) % n);
}

/* Pushes single tasks and ranges, now and then without memory. */
static void own(void)
{
    struct leat__entry e;
    for (uint32_t at = 0; left;) {
        uint32_t n = below(4) ? 1 : 1 + below(200);
        n = n > TASKS - at ? TASKS - at : n;
        refuses = below(50) == 0;
        if (n && push(owned, at, at + n))
            at += n;
        refuses = false;
        if (below(3) == 0)
            leat__deque_publish(owned, below(4) == 0);
        if (below(3) == 0 && leat__deque_pop(owned, &e))
            take(e);
        if (at == TASKS && !leat__deque_pop(owned, &e))
            leat__deque_reclaim(owned, below(2));
        else if (at == TASKS)
            take(e);
    }
}

static void owner_and_thieves_lose_nothing_and_double_nothing(void **state)
{
    pthread_t thief[THIEVES];
    (void)state;
    owned = deque_new();
    left = TASKS;
    for (int i = 0; i < THIEVES; i++)
        assert_int_equal(pthread_create(&thief[i], NULL, steal, NULL), 0);
    own();
    for (int i = 0; i < THIEVES; i++)
        pthread_join(thief[i], NULL);
    for (uint32_t t = 0; t < TASKS; t++)
        assert_int_equal(taken[t], 1);
    deque_free(owned);
}

int main(void)
{
    frames[0].run = runs[0];
    frames[1].run = runs[1];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_goes_first_and_a_range_task_by_task),
        cmocka_unit_test(the_older_half_is_published_and_the_newer_reclaimed),
        cmocka_unit_test(a_lone_range_is_cut_in_two),
        cmocka_unit_test(a_thief_that_helps_a_run_leaves_what_is_of_others),
        cmocka_unit_test(without_memory_a_full_deque_refuses_and_loses_nothing),
        cmocka_unit_test(owner_and_thieves_lose_nothing_and_double_nothing),
    };
    return cmocka_run_group_tests_name("run/deque", tests, NULL, NULL);
}
