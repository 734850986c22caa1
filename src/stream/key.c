/* key: which packets belong together: equal keys have equal hashes, member by
 * member, so that padding does not count and text ends at its NUL. */
#include "stream/operator.h"
#include <math.h>
#include <string.h>

static uint64_t mix(uint64_t h, uint64_t x)
{
    h = (h ^ x) * 0x9e3779b97f4a7c15u;
    return h ^ h >> 32;
}

static uint64_t hash_bytes(uint64_t h, const char *at, size_t n)
{
    uint64_t x;
    for (; n >= 8; at += 8, n -= 8) {
        memcpy(&x, at, 8);
        h = mix(h, x);
    }
    for (x = n; n > 0; n--)
        x = x << 8 | (unsigned char)at[n - 1];
    return mix(h, x);
}

/* As a number, so that the size of an integer and its sign do not matter. */
static uint64_t hash_number(uint64_t h, const struct leat__type *t, const void *at)
{
    uint64_t x = 0;
    double d = 0;
    memcpy(&x, at, t->size <= 8 ? t->size : 8);
    if (t->kind == LEAT__FLOAT) {
        if (t->size == 4) {
            float f;
            memcpy(&f, at, 4);
            d = f;
        } else {
            memcpy(&d, at, 8);
        }
        d = d == 0 ? 0 : d != d ? NAN : d;      /* -0 equals 0, and what is no number is one */
        memcpy(&x, &d, 8);
    } else if (t->size < 8 && (t->kind == LEAT__INT || (t->kind == LEAT__ENUM && t->flags & LEAT__SIGNED))) {
        unsigned unused = 64 - 8 * t->size;
        x = (uint64_t)((int64_t)(x << unused) >> unused);
    }
    return mix(h, x);
}

static uint64_t hash(uint64_t h, const struct leat__type *t, const char *at)
{
    if (t->kind == LEAT__ARRAY && t->of->kind == LEAT__CHAR)
        return hash_bytes(h, at, strnlen(at, t->size));
    if (leat__is_text(t)) {
        const char *s;
        memcpy(&s, at, sizeof s);
        return s ? hash_bytes(h, s, strlen(s)) : mix(h, 1);
    }
    for (uint32_t i = 0; t->kind == LEAT__ARRAY && i < t->count; i++)
        h = hash(h, t->of, at + (size_t)i * t->of->size);
    for (uint32_t i = 0; t->kind == LEAT__STRUCT && i < t->count; i++)
        h = hash(h, t->members[i].type, at + t->members[i].offset);
    return leat__is_scalar(t) ? hash_number(h, t, at) : h;
}

uint64_t leat__key_hash(const struct leat__type *t, const void *at) { return hash(0x6c656174, t, at); }

const char *leat__key_misfit(const struct leat__type *t)
{
    const char *why = NULL;
    if (leat__is_scalar(t))
        return t->kind == LEAT__FLOAT && t->size > 8 ? "a long double is no key" : NULL;
    if (leat__is_text(t))
        return NULL;
    if (t->kind == LEAT__ARRAY)
        return leat__is_endless(t) ? "an array without a length is no key" : leat__key_misfit(t->of);
    if (t->kind != LEAT__STRUCT || t->flags & (LEAT__BITFIELDS | LEAT__INCOMPLETE))
        return "it is no number, text or struct of these";
    for (uint32_t i = 0; i < t->count && !why; i++)
        why = leat__key_misfit(t->members[i].type);
    return why;
}
