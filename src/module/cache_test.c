/* The build cache: whose folder it is, and entries that never change. */
#include "module/testing.h"
#include "module/cache.h"
#include "module/trail.h"
#include <fcntl.h>
#include <sys/wait.h>

static struct leat__digest digest_of(const char *s)
{
    struct leat__hasher h;
    leat__digest_begin(&h, "test");
    leat__digest_text(&h, s);
    return leat__digest_end(&h);
}

static void refused_with(const char *part)
{
    struct leat__cache c = { -1, NULL };
    leat_error err = { 0 };
    assert_true(leat__cache_open(&c, &err) < 0);
    if (!strstr(err.message, part))
        fail_msg("\"%s\" does not say \"%s\"", err.message, part);
}

static void the_folder_is_made_for_its_owner_alone(void **state)
{
    struct leat__cache c = { -1, NULL };
    struct stat st;
    char deep[256];
    snprintf(deep, sizeof deep, "%s/not/there/yet", (char *)*state);
    setenv("XDG_CACHE_HOME", deep, 1);
    assert_int_equal(leat__cache_open(&c, NULL), 0);
    assert_int_equal(stat("not/there/yet/leat", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    leat__cache_close(&c);
}

static void a_relative_xdg_folder_does_not_count(void **state)
{
    char *path = NULL;
    setenv("XDG_CACHE_HOME", "here", 1);
    setenv("HOME", *state, 1);
    int dir = leat__build_cache_open(&path, NULL);
    assert_true(dir >= 0);
    assert_int_equal(access("here", F_OK), -1);
    assert_int_equal(access(".cache/leat", F_OK), 0);
    close(dir);
    free(path);
}

static void a_symbolic_link_is_refused(void **state)
{
    (void)state;
    assert_int_equal(mkdir("elsewhere", 0700), 0);
    assert_int_equal(symlink("elsewhere", "leat"), 0);
    refused_with("it is a symbolic link");
}

static void a_folder_that_others_may_enter_is_refused(void **state)
{
    (void)state;
    assert_int_equal(mkdir("leat", 0700), 0);
    assert_int_equal(chmod("leat", 0770), 0);
    refused_with("others may enter it (mode 770; chmod 700 it)");
    assert_int_equal(chmod("leat", 0701), 0);
    refused_with("others may enter it");
}

static void a_file_in_its_place_is_refused(void **state)
{
    (void)state;
    write_file("leat", "no folder");
    refused_with("cannot use the build cache");
}

static void a_folder_of_somebody_else_is_refused(void **state)
{
    (void)state;
    if (geteuid() != 0)
        return;     /* only root can give one away; skip() would read as a failure */
    assert_int_equal(mkdir("leat", 0700), 0);
    assert_int_equal(chown("leat", 1, 1), 0);
    refused_with("it belongs to another user");
}

static void the_first_bytes_of_an_entry_stay(void **state)
{
    (void)state;
    struct leat__cache c = { -1, NULL };
    struct leat__digest d = digest_of("entry");
    char *data = NULL;
    size_t len = 0;
    assert_int_equal(leat__cache_open(&c, NULL), 0);
    assert_int_equal(leat__cache_read(&c, &d, ".x", 100, &data, &len, NULL), LEAT_ENOTFOUND);
    assert_int_equal(leat__cache_size(&c, &d, ".x"), -1);
    assert_int_equal(leat__cache_publish(&c, &d, ".x", "first", 5, NULL), 0);
    assert_int_equal(leat__cache_publish(&c, &d, ".x", "second", 6, NULL), 0);
    write_file("third", "third one");
    assert_int_equal(leat__cache_publish_file(&c, &d, ".x", "third", NULL), 0);
    assert_int_equal(leat__cache_size(&c, &d, ".x"), 5 + (int)sizeof d);       /* and its seal */
    assert_int_equal(leat__cache_read(&c, &d, ".x", 100, &data, &len, NULL), 0);
    assert_string_equal(data, "first");
    free(data);
    leat_error err = { 0 };
    assert_int_equal(leat__cache_read(&c, &d, ".x", 4, &data, &len, &err), LEAT_ESYSTEM);
    leat__cache_drop(&c, &d, ".x");
    assert_int_equal(leat__cache_size(&c, &d, ".x"), -1);
    leat__cache_close(&c);
}

static void a_job_folder_goes_with_its_files(void **state)
{
    (void)state;
    struct leat__cache c = { -1, NULL };
    char *a = NULL, *b = NULL, *file = NULL;
    assert_int_equal(leat__cache_open(&c, NULL), 0);
    assert_int_equal(leat__cache_job(&c, &a, NULL), 0);
    assert_int_equal(leat__cache_job(&c, &b, NULL), 0);
    assert_string_not_equal(a, b);
    assert_true(asprintf(&file, "%s/work", a) > 0);
    write_file(file, "x");
    char *gone = strdup(a);
    leat__cache_job_end(a);
    assert_int_equal(access(gone, F_OK), -1);
    leat__cache_job_end(b);
    leat__cache_job_end(NULL);
    free(gone);
    free(file);
    leat__cache_close(&c);
}

static void work_that_was_cut_off_is_swept_away_after_a_day(void **state)
{
    (void)state;
    struct leat__cache c = { -1, NULL };
    struct timespec old[2] = { { 1000000, 0 }, { 1000000, 0 } };
    char *job = NULL;
    assert_int_equal(leat__cache_open(&c, NULL), 0);
    assert_int_equal(mkdir("leat/jobs", 0700) | mkdir("leat/jobs/old", 0700) | mkdir("leat/jobs/new", 0700), 0);
    write_file("leat/jobs/old/object.o", "half");
    assert_int_equal(utimensat(AT_FDCWD, "leat/jobs/old", old, 0), 0);
    assert_int_equal(leat__cache_job(&c, &job, NULL), 0);
    assert_int_equal(access("leat/jobs/old", F_OK), -1);
    assert_int_equal(access("leat/jobs/new", F_OK), 0);
    leat__cache_job_end(job);
    leat__cache_close(&c);
}

/* A folder named like one of ours, but after process `pid`. */
static char *folder_of(const char *ours, long pid)
{
    const char *name = strrchr(ours, '/') + 1;
    char *path = NULL;
    assert_true(asprintf(&path, "%.*s%ld%s", (int)(name - ours), ours, pid, strchr(name, '-')) > 0);
    assert_int_equal(mkdir(path, 0700), 0);
    return path;
}

static void work_whose_process_is_gone_is_swept_away_at_once(void **state)
{
    (void)state;
    struct leat__cache c = { -1, NULL };
    char *job = NULL, *next = NULL;
    assert_int_equal(leat__cache_open(&c, NULL), 0);
    assert_int_equal(leat__cache_job(&c, &job, NULL), 0);
    pid_t child = fork();
    if (!child)
        _exit(0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    char *gone = folder_of(job, child), *alive = folder_of(job, getppid());
    assert_int_equal(leat__cache_job(&c, &next, NULL), 0);
    assert_int_equal(access(gone, F_OK), -1);
    assert_int_equal(access(alive, F_OK), 0);
    assert_int_equal(access(job, F_OK), 0);
    assert_int_equal(rmdir(alive), 0);
    leat__cache_job_end(job);
    leat__cache_job_end(next);
    free(gone);
    free(alive);
    leat__cache_close(&c);
}

static char *followed(struct leat__cache *c, struct leat__trail *t)
{
    char *data = NULL;
    size_t len;
    leat__trail_fini(t);
    t->at = digest_of("source");
    return leat__trail_follow(t, c, &data, &len, NULL) == 0 ? data : NULL;
}

/* What a compilation does after it saw which files it read. */
static void ended(struct leat__cache *c, struct leat__trail *t, char *const *paths, size_t n, const char *end)
{
    assert_int_equal(leat__trail_extend(t, c, paths, n, NULL), 0);
    assert_int_equal(leat__trail_end(t, c, end, strlen(end), NULL), 0);
}

static void a_trail_forks_where_a_header_changes_and_leads_back(void **state)
{
    (void)state;
    struct leat__cache c = { -1, NULL };
    struct leat__trail t = { 0 };
    char *paths[] = { "a.h", "b.h" }, *end;
    assert_int_equal(leat__cache_open(&c, NULL), 0);
    write_file("a.h", "one");
    write_file("b.h", "b");
    assert_null(followed(&c, &t));
    ended(&c, &t, paths, 1, "with a");
    end = followed(&c, &t);
    assert_string_equal(end, "with a");
    free(end);
    write_file("a.h", "includes b");
    assert_null(followed(&c, &t));
    ended(&c, &t, paths, 2, "with a and b");
    end = followed(&c, &t);
    assert_string_equal(end, "with a and b");
    free(end);
    write_file("b.h", "other");
    assert_null(followed(&c, &t));
    ended(&c, &t, paths, 2, "with another b");
    write_file("a.h", "one");
    end = followed(&c, &t);
    assert_string_equal(end, "with a");
    free(end);
    unlink("a.h");
    assert_null(followed(&c, &t));
    leat__trail_fini(&t);
    leat__cache_close(&c);
}

static void a_damaged_trail_is_begun_anew(void **state)
{
    (void)state;
    struct leat__cache c = { -1, NULL };
    struct leat__trail t = { 0 };
    struct leat__digest d = digest_of("source");
    static const char *const damaged[] = { "", "F", "Fno end", "?", NULL };
    char *end;
    assert_int_equal(leat__cache_open(&c, NULL), 0);
    for (size_t i = 0; damaged[i]; i++) {
        assert_int_equal(leat__cache_publish(&c, &d, ".next", damaged[i], strlen(damaged[i]), NULL), 0);
        assert_null(followed(&c, &t));
        ended(&c, &t, NULL, 0, "whole");
        end = followed(&c, &t);
        assert_string_equal(end, "whole");
        free(end);
        leat__trail_drop(&t, &c);
    }
    leat__trail_fini(&t);
    leat__cache_close(&c);
}

#define IN_A_FOLDER(f) cmocka_unit_test_setup_teardown(f, enter_folder, leave_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(the_folder_is_made_for_its_owner_alone),
        IN_A_FOLDER(a_relative_xdg_folder_does_not_count),
        IN_A_FOLDER(a_symbolic_link_is_refused),
        IN_A_FOLDER(a_folder_that_others_may_enter_is_refused),
        IN_A_FOLDER(a_file_in_its_place_is_refused),
        IN_A_FOLDER(a_folder_of_somebody_else_is_refused),
        IN_A_FOLDER(the_first_bytes_of_an_entry_stay),
        IN_A_FOLDER(a_job_folder_goes_with_its_files),
        IN_A_FOLDER(work_that_was_cut_off_is_swept_away_after_a_day),
        IN_A_FOLDER(work_whose_process_is_gone_is_swept_away_at_once),
        IN_A_FOLDER(a_trail_forks_where_a_header_changes_and_leads_back),
        IN_A_FOLDER(a_damaged_trail_is_begun_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
