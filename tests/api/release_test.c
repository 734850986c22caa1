/* release: a struct with a callback of that name is destroyed by it, once, and
 * goes from node to node, in and out, without a copy. */
#include "api.h"

struct column {
    int64_t length;
    const void **buffers;
    void (*release)(struct column *);
    void *private_data;
};

static leat_driver *d;

static int set_up(void **state)
{
    (void)state;
    d = driver_of("release.c");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    leat_driver_free(d);
    return 0;
}

static void it_is_released_after_its_last_reader(void **state)
{
    (void)state;
    assert_answer(d, "sums", "n=4", "{\"price\":6,\"weight\":6}");
    assert_diary(d, "+column +column sums -column -column");
}

static void the_reader_sees_the_makers_own_memory(void **state)
{
    (void)state;
    leat_error err;
    struct column prices = { 0 };
    const void *place = NULL;
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "n", 3);
    assert_int_equal(leat_run_ask(r, "prices", LEAT_INTO(struct column, &prices)), 0);
    assert_int_equal(leat_run_ask(r, "place", LEAT_INTO(const void *, &place)), 0);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_ptr_equal(prices.buffers[0], place);
    assert_diary(d, "+column place");
    leat_run_free(r);
    assert_diary(d, "-column");
}

static void a_writer_may_move_it_on(void **state)
{
    (void)state;
    assert_answer(d, "length", "n=5", "5");
    assert_diary(d, "+column moved -column");
}

static void a_struct_of_them_is_destroyed_through_them(void **state)
{
    (void)state;
    assert_answer(d, "rows", "n=2", "4");
    assert_diary(d, "+column +column rows -column -column");
}

static void it_can_be_taken_and_is_released_by_who_took_it(void **state)
{
    (void)state;
    leat_error err;
    struct column prices, *weights = NULL;
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "n", 3);
    leat_run_ask(r, "prices", (leat_place){ 0 });
    leat_run_ask(r, "weights", (leat_place){ 0 });
    assert_int_equal(leat_run_execute(r, &err), 0);
    if (leat_run_take(r, "prices", LEAT_INTO(struct column, &prices), &err) < 0 ||
        leat_run_take(r, "weights", LEAT_INTO(struct column *, &weights), &err) < 0)
        fail_msg("%s", err.message);
    leat_run_free(r);
    assert_diary(d, "+column +column");
    assert_int_equal(((const double *)prices.buffers[0])[2], 2);
    prices.release(&prices);
    assert_null(prices.release);
    assert_int_equal(leat_driver_destroy(d, "weights", LEAT_INTO(struct column *, &weights), &err), 0);
    assert_diary(d, "-column -column");
}

static int lent, given_back;
static void give_back(void *column)
{
    assert_ptr_equal(((struct column *)column)->private_data, &lent);
    given_back++;
}

static void the_host_may_lend_one(void **state)
{
    (void)state;
    leat_error err;
    long n = 0;
    struct column c = { .length = 42, .private_data = &lent };
    leat_run *r = leat_run_new(d);
    leat_value v = LEAT_STRUCT(struct column, &c);
    v.release = give_back;
    v.user = &c;
    assert_int_equal(leat_run_set(r, "given", v), 0);
    leat_run_output(r, "given_length", &n);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_int_equal(n, 42);
    assert_int_equal(leat_run_set(r, "given", LEAT_STRUCT(struct column, &c)), LEAT_EUSAGE);
    leat_run_reset(r);
    assert_int_equal(given_back, 1);
    assert_int_equal(leat_run_set(r, "given", LEAT_STRUCT(struct column, &c)), LEAT_EINPUT);
    assert_has(leat_run_refusal(r), "lent");
    leat_run_free(r);
}

static void what_has_its_own_destructor_prints_as_opaque(void **state)
{
    (void)state;
    assert_answer(d, "prices", "n=1", "{\"opaque\":\"struct column\"}");
    assert_answer(d, "secret", "n=1", "{\"opaque\":\"struct secret\"}");
    assert_answer(d, "box", "n=1", "{\"n\":1}");
    assert_answer(d, "table", "n=1", "{\"a\":{\"opaque\":\"struct column\"},\"b\":{\"opaque\":\"struct column\"},"
                  "\"name\":\"t\"}");
    assert_diary(d, "+column -column +column +column -column -column");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_released_after_its_last_reader),
        cmocka_unit_test(the_reader_sees_the_makers_own_memory),
        cmocka_unit_test(a_writer_may_move_it_on),
        cmocka_unit_test(a_struct_of_them_is_destroyed_through_them),
        cmocka_unit_test(it_can_be_taken_and_is_released_by_who_took_it),
        cmocka_unit_test(the_host_may_lend_one),
        cmocka_unit_test(what_has_its_own_destructor_prints_as_opaque),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
