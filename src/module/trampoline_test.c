/* Generated calls carry every argument and result exactly: random structs and
 * signatures are compiled, read, called and compared byte by byte; and so do their
 * batches. */
#include "module/testing.h"
#include <math.h>

enum { STRUCTS = 160, FUNCTIONS = 320, MOST_PARAMS = 8, BIG = 65536, MOST_CALLS = 20 };

struct made { struct leat__text text; uint64_t dice; };

static unsigned roll(struct made *g, unsigned n)
{
    g->dice = g->dice * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(g->dice >> 33) % n;
}

static const char *const scalars[] = {
    "bool", "char", "signed char", "unsigned char", "short", "unsigned short", "int", "unsigned", "long",
    "unsigned long", "float", "double", "float", "double", "long double", "void *", "const char *", "enum color"
};
enum { SCALARS = sizeof scalars / sizeof *scalars };

/* A type's name: a scalar, or one of the first `known` structs. */
static void some_type(struct made *g, unsigned known)
{
    unsigned n = known ? roll(g, 3) : 0;
    if (n == 1)
        leat__text_printf(&g->text, "T%u", roll(g, known));
    else
        leat__text_add(&g->text, scalars[roll(g, SCALARS)]);
}

static void bit_field(struct made *g, unsigned i)
{
    static const struct { const char *name; unsigned bits; } types[] = {
        { "unsigned char", 8 }, { "short", 16 }, { "int", 32 }, { "unsigned", 32 }, { "long", 64 }, { "bool", 1 }
    };
    unsigned k = roll(g, 6), width = 1 + roll(g, types[k].bits);
    if (roll(g, 8) == 0)
        leat__text_printf(&g->text, " %s : %u;", types[k].name, roll(g, 2) ? width : 0);
    leat__text_printf(&g->text, " %s b%u : %u;", types[k].name, i, width);
}

static void member(struct made *g, unsigned i, unsigned known)
{
    if (roll(g, 5) == 0) {
        bit_field(g, i);
        return;
    }
    leat__text_addc(&g->text, ' ');
    some_type(g, known);
    leat__text_printf(&g->text, " m%u", i);
    for (unsigned n = roll(g, 5); n == 1; n = roll(g, 3))
        leat__text_printf(&g->text, "[%u]", 1 + roll(g, 3));
    if (roll(g, 12) == 0)
        leat__text_printf(&g->text, " __attribute__((aligned(%u)))", 1u << roll(g, 5));
    leat__text_addc(&g->text, ';');
}

/* Debug info does not tell that a type is packed; offsets do, so a packed one
 * begins with a char: a packed union of a long double looks like another. */
static void structure(struct made *g, unsigned i)
{
    unsigned count = 1 + roll(g, roll(g, 3) ? 4 : 9), pack = roll(g, 12);
    if (pack == 0)
        leat__text_add(&g->text, "#pragma pack(2)\n");
    leat__text_printf(&g->text, "typedef %s t%u {%s", pack < 2 || roll(g, 7) ? "struct" : "union", i,
                      pack < 2 ? " char first;" : "");
    for (unsigned k = 0; k < count; k++)
        member(g, k, pack < 2 ? 0 : i);
    leat__text_printf(&g->text, " }%s T%u;\n", pack == 1 ? " __attribute__((packed))" :
                      pack == 2 ? " __attribute__((aligned(32)))" : "", i);
    if (pack == 0)
        leat__text_add(&g->text, "#pragma pack()\n");
}

/* A function that logs the bytes of its arguments and returns the pattern. */
static void function(struct made *g, unsigned i)
{
    unsigned count = 1 + roll(g, MOST_PARAMS);
    leat__text_addc(&g->text, '\n');
    some_type(g, STRUCTS);
    leat__text_printf(&g->text, " f%u(", i);
    for (unsigned k = 0; k < count; k++) {
        leat__text_add(&g->text, k ? ", " : "");
        some_type(g, STRUCTS);
        leat__text_printf(&g->text, " p%u", k);
    }
    leat__text_add(&g->text, ")\n{\n    unsigned char *at = seen;\n");
    for (unsigned k = 0; k < count; k++)
        leat__text_printf(&g->text, "    memcpy(at, &p%u, sizeof p%u); at += sizeof p%u;\n", k, k, k);
    leat__text_printf(&g->text, "    __typeof__(f%u(", i);
    for (unsigned k = 0; k < count; k++)
        leat__text_printf(&g->text, "%sp%u", k ? ", " : "", k);
    leat__text_add(&g->text, ")) r;\n    memcpy(&r, pattern, sizeof r);\n    return r;\n}\n");
}

static void write_module(uint64_t seed)
{
    struct made g = { .dice = seed };
    leat__text_add(&g.text, "#include <stdbool.h>\n#include <string.h>\nenum color { red, green };\n"
                            "unsigned char seen[8 * 65536], pattern[65536];\n"
                            "typedef struct leat_stream leat_stream;\nleat_stream *drawn(void) { return 0; }\n");
    for (unsigned i = 0; i < STRUCTS; i++)
        structure(&g, i);
    for (unsigned i = 0; i < FUNCTIONS; i++)
        function(&g, i);
    assert_false(g.text.failed);
    write_file("random.c", g.text.data);
    leat__text_fini(&g.text);
}

/* --- which bits of a type carry its value --- */

static void set_bits(unsigned char *mask, uint64_t from, uint64_t n)
{
    for (; n--; from++)
        mask[from / 8] |= (unsigned char)(1u << from % 8);
}

static void value_bits(const struct leat__type *t, unsigned char *mask, uint64_t at)
{
    if (t->kind == LEAT__ARRAY)
        for (uint32_t i = 0; i < t->count; i++)
            value_bits(t->of, mask, at + 8 * (uint64_t)i * t->of->size);
    else if (!leat__is_record(t))
        set_bits(mask, at, t->kind == LEAT__BOOL ? 1 : t->kind == LEAT__FLOAT && t->size == 16 ? 80 : 8 * t->size);
    for (uint32_t i = 0; leat__is_record(t) && i < t->count; i++) {
        const struct leat__member *m = &t->members[i];
        if (m->bits)
            set_bits(mask, at + 8 * (uint64_t)m->offset + m->bit, m->bits);
        else
            value_bits(m->type, mask, at + 8 * (uint64_t)m->offset);
    }
}

/* Random value bits; the rest is zero, so that a truth value is 0 or 1. */
static void fill(struct made *g, const struct leat__type *t, unsigned char *out)
{
    memset(out, 0, t->size);
    value_bits(t, out, 0);
    for (uint32_t i = 0; i < t->size; i++)
        out[i] &= (unsigned char)roll(g, 256);
}

static bool same_value(const struct leat__type *t, const unsigned char *a, const unsigned char *b)
{
    static unsigned char mask[BIG];
    memset(mask, 0, t->size);
    value_bits(t, mask, 0);
    for (uint32_t i = 0; i < t->size; i++)
        if ((a[i] ^ b[i]) & mask[i])
            return false;
    return true;
}

static void fail_about(const struct leat__type *t, const unsigned char *a, const unsigned char *b, const char *f, uint32_t i)
{
    struct leat__text text = { 0 };
    leat__type_print(&text, t);
    for (uint32_t k = 0; k < t->size; k++)
        leat__text_printf(&text, " %02x:%02x", a[k], b[k]);
    if (i == UINT32_MAX)
        fail_msg("the result of %s, %s, is not what it returned", f, text.data);
    fail_msg("argument %u of %s, %s, is not what was passed", i, f, text.data);
}

static _Alignas(64) unsigned char arguments[MOST_PARAMS][BIG], result[BIG];

static void compare_arguments(const struct leat__function *f, unsigned char *const *passed, const unsigned char *seen)
{
    for (uint32_t i = 0; i < f->head->count; seen += leat__param_type(f, i)->size, i++)
        if (!same_value(leat__param_type(f, i), passed[i], seen))
            fail_about(leat__param_type(f, i), passed[i], seen, f->name, i);
}

/* The lane of an argument that stays or moves through n values, of which out is the last. */
static struct leat__lane fill_lane(struct made *g, const struct leat__type *t, uint32_t n, unsigned char *values, unsigned char *out)
{
    bool moves = roll(g, 2);
    struct leat__lane l = { (char *)values, t->kind == LEAT__POINTER ? 48 * moves : t->size * moves };
    for (uint32_t k = 0; k < (moves ? n : 1); k++)
        fill(g, t, values + (size_t)k * t->size);
    memcpy(out, values + (moves ? n - 1 : 0) * (size_t)t->size, t->size);
    if (t->kind == LEAT__POINTER) {
        memcpy(&l.at, values, sizeof l.at);
        memcpy(out, &(char *){ l.at + (n - 1) * l.step }, sizeof l.at);
    }
    return l;
}

static void check_batch(struct made *g, struct leat__function *f, const unsigned char *seen, const unsigned char *pattern)
{
    static _Alignas(64) unsigned char values[MOST_PARAMS][MOST_CALLS * BIG], results[MOST_CALLS * BIG];
    static const _Atomic uint32_t failed;
    struct leat__lane lanes[MOST_PARAMS];
    unsigned char *last[MOST_PARAMS];
    uint32_t n = 1 + roll(g, MOST_CALLS);
    for (uint32_t i = 0; i < f->head->count; i++)
        lanes[i] = fill_lane(g, leat__param_type(f, i), n, values[i], last[i] = arguments[i]);
    assert_int_equal(f->head->about->batch(f->fn, lanes, results, n, LEAT__STOP_NEVER, &failed), n);
    compare_arguments(f, last, seen);
    for (uint32_t k = 0; k < n; k++)
        if (!same_value(f->head->result, pattern, results + (size_t)k * f->head->result->size))
            fail_about(f->head->result, pattern, results, f->name, UINT32_MAX);
}

static void check(struct made *g, struct leat__function *f, const unsigned char *seen, unsigned char *pattern)
{
    void *args[MOST_PARAMS];
    for (uint32_t i = 0; i < f->head->count; i++) {
        assert_true(leat__param_type(f, i)->size <= BIG);
        fill(g, leat__param_type(f, i), arguments[i]);
        args[i] = arguments[i];
    }
    fill(g, f->head->result, pattern);
    f->head->call(f->fn, args, result);
    compare_arguments(f, (unsigned char *const *)args, seen);
    if (!same_value(f->head->result, pattern, result))
        fail_about(f->head->result, pattern, result, f->name, UINT32_MAX);
}

/* Every function of the module, with random bytes. What C++ throws is caught call by call. */
static void check_all(struct leat__module *m, uint64_t seed)
{
    struct made g = { .dice = seed ^ 0x9e3779b97f4a7c15u };
    unsigned called = 0, batches = 0;
    load(m);
    assert_int_equal(m->record.function_count, FUNCTIONS + 1);
    unsigned char *seen = leat__module_symbol(m, "seen"), *pattern = leat__module_symbol(m, "pattern");
    assert_non_null(seen);
    for (uint32_t i = 0; i < m->record.function_count; i++) {
        struct leat__function *f = &m->record.functions[i];
        if (leat__function_refused(f))
            print_message("# refused: %s: %s\n", f->name, leat__function_refused(f));
        else if (f->head->count)
            check(&g, f, seen, pattern), called++;
        if (f->head->count && f->head->about->batch)
            check_batch(&g, f, seen, pattern), batches++;
    }
    assert_true(called > FUNCTIONS * 9 / 10);
    assert_int_equal(batches, m->record.header.flags & LEAT__RECORD_CXX ? 0 : called);
}

static uint64_t seed_for(uint64_t usual)
{
    const char *seed = getenv("LEAT_TEST_SEED");
    return seed ? strtoull(seed, NULL, 10) : usual;
}

static void calls_pass_random_structs_exactly(void **state)
{
    (void)state;
    static const char *const flags[] = { "-O1", "-w", NULL };
    struct leat__module m;
    struct told t = { 0 };
    struct leat__source source = { "random.c", NULL };
    struct leat__compiler compiler = { getenv("LEAT_TEST_CC"), flags, NULL };
    uint64_t seed = seed_for(20240229);
    write_module(seed);
    if (leat__module_compile(&m, &source, 1, &compiler, told_report(&t)))
        fail_msg("%s%s", told_text(&t), told_output(&t));
    check_all(&m, seed);
    leat__module_fini(&m);
    told_fini(&t);
}

/* clang where it is: both follow one ABI, and both describe types in their own way. */
static void calls_of_one_compiler_fit_a_module_of_another(void **state)
{
    (void)state;
    struct leat__module m;
    struct told t = { 0 };
    uint64_t seed = seed_for(20240301);
    write_module(seed);
    assert_int_equal(system("$(command -v clang || echo cc) -g -O1 -w -fPIC -shared random.c -o random.so"), 0);
    if (leat__module_open(&m, "random.so", NULL, told_report(&t)))
        fail_msg("%s", told_text(&t));
    check_all(&m, seed);
    leat__module_fini(&m);
    told_fini(&t);
}

/* The calls of a module that has C++ in it are C++ themselves. */
static void calls_in_cxx_pass_the_same_structs(void **state)
{
    (void)state;
    struct leat__module m;
    struct told t = { 0 };
    uint64_t seed = seed_for(20240302);
    if (system("echo 'int main(){}' | cc -x c++ - -o /dev/null -lstdc++ 2>/dev/null"))
        return;         /* skip() would read as a failure */
    write_module(seed);
    write_file("thrown.cpp", "void thrown() { throw 1; }\n");
    assert_int_equal(system("cc -g -O1 -w -fPIC -c random.c && cc -fPIC -fvisibility=hidden -c thrown.cpp && "
                            "cc -shared random.o thrown.o -o random.so -lstdc++"), 0);
    if (leat__module_open(&m, "random.so", NULL, told_report(&t)))
        fail_msg("%s", told_text(&t));
    assert_int_equal(m.record.header.flags, LEAT__RECORD_CXX);
    check_all(&m, seed);
    leat__module_fini(&m);
    told_fini(&t);
}

/* --- where batches stop --- */

static const char stops[] =
    "typedef struct leat_stream leat_stream;\nleat_stream *drawn(void) { return 0; }\n"
    "unsigned failed, calls;\n"
    "int answers(const int *answer, int *out) { calls++; *out = 7; return *answer; }\n"
    "_Bool truths(int *out, int truth) { calls++; *out = 7; return truth; }\n"
    "void breaks(int number, int at) { calls++; failed = number == at; }\n"
    "int numbered(int number) { calls++; return number + 1; }\n";

static const struct leat__function *function_of(const struct leat__module *m, const char *name)
{
    for (uint32_t i = 0; i < m->record.function_count; i++)
        if (!strcmp(m->record.functions[i].name, name))
            return &m->record.functions[i];
    fail_msg("no function %s", name);
    return NULL;
}

static void stop_by_answer(const struct leat__module *m, uint32_t n, uint32_t at)
{
    const struct leat__function *a = function_of(m, "answers"), *b = function_of(m, "truths");
    unsigned *calls = leat__module_symbol((struct leat__module *)m, "calls");
    static const _Atomic uint32_t failed;
    int answer[MOST_CALLS], out[MOST_CALLS + 1] = { 0 }, one = 0;
    struct leat__lane of_a[] = { { (char *)answer, 4 }, { (char *)out, 4 } }, of_b[] = { { (char *)out, 4 }, { (char *)answer, 4 } };
    uint32_t ends = at < n ? at : n, made = at < n ? at + 1 : n;
    for (int bad = -3; bad <= 1; bad++) {
        bool stop_true = bad == 1;
        for (uint32_t i = 0; i < n; i++)
            answer[i] = i == at ? bad : !stop_true;
        *calls = 0;
        assert_int_equal(a->head->about->batch(a->fn, of_a, &one, n, stop_true ? LEAT__STOP_TRUE : LEAT__STOP_NOT_POSITIVE, &failed), ends);
        assert_int_equal(*calls, made);
        assert_true(at >= n || one == bad);
        assert_int_equal(out[made], 0);
    }
    bool truth = true;
    for (uint32_t i = 0; i < n; i++)
        answer[i] = i != at;
    *calls = 0;
    assert_int_equal(b->head->about->batch(b->fn, of_b, &truth, n, LEAT__STOP_NOT_POSITIVE, &failed), ends);
    assert_int_equal(*calls, made);
    assert_true(at >= n || !truth);
}

static void stop_by_failing(const struct leat__module *m, uint32_t n, uint32_t at)
{
    const struct leat__function *f = function_of(m, "breaks");
    unsigned *calls = leat__module_symbol((struct leat__module *)m, "calls");
    _Atomic uint32_t *failed = leat__module_symbol((struct leat__module *)m, "failed");
    int number[MOST_CALLS], bad = (int)at;
    struct leat__lane lanes[] = { { (char *)number, 4 }, { (char *)&bad, 0 } };
    for (uint32_t i = 0; i < n; i++)
        number[i] = (int)i;
    *calls = 0;
    *failed = 0;
    assert_int_equal(f->head->about->batch(f->fn, lanes, NULL, n, LEAT__STOP_NEVER, failed), at < n ? at : n);
    assert_int_equal(*calls, at < n ? at + 1 : n);
}

static void a_batch_stops_where_a_call_fails_or_its_answer_says_so(void **state)
{
    (void)state;
    struct leat__module m;
    struct told t = { 0 };
    struct leat__source source = { "stops.c", NULL };
    struct leat__compiler compiler = { getenv("LEAT_TEST_CC"), NULL, NULL };
    write_file("stops.c", stops);
    if (leat__module_compile(&m, &source, 1, &compiler, told_report(&t)))
        fail_msg("%s%s", told_text(&t), told_output(&t));
    load(&m);
    for (uint32_t n = 0; n < MOST_CALLS; n++)
        for (uint32_t at = 0; at <= n; at++) {
            stop_by_answer(&m, n, at);
            stop_by_failing(&m, n, at);
        }
    const struct leat__function *f = function_of(&m, "numbered");
    _Atomic uint32_t failed = 0;
    int odd[MOST_CALLS] = { 0, 9, 5, 9 }, got[2] = { 0 };       /* a lane may have another step than its type */
    assert_int_equal(f->head->about->batch(f->fn, (struct leat__lane[]){ { (char *)odd, 8 } }, got, 2, LEAT__STOP_NEVER, &failed), 2);
    assert_int_equal(got[0], 1);
    assert_int_equal(got[1], 6);
    leat__module_fini(&m);
    told_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(calls_pass_random_structs_exactly, enter_folder, leave_folder),
        cmocka_unit_test_setup_teardown(calls_of_one_compiler_fit_a_module_of_another, enter_folder, leave_folder),
        cmocka_unit_test_setup_teardown(a_batch_stops_where_a_call_fails_or_its_answer_says_so, enter_folder, leave_folder),
        cmocka_unit_test_setup_teardown(calls_in_cxx_pass_the_same_structs, enter_folder, leave_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
