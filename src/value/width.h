/* width: how many bytes of an encoding (codec.h) a type takes. */
#pragma once
#include "value/items.h"
#include "value/scalar.h"
#include <float.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "encodings are memory's byte order");

/* The bytes of a long double that hold its value: of x86's 16 bytes 10. */
enum { LEAT__LONG_DOUBLE = LDBL_MANT_DIG == 64 ? 10 : sizeof(long double) };

static inline size_t leat__width(struct leat__spot s)
{
    if (s.bits)
        return (s.bits + 7u) / 8;
    if (s.type->kind == LEAT__BOOL)
        return 1;
    if (s.type->kind == LEAT__FLOAT && s.type->size == sizeof(long double))
        return LEAT__LONG_DOUBLE;
    return s.type->size;
}

/* A member that is in no memory. */
static inline struct leat__spot leat__spot_nowhere(const struct leat__member *m)
{
    return (struct leat__spot){ m->type, NULL, m->bits, m->bit };
}

/* Padding with a name: a bit-field without one. */
static inline bool leat__is_filler(const struct leat__member *m) { return m->bits && !*m->name; }

/* What any value of t takes at least; 0: every value is alike. */
size_t leat__width_least(const struct leat__type *t);
/* Its memory is its encoding, whatever the value. */
bool leat__is_flat(const struct leat__type *t);
