/* leat-records: what compilers write into debug info, and what becomes of it. */
#include "module/testing.h"
#include <sys/wait.h>

static const char weather[] =
    "/* weather: what this file is about. */\n"
    "\n"
    "#include <stddef.h>\n"
    "#include <leat/node.h>\n"
    "struct day  { char date[11]; double temp_max, temp_min; };   /* columns */\n"
    "struct days { const struct day *data; size_t len; };\n"
    "const double normal__default = 11.5;\n"
    "\n"
    "/* Mean of the days.\n"
    " *   @owner growth */\n"
    "double mean_temp(struct days days)\n"
    "{\n"
    "    double s = 0;\n"
    "    for (size_t i = 0; i < days.len; i++) s += days.data[i].temp_max;\n"
    "    return s / days.len;\n"
    "}\n"
    "double anomaly(double mean_temp, double normal) { return mean_temp - normal; }\n"
    "LEAT_NODE(mean_temp, calls(column_mean), bind(xs = table.temp));\n"
    "LEAT_TYPE(sqlite3, free(sqlite3_close));\n";

/* What is rare, and where compilers differ. */
static const char awkward[] =
    "#include <stdbool.h>\n"
    "#include <stdint.h>\n"
    "#include <stddef.h>\n"
    "struct image; struct other;\n"
    "enum color { RED = -1, GREEN, BLUE = 200 };\n"
    "enum big { SMALL = 1, LARGE = 4000000000u };\n"
    "union number { int i; double d; };\n"
    "typedef struct { int a : 3; unsigned b : 9; struct { float x[2][3]; }; } untagged;\n"
    "typedef int64_t count_t;\n"
    "struct list { struct list *next; const char *name; void (*release)(struct list *); };\n"
    "struct __attribute__((packed)) packed { char c; int i; unsigned f : 5; };\n"
    "struct flexible { int n; double d[]; };\n"
    "count_t kinds(bool b, signed char s, unsigned char u, char c, short h, unsigned long long q, float f, long double l) { return 1; }\n"
    "struct list *chain(untagged o, enum color c, enum big g, const struct list *n, long long *restrict out) { return 0; }\n"
    "union number either(struct packed p, const struct flexible *f) { return (union number){ 1 }; }\n"
    "void image_free(struct image *im) { }\n"
    "int deep(const int *const *pp, const double (*rows)[3], char **texts, int (*f)(int), const void *any) { return 1; }\n"
    "__attribute__((noinline)) int same_a(int x) { return x * 3 + 1; }\n"
    "__attribute__((noinline)) int same_b(int y) { return y * 3 + 1; }\n"
    "inline int in_line(int q) { return q; }\n"
    "extern inline int in_line(int q);\n"
    "int declared(int, int b);\n"
    "int declared(int x, int b) { return same_a(x) + in_line(b); }\n"
    "__attribute__((weak)) int weak(volatile int v, _Atomic int a, const int k) { return v; }\n"
    "extern int alias(int z) __attribute__((alias(\"same_a\")));\n"
    "__attribute__((visibility(\"hidden\"))) int hidden(int v) { return v; }\n"
    "static int local(int v) { return v; }\n"
    "int _private(int v) { return local(v) + hidden(v); }\n";

/* --- running --- */

struct ran { int code; char *out; };

__attribute__((format(printf, 1, 2)))
static struct ran run(const char *format, ...)
{
    struct leat__text out = { 0 };
    char *command, block[4096];
    size_t n;
    va_list args;
    va_start(args, format);
    assert_true(vasprintf(&command, format, args) >= 0);
    va_end(args);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    while ((n = fread(block, 1, sizeof block, f)))
        leat__text_addn(&out, block, n);
    int status = pclose(f);
    free(command);
    return (struct ran){ WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), leat__text_take(&out) };
}

static const char *program(void)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/src/module/leat-records", getenv("LEAT_BUILD_ROOT"));
    return path;
}

static bool runs(const char *command)
{
    struct ran r = run("%s >/dev/null 2>&1", command);
    free(r.out);
    return r.code == 0;
}

static bool have(const char *tool)
{
    struct ran r = run("command -v %s", tool);
    free(r.out);
    return r.code == 0;
}

__attribute__((format(printf, 1, 2)))
static void must(const char *format, ...)
{
    char *command;
    va_list args;
    va_start(args, format);
    assert_true(vasprintf(&command, format, args) >= 0);
    va_end(args);
    struct ran r = run("%s 2>&1", command);
    if (r.code)
        print_error("%s: %d\n%s", command, r.code, r.out);
    assert_int_equal(r.code, 0);
    free(r.out);
    free(command);
}

/* Cuts what differs between builds: the first line and the hashes. */
static char *plain(char *text)
{
    char *line = strchr(text, '\n'), *hash;
    line = line ? line + 1 : text;
    memmove(text, line, strlen(line) + 1);
    for (char *from = text; (hash = strstr(from, ", hash ")); from = hash)
        memmove(hash, hash + 23, strlen(hash + 23) + 1);
    return text;
}

static char *record(const char *options, const char *file)
{
    struct ran r = run("%s --text %s %s 2>&1", program(), options, file);
    if (r.code)
        print_error("%s\n", r.out);
    assert_int_equal(r.code, 0);
    return r.out;
}

/* Compiles `text` and compares the record's lines that are not of types. */
static void assert_functions(const char *text, const char *compiler, const char *expected)
{
    write_file("m.c", text);
    must("%s -I%s/include -shared -fPIC m.c -o m.so", compiler, getenv("LEAT_SOURCE_ROOT"));
    char *out = plain(record(strstr(compiler, "-g") ? "--sources=." : "", "m.so")), *to = out;
    for (char *line = out, *end; *line; line = end) {
        end = strchrnul(line, '\n');
        end += *end == '\n';
        size_t n = (size_t)(end - line);
        if (strncmp(line, "type ", 5)) {
            memmove(to, line, n);
            to += n;
        }
    }
    *to = 0;
    assert_string_equal(out, expected);
    free(out);
}

static void assert_fails(const char *options, const char *file, int code, const char *message)
{
    struct ran r = run("%s %s %s 2>&1 >/dev/null", program(), options, file);
    assert_string_equal(r.out, message);
    assert_int_equal(r.code, code);
    free(r.out);
}

/* --- */

static void a_file_gives_its_functions_types_comments_and_notes(void **state)
{
    (void)state;
    write_file("weather.c", weather);
    must("gcc -g -I%s/include -shared -fPIC weather.c -o weather.so", getenv("LEAT_SOURCE_ROOT"));
    char *out = plain(record("--sources=.", "weather.so"));
    assert_string_equal(out,
        "type 0 double, size 8, align 8\n"
        "type 1 struct days { const struct day *data @0, unsigned long len @8 }, size 16, align 8\n"
        "type 2 const struct day *, size 8, align 8\n"
        "type 3 unsigned long, size 8, align 8\n"
        "type 4 struct day { char date[11] @0, double temp_max @16, double temp_min @24 }, size 32, align 8\n"
        "type 5 char[11], size 11, align 1\n"
        "type 6 char, size 1, align 1\n"
        "variable weather.c:7 double normal__default\n"
        "function weather.c:11 double mean_temp(struct days days), signature 0, doc \"Mean of the days.\\n@owner growth\"\n"
        "function weather.c:17 double anomaly(double mean_temp, double normal), signature 1\n"
        "note weather.c:18 node \"mean_temp, calls(column_mean), bind(xs = table.temp)\"\n"
        "note weather.c:19 type \"sqlite3, free(sqlite3_close)\"\n");
    free(out);
}

static void the_bytes_are_a_record_with_build_id_and_nodes(void **state)
{
    (void)state;
    write_file("weather.c", weather);
    must("gcc -g -I%s/include -shared -fPIC -Wl,--build-id=0x0123456789abcdef weather.c -o weather.so", getenv("LEAT_SOURCE_ROOT"));
    must("%s weather.so >weather.record", program());
    char *bytes;
    size_t size;
    struct leat__record r;
    assert_int_equal(leat__file_read("weather.record", 1 << 20, &bytes, &size, NULL), 0);
    assert_int_equal(leat__record_read(&r, bytes, size, "weather.record", NULL), 0);
    assert_int_equal(r.header.build_id_size, 8);
    assert_memory_equal(r.header.build_id, "\x01\x23\x45\x67\x89\xab\xcd\xef", 8);
    assert_int_equal(r.header.nodes_size, sizeof(void *));
    assert_true(r.header.nodes_address != 0);
    assert_int_equal(r.function_count, 3);
    leat__record_fini(&r);
}

static void rare_types_are_read_as_c_lays_them_out(void **state)
{
    (void)state;
    write_file("awkward.c", awkward);
    must("gcc -g -w -shared -fPIC awkward.c -o awkward.so");
    char *out = plain(record("", "awkward.so"));
    static const char *const lines[] = {
        "long kinds(bool b, signed char s, unsigned char u, char c, short h, unsigned long q, float f, long double l), signature 0\n",
        "struct list *chain(untagged o, enum color c, enum big g, const struct list *n, long *out), signature 1\n",
        "int deep(const int *const *pp, const double (*rows)[3], char **texts, void (*f)(...), const void *any), signature 4\n",
        "int same_a(int x), signature 5\n", "int same_b(int y), signature 5\n", "int in_line(int q), signature 5\n",
        "int declared(int x, int b), signature 6\n", "int weak(int v, int a, int k), signature 7\n",
        " untagged { int a : 3 @0.0, unsigned b : 9 @0.3, struct @4 }, size 28, align 4\n",
        " struct { float x[2][3] @0 }, size 24, align 4\n", " float[2][3], size 24, align 4\n",
        " struct list { struct list *next @0, const char *name @8, void (*release)(...) @16 }, size 24, align 8\n",
        " struct packed { char c @0, int i @1, unsigned f : 5 @5.0 }, size 6, align 1\n",
        " struct flexible { int n @0, double d[0] @8 }, size 8, align 8\n",
        " union number { int i @0, double d @0 }, size 8, align 8\n",
        " enum color { RED = -1, GREEN = 0, BLUE = 200 }, size 4, align 4, signed\n",
        " enum big { SMALL = 1, LARGE = 4000000000 }, size 4, align 4\n",
        " struct image, incomplete\n", " long double, size 16, align 16\n",
    };
    for (unsigned i = 0; i < sizeof lines / sizeof *lines; i++)
        if (!strstr(out, lines[i])) {
            print_error("missing:%s\nin\n%s", lines[i], out);
            fail();
        }
    assert_null(strstr(out, "local"));
    assert_null(strstr(out, "hidden"));
    assert_null(strstr(out, "_private"));
    assert_null(strstr(out, "alias"));
    free(out);
}

static void compare_builds(const char *cc, const char *const *flags, const char *reference)
{
    for (; *flags; flags++) {
        must("%s %s -w -I%s/include -shared -fPIC weather.c awkward.c -o same.so", cc, *flags, getenv("LEAT_SOURCE_ROOT"));
        struct ran r = run("%s --text same.so 2>&1", program());
        char *out = strchrnul(r.out, '\n');
        if (strcmp(out, reference)) {
            print_error("%s %s\n", cc, *flags);
            assert_string_equal(out, reference);
        }
        free(r.out);
    }
}

/* Hashes too: what they are of must not depend on the compiler. */
static void every_compiler_and_option_gives_the_same_record(void **state)
{
    (void)state;
    static const char *const gcc[] = { "-g -Og", "-g -O2", "-g3 -O3", "-g -gz", "-gdwarf-4", "-gdwarf-3 -Os", "-gdwarf-2",
        "-g -fdebug-types-section", "-gdwarf-4 -fdebug-types-section", "-g -gsplit-dwarf", "-gdwarf-4 -gsplit-dwarf",
        "-g -O2 -flto", "-g -ffunction-sections -Wl,--gc-sections", NULL };
    static const char *const clang[] = { "-g", "-g -O2", "-gdwarf-4 -O2", "-g -fdebug-types-section", "-g -gsplit-dwarf",
        "-gdwarf-4 -gsplit-dwarf", "-g -gsplit-dwarf -O2", "-g -gz", "-g -O3 -ffunction-sections -Wl,--gc-sections", NULL };
    static const char *const lto[] = { "-g -O2 -flto -fuse-ld=lld", "-g -O2 -flto=thin -fuse-ld=lld",
        "-gdwarf-4 -O2 -flto -fuse-ld=lld", NULL };
    write_file("weather.c", weather);
    write_file("awkward.c", awkward);
    must("gcc -g -w -I%s/include -shared -fPIC weather.c awkward.c -o base.so", getenv("LEAT_SOURCE_ROOT"));
    char *text = record("", "base.so");
    compare_builds("gcc", gcc, strchrnul(text, '\n'));
    if (have("clang"))
        compare_builds("clang", clang, strchrnul(text, '\n'));
    if (have("clang") && have("ld.lld"))
        compare_builds("clang", lto, strchrnul(text, '\n'));
    free(text);
}

static void an_object_file_gives_what_its_shared_object_gives(void **state)
{
    (void)state;
    write_file("awkward.c", awkward);
    must("gcc -g -w -shared -fPIC awkward.c -o awkward.so && gcc -g -O1 -w -fPIC -c awkward.c");
    char *linked = plain(record("", "awkward.so")), *object = plain(record("", "awkward.o"));
    assert_string_equal(object, linked);
    free(object);
    free(linked);
}

static void an_untagged_struct_is_called_by_its_first_typedef(void **state)
{
    (void)state;
    static const char text[] =
        "typedef struct { int a; } first, second;\n"
        "typedef enum { A, B } plain, *pointer;\n"
        "typedef first third;\n"
        "int f(second s, pointer p) { return s.a; }\n"
        "int g(first s, plain e) { return s.a; }\n"
        "int h(third s, const plain *e) { return s.a; }\n";
    static const char expected[] =
        "function m.c:4 int f(first s, plain *p), signature 0\n"
        "function m.c:5 int g(first s, plain e), signature 1\n"
        "function m.c:6 int h(first s, const plain *e), signature 2\n";
    assert_functions(text, "gcc -g", expected);
    assert_functions(text, "gcc -g -fdebug-types-section", expected);
    if (have("clang"))
        assert_functions(text, "clang -g", expected);
}

static void a_tag_keeps_its_first_typedef_that_is_no_name_of_the_compiler(void **state)
{
    (void)state;
    write_file("m.c", "typedef struct pail_s __pail;\n"
                      "typedef struct pail_s { int a; } pail, tub;\n"
                      "typedef struct same same;\n"
                      "int f(__pail *p, pail *q, tub *r, same *s) { return p == q; }\n");
    write_file("n.c", "struct pail_s { int a; };\nint g(struct pail_s *p) { return p->a; }\n");
    must("gcc -g -shared -fPIC n.c m.c -o mn.so");
    char *out = plain(record("", "mn.so"));
    assert_non_null(strstr(out, "struct pail_s { int a @0 }, size 4, align 4, alias pail\n"));
    assert_non_null(strstr(out, "struct same, incomplete\n"));
    assert_null(strstr(strstr(out, "alias") + 1, "alias"));
    free(out);
}

/* --- several files --- */

static void equal_types_of_several_files_are_one_row(void **state)
{
    (void)state;
    write_file("a.c", "struct image { int w; struct image *next; };\nstruct pair { int a, b; };\n"
                      "struct image *make(struct pair p) { return 0; }\n");
    write_file("b.c", "struct image;\nstruct pair { int a, b; };\n"
                      "int pass(struct image *image, struct pair p) { return 1; }\n");
    write_file("c.c", "struct pair { float a, b; };\nfloat other(struct pair p) { return 1; }\n");
    must("gcc -g -shared -fPIC a.c b.c c.c -o abc.so");
    char *out = plain(record("", "abc.so"));
    assert_string_equal(out,
        "type 0 struct image *, size 8, align 8\n"
        "type 1 struct image { int w @0, struct image *next @8 }, size 16, align 8\n"
        "type 2 int, size 4, align 4\n"
        "type 3 struct pair { int a @0, int b @4 }, size 8, align 4\n"
        "type 4 float, size 4, align 4\n"
        "type 5 struct pair { float a @0, float b @4 }, size 8, align 4\n"
        "function a.c:3 struct image *make(struct pair p), signature 0\n"
        "function b.c:3 int pass(struct image *image, struct pair p), signature 1\n"
        "function c.c:2 float other(struct pair p), signature 2\n");
    free(out);
}

static void files_are_told_as_the_compiler_was_told(void **state)
{
    (void)state;
    char here[4096], expected[8192];
    assert_non_null(getcwd(here, sizeof here));
    must("mkdir -p src/deep");
    write_file("src/deep/x.c", "#include \"../part.h\"\nint x(int a) { return a; }\n");
    write_file("src/part.h", "int part(int a) { return a; }\n");
    write_file("y.c", "int y(int a) { return a; }\n");
    must("gcc -g -shared -fPIC src/deep/x.c %s/y.c -o xy.so", here);
    snprintf(expected, sizeof expected,
             "type 0 int, size 4, align 4\n"
             "function %s/y.c:1 int y(int a), signature 0\n"
             "function src/deep/../part.h:1 int part(int a), signature 0\n"
             "function src/deep/x.c:2 int x(int a), signature 0\n", here);
    char *out = plain(record("", "xy.so"));
    assert_string_equal(out, expected);
    free(out);
}

static void sources_narrow_what_is_listed(void **state)
{
    (void)state;
    must("mkdir -p own foreign");
    write_file("own/a.c", "/* Its own. */\nint a(int x) { return x; }\n");
    write_file("foreign/b.c", "/* Another's. */\nint b(int x) { return x; }\n");
    must("gcc -g -shared -fPIC own/a.c foreign/b.c -o ab.so");
    char *out = plain(record("--sources=own", "ab.so"));
    assert_string_equal(out, "type 0 int, size 4, align 4\nfunction own/a.c:2 int a(int x), signature 0, doc \"Its own.\"\n");
    free(out);
    out = plain(record("--sources=nowhere:foreign/b.c", "ab.so"));
    assert_string_equal(out, "type 0 int, size 4, align 4\n"
                             "function foreign/b.c:2 int b(int x), signature 0, doc \"Another's.\"\n");
    free(out);
}

static void sources_are_known_through_symbolic_links(void **state)
{
    (void)state;
    must("mkdir real && ln -s real link");
    write_file("real/a.c", "/* Text. */\nint a(int x) { return x; }\n");
    must("cd link && PWD=$PWD gcc -g -shared -fPIC a.c -o ../a.so && cd ..");
    char *out = plain(record("--sources=real", "a.so"));
    assert_string_equal(out, "type 0 int, size 4, align 4\n"
                             "function a.c:2 int a(int x), signature 0, doc \"Text.\"\n");
    free(out);
}

static void only_sources_that_were_named_are_opened(void **state)
{
    (void)state;
    write_file("a.c", "/* Text. */\nint a(int x) { return x; }\n");
    must("gcc -g -shared -fPIC a.c -o a.so");
    char *out = record("", "a.so");
    assert_null(strstr(out, "Text"));
    free(out);
}

/* --- what is refused --- */

static void what_cannot_be_a_node_is_listed_with_the_reason(void **state)
{
    (void)state;
    assert_functions("#include <complex.h>\n"
        "typedef float four __attribute__((vector_size(16)));\n"
        "int none() { return 1; }\n"
        "int old(a) int a; { return a; }\n"
        "int many(const char *format, ...) { return 1; }\n"
        "int unnamed(int a, int) { return a; }\n"
        "__int128 wide(void) { return 1; }\n"
        "int simd(four v) { return 1; }\n"
        "struct z { double complex z; } held(struct z z) { return z; }\n"
        "_Float128 quad(int a) { return a; }\n"
        "double loose__default = 1;\n"
        "const double fixed__default = 1;\n"
        "double complex *far(double complex *z) { return z; }\n", "gcc -g -w",
        "function m.c:3 int none(void), refused \"it has no prototype: write its parameters' types between the brackets, (void) for none\"\n"
        "function m.c:4 int old(int a), refused \"it has no prototype: write its parameters' types between the brackets, (void) for none\"\n"
        "function m.c:5 int many(const char *format), refused \"it takes a variable number of arguments\"\n"
        "function m.c:6 int unnamed(int a, int), refused \"its parameter 2 has no name\"\n"
        "function m.c:7 __int128 wide(void), refused \"its result is or holds __int128, which cannot be passed between nodes\"\n"
        "function m.c:8 int simd(a vector v), refused \"parameter v is or holds a vector, which cannot be passed between nodes\"\n"
        "function m.c:9 struct z held(struct z z), refused \"its result is or holds a complex double, which cannot be passed between nodes\"\n"
        "function m.c:10 _Float128 quad(int a), refused \"its result is or holds _Float128, which cannot be passed between nodes\"\n"
        "variable m.c:11 double loose__default, refused \"it is a variable: declare it const\"\n"
        "variable m.c:12 double fixed__default\n"
        "function m.c:13 a complex double *far(a complex double *z), signature 0\n");
}

static void functions_without_debug_info_are_listed_too(void **state)
{
    (void)state;
    write_file("a.c", "int a(int x) { return x; }\nextern int same(int x) __attribute__((alias(\"a\")));\n");
    write_file("b.c", "int b(int x) { return x + 1; }\n");
    must("gcc -g -fPIC -c a.c && gcc -fPIC -c b.c && gcc -shared a.o b.o -o ab.so");
    char *out = plain(record("", "ab.so"));
    assert_string_equal(out, "type 0 int, size 4, align 4\n"
        "function :0 void b(void), refused \"it has no debug info: compile it with -g\"\n"
        "function a.c:1 int a(int x), signature 0\n");
    free(out);
    must("gcc -g1 -fPIC -c b.c && gcc -shared a.o b.o -o ab.so");
    out = plain(record("", "ab.so"));
    assert_string_equal(out, "type 0 int, size 4, align 4\n"
        "function a.c:1 int a(int x), signature 0\n"
        "function b.c:1 void b(void), refused \"its debug info has no types: compile with -g, not -g1\"\n");
    free(out);
}

static void refuse_cxx(const char *compiler)
{
    write_file("m.cc", "#include <string>\n"
        "struct plain { int a; double b; };\n"
        "struct owner { char *p; owner(); owner(const owner &); ~owner(); };\n"
        "struct derived : plain { int c; };\n"
        "struct holder { std::string s; };\n"
        "struct hidden_t { int x; };\n"
        "int mangled(int x) { return x; }\n"
        "int overloaded(int x) { return x; }\n"
        "int overloaded(long x) { return 1; }\n"
        "template <class T> T scaled(T x) { return x; }\n"
        "template int scaled<int>(int);\n"
        "namespace n { namespace m { double inner(double x) { return x; } }\n"
        "int late(int x);\n"
        "double good(double x) { return x; }\n"
        "struct hall { int rows; int seats(int x) { return x * rows; } static int doors(int x); };\n"
        "int hall::doors(int x) { return x; } }\n"
        "int n::late(int x) { n::hall h = { x }; return h.seats(x); }\n"
        "hidden_t operator+(hidden_t a, hidden_t) { return a; }\n"
        "namespace n { extern \"C\" {\n"
        "double good(plain p, const owner *o) { return p.b; }\n"
        "int bad(owner o) { return 1; }\n"
        "int worse(derived d) { return 1; }\n"
        "int hidden(holder h) { return 1; }\n"
        "int by_reference(const plain &p) { return 1; }\n"
        "} }\n");
    must("%s -g -w -shared -fPIC m.cc -o m.so", compiler);
    char *out = record("--sources=.", "m.so");
    assert_non_null(strstr(out, ", C++\n"));
    assert_non_null(strstr(out, " double good(struct plain p, const struct owner *o), signature 0\n"));
    assert_non_null(strstr(out, "refused \"parameter o is or holds a C++ class by value, which"));
    assert_non_null(strstr(out, "refused \"parameter d is or holds a C++ class by value, which"));
    assert_non_null(strstr(out, "refused \"parameter h is or holds a C++ class by value, which"));
    assert_non_null(strstr(out, "refused \"parameter p is or holds a C++ reference, which"));
    assert_non_null(strstr(out, "int mangled(int x), refused \"it is of C++: declare it extern \\\"C\\\"\""));
    assert_non_null(strstr(out, "overloaded(int x), refused \"C++ has several functions of its name: declare one"));
    assert_non_null(strstr(out, "scaled(int x), refused \"scaled<int> is an instance of a C++ template: call it"));
    assert_non_null(strstr(out, "inner(double x), refused \"it is n::m::inner of C++: declare it"));
    assert_non_null(strstr(out, "late(int x), refused \"it is n::late of C++: declare it"));
    static const char *const absent[] = { "seats", "doors", "operator", "good(double x)", "overloaded(long" };
    for (unsigned i = 0; i < sizeof absent / sizeof *absent; i++)
        assert_null(strstr(out, absent[i]));
    free(out);
}

static void what_cxx_does_not_share_with_c_is_refused(void **state)
{
    (void)state;
    if (have("g++"))
        refuse_cxx("g++");
    if (have("clang++"))
        refuse_cxx("clang++ -fstandalone-debug");     /* else a class may be but declared */
}

static void what_rust_does_not_share_with_c_is_refused(void **state)
{
    (void)state;
    if (!runs("rustc --version"))
        return;         /* skip() would read as a failure */
    write_file("m.rs",
        "#[repr(C)] pub struct Pair { a: f64, b: i32 }\n"
        "#[no_mangle] pub extern \"C\" fn len(p: *const Pair, q: *mut Pair, n: i64) -> i32 { 1 }\n"
        "#[no_mangle] pub extern \"C\" fn maybe(p: Option<i32>) -> i32 { 1 }\n"
        "#[no_mangle] pub extern \"C\" fn letter(c: char) -> i32 { 1 }\n");
    must("rustc -A warnings --crate-type cdylib -C debuginfo=2 m.rs -o m.so");
    char *out = record("", "m.so");
    assert_non_null(strstr(out, "m.rs:2 int len(const struct Pair *p, struct Pair *q, long n), signature 0\n"));
    assert_non_null(strstr(out, "refused \"parameter p is or holds a Rust enum, which"));
    assert_non_null(strstr(out, "m.rs:4 int letter(char c), refused \"parameter c is or holds"));
    free(out);
    must("rustc -A warnings --crate-type cdylib -C debuginfo=1 m.rs -o m.so");
    assert_fails("", "m.so", 3, "leat-records: m.so: its debug info has functions without types (compile with -g, not -g1)\n");
}

static const char usage[] = "usage: leat-records [--text] [--sources=DIR_OR_FILE:...] FILE\n"
                            "       leat-records --frames FILE ADDRESS...\n";

static void a_file_that_cannot_be_used_says_why_in_one_line(void **state)
{
    (void)state;
    write_file("text", "not an ELF file, just some text that is long enough");
    write_file("empty", "");
    write_file("a.c", "int a(int x) { return x; }\n");
    assert_fails("", "nowhere.so", 3, "leat-records: nowhere.so: cannot open: No such file or directory\n");
    assert_fails("", ".", 3, "leat-records: .: cannot open: not a file\n");
    assert_fails("", "text", 3, "leat-records: text: not an ELF file\n");
    assert_fails("", "empty", 3, "leat-records: empty: not an ELF file\n");
    must("gcc -shared -fPIC a.c -o a.so");
    assert_fails("", "a.so", 3, "leat-records: a.so: no debug info (compile with -g)\n");
    must("gcc -g1 -shared -fPIC a.c -o a.so");
    assert_fails("", "a.so", 3, "leat-records: a.so: its debug info has functions without types (compile with -g, not -g1)\n");
    must("gcc -g -gsplit-dwarf -shared -fPIC a.c -o a.so && rm *.dwo");
    assert_fails("", "a.so", 3, "leat-records: a.so: its debug info was split off and is not there: keep its .dwo files, "
                 "or compile without -gsplit-dwarf\n");
    assert_fails("--what", "a.so", 2, usage);
    assert_fails("", "", 2, usage);
}

/* --- debug info elsewhere --- */

static void find_beside(const char *compiler)
{
    write_file("a.c", "int a(int x) { return x; }\n");
    must("%s -shared -fPIC a.c -o a.so && objcopy --only-keep-debug a.so a.debug && strip -g a.so "
         "&& objcopy --add-gnu-debuglink=a.debug a.so", compiler);
    char *out = plain(record("", "a.so"));
    assert_string_equal(out, "type 0 int, size 4, align 4\nfunction a.c:1 int a(int x), signature 0\n");
    free(out);
    must("mkdir -p .debug && mv a.debug .debug");
    out = plain(record("", "./a.so"));
    assert_non_null(strstr(out, "int a(int x)"));
    free(out);
    must("printf x >>.debug/a.debug");
    assert_fails("", "a.so", 3, "leat-records: a.so: no debug info (compile with -g)\n");
}

static void debug_info_in_a_file_beside_is_found(void **state)
{
    (void)state;
    find_beside("gcc -g");
    find_beside("gcc -g -gz -O2 -flto");
    if (have("clang"))
        find_beside("clang -g");
    if (have("clang") && have("ld.lld"))
        find_beside("clang -gdwarf-4 -gz -O2 -flto -fuse-ld=lld");
}

static void debug_info_that_dwz_shared_out_is_followed(void **state)
{
    (void)state;
    if (!have("dwz"))
        return;         /* skip() would read as a failure */
    write_file("awkward.c", awkward);
    write_file("b.c", "struct list { struct list *next; };\nint b(struct list *l) { return 1; }\n");
    must("gcc -g -w -shared -fPIC awkward.c b.c -o x.so && gcc -g -w -shared -fPIC awkward.c -o y.so");
    char *before = plain(record("", "x.so"));
    must("dwz -m common.debug x.so y.so");
    char *after = plain(record("", "x.so"));
    assert_string_equal(after, before);
    free(before);
    free(after);
}

/* --- comments --- */

static void comments_document_the_function_they_stand_above(void **state)
{
    (void)state;
    assert_functions(
        "/** Of a file. */\n"
        "\n"
        "/** Drawn.\n"
        " ** With stars. **/\n"
        "int drawn(int x) { return x; } // not this\n"
        "int bare(int x) { return x; }\n"
        "/// one\n"
        "//  two\n"
        "extern int\n"
        "lines(int x)\n"
        "{ return x; /* inside */ }\n"
        "/* Of a variable. */\n"
        "int variable;\n"
        "int after(int x) { return x; }\n"
        "/* Of a macro. */\n"
        "#define MAKE(name) int name(int x) { return x; }\n"
        "/* Made. */\n"
        "MAKE(made)\n"
        "const char *text = \"/* no comment */\";\n"
        "int string(int x) { return '\"' + x; }\n"
        "/* Of what follows. */\n"
        "\n"
        "int apart(int x) { return x; }\n"
        "// of nothing\n"
        "\n"
        "// of near\n"
        "int near(int x) { return x; }\n"
        "/* Old. */\n"
        "/* New: \"x\" */ __attribute__((noinline)) int newest(int x) { return x; }\n"
        "#define LEAT_NODE(...) struct note\n"
        "/* Of noted. */\n"
        "LEAT_NODE(noted, serial(db),\n"
        "          timeout(5s));  // for the sake of x\n"
        "LEAT_NODE( noted, blocking);\n"
        "int noted(int x) { return x; }\n"
        "/* Of a note. */\n"
        "LEAT_NODE(far, blocking);\n"
        "\n"
        "int far(int x) { return x; }\n"
        "/* Of another. */\n"
        "LEAT_NODE(noted_too, blocking);\n"
        "int other(int x) { return x; }\n", "gcc -g",
        "function m.c:5 int drawn(int x), signature 0, doc \"Drawn.\\nWith stars.\"\n"
        "function m.c:6 int bare(int x), signature 0\n"
        "function m.c:10 int lines(int x), signature 0, doc \"one\\ntwo\"\n"
        "function m.c:14 int after(int x), signature 0\n"
        "function m.c:18 int made(int x), signature 0, doc \"Made.\"\n"
        "function m.c:20 int string(int x), signature 0\n"
        "function m.c:23 int apart(int x), signature 0\n"
        "function m.c:27 int near(int x), signature 0, doc \"of near\"\n"
        "function m.c:29 int newest(int x), signature 0, doc \"New: \\\"x\\\"\"\n"
        "function m.c:35 int noted(int x), signature 0, doc \"Of noted.\"\n"
        "function m.c:39 int far(int x), signature 0\n"
        "function m.c:42 int other(int x), signature 0\n");
}

static void a_source_that_changed_since_documents_nothing(void **state)
{
    (void)state;
    write_file("a.c", "/* Of a. */\nint a(int x) { return x; }\n");
    must("gcc -g -shared -fPIC a.c -o a.so");
    write_file("a.c", "/* Of b. */\nint ab(int x) { return x; }\nint a(int x) { return x; }\n");
    char *out = plain(record("--sources=.", "a.so"));
    assert_string_equal(out, "type 0 int, size 4, align 4\nfunction a.c:2 int a(int x), signature 0\n");
    free(out);
}

static void a_long_comment_is_cut_between_letters(void **state)
{
    (void)state;
    struct leat__text text = { 0 };
    leat__text_add(&text, "/* x");
    for (int i = 0; i < 3000; i++)
        leat__text_add(&text, "\xc3\xa9");
    leat__text_add(&text, " */\nint a(int x) { return x; }\n");
    write_file("a.c", text.data);
    leat__text_fini(&text);
    must("gcc -g -shared -fPIC a.c -o a.so");
    must("%s --sources=. a.so >a.record", program());
    char *bytes;
    size_t size;
    struct leat__record r;
    assert_int_equal(leat__file_read("a.record", 1 << 20, &bytes, &size, NULL), 0);
    assert_int_equal(leat__record_read(&r, bytes, size, "a.record", NULL), 0);
    assert_int_equal(strlen(leat__function_doc(&r.functions[0])), 4095);
    leat__record_fini(&r);
}

static void a_note_of_a_header_counts_once(void **state)
{
    (void)state;
    write_file("n.h", "#include <leat/node.h>\nLEAT_TYPE(image, free(image_done));\n");
    write_file("a.c", "#include \"n.h\"\nint a(int x) { return x; }\nLEAT_NODE(a, cache(never));\n");
    write_file("b.c", "#include \"n.h\"\nint b(int x) { return x; }\n");
    must("gcc -g -I%s/include -shared -fPIC a.c b.c -o ab.so", getenv("LEAT_SOURCE_ROOT"));
    char *out = record("", "ab.so"), *notes = strstr(out, "note ");
    assert_non_null(notes);
    assert_string_equal(notes, "note a.c:3 node \"a, cache(never)\"\nnote n.h:2 type \"image, free(image_done)\"\n");
    free(out);
}

/* --- registered functions --- */

static const char registered[] =
    "#include <leat/node.h>\n"
    "struct pair { double x, y; };\n"
    "static double rich(double a, double b) { return a - b; }\n"
    "static struct pair swapped(struct pair p) { return (struct pair){ p.y, p.x }; }\n"
    "long measured(const char *n, const struct pair *at) { return (long)at->x; }\n"
    "int plain(int x) { return x; }\n"
    "LEAT_FUNCTION(double, rich, (double, spend), (double, limit));\n"
    "LEAT_FUNCTION(struct pair, swapped, (struct pair, p));\n"
    "LEAT_FUNCTION(long, measured, (const char *, name), (const struct pair *, at));\n";

static void registered_functions_need_no_debug_info(void **state)
{
    (void)state;
    assert_functions(registered, "gcc",
        "function :0 void plain(void), refused \"it has no debug info: compile it with -g\"\n"
        "function m.c:7 double rich(double spend, double limit), own call\n"
        "function m.c:8 struct pair swapped(struct pair p), own call\n"
        "function m.c:9 long measured(const char *name, const struct pair *at), own call\n");
}

static void debug_info_tells_the_types_of_registered_functions(void **state)
{
    (void)state;
    assert_functions(registered, "gcc -g -O2",
        "function m.c:3 double rich(double spend, double limit), own call\n"
        "function m.c:4 struct pair swapped(struct pair p), own call\n"
        "function m.c:5 long measured(const char *name, const struct pair *at), signature 0\n"
        "function m.c:6 int plain(int x), signature 1\n");
    char *out = record("", "m.so");
    assert_non_null(strstr(out, " struct pair { double x @0, double y @8 }, size 16, align 8, "));
    free(out);
}

/* --- hostile files --- */

static uint64_t next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

/* Bytes anywhere in the file are changed; it must end by itself, and what it
 * prints must be a record. */
static void damaged_files_end_in_a_record_or_a_reason(void **state)
{
    (void)state;
    enum { ROUNDS = 60 };
    char *good;
    size_t size;
    uint64_t seed = getenv("LEAT_TEST_SEED") ? strtoull(getenv("LEAT_TEST_SEED"), NULL, 10) : 0x1ea7;
    write_file("awkward.c", awkward);
    must("gcc -g -w -O1 -shared -fPIC awkward.c -o awkward.so && objcopy -R .eh_frame awkward.so");
    assert_int_equal(leat__file_read("awkward.so", 1 << 20, &good, &size, NULL), 0);
    for (unsigned i = 0; i < ROUNDS; i++) {
        char *bad = malloc(size);
        assert_non_null(bad);
        memcpy(bad, good, size);
        for (uint64_t n = next(&seed) % 30 + 1; n; n--)
            bad[next(&seed) % (size - 64) + 64] = (char)next(&seed);
        FILE *f = fopen("bad.so", "we");
        assert_true(f && fwrite(bad, 1, size, f) == size && fclose(f) == 0);
        free(bad);
        struct ran r = run("(ulimit -t 20; exec %s --text bad.so) 2>&1", program());
        if (r.code != 0 && r.code != 3) {
            print_error("round %u: %d\n%s", i, r.code, r.out);
            fail();
        }
        free(r.out);
    }
    free(good);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, enter_folder, leave_folder)
    const struct CMUnitTest tests[] = {
        TEST(a_file_gives_its_functions_types_comments_and_notes),
        TEST(the_bytes_are_a_record_with_build_id_and_nodes),
        TEST(rare_types_are_read_as_c_lays_them_out),
        TEST(every_compiler_and_option_gives_the_same_record),
        TEST(an_object_file_gives_what_its_shared_object_gives),
        TEST(an_untagged_struct_is_called_by_its_first_typedef),
        TEST(a_tag_keeps_its_first_typedef_that_is_no_name_of_the_compiler),
        TEST(equal_types_of_several_files_are_one_row),
        TEST(files_are_told_as_the_compiler_was_told),
        TEST(sources_narrow_what_is_listed),
        TEST(sources_are_known_through_symbolic_links),
        TEST(only_sources_that_were_named_are_opened),
        TEST(what_cannot_be_a_node_is_listed_with_the_reason),
        TEST(functions_without_debug_info_are_listed_too),
        TEST(what_cxx_does_not_share_with_c_is_refused),
        TEST(what_rust_does_not_share_with_c_is_refused),
        TEST(a_file_that_cannot_be_used_says_why_in_one_line),
        TEST(debug_info_in_a_file_beside_is_found),
        TEST(debug_info_that_dwz_shared_out_is_followed),
        TEST(comments_document_the_function_they_stand_above),
        TEST(a_source_that_changed_since_documents_nothing),
        TEST(a_long_comment_is_cut_between_letters),
        TEST(a_note_of_a_header_counts_once),
        TEST(registered_functions_need_no_debug_info),
        TEST(debug_info_tells_the_types_of_registered_functions),
        TEST(damaged_files_end_in_a_record_or_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
