/* memory: every allocation of a reader or writer fails once, in turn. Each call
 * must say so, leave nothing behind and touch nothing. Linked with malloc and
 * its kin wrapped. */
#include "value/fixture_test.h"
#include "value/destroy.h"
#include "value/io.h"

static long left = -1;      /* allocations until one fails; negative: none does */

static bool fails(void) { return left >= 0 && left-- == 0; }

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
char *__real_strdup(const char *s);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
char *__wrap_strdup(const char *s);

void *__wrap_malloc(size_t n) { return fails() ? NULL : __real_malloc(n); }
void *__wrap_calloc(size_t n, size_t size) { return fails() ? NULL : __real_calloc(n, size); }
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
