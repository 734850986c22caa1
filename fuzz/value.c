/* value: any text as a VALUE of the command line. */
#include "types.h"
#include "value/io.h"
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    union fuzz_room one, two;
    struct leat__arena arena = { 0 };
    struct leat__text out = { 0 }, again = { 0 }, shown = { 0 };
    leat_error err;
    const struct leat__type *t = fuzz_type(&data, &size);
    char *text = fuzz_string(data, size);
    int code = t ? leat__parse_value(t, text, &arena, &one, &err) : LEAT_EINPUT;
    FUZZ_CHECK(code == 0 || code == LEAT_EINPUT);
    if (code == 0) {
        FUZZ_CHECK(leat__print_text(&out, t, &one, 0) == 0);
        FUZZ_CHECK(leat__parse_value(t, out.data ? out.data : "", &arena, &two, &err) == 0);
        FUZZ_CHECK(leat__print_text(&again, t, &two, 0) == 0);
        FUZZ_CHECK(out.len == again.len);
        FUZZ_CHECK(!out.len || !memcmp(out.data, again.data, out.len));
        FUZZ_CHECK(leat__print_text(&shown, t, &one, LEAT__CUT) == 0);
    }
    leat__text_fini(&out);
    leat__text_fini(&again);
    leat__text_fini(&shown);
    leat__arena_fini(&arena);
    free(text);
    return 0;
}
