/* digest: see codec.h. */
#include "base/error.h"
#include "value/codec.h"
#include "value/path.h"
#include <sodium.h>

_Static_assert(LEAT__VALUE_DIGEST == crypto_generichash_BYTES, "BLAKE2b-256");

struct hash_sink { struct leat__sink sink; crypto_generichash_state state; };

static int take(struct leat__sink *sink, const void *bytes, size_t n)
{
    crypto_generichash_update(&((struct hash_sink *)sink)->state, bytes, n);
    return 0;
}

int leat__value_digest(const struct leat__type *t, const void *at,
                       unsigned char out[LEAT__VALUE_DIGEST], leat_error *err)
{
    struct hash_sink s = { .sink = { take } };
    crypto_generichash_init(&s.state, NULL, 0, LEAT__VALUE_DIGEST);
    int code = leat__encode_to(t, at, &s.sink, err);
    if (code == 0)
        crypto_generichash_final(&s.state, out, LEAT__VALUE_DIGEST);
    return code;
}

int leat__sig_digest(const struct leat__type *t, unsigned char out[LEAT__VALUE_DIGEST],
                     leat_error *err)
{
    struct leat__text sig = { 0 };
    int code = leat__sig_print(&sig, t);
    if (code == LEAT_ETYPE)
        leat__refuse_opaque(t, err);
    else if (code)
        leat__fail_memory(err);
    else
        crypto_generichash(out, LEAT__VALUE_DIGEST, (const unsigned char *)sig.data, sig.len, NULL,
                           0);
    leat__text_fini(&sig);
    return code;
}
