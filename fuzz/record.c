/* record: any bytes as a record. The size in the header is put right, so that
 * more inputs come past it. */
#include "module/record.h"
#include "value/codec.h"
#include "target.h"

/* What a build asks of every type. */
static void ask(const struct leat__type *t, struct leat__text *out)
{
    leat__text_clear(out);
    leat__type_print(out, t);
    leat__type_declare(out, t, "x");
    leat__type_shape(out, t);
    leat__is_trivial(t);
    leat__undestroyable(t);
    FUZZ_CHECK(leat__type_equal(t, t) || (t->flags & LEAT__INCOMPLETE));
    FUZZ_CHECK(leat__sig_print(out, t) == (leat__is_derivable(t) ? 0 : LEAT_ETYPE));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct leat__record r;
    struct leat__text out = { 0 };
    struct leat__record_header header;
    leat_error err;
    char *bytes = fuzz_string(data, size);
    if (size >= sizeof header) {
        memcpy(&header, bytes, sizeof header);
        header.size = (uint32_t)size;
        memcpy(bytes, &header, sizeof header);
    }
    int code = leat__record_read(&r, bytes, size, "f", &err);
    FUZZ_CHECK(code == 0 || code == LEAT_EBUILD);
    if (code == 0) {
        leat__record_print(&out, &r);
        for (uint32_t i = 0; i < r.type_count && i < 200; i++)
            ask(&r.types[i], &out);
        leat__record_fini(&r);
    }
    leat__text_fini(&out);
    return 0;
}
