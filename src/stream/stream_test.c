/* Tests of streams: random pipelines against a small, obvious interpreter, on
 * pools of one, two and four workers; exact counts, bounded memory, ends. */
#include "stream/random_test.h"
#include <math.h>
#include <sched.h>
#include <unistd.h>

static void one_random_run(struct leat__pool *pool)
{
    struct tally expected[MOST_OPS] = { 0 };
    random_pipeline(UINT64_MAX);
    interpret(expected);
    assert_int_equal(run_pipeline(pool, false), 0);
    compare_all(expected);
    forget();
}

static void pipelines_give_what_the_obvious_interpreter_gives(void **state)
{
    (void)state;
    for (int i = 0; i < 900; i++) {
        seed = (uint64_t)i * 1297 + 3;
        one_random_run(pools[i % 3]);
    }
}

/* --- shapes --- */

static void operators_in_line_are_one_task_and_others_are_not(void **state)
{
    (void)state;
    append(SOURCE);
    append(MAP);
    append(FILTER);
    append(COUNT)->parallel = 2;
    by_key(&ops[3], false);
    append(MAP)->parallel = 2;
    append(MAP)->queue = 100;
    ops[5].parallel = 2;
    append(SINK);
    bodies[0].until = 3000;
    assert_int_equal(run_pipeline(pools[1], false), 0);
    assert_int_equal(stream.instances, 6);      /* source map filter; count map (2); map (2); sink */
    assert_int_equal(stream.channels, 2 + 2 + 2);
    assert_int_equal(stream.channel[2].capacity, 128);
    assert_int_equal(stream.instance[0].seats, 3);
    forget();
}

static void every_instance_gets_a_copy_where_packets_are_copied(void **state)
{
    (void)state;
    append(SOURCE);
    append(SINK)->parallel = 3;
    ops[1].route = LEAT__TO_ALL;
    bodies[0].until = 4321;
    assert_int_equal(run_pipeline(pools[1], false), 0);
    for (int k = 0; k < 3; k++) {
        assert_int_equal(tallies[1][k].count, 4321);
        assert_int_equal(tallies[1][k].order, tallies[1][0].order);
    }
    forget();
}

/* --- back-pressure --- */

static uint64_t most_ahead;
static bool waited;

/* Slow at its first packet: it waits until the source has no credit left. */
static void slow_call(void *fn, void *const *args, void *result)
{
    struct tally *t = *(struct tally *const *)args[0];
    (void)fn;
    while (!waited && stream.instance[0].waits != LEAT__FOR_CREDIT)
        sched_yield();
    waited = true;
    sink_call(NULL, args, result);
    uint64_t ahead = bodies[0].made - t->count;
    most_ahead = ahead > most_ahead ? ahead : most_ahead;
}

static long resident(void)
{
    long size = 0, pages = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%ld %ld", &size, &pages), 2);
    fclose(f);
    return pages * sysconf(_SC_PAGESIZE);
}

static void a_slow_sink_holds_the_source_back_and_memory_is_flat(void **state)
{
    (void)state;
    enum { MANY = 10000000, QUEUE = 512 };
    struct tally expected[MOST_OPS] = { 0 };
    append(SOURCE);
    append(SINK)->queue = QUEUE;
    ops[1].call = slow_call;
    bodies[0].until = MANY;
    interpret(expected);
    most_ahead = 0;
    waited = false;
    long before = resident();
    assert_int_equal(run_pipeline(pools[1], false), 0);
    assert_true(resident() - before < 2 << 20);
    assert_true(waited);
    compare(1, &expected[1], true, false);
    assert_true(most_ahead <= QUEUE + 1);
    assert_int_equal(leat__stream_traffic(&stream, NULL, NULL, 1).deepest, QUEUE);
    forget();
}

/* --- ends that are none --- */

static void a_failing_operator_stops_the_run_and_is_named_with_its_packet(void **state)
{
    (void)state;
    for (int i = 0; i < 30; i++) {
        append(SOURCE);
        append(MAP);
        append(MAP)->queue = i % 2 ? 64 : 0;
        append(SINK)->parallel = 1 + i % 3;
        bodies[0].until = UINT64_MAX;
        bodies[2].breaks_at = 1000 + (uint64_t)i * 137;
        ops[2].batch = i % 5 < 2 ? batch : NULL;
        char why[64];
        sprintf(why, "told to (packet %d)", 1000 + i * 137);
        assert_int_equal(run_pipeline(pools[i % 3], false), LEAT_EFAILED);
        const leat_failure *f = &run.failures[0].public;
        assert_int_equal(run.failed, 1);
        assert_string_equal(f->node, "op2");
        assert_string_equal(f->message, why);
        assert_string_equal(f->file, "pipe.c");
        assert_int_equal(f->line, 77);
        forget();
    }
}

static void a_source_fails_by_its_answer(void **state)
{
    (void)state;
    append(SOURCE);
    append(SINK);
    bodies[0].until = UINT64_MAX;
    bodies[0].breaks_at = 700;
    assert_int_equal(run_pipeline(pools[1], false), LEAT_EFAILED);
    assert_string_equal(run.failures[0].public.node, "op0");
    assert_string_equal(run.failures[0].public.message, "it answered -3 (packet 700)");
    assert_int_equal(run.failures[0].public.line, 1);
    forget();
}

static void cancel_at(void *fn, void *const *args, void *result)
{
    sink_call(fn, args, result);
    if ((*(struct tally *const *)args[0])->count == 1234)
        leat__run_cancel(&run);
}

static void a_cancelled_run_ends_with_whoever_is_parked(void **state)
{
    (void)state;
    for (int i = 0; i < 60; i++) {
        append(SOURCE);
        append(MAP)->parallel = 1 + i % 4;
        append(SINK)->queue = i % 2 ? 0 : 16;
        ops[2].call = cancel_at;
        bodies[0].until = UINT64_MAX;
        assert_int_equal(run_pipeline(pools[i % 3], i == 7), LEAT_ECANCELLED);
        assert_true(i == 7 || tallies[2][0].count >= 1234);
        forget();
    }
}

/* Who stopped it saw the instance queued, and woke only those that run or are parked. */
static void an_instance_whose_run_is_stopped_does_not_park(void **state)
{
    (void)state;
    struct leat__worker w = { .pool = pools[0] };
    append(SOURCE);
    append(SINK)->queue = 16;
    run = (struct leat__run){ .pool = pools[0] };
    leat__run_init(&run, &leat__stream);
    assert_int_equal(leat__stream_init(&stream, ops, count), 0);
    assert_int_equal(leat__stream_frame(&stream, &run), 0);
    run.frame.run = &run;
    assert_int_equal(leat__stream.step(&w, &run.frame, 1), LEAT__PARK);
    leat__run_cancel(&run);
    assert_int_equal(leat__stream.step(&w, &run.frame, 1), LEAT__AGAIN);
    assert_int_equal(stream.instance[1].waits, LEAT__FOR_NOTHING);
    forget();
}

/* --- keys --- */

static void equal_keys_have_equal_hashes_whatever_holds_them(void **state)
{
    (void)state;
    static const struct leat__type t_char = { .kind = LEAT__CHAR, .size = 1, .align = 1 };
    static const struct leat__type t_short = { .kind = LEAT__INT, .size = 2 }, t_long = { .kind = LEAT__INT, .size = 8 };
    static const struct leat__type t_double = { .kind = LEAT__FLOAT, .size = 8 }, t_float = { .kind = LEAT__FLOAT, .size = 4 };
    const struct leat__type t_name = { .kind = LEAT__ARRAY, .size = 16, .of = &t_char, .count = 16 };
    const char a[16] = "north", b[16] = "north\0rubbish", c[16] = "south";
    int16_t small = -5;
    int64_t large = -5;
    double zero = 0.0, other = -0.0, nan = NAN, computed = -NAN;    /* of 0.0 / 0.0 x86 makes the latter */
    float narrow = -NAN;
    assert_true(leat__key_hash(&t_name, a) == leat__key_hash(&t_name, b));
    assert_true(leat__key_hash(&t_name, a) != leat__key_hash(&t_name, c));
    assert_true(leat__key_hash(&t_short, &small) == leat__key_hash(&t_long, &large));
    assert_true(leat__key_hash(&t_double, &zero) == leat__key_hash(&t_double, &other));
    assert_true(leat__key_hash(&t_double, &nan) == leat__key_hash(&t_double, &computed));
    assert_true(leat__key_hash(&t_double, &nan) == leat__key_hash(&t_float, &narrow));
    assert_null(leat__key_misfit(&t_packet));
    uint64_t five = 5;
    assert_true(leat__key_hash(&t_u64, &five) == 0x237ea8d81a53129du );
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pipelines_give_what_the_obvious_interpreter_gives),
        cmocka_unit_test(operators_in_line_are_one_task_and_others_are_not),
        cmocka_unit_test(every_instance_gets_a_copy_where_packets_are_copied),
        cmocka_unit_test(a_slow_sink_holds_the_source_back_and_memory_is_flat),
        cmocka_unit_test(a_failing_operator_stops_the_run_and_is_named_with_its_packet),
        cmocka_unit_test(a_source_fails_by_its_answer),
        cmocka_unit_test(a_cancelled_run_ends_with_whoever_is_parked),
        cmocka_unit_test(an_instance_whose_run_is_stopped_does_not_park),
        cmocka_unit_test(equal_keys_have_equal_hashes_whatever_holds_them),
    };
    return cmocka_run_group_tests_name("stream", tests, make_pools, free_pools);
}
