/* override: a value stands for a node in one run, whoever reads, writes or takes it. */
#include "api.h"

static leat_driver *d;
static leat_error err;

struct table { int *data; size_t len; };
struct pair { double x, y; };

static int set_up(void **state)
{
    (void)state;
    d = driver_of("override.c");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    leat_driver_free(d);
    return 0;
}

static int forget(void **state)
{
    (void)state;
    free(answer_of(d, "diary", NULL));
    return 0;
}

static leat_run *run_for(const char *output)
{
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_ask(r, output, (leat_place){ 0 }), 0);
    return r;
}

static void execute(leat_run *r)
{
    if (leat_run_execute(r, &err) < 0)
        fail_msg("%s", err.message);
}

static void override(leat_run *r, const char *name, const char *text)
{
    if (leat_run_override_text(r, name, text) < 0)
        fail_msg("%s", leat_run_refusal(r));
}

static void gives(leat_run *r, const char *output, const char *expected)
{
    execute(r);
    assert_json(r, output, expected);
    leat_run_free(r);
}

static void values_of_every_form_stand_for_nodes(void **state)
{
    (void)state;
    leat_run *r = run_for("sum");
    struct pair p = { 3, 4 };
    assert_int_equal(leat_run_override(r, "pair", LEAT_STRUCT(struct pair, &p)), 0);
    p.x = 99;
    gives(r, "sum", "7");
    r = run_for("product");
    override(r, "pair", "{\"x\": 3, \"y\": 4}");
    gives(r, "product", "12");
    r = run_for("first");
    int numbers[] = { 5, 6 };
    assert_int_equal(leat_run_override(r, "table", leat_array(numbers, 2)), 0);
    gives(r, "first", "5");
    r = run_for("spoken");
    assert_int_equal(leat_run_override(r, "loud", leat_of("quiet")), 0);
    gives(r, "spoken", "5");
    r = run_for("after_status");
    assert_int_equal(leat_run_override_json(r, "status", "41", 2), 0);
    gives(r, "after_status", "42");
    r = run_for("borrowed");
    override(r, "borrowed", "mine");
    gives(r, "borrowed", "\"mine\"");
    assert_diary(d, "");
}

static void what_only_it_needs_is_not_run_nor_missed(void **state)
{
    (void)state;
    leat_id plan[8];
    leat_run *r = run_for("sum");
    assert_true(leat_run_plan(r, plan, 8, &err) < 0);
    override(r, "pair", "{\"x\": 3, \"y\": 4}");
    assert_int_equal(leat_run_plan(r, plan, 8, &err), 1);
    assert_string_equal(leat_driver_name(d, plan[0]), "sum");
    execute(r);
    uint64_t ok;
    leat_run_counts(r, &ok, NULL, NULL);
    assert_int_equal(ok, 1);
    leat_run_free(r);
}

static void a_reset_forgets_it(void **state)
{
    (void)state;
    leat_run *r = run_for("sum");
    override(r, "pair", "{\"x\": 3, \"y\": 4}");
    execute(r);
    assert_json(r, "sum", "7");
    assert_int_equal(leat_run_reset(r), 0);
    assert_int_equal(leat_run_input(r, "v", 1.0), 0);
    execute(r);
    assert_json(r, "sum", "2");
    assert_int_equal(leat_run_reset(r), 0);
    override(r, "sum", "11");
    execute(r);
    assert_json(r, "sum", "11");
    leat_run_free(r);
}

static void writers_and_takers_get_memory_of_their_own(void **state)
{
    (void)state;
    leat_run *r = run_for("last");
    int numbers[] = { 5, 6 };
    assert_int_equal(leat_run_override(r, "table", leat_array(numbers, 2)), 0);
    gives(r, "last", "7");
    assert_int_equal(numbers[1], 6);
    r = run_for("eaten");
    override(r, "box", "[1, 2, 3]");
    gives(r, "eaten", "3");
    assert_diary(d, "eaten");
    r = run_for("swallowed");
    override(r, "bite", "bet");
    gives(r, "swallowed", "\"oet\"");
    r = run_for("spoken");
    override(r, "word", "four");
    gives(r, "spoken", "4");
}

static void an_asked_override_is_told_as_it_was_given(void **state)
{
    (void)state;
    leat_run *r = run_for("last");
    assert_int_equal(leat_run_ask(r, "table", (leat_place){ 0 }), 0);
    override(r, "table", "[1, 2]");
    execute(r);
    assert_json(r, "last", "7");
    struct table *taken = NULL;
    assert_int_equal(leat_run_take(r, "table", LEAT_INTO(struct table *, &taken), &err), LEAT_EBORROWED);
    assert_json(r, "table", "[1,2]");
    leat_run_free(r);
}

static unsigned released;
static void release(void *user) { released += *(unsigned *)user; }

static void lent_values_are_released_once(void **state)
{
    (void)state;
    unsigned one = 1;
    struct { void *self; } *o = malloc(sizeof *o);
    o->self = o;
    leat_run *r = run_for("is_self");
    leat_value v = leat_of_memory(LEAT_KIND_STRUCT, "struct opaque", o, sizeof *o, 1, 0);
    assert_int_equal(leat_run_override(r, "opaque", v), LEAT_EINPUT);
    assert_has(leat_run_refusal(r), "must be lent");
    v.release = release;
    v.user = &one;
    released = 0;
    assert_int_equal(leat_run_override(r, "opaque", v), 0);
    execute(r);
    assert_json(r, "is_self", "1");
    assert_int_equal(released, 0);
    leat_run_free(r);
    assert_int_equal(released, 1);
    r = run_for("eaten");
    int numbers[] = { 1 };
    v = leat_array(numbers, 1);
    v.release = release;
    v.user = &one;
    assert_int_equal(leat_run_override(r, "box", v), LEAT_EINPUT);
    assert_has(leat_run_refusal(r), "eaten takes what it is given");
    assert_int_equal(released, 2);
    leat_run_free(r);
    free(o);
}

/* Which of left, right and parts are overridden: every way. */
static void any_of_a_functions_outputs_may_be_overridden(void **state)
{
    (void)state;
    for (unsigned mask = 0; mask < 8; mask++) {
        leat_run *r = run_for("all");
        if (mask != 7)
            assert_int_equal(leat_run_input(r, "n", 3), 0);
        if (mask & 1)
            override(r, "left", "l");
        if (mask & 2)
            override(r, "parts.right", "[1]");
        if (mask & 4)
            override(r, "parts", "p");
        char expected[20];
        snprintf(expected, sizeof expected, "%d", (mask & 1 ? 1 : 4) + (mask & 2 ? 1 : 3) + (mask & 4 ? 1 : 5));
        execute(r);
        assert_json(r, "all", expected);
        leat_run_reset(r);
        leat_run_free(r);
        assert_diary(d, mask == 7 ? "" : "parts table freed");
    }
}

static void readers_of_an_override_run_though_its_function_fails(void **state)
{
    (void)state;
    leat_run *r = run_for("left_size");
    leat_run_ask(r, "right_size", (leat_place){ 0 });
    leat_run_ask(r, "parts_size", (leat_place){ 0 });
    leat_run_set_keep_going(r, 1);
    leat_run_input(r, "n", -1);
    override(r, "left", "12");
    override(r, "parts", "1234");
    assert_int_equal(leat_run_execute(r, &err), LEAT_EFAILED);
    assert_json(r, "left_size", "2");
    assert_json(r, "parts_size", "4");
    char *text = NULL;
    assert_int_equal(leat_run_json(r, "right_size", &text, &err), LEAT_ENOVALUE);
    leat_run_free(r);
}

static void an_asked_function_that_also_runs_gives_the_override(void **state)
{
    (void)state;
    leat_run *r = run_for("parts");
    leat_run_ask(r, "right", (leat_place){ 0 });
    leat_run_ask(r, "left", (leat_place){ 0 });
    leat_run_input(r, "n", 2);
    override(r, "parts", "mine");
    override(r, "left", "west");
    execute(r);
    assert_json(r, "parts", "\"mine\"");
    assert_json(r, "left", "\"west\"");
    assert_json(r, "right", "[0,0]");
    char *taken;
    assert_int_equal(leat_run_take(r, "parts", LEAT_INTO(char *, &taken), &err), LEAT_EBORROWED);
    leat_run_free(r);
}

static void slips_are_refused_with_the_way_out(void **state)
{
    (void)state;
    leat_run *r = run_for("sum");
    assert_int_equal(leat_run_override_text(r, "piar", "1"), LEAT_ENOTFOUND);
    assert_string_equal(leat_run_refusal(r), "no node piar, did you mean pair?");
    assert_int_equal(leat_run_override(r, "v", leat_of(1.0)), LEAT_EINPUT);
    assert_string_equal(leat_run_refusal(r), "v is an input: it is given, not overridden");
    assert_int_equal(leat_run_override(r, "pair", leat_of(1.0)), LEAT_EINPUT);
    assert_int_equal(leat_run_override_text(r, "pair", "{}"), LEAT_EINPUT);
    override(r, "pair", "{\"x\": 1, \"y\": 1}");
    assert_int_equal(leat_run_override_text(r, "pair", "{\"x\": 1, \"y\": 1}"), LEAT_EINPUT);
    assert_string_equal(leat_run_refusal(r), "pair is given twice");
    assert_int_equal(leat_run_override_file(r, "sum", "nowhere.json"), LEAT_ESYSTEM);
    execute(r);
    assert_int_equal(leat_run_override_text(r, "sum", "1"), LEAT_EUSAGE);
    leat_run_free(r);
    assert_int_equal(leat_run_override(NULL, "sum", leat_of(1)), LEAT_ENOMEM);
}

static void what_stands_in_the_way_of_an_override_does_not_matter(void **state)
{
    (void)state;
    leat_driver *other = NULL;
    leat_builder *b = builder_of("fine_beside.c", NULL);
    leat_builder_set_outputs(b, (const char *const[]){ "broken" }, 1);
    leat_builder_set_overrides(b, (const char *const[]){ "broken", "nothing" }, 2);
    if (leat_builder_build(b, &other, &err) < 0)
        fail_msg("%s", err.message);
    leat_builder_free(b);
    leat_run *r = leat_run_new(other);
    leat_run_ask(r, "broken", (leat_place){ 0 });
    assert_int_equal(leat_run_override_text(r, "broken", "5"), 0);
    execute(r);
    assert_json(r, "broken", "5");
    leat_run_free(r);
    leat_id id;
    leat_driver_find(other, "broken", &id);
    assert_true(leat_driver_broken(other, id));
    leat_driver_free(other);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, forget, NULL)
    const struct CMUnitTest tests[] = {
        TEST(values_of_every_form_stand_for_nodes), TEST(what_only_it_needs_is_not_run_nor_missed),
        TEST(a_reset_forgets_it), TEST(writers_and_takers_get_memory_of_their_own),
        TEST(an_asked_override_is_told_as_it_was_given), TEST(lent_values_are_released_once),
        TEST(any_of_a_functions_outputs_may_be_overridden),
        TEST(readers_of_an_override_run_though_its_function_fails),
        TEST(an_asked_function_that_also_runs_gives_the_override), TEST(slips_are_refused_with_the_way_out),
        TEST(what_stands_in_the_way_of_an_override_does_not_matter),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
