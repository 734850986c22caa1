/* Flows and streams that are submitted: they go on while the caller does. */
#include "api.h"
#include <sched.h>
#include <stdatomic.h>

struct door { _Atomic int inside, open; };
struct end { _Atomic int calls, code; bool frees; };

static leat_driver *threaded(leat_executor *e)
{
    leat_builder *b = builder_of("submit.c", NULL);
    leat_builder_set_executor(b, e);
    return built(b);
}

static leat_run *flow_of(leat_driver *d, struct door *door, int fails)
{
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_set_flow(r, "trip", NULL), 0);
    assert_int_equal(leat_run_input(r, "door", (int64_t)(intptr_t)door), 0);
    assert_int_equal(leat_run_input(r, "fails", fails), 0);
    return r;
}

static leat_run *stream_of(leat_driver *d, struct door *door)
{
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_set_stream(r, "counted", NULL), 0);
    assert_int_equal(leat_run_input(r, "door", (int64_t)(intptr_t)door), 0);
    return r;
}

static void done(leat_run *r, int code, void *user)
{
    struct end *e = user;
    if (e->frees)
        leat_run_free(r);
    e->code = code;
    e->calls++;
}

static void wait_inside(struct door *door)
{
    while (!door->inside)
        sched_yield();
}

static void wait_for_end(struct end *e)
{
    while (!e->calls)
        sched_yield();
}

/* Submitted, it stands at its door. */
static void begin(leat_run *r, struct door *door, struct end *e)
{
    leat_error err;
    assert_int_equal(leat_run_submit(r, done, e, &err), 0);
    assert_int_equal(e->calls, 0);
    wait_inside(door);
    assert_int_equal(e->calls, 0);
}

static void submit_comes_back_before_a_flow_has_ended(void **state)
{
    (void)state;
    leat_driver *d = threaded(leat_executor_threads(2));
    struct door door = { 0 };
    struct end e = { 0 };
    int second = 0;
    leat_run *r = flow_of(d, &door, 0);
    leat_run_output(r, "second", &second);
    begin(r, &door, &e);
    assert_int_equal(leat_run_wait(r, 0, NULL), LEAT_EBUSY);
    door.open = 1;
    assert_int_equal(leat_run_wait(r, -1, NULL), 0);
    assert_int_equal(second, 2);
    wait_for_end(&e);
    assert_int_equal(e.code, 0);
    leat_run_free(r);
    leat_driver_free(d);
}

static void done_late(leat_run *r, int code, void *user)
{
    assert_int_equal(leat_run_wait(r, -1, NULL), code);         /* here it is over */
    for (int i = 0; i < 1000; i++)
        sched_yield();
    done(r, code, user);
}

static void who_waits_waits_for_the_callback(void **state)
{
    (void)state;
    for (int i = 0; i < 30; i++) {
        leat_driver *d = threaded(i % 3 ? leat_executor_threads((unsigned)i % 3) : leat_executor_inline());
        struct door door = { .open = 1 };
        struct end e = { 0 };
        leat_run *r = flow_of(d, &door, 0);
        assert_int_equal(leat_run_submit(r, done_late, &e, NULL), 0);
        assert_int_equal(leat_run_wait(r, -1, NULL), 0);
        assert_int_equal(e.calls, 1);
        leat_run_free(r);
        leat_driver_free(d);
    }
}

static void a_submitted_flow_tells_that_it_was_reverted(void **state)
{
    (void)state;
    leat_driver *d = threaded(leat_executor_threads(1));
    struct door door = { .open = 1 };
    struct end e = { 0 };
    leat_error err;
    leat_run *r = flow_of(d, &door, 1);
    for (int i = 0; i < 2; i++) {
        e.calls = 0;
        assert_int_equal(leat_run_submit(r, done, &e, &err), 0);
        assert_int_equal(leat_run_wait(r, -1, &err), LEAT_EREVERTED);
        assert_has(err.message, "trip was reverted: second failed: it fails (");
        assert_int_equal(door.inside, 2);
        wait_for_end(&e);
        assert_int_equal(e.code, LEAT_EREVERTED);
        assert_int_equal(leat_run_reset(r), 0);
        leat_run_set_flow(r, "trip", NULL);
        leat_run_input(r, "door", (int64_t)(intptr_t)&door);
        leat_run_input(r, "fails", 1);
    }
    leat_run_free(r);
    leat_driver_free(d);
}

static void a_submitted_stream_has_its_states_at_the_end(void **state)
{
    (void)state;
    leat_driver *d = threaded(leat_executor_threads(2));
    struct door door = { 0 };
    struct end e = { 0 };
    leat_run *r = stream_of(d, &door);
    begin(r, &door, &e);
    door.open = 1;
    assert_int_equal(leat_run_wait(r, -1, NULL), 0);
    assert_json(r, "total", "{\"sum\":12497500}");
    assert_int_equal(leat_run_traffic(r, 1)->in, 5000);
    wait_for_end(&e);
    leat_run_free(r);
    leat_driver_free(d);
}

/* Also the last hold of the driver and its executor goes there. */
static void their_callback_may_free_them(void **state)
{
    (void)state;
    for (int i = 0; i < 40; i++) {
        leat_driver *d = threaded(leat_executor_threads(1 + i % 2));
        struct door door = { 0 };
        struct end e = { .frees = true };
        begin(i % 4 < 2 ? flow_of(d, &door, i % 8 < 4) : stream_of(d, &door), &door, &e);
        leat_driver_free(d);
        door.open = 1;
        wait_for_end(&e);
    }
}

static void who_frees_a_submitted_one_need_not_wait(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        leat_driver *d = threaded(leat_executor_threads(2));
        struct door door = { 0 };
        struct end e = { 0 };
        leat_run *r = i % 2 ? flow_of(d, &door, 0) : stream_of(d, &door);
        begin(r, &door, &e);
        leat_run_free(r);
        leat_driver_free(d);
        door.open = 1;
        wait_for_end(&e);
        assert_int_equal(e.code, LEAT_ECANCELLED);
    }
}

static void many_go_on_side_by_side(void **state)
{
    (void)state;
    enum { MANY = 24 };
    leat_driver *d = threaded(leat_executor_threads(2));
    struct door door = { .open = 1 };
    leat_run *r[MANY];
    for (int i = 0; i < MANY; i++) {
        r[i] = i % 2 ? flow_of(d, &door, i % 4 == 3) : stream_of(d, &door);
        assert_int_equal(leat_run_submit(r[i], NULL, NULL, NULL), 0);
    }
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(leat_run_wait(r[i], -1, NULL), i % 4 == 3 ? LEAT_EREVERTED : 0);
        leat_run_free(r[i]);
    }
    leat_driver_free(d);
}

static void what_cannot_begin_is_told_once(void **state)
{
    (void)state;
    leat_driver *d = threaded(leat_executor_threads(2));
    struct end e = { 0 };
    leat_error err;
    leat_run *r = leat_run_new(d);
    leat_run_set_stream(r, "none", NULL);
    assert_int_equal(leat_run_submit(r, done, &e, &err), 0);
    assert_int_equal(leat_run_wait(r, -1, &err), LEAT_EFAILED);
    assert_has(err.message, "none failed: it gave NULL");
    assert_int_equal(e.calls, 1);
    leat_run_free(r);
    r = leat_run_new(d);
    leat_run_set_flow(r, "trip", NULL);
    assert_int_equal(leat_run_submit(r, done, &e, &err), LEAT_EINPUT);
    assert_int_equal(e.calls, 1);
    leat_run_free(r);
    leat_driver_free(d);
}

static void a_run_is_one_of_a_flow_or_of_a_stream(void **state)
{
    (void)state;
    leat_driver *d = threaded(leat_executor_inline());
    struct door door = { 0, 1 };
    leat_run *r = flow_of(d, &door, 0);
    leat_error err;
    assert_int_equal(leat_run_set_stream(r, "counted", &err), 0);
    assert_int_equal(leat_run_execute(r, &err), LEAT_EUSAGE);
    assert_string_equal(err.message, "a run has a stream or a flow, not both");
    assert_int_equal(leat_run_set_flow(r, NULL, &err), 0);
    assert_int_equal(leat_run_execute(r, &err), 0);
    leat_run_free(r);
    leat_driver_free(d);
}

static void a_durable_one_is_on_record_when_it_is_told(void **state)
{
    (void)state;
    char dir[] = "/tmp/leat-submit-XXXXXX", command[64];
    struct door door = { 0 };
    struct end e = { 0 };
    leat_error err;
    leat_store *s = NULL;
    uint64_t open;
    assert_non_null(mkdtemp(dir));
    int code = leat_store_open(dir, &s, &err);
    if (code != LEAT_EUNSUPPORTED) {
        leat_driver *d = threaded(leat_executor_threads(2));
        leat_run *r = flow_of(d, &door, 0);
        assert_int_equal(code, 0);
        assert_int_equal(leat_run_set_store(r, s, "", &err), 0);
        begin(r, &door, &e);
        assert_int_equal(leat_store_unfinished(s, &open, &err), 0);
        door.open = 1;
        wait_for_end(&e);
        assert_int_equal(e.code, 0);
        assert_int_equal(leat_store_unfinished(s, &open, &err), LEAT_ENOTFOUND);
        leat_run_free(r);
        leat_driver_free(d);
        leat_store_free(s);
    }
    snprintf(command, sizeof command, "rm -r %s", dir);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(submit_comes_back_before_a_flow_has_ended),
        cmocka_unit_test(who_waits_waits_for_the_callback),
        cmocka_unit_test(a_submitted_flow_tells_that_it_was_reverted),
        cmocka_unit_test(a_submitted_stream_has_its_states_at_the_end),
        cmocka_unit_test(their_callback_may_free_them),
        cmocka_unit_test(who_frees_a_submitted_one_need_not_wait),
        cmocka_unit_test(many_go_on_side_by_side),
        cmocka_unit_test(what_cannot_begin_is_told_once),
        cmocka_unit_test(a_run_is_one_of_a_flow_or_of_a_stream),
        cmocka_unit_test(a_durable_one_is_on_record_when_it_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
