/* Sources: compiled once, found again, and told of when they cannot be. */
#include "module/testing.h"
#include <dirent.h>
#include <pthread.h>
#include <sys/wait.h>

/* A compiler that notes each time it runs, in the folder's file `ran`. */
static void write_compiler(const char *more)
{
    struct leat__text script = { 0 };
    leat__text_printf(&script, "#!/bin/sh\necho x >> ran\n%s\nexec cc \"$@\"\n", more);
    write_file("counting-cc", script.data);
    leat__text_fini(&script);
    assert_int_equal(chmod("counting-cc", 0700), 0);
    unlink("ran");
}

static int ran(void)
{
    struct stat st;
    int n = stat("ran", &st) ? 0 : (int)st.st_size / 2;
    unlink("ran");
    return n;
}

static int compile(struct leat__module *m, struct told *t, const char *const *paths, const char *const *cflags)
{
    struct leat__source sources[8];
    struct leat__compiler cc = { "./counting-cc", cflags, NULL };
    size_t n = 0;
    for (; paths[n]; n++)
        sources[n] = (struct leat__source){ paths[n], NULL };
    return leat__module_compile(m, sources, n, &cc, told_report(t));
}

/* Compiles, loads, and gives what function f of it gives. */
static int value_of_f(const char *const *paths, const char *const *cflags)
{
    struct leat__module m;
    struct told t = { 0 };
    int value = -1;
    if (compile(&m, &t, paths, cflags))
        fail_msg("%s%s", told_text(&t), told_output(&t));
    load(&m);
    call(&m, "f", NULL, &value);
    leat__module_fini(&m);
    told_fini(&t);
    return value;
}

#define ONE(path) (const char *const[]){ path, NULL }

static void an_unchanged_source_starts_no_compiler(void **state)
{
    (void)state;
    write_compiler("");
    write_file("a.c", "int f(void) { return 1; }\n");
    assert_int_equal(value_of_f(ONE("a.c"), NULL), 1);
    assert_int_equal(ran(), 3);         /* object, image, calls */
    assert_int_equal(value_of_f(ONE("a.c"), NULL), 1);
    assert_int_equal(ran(), 0);
}

static void an_edit_without_a_new_signature_compiles_no_calls(void **state)
{
    (void)state;
    write_compiler("");
    write_file("a.c", "int f(void) { return 1; }\n");
    assert_int_equal(value_of_f(ONE("a.c"), NULL), 1);
    ran();
    write_file("a.c", "int f(void) { return 2; }\n");
    assert_int_equal(value_of_f(ONE("a.c"), NULL), 2);
    assert_int_equal(ran(), 2);
    write_file("a.c", "int f(void) { return 1; }\n");
    assert_int_equal(value_of_f(ONE("a.c"), NULL), 1);
    assert_int_equal(ran(), 0);
}

static void an_edited_header_counts_also_one_that_a_header_includes(void **state)
{
    (void)state;
    write_compiler("");
    write_file("a.c", "#include \"a.h\"\nint f(void) { return VALUE; }\n");
    write_file("a.h", "#define VALUE 1\n");
    write_file("b.h", "#define VALUE 2\n");
    assert_int_equal(value_of_f(ONE("a.c"), NULL), 1);
    write_file("a.h", "#include \"b.h\"\n");
    assert_int_equal(value_of_f(ONE("a.c"), NULL), 2);
    write_file("b.h", "#define VALUE 3\n");
    assert_int_equal(value_of_f(ONE("a.c"), NULL), 3);
    ran();
    write_file("b.h", "#define VALUE 2\n");
    assert_int_equal(value_of_f(ONE("a.c"), NULL), 2);
    assert_int_equal(ran(), 0);
}

/* Folders of the source, of -I, of CPATH and of the system, in this order. */
static void a_header_that_comes_to_stand_before_another_counts(void **state)
{
    (void)state;
    static const char *const flags[] = { "-Ione", "-I", "two", NULL };
    write_compiler("");
    assert_int_equal(system("mkdir -p one two/sub three"), 0);
    setenv("CPATH", "three", 1);
    write_file("a.c", "#include <tgmath.h>\n#include \"x.h\"\n#include <sub/y.h>\n"
               "#ifndef MORE\n#define MORE 0\n#endif\nint f(void) { return X * 100 + Y * 10 + MORE; }\n");
    write_file("three/x.h", "#define X 1\n");
    write_file("two/sub/y.h", "#define Y 1\n");
    assert_int_equal(value_of_f(ONE("a.c"), flags), 110);
    write_file("two/x.h", "#define X 2\n");
    assert_int_equal(value_of_f(ONE("a.c"), flags), 210);
    write_file("one/x.h", "#define X 3\n");
    assert_int_equal(value_of_f(ONE("a.c"), flags), 310);
    write_file("x.h", "#define X 4\n");
    assert_int_equal(value_of_f(ONE("a.c"), flags), 410);
    assert_int_equal(system("mkdir one/sub"), 0);
    write_file("one/sub/y.h", "#define Y 2\n");
    assert_int_equal(value_of_f(ONE("a.c"), flags), 420);
    write_file("two/tgmath.h", "#define MORE 5\n");
    assert_int_equal(value_of_f(ONE("a.c"), flags), 425);
    ran();
    assert_int_equal(system("rm x.h one/x.h one/sub/y.h two/tgmath.h"), 0);
    assert_int_equal(value_of_f(ONE("a.c"), flags), 210);
    assert_int_equal(ran(), 0);
    unsetenv("CPATH");
}

static void flags_and_the_environment_count(void **state)
{
    (void)state;
    write_compiler("");
    write_file("a.c", "#ifdef HERE\n#include <here.h>\n#endif\n#ifndef VALUE\n#define VALUE 1\n#endif\n"
                      "int f(void) { return VALUE; }\n");
    assert_int_equal(value_of_f(ONE("a.c"), NULL), 1);
    assert_int_equal(value_of_f(ONE("a.c"), ONE("-DVALUE=5")), 5);
    assert_int_equal(value_of_f(ONE("a.c"), ONE("-march=native")), 1);
    assert_int_equal(mkdir("one", 0700) | mkdir("two", 0700), 0);
    write_file("one/here.h", "#define VALUE 11\n");
    write_file("two/here.h", "#define VALUE 22\n");
    setenv("CPATH", "one", 1);
    assert_int_equal(value_of_f(ONE("a.c"), ONE("-DHERE")), 11);
    setenv("CPATH", "two", 1);
    assert_int_equal(value_of_f(ONE("a.c"), ONE("-DHERE")), 22);
    unsetenv("CPATH");
}

static void a_header_that_changes_meanwhile_is_compiled_again(void **state)
{
    (void)state;
    /* the first time the header is edited after the compiler has read it */
    write_compiler("case \"$*\" in *a.c*) if [ ! -e once ]; then touch once; cc \"$@\"; code=$?; "
                   "echo '#define VALUE 2' > a.h; exit $code; fi;; esac");
    write_file("a.c", "#include \"a.h\"\nint f(void) { return VALUE; }\n");
    write_file("a.h", "#define VALUE 1\n");
    assert_int_equal(value_of_f(ONE("a.c"), NULL), 2);
    write_file("a.h", "#define VALUE 1\n");
    assert_int_equal(value_of_f(ONE("a.c"), NULL), 1);
}

static void a_source_that_always_changes_is_a_problem(void **state)
{
    (void)state;
    struct leat__module m;
    struct told t = { 0 };
    write_compiler("case \"$*\" in *a.c*) echo ' ' >> a.c;; esac");
    write_file("a.c", "int f(void) { return 1; }\n");
    assert_int_equal(compile(&m, &t, ONE("a.c"), NULL), LEAT_EBUILD);
    assert_string_equal(told_text(&t), "-3 a.c:0: a.c changes while it is compiled\n");
    told_fini(&t);
}

static void warnings_are_told_again_on_the_next_run(void **state)
{
    (void)state;
    struct leat__module m;
    struct told t = { 0 };
    write_compiler("");
    write_file("a.c", "#warning look here\nint f(void) { return 1; }\n");
    for (int i = 0; i < 2; i++) {
        assert_int_equal(compile(&m, &t, ONE("a.c"), NULL), 0);
        assert_non_null(strstr(told_output(&t), "look here"));
        leat__module_fini(&m);
    }
    told_fini(&t);
}

/* --- what is told --- */

static void fails_with(const char *const *paths, const char *const *cflags, const char *expected, const char *output)
{
    struct leat__module m;
    struct told t = { 0 };
    assert_true(compile(&m, &t, paths, cflags) < 0);
    assert_string_equal(told_text(&t), expected);
    if (!strstr(told_output(&t), output))
        fail_msg("\"%s\" does not say \"%s\"", told_output(&t), output);
    assert_null(m.path);
    told_fini(&t);
}

static void an_error_of_the_compiler_is_told_with_its_line_and_words(void **state)
{
    (void)state;
    write_compiler("");
    write_file("a.c", "int f(void)\n{\n    return nothing_of_that_name;\n}\n");
    fails_with(ONE("a.c"), NULL, "-3 a.c:3: a.c does not compile\n", "a.c:3:12: error: ");
    write_file("b.c", "int f(void) { return g(); }\n");
    fails_with(ONE("b.c"), NULL, "-3 b.c:1: b.c does not compile\n", "implicit declaration");
    write_file("c.c", "#include \"no.h\"\n");
    fails_with(ONE("c.c"), NULL, "-3 c.c:1: c.c does not compile\n", "no.h");
    write_file("d.c", "#error \033[31mred\n");
    fails_with(ONE("d.c"), NULL, "-3 d.c:1: d.c does not compile\n", "\\x1b[31mred\n");
}

static void a_compiler_that_gives_no_object_is_told(void **state)
{
    (void)state;
    static const char *const flags[] = { "-S", "-E", "-fsyntax-only", "-M" };
    struct leat__module m;
    struct told t = { 0 };
    write_compiler("");
    write_file("a.c", "int f(void) { return 1; }\n");
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        fails_with(ONE("a.c"), ONE(flags[i]), "-3 a.c:0: a.c: the compiler ./counting-cc gave no object (flags like "
                   "-S, -E, -M, -fsyntax-only, that stop before an object, cannot be given)\n", "");
    struct leat__compiler nothing = { "/bin/true", NULL, NULL };
    assert_int_equal(leat__module_compile(&m, &(struct leat__source){ "a.c", NULL }, 1, &nothing, told_report(&t)),
                     LEAT_EBUILD);
    assert_string_equal(told_text(&t), "-3 a.c:0: a.c: the compiler /bin/true gave no object\n");
    told_fini(&t);
}

static void a_path_with_a_line_break_is_told(void **state)
{
    (void)state;
    write_compiler("");
    write_file("a\nb.c", "int f(void) { return 1; }\n");
    fails_with(ONE("a\nb.c"), NULL, "-3 a\nb.c:0: a source's path cannot have a line break\n", "");
    assert_int_equal(ran(), 0);
}

static void every_source_that_is_wrong_is_told(void **state)
{
    (void)state;
    static const char *const paths[] = { "a.c", "b.c", "c.c", NULL };
    write_compiler("");
    write_file("a.c", "int f(void) { return x; }\n");
    write_file("b.c", "int g(void) { return 1; }\n");
    fails_with(paths, NULL, "-3 c.c:0: no such file c.c (did you mean a.c?)\n-3 a.c:1: a.c does not compile\n", "a.c:1");
}

static void a_missing_source_is_told_with_the_nearest_name(void **state)
{
    (void)state;
    write_compiler("");
    write_file("weather.c", "int f(void) { return 1; }\n");
    fails_with(ONE("wether.c"), NULL, "-3 wether.c:0: no such file wether.c (did you mean weather.c?)\n", "");
    assert_int_equal(mkdir("folder.c", 0700), 0);
    fails_with(ONE("folder.c"), NULL, "-3 folder.c:0: cannot read folder.c: it is a folder\n", "");
}

static void a_compiler_that_is_not_there_is_told(void **state)
{
    (void)state;
    struct leat__module m;
    struct told t = { 0 };
    struct leat__source source = { "a.c", NULL };
    struct leat__compiler cc = { "no-such-cc", NULL, NULL };
    write_file("a.c", "int f(void) { return 1; }\n");
    assert_int_equal(leat__module_compile(&m, &source, 1, &cc, told_report(&t)), LEAT_EBUILD);
    assert_string_equal(told_text(&t), "-3 a.c:0: no C compiler no-such-cc: install one (gcc or clang), or name one\n");
    cc.cc = "./no-such-cc";
    assert_int_equal(leat__module_compile(&m, &source, 1, &cc, told_report(&t)), LEAT_EBUILD);
    assert_string_equal(told_text(&t), "-3 a.c:0: no C compiler ./no-such-cc: there is no such program\n");
    cc.cc = "gcc -m64";
    assert_int_equal(leat__module_compile(&m, &source, 1, &cc, told_report(&t)), LEAT_EBUILD);
    assert_string_equal(told_text(&t), "-3 a.c:0: no C compiler gcc -m64: a program alone; flags go to its cflags\n");
    told_fini(&t);
}

static void a_symbol_that_is_nowhere_is_told_with_its_source(void **state)
{
    (void)state;
    write_compiler("");
    write_file("a.c", "int nowhere(void);\nint f(void) { return nowhere(); }\n");
    fails_with(ONE("a.c"), NULL, "-3 a.c:0: a.c does not link (a library is asked for with `leat: -lNAME` in the first "
               "comment, or --ldflags)\n", "a.c: in function `f'");
}

static void two_definitions_of_one_name_are_told_with_both_places(void **state)
{
    (void)state;
    static const char *const paths[] = { "a.c", "b.c", NULL };
    write_compiler("");
    write_file("a.c", "int f(void) { return 1; }\n");
    write_file("b.c", "static int help(void) { return 2; }\n\nint f(void) { return help(); }\n");
    fails_with(paths, NULL, "-3 b.c:3: two definitions of f: a.c:1 and b.c:3 (make one of them static, or rename it)\n", "");
}

/* --- what works --- */

static void sources_share_helpers(void **state)
{
    (void)state;
    static const char *const paths[] = { "a.c", "b.c", NULL };
    write_compiler("");
    write_file("a.c", "int _help(void);\nint f(void) { return _help() + 1; }\n");
    write_file("b.c", "static int one(void) { return 1; }\nint _help(void) { return one(); }\n");
    assert_int_equal(value_of_f(paths, NULL), 2);
    ran();
    write_file("b.c", "int _help(void) { return 5; }\n");
    assert_int_equal(value_of_f(paths, NULL), 6);
    assert_int_equal(ran(), 2);         /* b's object, image */
}

static void a_name_of_the_c_library_is_the_modules_own_inside_it(void **state)
{
    (void)state;
    write_compiler("");
    write_file("a.c", "long random(void) { return 7; }\nint f(void) { return (int)random(); }\n");
    assert_int_equal(value_of_f(ONE("a.c"), NULL), 7);
}

static void odd_paths_and_flags_work(void **state)
{
    (void)state;
    write_compiler("");
    write_file("-dash.c", "int f(void) { return 1; }\n");
    assert_int_equal(value_of_f(ONE("-dash.c"), NULL), 1);
    write_file("@at.c", "int f(void) { return 2; }\n");
    assert_int_equal(value_of_f(ONE("@at.c"), NULL), 2);
    write_file("with space:and#\xc3\xa9.c", "#include \"the $header.h\"\nint f(void) { return VALUE; }\n");
    write_file("the $header.h", "#define VALUE 3\n");
    assert_int_equal(value_of_f(ONE("with space:and#\xc3\xa9.c"), NULL), 3);
    write_file("the $header.h", "#define VALUE 4\n");
    assert_int_equal(value_of_f(ONE("with space:and#\xc3\xa9.c"), NULL), 4);
    write_file("flto.c", "int f(void) { return 5; }\n");
    assert_int_equal(value_of_f(ONE("flto.c"), ONE("-flto")), 5);
}

static void leats_own_header_is_found(void **state)
{
    (void)state;
    write_compiler("");
    write_file("a.c", "#include <leat/node.h>\nint f(leat_context *ctx) { return ctx ? 1 : 2; }\n");
    struct leat__module m;
    struct told t = { 0 };
    if (compile(&m, &t, ONE("a.c"), NULL))
        fail_msg("%s%s", told_text(&t), told_output(&t));
    leat__module_fini(&m);
    told_fini(&t);
}

/* --- the build line --- */

static void the_first_comment_asks_for_flags(void **state)
{
    (void)state;
    write_compiler("");
    write_file("a.c", "\n/* What it is.\n * leat: -DVALUE=8 -std=gnu11 -O3 -lm -pthread\n */\nint f(void) { return VALUE; }\n");
    assert_int_equal(value_of_f(ONE("a.c"), NULL), 8);
    write_file("b.c", "\xef\xbb\xbf// leat: -DVALUE=9\n// more\nint f(void) { return VALUE; }\n");
    assert_int_equal(value_of_f(ONE("b.c"), NULL), 9);
    write_file("c.c", "/* Nine. leat: -DVALUE=10 */ int f(void) { return VALUE; }\n");
    assert_int_equal(value_of_f(ONE("c.c"), NULL), 10);
    write_file("d.c", "/* we say leat: it runs */\nint f(void) { return 1; }\n/* leat: -bad */\n");
    assert_int_equal(value_of_f(ONE("d.c"), NULL), 1);
}

static void any_other_flag_there_is_a_problem_with_its_line(void **state)
{
    (void)state;
    static const char hint[] = " (a source may ask for -lNAME -DNAME[=VALUE] -std=NAME -O0..-O3 -fopenmp -pthread "
                               "pkg:NAME; other flags belong on the command line)\n";
    static const char *const words[] = { "-fplugin=x.so", "-I/tmp", "-l/tmp/x.a", "-D-x", "-march=native", "-O9", "-l",
                                         "-Wl,-x", "words", "-std=", NULL };
    write_compiler("");
    for (size_t i = 0; words[i]; i++) {
        struct leat__text source = { 0 }, expected = { 0 };
        leat__text_printf(&source, "/* A source.\n * leat: -lm %s */\nint f(void) { return 1; }\n", words[i]);
        leat__text_printf(&expected, "-3 a.c:2: leat: %s is not for a source's first comment%s", words[i], hint);
        write_file("a.c", source.data);
        fails_with(ONE("a.c"), NULL, expected.data, "");
        leat__text_fini(&source);
        leat__text_fini(&expected);
    }
    assert_int_equal(ran(), 0);
}

static void packages_are_asked_of_pkg_config_once(void **state)
{
    char path[4096];
    write_compiler("");
    assert_int_equal(mkdir("bin", 0700), 0);
    write_file("bin/pkg-config", "#!/bin/sh\necho x >> asked\ncase \"$*\" in *missing) echo 'Package missing was not found' >&2; "
               "exit 1;; *pcfiledir*) pwd;; *) echo '-DVALUE=12 -DWITH\\ SPACE= -lm';; esac\n");
    assert_int_equal(chmod("bin/pkg-config", 0700), 0);
    write_file("thing.pc", "1\n");
    const char *before = getenv("PATH");
    char *kept = strdup(before ? before : "/usr/bin:/bin");
    snprintf(path, sizeof path, "%s/bin:%s", (char *)*state, kept);
    setenv("PATH", path, 1);
    write_file("a.c", "/* leat: pkg:thing */\nint f(void) { return VALUE; }\n");
    assert_int_equal(value_of_f(ONE("a.c"), NULL), 12);
    assert_int_equal(unlink("asked"), 0);
    assert_int_equal(value_of_f(ONE("a.c"), NULL), 12);
    assert_int_equal(access("asked", F_OK), -1);
    write_file("thing.pc", "2\n");
    assert_int_equal(value_of_f(ONE("a.c"), NULL), 12);
    assert_int_equal(unlink("asked"), 0);
    write_file("b.c", "/* leat: pkg:missing */\nint f(void) { return 1; }\n");
    fails_with(ONE("b.c"), NULL, "-3 b.c:1: pkg:missing: pkg-config knows no such package: Package missing was not found\n", "");
    setenv("PATH", kept, 1);
    free(kept);
}

/* --- many at once, and damage --- */

static void *compile_in_a_thread(void *user)
{
    struct leat__module m;
    struct told t = { 0 };
    struct leat__source source = { "a.c", NULL };
    leat_error err;
    int *value = user;
    if (!leat__module_compile(&m, &source, 1, NULL, told_report(&t))) {
        if (!leat__module_load(&m, &no_engine, &err))
            m.record.functions[0].head->call(m.record.functions[0].fn, NULL, value);
        leat__module_fini(&m);
    }
    told_fini(&t);
    return NULL;
}

static void threads_and_processes_may_compile_the_same_at_once(void **state)
{
    (void)state;
    enum { THREADS = 3, PROCESSES = 3 };
    pthread_t thread[THREADS];
    pid_t process[PROCESSES];
    int value[THREADS] = { 0 };
    write_file("a.c", "int f(void) { return 6; }\n");
    for (int i = 0; i < PROCESSES; i++)
        if (!(process[i] = fork())) {
            int mine = 0;
            compile_in_a_thread(&mine);
            _exit(mine == 6 ? 0 : 1);
        }
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, compile_in_a_thread, &value[i]), 0);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(thread[i], NULL);
        assert_int_equal(value[i], 6);
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status = -1;
        assert_int_equal(waitpid(process[i], &status, 0), process[i]);
        assert_int_equal(status, 0);
    }
    assert_int_equal(rmdir("leat/jobs"), 0);        /* nothing is left behind */
}

/* Every file of the cache with that suffix is cut, or goes. */
static void damage(const char *suffix, bool cut)
{
    struct leat__text command = { 0 };
    leat__text_printf(&command, "cd leat && for f in *%s; do %s \"$f\"; done", suffix,
                      cut ? "rm \"$f\" && head -c 100 /dev/zero >" : "rm");
    assert_int_equal(system(command.data), 0);
    leat__text_fini(&command);
}

static void a_damaged_entry_is_made_again(void **state)
{
    (void)state;
    static const char *const suffixes[] = { ".o", ".so", ".record", ".calls.so", ".next", ".sum", NULL };
    write_compiler("");
    write_file("a.c", "int f(void) { return 4; }\n");
    for (int cut = 0; cut < 2; cut++)
        for (size_t i = 0; suffixes[i]; i++) {
            /* in a process of its own: an image that is mapped must not be cut */
            pid_t pid = fork();
            if (!pid)
                _exit(value_of_f(ONE("a.c"), NULL) == 4 ? 0 : 1);
            int status = -1;
            assert_int_equal(waitpid(pid, &status, 0), pid);
            assert_int_equal(status, 0);
            damage(suffixes[i], cut);
        }
    assert_int_equal(value_of_f(ONE("a.c"), NULL), 4);
}

/* One bit of every entry with that suffix, `part` tenths of the way to its end. */
static void flip(const char *suffix, int part)
{
    DIR *dir = opendir("leat");
    assert_non_null(dir);
    for (struct dirent *e; (e = readdir(dir));) {
        char path[400], byte;
        struct stat st;
        size_t n = strlen(e->d_name), k = strlen(suffix);
        if (n < k || strcmp(e->d_name + n - k, suffix))
            continue;
        snprintf(path, sizeof path, "leat/%s", e->d_name);
        FILE *f = fopen(path, "r+");
        assert_non_null(f);
        assert_int_equal(fstat(fileno(f), &st), 0);
        fseek(f, st.st_size * part / 10, SEEK_SET);
        assert_int_equal(fread(&byte, 1, 1, f), 1);
        byte ^= (char)(1 << part % 8);
        fseek(f, -1, SEEK_CUR);
        assert_int_equal(fwrite(&byte, 1, 1, f), 1);
        fclose(f);
    }
    closedir(dir);
}

static void a_bit_that_flipped_on_the_disk_is_seen(void **state)
{
    (void)state;
    static const char *const suffixes[] = { ".so", ".record", ".next", ".sum", NULL };
    write_compiler("");
    write_file("a.c", "struct p { double x; int n; };\nint g(struct p q) { return q.n; }\nint f(void) { return 4; }\n");
    for (size_t i = 0; suffixes[i]; i++)
        for (int part = 0; part < 10; part++) {
            pid_t pid = fork();
            if (!pid)
                _exit(value_of_f(ONE("a.c"), NULL) == 4 ? 0 : 1);
            int status = -1;
            assert_int_equal(waitpid(pid, &status, 0), pid);
            if (status)
                print_message("# %s, %d tenths from its beginning\n", suffixes[i], part - 1);
            assert_int_equal(status, 0);
            flip(suffixes[i], part);
        }
    assert_int_equal(value_of_f(ONE("a.c"), NULL), 4);
}

#define IN_A_FOLDER(f) cmocka_unit_test_setup_teardown(f, enter_folder, leave_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(an_unchanged_source_starts_no_compiler),
        IN_A_FOLDER(an_edit_without_a_new_signature_compiles_no_calls),
        IN_A_FOLDER(an_edited_header_counts_also_one_that_a_header_includes),
        IN_A_FOLDER(a_header_that_comes_to_stand_before_another_counts),
        IN_A_FOLDER(flags_and_the_environment_count),
        IN_A_FOLDER(a_header_that_changes_meanwhile_is_compiled_again),
        IN_A_FOLDER(a_source_that_always_changes_is_a_problem),
        IN_A_FOLDER(warnings_are_told_again_on_the_next_run),
        IN_A_FOLDER(an_error_of_the_compiler_is_told_with_its_line_and_words),
        IN_A_FOLDER(a_compiler_that_gives_no_object_is_told),
        IN_A_FOLDER(a_path_with_a_line_break_is_told),
        IN_A_FOLDER(every_source_that_is_wrong_is_told),
        IN_A_FOLDER(a_missing_source_is_told_with_the_nearest_name),
        IN_A_FOLDER(a_compiler_that_is_not_there_is_told),
        IN_A_FOLDER(a_symbol_that_is_nowhere_is_told_with_its_source),
        IN_A_FOLDER(two_definitions_of_one_name_are_told_with_both_places),
        IN_A_FOLDER(sources_share_helpers),
        IN_A_FOLDER(a_name_of_the_c_library_is_the_modules_own_inside_it),
        IN_A_FOLDER(odd_paths_and_flags_work),
        IN_A_FOLDER(leats_own_header_is_found),
        IN_A_FOLDER(the_first_comment_asks_for_flags),
        IN_A_FOLDER(any_other_flag_there_is_a_problem_with_its_line),
        IN_A_FOLDER(packages_are_asked_of_pkg_config_once),
        IN_A_FOLDER(threads_and_processes_may_compile_the_same_at_once),
        IN_A_FOLDER(a_damaged_entry_is_made_again),
        IN_A_FOLDER(a_bit_that_flipped_on_the_disk_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
