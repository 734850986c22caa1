/* Tests of inputs that are paths of files, and of secrets, through the API. */
#include "api.h"
#include <sys/stat.h>
#include <unistd.h>

static int bytes_of(const char *path)
{
    struct stat st;
    return stat(path, &st) ? -1 : (int)st.st_size;
}

static void measure(void *user, void *const *args, void *result)
{
    (void)user;
    *(int *)result = bytes_of(*(const char *const *)args[0]);
}

static leat_driver *d;
static char path[300], missing[320];

static int set_up(void **state)
{
    (void)state;
    leat_builder *b = leat_builder_new();
    leat_builder_add_function(b, "int size_of(leat_path file)", measure, NULL);
    leat_builder_add_function(b, "int length_of(const char *word)", measure, NULL);
    leat_builder_add_function(b, "int noted(const char *log)", measure, NULL);
    leat_builder_note(b, "noted", "reads(log), secret(log), serial(disk, tape)");
    d = built(b);
    snprintf(path, sizeof path, "%s", module_path("notes.c"));
    snprintf(missing, sizeof missing, "%s.gone", path);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    leat_driver_free(d);
    return 0;
}

static leat_run *run_of(const char *output, const char *input, const char *value)
{
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_input(r, input, value), 0);
    assert_int_equal(leat_run_ask(r, output, (leat_place){ 0 }), 0);
    return r;
}

static void a_path_is_looked_for_when_its_run_begins(void **state)
{
    (void)state;
    leat_error err;
    leat_run *r = run_of("size_of", "file", missing);
    assert_int_equal(leat_run_execute(r, &err), LEAT_EINPUT);
    assert_has(err.message, "file: cannot read ");
    assert_has(err.message, "notes.c.gone: No such file or directory");
    leat_run_reset(r);
    leat_run_input(r, "file", path);
    assert_int_equal(leat_run_execute(r, &err), 0);
    leat_run_free(r);
    r = run_of("length_of", "word", missing);           /* only a text */
    assert_int_equal(leat_run_execute(r, &err), 0);
    leat_run_free(r);
}

static void a_path_nobody_needs_is_not_looked_for(void **state)
{
    (void)state;
    leat_run *r = run_of("length_of", "word", "x");
    leat_run_input(r, "file", missing);
    assert_int_equal(leat_run_execute(r, NULL), 0);
    leat_run_free(r);
}

static const leat_param *first_param(const char *name, leat_id *id)
{
    assert_int_equal(leat_driver_find(d, name, id), 0);
    return leat_driver_param(d, *id, 0);
}

static void the_driver_tells_what_notes_said(void **state)
{
    (void)state;
    leat_id id;
    assert_true(first_param("size_of", &id)->reads && !first_param("size_of", &id)->secret);
    assert_string_equal(first_param("size_of", &id)->type, "const char *");
    assert_string_equal(leat_driver_placeholder(d, first_param("size_of", &id)->from), "FILE");
    assert_false(first_param("length_of", &id)->reads);
    assert_string_equal(leat_driver_placeholder(d, first_param("length_of", &id)->from), "TEXT");
    assert_null(leat_driver_serial(d, id, 0));
    assert_true(first_param("noted", &id)->reads && first_param("noted", &id)->secret);
    assert_true(leat_driver_secret(d, first_param("noted", &id)->from));
    assert_false(leat_driver_secret(d, id));
    assert_string_equal(leat_driver_serial(d, id, 0), "disk");
    assert_string_equal(leat_driver_serial(d, id, 1), "tape");
    assert_null(leat_driver_serial(d, id, 2));
    assert_int_equal(leat_driver_sharing(d, id), LEAT_NOT_SHARED);
    assert_int_equal(leat_driver_secret(d, (leat_id){ 9999 }), 0);
}

static void a_secret_is_given_whole_but_never_as_text(void **state)
{
    (void)state;
    leat_error err;
    char *text = NULL;
    const char *value = NULL;
    leat_run *r = run_of("log", "log", path);
    assert_int_equal(leat_run_execute(r, NULL), 0);
    assert_json(r, "log", "\"(secret)\"");
    assert_int_equal(leat_run_text(r, "log", 0, &text, NULL), 0);
    assert_string_equal(text, "(secret)");
    free(text);
    assert_int_equal(leat_run_get(r, "log", leat_into(&value), NULL), 0);
    assert_string_equal(value, path);
    assert_int_equal(leat_run_save(r, "log", missing, &err), LEAT_EUSAGE);
    assert_has(err.message, "log is noted secret");
    assert_int_equal(access(missing, F_OK), -1);
    leat_run_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_is_looked_for_when_its_run_begins),
        cmocka_unit_test(a_path_nobody_needs_is_not_looked_for),
        cmocka_unit_test(the_driver_tells_what_notes_said),
        cmocka_unit_test(a_secret_is_given_whole_but_never_as_text),
    };
    return cmocka_run_group_tests_name("files", tests, set_up, tear_down);
}
