/* A store's process dies at every write, or the disk fails there: what was told to
 * be durable is there afterwards, and what is there is whole from its beginning. */
#include "disk.h"
#include "store/journal.h"
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

enum { COMMITS = 12, LONG_COMMITS = 1100 };

static char dir[] = "/tmp/leat-store-XXXXXX", store[64];
static struct told { _Atomic uint32_t runs, rows; } *told;     /* of the child: what it was told is durable */

static int drop(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

static void forget_store(void) { nftw(store, drop, 8, FTW_DEPTH | FTW_PHYS); }

static struct leat__journal *open_store(leat_error *err)
{
    void *self;
    struct leat__journal *j = NULL;
    if (leat__store_self(store, DISK, &self, err) == 0)
        leat__journal_new(&leat__store_ops, self, LEAT__JOURNAL_ALONE, &j, err);
    return j;
}

/* Rows whose body tells their number, one to three a commit. Stops where something fails. */
static void write_rows(uint32_t commits)
{
    struct leat__life *l = NULL;
    struct leat__journal *j = open_store(NULL);
    char body[600];
    uint32_t n = 0;
    memset(body, 'x', sizeof body);
    if (!j || leat__life_begin(j, "crash", &l, NULL) < 0) {
        leat__journal_unref(j);
        return;
    }
    told->runs = 1;
    for (uint32_t i = 0; i < commits; i++) {
        for (uint32_t k = 0; k <= i % 3; k++) {
            uint32_t number = ++n;
            memcpy(body, &number, sizeof number);
            struct leat__row row = { .kind = LEAT__ROW_DONE, .task = number, .body = body, .len = 4 + number % 500 };
            if (leat__life_append(l, &row, (struct leat__then){ 0 }) < 0)
                break;
        }
        if (leat__life_sync(l, NULL) < 0)
            break;
        told->rows = n;
    }
    leat__life_free(l);
    leat__journal_unref(j);
}

static int check_row(void *user, const struct leat__row *row)
{
    uint32_t *rows = user, number;
    if (row->kind == LEAT__ROW_ADOPT)
        return 0;
    memcpy(&number, row->body, sizeof number);
    assert_int_equal(row->kind, LEAT__ROW_DONE);
    assert_int_equal(number, ++*rows);
    assert_int_equal(row->task, number);
    assert_int_equal(row->len, 4 + number % 500);
    return 0;
}

static int count_run(void *user, const struct leat__run_row *r)
{
    assert_string_equal(r->name, "crash");
    return ++*(int *)user, 0;
}

/* Everything told is there, in order; and the run goes on. */
static void check_store(void)
{
    leat_error err = { 0 };
    struct leat__life *l;
    uint32_t rows = 0;
    int runs = 0;
    struct leat__journal *j = open_store(&err);
    if (!j)
        fail_msg("%s", err.message);
    assert_int_equal(leat__journal_list(j, count_run, &runs, NULL), 0);
    assert_true(runs >= (int)told->runs);
    if (runs) {
        assert_int_equal(leat__journal_read(j, 1, check_row, &rows, &err), 0);
        assert_true(rows >= told->rows);
        assert_int_equal(leat__life_resume(j, 1, &l, &err), 0);
        assert_int_equal(leat__life_run(l)->token, 2);
        leat__life_free(l);
    }
    leat__journal_unref(j);
}

/* true: the child was killed there; false: it got through. */
static bool die_at(long nth, uint32_t commits)
{
    told->runs = told->rows = 0;
    disk_arm(DISK_KILL, nth);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (!pid) {
        write_rows(commits);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static void what_was_durable_survives_a_kill_at_every_write(void **state)
{
    (void)state;
    long n = 1;
    for (bool killed = true; killed; n++) {
        for (int way = 0; killed && way < 4; way++) {   /* nothing lost, all that was not synced, some of it */
            forget_store();
            killed = die_at(n, COMMITS);
            if (killed && way)
                disk_cut((unsigned)(way - 1) * (unsigned)n);
            disk_arm(DISK_FINE, 0);
            check_store();
        }
    }
    assert_true(n > 2 * COMMITS);
}

/* The log is begun anew meanwhile: writes to the database itself. */
static void what_was_durable_survives_while_the_log_is_recycled(void **state)
{
    (void)state;
    forget_store();
    assert_false(die_at(0, LONG_COMMITS));
    assert_int_equal(told->rows, 2 * LONG_COMMITS - 1);
    long all = disk_count();
    for (long n = all - 40; n > 0; n -= all / 24) {
        forget_store();
        assert_true(die_at(n, LONG_COMMITS));
        disk_cut((unsigned)n);
        disk_arm(DISK_FINE, 0);
        check_store();
    }
}

static void a_disk_that_fails_once_is_not_trusted_again(void **state)
{
    (void)state;
    long n = 1;
    for (bool failed = true; failed; n++) {
        forget_store();
        told->runs = told->rows = 0;
        disk_arm(DISK_FAIL, n);
        write_rows(COMMITS);
        failed = disk_count() >= n;
        disk_arm(DISK_FINE, 0);
        check_store();
    }
    assert_true(n > 2 * COMMITS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_durable_survives_a_kill_at_every_write),
        cmocka_unit_test(what_was_durable_survives_while_the_log_is_recycled),
        cmocka_unit_test(a_disk_that_fails_once_is_not_trusted_again),
    };
    if (!mkdtemp(dir))
        return 1;
    snprintf(store, sizeof store, "%s/store", dir);
    told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    disk_install();
    int failed = cmocka_run_group_tests_name("store", tests, NULL, NULL);
    forget_store();
    rmdir(dir);
    return failed;
}
