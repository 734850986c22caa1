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
