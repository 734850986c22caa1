/* codec: any bytes as an encoding. What is taken must be the one encoding of
 * what was read. */
#include "types.h"
#include "value/codec.h"
#include "value/destroy.h"
#include "target.h"

enum { BUDGET = 1 << 16 };

static void check(const struct leat__type *t, struct leat__encoded in, const void *at)
{
    union fuzz_room copy;
    struct leat__text out = { 0 };
    unsigned char digest[LEAT__VALUE_DIGEST], other[LEAT__VALUE_DIGEST];
    leat_error err;
    FUZZ_CHECK(leat__encode(t, at, &out, &err) == 0);
    FUZZ_CHECK(out.len == in.size && !memcmp(out.data, in.bytes, in.size));
    FUZZ_CHECK(leat__copy(t, at, &copy, NULL) == 0);
    FUZZ_CHECK(leat__equal(t, at, &copy));
    FUZZ_CHECK(leat__value_digest(t, at, digest, &err) == 0);
    FUZZ_CHECK(leat__value_digest(t, &copy, other, &err) == 0);
    FUZZ_CHECK(!memcmp(digest, other, sizeof digest));
    leat__destroy_copy(t, &copy);
    leat__text_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    union fuzz_room at, own;
    struct leat__arena arena = { 0 };
    leat_error err;
    const struct leat__type *t = fuzz_type(&data, &size);
    if (!t)
        return 0;
    char *exact = fuzz_exact(data, size);
    struct leat__encoded in = { exact, size, BUDGET };
    int code = leat__decode(t, in, &arena, &at, &err);
    FUZZ_CHECK(code == 0 || code == LEAT_EINPUT);
    FUZZ_CHECK(leat__decode_to_own(t, in, &arena, &own, &err) == code);
    if (code == 0) {
        check(t, in, &at);
        check(t, in, &own);
        leat__destroy(t, &own);
    }
    leat__arena_fini(&arena);
    free(exact);
    return 0;
}
