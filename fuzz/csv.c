/* csv: any bytes as CSV of rows, and of one column. */
#include "types.h"
#include "value/io.h"
#include "target.h"

static void check(const struct leat__type *t, const char *text, size_t n, const char *column)
{
    union fuzz_room one, two;
    struct leat__arena arena = { 0 };
    struct leat__text out = { 0 }, again = { 0 };
    leat_error err;
    int code = leat__csv_read(t, text, n, "f", column, &arena, &one, &err);
    FUZZ_CHECK(code == 0 || code == LEAT_EINPUT || code == LEAT_ETYPE);
    FUZZ_CHECK((code == LEAT_ETYPE) == !leat__csv_can_read(t));
    if (code == 0) {
        FUZZ_CHECK(leat__csv_write(&out, t, &one, "a", &err) == 0);
        FUZZ_CHECK(leat__csv_read(t, out.data, out.len, NULL, NULL, &arena, &two, &err) == 0);
        FUZZ_CHECK(leat__csv_write(&again, t, &two, "a", &err) == 0);
        FUZZ_CHECK(out.len == again.len && !memcmp(out.data, again.data, out.len));
    }
    leat__text_fini(&out);
    leat__text_fini(&again);
    leat__arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct leat__type *t = fuzz_type(&data, &size);
    char *exact = fuzz_exact(data, size);
    if (t) {
        check(t, exact, size, NULL);
        check(t, exact, size, "a");
    }
    free(exact);
    return 0;
}
