/* data: what goes in is converted without loss or refused; what comes out reads back equal. */
#include "api.h"
#include <math.h>
#include <stdbool.h>
#include <unistd.h>

static leat_driver *d;

static int set_up(void **state)
{
    (void)state;
    d = driver_of("data.c");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    leat_driver_free(d);
    return 0;
}

static void numbers_at_the_ends_of_their_types_pass(void **state)
{
    (void)state;
    assert_answer(d, "i8", "v8=-128", "-128");
    assert_answer(d, "u8", "w8=255", "255");
    assert_answer(d, "i64", "v64=-9223372036854775808", "-9223372036854775808");
    assert_answer(d, "u64", "w64=18446744073709551615", "18446744073709551615");
    assert_answer(d, "f64", "vd=1e308", "1e+308");
    assert_answer(d, "f32", "vf=0.1", "0.1");
    assert_answer(d, "b1", "vb=true", "true");
    assert_answer(d, "colour", "ve=DARK", "\"DARK\"");
    assert_answer(d, "echoed", "vs=", "\"\"");
    assert_answer(d, "f80", "vl=1.5", "1.5");
}

static void numbers_beyond_their_types_are_refused(void **state)
{
    (void)state;
    assert_fails(d, "i8", "v8=128", "v8: ");
    assert_fails(d, "u8", "w8=-1", "w8: ");
    assert_fails(d, "u8", "w8=256", "w8: ");
    assert_fails(d, "i64", "v64=9223372036854775808", "v64: ");
    assert_fails(d, "u64", "w64=18446744073709551616", "w64: ");
    assert_fails(d, "i32", "v32=1.5", "v32: ");
    assert_fails(d, "i32", "v32=", "v32: ");
    assert_fails(d, "i32", "v32=abc", "v32: ");
    assert_fails(d, "f64", "vd=1e999", "vd: ");
    assert_fails(d, "f64", "vd=12x", "vd: ");
    assert_fails(d, "b1", "vb=2", "vb: ");
    assert_fails(d, "colour", "ve=PINK", "ve: ");
}

static int set_int(const char *name, leat_value v)
{
    leat_run *r = leat_run_new(d);
    int code = leat_run_set(r, name, v);
    if (code < 0)
        assert_has(leat_run_refusal(r), name);
    else
        assert_string_equal(leat_run_refusal(r), "");
    leat_run_free(r);
    return code;
}

static void a_hosts_number_is_converted_if_nothing_is_lost(void **state)
{
    (void)state;
    assert_int_equal(set_int("v8", leat_of(127)), 0);
    assert_int_equal(set_int("v8", leat_of(128)), LEAT_EINPUT);
    assert_int_equal(set_int("w8", leat_of(-1)), LEAT_EINPUT);
    assert_int_equal(set_int("v32", leat_of(3.0)), 0);
    assert_int_equal(set_int("v32", leat_of(3.5)), LEAT_EINPUT);
    assert_int_equal(set_int("v32", leat_of(NAN)), LEAT_EINPUT);
    assert_int_equal(set_int("v64", leat_of(UINT64_MAX)), LEAT_EINPUT);
    assert_int_equal(set_int("w64", leat_of(UINT64_MAX)), 0);
    assert_int_equal(set_int("w64", leat_of(-1)), LEAT_EINPUT);
    assert_int_equal(set_int("v64", leat_of(9223372036854775808.0)), LEAT_EINPUT);
    assert_int_equal(set_int("vd", leat_of(9007199254740993LL)), LEAT_EINPUT);
    assert_int_equal(set_int("vd", leat_of(9007199254740992LL)), 0);
    assert_int_equal(set_int("vf", leat_of(0.1)), 0);
    assert_int_equal(set_int("vf", leat_of(16777217)), LEAT_EINPUT);
    assert_int_equal(set_int("vf", leat_of((double)INFINITY)), 0);
    assert_int_equal(set_int("vb", leat_of(true)), 0);
    assert_int_equal(set_int("vb", leat_of(2)), LEAT_EINPUT);
    assert_int_equal(set_int("ve", leat_of(2)), 0);
    assert_int_equal(set_int("ve", leat_of(-3)), 0);
    assert_int_equal(set_int("ve", leat_of(7)), LEAT_EINPUT);
    assert_int_equal(set_int("vs", leat_of(1)), LEAT_EINPUT);
    assert_int_equal(set_int("vd", leat_of("1")), LEAT_EINPUT);
    assert_int_equal(set_int("vs", leat_of((const char *)NULL)), LEAT_EINPUT);
    assert_int_equal(set_int("given", leat_of(1)), LEAT_EINPUT);
}

static void a_double_too_large_for_a_float_is_refused(void **state)
{
    (void)state;
    assert_int_equal(set_int("vf", leat_of(1e300)), LEAT_EINPUT);
    assert_fails(d, "f32", "vf=1e300", "vf: ");
}

struct inner { short s; char tag[4]; };
enum unit { M, KM };
struct outer { struct inner in; double m[2][3]; enum unit unit; bool on; const char *name; };

static void a_struct_is_copied_deep_during_the_call(void **state)
{
    (void)state;
    char name[] = "first";
    struct outer given = { { 7, "abc" }, { { 1, 2, 3 }, { 4, 5, 6 } }, KM, true, name }, out = { 0 };
    leat_error err;
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_set(r, "given", LEAT_STRUCT(struct outer, &given)), 0);
    strcpy(name, "other");
    given.m[1][2] = 0;
    double corner = 0;
    leat_run_output(r, "corner", &corner);
    assert_int_equal(leat_run_ask(r, "outer", LEAT_INTO(struct outer, &out)), 0);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_true(corner == 6);
    assert_string_equal(out.name, "first");
    assert_int_equal(out.unit, KM);
    assert_json(r, "outer", "{\"in\":{\"s\":7,\"tag\":\"abc\"},\"m\":[[1,2,3],[4,5,6]],\"unit\":\"KM\","
                            "\"on\":true,\"name\":\"first\"}");
    leat_run_free(r);
}

static void a_struct_of_another_name_or_size_is_refused(void **state)
{
    (void)state;
    struct other { int x; } other = { 1 };
    struct inner inner = { 0 };
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_set(r, "given", LEAT_STRUCT(struct other, &other)), LEAT_EINPUT);
    assert_has(leat_run_refusal(r), "given");
    assert_has(leat_run_refusal(r), "struct outer");
    assert_int_equal(leat_run_set(r, "given", LEAT_STRUCT(struct inner, &inner)), LEAT_EINPUT);
    assert_int_equal(leat_run_set(r, "given", LEAT_STRUCT(struct outer, NULL)), LEAT_EINPUT);
    assert_int_equal(leat_run_set(r, "vd", LEAT_STRUCT(struct inner, &inner)), LEAT_EINPUT);
    leat_run_free(r);
}

static void json_is_read_and_written_back_equal(void **state)
{
    (void)state;
    const char *text = "{\"in\":{\"s\":-1,\"tag\":\"\"},\"m\":[[0.1,-0,1e-300],[4,5,6]],\"unit\":\"M\","
                       "\"on\":false,\"name\":\"a\\\"b\\\\\\u0001\"}";
    char inputs[400];
    snprintf(inputs, sizeof inputs, "given=%s", text);
    char *once = answer_of(d, "outer", inputs);
    snprintf(inputs, sizeof inputs, "given=%s", once);
    char *twice = answer_of(d, "outer", inputs);
    assert_true(once[0] == '{');
    assert_string_equal(once, twice);
    free(once);
    free(twice);
}

static void json_that_does_not_fit_names_the_field(void **state)
{
    (void)state;
    assert_fails(d, "corner", "given={\"in\":{\"s\":1}}", "given: ");
    assert_fails(d, "corner", "given={\"x\":1}", "x");
    assert_fails(d, "corner", "given={\"in\":{\"s\":99999,\"tag\":\"\"},\"m\":[[0,0,0],[0,0,0]],\"unit\":\"M\","
                 "\"on\":true,\"name\":\"\"}", "s");
    assert_fails(d, "corner", "given={\"in\":{\"s\":1,\"tag\":\"abcd\"},\"m\":[[0,0,0],[0,0,0]],\"unit\":\"M\","
                 "\"on\":true,\"name\":\"\"}", "column 20: text of 4 bytes does not fit char[4]");
    assert_fails(d, "corner", "given={\"in\":{\"s\":1,\"tag\":\"\"},\"m\":[[0,0],[0,0,0]],\"unit\":\"M\","
                 "\"on\":true,\"name\":\"\"}", "m");
    assert_fails(d, "corner", "given={", "given: ");
    assert_fails(d, "corner", "given=[]", "given: ");
    assert_fails(d, "cells", "grid=[[1],2]", "grid: ");
}

static void arrays_of_numbers_texts_and_structs_are_given(void **state)
{
    (void)state;
    leat_error err;
    double price[] = { 3, 9, 4 }, dearest = 0, mean = 0;
    const char *words[] = { "one", "three" };
    struct day { char date[11]; double temp_max, temp_min; } days[] = { { "2012-01-01", 3, 1 }, { "2012-01-02", 5, 3 } };
    size_t letters = 0;
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_set(r, "price", leat_array(price, 3)), 0);
    assert_int_equal(leat_run_set(r, "words", leat_array(words, 2)), 0);
    assert_int_equal(leat_run_set(r, "days", leat_array(days, 2)), 0);
    leat_run_output(r, "dearest", &dearest);
    leat_run_output(r, "letters", &letters);
    leat_run_output(r, "mean", &mean);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_true(dearest == 9);
    assert_int_equal(letters, 8);
    assert_true(mean == 3);
    leat_run_free(r);
    assert_answer(d, "cells", "grid=[[1,2],[],[3]]", "6");
    assert_answer(d, "mean", "days=[]", "0");
}

static void arrays_of_other_elements_are_refused(void **state)
{
    (void)state;
    int ints[] = { 1 };
    float floats[] = { 1 };
    double doubles[] = { 1 };
    assert_int_equal(set_int("price", leat_array(ints, 1)), LEAT_EINPUT);
    assert_int_equal(set_int("price", leat_array(floats, 1)), LEAT_EINPUT);
    assert_int_equal(set_int("words", leat_array(doubles, 1)), LEAT_EINPUT);
    assert_int_equal(set_int("days", leat_array(doubles, 1)), LEAT_EINPUT);
    assert_int_equal(set_int("vd", leat_array(doubles, 1)), LEAT_EINPUT);
    assert_int_equal(set_int("price", leat_array(doubles, 0)), 0);
}

static int released;
static void release(void *user) { released++; free(user); }

static leat_value lent_array(size_t n)
{
    double *at = malloc(n * sizeof *at);
    for (size_t i = 0; i < n; i++)
        at[i] = (double)i;
    leat_value v = leat_array(at, n);
    v.release = release;
    v.user = at;
    return v;
}

static void lent_memory_is_given_back_once(void **state)
{
    (void)state;
    leat_error err;
    double dearest = 0;
    released = 0;
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_set(r, "price", lent_array(5)), 0);
    leat_run_output(r, "dearest", &dearest);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_true(dearest == 4);
    leat_run_reset(r);
    assert_int_equal(released, 1);
    assert_int_equal(leat_run_set(r, "price", lent_array(3)), 0);
    leat_run_free(r);
    assert_int_equal(released, 2);
}

static void lent_memory_is_given_back_also_when_the_call_fails(void **state)
{
    (void)state;
    released = 0;
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_set(r, "vd", lent_array(2)), LEAT_EINPUT);
    assert_int_equal(released, 1);
    assert_int_equal(leat_run_set(r, "nowhere", lent_array(2)), LEAT_ENOTFOUND);
    assert_int_equal(released, 2);
    assert_int_equal(leat_run_set(r, "price", lent_array(2)), 0);
    assert_int_equal(leat_run_set(r, "price", lent_array(2)), LEAT_EINPUT);
    assert_int_equal(released, 3);
    assert_int_equal(leat_run_set(r, "mean", lent_array(2)), LEAT_EINPUT);
    assert_int_equal(released, 4);
    leat_run_free(r);
    assert_int_equal(released, 5);
    assert_int_equal(leat_run_set(NULL, "price", lent_array(2)), LEAT_ENOMEM);
    assert_int_equal(released, 6);
}

static void what_cannot_be_copied_must_be_lent(void **state)
{
    (void)state;
    double cells[] = { 8, 9 };
    struct matrix { double *at; int rows; } m = { cells, 1 };
    int secret = 41;
    leat_error err;
    double trace = 0;
    int peek = 0;
    released = 0;
    leat_run *r = leat_run_new(d);
    leat_value v = LEAT_STRUCT(struct matrix, &m);
    assert_int_equal(leat_run_set(r, "matrix", v), LEAT_EINPUT);
    assert_has(leat_run_refusal(r), "lent");
    v.release = release;
    v.user = malloc(1);
    assert_int_equal(leat_run_set(r, "matrix", v), 0);
    v = leat_of_memory(LEAT_KIND_STRUCT, "struct secret", &secret, 0, 1, 0);
    v.release = release;
    v.user = NULL;
    assert_int_equal(leat_run_set(r, "secret", v), 0);
    leat_run_output(r, "trace", &trace);
    leat_run_output(r, "peek", &peek);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_true(trace == 8);
    assert_int_equal(peek, 41);
    leat_run_free(r);
    assert_int_equal(released, 2);
    assert_fails(d, "trace", "matrix={}", "matrix: ");
}

static void text_is_lent_whole(void **state)
{
    (void)state;
    char *text = strdup("lent");
    leat_error err;
    const char *echoed = NULL;
    released = 0;
    leat_value v = leat_of(text);
    v.release = release;
    v.user = text;
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_set(r, "vs", v), 0);
    leat_run_output(r, "echoed", &echoed);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_ptr_equal(echoed, text);
    leat_run_free(r);
    assert_int_equal(released, 1);
}

static void inputs_may_be_given_after_they_were_found_missing(void **state)
{
    (void)state;
    leat_error err;
    double mean = -1;
    leat_run *r = leat_run_new(d);
    leat_run_output(r, "mean", &mean);
    assert_int_equal(leat_run_execute(r, &err), LEAT_EINPUT);
    assert_has(err.message, "days");
    assert_int_equal(leat_run_plan(r, NULL, 0, &err), LEAT_EINPUT);
    leat_run_set_text(r, "days", "[]");
    assert_int_equal(leat_run_plan(r, NULL, 0, &err), 1);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_true(mean == 0);
    leat_run_free(r);
}

/* --- places --- */

static int ask(const char *name, leat_place place)
{
    leat_run *r = leat_run_new(d);
    int code = leat_run_ask(r, name, place);
    leat_run_free(r);
    return code;
}

static void a_place_of_the_wrong_type_is_refused(void **state)
{
    (void)state;
    double number;
    const char *text;
    struct inner inner;
    struct outer outer;
    void *pointer;
    assert_int_equal(ask("f64", leat_into(&number)), 0);
    assert_int_equal(ask("f64", leat_into(&text)), LEAT_ETYPE);
    assert_int_equal(ask("echoed", leat_into(&number)), LEAT_ETYPE);
    assert_int_equal(ask("echoed", leat_into(&text)), 0);
    assert_int_equal(ask("outer", leat_into(&number)), LEAT_ETYPE);
    assert_int_equal(ask("outer", leat_into(&outer)), 0);
    assert_int_equal(ask("outer", leat_into(&inner)), LEAT_ETYPE);
    assert_int_equal(ask("outer", LEAT_INTO(struct inner, &inner)), LEAT_ETYPE);
    assert_int_equal(ask("outer", LEAT_INTO(struct outer, &outer)), 0);
    assert_int_equal(ask("opened", LEAT_INTO(struct handle *, &pointer)), 0);
    assert_int_equal(ask("opened", LEAT_INTO(struct outer *, &pointer)), LEAT_ETYPE);
    assert_int_equal(ask("nowhere", leat_into(&number)), LEAT_ENOTFOUND);
}

/* A program compiled before places of numbers had kinds, or by C++. */
static leat_place spelled(const char *type, void *to) { return (leat_place){ to, type, 8, LEAT_KIND_ANY }; }

static void a_number_in_a_place_of_a_spelled_type_is_a_number_not_its_bits(void **state)
{
    (void)state;
    typedef long count_t;
    count_t count = 0;
    double number = 0;
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "vd", 3.0);
    assert_int_equal(leat_run_ask(r, "f64", LEAT_INTO(count_t, &count)), 0);
    assert_int_equal(leat_run_execute(r, NULL), 0);
    assert_int_equal(count, 3);
    leat_run_free(r);
    assert_int_equal(ask("f64", spelled("int64_t", &count)), LEAT_ETYPE);
    assert_int_equal(ask("f64", spelled("double", &number)), 0);
    assert_int_equal(ask("i64", spelled("double", &number)), LEAT_ETYPE);
    assert_int_equal(ask("i64", spelled("int64_t", &count)), 0);
}

static void a_number_goes_into_any_place_that_holds_it(void **state)
{
    (void)state;
    leat_error err;
    int8_t small = 1;
    double wide = 0;
    uint64_t whole = 0;
    for (int i = 0; i < 2; i++) {
        leat_run *r = leat_run_new(d);
        leat_run_input(r, "v32", i ? 300 : 100);
        leat_run_output(r, "i32", &small);
        leat_run_output(r, "i32", &wide);
        leat_run_output(r, "i32", &whole);
        assert_int_equal(leat_run_execute(r, &err), i ? LEAT_ETYPE : 0);
        assert_int_equal(small, 100);
        assert_true(wide == (i ? 300 : 100));
        assert_int_equal(whole, i ? 300 : 100);
        leat_run_free(r);
    }
}

static void get_copies_an_asked_output_and_no_other(void **state)
{
    (void)state;
    leat_error err;
    leat_place none = { 0 };
    double value = 0;
    int wrong = 5;
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "vd", 2.5);
    assert_int_equal(leat_run_get(r, "f64", leat_into(&value), &err), LEAT_EUSAGE);
    leat_run_ask(r, "f64", none);
    assert_int_equal(leat_run_get(r, "f64", leat_into(&value), &err), LEAT_EUSAGE);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_int_equal(leat_run_get(r, "f64", leat_into(&value), &err), 0);
    assert_true(value == 2.5);
    assert_int_equal(leat_run_get(r, "f64", leat_into(&wrong), &err), LEAT_ETYPE);
    assert_int_equal(wrong, 5);
    assert_int_equal(leat_run_get(r, "f32", leat_into(&value), &err), LEAT_EUSAGE);
    assert_int_equal(leat_run_get(r, "f46", leat_into(&value), &err), LEAT_ENOTFOUND);
    assert_has(err.message, "did you mean f64?");
    leat_run_free(r);
}

/* --- files --- */

static const char *file_of(const char *name, const char *text)
{
    static char path[4][300];
    static unsigned next;
    char *to = path[next++ % 4];
    snprintf(to, sizeof path[0], "%s/data_%d_%s", getenv("XDG_CACHE_HOME"), (int)getpid(), name);
    if (text) {
        FILE *f = fopen(to, "w");
        assert_non_null(f);
        fputs(text, f);
        fclose(f);
    }
    return to;
}

static int set_file(const char *input, const char *name, const char *text, const char *refusal)
{
    const char *path = file_of(name, text);
    leat_run *r = leat_run_new(d);
    int code = leat_run_set_file(r, input, path);
    if (refusal)
        assert_has(leat_run_refusal(r), refusal);
    leat_run_free(r);
    if (text)
        unlink(path);
    return code;
}

static void a_csv_file_fills_an_array_of_structs_and_comes_out_equal(void **state)
{
    (void)state;
    leat_error err;
    leat_place none = { 0 };
    const char *in = file_of("in.csv", "\xef\xbb\xbf" "temp_min,extra,date,temp_max\r\n1,x,2012-01-01,3\r\n,y,\"2012-01-02\",5\r\n");
    const char *out = file_of("out.csv", NULL), *json = file_of("out.json", NULL);
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_set_file(r, "days", in), 0);
    leat_run_ask(r, "copied", none);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_int_equal(leat_run_save(r, "copied", out, &err), 0);
    assert_int_equal(leat_run_save(r, "copied", json, &err), 0);
    char *first = NULL, *again = NULL;
    assert_int_equal(leat_run_json(r, "copied", &first, &err), 0);
    assert_has(first, "\"date\":\"2012-01-02\",\"temp_max\":5,\"temp_min\":");
    leat_run_free(r);
    for (int i = 0; i < 2; i++) {
        r = leat_run_new(d);
        assert_int_equal(leat_run_set_file(r, "days", i ? json : out), 0);
        leat_run_ask(r, "copied", none);
        assert_int_equal(leat_run_execute(r, &err), 0);
        assert_int_equal(leat_run_json(r, "copied", &again, &err), 0);
        assert_string_equal(first, again);
        free(again);
        leat_run_free(r);
    }
    free(first);
    unlink(in);
    unlink(out);
    unlink(json);
}

static void a_csv_file_that_does_not_fit_names_line_and_column(void **state)
{
    (void)state;
    assert_int_equal(set_file("days", "a.csv", "date,temp_max\n2012,1\n", "temp_min"), LEAT_EINPUT);
    assert_int_equal(set_file("days", "b.csv", "date,temp_max,temp_min\n2012,1\n", ":2"), LEAT_EINPUT);
    assert_int_equal(set_file("days", "c.csv", "date,temp_max,temp_min\n2012,1,2\n2013,x,2\n", "temp_max"), LEAT_EINPUT);
    assert_int_equal(set_file("days", "d.csv", "date,temp_max,temp_min\n2012-01-01x,1,2\n", "date"), LEAT_EINPUT);
    assert_int_equal(set_file("days", "e.csv", "", "e.csv"), LEAT_EINPUT);
    assert_int_equal(set_file("days", "f.csv", "date,temp_max,temp_min\n\"2012,1,2\n", "f.csv"), LEAT_EINPUT);
    assert_int_equal(set_file("days", "g.csv", "date,temp_max,temp_min\n", NULL), 0);
}

static void one_column_is_an_array(void **state)
{
    (void)state;
    leat_error err;
    double dearest = 0;
    const char *path = file_of("t.csv", "name,price\na,3\nb,8\n");
    char column[400];
    snprintf(column, sizeof column, "%s:price", path);
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_set_file(r, "price", column), 0);
    leat_run_output(r, "dearest", &dearest);
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_true(dearest == 8);
    leat_run_free(r);
    snprintf(column, sizeof column, "%s:prise", path);
    r = leat_run_new(d);
    assert_true(leat_run_set_file(r, "price", column) < 0);
    assert_has(leat_run_refusal(r), "prise");
    leat_run_free(r);
    unlink(path);
}

static void other_files_are_read_by_type_and_first_character(void **state)
{
    (void)state;
    assert_int_equal(set_file("given", "x.json", "{\"in\":{\"s\":1,\"tag\":\"\"},\"m\":[[0,0,0],[0,0,0]],"
                              "\"unit\":\"KM\",\"on\":true,\"name\":\"\"}", ""), 0);
    assert_int_equal(set_file("price", "x.jsonl", "1\n2\n", ""), 0);
    assert_int_equal(set_file("price", "x.dat", " [1,2]\n", ""), 0);
    assert_int_equal(set_file("vd", "x.txt", "2.5\n", ""), 0);
    assert_int_equal(set_file("vs", "x.txt", "2.5\n", ""), 0);
    assert_int_equal(set_file("vd", "y.txt", "2.5 3\n", "y.txt"), LEAT_EINPUT);
    assert_int_equal(set_file("vd", "nowhere.txt", NULL, "nowhere.txt"), LEAT_ESYSTEM);
    assert_int_equal(set_file("price", "z.json", "[1,2", "z.json"), LEAT_EINPUT);
}

static void an_opaque_output_cannot_be_shown_but_had(void **state)
{
    (void)state;
    leat_error err;
    struct handle { int fd; } *opened = NULL;
    char *text = NULL;
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "n", 4);
    leat_run_ask(r, "opened", LEAT_INTO(struct handle *, &opened));
    assert_int_equal(leat_run_execute(r, &err), 0);
    assert_int_equal(opened->fd, 4);
    assert_int_equal(leat_run_json(r, "opened", &text, &err), 0);
    assert_string_equal(text, "{\"fd\":4}");
    free(text);
    leat_run_free(r);
    assert_diary(d, "closed");
}

static void a_struct_that_goes_on_behind_its_end_shows_what_stands_before_it(void **state)
{
    (void)state;
    assert_answer(d, "flexible_len", "n=3", "3");
    assert_answer(d, "flexible", "n=3", "{\"n\":3}");
    struct flexible { int n; } f = { 1 };
    leat_run *r = leat_run_new(d);
    assert_int_equal(leat_run_set(r, "flexible", LEAT_STRUCT(struct flexible, &f)), LEAT_EINPUT);
    leat_run_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_at_the_ends_of_their_types_pass),
        cmocka_unit_test(numbers_beyond_their_types_are_refused),
        cmocka_unit_test(a_hosts_number_is_converted_if_nothing_is_lost),
        cmocka_unit_test(a_double_too_large_for_a_float_is_refused),
        cmocka_unit_test(a_struct_is_copied_deep_during_the_call),
        cmocka_unit_test(a_struct_of_another_name_or_size_is_refused),
        cmocka_unit_test(json_is_read_and_written_back_equal),
        cmocka_unit_test(json_that_does_not_fit_names_the_field),
        cmocka_unit_test(arrays_of_numbers_texts_and_structs_are_given),
        cmocka_unit_test(arrays_of_other_elements_are_refused),
        cmocka_unit_test(lent_memory_is_given_back_once),
        cmocka_unit_test(lent_memory_is_given_back_also_when_the_call_fails),
        cmocka_unit_test(what_cannot_be_copied_must_be_lent),
        cmocka_unit_test(text_is_lent_whole),
        cmocka_unit_test(inputs_may_be_given_after_they_were_found_missing),
        cmocka_unit_test(a_place_of_the_wrong_type_is_refused),
        cmocka_unit_test(a_number_in_a_place_of_a_spelled_type_is_a_number_not_its_bits),
        cmocka_unit_test(a_number_goes_into_any_place_that_holds_it),
        cmocka_unit_test(get_copies_an_asked_output_and_no_other),
        cmocka_unit_test(a_csv_file_fills_an_array_of_structs_and_comes_out_equal),
        cmocka_unit_test(a_csv_file_that_does_not_fit_names_line_and_column),
        cmocka_unit_test(one_column_is_an_array),
        cmocka_unit_test(other_files_are_read_by_type_and_first_character),
        cmocka_unit_test(an_opaque_output_cannot_be_shown_but_had),
        cmocka_unit_test(a_struct_that_goes_on_behind_its_end_shows_what_stands_before_it),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
