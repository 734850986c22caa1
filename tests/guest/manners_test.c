/* The library as a guest in somebody's process: it says nothing, changes nothing,
 * leaves nothing behind, and reads numbers the same in every country. */
#include "../api/api.h"
#include "watch.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char *folder;                    /* of this test: cache, sources, captures */

static int make_folder(void **state)
{
    char *name;
    (void)state;
    if (asprintf(&name, "%s/guest-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp") < 0 || !mkdtemp(name))
        return -1;
    folder = name;
    return setenv("XDG_CACHE_HOME", folder, 1);
}

static int remove_folder(void **state)
{
    char command[400];
    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    int code = system(command);
    free(folder);
    return code;
}

static leat_builder *guest(void) { return builder_of("../../guest/modules/guest.c", NULL); }

/* Everything a host does in a day: builds that work and that do not, runs too. */
static void a_day(void)
{
    leat_driver *d = built(guest());
    assert_answer(d, "scaled", "points=[{\"x\":1.5,\"n\":2},{\"x\":0.25,\"n\":4}];scale=0.5", "2");
    assert_answer(d, "text", "n=3", "\"3\"");
    assert_answer(d, "calls", "n=3", "3");
    assert_fails(d, "refused", "n=3", "refused failed: no 3");
    assert_fails(d, "scaled", "scale=much", "scale");
    leat_driver_free(d);
    leat_builder *b = builder_of("syntax.c", NULL);
    assert_refused(b);
    assert_has(leat_builder_compiler_output(b), "error");
    leat_builder_free(b);
    b = builder_of("wrong.c", "no_such_file.c", NULL);
    assert_refused(b);
    leat_builder_free(b);
}

static unsigned descriptors(void)
{
    unsigned n = 0;
    DIR *dir = opendir("/proc/self/fd");
    assert_non_null(dir);
    while (readdir(dir))
        n++;
    closedir(dir);
    return n;
}

/* --- it says nothing --- */

static void nothing_is_printed(void **state)
{
    (void)state;
    char path[400], held[400];
    struct stat st;
    snprintf(path, sizeof path, "%s/said", folder);
    int kept[2] = { dup(1), dup(2) }, to = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    fflush(NULL);
    dup2(to, 1);
    dup2(to, 2);
    a_day();
    fflush(NULL);
    dup2(kept[0], 1);
    dup2(kept[1], 2);
    close(kept[0]);
    close(kept[1]);
    assert_int_equal(fstat(to, &st), 0);
    ssize_t n = pread(to, held, sizeof held - 1, 0);
    close(to);
    held[n > 0 ? n : 0] = 0;
    assert_string_equal(held, "");
    assert_int_equal(st.st_size, 0);
}

/* --- it changes nothing --- */

static void on_signal(int number) { (void)number; }

static void read_actions(struct sigaction out[65])
{
    for (int i = 1; i < 65; i++)
        if (sigaction(i, NULL, &out[i]) < 0)
            memset(&out[i], 0, sizeof out[i]);
}

static void signals_masks_locale_and_folder_stay(void **state)
{
    (void)state;
    static struct sigaction before[65], after[65];
    sigset_t mask, mask_after;
    char here[400], here_after[400];
    mode_t mine = umask(027);
    char *locale = strdup(setlocale(LC_ALL, NULL));
    signal(SIGCHLD, on_signal);
    signal(SIGPIPE, on_signal);
    read_actions(before);
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    assert_non_null(getcwd(here, sizeof here));
    a_day();
    read_actions(after);
    pthread_sigmask(SIG_SETMASK, NULL, &mask_after);
    assert_non_null(getcwd(here_after, sizeof here_after));
    signal(SIGCHLD, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    for (int i = 1; i < 65; i++)
        assert_true(before[i].sa_handler == after[i].sa_handler && before[i].sa_flags == after[i].sa_flags);
    assert_memory_equal(&mask, &mask_after, sizeof(long));    /* the rest of the type is nobody's */
    assert_string_equal(here, here_after);
    assert_string_equal(locale, setlocale(LC_ALL, NULL));
    assert_int_equal(umask(mine), 027);
    free(locale);
}

/* The build cache's place, and what the compiler reads. */
static void of_the_environment_only_the_listed_is_read(void **state)
{
    (void)state;
    static const char listed[] =
        " XDG_CACHE_HOME  HOME  PATH  CPATH  C_INCLUDE_PATH  LIBRARY_PATH  LD_LIBRARY_PATH  LD_RUN_PATH "
        " COMPILER_PATH  GCC_EXEC_PREFIX  CCC_OVERRIDE_OPTIONS  SOURCE_DATE_EPOCH  PKG_CONFIG_PATH "
        " PKG_CONFIG_LIBDIR  PKG_CONFIG_SYSROOT_DIR ";
    char *words, *rest, *word, spaced[100];
    watch_begin();
    a_day();
    assert_has(watch.asked, " XDG_CACHE_HOME ");
    assert_has(watch.asked, " PATH ");
    words = rest = strdup(watch.asked);
    while ((word = strsep(&rest, " ")))
        if (*word) {
            snprintf(spaced, sizeof spaced, " %s ", word);
            assert_has(listed, spaced);
        }
    free(words);
}

static void modules_are_loaded_at_once_for_themselves_alone(void **state)
{
    (void)state;
    watch_begin();
    a_day();
    assert_true(watch.loaded >= 2);         /* an image and its calls */
    assert_int_equal(watch.otherwise, 0);
}

/* --- it leaves nothing behind --- */

static void every_descriptor_is_closed_on_exec(void **state)
{
    (void)state;
    char command[400];
    snprintf(command, sizeof command, "rm -rf '%s/leat'", folder);
    assert_int_equal(system(command), 0);       /* so that everything is compiled */
    watch_begin();
    unsigned before = descriptors();
    a_day();
    assert_int_equal(descriptors(), before);
    assert_true(watch.opened > 20);
    assert_int_equal(watch.careless, 0);
    assert_true(watch.spawned >= 4);
    assert_int_equal(watch.inherited, 0);
}

static void a_hundred_builds_and_runs_leave_no_descriptor(void **state)
{
    (void)state;
    a_day();
    unsigned before = descriptors();
    for (int i = 0; i < 100; i++) {
        leat_driver *d = built(guest());
        assert_answer(d, "text", "n=3", "\"3\"");
        assert_fails(d, "refused", "n=3", "refused failed: no 3");
        leat_driver_free(d);
    }
    assert_int_equal(descriptors(), before);
}

/* --- numbers --- */

/* A country that writes 1,5: made here, for few machines have one. */
static bool enter_comma_country(void)
{
    char command[600];
    snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 '%s/de_DE.UTF-8' > /dev/null 2>&1", folder);
    if (system(command) < 0)
        return false;
    setenv("LOCPATH", folder, 1);
    bool entered = setlocale(LC_ALL, "de_DE.UTF-8") != NULL;
    unsetenv("LOCPATH");
    return entered && !strcmp(localeconv()->decimal_point, ",");
}

static void numbers_read_and_print_the_same_in_every_country(void **state)
{
    (void)state;
    if (!enter_comma_country()) {
        print_message("# no locale with a comma can be made here\n");
        return;         /* cmocka tells a skipped test of TAP as a failed one */
    }
    char csv[400];
    snprintf(csv, sizeof csv, "%s/points.csv", folder);
    FILE *f = fopen(csv, "w");
    assert_non_null(f);
    fputs("x,n\n1.5,2\n0.25,4\n", f);
    fclose(f);
    leat_driver *d = built(guest());
    assert_answer(d, "scaled", "points=[{\"x\":1.5,\"n\":2},{\"x\":0.25,\"n\":4}];scale=0.125", "0.5");
    assert_fails(d, "scaled", "points=[];scale=0,5", "0,5 is no double");
    double scaled = 0;
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_set_file(r, "points", csv), 0);
    assert_int_equal(leat_run_set_text(r, "scale", "2.5e-1"), 0);
    assert_int_equal(leat_run_output(r, "scaled", &scaled), 0);
    assert_int_equal(leat_run_execute(r, NULL), 0);
    assert_true(scaled == 1);
    assert_json(r, "scaled", "1");
    leat_run_free(r);
    leat_driver_free(d);
    setlocale(LC_ALL, "C");
}

/* --- a host with children of its own --- */

static volatile sig_atomic_t reaped;

static void reap_all(int number)
{
    int kept = errno;
    (void)number;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        reaped++;
    errno = kept;
}

static _Atomic int reaping;

/* The other habit: a thread that waits for whoever ends. It is let win each time:
 * the library looks at a child when that is gone. */
static sem_t gone;

static void *reap_for_ever(void *unused)
{
    while (reaping)
        if (waitpid(-1, NULL, 0) > 0)
            sem_post(&gone);
        else
            sched_yield();
    return unused;
}

static void await_reaper(void)
{
    while (sem_wait(&gone) < 0)
        continue;
    reaped++;
}

static void forget_compiled(void)
{
    char command[400];
    snprintf(command, sizeof command, "rm -rf '%s/leat'", folder);
    assert_int_equal(system(command), 0);
}

static void a_host_may_reap_our_compiler_in_its_handler(void **state)
{
    (void)state;
    struct sigaction action = { .sa_handler = reap_all, .sa_flags = SA_RESTART };
    forget_compiled();
    reaped = 0;
    sigaction(SIGCHLD, &action, NULL);
    a_day();
    signal(SIGCHLD, SIG_DFL);
    assert_true(reaped > 0);
}

static void a_host_may_reap_our_compiler_in_a_thread(void **state)
{
    (void)state;
    pthread_t thread;
    forget_compiled();
    reaped = 0;
    reaping = 1;
    sem_init(&gone, 0, 0);
    watch_begin();
    watch.at_spawn = await_reaper;
    pthread_create(&thread, NULL, reap_for_ever, NULL);
    a_day();
    watch.at_spawn = NULL;
    reaping = 0;
    pthread_join(thread, NULL);
    sem_destroy(&gone);
    assert_true(reaped >= 4);
}

static void a_host_may_ignore_its_children(void **state)
{
    (void)state;
    forget_compiled();
    signal(SIGCHLD, SIG_IGN);
    a_day();
    signal(SIGCHLD, SIG_DFL);
}

static void children_of_the_host_are_left_to_it(void **state)
{
    (void)state;
    int status = 0;
    forget_compiled();
    pid_t child = fork();
    if (!child)
        _exit(7);
    a_day();
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);       /* and we left none of ours */
    assert_int_equal(errno, ECHILD);
}

/* --- several drivers --- */

static void *use_one(void *driver)
{
    for (int i = 0; i < 50; i++) {
        char expected[20], input[20];
        snprintf(expected, sizeof expected, "\"%d\"", i);
        snprintf(input, sizeof input, "n=%d", i);
        assert_answer(driver, "text", input, expected);
    }
    return NULL;
}

static void drivers_of_one_process_do_not_know_each_other(void **state)
{
    (void)state;
    enum { DRIVERS = 4 };
    leat_driver *d[DRIVERS];
    pthread_t thread[DRIVERS];
    for (int i = 0; i < DRIVERS; i++)
        d[i] = built(i % 2 ? builder_of("../../guest/modules/guest.c", "runs.c", NULL) : guest());
    for (int i = 0; i < DRIVERS; i++)
        pthread_create(&thread[i], NULL, use_one, d[i]);
    for (int i = 0; i < DRIVERS; i++)
        pthread_join(thread[i], NULL);
    leat_driver_free(d[0]);
    assert_answer(d[1], "text", "n=9", "\"9\"");
    for (int i = 1; i < DRIVERS; i++)
        leat_driver_free(d[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_printed),
        cmocka_unit_test(signals_masks_locale_and_folder_stay),
        cmocka_unit_test(of_the_environment_only_the_listed_is_read),
        cmocka_unit_test(modules_are_loaded_at_once_for_themselves_alone),
        cmocka_unit_test(every_descriptor_is_closed_on_exec),
        cmocka_unit_test(a_hundred_builds_and_runs_leave_no_descriptor),
        cmocka_unit_test(numbers_read_and_print_the_same_in_every_country),
        cmocka_unit_test(a_host_may_reap_our_compiler_in_its_handler),
        cmocka_unit_test(a_host_may_reap_our_compiler_in_a_thread),
        cmocka_unit_test(a_host_may_ignore_its_children),
        cmocka_unit_test(children_of_the_host_are_left_to_it),
        cmocka_unit_test(drivers_of_one_process_do_not_know_each_other),
    };
    return cmocka_run_group_tests_name("manners", tests, make_folder, remove_folder);
}
