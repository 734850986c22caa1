/* Tests of values taken out of a run: moved once, destroyed by who took them. */
#include "api.h"

static int live;        /* boxes in the world */
struct box { int n; };

static struct box *make(int n)
{
    struct box *b = malloc(sizeof *b);
    b->n = n;
    live++;
    return b;
}
static void box_done(void *b)
{
    live--;
    free(b);
}
static struct box *box(int n) { return make(n); }
static const struct box *look(const struct box *box) { return box; }
static int size_of(const struct box *look) { return look->n; }
static struct box *fill(struct box *box) { box->n++; return box; }
static char *label(int n) { char *s = malloc(20); snprintf(s, 20, "n = %d", n); return s; }
static char *shout(char *label) { label[0] = 'N'; return label; }
static const char *tail(const char *label) { return label + 4; }
static int n__default(void) { return 7; }
LEAT_FUNCTION(struct box *, box, (int, n));
LEAT_FUNCTION(const struct box *, look, (const struct box *, box));
LEAT_FUNCTION(int, size_of, (const struct box *, look));
LEAT_FUNCTION(struct box *, fill, (struct box *, box));
LEAT_FUNCTION(char *, label, (int, n));
LEAT_FUNCTION(char *, shout, (char *, label));
LEAT_FUNCTION(const char *, tail, (const char *, label));
LEAT_FUNCTION(int, n__default);

static leat_driver *driver;

static int set_up(void **state)
{
    (void)state;
    leat_builder *b = leat_builder_new();
    leat_builder_add_self(b);
    leat_builder_set_destroy(b, "struct box *", box_done);
    driver = built(b);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    leat_driver_free(driver);
    return 0;
}

static leat_run *ran(const char *a, const char *b)
{
    leat_error err;
    leat_run *run = leat_run_new(driver);
    assert_int_equal(leat_run_ask(run, a, (leat_place){ 0 }), 0);
    if (b)
        assert_int_equal(leat_run_ask(run, b, (leat_place){ 0 }), 0);
    if (leat_run_execute(run, &err) < 0)
        fail_msg("%s", err.message);
    return run;
}

static void an_owned_object_outlives_its_run(void **state)
{
    (void)state;
    struct box *mine = NULL;
    leat_run *run = ran("box", NULL);
    assert_int_equal(leat_run_take(run, "box", LEAT_INTO(struct box *, &mine), NULL), 0);
    leat_run_free(run);
    assert_int_equal(live, 1);
    assert_int_equal(mine->n, 7);
    assert_int_equal(leat_driver_destroy(driver, "box", LEAT_INTO(struct box *, &mine), NULL), 0);
    assert_int_equal(live, 0);
}

static void what_was_taken_is_not_there_again(void **state)
{
    (void)state;
    char *mine = NULL, *again = (char *)1;
    leat_run *run = ran("label", NULL);
    assert_int_equal(leat_run_take(run, "label", leat_into(&mine), NULL), 0);
    assert_string_equal(mine, "n = 7");
    assert_int_equal(leat_run_take(run, "label", leat_into(&again), NULL), LEAT_EBORROWED);
    assert_null(again);
    leat_run_free(run);
    free(mine);
}

static void borrowed_values_and_other_names_of_values_stay(void **state)
{
    (void)state;
    leat_error err;
    const struct box *box = NULL;
    const char *tail = NULL;
    leat_run *run = ran("look", "tail");
    assert_int_equal(leat_run_take(run, "look", LEAT_INTO(const struct box *, &box), &err), LEAT_EBORROWED);
    assert_string_equal(err.message, "look is borrowed: it cannot be taken");
    assert_int_equal(leat_run_take(run, "tail", leat_into(&tail), &err), LEAT_EBORROWED);
    leat_run_free(run);
    assert_int_equal(live, 0);
}

static void a_result_in_place_is_taken_and_the_asked_copy_before_it_too(void **state)
{
    (void)state;
    char *before = NULL, *after = NULL;
    struct box *mine = NULL;
    leat_run *run = ran("label", "shout");
    assert_int_equal(leat_run_take(run, "label", leat_into(&before), NULL), 0);
    assert_int_equal(leat_run_take(run, "shout", leat_into(&after), NULL), 0);
    leat_run_free(run);
    assert_string_equal(before, "n = 7");
    assert_string_equal(after, "N = 7");
    free(before);
    free(after);
    run = ran("fill", NULL);
    assert_int_equal(leat_run_take(run, "fill", LEAT_INTO(struct box *, &mine), NULL), 0);
    leat_run_free(run);
    assert_int_equal(mine->n, 8);
    box_done(mine);
    assert_int_equal(live, 0);
}

static void numbers_are_simply_read_and_wrong_places_refused(void **state)
{
    (void)state;
    int n = 0;
    double box = 0;
    leat_run *run = ran("size_of", "box");
    assert_int_equal(leat_run_take(run, "size_of", leat_into(&n), NULL), 0);
    assert_int_equal(n, 7);
    assert_int_equal(leat_run_take(run, "box", leat_into(&box), NULL), LEAT_ETYPE);
    assert_int_equal(leat_run_take(run, "nothing", leat_into(&box), NULL), LEAT_ENOTFOUND);
    leat_run_free(run);
    assert_int_equal(live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_owned_object_outlives_its_run),
        cmocka_unit_test(what_was_taken_is_not_there_again),
        cmocka_unit_test(borrowed_values_and_other_names_of_values_stay),
        cmocka_unit_test(a_result_in_place_is_taken_and_the_asked_copy_before_it_too),
        cmocka_unit_test(numbers_are_simply_read_and_wrong_places_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
