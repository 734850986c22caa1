/* codec: a value as bytes that mean the same in every process, both ways.
 *
 *     bool                1 byte, 0 or 1
 *     integer, enum, char its size, little-endian; a bit-field the bytes its bits need
 *     float, double       its bits; a long double the bytes that hold its value
 *     char[N]             N bytes: the text, then zeros
 *     text                uint64 length, all ones for NULL; the bytes without a NUL
 *     slice               uint64 length, the items; a `cap` is not told
 *     array, struct       items, members in declared order, without padding
 *     block               nothing in its place; its items behind all members of its
 *                         struct, which tell how many there are
 *
 * One value has one encoding: padding, addresses and what stands behind the NUL
 * of a char[N] do not count, the sign of zero and the bits of a NaN do. Readers
 * take nothing else than what writers write.
 *
 * The type must be derivable (leat__is_derivable), else LEAT_ETYPE names the part
 * that is opaque. Errors name the place: "value.rows[3].name: ...". Nesting is at
 * most 128 deep. */
#pragma once
#include "base/arena.h"
#include "base/text.h"
#include "value/type.h"
#include <leat/error.h>

/* --- out --- */

/* Where encoded bytes go, piece by piece. 0, or a code that ends the encoding. */
struct leat__sink { int (*take)(struct leat__sink *sink, const void *bytes, size_t n); };

/* LEAT_EINPUT: too deep, or a slice with a length and no data. `out` then holds
 * a part of it. */
int leat__encode(const struct leat__type *t, const void *at, struct leat__text *out,
                 leat_error *err);
int leat__encode_to(const struct leat__type *t, const void *at, struct leat__sink *sink,
                    leat_error *err);

/* --- in --- */

/* budget: bytes of memory that texts and items may take. */
struct leat__encoded { const void *bytes; size_t size, budget; };

/* All bytes are checked before anything is allocated or written. LEAT_EINPUT:
 * they are no value of this type, or it would take more than the budget. A cap
 * is the len, padding is zero. With an arena every part lives there, in one
 * block; with NULL each is malloc'ed, for leat__destroy_copy. */
int leat__decode(const struct leat__type *t, struct leat__encoded in, struct leat__arena *arena,
                 void *at, leat_error *err);
/* To be written or taken: what leat__destroy frees is malloc'ed, what is const
 * lives in the arena. */
int leat__decode_to_own(const struct leat__type *t, struct leat__encoded in,
                        struct leat__arena *arena, void *at, leat_error *err);

/* --- what a type's bytes mean --- */

/* The sig: names, kinds and widths in order. Types of one sig have one encoding,
 * wherever a compiler puts the members and whoever owns the parts. As text:
 * struct"day"{"date":c[11],"temp":f8}. */
int leat__sig_print(struct leat__text *out, const struct leat__type *t);

/* --- digest, equality --- */

enum { LEAT__VALUE_DIGEST = 32 };

/* BLAKE2b-256 of the encoding, which is never built as a whole. */
int leat__value_digest(const struct leat__type *t, const void *at,
                       unsigned char out[LEAT__VALUE_DIGEST], leat_error *err);
/* BLAKE2b-256 of the sig. */
int leat__sig_digest(const struct leat__type *t, unsigned char out[LEAT__VALUE_DIGEST],
                     leat_error *err);
/* Their encodings are equal, without encoding them; for all that can be encoded. */
bool leat__equal(const struct leat__type *t, const void *a, const void *b);
