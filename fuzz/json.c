/* json: any bytes as JSON, and as JSON lines, of many types. */
#include "types.h"
#include "value/io.h"
#include "target.h"

static const char *text_of(const struct leat__text *t) { return t->data ? t->data : ""; }

static void check_json(const struct leat__type *t, const char *text, size_t n)
{
    union fuzz_room one, two;
    struct leat__arena arena = { 0 };
    struct leat__text out = { 0 }, again = { 0 };
    leat_error err;
    int code = leat__json_read(t, text, n, "f", &arena, &one, &err);
    FUZZ_CHECK(code == 0 || code == LEAT_EINPUT);
    if (code == 0) {
        FUZZ_CHECK(leat__print_json(&out, t, &one) == 0);
        FUZZ_CHECK(leat__json_read(t, out.data, out.len, NULL, &arena, &two, &err) == 0);
        FUZZ_CHECK(leat__print_json(&again, t, &two) == 0);
        FUZZ_CHECK(!strcmp(text_of(&out), text_of(&again)));
    }
    leat__text_fini(&out);
    leat__text_fini(&again);
    leat__arena_fini(&arena);
}

static void check_lines(const struct leat__type *t, const char *text, size_t n)
{
    union fuzz_room one, two;
    struct leat__arena arena = { 0 };
    struct leat__text out = { 0 }, again = { 0 };
    leat_error err;
    int code = leat__jsonl_read(t, text, n, NULL, &arena, &one, &err);
    FUZZ_CHECK(code == 0 || code == LEAT_EINPUT);
    if (code == 0) {
        FUZZ_CHECK(leat__jsonl_write(&out, t, &one, &err) == 0);
        FUZZ_CHECK(leat__jsonl_read(t, text_of(&out), out.len, "f", &arena, &two, &err) == 0);
        FUZZ_CHECK(leat__jsonl_write(&again, t, &two, &err) == 0);
        FUZZ_CHECK(!strcmp(text_of(&out), text_of(&again)));
    }
    leat__text_fini(&out);
    leat__text_fini(&again);
    leat__arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct leat__type *t = fuzz_type(&data, &size);
    char *exact = fuzz_exact(data, size);
    if (t)
        check_json(t, exact, size);
    if (t && leat__is_slice(t))
        check_lines(t, exact, size);
    free(exact);
    return 0;
}
