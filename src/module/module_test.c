/* Modules opened, loaded, called: from sources and as shared objects. */
#include "module/testing.h"
#include "module/object.h"
#include <dlfcn.h>
#include <fcntl.h>

static void run(const char *command)
{
    if (system(command))
        fail_msg("%s", command);
}

static void a_source_becomes_functions_that_can_be_called(void **state)
{
    (void)state;
    struct leat__module m;
    struct told t = { 0 };
    write_file("a.c", "struct pair { double x; int n; };\n"
                      "double half(double x) { return x / 2; }\n"
                      "struct pair both(double half, int n) { return (struct pair){ half, n }; }\n"
                      "int count(const struct pair *both) { return both->n; }\n"
                      "const int answer__default = 42;\n");
    assert_int_equal(compile_one(&m, "a.c", &t), 0);
    assert_string_equal(told_text(&t), "");
    assert_true(m.own);
    assert_string_equal(m.path, "a.c");
    load(&m);
    double x = 5, half = 0;
    call(&m, "half", (void *[]){ &x }, &half);
    assert_true(half == 2.5);
    struct pair { double x; int n; } both = { 0, 0 };
    int n = 7, count = 0, answer = 0;
    call(&m, "both", (void *[]){ &half, &n }, &both);
    assert_true(both.x == 2.5 && both.n == 7);
    const struct pair *at = &both;
    call(&m, "count", (void *[]){ &at }, &count);
    assert_int_equal(count, 7);
    call(&m, "answer__default", NULL, &answer);
    assert_int_equal(answer, 42);
    leat__module_fini(&m);
    told_fini(&t);
}

static int open_one(struct leat__module *m, const char *path, struct told *t)
{
    return leat__module_open(m, path, NULL, told_report(t));
}

static void a_shared_object_is_opened_without_running_it(void **state)
{
    (void)state;
    struct leat__module m;
    struct told t = { 0 };
    write_file("lib.c", "#include <unistd.h>\n#include <fcntl.h>\n"
                        "__attribute__((constructor)) static void begin(void) { close(creat(\"began\", 0600)); }\n"
                        "int two(int one) { return one + 1; }\n");
    run("cc -g -fPIC -shared lib.c -o lib.so");
    assert_int_equal(open_one(&m, "lib.so", &t), 0);
    assert_false(m.own);
    assert_int_equal(access("began", F_OK), -1);
    assert_null(leat__module_symbol(&m, "two"));
    load(&m);
    assert_int_equal(access("began", F_OK), 0);
    int one = 1, two = 0;
    call(&m, "two", (void *[]){ &one }, &two);
    assert_int_equal(two, 2);
    load(&m);       /* again does nothing */
    leat__module_fini(&m);
    told_fini(&t);
}

static void fails_with(const char *path, const char *expected)
{
    struct leat__module m;
    struct told t = { 0 };
    assert_int_equal(open_one(&m, path, &t), LEAT_EBUILD);
    assert_string_equal(told_text(&t), expected);
    assert_null(m.path);
    told_fini(&t);
}

static void a_path_that_is_no_module_is_told(void **state)
{
    (void)state;
    write_file("libweather.so", "text");
    fails_with("libwether.so", "-3 libwether.so:0: no such file libwether.so (did you mean libweather.so?)\n");
    fails_with("libweather.so", "-3 libweather.so:0: libweather.so: not a shared object\n");
    write_file("empty.so", "");
    fails_with("empty.so", "-3 empty.so:0: empty.so: not a shared object\n");
    write_file("cut.so", "\177ELF567890123456");
    fails_with("cut.so", "-3 cut.so:0: cut.so: not a shared object: it is cut\n");
    assert_int_equal(mkdir("folder.so", 0700), 0);
    fails_with("folder.so", "-3 folder.so:0: folder.so: a folder, not a shared object\n");
    write_file("a.c", "int f(int x) { return x; }\nint main(void) { return 0; }\n");
    run("cc -g -c a.c -o a.o && cc -no-pie a.o -o a.out && cc -g1 -fPIC -shared a.c -o g1.so && "
        "cc -g -fPIC -shared a.c -o none.so && strip none.so");
    fails_with("a.o", "-3 a.o:0: a.o: an object file: link it to a shared object (cc -shared)\n");
    fails_with("a.out", "-3 a.out:0: a.out: a program, not a shared object\n");
    fails_with("none.so", "-3 none.so:0: none.so: no debug info (compile with -g)\n");
    fails_with("g1.so", "-3 g1.so:0: g1.so: its debug info has functions without types (compile with -g, not -g1)\n");
}

static void a_module_of_another_machine_is_told(void **state)
{
    (void)state;
    unsigned char machine[2] = { 0x34, 0x12 };
    write_file("a.c", "int f(int x) { return x; }\n");
    run("cc -g -fPIC -shared a.c -o a.so");
    int fd = open("a.so", O_RDWR);
    assert_int_equal(pwrite(fd, machine, 2, 18), 2);
    close(fd);
    fails_with("a.so", "-3 a.so:0: a.so: built for another machine than this one\n");
}

static void no_sources_at_all_make_no_sense(void **state)
{
    (void)state;
    struct leat__module m;
    struct told t = { 0 };
    assert_int_equal(leat__module_compile(&m, NULL, 0, NULL, told_report(&t)), LEAT_EUSAGE);
    told_fini(&t);
}

static void a_module_opened_twice_is_one_image(void **state)
{
    (void)state;
    struct leat__module a, b;
    struct told t = { 0 };
    write_file("a.c", "int next(void) { static int n; return ++n; }\n");
    run("cc -g -fPIC -shared a.c -o a.so");
    assert_int_equal(open_one(&a, "a.so", &t) | open_one(&b, "./a.so", &t), 0);
    load(&a);
    load(&b);
    assert_ptr_equal(a.handle, b.handle);
    int n = 0;
    call(&a, "next", NULL, &n);
    call(&b, "next", NULL, &n);
    assert_int_equal(n, 2);
    leat__module_fini(&a);
    leat__module_fini(&b);
    told_fini(&t);
}

static void refuses_to_load(struct leat__module *m, const char *part)
{
    leat_error err = { 0 };
    assert_int_equal(leat__module_load(m, &no_engine, &err), LEAT_EBUILD);
    if (!strstr(err.message, part))
        fail_msg("\"%s\" does not say \"%s\"", err.message, part);
    assert_false(m->loaded);
}

static void a_file_that_changed_since_it_was_read_is_not_called(void **state)
{
    (void)state;
    struct leat__module m;
    struct told t = { 0 };
    write_file("a.c", "int f(int x) { return x; }\n");
    run("cc -g -fPIC -shared a.c -o a.so");
    assert_int_equal(open_one(&m, "a.so", &t), 0);
    write_file("a.c", "int f(double x) { return x; }\n");
    run("rm a.so && cc -g -fPIC -shared a.c -o a.so");
    refuses_to_load(&m, "a.so: the loaded image is not the one that was read");
    leat__module_fini(&m);
    told_fini(&t);
}

static void another_file_of_a_loaded_path_is_not_called(void **state)
{
    (void)state;
    struct leat__module old, new;
    struct told t = { 0 };
    write_file("a.c", "int f(int x) { return x; }\n");
    run("cc -g -fPIC -shared -Wl,--build-id=none a.c -o a.so");
    assert_int_equal(open_one(&old, "a.so", &t), 0);
    load(&old);
    write_file("a.c", "int f(double x) { return x; }\n");
    run("rm a.so && cc -g -fPIC -shared -Wl,--build-id=none a.c -o a.so");
    assert_int_equal(open_one(&new, "a.so", &t), 0);
    refuses_to_load(&new, "another file of that path is loaded in this process and stays");
    leat__module_fini(&old);
    leat__module_fini(&new);
    told_fini(&t);
}

static void a_library_that_does_not_load_is_told(void **state)
{
    (void)state;
    struct leat__module m;
    struct told t = { 0 };
    write_file("a.c", "int nowhere(void);\nint f(int x) { return x + nowhere(); }\n");
    run("cc -g -fPIC -shared a.c -o a.so");
    assert_int_equal(open_one(&m, "a.so", &t), 0);
    refuses_to_load(&m, "undefined symbol: nowhere");
    leat__module_fini(&m);
    told_fini(&t);
}

static void without_a_compiler_a_module_opens_and_is_not_called(void **state)
{
    (void)state;
    struct leat__module m;
    struct told t = { 0 };
    struct leat__compiler cc = { "no-such-cc", NULL, NULL };
    write_file("a.c", "int f(int x) { return x; }\n");
    run("cc -g -fPIC -shared a.c -o a.so");
    assert_int_equal(leat__module_open(&m, "a.so", &cc, told_report(&t)), 0);
    refuses_to_load(&m, "a.so: no C compiler no-such-cc: install one (gcc or clang), or name one; without one only "
                    "registered functions can be called");
    leat__module_fini(&m);
    told_fini(&t);
}

static void a_node_is_never_taken_from_another_library(void **state)
{
    (void)state;
    struct leat__module m;
    struct told t = { 0 };
    write_file("a.c", "#include <stdio.h>\nint f(int x) { return puts(\"\") + x; }\n");
    assert_int_equal(compile_one(&m, "a.c", &t), 0);
    m.record.functions[0].name = "puts";        /* as a record that does not tell the truth */
    refuses_to_load(&m, "a.c: it does not export puts");
    m.record.functions[0].name = "f";
    load(&m);
    assert_non_null(leat__module_symbol(&m, "f"));
    assert_non_null(leat__module_symbol(&m, "puts"));   /* a destructor may be */
    assert_null(leat__module_symbol(&m, "no_such_name"));
    leat__module_fini(&m);
    told_fini(&t);
}

static int failed_line;
static int note_failure(leat_context *ctx, const char *file, int line, const char *text)
{
    assert_null(ctx);
    assert_string_equal(file, "a.c");
    assert_string_equal(text, "negative: -2");
    failed_line = line;
    return 1;
}

static void leat_fail_of_a_module_reaches_the_engine(void **state)
{
    (void)state;
    static const leat_node_api api = { .size = sizeof api, .abi = 1, .fail = note_failure };
    static const char *const paths[] = { "a.c", "b.c" };
    struct leat__source sources[] = { { paths[0], NULL }, { paths[1], NULL } };
    struct leat__module m;
    struct told t = { 0 };
    int x = -2, y = 0;
    write_file("a.c", "#include <leat/node.h>\n\nint f(int x)\n{\n    if (x < 0)\n"
                      "        leat_fail(\"negative: %d\", x);\n    return x;\n}\n");
    write_file("b.c", "#include <leat/node.h>\nint g(int f) { return f; }\n");
    if (leat__module_compile(&m, sources, 2, NULL, told_report(&t)))
        fail_msg("%s%s", told_text(&t), told_output(&t));
    leat_error err = { 0 };
    assert_int_equal(leat__module_load(&m, &api, &err), 0);
    call(&m, "f", (void *[]){ &x }, &y);
    assert_int_equal(failed_line, 6);
    leat__module_fini(&m);
    told_fini(&t);
}

static void a_registered_function_of_a_module_is_called_by_its_entry(void **state)
{
    (void)state;
    struct leat__module m;
    struct told t = { 0 };
    double spend = 3, rest = 0;
    write_file("a.c", "#include <leat/node.h>\nstatic double rich(double spend) { return spend - 1; }\n"
                      "LEAT_FUNCTION(double, rich, (double, spend));\nint f(int x) { return x; }\n");
    if (compile_one(&m, "a.c", &t))
        fail_msg("%s%s", told_text(&t), told_output(&t));
    load(&m);
    call(&m, "rich", (void *[]){ &spend }, &rest);
    assert_true(rest == 2);
    leat__module_fini(&m);
    told_fini(&t);
}

static int never(void *user, const char *name)
{
    (void)user, (void)name;
    return 0;
}

/* Whatever stands in an object file, reading it ends and stays inside. */
static void damaged_objects_are_read_within_their_bounds(void **state)
{
    (void)state;
    char *data, *copy;
    size_t len;
    uint64_t dice = 7;
    struct leat__object_facts facts;
    write_file("a.c", "int f(int x) { return x; }\nint y = 2;\n");
    run("cc -g -fPIC -c a.c -o a.o");
    assert_int_equal(leat__file_read("a.o", SIZE_MAX / 2, &data, &len, NULL), 0);
    for (size_t cut = 0; cut < len; cut += 1 + cut / 64) {
        assert_non_null(copy = malloc(cut + 1));        /* exact, so that the sanitizer sees its end */
        memcpy(copy, data, cut);
        leat__object_definitions(copy, cut, never, NULL);
        leat__object_read_facts(copy, cut, &facts);
        free(copy);
    }
    for (int i = 0; i < 3000; i++) {
        assert_non_null(copy = malloc(len));
        memcpy(copy, data, len);
        for (int k = 0; k < 4; k++) {
            dice = dice * 6364136223846793005u + 1442695040888963407u;
            size_t at = (dice >> 33) % len;
            copy[k & 1 ? at % sizeof(uint64_t[8]) : len - 1 - at % (len / 3)] ^= (char)(dice >> 20);
        }
        leat__object_definitions(copy, len, never, NULL);
        leat__object_read_facts(copy, len, &facts);
        free(copy);
    }
    free(data);
}

#define IN_A_FOLDER(f) cmocka_unit_test_setup_teardown(f, enter_folder, leave_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(a_source_becomes_functions_that_can_be_called),
        IN_A_FOLDER(a_shared_object_is_opened_without_running_it),
        IN_A_FOLDER(a_path_that_is_no_module_is_told),
        IN_A_FOLDER(a_module_of_another_machine_is_told),
        IN_A_FOLDER(no_sources_at_all_make_no_sense),
        IN_A_FOLDER(a_module_opened_twice_is_one_image),
        IN_A_FOLDER(a_file_that_changed_since_it_was_read_is_not_called),
        IN_A_FOLDER(another_file_of_a_loaded_path_is_not_called),
        IN_A_FOLDER(a_library_that_does_not_load_is_told),
        IN_A_FOLDER(without_a_compiler_a_module_opens_and_is_not_called),
        IN_A_FOLDER(a_node_is_never_taken_from_another_library),
        IN_A_FOLDER(leat_fail_of_a_module_reaches_the_engine),
        IN_A_FOLDER(a_registered_function_of_a_module_is_called_by_its_entry),
        IN_A_FOLDER(damaged_objects_are_read_within_their_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
