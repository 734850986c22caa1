/* holding: see run/holding.h. */
#include "run/holding.h"
#include <string.h>

enum { DEEPEST = 16 };

struct list { struct leat__holding *out; uint32_t count, cap; };

static void add(struct list *l, const void *where, const char *member)
{
    const void *at;
    memcpy(&at, where, sizeof at);
    if (at && l->count < l->cap)
        l->out[l->count++] = (struct leat__holding){ at, member };
}

static void walk(struct list *l, const struct leat__type *t, const char *value, const char *member, unsigned depth)
{
    if (depth > DEEPEST || l->count == l->cap || leat__is_trivial(t))
        return;
    if (leat__is_slice(t) || leat__is_text(t) || leat__is_block(t)) {
        bool lent = leat__is_slice(t) ? leat__is_view(t) : t->flags & LEAT__TO_CONST;
        if (!lent)
            add(l, value, member);
    } else if (t->kind == LEAT__ARRAY) {
        for (uint32_t i = 0; i < t->count && l->count < l->cap; i++)
            walk(l, t->of, value + (size_t)i * t->of->size, member, depth + 1);
    } else if (t->kind == LEAT__STRUCT && !leat__release_member(t)) {
        for (uint32_t i = 0; i < t->count; i++)
            walk(l, t->members[i].type, value + t->members[i].offset, t->members[i].name, depth + 1);
    }
}

uint32_t leat__holdings(const struct leat__type *t, const void *value, struct leat__holding *out, uint32_t cap)
{
    struct list l = { out, 0, cap };
    walk(&l, t, value, "", 0);
    return l.count;
}
