/* equal: see codec.h. */
#include "value/codec.h"
#include "value/width.h"

static bool equal_scalars(struct leat__spot a, struct leat__spot b)
{
    if (!a.bits && a.type->kind != LEAT__BOOL)
        return !memcmp(a.at, b.at, leat__width(a));
    struct leat__integer x = leat__scalar_load(a), y = leat__scalar_load(b);
    if (a.type->kind == LEAT__BOOL)
        return !x.magnitude == !y.magnitude;
    return x.magnitude == y.magnitude && x.negative == y.negative;
}

static bool equal_texts(const void *a, const void *b)
{
    const char *x, *y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x == y || (x && y && !strcmp(x, y));
}

enum { DEEPEST = 128 };     /* what is nested deeper cannot be encoded */

static bool equal(struct leat__spot a, struct leat__spot b, unsigned depth);

static bool equal_items(struct leat__items x, struct leat__items y, unsigned depth)
{
    if (x.count != y.count)
        return false;
    if (!x.count || x.at == y.at || !leat__width_least(x.type))
        return true;
    if (leat__is_flat(x.type))
        return !memcmp(x.at, y.at, x.count * x.type->size);
    for (size_t i = 0; i < x.count; i++)
        if (!equal(leat__spot_of(x.type, x.at + i * x.type->size),
                   leat__spot_of(y.type, y.at + i * y.type->size), depth + 1))
            return false;
    return true;
}

static bool equal(struct leat__spot a, struct leat__spot b, unsigned depth)
{
    const struct leat__type *t = a.type;
    if (leat__is_scalar(t))
        return equal_scalars(a, b);
    if (leat__is_text(t))
        return equal_texts(a.at, b.at);
    if (leat__is_chars(t))
        return !strncmp(a.at, b.at, t->count);
    if (depth >= DEEPEST)
        return false;
    if (leat__is_block(t))
        return equal_items(leat__block_items(t, a.at), leat__block_items(t, b.at), depth);
    if (leat__is_slice(t) || t->kind == LEAT__ARRAY)
        return equal_items(leat__items_of(t, a.at), leat__items_of(t, b.at), depth);
    for (uint32_t i = 0; i < t->count; i++)
        if (!leat__is_filler(&t->members[i]) &&
            !equal(leat__spot_member(&t->members[i], a.at),
                   leat__spot_member(&t->members[i], b.at), depth + 1))
            return false;
    return true;
}

bool leat__equal(const struct leat__type *t, const void *a, const void *b)
{
    return leat__is_derivable(t) && equal(leat__spot_of(t, a), leat__spot_of(t, b), 0);
}
