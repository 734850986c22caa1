/* destroy, copy: one walk over a layout each. */
#include "value/destroy.h"
#include "value/items.h"
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

/* --- destroy --- */

enum { DEEPEST = 128 };     /* no copy is nested deeper; to destroy, deeper parts wait in a list */

/* Items whose turn has not come: their array is theirs to free. */
struct heap { const struct leat__type *type; void *data; size_t len; };

/* all: const parts too, as in a deep copy that borrows nothing. */
struct breaker { bool all; struct heap *late; size_t count, cap; };

static void destroy(struct breaker *b, const struct leat__type *t, void *at, unsigned depth);

/* Without memory for the list it goes on as deep as it must. */
static bool put_off(struct breaker *b, struct heap h)
{
    if (b->count == b->cap) {
        size_t cap = b->cap ? b->cap * 2 : 64;
        struct heap *late = realloc(b->late, cap * sizeof *late);
        if (!late)
            return false;
        b->late = late;
        b->cap = cap;
    }
    b->late[b->count++] = h;
    return true;
}

static void destroy_heap(struct breaker *b, struct heap h, unsigned depth)
{
    bool parts = h.data && (b->all || !leat__is_trivial(h.type));
    if (parts && depth >= DEEPEST && put_off(b, h))
        return;
    for (size_t i = 0; parts && i < h.len; i++)
        destroy(b, h.type, (char *)h.data + i * h.type->size, depth + 1);
    free(h.data);
}

static void destroy_slice(struct breaker *b, const struct leat__type *t, void *at, unsigned depth)
{
    struct slice *s = at;
    if (!b->all && leat__is_view(t))
        return;
    destroy_heap(b, (struct heap){ leat__slice_item(t), s->data, s->len }, depth);
    s->data = NULL;
    s->len = 0;
}

/* Text, a block, or what is not owned. */
static void destroy_pointer(struct breaker *b, const struct leat__type *t, void *at, unsigned depth)
{
    if (!b->all && t->flags & LEAT__TO_CONST)
        return;
    if (leat__is_text(t))
        free(*(void **)at);
    else if (leat__is_block(t))
        destroy_heap(b, (struct heap){ t->of, *(void **)at, leat__block_items(t, at).count }, depth);
    else
        return;
    *(void **)at = NULL;
}

static void destroy(struct breaker *b, const struct leat__type *t, void *at, unsigned depth)
{
    const struct leat__member *m;
    if (!b->all && leat__is_trivial(t))
        return;
    if (leat__is_slice(t)) {
        destroy_slice(b, t, at, depth);
        return;
    }
    switch (t->kind) {
    case LEAT__POINTER:
        destroy_pointer(b, t, at, depth);
        break;
    case LEAT__ARRAY:
        for (uint32_t i = 0; i < t->count; i++)
            destroy(b, t->of, (char *)at + (size_t)i * t->of->size, depth + 1);
        break;
    case LEAT__STRUCT:
        if ((m = leat__release_member(t))) {
            release(m, at);
            break;
        }
        for (uint32_t i = t->count; i-- > 0;)
            destroy(b, t->members[i].type, (char *)at + t->members[i].offset, depth + 1);
        break;
    }
}

static void destroy_whole(const struct leat__type *t, void *at, bool all)
{
    struct breaker b = { .all = all };
    destroy(&b, t, at, 0);
    while (b.count)
        destroy_heap(&b, b.late[--b.count], 0);
    free(b.late);
}

void leat__destroy(const struct leat__type *t, void *at) { destroy_whole(t, at, false); }
void leat__destroy_copy(const struct leat__type *t, void *at) { destroy_whole(t, at, true); }

void *leat__new(const struct leat__type *t)
{
    size_t align = t->align > 16 ? t->align : 16, size = (t->size + align - 1) / align * align;
    void *at = aligned_alloc(align, size ? size : align);
    if (at)
        memset(at, 0, size);
    return at;
}

/* --- copy --- */

static void *take(struct leat__arena *arena, size_t n, size_t size)
{
    if (arena)
        return leat__arena_array(arena, n, size);
    return calloc(n ? n : 1, size ? size : 1);
}

/* Where parts of a copy live: own ones and const ones, NULL: malloc'ed. */
struct homes { struct leat__arena *own, *lent; };

/* `to` already holds the bytes of `from`; parts are replaced one by one. What is
 * not replaced yet is cleared first, so that destroy_copy may run at any time;
 * but not numbers, which may be lengths of a block. */
static int copy(const struct leat__type *t, void *to, struct homes homes, unsigned depth);

static int copy_slice(const struct leat__type *t, void *to, struct homes homes, unsigned depth)
{
    struct slice *s = to;
    const struct leat__type *item = leat__slice_item(t);
    const void *from = s->data;
    size_t len = s->len;
    int code = 0;
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
        code = copy(item, at, homes, depth + 1);
    }
    if (code < 0)                       /* the broken one too is to be destroyed */
        s->len++;
    return code;
}

static int copy_block(const struct leat__type *t, void *to, struct homes homes, unsigned depth)
{
    struct leat__items from = leat__block_items(t, to);
    size_t told;
    char *items = NULL;
    int code = 0;
    memcpy(to, &items, sizeof items);
    if (!leat__block_count(t, to, &told) || told != from.count)
        return LEAT_EINPUT;
    if (t->flags & LEAT__TO_CONST)
        homes.own = homes.lent;
    if (!from.at)
        return 0;
    if (!(items = take(homes.own, told, from.type->size)))
        return LEAT_ENOMEM;
    memcpy(to, &items, sizeof items);
    for (size_t i = 0; i < told && !code; i++, items += from.type->size) {
        memcpy(items, from.at + i * from.type->size, from.type->size);
        code = copy(from.type, items, homes, depth + 1);
    }
    return code;
}

static int copy_text(const struct leat__type *t, void *to, struct homes homes)
{
    const char *from = *(const char **)to;
    *(char **)to = NULL;
    if (!from)
        return 0;
    struct leat__arena *home = t->flags & LEAT__TO_CONST ? homes.lent : homes.own;
    *(char **)to = home ? leat__arena_strdup(home, from) : strdup(from);
    return *(char **)to ? 0 : LEAT_ENOMEM;
}

static void clear(const struct leat__type *t, void *at)
{
    if (!leat__is_scalar(t))
        memset(at, 0, t->size);
}

static int copy(const struct leat__type *t, void *to, struct homes homes, unsigned depth)
{
    int code = 0;
    bool plain = leat__is_scalar(t) || leat__is_text(t) || leat__is_chars(t);
    if (depth >= DEEPEST && !plain) {
        clear(t, to);
        return LEAT_EINPUT;
    }
    if (leat__is_slice(t))
        return copy_slice(t, to, homes, depth);
    switch (t->kind) {
    case LEAT__POINTER:
        return leat__is_block(t) ? copy_block(t, to, homes, depth) : copy_text(t, to, homes);
    case LEAT__ARRAY:
        for (uint32_t i = 0; i < t->count; i++) {
            void *at = (char *)to + (size_t)i * t->of->size;
            if (code)
                clear(t->of, at);
            else
                code = copy(t->of, at, homes, depth + 1);
        }
        return code;
    case LEAT__STRUCT:
        for (uint32_t i = 0; i < t->count; i++) {
            const struct leat__member *m = &t->members[i];
            if (code)
                clear(m->type, (char *)to + m->offset);
            else
                code = copy(m->type, (char *)to + m->offset, homes, depth + 1);
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
    int code = copy(t, to, (struct homes){ arena, arena }, 0);
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
    int code = copy(t, to, (struct homes){ NULL, arena }, 0);
    if (code < 0) {
        leat__destroy(t, to);
        memset(to, 0, t->size);
    }
    return code;
}
