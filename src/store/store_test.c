/* Tests of the store: rows come back, one owner, what is damaged is named. */
#include "store/journal.h"
#include "store/store.h"
#include <ftw.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static char dir[64], file[96];

static int make_folder(void **state)
{
    (void)state;
    strcpy(dir, "/tmp/leat-store-XXXXXX");
    if (!mkdtemp(dir))
        return 1;
    strcat(dir, "/s");
    snprintf(file, sizeof file, "%s/journal.db", dir);
    return 0;
}

static int drop(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

static int drop_folder(void **state)
{
    (void)state;
    dir[strlen(dir) - 2] = 0;
    return nftw(dir, drop, 8, FTW_DEPTH | FTW_PHYS);
}

static struct leat__journal *open_store(void)
{
    leat_error err;
    struct leat__journal *j;
    if (leat__store_open(dir, &j, &err) < 0)
        fail_msg("%s", err.message);
    return j;
}

static void append(struct leat__life *l, enum leat__row_kind kind, uint64_t task, const char *body)
{
    struct leat__row row = { .kind = kind, .task = task, .attempt = 3, .code = kind == LEAT__ROW_FAILED ? -5 : 0,
                             .body = body, .len = strlen(body) };
    assert_int_equal(leat__life_append(l, &row, (struct leat__then){ 0 }), 0);
}

struct rows { uint32_t n; struct leat__row row[16]; char body[16][16]; };

static int keep(void *user, const struct leat__row *row)
{
    struct rows *r = user;
    r->row[r->n] = *row;
    memcpy(r->body[r->n], row->body, row->len);
    r->body[r->n++][row->len] = 0;
    return 0;
}

static void rows_come_back_in_order_in_another_life(void **state)
{
    (void)state;
    struct leat__life *l;
    struct leat__journal *j = open_store();
    assert_int_equal(leat__life_begin(j, "trip", &l, NULL), 0);
    uint64_t run = leat__life_run(l)->number;
    append(l, LEAT__ROW_PLAN, 0, "plan");
    append(l, LEAT__ROW_DONE, 7, "");
    append(l, LEAT__ROW_FAILED, 8, "why");
    leat__life_free(l);
    leat__journal_unref(j);

    j = open_store();
    assert_int_equal(leat__life_resume(j, run, &l, NULL), 0);
    assert_int_equal(leat__life_run(l)->token, 2);
    assert_string_equal(leat__life_run(l)->name, "trip");
    struct rows r = { 0 };
    assert_int_equal(leat__journal_read(j, run, keep, &r, NULL), 0);
    assert_int_equal(r.n, 4);
    static const enum leat__row_kind kinds[] = { LEAT__ROW_PLAN, LEAT__ROW_DONE, LEAT__ROW_FAILED, LEAT__ROW_ADOPT };
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(r.row[i].kind, kinds[i]);
        assert_int_equal(r.row[i].seq, i + 1);
        assert_int_equal(r.row[i].token, i == 3 ? 2 : 1);
    }
    assert_int_equal(r.row[2].task, 8);
    assert_int_equal(r.row[2].attempt, 3);
    assert_int_equal(r.row[2].code, -5);
    assert_string_equal(r.body[2], "why");
    leat__life_free(l);
    leat__journal_unref(j);
}

static int keep_run(void *user, const struct leat__run_row *r)
{
    struct leat__run_row **at = user;
    *(*at)++ = *r;
    return 0;
}

static void runs_are_told_newest_first_with_their_state(void **state)
{
    (void)state;
    struct leat__life *l[3];
    struct leat__run_row run[3], *at = run;
    struct leat__journal *j = open_store();
    for (int i = 0; i < 3; i++)
        assert_int_equal(leat__life_begin(j, "x", &l[i], NULL), 0);
    append(l[0], LEAT__ROW_SUSPEND, 0, "");
    append(l[1], LEAT__ROW_END, 0, "");
    for (int i = 0; i < 3; i++)
        leat__life_free(l[i]);
    assert_int_equal(leat__journal_list(j, keep_run, &at, NULL), 0);
    assert_ptr_equal(at, run + 3);
    assert_int_equal(run[0].number, 3);
    assert_int_equal(run[0].state, LEAT__RUN_RUNNING);
    assert_int_equal(run[1].state, LEAT__RUN_OVER);
    assert_int_equal(run[2].state, LEAT__RUN_SUSPENDED);
    assert_int_equal(run[2].head, 1);
    assert_memory_not_equal(run[0].uuid, run[1].uuid, 16);
    leat_error err;
    assert_int_equal(leat__life_resume(j, 2, &l[0], &err), LEAT_EUSAGE);
    assert_non_null(strstr(err.message, "run 2 is over"));
    assert_int_equal(leat__life_resume(j, 9, &l[0], &err), LEAT_ENOTFOUND);
    leat__journal_unref(j);
}

/* Nobody writes it any more, and nothing of it is kept in memory. */
static void nothing_follows_the_end_of_a_run(void **state)
{
    (void)state;
    struct leat__life *l, *other;
    leat_error err;
    struct leat__row row = { .kind = LEAT__ROW_SIGNAL };
    struct leat__journal *j = open_store();
    for (int suspended = 0; suspended < 2; suspended++) {
        assert_int_equal(leat__life_begin(j, "trip", &l, NULL), 0);
        assert_int_equal(leat__life_begin(j, "other", &other, NULL), 0);
        append(l, suspended ? LEAT__ROW_SUSPEND : LEAT__ROW_END, 0, "");
        assert_int_equal(leat__life_sync(l, &err), 0);
        append(l, LEAT__ROW_DONE, 1, "late");
        assert_int_equal(leat__life_sync(l, &err), LEAT_EFENCED);
        uint64_t run = leat__life_run(l)->number;
        leat__life_free(l);
        assert_int_equal(leat__life_resume(j, run, &l, &err), suspended ? 0 : LEAT_EUSAGE);
        if (suspended) {
            assert_int_equal(leat__life_append(l, &row, (struct leat__then){ 0 }), 0);
            assert_int_equal(leat__life_sync(l, &err), 0);
            leat__life_free(l);
        }
        append(other, LEAT__ROW_DONE, 1, "as ever");
        assert_int_equal(leat__life_sync(other, &err), 0);
        leat__life_free(other);
    }
    leat__journal_unref(j);
}

static void a_second_opener_is_told_who_has_it(void **state)
{
    (void)state;
    leat_error err;
    struct leat__journal *j = open_store(), *other;
    assert_int_equal(leat__store_open(dir, &other, &err), LEAT_EBUSY);
    assert_non_null(strstr(err.message, "is open already in this process"));
    leat__journal_unref(j);
    leat__journal_unref(open_store());
}

static void nobody_else_may_look_into_it(void **state)
{
    (void)state;
    struct stat st;
    leat_error err;
    struct leat__journal *j = open_store();
    assert_int_equal(stat(dir, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    leat__journal_unref(j);
    assert_int_equal(chmod(dir, 0777), 0);
    assert_int_equal(leat__store_open(dir, &j, &err), LEAT_EUNSUPPORTED);
    assert_non_null(strstr(err.message, "chmod 700"));
}

/* What a program other than Leat does to the file. */
static void change(const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void damage(const char *sql, const char *expected, uint32_t before)
{
    leat_error err;
    struct leat__life *l;
    struct rows r = { 0 };
    struct leat__journal *j = open_store();
    assert_int_equal(leat__life_begin(j, "x", &l, NULL), 0);
    char said[200], changed[200];
    unsigned run = (unsigned)leat__life_run(l)->number;
    for (uint64_t i = 1; i <= 5; i++)
        append(l, LEAT__ROW_DONE, i, "body");
    leat__life_free(l);
    leat__journal_unref(j);
    snprintf(changed, sizeof changed, sql, run);
    snprintf(said, sizeof said, expected, run);
    change(changed);
    j = open_store();
    assert_int_equal(leat__journal_read(j, run, keep, &r, &err), LEAT_ECORRUPT);
    assert_non_null(strstr(err.message, said));
    assert_int_equal(r.n, before);
    leat__journal_unref(j);
}

static void a_damaged_row_is_named(void **state)
{
    (void)state;
    damage("UPDATE journal SET body='BODY' WHERE run=%u AND seq=3", "run %u, row 3 is damaged", 2);
    damage("UPDATE journal SET task=9 WHERE run=%u AND seq=1", "run %u, row 1 is damaged", 0);
    damage("UPDATE journal SET kind=99 WHERE run=%u AND seq=2", "run %u, row 2 is damaged", 1);
    damage("DELETE FROM journal WHERE run=%u AND seq=4", "run %u, row 4 is damaged", 3);
    damage("UPDATE journal SET sum=x'00' WHERE run=%u AND seq=5", "run %u, row 5 is damaged", 4);
}

static void what_is_not_ours_is_refused(void **state)
{
    (void)state;
    leat_error err;
    struct leat__journal *j = open_store();
    leat__journal_unref(j);
    change("PRAGMA user_version=2");
    assert_int_equal(leat__store_open(dir, &j, &err), LEAT_ECORRUPT);
    assert_non_null(strstr(err.message, "newer Leat"));
    change("PRAGMA application_id=5");
    assert_int_equal(leat__store_open(dir, &j, &err), LEAT_ECORRUPT);
    assert_non_null(strstr(err.message, "another program"));
    FILE *f = fopen(file, "w");
    fputs("this is text, and more of it than a header", f);
    for (int i = 0; i < 200; i++)
        fputs("........................", f);
    fclose(f);
    assert_int_equal(leat__store_open(dir, &j, &err), LEAT_ECORRUPT);
}

static void write_empty(const char *path)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fclose(f);
}

static void a_store_that_was_emptied_is_damaged(void **state)
{
    (void)state;
    leat_error err;
    struct leat__journal *j = open_store();
    leat__journal_unref(j);
    write_empty(file);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(leat__store_open(dir, &j, &err), LEAT_ECORRUPT);
        assert_non_null(strstr(err.message, "journal.db is empty, and was not"));
    }
    remove(file);               /* who removes it means to begin anew */
    j = open_store();
    leat__journal_unref(j);
}

/* Killed while it was made, a store is no more than its folder, the lock and an empty file. */
static void a_store_that_was_never_whole_is_new(void **state)
{
    (void)state;
    char lock[80];
    struct leat__journal *j;
    snprintf(lock, sizeof lock, "%s/lock", dir);
    assert_int_equal(mkdir(dir, 0700), 0);
    write_empty(lock);
    write_empty(file);
    j = open_store();
    leat__journal_unref(j);
    remove(file);
    j = open_store();
    leat__journal_unref(j);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, drop_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rows_come_back_in_order_in_another_life),
        TEST(runs_are_told_newest_first_with_their_state),
        TEST(nothing_follows_the_end_of_a_run),
        TEST(a_second_opener_is_told_who_has_it),
        TEST(nobody_else_may_look_into_it),
        TEST(a_damaged_row_is_named),
        TEST(what_is_not_ours_is_refused),
        TEST(a_store_that_was_emptied_is_damaged),
        TEST(a_store_that_was_never_whole_is_new),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
