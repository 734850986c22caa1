/* growth: items of an array that is being read. */
#pragma once
#include <stdlib.h>
#include <string.h>

/* Items of a slice while their number is unknown. */
struct leat__growth { char *data; size_t len, cap, size; };

/* A zeroed item at the end, NULL: out of memory. */
static inline char *leat__grow(struct leat__growth *g)
{
    if (g->len == g->cap) {
        size_t cap = g->cap ? g->cap * 2 : 8, bytes;
        char *data = __builtin_mul_overflow(cap, g->size, &bytes) ? NULL : realloc(g->data, bytes);
        if (!data)
            return NULL;
        g->data = data;
        g->cap = cap;
    }
    char *item = g->data + g->len++ * g->size;
    return memset(item, 0, g->size);
}
