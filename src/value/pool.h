/* pool: texts packed into an arena, one behind the other, without its rounding. */
#pragma once
#include "base/arena.h"
#include <string.h>

struct leat__pool { struct leat__arena *arena; char *at, *end; };

/* n bytes, a NUL behind them that n does not count; NULL: out of memory. */
static inline char *leat__pool_room(struct leat__pool *p, size_t n)
{
    enum { BLOCK = 1 << 14 };
    char *text = p->at;
    if (n < (size_t)(p->end - p->at)) {
        p->at += n + 1;
    } else if (n > BLOCK / 4) {         /* alone, so that the block is not thrown away for it */
        text = n + 1 ? leat__arena_alloc(p->arena, n + 1) : NULL;
    } else {
        text = leat__arena_alloc(p->arena, BLOCK);
        p->at = text ? text + n + 1 : NULL;
        p->end = text ? text + BLOCK : NULL;
    }
    if (text)
        text[n] = 0;
    return text;
}

static inline char *leat__pool_add(struct leat__pool *p, const char *s, size_t n)
{
    char *text = leat__pool_room(p, n);
    return text ? memcpy(text, s, n) : NULL;
}
