/* width: see width.h. */
#include "value/width.h"

size_t leat__width_least(const struct leat__type *t)
{
    size_t all = 0;
    if (leat__is_scalar(t))
        return leat__width((struct leat__spot){ t, NULL, 0, 0 });
    if (leat__is_text(t) || leat__is_slice(t))
        return sizeof(uint64_t);
    if (t->kind == LEAT__POINTER)
        return 0;                   /* a block: its lengths are members */
    if (t->kind == LEAT__ARRAY)
        return t->count * leat__width_least(t->of);
    for (uint32_t i = 0; i < t->count; i++) {
        const struct leat__member *m = &t->members[i];
        if (m->bits)
            all += leat__is_filler(m) ? 0 : leat__width(leat__spot_nowhere(m));
        else
            all += leat__width_least(m->type);
    }
    return all;
}

bool leat__is_flat(const struct leat__type *t)
{
    size_t end = 0;
    if (leat__is_scalar(t))
        return t->kind != LEAT__BOOL && leat__width_least(t) == t->size;
    if (t->kind == LEAT__ARRAY)
        return !leat__is_chars(t) && leat__is_flat(t->of);
    if (t->kind != LEAT__STRUCT || leat__is_slice(t) || (t->flags & LEAT__BITFIELDS))
        return false;
    for (uint32_t i = 0; i < t->count; i++) {
        const struct leat__member *m = &t->members[i];
        if (m->offset != end || m->bits || !leat__is_flat(m->type))
            return false;
        end += m->type->size;
    }
    return end == t->size;
}
