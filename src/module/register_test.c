/* Registered functions: prototypes as text. */
#include "module/testing.h"
#include "module/hosts.h"
#include <leat/node.h>

struct pair { double x, y; };
static double rich(double spend, double limit) { return spend - limit; }
static struct pair swapped(struct pair p) { return (struct pair){ p.y, p.x }; }
static long measured(const char *name, const struct pair *at) { return (long)strlen(name) + (long)at->x; }
static int calls_of_nothing;
static void nothing(void) { calls_of_nothing++; }

LEAT_FUNCTION(double, rich, (double, spend), (double, limit));
LEAT_FUNCTION(struct pair, swapped, (struct pair, p));
LEAT_FUNCTION(long, measured, (const char *, name), (const struct pair *, at));
LEAT_FUNCTION(void, nothing);

extern const leat_entry *const first[] __asm__("__start_leat_nodes");
extern const leat_entry *const last[] __asm__("__stop_leat_nodes");

static void entries_of_the_program_become_functions_that_can_be_called(void **state)
{
    (void)state;
    struct leat__module m;
    struct told t = { 0 };
    assert_int_equal(leat__module_register(&m, first, last, NULL, told_report(&t)), 0);
    assert_string_equal(told_text(&t), "");
    assert_int_equal(m.record.function_count, 4);
    load(&m);
    assert_ptr_equal(leat_node_api_, &no_engine);
    double spend = 5, limit = 2, rest = 0;
    call(&m, "rich", (void *[]){ &spend, &limit }, &rest);
    assert_true(rest == 3);
    struct pair p = { 1, 2 }, q = { 0, 0 };
    call(&m, "swapped", (void *[]){ &p }, &q);
    assert_true(q.x == 2 && q.y == 1);
    const char *name = "abc";
    const struct pair *at = &q;
    long n = 0;
    call(&m, "measured", (void *[]){ &name, &at }, &n);
    assert_int_equal(n, 5);
    call(&m, "nothing", NULL, NULL);
    assert_int_equal(calls_of_nothing, 1);
    leat__module_fini(&m);
    leat_node_api_ = NULL;
    told_fini(&t);
}

static void a_struct_known_by_text_is_opaque_and_has_the_compilers_size(void **state)
{
    (void)state;
    struct leat__module m;
    struct told t = { 0 };
    assert_int_equal(leat__module_register(&m, first, last, NULL, told_report(&t)), 0);
    const struct leat__type *p = find_function(&m, "swapped")->head->result;
    assert_int_equal(p->kind, LEAT__STRUCT);
    assert_int_equal(p->size, sizeof(struct pair));
    assert_string_equal(p->name, "pair");
    assert_true(p->flags & LEAT__INCOMPLETE);
    assert_false(leat__is_derivable(p));
    assert_ptr_equal(p, leat__param_type(find_function(&m, "swapped"), 0));
    leat__module_fini(&m);
    told_fini(&t);
}

static void structs_of_one_tag_and_two_sizes_are_not_equal(void **state)
{
    (void)state;
    struct leat__type a = { .kind = LEAT__STRUCT, .flags = LEAT__INCOMPLETE, .name = "pair", .size = 16 }, b = a;
    b.flags = 0;
    assert_true(leat__type_equal(&a, &b));
    b.size = 24;
    assert_false(leat__type_equal(&a, &b));
    a.size = 0;
    assert_true(leat__type_equal(&a, &b));
}

static void host_call(void *user, void *const *args, void *result)
{
    *(double *)result = *(double *)args[0] * *(double *)user;
}

/* A module of one function. */
static int host(struct leat__module *m, const char *prototype, void *user, struct told *t)
{
    struct leat__hosts *h = leat__hosts_new(NULL);
    assert_non_null(h);
    assert_int_equal(leat__hosts_add(&h, prototype, host_call, user), 0);
    int code = leat__module_host(m, h, told_report(t));
    leat__hosts_unref(h);
    return code;
}

static void a_host_function_gets_its_user_pointer(void **state)
{
    (void)state;
    double factor = 3, x = 2, y = 0;
    struct leat__module m;
    struct told t = { 0 };
    assert_int_equal(host(&m, "double scaled(double x)", &factor, &t), 0);
    load(&m);
    call(&m, "scaled", (void *[]){ &x }, &y);
    assert_true(y == 6);
    leat__module_fini(&m);
    told_fini(&t);
}

static void functions_that_a_module_has_stay_as_they_are_when_more_are_added(void **state)
{
    (void)state;
    struct leat__module m;
    struct told t = { 0 };
    struct leat__hosts *h = leat__hosts_new("us"), *first = h;
    assert_int_equal(leat__hosts_add(&h, "double a(double x)", host_call, NULL), 0);
    assert_int_equal(leat__hosts_add(&h, "double b(double x)", host_call, NULL), 0);
    assert_ptr_equal(h, first);
    assert_int_equal(leat__module_host(&m, h, told_report(&t)), 0);
    const struct leat__function *f = m.record.functions;
    assert_int_equal(leat__hosts_add(&h, "double c(struct s *x)", host_call, NULL), 0);
    assert_int_equal(leat__hosts_number(&h, 7), 0);
    assert_ptr_not_equal(h, first);
    assert_int_equal(m.record.function_count, 2);
    assert_ptr_equal(m.record.functions, f);
    assert_int_equal(f[1].head->module, 0);
    leat__module_fini(&m);
    assert_int_equal(h->count, 3);
    assert_string_equal(h->at[1].name, "us.b");     /* still the first one's text */
    assert_ptr_equal(h->at[1].head->result, h->at[2].head->result);
    assert_int_equal(h->at[0].head->module, 7);
    assert_string_equal(leat__function_symbol(&h->at[2]), "c");
    leat__hosts_unref(h);
    told_fini(&t);
}

static void more_functions_than_the_limit_are_refused_with_their_number(void **state)
{
    (void)state;
    struct leat__module m;
    struct told t = { 0 };
    static const leat_entry *const none[1] = { NULL };
    const leat_entry *const *far = (const leat_entry *const *)((uintptr_t)none + ((size_t)LEAT__REGISTERED_MOST + 1) * sizeof *none);
    assert_int_equal(leat__module_register(&m, none, far, NULL, told_report(&t)), LEAT_EBUILD);
    assert_string_equal(told_text(&t), "-3 -:0: entries of LEAT_FUNCTION: 100000001 functions are registered, and "
                        "100000000 is the most\n");
    struct leat__hosts *h = leat__hosts_new("us");
    h->left_out = 3;
    assert_int_equal(leat__module_host(&m, h, told_report(&t)), LEAT_EBUILD);
    assert_string_equal(told_text(&t), "-3 -:0: functions of the program in namespace us: 3 functions are registered, "
                        "and 100000000 is the most\n");
    leat__hosts_unref(h);
    told_fini(&t);
}

/* What a prototype becomes, printed as C again. */
static void reads_as(const char *prototype, const char *expected)
{
    struct leat__module m;
    struct told t = { 0 };
    struct leat__text out = { 0 };
    if (host(&m, prototype, NULL, &t) == 0) {
        const struct leat__function *g = &m.record.functions[0];
        if (g->head->result)
            leat__type_declare(&out, g->head->result, g->name);
        leat__text_add(&out, g->head->result ? "(" : "void(");
        for (uint32_t i = 0; i < g->head->count; i++) {
            leat__text_add(&out, i ? ", " : "");
            leat__type_declare(&out, leat__param_type(g, i), leat__param_name(g, i));
        }
        leat__text_printf(&out, ")%s%s", leat__function_refused(g) ? " refused: " : "", leat__function_refused(g) ? leat__function_refused(g) : "");
        leat__module_fini(&m);
    } else {
        leat__text_add(&out, told_text(&t));
    }
    assert_string_equal(out.data, expected);
    leat__text_fini(&out);
    told_fini(&t);
}

static void prototypes_read_as_c_means_them(void **state)
{
    (void)state;
    reads_as("double f(void)", "double f()");
    reads_as("  void  sink ( int x ) ; ", "void(int x)");
    reads_as("unsigned long long f(long unsigned int a, short int b, signed char c, char d)",
             "unsigned long f(unsigned long a, short b, signed char c, char d)");
    reads_as("long double f(const char *name, char const * const other)",
             "long double f(const char *name, const char *other)");
    reads_as("size_t f(int32_t a, uint8_t b, _Bool c, bool d)", "unsigned long f(int a, unsigned char b, bool c, bool d)");
    reads_as("struct image *f(const struct image *restrict x, volatile int y)",
             "struct image *f(const struct image *x, int y)");
    reads_as("void f(double *out_lo, double const out_hi[3])", "void(double *out_lo, const double *out_hi)");
    reads_as("const char *f(const char *const *words, void *p, leat_context *ctx)",
             "const char *f(const char *const *words, void *p, struct leat_context *ctx)");
    reads_as("sqlite3 *db(const leat_path path)", "sqlite3 *db(const char *path)");
    reads_as("enum color *f(union u *x)", "enum color *f(union u *x)");
    reads_as("unsigned f(unsigned a, unsigned long b, unsigned c, unsigned const d)",
             "unsigned f(unsigned a, unsigned long b, unsigned c, unsigned d)");
    reads_as("const char *f(const char *a, const char a1[], char *b, const char *const c)",
             "const char *f(const char *a, const char *a1, char *b, const char *c)");
    reads_as("int f(const int a[], const int b, int *c, int *restrict d, int *e)",
             "int f(const int *a, int b, int *c, int *d, int *e)");
}

static void what_cannot_be_a_node_is_refused_with_the_reason(void **state)
{
    (void)state;
    reads_as("double f()", "double f() refused: its parameter list is empty: write (void)");
    reads_as("double f(double)", "double f(double) refused: a parameter has no name");
    reads_as("int f(const char *format, ...)", "int f(const char *format) refused: it takes a variable number of arguments");
}

static void what_is_no_prototype_is_a_problem_with_its_text(void **state)
{
    (void)state;
    reads_as("double f(double x", "-3 -:0: cannot read the prototype `double f(double x`: , or ) is missing at its end\n");
    reads_as("double f", "-3 -:0: cannot read the prototype `double f`: ( is missing at its end\n");
    reads_as("double (x)", "-3 -:0: cannot read the prototype `double (x)`: a pointer to a function; hide it in a struct\n");
    reads_as("double f(int x) y", "-3 -:0: cannot read the prototype `double f(int x) y`: the end expected before `y`\n");
    reads_as("short double f(void)", "-3 -:0: cannot read the prototype `short double f(void)`: `short double` is no type\n");
    reads_as("int f(void x)", "-3 -:0: cannot read the prototype `int f(void x)`: a parameter of type void\n");
    reads_as("int f(struct s x)", "-3 -:0: cannot read the prototype `int f(struct s x)`: the type struct s: a struct by "
             "value needs a layout, and only its name is known here; take a pointer\n");
    reads_as("", "-3 -:0: cannot read the prototype ``: a type is missing at its end\n");
    reads_as("int f(void (*callback)(int))", "-3 -:0: cannot read the prototype `int f(void (*callback)(int))`: "
             "a pointer to a function; hide it in a struct\n");
    reads_as("int f(int m[2][3])", "-3 -:0: cannot read the prototype `int f(int m[2][3])`: an array of arrays as a "
             "parameter; take a struct that holds it\n");
}

static void sizes_that_differ_from_the_compilers_are_a_problem_with_file_and_line(void **state)
{
    (void)state;
    static const uint32_t sizes[] = { 8, 4 };
    static const leat_entry bad = { sizeof bad, 1, 1, "double f(double x)", "host.c", 7, NULL, sizes, NULL };
    static const leat_entry *const entries[] = { &bad };
    struct leat__module m;
    struct told t = { 0 };
    assert_int_equal(leat__module_register(&m, entries, entries + 1, NULL, told_report(&t)), LEAT_EBUILD);
    assert_string_equal(told_text(&t), "-3 host.c:7: cannot read the prototype `double f(double x)`: the type double "
                        "has 8 bytes, but the compiler says 4\n");
    told_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_of_the_program_become_functions_that_can_be_called),
        cmocka_unit_test(a_struct_known_by_text_is_opaque_and_has_the_compilers_size),
        cmocka_unit_test(structs_of_one_tag_and_two_sizes_are_not_equal),
        cmocka_unit_test(a_host_function_gets_its_user_pointer),
        cmocka_unit_test(functions_that_a_module_has_stay_as_they_are_when_more_are_added),
        cmocka_unit_test(more_functions_than_the_limit_are_refused_with_their_number),
        cmocka_unit_test(prototypes_read_as_c_means_them),
        cmocka_unit_test(what_cannot_be_a_node_is_refused_with_the_reason),
        cmocka_unit_test(what_is_no_prototype_is_a_problem_with_its_text),
        cmocka_unit_test(sizes_that_differ_from_the_compilers_are_a_problem_with_file_and_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
