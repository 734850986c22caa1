/* Runs of flows: what they answer, and what happens to values. */
#include "api.h"
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

static leat_run *run_of(leat_driver *d, const char *flow, const char *fails)
{
    leat_error err;
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_set_flow(r, flow, &err), 0);
    assert_int_equal(leat_run_set_text(r, "number", "312"), 0);
    assert_int_equal(leat_run_set_text(r, "fails", fails), 0);
    return r;
}

static void a_flow_gives_what_is_asked_when_it_ends_well(void **state)
{
    (void)state;
    leat_driver *d = driver_of("flow.c");
    leat_run *r = run_of(d, "stay", "1");
    leat_error err;
    leat_id atoms[4];
    int pay = 0;
    uint64_t ok, failed, rest;
    assert_int_equal(leat_run_atoms(r, atoms, 4, &err), 2);
    assert_string_equal(leat_driver_name(d, atoms[0]), "book");
    assert_string_equal(leat_driver_name(d, atoms[1]), "pay");
    leat_run_output(r, "pay", &pay);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_int_equal(pay, 315);
    assert_int_equal(leat_run_failure_count(r), 0);
    leat_run_counts(r, &ok, &failed, &rest);
    assert_true(failed == 0 && rest == 0);              /* what was tried again counts as it ended */
    assert_diary(d, "book pay pay");
    assert_int_equal(leat_run_reset(r), 0);             /* what it kept to revert by is destroyed */
    assert_diary(d, "free");
    leat_run_free(r);
    leat_driver_free(d);
}

static void a_flow_that_fails_is_reverted(void **state)
{
    (void)state;
    leat_driver *d = driver_of("flow.c");
    leat_run *r = run_of(d, "stay", "2");
    leat_error err;
    int pay = 7;
    leat_run_output(r, "pay", &pay);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(leat_run_execute(r, &err), LEAT_EREVERTED);
        assert_has(err.message, "stay was reverted: pay failed: no money (");
        assert_int_equal(pay, 7);
        assert_string_equal(leat_run_failure(r, 0)->node, "pay");
        assert_int_equal(leat_run_failure_count(r), 2);
        assert_int_equal(leat_run_failure(r, 0)->attempt, 1);
        assert_int_equal(leat_run_failure(r, 1)->attempt, 2);
        assert_diary(d, "book pay pay unbook free");
        leat_run_reset(r);
        leat_run_set_text(r, "number", "312");
        leat_run_set_text(r, "fails", "9");
    }
    leat_run_free(r);
    leat_driver_free(d);
}

static void what_is_noted_after_another_begins_after_it(void **state)
{
    (void)state;
    for (unsigned way = 0; way < 6; way++) {
        leat_driver *d = built_on(builder_of("flow.c", NULL), way / 2 ? leat_executor_threads(way / 2) : leat_executor_inline());
        leat_error err;
        leat_run *r = leat_run_new(d);
        assert_int_equal(leat_run_set_flow(r, way % 2 ? "ordered" : "ordered_too", &err), 0);
        assert_int_equal(leat_run_execute(r, &err), 0);
        leat_run_free(r);
        assert_diary(d, "sooner later");
        leat_driver_free(d);
    }
}

static void a_run_is_one_of_nodes_again(void **state)
{
    (void)state;
    leat_driver *d = driver_of("flow.c");
    leat_run *r = run_of(d, "stay", "0");
    leat_error err;
    int pay = 0;
    assert_int_equal(leat_run_set_flow(r, NULL, &err), 0);
    assert_int_equal(leat_run_atoms(r, NULL, 0, &err), LEAT_EUSAGE);
    leat_run_output(r, "pay", &pay);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_int_equal(pay, 315);
    leat_run_free(r);
    assert_diary(d, "book pay free");
    leat_driver_free(d);
}

static void what_cannot_be_a_flow_is_told(void **state)
{
    (void)state;
    leat_driver *d = driver_of("flow.c");
    leat_error err;
    leat_run *r = run_of(d, "nothing", "0");
    assert_int_equal(leat_run_execute(r, &err), LEAT_EBUILD);
    assert_non_null(strstr(err.message, "modules/flow.c:"));
    assert_non_null(strstr(err.message, ": nothing: no node no_such"));
    assert_int_equal(leat_run_set_flow(r, "pay", &err), LEAT_ENOTFOUND);
    assert_string_equal(err.message, "no flow pay, it is a node; did you mean stay?");
    assert_int_equal(leat_run_ask(r, "stay", (leat_place){ 0 }), LEAT_EUSAGE);
    leat_id id;
    assert_int_equal(leat_driver_find(d, "stay", &id), 0);
    assert_int_equal(leat_driver_kind(d, id), LEAT_NODE_FLOW);
    leat_run_free(r);
    leat_driver_free(d);
}

static void what_will_not_be_reverted_is_told(void **state)
{
    (void)state;
    leat_driver *d = driver_of("flow.c");
    leat_run *r = run_of(d, "forgot", "1");
    leat_error err;
    leat_id nodes[2];
    assert_int_equal(leat_run_unreverted(r, nodes, 2, &err), 1);
    assert_string_equal(leat_driver_name(d, nodes[0]), "book");
    assert_int_equal(leat_run_set_flow(r, "stay", &err), 0);
    assert_int_equal(leat_run_unreverted(r, nodes, 2, &err), 0);
    assert_int_equal(leat_run_set_flow(r, NULL, &err), 0);
    assert_int_equal(leat_run_unreverted(r, nodes, 2, &err), LEAT_EUSAGE);
    leat_run_free(r);
    leat_driver_free(d);
}

static void remove_folder(char *folder)
{
    char *const rm[] = { "rm", "-r", folder, NULL };
    pid_t child = 0;
    assert_int_equal(posix_spawnp(&child, "rm", NULL, NULL, rm, environ), 0);
    waitpid(child, NULL, 0);
}

static void a_flow_on_record_is_resumed_where_it_was(void **state)
{
    (void)state;
    leat_store *s = NULL;
    leat_error err = { 0 };
    char folder[] = "/tmp/leat-flow-XXXXXX", *about = NULL, store[64];
    assert_non_null(mkdtemp(folder));
    snprintf(store, sizeof store, "%s/store", folder);
    if (leat_store_open(store, &s, &err) == LEAT_EUNSUPPORTED) {
        remove_folder(folder);
        return;         /* cmocka tells a skipped test of TAP as a failed one */
    }
    leat_driver *d = driver_of("flow.c");
    leat_run *r = run_of(d, "stay", "1");
    uint64_t number = 0;
    assert_int_equal(leat_run_suspend(r), LEAT_EUSAGE);     /* not on record */
    assert_int_equal(leat_run_set_store(r, s, "stay, of flow.c", &err), 0);
    assert_int_equal(leat_run_set_release(r, 4, 0), LEAT_EUSAGE);
    assert_int_equal(leat_run_set_release(r, LEAT_RELEASE_BATCH, 0), LEAT_EUSAGE);
    leat_store *again = NULL;
    assert_int_equal(leat_store_open(store, &again, &err), LEAT_EBUSY);
    assert_has(err.message, " is open already in this process");
    assert_int_equal(leat_run_set_release(r, LEAT_RELEASE_BATCH, 20), 0);
    assert_int_equal(leat_run_resolve(r, "book", 0, NULL, &err), LEAT_EUSAGE);      /* it is not resumed */
    assert_int_equal(leat_run_suspend(r), 0);           /* before its first task */
    assert_int_equal(leat_run_execute(r, &err), LEAT_ESUSPENDED);
    assert_int_equal(leat_run_stored(r), 1);
    leat_run_free(r);
    assert_diary(d, "");
    assert_int_equal(leat_store_unfinished(s, &number, &err), 0);
    assert_int_equal(number, 1);
    assert_int_equal(leat_store_about(s, number, &about, &err), 0);
    assert_string_equal(about, "stay, of flow.c");
    free(about);
    int pay = 0;
    r = leat_run_new(d);
    assert_int_equal(leat_run_resume(r, s, number, &err), 0);
    assert_int_equal(leat_run_resolve(r, "bok", 0, NULL, &err), LEAT_ENOTFOUND);
    assert_string_equal(err.message, "no atom bok; did you mean book?");
    assert_int_equal(leat_run_resolve(r, "pay", 1, "much", &err), LEAT_EINPUT);
    assert_int_equal(leat_run_resolve(r, "book", 0, NULL, &err), 0);
    assert_int_equal(leat_run_resolve(r, "book", 0, NULL, &err), LEAT_EUSAGE);
    assert_int_equal(leat_run_execute(r, &err), LEAT_EUSAGE);
    assert_string_equal(err.message, "book is not in doubt");
    leat_run_free(r);
    r = leat_run_new(d);
    assert_int_equal(leat_run_resume(r, s, number, &err), 0);
    assert_int_equal(leat_run_set_flow(r, "brief", &err), 0);
    assert_int_equal(leat_run_execute(r, &err), LEAT_EINPUT);
    assert_string_equal(err.message, "run 1 is one of flow stay, not of brief");
    leat_run_free(r);
    r = leat_run_new(d);
    assert_int_equal(leat_run_resume(r, s, number, &err), 0);
    assert_int_equal(leat_run_in_doubt(r, NULL, 0), 0);
    assert_int_equal(leat_run_set_text(r, "number", "7"), LEAT_EINPUT);
    assert_string_equal(leat_run_refusal(r), "number: run 1 is resumed, and has it from when it began");
    leat_run_set_deadline(r, 0);
    assert_int_equal(leat_run_execute(r, &err), LEAT_EDEADLINE);
    assert_string_equal(err.message, "run 1 is suspended, the deadline passed: what is done is kept, and it can be resumed");
    leat_run_free(r);
    assert_diary(d, "");
    r = leat_run_new(d);
    leat_run_output(r, "pay", &pay);
    assert_int_equal(leat_run_resume(r, s, number, &err), 0);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_int_equal(pay, 315);
    leat_run_free(r);
    assert_diary(d, "book pay pay free");
    assert_int_equal(leat_store_unfinished(s, &number, &err), LEAT_ENOTFOUND);
    r = leat_run_new(d);
    assert_int_equal(leat_run_resume(r, s, 1, &err), LEAT_EUSAGE);
    assert_int_equal(leat_run_resume(r, s, 7, &err), LEAT_ENOTFOUND);
    leat_run_free(r);
    r = run_of(d, "stay", "1");
    assert_int_equal(leat_run_set_store(r, s, "", &err), 0);
    assert_int_equal(leat_run_set_flow(r, NULL, &err), 0);
    leat_run_ask(r, "floor_", (leat_place){ 0 });
    assert_int_equal(leat_run_execute(r, &err), LEAT_EUNSUPPORTED);
    assert_string_equal(err.message, "only flows are put on record: leat_run_set_flow says which");
    leat_run_free(r);
    leat_store_free(s);
    leat_driver_free(d);
    remove_folder(folder);
}

/* What it did is not on record, and nobody may think that it was not done. */
static void a_value_that_cannot_be_recorded_is_told(void **state)
{
    (void)state;
    leat_store *s = NULL;
    leat_error err = { 0 };
    char folder[] = "/tmp/leat-flow-XXXXXX", store[64];
    assert_non_null(mkdtemp(folder));
    snprintf(store, sizeof store, "%s/store", folder);
    if (leat_store_open(store, &s, &err) == LEAT_EUNSUPPORTED) {
        remove_folder(folder);
        return;
    }
    leat_driver *d = driver_of("flow.c");
    leat_run *r = run_of(d, "lists", "1");
    assert_int_equal(leat_run_set_store(r, s, "", &err), 0);
    assert_int_equal(leat_run_execute(r, &err), LEAT_ESUSPENDED);
    assert_has(err.message, "broken_list gave what cannot be recorded: ");
    assert_has(err.message, "its len is 3 and its data is NULL");
    leat_run_free(r);
    assert_diary(d, "book list free");
    leat_store_free(s);
    leat_driver_free(d);
    remove_folder(folder);
}

/* It was run number 1; reset, it is none of those that can be resumed. */
static void a_resumed_run_that_is_reset_is_another(void **state)
{
    (void)state;
    leat_store *s = NULL;
    leat_error err = { 0 };
    char folder[] = "/tmp/leat-flow-XXXXXX", store[64];
    uint64_t number = 0;
    assert_non_null(mkdtemp(folder));
    snprintf(store, sizeof store, "%s/store", folder);
    if (leat_store_open(store, &s, &err) == LEAT_EUNSUPPORTED) {
        remove_folder(folder);
        return;
    }
    leat_driver *d = driver_of("flow.c");
    leat_run *r = run_of(d, "stay", "1");
    assert_int_equal(leat_run_set_store(r, s, "", &err), 0);
    leat_run_suspend(r);
    assert_int_equal(leat_run_execute(r, &err), LEAT_ESUSPENDED);
    leat_run_free(r);
    r = leat_run_new(d);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(leat_run_resume(r, s, 1, &err), 0);
        assert_int_equal(leat_run_resolve(r, "pay", 1, "3", &err), 0);      /* for this time alone */
        if (i)
            assert_int_equal(leat_run_execute(r, &err), LEAT_EUSAGE);
        assert_int_equal(leat_run_reset(r), 0);
        assert_int_equal(leat_run_resolve(r, "pay", 1, "3", &err), LEAT_EUSAGE);
    }
    assert_int_equal(leat_run_resume(r, s, 1, &err), 0);
    leat_run_suspend(r);
    assert_int_equal(leat_run_execute(r, &err), LEAT_ESUSPENDED);
    assert_int_equal(leat_run_reset(r), 0);
    assert_int_equal(leat_run_set_text(r, "number", "312"), 0);
    assert_int_equal(leat_run_set_text(r, "fails", "1"), 0);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_int_equal(leat_run_stored(r), 2);
    assert_int_equal(leat_store_unfinished(s, &number, &err), 0);
    assert_int_equal(number, 1);
    leat_run_free(r);
    assert_diary(d, "book pay pay free");
    leat_store_free(s);
    leat_driver_free(d);
    remove_folder(folder);
}

/* --- what draws a flow --- */

/* A life that is cut short before its first task. */
static void begin_drawn(leat_store *s, const char *steps, const char *tries)
{
    leat_error err;
    leat_driver *d = driver_of("drawn.c");
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_set_flow(r, "drawn", &err), 0);
    assert_int_equal(leat_run_set_text(r, "steps", steps), 0);
    if (tries)
        assert_int_equal(leat_run_set_text(r, "tries", tries), 0);
    assert_int_equal(leat_run_set_store(r, s, NULL, &err), 0);
    assert_int_equal(leat_run_suspend(r), 0);
    assert_int_equal(leat_run_execute(r, &err), LEAT_ESUSPENDED);
    assert_diary(d, "note 1");
    leat_run_free(r);
    leat_driver_free(d);
}

static void assert_goes_on(leat_store *s, const char *module, int code, const char *diary)
{
    leat_error err = { 0 };
    uint64_t number = 0;
    leat_driver *d = driver_of(module);
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_store_unfinished(s, &number, &err), 0);
    if (leat_run_resume(r, s, number, &err) < 0)
        fail_msg("%s", err.message);
    if (leat_run_execute(r, &err) != code)
        fail_msg("%s", err.message);
    assert_diary(d, diary);
    leat_run_free(r);
    leat_driver_free(d);
}

static void what_only_the_flows_function_reads_is_what_it_was(void **state)
{
    (void)state;
    leat_store *s = NULL;
    leat_error err = { 0 };
    char folder[] = "/tmp/leat-flow-XXXXXX", store[64];
    assert_non_null(mkdtemp(folder));
    snprintf(store, sizeof store, "%s/store", folder);
    if (leat_store_open(store, &s, &err) == LEAT_EUNSUPPORTED) {
        remove_folder(folder);
        return;
    }
    begin_drawn(s, "{\"first\":\"one\",\"last\":1}", "3");
    assert_goes_on(s, "drawn.c", 0, "note 1 one note 1 hard hard hard");
    begin_drawn(s, "{\"first\":\"other\",\"last\":0}", NULL);
    assert_goes_on(s, "drawn.c", 0, "note 1 other");
    begin_drawn(s, "{\"first\":\"one\",\"last\":1}", NULL);        /* defaults, too, for the function and for who else reads them */
    assert_goes_on(s, "drawn_later.c", LEAT_EREVERTED, "note 1 one note 1 hard note 1");
    leat_store_free(s);
    remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flow_gives_what_is_asked_when_it_ends_well),
        cmocka_unit_test(a_flow_that_fails_is_reverted),
        cmocka_unit_test(what_is_noted_after_another_begins_after_it),
        cmocka_unit_test(a_run_is_one_of_nodes_again),
        cmocka_unit_test(what_cannot_be_a_flow_is_told),
        cmocka_unit_test(what_will_not_be_reverted_is_told),
        cmocka_unit_test(a_flow_on_record_is_resumed_where_it_was),
        cmocka_unit_test(a_resumed_run_that_is_reset_is_another),
        cmocka_unit_test(a_value_that_cannot_be_recorded_is_told),
        cmocka_unit_test(what_only_the_flows_function_reads_is_what_it_was),
    };
    return cmocka_run_group_tests_name("flow", tests, NULL, NULL);
}
