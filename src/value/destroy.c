/* destroy, copy: one walk over a layout each. */
#include "value/destroy.h"
#include <leat/error.h>
#include <stdlib.h>
#include <string.h>

struct slice { void *data; size_t len, cap; };

/* Whoever moves such a value sets its callback to NULL, and so does the callback. */
static void release(const struct leat__member *m, void *at)
{
    void (*call)(void *);
    memcpy(&call, (char *)at + m->offset, sizeof call);
    if (call)
        call(at);
}

/* all: const parts too, as in a deep copy that borrows nothing. */
static void destroy(const struct leat__type *t, void *at, bool all)
{
    const struct leat__member *m;
    if (!all && leat__is_trivial(t))
        return;
    if (leat__is_slice(t)) {
        struct slice *s = at;
        const struct leat__type *item = leat__slice_item(t);
        if (!all && leat__is_view(t))
            return;
        if (s->data && (all || !leat__is_trivial(item)))
            for (size_t i = 0; i < s->len; i++)
                destroy(item, (char *)s->data + i * item->size, all);
        free(s->data);
        s->data = NULL;
        s->len = 0;
        return;
    }
    switch (t->kind) {
    case LEAT__POINTER:
        if (leat__is_text(t) && (all || !(t->flags & LEAT__TO_CONST))) {
            free(*(void **)at);
            *(void **)at = NULL;
        }
        break;
    case LEAT__ARRAY:
        for (uint32_t i = 0; i < t->count; i++)
            destroy(t->of, (char *)at + (size_t)i * t->of->size, all);
        break;
    case LEAT__STRUCT:
        if ((m = leat__release_member(t))) {
            release(m, at);
            break;
        }
        for (uint32_t i = t->count; i-- > 0;)
            destroy(t->members[i].type, (char *)at + t->members[i].offset, all);
        break;
    }
}

void *leat__new(const struct leat__type *t)
{
    size_t align = t->align > 16 ? t->align : 16, size = (t->size + align - 1) / align * align;
    void *at = aligned_alloc(align, size ? size : align);
    if (at)
        memset(at, 0, size);
    return at;
}

void leat__destroy(const struct leat__type *t, void *at) { destroy(t, at, false); }
void leat__destroy_copy(const struct leat__type *t, void *at) { destroy(t, at, true); }

static void *take(struct leat__arena *arena, size_t n, size_t size)
{
    if (arena)
        return leat__arena_array(arena, n, size);
    return calloc(n ? n : 1, size ? size : 1);
}

/* Where parts of a copy live: own ones and const ones, NULL: malloc'ed. */
struct homes { struct leat__arena *own, *lent; };

/* `to` already holds the bytes of `from`; parts are replaced one by one. What is
 * not replaced yet is cleared first, so that destroy_copy may run at any time. */
static int copy(const struct leat__type *t, void *to, struct homes homes)
{
    int code = 0;
    if (leat__is_slice(t)) {
        struct slice *s = to;
        const struct leat__type *item = leat__slice_item(t);
        const void *from = s->data;
        size_t len = s->len;
        s->data = NULL;
        s->len = 0;
        if (t->count == 3)
            s->cap = len;
        if (!from)
            return len ? LEAT_EINPUT : 0;
        if (leat__is_view(t))
            homes.own = homes.lent;
        if (!(s->data = take(homes.own, len, item->size)))
            return LEAT_ENOMEM;
        for (; s->len < len && !code; s->len += !code) {
            char *at = (char *)s->data + s->len * item->size;
            memcpy(at, (const char *)from + s->len * item->size, item->size);
            code = copy(item, at, homes);
        }
        return code;
    }
    switch (t->kind) {
    case LEAT__POINTER: {
        const char *from = *(const char **)to;
        *(char **)to = NULL;
        if (!from)
            return 0;
        struct leat__arena *home = t->flags & LEAT__TO_CONST ? homes.lent : homes.own;
        *(char **)to = home ? leat__arena_strdup(home, from) : strdup(from);
        return *(char **)to ? 0 : LEAT_ENOMEM;
    }
    case LEAT__ARRAY:
        for (uint32_t i = 0; i < t->count && !code; i++)
            if ((code = copy(t->of, (char *)to + (size_t)i * t->of->size, homes)) < 0)
                memset((char *)to + (size_t)(i + 1) * t->of->size, 0, (size_t)(t->count - i - 1) * t->of->size);
        return code;
    case LEAT__STRUCT:
        for (uint32_t i = 0; i < t->count; i++) {
            const struct leat__member *m = &t->members[i];
            if (code)
                memset((char *)to + m->offset, 0, m->type->size);
            else
                code = copy(m->type, (char *)to + m->offset, homes);
        }
        return code;
    }
    return 0;
}

int leat__copy(const struct leat__type *t, const void *from, void *to, struct leat__arena *arena)
{
    if (!leat__is_derivable(t))
        return LEAT_ETYPE;
    memcpy(to, from, t->size);
    int code = copy(t, to, (struct homes){ arena, arena });
    if (code < 0) {
        if (!arena)
            leat__destroy_copy(t, to);
        memset(to, 0, t->size);
    }
    return code;
}

int leat__copy_to_own(const struct leat__type *t, const void *from, void *to, struct leat__arena *arena)
{
    if (!leat__is_derivable(t))
        return LEAT_ETYPE;
    memcpy(to, from, t->size);
    int code = copy(t, to, (struct homes){ NULL, arena });
    if (code < 0) {
        leat__destroy(t, to);
        memset(to, 0, t->size);
    }
    return code;
}
