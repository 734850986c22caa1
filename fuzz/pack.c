/* MessagePack under any bytes: reading ends, within the input; what reads whole
 * and is written again reads the same. */
#include "target.h"
#include "value/pack.h"

static void copy(struct leat__unpack *u, struct leat__text *out, int depth)
{
    size_t n;
    const void *p;
    uint32_t count;
    switch (leat__unpack_kind(u)) {
    case LEAT__PACK_BOOL: leat__pack_bool(out, leat__unpack_bool(u)); break;
    case LEAT__PACK_UINT: leat__pack_uint(out, leat__unpack_uint(u)); break;
    case LEAT__PACK_INT: leat__pack_int(out, leat__unpack_int(u)); break;
    case LEAT__PACK_DOUBLE: leat__pack_double(out, leat__unpack_double(u)); break;
    case LEAT__PACK_TEXT: p = leat__unpack_text(u, &n); leat__pack_text(out, p, n); break;
    case LEAT__PACK_BYTES: p = leat__unpack_bytes(u, &n); leat__pack_bytes(out, p, n); break;
    case LEAT__PACK_ARRAY:
    case LEAT__PACK_MAP: {
        bool map = leat__unpack_kind(u) == LEAT__PACK_MAP;
        count = map ? leat__unpack_map(u) : leat__unpack_array(u);
        (map ? leat__pack_map : leat__pack_array)(out, count);
        for (uint64_t i = 0; i < (uint64_t)count * (map ? 2 : 1) && !u->failed; i++)
            depth < 100 ? copy(u, out, depth + 1) : leat__unpack_skip(u);
        u->failed |= depth >= 100;
        break;
    }
    default: leat__unpack_skip(u); leat__pack_nil(out);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct leat__text once = { 0 }, twice = { 0 };
    struct leat__unpack u = leat__unpack_of(data, size), v = u;
    copy(&u, &once, 0);
    leat__unpack_skip(&v);
    FUZZ_CHECK(u.failed || (!v.failed && v.at == u.at));
    if (!u.failed && !once.failed) {
        v = leat__unpack_of(once.data, once.len);
        copy(&v, &twice, 0);
        FUZZ_CHECK(!v.failed && v.at == v.end && once.len == twice.len && !memcmp(once.data, twice.data, once.len));
    }
    leat__text_fini(&once);
    leat__text_fini(&twice);
    return 0;
}
