/* What the headers promise for ever: numbers, sizes, who writes what and when. */
#include "../api/api.h"
#include <limits.h>
#include <sys/stat.h>

/* A program of years ago holds these in its binary. */
static void numbers_and_sizes_are_for_ever(void **state)
{
    (void)state;
    static const struct { const char *name; int number; } first[] = {
        { "LEAT_ENOMEM", -1 }, { "LEAT_EUSAGE", -2 }, { "LEAT_EBUILD", -3 }, { "LEAT_EINPUT", -4 },
        { "LEAT_EFAILED", -5 }, { "LEAT_ECANCELLED", -6 }, { "LEAT_EDEADLINE", -7 }, { "LEAT_ENOTFOUND", -8 },
        { "LEAT_ETYPE", -9 }, { "LEAT_ENOVALUE", -10 }, { "LEAT_EBORROWED", -11 }, { "LEAT_EBUSY", -12 },
        { "LEAT_ESYSTEM", -13 }, { "LEAT_EFORKED", -14 }, { "LEAT_EUNSUPPORTED", -15 }, { "LEAT_EDEADLK", -16 },
        { "LEAT_EFENCED", -17 }, { "LEAT_ESUSPENDED", -18 }, { "LEAT_ECORRUPT", -19 }, { "LEAT_EREVERTED", -20 }, { "LEAT_EREVERT", -21 }
    };
    static const struct { const char *name; int number; } now[] = {
#define X(name, number, text) { #name, number },
        LEAT_ERRORS(X)
#undef X
    };
    assert_true(sizeof now / sizeof *now >= sizeof first / sizeof *first);
    for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
        assert_string_equal(now[i].name, first[i].name);
        assert_int_equal(now[i].number, first[i].number);
    }
    assert_int_equal(sizeof(leat_error), 1024);
    assert_int_equal(offsetof(leat_error, message), 8);
    assert_int_equal(offsetof(leat_call_ops, size), 0);
    assert_int_equal(offsetof(leat_node_api, size), 0);
    assert_int_equal(sizeof(leat_call_ops) % sizeof(void *), 0);
}

static int called, destroyed;
static int before(void *user, const leat_call *call) { (void)user, (void)call; return called++, 0; }
static void destroy(void *user) { (void)user; destroyed++; }

/* The table of a program that is newer than the library: what is behind is not looked at. */
static void a_larger_table_of_a_newer_host_is_served(void **state)
{
    (void)state;
    struct { leat_call_ops ops; int (*later[4])(void); } newer = { LEAT_CALL_OPS_INIT, { NULL } };
    memset(newer.later, 0x5a, sizeof newer.later);
    newer.ops.size = sizeof newer;
    newer.ops.before_node = before;
    newer.ops.destroy = destroy;
    called = destroyed = 0;
    leat_builder *b = builder_of("../../guest/modules/guest.c", NULL);
    assert_int_equal(leat_builder_add_hook(b, leat_hook_new(&newer.ops, NULL)), 0);
    leat_driver *d = built(b);
    assert_answer(d, "text", "n=2", "\"2\"");
    leat_driver_free(d);
    assert_true(called > 0);
    assert_int_equal(destroyed, 1);
}

/* Its size alone: no slot is there to be called. */
static void the_smallest_table_is_served(void **state)
{
    (void)state;
    struct { size_t size; void *behind[16]; } smallest;
    memset(&smallest, 0x5a, sizeof smallest);
    smallest.size = sizeof smallest.size;
    leat_builder *b = builder_of("../../guest/modules/guest.c", NULL);
    assert_int_equal(leat_builder_add_hook(b, leat_hook_new((const leat_call_ops *)&smallest, NULL)), 0);
    leat_driver *d = built(b);
    assert_answer(d, "text", "n=2", "\"2\"");
    leat_driver_free(d);
}

/* --- errors --- */

static bool is_clean(const leat_error *err)
{
    for (const char *s = err->message; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            return false;
    return err->message[0] && memchr(err->message, 0, sizeof err->message);
}

static leat_run *ready(leat_driver *d, const char *output, int n)
{
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_input(r, "n", n), 0);
    assert_int_equal(leat_run_ask(r, output, (leat_place){ 0 }), 0);
    return r;
}

static void an_error_is_one_clean_line_however_long_and_rude_the_names(void **state)
{
    (void)state;
    char rude[4000];
    memset(rude, 'x', sizeof rude);
    memcpy(rude, "a\nb\033[31m\xff", 9);
    rude[sizeof rude - 1] = 0;
    leat_error err;
    leat_id id = { 77 };
    char *text = (char *)rude;
    leat_driver *d = driver_of("../../guest/modules/guest.c");
    leat_run *r = ready(d, "text", 1);
    assert_int_equal(leat_driver_owner(d, rude, &id, &err), LEAT_ENOTFOUND);
    assert_true(is_clean(&err));
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_int_equal(leat_run_json(r, rude, &text, &err), LEAT_ENOTFOUND);
    assert_true(is_clean(&err));
    assert_true(leat_run_save(r, "text", rude, &err) < 0);
    assert_true(is_clean(&err));
    assert_true(err.code == LEAT_ESYSTEM && err.system_errno);
    assert_true(leat_run_set_text(r, rude, "1") < 0);
    assert_has(leat_run_refusal(r), "a\\x0ab\\x1b[31m\\xff");
    assert_null(strchr(leat_run_refusal(r), '\n'));
    assert_int_equal(id.n, 77);
    assert_ptr_equal(text, rude);
    leat_run_free(r);
    leat_driver_free(d);
    leat_builder *b = leat_builder_new();
    leat_builder_add_source(b, rude, NULL);
    d = NULL;
    assert_true(leat_builder_build(b, &d, &err) < 0);
    assert_true(is_clean(&err));
    assert_null(d);
    leat_builder_free(b);
}

static void what_fails_writes_nothing(void **state)
{
    (void)state;
    leat_driver *d = driver_of("../../guest/modules/guest.c");
    leat_run *r = ready(d, "refused", 4);
    int place = 55;
    char *text = (char *)"as it was";
    leat_id id = { 77 };
    leat_error err;
    assert_int_equal(leat_run_ask(r, "refused", leat_into(&place)), 0);
    assert_int_equal(leat_run_execute(r, &err), LEAT_EFAILED);
    assert_int_equal(err.code, LEAT_EFAILED);
    assert_int_equal(leat_run_get(r, "refused", leat_into(&place), &err), LEAT_ENOVALUE);
    assert_int_equal(leat_run_take(r, "refused", leat_into(&place), &err), LEAT_ENOVALUE);
    assert_int_equal(leat_run_json(r, "refused", &text, &err), LEAT_ENOVALUE);
    assert_int_equal(leat_run_text(r, "refused", 0, &text, &err), LEAT_ENOVALUE);
    assert_int_equal(leat_driver_find(d, "nowhere", &id), LEAT_ENOTFOUND);
    assert_int_equal(leat_driver_draw(d, 4711, NULL, 0, &text, &err), LEAT_EUSAGE);
    assert_int_equal(place, 55);
    assert_string_equal(text, "as it was");
    assert_int_equal(id.n, 77);
    leat_run_free(r);
    leat_driver_free(d);
}

static void a_success_leaves_the_error_alone(void **state)
{
    (void)state;
    leat_error err, before_;
    memset(&err, 0x5a, sizeof err);
    before_ = err;
    char *text = NULL, *drawing = NULL;
    leat_driver *d = NULL;
    leat_builder *b = builder_of("../../guest/modules/guest.c", NULL);
    assert_int_equal(leat_builder_build(b, &d, &err), 0);
    leat_run *r = ready(d, "text", 4);
    assert_true(leat_run_plan(r, NULL, 0, &err) == 2);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_int_equal(leat_run_wait(r, -1, &err), 0);
    assert_int_equal(leat_run_json(r, "text", &text, &err), 0);
    assert_int_equal(leat_driver_draw(d, LEAT_DRAW_DOT, NULL, 0, &drawing, &err), 0);
    assert_memory_equal(&err, &before_, sizeof err);
    free(text);
    free(drawing);
    leat_run_free(r);
    leat_driver_free(d);
    leat_builder_free(b);
}

static void no_error_is_asked_for(void **state)
{
    (void)state;
    leat_driver *d = NULL;
    char *text;
    int place;
    leat_builder *b = builder_of("wrong.c", NULL);
    assert_true(leat_builder_build(b, &d, NULL) < 0);
    leat_builder_free(b);
    d = driver_of("../../guest/modules/guest.c");
    leat_run *r = ready(d, "refused", 4);
    assert_int_equal(leat_run_execute(r, NULL), LEAT_EFAILED);
    assert_true(leat_run_get(r, "refused", leat_into(&place), NULL) < 0);
    assert_true(leat_run_take(r, "refused", leat_into(&place), NULL) < 0);
    assert_true(leat_run_json(r, "refused", &text, NULL) < 0);
    assert_true(leat_run_save(r, "refused", "/nowhere/at/all", NULL) < 0);
    assert_true(leat_run_execute(r, NULL) < 0);
    leat_run_free(r);
    leat_driver_free(d);
}

/* --- memory --- */

static void what_is_given_is_copied_during_the_call(void **state)
{
    (void)state;
    struct point { double x; int n; } points[] = { { 1.5, 2 }, { 0.25, 4 } };
    char name[] = "points", output[] = "scaled";
    double scale = 0.5, scaled = 0;
    leat_driver *d = driver_of("../../guest/modules/guest.c");
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_set(r, name, leat_array(points, 2)), 0);
    assert_int_equal(leat_run_input(r, "scale", scale), 0);
    assert_int_equal(leat_run_ask(r, output, leat_into(&scaled)), 0);
    memset(points, 0x5a, sizeof points);
    memset(name, 'x', sizeof name - 1);
    memset(output, 'x', sizeof output - 1);
    scale = 9;
    assert_int_equal(leat_run_execute(r, NULL), 0);
    assert_true(scaled == 2);
    leat_run_free(r);
    leat_driver_free(d);
}

int main(void)
{
    mkdir(getenv("XDG_CACHE_HOME"), 0700);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_and_sizes_are_for_ever),
        cmocka_unit_test(a_larger_table_of_a_newer_host_is_served),
        cmocka_unit_test(the_smallest_table_is_served),
        cmocka_unit_test(an_error_is_one_clean_line_however_long_and_rude_the_names),
        cmocka_unit_test(what_fails_writes_nothing),
        cmocka_unit_test(a_success_leaves_the_error_alone),
        cmocka_unit_test(no_error_is_asked_for),
        cmocka_unit_test(what_is_given_is_copied_during_the_call),
    };
    return cmocka_run_group_tests_name("promise", tests, NULL, NULL);
}
