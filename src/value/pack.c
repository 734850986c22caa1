/* pack: see value/pack.h. */
#include "value/pack.h"
#include <string.h>

/* --- out --- */

static void put(struct leat__text *out, uint8_t head, uint64_t v, int bytes)
{
    char buf[9] = { (char)head };
    for (int i = 0; i < bytes; i++)
        buf[1 + i] = (char)(v >> (8 * (bytes - 1 - i)));
    leat__text_addn(out, buf, (size_t)bytes + 1);
}

void leat__pack_nil(struct leat__text *out) { put(out, 0xc0, 0, 0); }

void leat__pack_bool(struct leat__text *out, bool v) { put(out, v ? 0xc3 : 0xc2, 0, 0); }

void leat__pack_uint(struct leat__text *out, uint64_t v)
{
    if (v < 0x80)
        put(out, (uint8_t)v, 0, 0);
    else if (v <= UINT8_MAX)
        put(out, 0xcc, v, 1);
    else if (v <= UINT16_MAX)
        put(out, 0xcd, v, 2);
    else if (v <= UINT32_MAX)
        put(out, 0xce, v, 4);
    else
        put(out, 0xcf, v, 8);
}

void leat__pack_int(struct leat__text *out, int64_t v)
{
    if (v >= 0)
        leat__pack_uint(out, (uint64_t)v);
    else if (v >= -32)
        put(out, (uint8_t)v, 0, 0);
    else if (v >= INT8_MIN)
        put(out, 0xd0, (uint64_t)v, 1);
    else if (v >= INT16_MIN)
        put(out, 0xd1, (uint64_t)v, 2);
    else if (v >= INT32_MIN)
        put(out, 0xd2, (uint64_t)v, 4);
    else
        put(out, 0xd3, (uint64_t)v, 8);
}

void leat__pack_double(struct leat__text *out, double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    put(out, 0xcb, bits, 8);
}

/* A length: up to `tiny` within the head, then in 1 (head8, 0: never), 2 or 4 bytes. */
static void put_length(struct leat__text *out, uint8_t head, uint32_t tiny, uint8_t head8, uint8_t head16, uint64_t n)
{
    if (n > UINT32_MAX)
        out->failed = true;
    else if (n < tiny)
        put(out, (uint8_t)(head | n), 0, 0);
    else if (head8 && n <= UINT8_MAX)
        put(out, head8, n, 1);
    else if (n <= UINT16_MAX)
        put(out, head16, n, 2);
    else
        put(out, head16 + 1, n, 4);
}

void leat__pack_text(struct leat__text *out, const char *s, size_t n)
{
    put_length(out, 0xa0, 32, 0xd9, 0xda, n);
    leat__text_addn(out, s, n);
}

void leat__pack_bytes(struct leat__text *out, const void *p, size_t n)
{
    put_length(out, 0, 0, 0xc4, 0xc5, n);
    leat__text_addn(out, p, n);
}

void leat__pack_array(struct leat__text *out, uint32_t n) { put_length(out, 0x90, 16, 0, 0xdc, n); }

void leat__pack_map(struct leat__text *out, uint32_t n) { put_length(out, 0x80, 16, 0, 0xde, n); }

/* --- in --- */

struct leat__unpack leat__unpack_of(const void *p, size_t n)
{
    const uint8_t *at = p ? p : (const uint8_t *)"";
    return (struct leat__unpack){ at, at + n, false };
}

enum leat__pack_kind leat__unpack_kind(const struct leat__unpack *u)
{
    if (u->failed)
        return LEAT__PACK_BAD;
    if (u->at == u->end)
        return LEAT__PACK_END;
    uint8_t h = *u->at;
    if (h >= 0xc0 && h <= 0xdf) {
        static const uint8_t kinds[32] = {
            LEAT__PACK_NIL, LEAT__PACK_BAD, LEAT__PACK_BOOL, LEAT__PACK_BOOL,
            LEAT__PACK_BYTES, LEAT__PACK_BYTES, LEAT__PACK_BYTES, LEAT__PACK_BAD,
            LEAT__PACK_BAD, LEAT__PACK_BAD, LEAT__PACK_BAD, LEAT__PACK_DOUBLE,
            LEAT__PACK_UINT, LEAT__PACK_UINT, LEAT__PACK_UINT, LEAT__PACK_UINT,
            LEAT__PACK_INT, LEAT__PACK_INT, LEAT__PACK_INT, LEAT__PACK_INT,
            LEAT__PACK_BAD, LEAT__PACK_BAD, LEAT__PACK_BAD, LEAT__PACK_BAD,
            LEAT__PACK_BAD, LEAT__PACK_TEXT, LEAT__PACK_TEXT, LEAT__PACK_TEXT,
            LEAT__PACK_ARRAY, LEAT__PACK_ARRAY, LEAT__PACK_MAP, LEAT__PACK_MAP
        };
        return kinds[h - 0xc0];
    }
    return h < 0x80 ? LEAT__PACK_UINT : h < 0x90 ? LEAT__PACK_MAP : h < 0xa0 ? LEAT__PACK_ARRAY
         : h < 0xc0 ? LEAT__PACK_TEXT : LEAT__PACK_INT;
}

/* How many bytes of number or length follow the head. */
static int width(uint8_t h)
{
    static const uint8_t widths[32] = { 0, 0, 0, 0, 1, 2, 4, 0, 0, 0, 4, 8, 1, 2, 4, 8,
                                        1, 2, 4, 8, 0, 0, 0, 0, 0, 1, 2, 4, 2, 4, 2, 4 };
    return h >= 0xc0 && h <= 0xdf ? widths[h - 0xc0] : 0;
}

/* The head and what follows it: a number, a length, or what the head says itself. */
static uint64_t take(struct leat__unpack *u, enum leat__pack_kind want)
{
    if (leat__unpack_kind(u) != want) {
        u->failed = true;
        return 0;
    }
    uint8_t h = *u->at++;
    int n = width(h);
    if (u->end - u->at < n) {
        u->failed = true;
        return 0;
    }
    uint64_t v = h < 0x80 ? h : h < 0xa0 ? h & 15 : h < 0xc0 ? h & 31 : h;
    if (n)
        for (v = 0; n > 0; n--)
            v = v << 8 | *u->at++;
    return v;
}

bool leat__unpack_bool(struct leat__unpack *u) { return take(u, LEAT__PACK_BOOL) == 0xc3; }

uint64_t leat__unpack_uint(struct leat__unpack *u)
{
    if (leat__unpack_kind(u) != LEAT__PACK_INT)
        return take(u, LEAT__PACK_UINT);
    int64_t v = leat__unpack_int(u);
    u->failed |= v < 0;
    return v < 0 ? 0 : (uint64_t)v;
}

int64_t leat__unpack_int(struct leat__unpack *u)
{
    if (leat__unpack_kind(u) == LEAT__PACK_UINT) {
        uint64_t v = take(u, LEAT__PACK_UINT);
        u->failed |= v > INT64_MAX;
        return v > INT64_MAX ? 0 : (int64_t)v;
    }
    uint8_t h = u->at < u->end ? *u->at : 0;
    uint64_t v = take(u, LEAT__PACK_INT);
    int bits = h >= 0xe0 ? 8 : 8 * width(h);
    if (bits == 0 || u->failed)
        return 0;
    uint64_t sign = (uint64_t)1 << (bits - 1);
    return (int64_t)((v ^ sign) - sign);
}

double leat__unpack_double(struct leat__unpack *u)
{
    enum leat__pack_kind kind = leat__unpack_kind(u);
    if (kind == LEAT__PACK_UINT)
        return (double)take(u, kind);
    if (kind == LEAT__PACK_INT)
        return (double)leat__unpack_int(u);
    uint64_t bits = take(u, LEAT__PACK_DOUBLE);
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

static const uint8_t *take_bytes(struct leat__unpack *u, enum leat__pack_kind want, size_t *out_len)
{
    uint64_t n = take(u, want);
    if (!u->failed && n <= (uint64_t)(u->end - u->at)) {
        u->at += n;
        *out_len = n;
        return u->at - n;
    }
    u->failed = true;
    *out_len = 0;
    return (const uint8_t *)"";
}

const char *leat__unpack_text(struct leat__unpack *u, size_t *out_len)
{
    return (const char *)take_bytes(u, LEAT__PACK_TEXT, out_len);
}

const uint8_t *leat__unpack_bytes(struct leat__unpack *u, size_t *out_len)
{
    return take_bytes(u, LEAT__PACK_BYTES, out_len);
}

static uint32_t take_count(struct leat__unpack *u, enum leat__pack_kind want, uint32_t each)
{
    uint64_t n = take(u, want);
    if (!u->failed && n * each <= (uint64_t)(u->end - u->at))
        return (uint32_t)n;
    u->failed = true;
    return 0;
}

uint32_t leat__unpack_array(struct leat__unpack *u) { return take_count(u, LEAT__PACK_ARRAY, 1); }

uint32_t leat__unpack_map(struct leat__unpack *u) { return take_count(u, LEAT__PACK_MAP, 2); }

/* Nothing recurses: what is inside adds to what is still to be skipped. */
void leat__unpack_skip(struct leat__unpack *u)
{
    size_t len;
    for (uint64_t left = 1; left && !u->failed; left--) {
        enum leat__pack_kind kind = leat__unpack_kind(u);
        if (kind == LEAT__PACK_TEXT || kind == LEAT__PACK_BYTES)
            take_bytes(u, kind, &len);
        else if (kind == LEAT__PACK_ARRAY)
            left += leat__unpack_array(u);
        else if (kind == LEAT__PACK_MAP)
            left += 2 * (uint64_t)leat__unpack_map(u);
        else
            take(u, kind == LEAT__PACK_END || kind == LEAT__PACK_BAD ? LEAT__PACK_NIL : kind);
    }
}
