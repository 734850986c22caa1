/* The operating system refuses every call in turn, while a source is built, run
 * and its answer saved: a clean error that says what, nothing half-written under
 * a final name, and the next time, without the fault, all is well. */
#include "system.h"
#include <leat/leat.h>
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static const char source[] = "struct point { double x; int n; };\n"
                             "struct point point(int n) { return (struct point){ n + 0.5, n }; }\n";
static char *folder;

static void shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void shell(const char *format, ...)
{
    char command[1000];
    va_list args;
    va_start(args, format);
    vsnprintf(command, sizeof command, format, args);
    va_end(args);
    if (system(command))
        fail_msg("%s", command);
}

static void put_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static char *file_text(const char *path)
{
    static char text[4096];
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
    text[n] = 0;
    if (f)
        fclose(f);
    return f ? text : NULL;
}

static int make_folder(void **state)
{
    (void)state;
    if (asprintf(&folder, "%s/fault-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp") < 0 || !mkdtemp(folder) ||
        chdir(folder))
        return -1;
    put_file("a.c", source);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    shell("cd / && rm -rf '%s'", folder);
    free(folder);
    return 0;
}

static leat_builder *builder(void)
{
    leat_builder *b = leat_builder_new();
    leat_builder_add_source(b, "a.c", NULL);
#ifdef __SANITIZE_ADDRESS__
    const char *const flags[] = { "-fsanitize=address,undefined", NULL };
    leat_builder_set_compiler(b, NULL, flags, flags);
#endif
    return b;
}

/* Builds and runs; 0 and the answer, or the error. */
static int answer(char **out_text, leat_error *err)
{
    leat_driver *d = NULL;
    leat_builder *b = builder();
    int code = leat_builder_build(b, &d, err);
    leat_run *r = code ? NULL : leat_run_new(d);
    if (!code)
        code = leat_run_input(r, "n", 2);
    if (!code)
        code = leat_run_ask(r, "point", (leat_place){ 0 });
    if (!code)
        code = leat_run_execute(r, err);
    if (!code)
        code = leat_run_json(r, "point", out_text, err);
    leat_run_free(r);
    leat_driver_free(d);
    leat_builder_free(b);
    return code;
}

static void assert_answers(void)
{
    char *text = NULL;
    leat_error err = { 0 };
    if (answer(&text, &err))
        fail_msg("without the fault: %s", err.message);
    assert_string_equal(text, "{\"x\":2.5,\"n\":2}");
    free(text);
}

/* --- the cache's entries: name and size of each --- */

struct entries { char name[100][100]; long long size[100]; unsigned n; };

static void read_entries(struct entries *e)
{
    char path[600];
    struct stat st;
    e->n = 0;
    DIR *dir = opendir("cache/leat");
    for (struct dirent *x; dir && (x = readdir(dir));) {
        snprintf(path, sizeof path, "cache/leat/%s", x->d_name);
        if (stat(path, &st) < 0 || !S_ISREG(st.st_mode) || *x->d_name == '.')
            continue;
        assert_true(e->n < 100);
        snprintf(e->name[e->n], 100, "%.99s", x->d_name);
        e->size[e->n++] = st.st_size;
    }
    if (dir)
        closedir(dir);
}

/* Every entry is one that a good build makes, and whole. Its name may be another:
 * a compiler that could not be looked at counts as another one. */
static void assert_whole(const struct entries *good)
{
    struct entries now;
    read_entries(&now);
    for (unsigned i = 0; i < now.n; i++) {
        unsigned k = 0;
        while (k < good->n && (good->size[k] != now.size[i] ||
                               strcmp(strchr(good->name[k], '.'), strchr(now.name[i], '.'))))
            k++;
        if (k == good->n)
            fail_msg("%s of %lld bytes stands in the cache", now.name[i], now.size[i]);
    }
}

static void assert_clean(const leat_error *err, int code)
{
    if (code >= 0 || err->code != code || !err->message[0] || strchr(err->message, '\n') ||
        strstr(err->message, "(null)") || strstr(err->message, "Success"))
        fail_msg("not a clean error: %d %d \"%s\"", code, err->code, err->message);
}

/* What was refused is named: a path, or what of ours could not be done to it. */
static void assert_names(const leat_error *err, enum fault which)
{
    if (!strchr(err->message, '/') && !strstr(err->message, "a.c"))
        fail_msg("%s refused, and no path is told: %s", fault_name[which], err->message);
}

static void use_cache(void)
{
    char path[600];
    snprintf(path, sizeof path, "%s/cache", folder);
    shell("rm -rf cache && mkdir -m 700 cache");
    setenv("XDG_CACHE_HOME", path, 1);
}

static bool refuse(enum fault which, long n, const struct entries *good)
{
    char *text = NULL;
    leat_error err = { 0 };
    use_cache();
    fault_arm(which, n);
    int code = answer(&text, &err);
    bool fired = fault_disarm();
    if (code) {
        assert_true(fired);
        assert_clean(&err, code);
        assert_names(&err, which);
    } else {
        assert_string_equal(text, "{\"x\":2.5,\"n\":2}");
    }
    free(text);
    if (getenv("FAULT_VERBOSE"))
        print_message("# %s %ld: %s\n", fault_name[which], n, code ? err.message : "well");
    if (fired) {
        assert_whole(good);
        assert_answers();
        assert_whole(good);
    }
    return fired;
}

static void every_call_of_a_first_build_and_run_may_fail(void **state)
{
    (void)state;
    static struct entries good;
    use_cache();
    assert_answers();
    read_entries(&good);
    assert_true(good.n >= 5);
    for (int which = 0; which < FAULT_COUNT; which++) {
        long n = 1;
        while (refuse((enum fault)which, n, &good))
            n++;
        print_message("# %s: %ld\n", fault_name[which], n - 1);
    }
}

static void every_call_of_a_second_build_and_run_may_fail(void **state)
{
    (void)state;
    static struct entries good;
    use_cache();
    assert_answers();
    read_entries(&good);
    for (int which = 0; which < FAULT_COUNT; which++) {
        bool fired = true;
        for (long n = 1; fired; n++) {
            char *text = NULL;
            leat_error err = { 0 };
            fault_arm((enum fault)which, n);
            int code = answer(&text, &err);
            fired = fault_disarm();
            if (code) {
                assert_clean(&err, code);
                assert_names(&err, (enum fault)which);
            } else {
                assert_string_equal(text, "{\"x\":2.5,\"n\":2}");
            }
            free(text);
            assert_whole(&good);
        }
        assert_answers();
    }
}

static void calls_that_do_little_and_are_interrupted_are_gone_on_with(void **state)
{
    (void)state;
    use_cache();
    fault_crumble(1);
    assert_answers();
    assert_answers();
    fault_crumble(0);
}

/* --- answers into files --- */

static leat_run *executed(leat_driver **d)
{
    leat_error err = { 0 };
    leat_builder *b = builder();
    if (leat_builder_build(b, d, &err))
        fail_msg("%s", err.message);
    leat_builder_free(b);
    leat_run *r = leat_run_new(*d);
    leat_run_input(r, "n", 2);
    leat_run_ask(r, "point", (leat_place){ 0 });
    assert_int_equal(leat_run_execute(r, NULL), 0);
    return r;
}

static unsigned files(void)
{
    unsigned n = 0;
    DIR *dir = opendir("out");
    while (readdir(dir))
        n++;
    closedir(dir);
    return n;
}

/* `before`: what the file held, NULL: it was not there. */
static void save_with_faults(leat_run *r, const char *path, const char *before, const char *after)
{
    static const enum fault those[] = { FAULT_write, FAULT_open64, FAULT_fchmod, FAULT_close, FAULT_rename };
    for (size_t i = 0; i < sizeof those / sizeof *those; i++)
        for (long n = 1;; n++) {
            leat_error err = { 0 };
            shell("rm -rf out && mkdir out");
            if (before)
                put_file(path, before);
            unsigned held = files();
            fault_arm(those[i], n);
            int code = leat_run_save(r, "point", path, &err);
            bool fired = fault_disarm();
            const char *text = file_text(path);
            if (!code) {
                assert_string_equal(text, after);
                if (fired)
                    fail_msg("%s %ld of %s was not heard", fault_name[those[i]], n, path);
                break;
            }
            assert_clean(&err, code);
            assert_non_null(strstr(err.message, path));
            assert_int_equal(err.code, LEAT_ESYSTEM);
            assert_true(before ? text && !strcmp(text, before) : !text);
            assert_int_equal(files(), held);
            assert_int_equal(leat_run_save(r, "point", path, &err), 0);
            assert_string_equal(file_text(path), after);
        }
}

static void a_file_of_answers_is_the_old_one_or_the_new_one(void **state)
{
    (void)state;
    leat_driver *d = NULL;
    use_cache();
    leat_run *r = executed(&d);
    static const char json[] = "{\"x\":2.5,\"n\":2}\n";
    save_with_faults(r, "out/p.json", NULL, json);
    save_with_faults(r, "out/p.json", "the old answer\n", json);
    save_with_faults(r, "out/p.txt", "the old answer\n", json);
    fault_crumble(1);
    save_with_faults(r, "out/p.json", "the old answer\n", json);
    fault_crumble(0);
    leat_run_free(r);
    leat_driver_free(d);
}

/* --- compilers that fail in their own ways --- */

static void write_compiler(const char *script)
{
    put_file("cc", script);
    assert_int_equal(chmod("cc", 0700), 0);
}

static int answer_with_compiler(leat_error *err)
{
    leat_driver *d = NULL;
    leat_builder *b = leat_builder_new();
    char path[600];
    snprintf(path, sizeof path, "%s/cc", folder);
    leat_builder_add_source(b, "a.c", NULL);
    leat_builder_set_compiler(b, path, NULL, NULL);
    int code = leat_builder_build(b, &d, err);
    leat_driver_free(d);
    leat_builder_free(b);
    return code;
}

/* cc ... -o FILE: half of what it would have written; then as it likes. */
static const char half[] =
    "#!/bin/sh\nfor a; do test \"$last\" = -o && out=$a; last=$a; done\n"
    "cc \"$@\" || exit\ntest -e %s && exit 0\n"
    "n=$(wc -c < \"$out\")\nhead -c $((n / 2)) \"$out\" > \"$out.half\" && mv \"$out.half\" \"$out\"\n%s\n";

static void a_compiler_that_stops_half_way_leaves_nothing(void **state)
{
    (void)state;
    static const char *const ends[] = { "echo disk full >&2; exit 1", "kill -9 $$", "exit 0" };
    static struct entries none;
    char script[1000];
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        leat_error err = { 0 };
        use_cache();
        shell("rm -f well");
        snprintf(script, sizeof script, half, "well", ends[i]);
        write_compiler(script);
        int code = answer_with_compiler(&err);
        assert_clean(&err, code);
        assert_names(&err, FAULT_write);
        assert_whole(&none);
        put_file("well", "");
        if (answer_with_compiler(&err))
            fail_msg("once %s is over: %s", ends[i], err.message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_call_of_a_first_build_and_run_may_fail),
        cmocka_unit_test(every_call_of_a_second_build_and_run_may_fail),
        cmocka_unit_test(calls_that_do_little_and_are_interrupted_are_gone_on_with),
        cmocka_unit_test(a_file_of_answers_is_the_old_one_or_the_new_one),
        cmocka_unit_test(a_compiler_that_stops_half_way_leaves_nothing),
    };
    return cmocka_run_group_tests_name("system", tests, make_folder, remove_folder);
}
