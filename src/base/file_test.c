/* Tests of whole files in and out. */
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static char folder[64];

static const char *at(const char *name)
{
    static char path[4][128];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/leat-file-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int drop_folder(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static void what_was_written_reads_back(void **state)
{
    (void)state;
    char big[100000], *data;
    size_t len;
    leat_error err;
    memset(big, 'x', sizeof big);
    big[5] = 0;
    assert_int_equal(leat__file_write(at("a"), big, sizeof big, &err), 0);
    assert_int_equal(leat__file_read(at("a"), 1 << 20, &data, &len, &err), 0);
    assert_int_equal(len, sizeof big);
    assert_memory_equal(data, big, len);
    assert_int_equal(data[len], 0);
    free(data);
}

static void writing_keeps_permissions_and_leaves_nothing_aside(void **state)
{
    (void)state;
    leat_error err;
    struct stat st;
    assert_int_equal(leat__file_write(at("p"), "1", 1, &err), 0);
    assert_int_equal(chmod(at("p"), 0640), 0);
    assert_int_equal(leat__file_write(at("p"), "2", 1, &err), 0);
    assert_int_equal(stat(at("p"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
    char command[160];
    snprintf(command, sizeof command, "ls %s | grep -c tmp", folder);
    FILE *p = popen(command, "r");
    int n = -1;
    assert_int_equal(fscanf(p, "%d", &n), 1);
    pclose(p);
    assert_int_equal(n, 0);
}

static void errors_name_the_path(void **state)
{
    (void)state;
    char *data, want[200];
    size_t len;
    leat_error err;
    assert_int_equal(leat__file_read(at("none"), 100, &data, &len, &err), LEAT_ESYSTEM);
    snprintf(want, sizeof want, "cannot read %s: No such file or directory", at("none"));
    assert_string_equal(err.message, want);
    assert_int_equal(err.system_errno, ENOENT);
    assert_int_equal(leat__file_read(folder, 100, &data, &len, &err), LEAT_EINPUT);
    assert_int_equal(leat__file_write(at("big"), "0123456789", 10, &err), 0);
    assert_int_equal(leat__file_read(at("big"), 9, &data, &len, &err), LEAT_EINPUT);
    assert_int_equal(leat__file_write(at("no/such/folder"), "1", 1, &err), LEAT_ESYSTEM);
}

static void a_near_name_is_suggested_with_its_folder(void **state)
{
    (void)state;
    leat_error err;
    assert_int_equal(leat__file_write(at("weather.c"), "", 0, &err), 0);
    char *near = leat__file_suggest(at("wether.c"));
    assert_non_null(near);
    assert_string_equal(near, at("weather.c"));
    free(near);
    assert_null(leat__file_suggest(at("somethingelse")));
    assert_null(leat__file_suggest("/no/such/folder/x"));
}

static void suffixes_are_of_the_last_name_only(void **state)
{
    (void)state;
    assert_string_equal(leat__file_suffix("a.b/c"), "");
    assert_string_equal(leat__file_suffix("a/c.tar.csv"), ".csv");
    assert_string_equal(leat__file_suffix("a/.hidden"), "");
    assert_string_equal(leat__file_name("a/b/c"), "c");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_reads_back),
        cmocka_unit_test(writing_keeps_permissions_and_leaves_nothing_aside),
        cmocka_unit_test(errors_name_the_path),
        cmocka_unit_test(a_near_name_is_suggested_with_its_folder),
        cmocka_unit_test(suffixes_are_of_the_last_name_only),
    };
    return cmocka_run_group_tests_name("file", tests, make_folder, drop_folder);
}
