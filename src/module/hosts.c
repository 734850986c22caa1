/* hosts: see module/hosts.h. */
#include "module/hosts.h"
#include "base/error.h"
#include "base/vector.h"
#include "module/module.h"
#include <string.h>

struct leat__hosts *leat__hosts_new(const char *space)
{
    struct leat__hosts *h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    h->refs = 1;
    h->types.arena = &h->arena;
    if (space && !(h->types.space = h->space = leat__arena_strdup(&h->arena, space))) {
        leat__hosts_unref(h);
        return NULL;
    }
    return h;
}

struct leat__hosts *leat__hosts_ref(struct leat__hosts *h)
{
    atomic_fetch_add_explicit(&h->refs, 1, memory_order_relaxed);
    return h;
}

void leat__hosts_unref(struct leat__hosts *h)
{
    while (h && atomic_fetch_sub_explicit(&h->refs, 1, memory_order_acq_rel) == 1) {
        struct leat__hosts *below = h->below;
        leat__types_fini(&h->types);
        leat__arena_fini(&h->arena);
        free(h->at);
        free(h->wrong);
        free(h);
        h = below;
    }
}

/* NULL, and *good false, without memory. */
static void *copy(const void *from, uint32_t n, size_t size, bool *good)
{
    void *to = n && *good ? malloc(n * size) : NULL;
    if (to)
        memcpy(to, from, n * size);
    *good &= to || !n;
    return to;
}

/* Nobody else has *h: it may be changed. */
static int own(struct leat__hosts **h)
{
    struct leat__hosts *old = *h;
    if (atomic_load_explicit(&old->refs, memory_order_acquire) == 1)
        return 0;
    struct leat__hosts *h2 = calloc(1, sizeof *h2);
    bool good = h2;
    if (!good)
        return LEAT_ENOMEM;
    *h2 = (struct leat__hosts){ .refs = 1, .space = old->space, .module = old->module, .builders = old->builders,
                                 .left_out = old->left_out };
    h2->at = copy(old->at, old->count, sizeof *old->at, &good);
    h2->wrong = copy(old->wrong, old->wrongs, sizeof *old->wrong, &good);
    h2->types.row = copy(old->types.row, old->types.count, sizeof *old->types.row, &good);
    h2->types.arena = &h2->arena;
    h2->types.space = old->space;
    if (!good) {
        leat__hosts_unref(h2);
        return LEAT_ENOMEM;
    }
    h2->count = h2->cap = old->count;
    h2->wrongs = h2->wrong_cap = old->wrongs;
    h2->types.count = h2->types.cap = old->types.count;
    h2->below = old;                    /* with the hold that *h was */
    *h = h2;
    return 0;
}

static int keep_wrong(struct leat__hosts *h, const char *message)
{
    const char *kept = leat__arena_strdup(&h->arena, message);
    if (!kept || !LEAT__ROOM(h->wrong, h->wrongs, h->wrong_cap))
        return LEAT_ENOMEM;
    h->wrong[h->wrongs++] = kept;
    return 0;
}

int leat__hosts_add(struct leat__hosts **to, const char *prototype, leat__trampoline *call, void *user)
{
    if (own(to) < 0)
        return LEAT_ENOMEM;
    struct leat__hosts *h = *to;
    leat_error err;
    if (h->count == LEAT__REGISTERED_MOST)
        return h->left_out++, 0;
    if (!LEAT__ROOM(h->at, h->count, h->cap))
        return LEAT_ENOMEM;
    struct leat__function *f = &h->at[h->count];
    *f = (struct leat__function){ .fn = user };
    int code = leat__prototype_parse(&h->types, prototype, NULL, &(struct leat__head){ .module = h->module, .call = call },
                                     f, &err);
    if (code)
        return code == LEAT_ENOMEM ? code : keep_wrong(h, err.message);
    h->builders |= f->head->count == 1 && f->head->types[0]->kind == LEAT__POINTER;
    h->count++;
    return 0;
}

int leat__hosts_number(struct leat__hosts **h, uint32_t number)
{
    if ((*h)->module == number)
        return 0;
    if (own(h) < 0)
        return LEAT_ENOMEM;
    for (uint32_t i = 0; i < (*h)->count; i++) {
        struct leat__head head = *(*h)->at[i].head;     /* others may share it */
        head.module = number;
        struct leat__head *own = leat__prototype_head(&(*h)->types, &head);
        if (!own)
            return LEAT_ENOMEM;
        (*h)->at[i].head = own;
    }
    (*h)->module = number;
    return 0;
}
