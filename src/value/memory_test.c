/* memory: every allocation of a reader or writer fails once, in turn. Each call
 * must say so, leave nothing behind and touch nothing. Linked with malloc and
 * its kin wrapped. */
#include "value/codec.h"
#include "value/destroy.h"
#include "value/fixture_test.h"
#include "value/io.h"
#include "value/sheet.h"

static long left = -1;      /* allocations until one fails; negative: none does */

static size_t taken;        /* bytes asked for */

static bool fails(void) { return left >= 0 && left-- == 0; }

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
char *__real_strdup(const char *s);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
char *__wrap_strdup(const char *s);

void *__wrap_malloc(size_t n)
{
    taken += n;
    return fails() ? NULL : __real_malloc(n);
}
void *__wrap_calloc(size_t n, size_t size)
{
    taken += n * size;
    return fails() ? NULL : __real_calloc(n, size);
}
void *__wrap_realloc(void *p, size_t n) { return fails() ? NULL : __real_realloc(p, n); }
char *__wrap_strdup(const char *s) { return fails() ? NULL : __real_strdup(s); }

/* Runs `call` with the first allocation failing, then the second, until it is
 * done without one; says how many failed. */
static int try_all(struct bench *b, int (*call)(struct bench *b))
{
    for (int n = 0; n < 10000; n++) {
        left = n;
        int code = call(b);
        bool failed = left < 0;
        left = -1;
        leat__arena_fini(&b->arena);
        leat__text_fini(&b->out);
        if (!failed) {
            assert_int_equal(code, 0);
            return n;
        }
        assert_int_equal(code, LEAT_ENOMEM);
    }
    fail_msg("it never ends");
    return 0;
}

static const char all_json[] = "{\"on\":true,\"letter\":\"x\",\"i8\":1,\"i16\":1,\"i\":1,\"l\":1,"
                               "\"u8\":1,\"u16\":1,\"u\":1,\"z\":1,\"f\":1,\"d\":1,"
                               "\"ld\":1,\"sky\":\"sun\",\"code\":\"a\\n\",\"three\":[1,2,3],"
                               "\"at\":{\"x\":1,\"y\":2},\"name\":\"n\",\"note\":null}";

static int read_json(struct bench *b)
{
    struct all x = { .i = 77 };
    int code = leat__json_read(&t_all, all_json, sizeof all_json - 1, "f", &b->arena, &x, &b->err);
    assert_int_equal(x.i, code < 0 ? 77 : 1);
    return code;
}

static int read_lists(struct bench *b)
{
    const char *text = "[[1,2,3,4,5,6,7,8,9,10],[],[1]]";
    struct any_slice s;
    return leat__json_read(&t_int_lists, text, strlen(text), NULL, &b->arena, &s, &b->err);
}

static int read_lines(struct bench *b)
{
    struct any_slice s;
    return leat__jsonl_read(&t_texts, "\"a\"\n\"b\"\n", 8, NULL, &b->arena, &s, &b->err);
}

static int read_csv(struct bench *b)
{
    const char *text = "date,temp_max,\"temp_\"\"\",temp_min\n\"a\"\"b\",1,2,3\nx,,4,5\n";
    struct any_slice s;
    return leat__csv_read(&t_days, text, strlen(text), "f", NULL, &b->arena, &s, &b->err);
}

static int read_text(struct bench *b)
{
    char *text;
    int code = leat__parse_value(&t_text, "text", &b->arena, &text, &b->err);
    return code < 0 ? code : leat__parse_value(&t_text, "\"text\"", &b->arena, &text, &b->err);
}

static struct any_slice flats(void)
{
    static struct flat rows[30];
    rows[0].note = "\"quoted\", text that is long enough to grow a buffer more than once";
    rows[1].note = "\xff\xfe";
    return (struct any_slice){ rows, 30 };
}

static int write_csv(struct bench *b)
{
    struct any_slice s = flats();
    return leat__csv_write(&b->out, &t_flats, &s, NULL, &b->err);
}

static int write_sheet(struct bench *b)
{
    double x[] = { 1, 2 };
    struct day days[] = { { "a", 1, 2 }, { "b", 3, 4 } };
    struct any_slice numbers = { x, 2 }, rows = { days, 2 };
    struct leat__sheet sheet = { 0 };
    int code = leat__sheet_add(&sheet, "x", &t_doubles, &numbers, &b->err);
    if (!code)
        code = leat__sheet_add(&sheet, "days", &t_days, &rows, &b->err);
    if (!code)
        code = leat__sheet_add(&sheet, "day", &t_day, days, &b->err);
    if (!code)
        code = leat__sheet_csv(&sheet, &b->out);
    if (!code)
        code = leat__sheet_jsonl(&sheet, &b->out);
    leat__sheet_fini(&sheet);
    return code;
}

static int write_lines(struct bench *b)
{
    struct any_slice s = flats();
    return leat__jsonl_write(&b->out, &t_flats, &s, &b->err);
}

static int write_json(struct bench *b)
{
    struct list tail = { 1, NULL }, head = { 1, &tail };
    struct any_slice s = flats();
    int code = leat__print_json(&b->out, &t_flats, &s);
    return code < 0 ? code : leat__print_json(&b->out, &t_list, &head);
}

static int write_table(struct bench *b)
{
    struct any_slice s = flats();
    return leat__print_text(&b->out, &t_flats, &s, LEAT__CUT);
}

static int copy(struct bench *b)
{
    struct any_slice s = flats(), to;
    (void)b;
    int code = leat__copy(&t_flats, &s, &to, NULL);
    if (code == 0)
        leat__destroy_copy(&t_flats, &to);
    return code;
}

/* Parts of every kind: own and const texts, inside own slices and views. */
static struct tree forest(void)
{
    static struct tree leaves[3] = { { "a", { NULL, 0 } }, { NULL, { NULL, 0 } } };
    static struct tree tops[2] = { { "top", { leaves, 3 } }, { "", { leaves, 1 } } };
    return (struct tree){ "root", { tops, 2 } };
}

static int encode(struct bench *b)
{
    struct tree tree = forest();
    return leat__encode(&t_tree, &tree, &b->out, &b->err);
}

/* The encoding itself is made where no allocation fails. */
static struct leat__encoded encoded(const struct leat__type *t, const void *at, struct bench *b)
{
    long before = left;
    left = -1;
    assert_int_equal(leat__encode(t, at, &b->out, &b->err), 0);
    left = before;
    return (struct leat__encoded){ b->out.data, b->out.len, 1 << 16 };
}

static int decode(struct bench *b)
{
    struct tree tree = forest(), to = { .name = "before" };
    int code = leat__decode(&t_tree, encoded(&t_tree, &tree, b), NULL, &to, &b->err);
    if (code < 0)
        assert_string_equal(to.name, "before");
    else
        leat__destroy_copy(&t_tree, &to);
    return code;
}

static int decode_to_own(struct bench *b)
{
    struct tree tree = forest(), to;
    struct all all = { .name = "own", .note = "lent" }, back;
    int code = leat__decode_to_own(&t_tree, encoded(&t_tree, &tree, b), &b->arena, &to, &b->err);
    if (code < 0)
        return code;
    leat__destroy(&t_tree, &to);
    leat__text_fini(&b->out);
    code = leat__decode_to_own(&t_all, encoded(&t_all, &all, b), &b->arena, &back, &b->err);
    if (code == 0)
        leat__destroy(&t_all, &back);
    return code;
}

static int decode_borrowed(struct bench *b)
{
    struct any_slice s = flats(), to;
    return leat__decode(&t_flats, encoded(&t_flats, &s, b), &b->arena, &to, &b->err);
}

static int digest(struct bench *b)
{
    unsigned char out[LEAT__VALUE_DIGEST];
    struct tree tree = forest();
    int code = leat__value_digest(&t_tree, &tree, out, &b->err);
    return code < 0 ? code : leat__sig_digest(&t_all, out, &b->err);
}

static int refuse(struct bench *b)
{
    struct all all = { 0 }, to;
    struct leat__encoded in = encoded(&t_all, &all, b);
    in.size--;
    int code = leat__decode(&t_all, in, &b->arena, &to, &b->err);
    assert_int_equal(code, LEAT_EINPUT);
    assert_int_equal(leat__encode(&t_boxed, &to, &b->out, &b->err), LEAT_ETYPE);
    return 0;
}

static void codecs_survive_each_allocation_that_fails(void **state)
{
    assert_true(try_all(*state, encode) > 0);
    assert_true(try_all(*state, decode) > 10);
    assert_true(try_all(*state, decode_to_own) > 12);
    assert_true(try_all(*state, decode_borrowed) == 1);
    assert_true(try_all(*state, digest) > 0);
}

/* What a hostile encoding asks for is never taken: each of its bytes is changed
 * to each of a few. */
static void a_decoder_takes_no_more_memory_than_its_budget(void **state)
{
    enum { BUDGET = 400 };
    static const unsigned char bytes[] = { 0, 1, 2, 7, 0x40, 0x7f, 0x80, 0xff };
    struct bench *b = *state;
    struct tree tree = forest(), to;
    struct leat__encoded in = encoded(&t_tree, &tree, b);
    unsigned read = 0;
    in.budget = BUDGET;
    for (size_t i = 0; i < in.size * sizeof bytes; i++) {
        char *at = b->out.data + i / sizeof bytes, before = *at;
        *at = (char)bytes[i % sizeof bytes];
        taken = 0;
        bool ok = leat__decode(&t_tree, in, NULL, &to, NULL) == 0;
        assert_true(taken <= (ok ? BUDGET + sizeof to : 0));
        if (ok)
            leat__destroy_copy(&t_tree, &to);
        read += ok;
        *at = before;
    }
    assert_true(read > 50);
}

/* The error is told without its path then. */
static void a_refusal_survives_each_allocation_that_fails(void **state)
{
    struct bench *b = *state;
    for (left = 0; left < 10; left++) {
        long n = left;
        assert_int_equal(refuse(b), 0);
        leat__arena_fini(&b->arena);
        leat__text_fini(&b->out);
        left = n;
    }
    left = -1;
}

static void readers_survive_each_allocation_that_fails(void **state)
{
    assert_true(try_all(*state, read_json) > 1);
    assert_true(try_all(*state, read_lists) > 1);
    assert_true(try_all(*state, read_lines) > 1);
    assert_true(try_all(*state, read_csv) > 3);
    assert_true(try_all(*state, read_text) > 1);
}

static void writers_survive_each_allocation_that_fails(void **state)
{
    assert_true(try_all(*state, write_csv) > 2);
    assert_true(try_all(*state, write_lines) > 2);
    assert_true(try_all(*state, write_sheet) > 3);
    assert_true(try_all(*state, write_json) > 2);
    assert_true(try_all(*state, write_table) > 20);
}

static void copies_survive_each_allocation_that_fails(void **state)
{
    assert_true(try_all(*state, copy) > 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(readers_survive_each_allocation_that_fails),
        TEST(writers_survive_each_allocation_that_fails),
        TEST(copies_survive_each_allocation_that_fails),
        TEST(codecs_survive_each_allocation_that_fails),
        TEST(a_decoder_takes_no_more_memory_than_its_budget),
        TEST(a_refusal_survives_each_allocation_that_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
