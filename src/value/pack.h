/* pack: MessagePack, the part of it that rows and messages need: nil, bool,
 * integers, doubles, text, bytes, arrays, maps. Numbers take their shortest form,
 * so equal content has equal bytes. */
#pragma once
#include "base/text.h"
#include <stdbool.h>
#include <stdint.h>

/* --- out: appends; failure sticks in the text --- */

void leat__pack_nil(struct leat__text *out);
void leat__pack_bool(struct leat__text *out, bool v);
void leat__pack_uint(struct leat__text *out, uint64_t v);
void leat__pack_int(struct leat__text *out, int64_t v);
void leat__pack_double(struct leat__text *out, double v);
void leat__pack_text(struct leat__text *out, const char *s, size_t n);
void leat__pack_bytes(struct leat__text *out, const void *p, size_t n);
/* n items follow; n pairs of key and value follow. */
void leat__pack_array(struct leat__text *out, uint32_t n);
void leat__pack_map(struct leat__text *out, uint32_t n);

/* --- in: any bytes; failure sticks, and everything then reads as nil or 0 --- */

struct leat__unpack {
    const uint8_t *at, *end;
    bool failed;                /* cut short, not MessagePack, or not what was asked */
};
enum leat__pack_kind {
    LEAT__PACK_END, LEAT__PACK_NIL, LEAT__PACK_BOOL, LEAT__PACK_UINT, LEAT__PACK_INT, LEAT__PACK_DOUBLE,
    LEAT__PACK_TEXT, LEAT__PACK_BYTES, LEAT__PACK_ARRAY, LEAT__PACK_MAP, LEAT__PACK_BAD
};

struct leat__unpack leat__unpack_of(const void *p, size_t n);
/* What comes next, without taking it. INT: a negative one. */
enum leat__pack_kind leat__unpack_kind(const struct leat__unpack *u);
bool leat__unpack_bool(struct leat__unpack *u);
uint64_t leat__unpack_uint(struct leat__unpack *u);
int64_t leat__unpack_int(struct leat__unpack *u);
double leat__unpack_double(struct leat__unpack *u);     /* integers too */
/* Borrowed from the input, not terminated. "" and 0 on failure. */
const char *leat__unpack_text(struct leat__unpack *u, size_t *out_len);
const uint8_t *leat__unpack_bytes(struct leat__unpack *u, size_t *out_len);
/* How many items, or pairs, follow; never more than there are bytes left. */
uint32_t leat__unpack_array(struct leat__unpack *u);
uint32_t leat__unpack_map(struct leat__unpack *u);
/* Skips one value with all that is in it; nesting of any depth. */
void leat__unpack_skip(struct leat__unpack *u);
