/* Memory runs out at every allocation in turn, over building and running a
 * graph of 30 registered nodes: a clean error each time, and nothing leaks
 * (AddressSanitizer's build of this test says so). */
#include <leat/leat.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* --- the allocator: --wrap sends the library's calls through here --- */

static long countdown = -1, calls;      /* the call that fails when it reaches 0; -1: none */

static int fails(void)
{
    calls++;
    return countdown > 0 && --countdown == 0;
}

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__real_aligned_alloc(size_t align, size_t n);
char *__real_strdup(const char *s);
char *__real_strndup(const char *s, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void *__wrap_aligned_alloc(size_t align, size_t n);
char *__wrap_strdup(const char *s);
char *__wrap_strndup(const char *s, size_t n);

void *__wrap_malloc(size_t n) { return fails() ? NULL : __real_malloc(n); }
void *__wrap_calloc(size_t n, size_t size) { return fails() ? NULL : __real_calloc(n, size); }
void *__wrap_realloc(void *p, size_t n) { return fails() ? NULL : __real_realloc(p, n); }
void *__wrap_aligned_alloc(size_t align, size_t n) { return fails() ? NULL : __real_aligned_alloc(align, n); }
char *__wrap_strdup(const char *s) { return fails() ? NULL : __real_strdup(s); }
char *__wrap_strndup(const char *s, size_t n) { return fails() ? NULL : __real_strndup(s, n); }

/* --- the graph: numbers, text handed over and borrowed, outputs, an opaque type --- */

struct box { int live; };
static int boxes;

static double twice(double x) { return 2 * x; }
static double sum(double a, double b) { return a + b; }
static char *label(double c) { char *s = __real_malloc(32); return s ? snprintf(s, 32, "c = %g", c), s : NULL; }
static const char *tail(const char *label) { return label + 4; }
static int length(const char *tail) { return (int)strlen(tail); }
static int split(double c, double *out_lo, double *out_hi) { *out_lo = c - 1; *out_hi = c + 1; return 0; }
static struct box *box(double lo) { (void)lo; struct box *b = __real_calloc(1, sizeof *b); return b ? boxes++, b : NULL; }
static int peek(const struct box *box, double hi) { return (int)hi + box->live; }
static int fill(struct box *box, int peek) { box->live = peek; return peek; }
static void sink(int length, int fill) { (void)length; (void)fill; }
LEAT_FUNCTION(char *, label, (double, c));
LEAT_FUNCTION(const char *, tail, (const char *, label));
LEAT_FUNCTION(int, length, (const char *, tail));
LEAT_FUNCTION(int, split, (double, c), (double *, out_lo), (double *, out_hi));
LEAT_FUNCTION(struct box *, box, (double, lo));
LEAT_FUNCTION(int, peek, (const struct box *, box), (double, hi));
LEAT_FUNCTION(int, fill, (struct box *, box), (int, peek));
LEAT_FUNCTION(void, sink, (int, length), (int, fill));
static double a_(double x) { return twice(x); }
static double b_(double x, double a) { return sum(x, a); }
static double c_(double a, double b) { return sum(a, b); }
LEAT_FUNCTION(double, a_, (double, x));
LEAT_FUNCTION(double, b_, (double, x), (double, a));
LEAT_FUNCTION(double, c_, (double, a), (double, b));
static double b__mode__other(double y) { return y; }
static double b__mode__third__tier__gold(double z) { return z; }
LEAT_FUNCTION(double, b__mode__other, (double, y));
LEAT_FUNCTION(double, b__mode__third__tier__gold, (double, z));

/* Without memory a look tells less, and what it counts is right. */
static leat_sampler *watching;

static void look(void)
{
    const leat_sample *s = leat_sampler_look(watching);
    assert_int_equal(s->waiting + s->running + s->parked + s->done + s->failed + s->skipped + s->cancelled, s->total);
    assert_true(s->workings <= 1 && (!s->workings || s->working[0].node));
}

static void add_up(void *user, void *const *args, void *result)
{
    (void)user;
    look();
    *(double *)result = *(double *)args[0] + *(double *)args[1];
}

/* Lent for writing: a namespace has its own copy of an input. */
static void shout(void *user, void *const *args, void *result)
{
    char *word = *(char **)args[0];
    (void)user;
    word[0] = '!';
    *(size_t *)result = strlen(word);
}

/* At build: a note, a key of config and a function that are gone with it. */
static int configure(leat_builder *b)
{
    if (!leat_builder_config(b, "doubled"))
        return 0;
    int code = leat_builder_note(b, "doubled", "calls(a_), tag(by = configure)");
    if (!code)
        code = leat_builder_add_function(b, "double grown(double doubled, double c)", add_up, NULL);
    return code ? leat_fail("no memory for what is doubled"), code : 0;
}
LEAT_FUNCTION(int, configure, (leat_builder *, b));

static void box_done(void *box)
{
    boxes--;
    free(box);
}

static void collect(leat_builder *b)
{
    leat_builder_add_self(b);
    for (int i = 0; i < 20; i++) {
        char prototype[80];
        snprintf(prototype, sizeof prototype, i ? "double n%d(double n%d, double c)" : "double n%d(double a, double c)",
                 i, i - 1);
        leat_builder_add_function(b, prototype, add_up, NULL);
    }
    leat_builder_set_namespace(b, "us");
    leat_builder_add_function(b, "double m(double x, double c)", add_up, NULL);
    leat_builder_add_function(b, "size_t shouted(char *word)", shout, NULL);
    leat_builder_set_namespace(b, NULL);
    leat_builder_set_destroy(b, "struct box *", box_done);
    leat_builder_note(b, "tail", "after(a), tag(owner = me, pii = false)");
    leat_builder_set_config(b, "mode", "plain");
    leat_builder_set_config(b, "doubled", "yes");
    leat_call_ops ops = LEAT_CALL_OPS_INIT;
    leat_builder_add_hook(b, leat_hook_new(&ops, NULL));
}

static int run_it(leat_driver *d, double *n19, char **text, leat_error *err)
{
    leat_run *run = leat_run_new(d);
    leat_run_input(run, "x", 1.5);
    watching = leat_sampler_new(run);
    int code = leat_run_output(run, "n19", n19);
    int asked = code ? code : leat_run_ask(run, "label", (leat_place){ 0 });
    if (!asked)
        asked = leat_run_ask(run, "sink", (leat_place){ 0 });
    code = leat_run_execute(run, err);
    if (asked == LEAT_ENOMEM)       /* a lack of memory sticks: execute told of it */
        assert_int_equal(code, LEAT_ENOMEM);
    if (!code && !asked)
        code = leat_run_json(run, "label", text, err);
    leat_sampler_free(watching);
    watching = NULL;
    leat_run_free(run);
    return code ? code : asked;
}

/* A value stands for one output of split, and one for label. */
static int run_overridden(leat_driver *d, leat_error *err)
{
    int length = 0, peek = 0;
    leat_run *run = leat_run_new(d);
    leat_run_input(run, "x", 1.5);
    leat_run_override(run, "hi", leat_of(40.0));
    leat_run_override_text(run, "label", "a long word");
    int code = leat_run_output(run, "length", &length), other = leat_run_output(run, "peek", &peek);
    if (!code && !other)
        code = leat_run_execute(run, err);
    if (!code && !other && (length != 7 || peek < 40))
        code = LEAT_EFAILED - 100;
    leat_run_free(run);
    return code ? code : other;
}

static int run_in_space(leat_driver *d, leat_error *err)
{
    double m = 0;
    size_t shouted = 0;
    leat_run *run = leat_run_new(d);
    leat_run_input(run, "x", 1.5);
    leat_run_input(run, "us.x", 2.5);
    leat_run_input(run, "word", "word");
    int code = leat_run_output(run, "us.m", &m), other = leat_run_output(run, "us.shouted", &shouted);
    if (!code && !other)
        code = leat_run_execute(run, err);
    if (!code && !other && (m != 10 || shouted != 4))
        code = LEAT_EFAILED - 100;
    leat_run_free(run);
    return code ? code : other;
}

static int ask_driver(const leat_driver *d)
{
    leat_id b, tail, grown;
    assert_int_equal(leat_driver_find(d, "grown", &grown), 0);
    if (leat_driver_find(d, "b", &b) < 0 || leat_driver_find(d, "tail", &tail) < 0)
        return LEAT_ENOMEM;
    bool told = leat_driver_variant(d, b, 1) && leat_driver_config(d, 0) && leat_driver_tag_at(d, tail, 1);
    return told ? 0 : LEAT_ENOMEM;
}

static char told[1024];

/* Everything once; 0, or the code it ended with. */
static int whole(double *n19, char **text)
{
    leat_error err = { 0 };
    leat_driver *d = NULL;
    leat_builder *b = leat_builder_new();
    collect(b);
    int code = leat_builder_build(b, &d, &err);
    if (!code)
        code = run_it(d, n19, text, &err);
    if (!code)
        code = run_overridden(d, &err);
    if (!code)
        code = run_in_space(d, &err);
    if (!code)
        code = ask_driver(d);
    snprintf(told, sizeof told, "%s", err.message);
    leat_driver_free(d);
    leat_builder_free(b);
    return code;
}

static void every_allocation_may_fail_and_nothing_is_lost(void **state)
{
    (void)state;
    double n19 = 0;
    char *text = NULL;
    calls = 0;
    assert_int_equal(whole(&n19, &text), 0);
    assert_true(n19 == 3 + 20 * 7.5);
    assert_string_equal(text, "\"c = 7.5\"");
    free(text);
    long all = calls;
    assert_true(all > 50);
    for (long n = 1; n <= all; n++) {
        n19 = 0;
        text = NULL;
        countdown = n;
        int code = whole(&n19, &text);
        countdown = -1;
        if (code == 0) {        /* an allocation that can be done without: a longer failure text, say */
            assert_true(n19 == 3 + 20 * 7.5);
            assert_string_equal(text, "\"c = 7.5\"");
        } else if (code != LEAT_ENOMEM && code != LEAT_EFAILED) {
            fail_msg("allocation %ld of %ld: code %d, %s", n, all, code, told);
        }
        free(text);
        assert_int_equal(boxes, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_allocation_may_fail_and_nothing_is_lost) };
    return cmocka_run_group_tests_name("alloc", tests, NULL, NULL);
}
