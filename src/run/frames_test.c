/* Tests of handles: to a frame that is there, and to one whose memory is another's. */
#include "run/frames.h"
#include "run/open.h"
#include "run/task.h"
#include "run/worker.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

enum { SMALL = 1, LARGE = 200 };
static struct leat__task tasks[LARGE + 1];
static uint32_t nodes[LARGE + 1];
static struct leat__graph graph;

static const struct leat__plan *plan_of(uint32_t n)
{
    static struct leat__plan plan[2];
    struct leat__plan *p = &plan[n == LARGE];
    *p = (struct leat__plan){ .graph = &graph, .n = n, .given = n, .task = tasks, .node = nodes, .align = 16 };
    return p;
}

static struct leat__run run;
static const struct leat__policy policy = { .name = "none" };

static int make_run(void **state)
{
    (void)state;
    run = (struct leat__run){ 0 };
    leat__run_init(&run, &policy);
    return leat__frame_init(&run.frame, plan_of(SMALL)) || !(run.pool = leat__pool_new(1, false));
}

static int free_run(void **state)
{
    (void)state;
    leat__frame_fini(&run.frame);
    leat__run_fini(&run);
    leat__pool_unref(run.pool);
    return 0;
}

static struct leat__frame *opened(uint32_t n)
{
    struct leat__frame *f = leat__frame_open(&run.frame, 0, plan_of(n), 0);
    assert_non_null(f);
    return f;
}

static void a_parked_task_is_woken_once(void **state)
{
    (void)state;
    struct leat__frame *f = opened(SMALL);
    struct leat__handle h = { f, f->gen, 0 };
    struct leat__choice any = { .least = 0 };
    struct leat__taken taken;
    f->slot[0].word = LEAT__PARKED;
    leat__task_wake(h);
    leat__task_wake(h);
    assert_int_equal(leat__task_state(f, 0), LEAT__READY);
    assert_true(leat__pool_take(run.pool, any, &taken));
    assert_ptr_equal(taken.frame, f);
    assert_int_equal(taken.first, 1);
    assert_false(leat__pool_take(run.pool, any, &taken));
    leat__frame_close(f);
    f = opened(SMALL);
    f->slot[0].word = LEAT__PARKED;
    leat__task_wake(h);
    assert_int_equal(leat__task_state(f, 0), LEAT__PARKED);
    leat__frame_close(f);
}

static struct leat__frame *_Atomic newest;
static _Atomic uint32_t newest_gen;
static _Atomic bool over;

static void *wake_late(void *unused)
{
    while (!over) {
        struct leat__frame *f = newest;
        if (f)
            leat__task_wake((struct leat__handle){ f, newest_gen, 0 });
    }
    return unused;
}

/* Its slots move with every frame: large and small ones take turns. */
static void whoever_wakes_late_meets_no_other_frame(void **state)
{
    (void)state;
    pthread_t thread;
    over = false;
    newest = NULL;
    assert_int_equal(pthread_create(&thread, NULL, wake_late, NULL), 0);
    for (int i = 0; i < 20000; i++) {
        struct leat__frame *f = opened(i & 1 ? LARGE : SMALL);
        newest_gen = f->gen;
        newest = f;
        leat__frame_close(f);
        f = opened(i & 1 ? SMALL : LARGE);
        leat__frame_close(f);
    }
    over = true;
    pthread_join(thread, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_parked_task_is_woken_once, make_run, free_run),
        cmocka_unit_test_setup_teardown(whoever_wakes_late_meets_no_other_frame, make_run, free_run),
    };
    return cmocka_run_group_tests_name("run/frames", tests, NULL, NULL);
}
