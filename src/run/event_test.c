/* Tests of rings and their delivery: all facts, once, by time and in their worker's
 * order, with the run and the times that they are of. */
#include "run/run.h"
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { MOST = 8, RUNS = 3, FACTS = 20000 };

/* What was added, by worker, and how far a hook has heard of it. */
struct said { uint64_t began, ended; uint32_t node, run, kind; };
static struct {
    struct said *said[MOST];
    uint32_t count[MOST], heard[MOST], all, wrong, behind, batches;
    uint64_t last;
} w;

static struct leat__run run[RUNS];
static struct leat__plan plan;
static leat_hook *hook;
static uint64_t seed;

static uint32_t below(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % n;
}

static int hear(void *user, const leat_event *e, size_t n)
{
    (void)user;
    w.batches++;
    for (size_t i = 0; i < n; i++) {
        const struct said *s = &w.said[e[i].worker][w.heard[e[i].worker]++];
        w.wrong += e[i].id != s->node || e[i].run != run[s->run].number || e[i].began_ns != s->began ||
                   e[i].ended_ns != s->ended || e[i].kind != s->kind || e[i].attempt != 1 ||
                   e[i].code != (s->kind == LEAT_EVENT_NODE_FAILED ? LEAT_EFAILED : 0);
        w.behind += e[i].ended_ns < w.last;
        w.last = e[i].ended_ns;
        w.all++;
    }
    return 0;
}

static leat_hook *hook_of(int (*events)(void *, const leat_event *, size_t), void *user)
{
    leat_event_ops ops = LEAT_EVENT_OPS_INIT;
    ops.events = events;
    return leat_hook_new_events(&ops, user);
}

/* A tick is a nanosecond. */
static void set_runs(leat_hook **hooks, uint32_t count)
{
    for (uint32_t i = 0; i < RUNS; i++) {
        run[i].hooks = hooks;
        run[i].hook_count = count;
        run[i].number = 100 + i;
        run[i].frame.plan = &plan;
        run[i].time = (struct leat__ticks_line){ 0, 0, UINT64_C(1) << 60 };
        run[i].hook_failures = 0;
    }
}

static int set_up(void **state)
{
    (void)state;
    memset(&w, 0, sizeof w);
    for (uint32_t i = 0; i < MOST; i++)
        if (!(w.said[i] = calloc(FACTS, sizeof *w.said[i])))
            return -1;
    for (uint32_t i = 0; i < RUNS; i++)
        leat__run_init(&run[i], NULL);
    hook = hook_of(hear, NULL);
    set_runs(&hook, 1);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < MOST; i++)
        free(w.said[i]);
    for (uint32_t i = 0; i < RUNS; i++)
        leat__run_fini(&run[i]);
    leat_hook_free(hook);
    return 0;
}

static void make_rings(struct leat__rings *r, uint32_t count)
{
    leat__rings_init(r, count);
    r->unhurried = true;
    assert_int_equal(leat__rings_ready(r), 0);
}

/* As a worker does. */
static void say(struct leat__rings *r, uint32_t worker, struct said s)
{
    struct leat__fact fact = { s.ended, s.node, s.kind };
    w.said[worker][w.count[worker]++] = s;
    if (!leat__fact_follow(&r->ring[worker], &run[s.run], s.began, fact))
        leat__fact_add(r, worker, &run[s.run], s.began, fact);
}

/* `rest`: how many facts in a hundred follow no other, or are of another run or kind. */
static void try(uint32_t workers, uint32_t rest, uint32_t lead)
{
    struct leat__rings r;
    uint64_t now = 1, last[MOST] = { 0 };
    uint32_t of[MOST] = { 0 }, said = 0;
    make_rings(&r, workers);
    memset(w.count, 0, sizeof w.count);
    memset(w.heard, 0, sizeof w.heard);
    w.last = w.all = w.behind = 0;
    for (; said < FACTS; said++) {
        uint32_t k = below(100) < lead ? 0 : below(workers);
        now += below(3) == 0;                       /* many at the same time */
        bool odd = below(100) < rest;
        if (odd && below(2))
            of[k] = below(RUNS);
        uint32_t kind = odd && !below(4) ? LEAT_EVENT_NODE_FAILED + below(2) : LEAT_EVENT_NODE_DONE;
        say(&r, k, (struct said){ last[k] && !(odd && below(2)) ? last[k] : now - below(2), now, below(1000), of[k], kind });
        last[k] = now;
        if (below(1000) == 0)
            leat__rings_deliver(&r, true);
    }
    leat__rings_deliver(&r, true);
    assert_int_equal(w.all, FACTS);
    assert_int_equal(w.wrong, 0);
    assert_int_equal(w.behind, 0);
    for (uint32_t i = 0; i < RUNS; i++)
        assert_int_equal(run[i].hook_failures, 0);
    leat__rings_fini(&r);
}

static void all_is_heard_by_time_whoever_did_it(void **state)
{
    (void)state;
    for (seed = 1; seed <= 4; seed++)
        for (uint32_t workers = 1; workers <= MOST; workers++)
            for (uint32_t rest = 0; rest <= 40; rest += 20)
                try(workers, rest, workers % 2 * 80);
}

/* --- late ones --- */

static uint32_t order[100], orders;

static int note_order(void *user, const leat_event *e, size_t n)
{
    (void)user;
    for (; n; n--, e++)
        order[orders++] = e->id << 8 | e->worker;
    return 0;
}

static void what_no_worker_ran_is_heard_in_its_place(void **state)
{
    (void)state;
    leat_hook *notes = hook_of(note_order, NULL);
    set_runs(&notes, 1);
    for (uint32_t workers = 1; workers <= 3; workers++) {
        struct leat__rings r;
        make_rings(&r, workers);
        orders = 0;
        for (uint32_t i = 0; i < 12; i++) {
            struct leat__fact fact = { leat__ticks_after(), i, LEAT_EVENT_NODE_DONE };
            if (i % 3 == 1)
                leat__fact_add_late(&r, &run[0], 5, fact.time, fact);
            else
                leat__fact_add(&r, i % workers, &run[0], fact.time, fact);
            if (i == 7)
                leat__rings_deliver(&r, true);
        }
        leat__rings_deliver(&r, true);
        assert_int_equal(orders, 12);
        for (uint32_t i = 0; i < 12; i++)
            assert_int_equal(order[i], i << 8 | (i % 3 == 1 ? 5 : i % workers));
        leat__rings_fini(&r);
    }
    leat_hook_free(notes);
}

/* --- when --- */

static void the_worker_of_a_ring_that_fills_delivers_it(void **state)
{
    (void)state;
    struct leat__rings r;
    make_rings(&r, 2);
    for (uint32_t i = 0; i < LEAT__RING; i++)
        say(&r, 1, (struct said){ i + 1, i + 2, i, 0, LEAT_EVENT_NODE_DONE });
    assert_in_range(w.all, LEAT__RING / 2 - LEAT__FACT_WHOLE, LEAT__RING - 1);
    leat__rings_deliver(&r, true);
    assert_int_equal(w.all, LEAT__RING);
    leat__rings_fini(&r);
}

static void what_ends_long_after_the_last_delivery_is_heard_at_once(void **state)
{
    (void)state;
    struct leat__rings r;
    make_rings(&r, 1);
    uint64_t now = leat__ticks_after();
    r.ring[0].due = now;
    r.patience = UINT64_C(1) << 60;
    say(&r, 0, (struct said){ now - 1, now - 1, 7, 0, LEAT_EVENT_NODE_DONE });
    assert_int_equal(w.all, 0);
    say(&r, 0, (struct said){ now - 1, now, 7, 0, LEAT_EVENT_NODE_DONE });
    assert_int_equal(w.all, 2);
    say(&r, 0, (struct said){ now, now, 7, 0, LEAT_EVENT_NODE_DONE });
    assert_int_equal(w.all, 2);             /* patience has begun anew */
    leat__rings_fini(&r);
}

/* --- inside a hook --- */

static struct leat__rings *rings_inside;
static bool was_inside;
static uint32_t heard_of_outside;

static int say_too_much(void *user, const leat_event *e, size_t n)
{
    (void)user, (void)e;
    heard_of_outside += (uint32_t)n;
    for (uint32_t i = 0; !was_inside && i < 2 * LEAT__RING; i++)
        leat__fact_add(rings_inside, 0, &run[1], 1, (struct leat__fact){ 1, 0, LEAT_EVENT_NODE_DONE });
    was_inside = true;
    return 0;
}

static void what_has_no_room_inside_a_hook_is_counted(void **state)
{
    (void)state;
    struct leat__rings r;
    leat_hook *loud = hook_of(say_too_much, NULL);
    set_runs(&loud, 1);
    make_rings(&r, 1);
    rings_inside = &r;
    was_inside = false;
    heard_of_outside = 0;
    leat__fact_add(&r, 0, &run[0], 1, (struct leat__fact){ 1, 0, LEAT_EVENT_NODE_DONE });
    leat__rings_deliver(&r, true);
    assert_int_equal(heard_of_outside, 1);
    leat__rings_deliver(&r, true);
    assert_int_equal(heard_of_outside + run[1].hook_failures, 1 + 2 * LEAT__RING);
    assert_in_range(run[1].hook_failures, LEAT__RING, LEAT__RING + 2 * LEAT__FACT_WHOLE);
    leat__rings_fini(&r);
    leat_hook_free(loud);
}

/* --- threads --- */

enum { THREADS = 3, TURNS = 6000 };

static _Atomic uint32_t turn;
static uint32_t told, out_of_turn;

static int hear_turns(void *user, const leat_event *e, size_t n)
{
    (void)user;
    for (; n; n--, e++)
        out_of_turn += e->id != told++;
    return 0;
}

struct thread { struct leat__rings *rings; uint32_t worker; };

/* Each turn is a task that the one before has let go. Others run between. */
static void *take_turns(void *user)
{
    struct thread *t = user;
    for (uint32_t i = t->worker; i < TURNS; i += THREADS) {
        while (atomic_load_explicit(&turn, memory_order_acquire) != i)
            sched_yield();
        uint64_t began = leat__ticks_after();   /* not ahead of its turn */
        leat__fact_add(t->rings, t->worker, &run[0], began, (struct leat__fact){ leat__ticks(), i, LEAT_EVENT_NODE_DONE });
        atomic_store_explicit(&turn, i + 1, memory_order_release);
        if (i % 100 == 0)
            leat__rings_deliver(t->rings, false);
    }
    return NULL;
}

static void causes_are_heard_before_effects_across_threads(void **state)
{
    (void)state;
    struct leat__rings r;
    pthread_t thread[THREADS];
    struct thread of[THREADS];
    leat_hook *turns = hook_of(hear_turns, NULL);
    set_runs(&turns, 1);
    leat__rings_init(&r, THREADS);
    assert_int_equal(leat__rings_ready(&r), 0);
    turn = told = out_of_turn = 0;
    for (uint32_t i = 0; i < THREADS; i++) {
        of[i] = (struct thread){ &r, i };
        assert_int_equal(pthread_create(&thread[i], NULL, take_turns, &of[i]), 0);
    }
    for (uint32_t i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    leat__rings_deliver(&r, true);
    assert_int_equal(told, TURNS);
    assert_int_equal(out_of_turn, 0);
    leat__rings_fini(&r);
    leat_hook_free(turns);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(all_is_heard_by_time_whoever_did_it),
        TEST(what_no_worker_ran_is_heard_in_its_place),
        TEST(the_worker_of_a_ring_that_fills_delivers_it),
        TEST(what_ends_long_after_the_last_delivery_is_heard_at_once),
        TEST(what_has_no_room_inside_a_hook_is_counted),
        TEST(causes_are_heard_before_effects_across_threads),
    };
    return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
