/* items: slices and fixed arrays in memory, and the ones that stand for text. */
#pragma once
#include "value/type.h"
#include <stdbool.h>
#include <string.h>

/* The items of a slice or fixed array. */
struct leat__items { const struct leat__type *type; char *at; size_t count; };
static inline struct leat__items leat__items_of(const struct leat__type *t, const void *at)
{
    if (t->kind == LEAT__ARRAY)
        return (struct leat__items){ t->of, (char *)(uintptr_t)at, t->count };
    struct leat__items x = { leat__slice_item(t), NULL, 0 };
    memcpy(&x.at, at, sizeof x.at);
    memcpy(&x.count, (const char *)at + t->members[1].offset, sizeof x.count);
    if (!x.at)
        x.count = 0;
    return x;
}
/* How many items a block's lengths tell of, at its extents' place; false: one is
 * negative, or they are more than memory holds. */
bool leat__block_count(const struct leat__type *t, const void *at, size_t *out_count);
/* Its length along one extent; SIZE_MAX: negative, or more than memory holds. */
size_t leat__extent(const struct leat__type *t, uint32_t i, const void *at);
/* The items of a block whose lengths are good; none where its pointer is NULL. */
static inline struct leat__items leat__block_items(const struct leat__type *t, const void *at)
{
    struct leat__items x = { t->of, NULL, 0 };
    memcpy(&x.at, at, sizeof x.at);
    if (x.at && !leat__block_count(t, at, &x.count))
        x.count = 0;
    return x;
}
/* Of a T at `at`: the pointer at that offset leads to items, and there are none. */
bool leat__leads_nowhere(const struct leat__type *t, uint32_t offset, const void *at);
/* data, len, and cap (= len) if there is one. */
static inline void leat__put_slice(const struct leat__type *t, void *at, void *data, size_t len)
{
    memcpy(at, &data, sizeof data);
    for (uint32_t i = 1; i < t->count; i++)
        memcpy((char *)at + t->members[i].offset, &len, sizeof len);
}

/* char[N]: its bytes up to the first NUL. */
static inline bool leat__is_chars(const struct leat__type *t)
{
    return t->kind == LEAT__ARRAY && t->of->kind == LEAT__CHAR;
}
/* {char *data; size_t len;}: a text with its length. */
static inline bool leat__is_char_slice(const struct leat__type *t)
{
    return leat__is_slice(t) && leat__slice_item(t)->kind == LEAT__CHAR;
}
/* {uint8_t *data; size_t len;} */
static inline bool leat__is_byte_slice(const struct leat__type *t)
{
    return leat__is_slice(t) && leat__slice_item(t)->kind == LEAT__UINT &&
           leat__slice_item(t)->size == 1;
}
