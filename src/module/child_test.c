/* Children: what they say, how they end, what they may not do. */
#include "module/testing.h"
#include "module/child.h"
#include "module/depend.h"
#include <signal.h>

static struct leat__child shell(const char *script, struct leat__spawn s)
{
    const char *argv[] = { "sh", "-c", script, NULL };
    struct leat__child c;
    leat_error err = { 0 };
    s.program = "/bin/sh";
    s.argv = argv;
    if (leat__spawn_run(&c, &s, &err))
        fail_msg("%s", err.message);
    return c;
}

static void output_and_errors_are_kept_apart_or_together(void **state)
{
    (void)state;
    struct leat__child c = shell("echo out; echo err >&2; exit 3", (struct leat__spawn){ 0 });
    assert_string_equal(c.output.data, "out\n");
    assert_string_equal(c.errors.data, "err\n");
    assert_int_equal(c.status, 3);
    assert_false(leat__child_succeeded(&c, NULL));
    leat__child_fini(&c);
    c = shell("echo out; echo err >&2", (struct leat__spawn){ .together = true });
    assert_string_equal(c.output.data, "out\nerr\n");
    assert_true(leat__child_succeeded(&c, NULL));
    leat__child_fini(&c);
}

static void a_signal_is_told(void **state)
{
    (void)state;
    struct leat__child c = shell("kill -SEGV $$", (struct leat__spawn){ 0 });
    assert_int_equal(c.signal, SIGSEGV);
    assert_int_equal(c.status, -1);
    leat__child_fini(&c);
}

static void much_output_never_blocks_and_is_cut(void **state)
{
    (void)state;
    struct leat__child c = shell("head -c 3000000 /dev/zero", (struct leat__spawn){ 0 });
    assert_int_equal(c.status, 0);
    assert_int_equal(c.output.len, 1 << 20);
    leat__child_fini(&c);
    c = shell("cat /dev/zero", (struct leat__spawn){ .most = 100000 });
    assert_true(c.cut);
    assert_int_equal(c.signal, SIGKILL);
    leat__child_fini(&c);
}

static void limits_hold(void **state)
{
    (void)state;
    /* they are set when the child runs already */
    struct leat__child c = shell("while [ $(ulimit -f) = unlimited ]; do :; done; head -c 100000 /dev/zero > large; wc -c < large",
                                 (struct leat__spawn){ .file = 4096 });
    assert_int_equal(atoi(c.output.data), 4096);
    leat__child_fini(&c);
}

static void standard_input_is_empty_and_the_temporary_folder_ours(void **state)
{
    (void)state;
    setenv("DEPENDENCIES_OUTPUT", "somewhere", 1);
    struct leat__child c = shell("cat; echo \"$TMPDIR$DEPENDENCIES_OUTPUT\"", (struct leat__spawn){ .tmpdir = "/t" });
    assert_string_equal(c.output.data, "/t\n");
    leat__child_fini(&c);
    unsetenv("DEPENDENCIES_OUTPUT");
}

static void a_program_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    const char *argv[] = { "no", NULL };
    struct leat__spawn s = { .program = "/no/such/program", .argv = argv };
    struct leat__child c;
    leat_error err = { 0 };
    assert_int_equal(leat__spawn_run(&c, &s, &err), LEAT_ESYSTEM);
    assert_string_equal(err.message, "cannot run /no/such/program: No such file or directory");
    leat__child_fini(&c);
}

static void a_host_that_reaps_all_children_costs_the_status_only(void **state)
{
    (void)state;
    signal(SIGCHLD, SIG_IGN);
    struct leat__child c = shell("echo said", (struct leat__spawn){ 0 });
    signal(SIGCHLD, SIG_DFL);
    assert_string_equal(c.output.data, "said\n");
    assert_int_equal(c.status, -1);
    assert_true(leat__child_succeeded(&c, "/bin/sh"));
    assert_false(leat__child_succeeded(&c, "/no/such/product"));
    leat__child_fini(&c);
}

/* A compiler may start a server of its own that stays (caches do). */
static void what_the_child_leaves_running_is_not_waited_for(void **state)
{
    (void)state;
    int stays[2];
    char command[80];
    assert_int_equal(pipe(stays), 0);
    snprintf(command, sizeof command, "(read x <&%d) & echo said", stays[0]);
    struct leat__child c = shell(command, (struct leat__spawn){ 0 });
    assert_string_equal(c.output.data, "said\n");
    assert_int_equal(c.status, 0);
    close(stays[0]);
    close(stays[1]);                /* and it ends */
    leat__child_fini(&c);
}

static void rule_reads_as(const char *rule, const char *expected)
{
    struct leat__arena arena = { 0 };
    struct leat__text got = { 0 };
    char **paths, *text = strdup(rule);
    size_t n;
    assert_int_equal(leat__depend_parse(&arena, text, &paths, &n, NULL), 0);
    for (size_t i = 0; i < n; i++)
        leat__text_printf(&got, "<%s>", paths[i]);
    assert_string_equal(got.data ? got.data : "", expected);
    leat__text_fini(&got);
    leat__arena_fini(&arena);
    free(text);
}

static void make_rules_are_read_as_compilers_write_them(void **state)
{
    (void)state;
    rule_reads_as("object: a.c /usr/include/b.h \\\n ../c.h\n", "<a.c></usr/include/b.h><../c.h>");
    rule_reads_as("object: a\\ b.c c\\#d.h e$$f.h\n", "<a b.c><c#d.h><e$f.h>");
    rule_reads_as("object: a.c", "<a.c>");
    rule_reads_as("object: \\\n", "");
    rule_reads_as("", "");
    rule_reads_as("no colon", "");
}

#define IN_A_FOLDER(f) cmocka_unit_test_setup_teardown(f, enter_folder, leave_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_and_errors_are_kept_apart_or_together),
        cmocka_unit_test(a_signal_is_told),
        cmocka_unit_test(much_output_never_blocks_and_is_cut),
        IN_A_FOLDER(limits_hold),
        cmocka_unit_test(standard_input_is_empty_and_the_temporary_folder_ours),
        cmocka_unit_test(a_program_that_is_not_there_is_an_error),
        cmocka_unit_test(what_the_child_leaves_running_is_not_waited_for),
        cmocka_unit_test(a_host_that_reaps_all_children_costs_the_status_only),
        cmocka_unit_test(make_rules_are_read_as_compilers_write_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
