/* block: how many items a pointer has whose lengths stand beside it. */
#include "value/items.h"
#include "value/scalar.h"
#include <stdint.h>

size_t leat__extent(const struct leat__type *t, uint32_t i, const void *at)
{
    const struct leat__extent *e = &t->extents[i];
    struct leat__spot s = { e->type, (char *)(uintptr_t)at + e->at, e->bits, e->bit };
    struct leat__integer x = leat__scalar_load(s);
    return x.negative ? SIZE_MAX : x.magnitude;
}

/* No length is too large for nothing: 0 items of any width are 0 items. */
bool leat__block_count(const struct leat__type *t, const void *at, size_t *out_count)
{
    size_t all = 1, bytes;
    bool good = true, none = false;
    for (uint32_t i = 0; i < t->count; i++) {
        size_t n = leat__extent(t, i, at);
        if (n == SIZE_MAX)
            return false;
        none |= n == 0;
        good = good && !__builtin_mul_overflow(all, n, &all);
    }
    *out_count = none ? 0 : all;
    return none || (good && !__builtin_mul_overflow(all, (size_t)t->of->size, &bytes) && bytes <= PTRDIFF_MAX);
}

static bool has_no_items(const struct leat__type *slice, const void *at)
{
    size_t len;
    memcpy(&len, (const char *)at + slice->members[1].offset, sizeof len);
    return !len;
}

bool leat__leads_nowhere(const struct leat__type *t, uint32_t offset, const void *at)
{
    if (leat__is_slice(t))
        return !offset && has_no_items(t, at);
    for (uint32_t i = 0; t->kind == LEAT__STRUCT && i < t->count; i++) {
        const struct leat__member *m = &t->members[i];
        const char *here = (const char *)at + m->offset;
        size_t count;
        if (m->offset == offset && leat__is_block(m->type))
            return leat__block_count(m->type, here, &count) && !count;
        if (!*m->name && m->type->kind == LEAT__STRUCT && offset - m->offset < m->type->size)
            return leat__leads_nowhere(m->type, offset - m->offset, here);
    }
    return false;
}
