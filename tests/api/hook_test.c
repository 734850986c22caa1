/* hook: told what happens, with arguments and results; what nodes say to the
 * engine; functions that the host registers. */
#include "api.h"

static struct {
    char text[4000];
    int calls, fail_before, fail_after, destroyed;
    uint64_t run, other_run;
} seen;

static void note_(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void note_(const char *format, ...)
{
    size_t n = strlen(seen.text);
    va_list args;
    va_start(args, format);
    vsnprintf(seen.text + n, sizeof seen.text - n, format, args);
    va_end(args);
}

static int before_run(void *user, uint64_t run)
{
    assert_ptr_equal(user, &seen);
    seen.run = run;
    note_("<");
    return 0;
}

static int after_run(void *user, uint64_t run, int code)
{
    (void)user;
    assert_int_equal(run, seen.run);
    note_("%d>", code);
    return 0;
}

static int before_node(void *user, const leat_call *c)
{
    (void)user;
    assert_int_equal(c->run, seen.run);
    assert_null(c->result);
    assert_has(c->file, "context.c");
    assert_true(c->line > 0);
    seen.calls++;
    note_("%s(%zu", c->node, c->count);
    if (!strcmp(c->node, "pair"))
        note_(":%d,%g", *(int *)c->args[0], *(double *)c->args[1]);
    if (!strcmp(c->node, "sum"))
        note_(":%d,%s", **(int **)c->args[0], *(char **)c->args[1]);
    if (!strcmp(c->node, "plain"))
        note_(":%d", *(int *)c->args[0]);
    return seen.fail_before;
}

static int after_node(void *user, const leat_call *c)
{
    (void)user;
    note_(")");
    if (c->code)
        note_("!%d %s %s", c->code, c->message, c->result ? "?" : "");
    else if (!c->result)
        note_("-");
    else if (!strcmp(c->node, "sum"))
        note_("=%g", *(const double *)c->result);
    else if (!strcmp(c->node, "pair"))
        note_("=%g", *(const double *)((const char *)c->result + 8));
    else if (!strcmp(c->node, "plain"))
        note_("=%d", *(const int *)c->result);
    note_(" ");
    return seen.fail_after;
}

static void log_(void *user, uint64_t run, const char *node, int level, const char *text)
{
    (void)user;
    assert_int_equal(run, seen.run);
    note_("[%s %d %s]", node, level, text);
}

static void progress(void *user, uint64_t run, const char *node, double done, double total)
{
    (void)user, (void)run;
    note_("{%s %g/%g}", node, done, total);
}

static void destroy(void *user) { (void)user, seen.destroyed++; }

static leat_call_ops all_ops(void)
{
    leat_call_ops ops = LEAT_CALL_OPS_INIT;
    ops.before_run = before_run;
    ops.after_run = after_run;
    ops.before_node = before_node;
    ops.after_node = after_node;
    ops.log = log_;
    ops.progress = progress;
    ops.destroy = destroy;
    return ops;
}

static leat_driver *watched(const leat_call_ops *ops)
{
    memset(&seen, 0, sizeof seen);
    leat_builder *b = builder_of("context.c", NULL);
    assert_int_equal(leat_builder_add_hook(b, leat_hook_new(ops, &seen)), 0);
    return built(b);
}

static void hooks_see_arguments_and_results(void **state)
{
    (void)state;
    leat_call_ops ops = all_ops();
    leat_driver *d = watched(&ops);
    assert_answer(d, "sum", "a=3;b=0.5;label=xy", "5.5");
    assert_string_equal(seen.text, "<pair(2:3,0.5)=0.5 sum(2:3,xy)=5.5 0>");
    seen.text[0] = 0;
    assert_answer(d, "plain", "a=3", "4");
    assert_string_equal(seen.text, "<plain(1:3)=4 0>");
    leat_driver_free(d);
    assert_int_equal(seen.destroyed, 1);
}

static void hooks_see_sinks_and_functions_of_outputs(void **state)
{
    (void)state;
    leat_call_ops ops = all_ops();
    leat_driver *d = watched(&ops);
    assert_answer(d, "hi", "a=3;b=0.5;label=", "4.5");
    assert_has(seen.text, "parts(3)- 0>");
    seen.text[0] = 0;
    assert_fails(d, "sink", "a=3;b=0.5;label=", "gives no value");
    assert_has(seen.text, "sink(1)- 0>");
    leat_driver_free(d);
}

static void hooks_see_failures(void **state)
{
    (void)state;
    leat_call_ops ops = all_ops();
    leat_driver *d = watched(&ops);
    assert_fails(d, "cancelled_after_failing", "n=7", "n is 7");
    assert_string_equal(seen.text, "<cancelled_after_failing(2)!-5 n is 7  -5>");
    leat_driver_free(d);
}

static void hooks_that_fail_are_counted_and_change_nothing(void **state)
{
    (void)state;
    leat_call_ops ops = all_ops();
    leat_driver *d = watched(&ops);
    leat_error err;
    double sum = 0;
    leat_run *r = leat_run_new(d);
    for (int i = 0; i < 2; i++) {
        seen.fail_before = 1;
        seen.fail_after = i;
        leat_run_input(r, "a", 1);
        leat_run_input(r, "b", 1);
        leat_run_input(r, "label", "");
        if (!i)
            leat_run_output(r, "sum", &sum);
        assert_int_equal(leat_run_execute(r, &err), 0);
        assert_true(sum == 2);
        assert_int_equal(leat_run_hook_failures(r), i ? 4 : 2);
        leat_run_reset(r);
        assert_int_equal(leat_run_hook_failures(r), 0);
    }
    leat_run_free(r);
    leat_driver_free(d);
}

static void slots_that_are_null_are_skipped(void **state)
{
    (void)state;
    leat_call_ops ops = LEAT_CALL_OPS_INIT;
    leat_driver *d = watched(&ops);
    assert_answer(d, "telling", "n=4", "0");
    leat_driver_free(d);
    ops.after_node = after_node;
    d = watched(&ops);
    assert_answer(d, "plain", "a=3", "4");
    assert_string_equal(seen.text, ")=4 ");
    leat_driver_free(d);
}

static void an_older_host_with_a_smaller_table_is_served(void **state)
{
    (void)state;
    leat_call_ops ops = all_ops();
    ops.size = offsetof(leat_call_ops, log);
    leat_driver *d = watched(&ops);
    assert_answer(d, "telling", "n=4", "0");
    assert_string_equal(seen.text, "<telling(2) 0>");
    leat_driver_free(d);
}

static void several_hooks_are_told_in_the_order_they_were_added(void **state)
{
    (void)state;
    leat_call_ops ops = all_ops();
    memset(&seen, 0, sizeof seen);
    leat_builder *b = builder_of("context.c", NULL);
    leat_builder_add_hook(b, leat_hook_new(&ops, &seen));
    leat_builder_add_hook(b, leat_hook_new(&ops, &seen));
    leat_driver *d = built(b);
    assert_answer(d, "plain", "a=3", "4");
    assert_int_equal(seen.calls, 2);
    leat_driver_free(d);
    assert_int_equal(seen.destroyed, 2);
}

static void a_hook_outlives_builder_and_driver_as_long_as_a_run(void **state)
{
    (void)state;
    leat_call_ops ops = all_ops();
    leat_driver *d = watched(&ops);
    leat_run *r = leat_run_new(d);
    leat_driver_free(d);
    int plain = 0;
    leat_error err;
    leat_run_input(r, "a", 1);
    leat_run_output(r, "plain", &plain);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_int_equal(plain, 2);
    assert_int_equal(seen.destroyed, 0);
    leat_run_free(r);
    assert_int_equal(seen.destroyed, 1);
}

static void a_hook_of_a_refused_build_is_destroyed_once(void **state)
{
    (void)state;
    leat_call_ops ops = all_ops();
    memset(&seen, 0, sizeof seen);
    leat_builder *b = builder_of("wrong.c", NULL);
    leat_builder_add_hook(b, leat_hook_new(&ops, &seen));
    assert_refused(b);
    leat_builder_free(b);
    assert_int_equal(seen.destroyed, 1);
    leat_hook_free(leat_hook_new(&ops, &seen));
    assert_int_equal(seen.destroyed, 2);
}

static void what_a_node_logs_reaches_the_hooks(void **state)
{
    (void)state;
    leat_call_ops ops = all_ops();
    leat_driver *d = watched(&ops);
    assert_answer(d, "telling", "n=4", "0");
    assert_has(seen.text, "[telling 2 a note]");
    assert_has(seen.text, "{telling 2/4}{telling 3/-1}");
    leat_driver_free(d);
}

static void the_context_is_found_by_its_type_and_knows_the_task(void **state)
{
    (void)state;
    leat_driver *d = driver_of("context.c");
    assert_answer(d, "who", "n=4;m=5", "\"who run 1 0 4 5\"");
    assert_answer(d, "whom", "", "\"whom run 1 0 1 2\"");
    assert_answer(d, "alone", "", "1");
    leat_id id;
    assert_int_equal(leat_driver_find(d, "engine", &id), LEAT_ENOTFOUND);
    assert_int_equal(leat_driver_find(d, "who", &id), 0);
    assert_int_equal(leat_driver_param(d, id, 1)->given, 0);
    assert_int_equal(leat_driver_param(d, id, 0)->given, 1);
    leat_driver_free(d);
}

static void a_failed_task_knows_that_it_should_stop(void **state)
{
    (void)state;
    leat_driver *d = driver_of("context.c");
    free(answer_of(d, "diary", NULL));
    assert_fails(d, "cancelled_after_failing", "n=7", "n is 7");
    assert_diary(d, "no yes");
    leat_driver_free(d);
}

static void each_run_has_a_number_of_its_own(void **state)
{
    (void)state;
    leat_driver *d = driver_of("context.c");
    char *one = answer_of(d, "run_number", ""), *two = answer_of(d, "run_number", "");
    assert_true(atof(two) > atof(one));
    free(one);
    free(two);
    leat_driver_free(d);
}

/* --- functions of the host --- */

static int risky(int level)
{
    if (level > 3)
        leat_fail("level %d", level);
    return level * 2;
}
LEAT_FUNCTION(int, risky, (int, level));

struct basket { int n; };
static int alive;
static struct basket *basket(int risky)
{
    struct basket *b = malloc(sizeof *b);
    b->n = risky;
    alive++;
    return b;
}
LEAT_FUNCTION(struct basket *, basket, (int, risky));
static int items(const struct basket *basket) { return basket->n; }
LEAT_FUNCTION(int, items, (const struct basket *, basket));
static int quiet(void) { return 7; }
LEAT_FUNCTION(int, quiet);
static void gone(int items) { (void)items; }
LEAT_FUNCTION(void, gone, (int, items));
static void outs(int level, int *out_up, int *out_down) { *out_up = level + 1; *out_down = level - 1; }
LEAT_FUNCTION(void, outs, (int, level), (int *, out_up), (int *, out_down));
static int levelled(int level, leat_context *c) { return leat_context_info(c) ? level : -1; }
LEAT_FUNCTION(int, levelled, (int, level), (leat_context *, c));
static void basket_done(void *b) { alive--; free(b); }
LEAT_NODE(thrice, calls(by_factor), bind(x = 3));

static void times(void *factor, void *const *args, void *result)
{
    *(double *)result = *(const double *)args[0] * *(double *)factor;
}
static void refuses(void *user, void *const *args, void *result)
{
    (void)user;
    *(int *)result = 0;
    leat_fail("no: %s", *(const char **)args[0]);
}

struct bottle { int n; };
static int bottles;
static struct bottle *bottle(int level)
{
    struct bottle *b = malloc(sizeof *b);
    b->n = level;
    bottles++;
    return b;
}
LEAT_FUNCTION(struct bottle *, bottle, (int, level));
static int bottle_free(struct bottle *b) { bottles--; free(b); return 0; }
LEAT_FUNCTION(int, bottle_free, (struct bottle *, b));
static int drunk(const struct bottle *bottle) { return bottle->n; }
LEAT_FUNCTION(int, drunk, (const struct bottle *, bottle));

static void make_vial(void *user, void *const *args, void *result)
{
    ++*(int *)user;
    int *v = malloc(sizeof *v);
    *v = *(const int *)args[0];
    *(int **)result = v;
}
static void vial_free(void *user, void *const *args, void *result)
{
    (void)result;
    --*(int *)user;
    free(*(void **)args[0]);
}
static void vial_level(void *user, void *const *args, void *result)
{
    (void)user;
    *(int *)result = **(int *const *)args[0];
}

static void registered_destructors_are_called_as_they_were_registered(void **state)
{
    (void)state;
    int vials = 0;
    leat_builder *b = leat_builder_new();
    leat_builder_add_self(b);
    leat_builder_add_function(b, "double by_factor(double x)", vial_level, NULL);
    leat_builder_set_destroy(b, "struct basket *", free);
    leat_builder_add_function(b, "struct vial *vial(int level)", make_vial, &vials);
    leat_builder_add_function(b, "void vial_free(struct vial *v)", vial_free, &vials);
    leat_builder_add_function(b, "int full(const struct vial *vial)", vial_level, &vials);
    leat_driver *d = built(b);
    assert_answer(d, "drunk", "level=3", "3");
    assert_int_equal(bottles, 0);
    leat_error err;
    int full = 0;
    void *vial = NULL;
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "level", 5);
    leat_run_output(r, "full", &full);
    leat_run_ask(r, "vial", LEAT_INTO(struct vial *, &vial));
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_int_equal(full, 5);
    assert_int_equal(vials, 1);
    leat_run_free(r);
    assert_int_equal(vials, 0);
    leat_driver_free(d);
}

static leat_driver *host_driver(double *factor)
{
    leat_builder *b = leat_builder_new();
    leat_builder_add_self(b);
    assert_int_equal(leat_builder_add_function(b, "double by_factor(double x)", times, factor), 0);
    assert_int_equal(leat_builder_add_function(b, "int refuses(const char *why)", refuses, NULL), 0);
    leat_builder_set_destroy(b, "struct basket *", basket_done);
    leat_builder_note(b, "fourfold", "calls(by_factor), bind(x = 4)");
    return built(b);
}

static void registered_functions_are_nodes(void **state)
{
    (void)state;
    double factor = 2.5;
    leat_driver *d = host_driver(&factor);
    assert_answer(d, "items", "level=2", "4");
    assert_int_equal(alive, 0);
    assert_answer(d, "quiet", "", "7");
    assert_answer(d, "up", "level=2", "3");
    assert_answer(d, "outs.down", "level=2", "1");
    assert_answer(d, "levelled", "level=2", "2");
    assert_answer(d, "by_factor", "x=2", "5");
    assert_answer(d, "fourfold", "", "10");
    factor = 3;
    assert_answer(d, "fourfold", "", "12");
    assert_answer(d, "thrice", "", "9");
    leat_driver_free(d);
}

static void a_registered_function_can_fail(void **state)
{
    (void)state;
    leat_driver *d = host_driver(NULL);
    assert_fails(d, "items", "level=9", "risky failed: level 9 (");
    assert_int_equal(alive, 0);
    assert_fails(d, "refuses", "why=tired", "refuses failed: no: tired (");
    leat_driver_free(d);
}

static void a_prototype_that_cannot_be_read_is_refused(void **state)
{
    (void)state;
    leat_builder *b = leat_builder_new();
    leat_builder_add_function(b, "double by(double", times, NULL);
    leat_builder_add_function(b, "double log(double x)", times, NULL);
    assert_refused(b);
    assert_has(leat_builder_problem(b, 0)->message, "double by(double");
    leat_builder_free(b);
}

static void sources_and_functions_of_the_host_wire_together(void **state)
{
    (void)state;
    double factor = 10;
    leat_builder *b = builder_of("context.c", NULL);
    leat_builder_add_function(b, "double tenfold(double sum)", times, &factor);
    leat_driver *d = built(b);
    assert_answer(d, "tenfold", "a=1;b=1;label=x", "30");
    leat_driver_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hooks_see_arguments_and_results),
        cmocka_unit_test(hooks_see_sinks_and_functions_of_outputs),
        cmocka_unit_test(hooks_see_failures),
        cmocka_unit_test(hooks_that_fail_are_counted_and_change_nothing),
        cmocka_unit_test(slots_that_are_null_are_skipped),
        cmocka_unit_test(an_older_host_with_a_smaller_table_is_served),
        cmocka_unit_test(several_hooks_are_told_in_the_order_they_were_added),
        cmocka_unit_test(a_hook_outlives_builder_and_driver_as_long_as_a_run),
        cmocka_unit_test(a_hook_of_a_refused_build_is_destroyed_once),
        cmocka_unit_test(what_a_node_logs_reaches_the_hooks),
        cmocka_unit_test(the_context_is_found_by_its_type_and_knows_the_task),
        cmocka_unit_test(a_failed_task_knows_that_it_should_stop),
        cmocka_unit_test(each_run_has_a_number_of_its_own),
        cmocka_unit_test(registered_functions_are_nodes),
        cmocka_unit_test(registered_destructors_are_called_as_they_were_registered),
        cmocka_unit_test(a_registered_function_can_fail),
        cmocka_unit_test(a_prototype_that_cannot_be_read_is_refused),
        cmocka_unit_test(sources_and_functions_of_the_host_wire_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
