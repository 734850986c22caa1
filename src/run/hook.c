/* hook: see run/hook.h and leat/hook.h. */
#include "run/hook.h"
#include <stdlib.h>
#include <string.h>

leat_hook *leat_hook_new(const leat_call_ops *ops, void *user)
{
    struct leat_hook *h = calloc(1, sizeof *h);
    size_t size = ops && ops->size < sizeof h->ops ? ops->size : sizeof h->ops;
    if (!ops || !h) {
        free(h);
        if (ops && ops->size >= offsetof(leat_call_ops, destroy) + sizeof ops->destroy && ops->destroy)
            ops->destroy(user);
        return NULL;
    }
    memcpy(&h->ops, ops, size);     /* an older caller knows fewer slots */
    h->user = user;
    h->refs = 1;
    return h;
}

void leat_hook_free(leat_hook *h)
{
    if (h)
        leat__hook_unref(h);
}

void leat__hook_ref(struct leat_hook *h)
{
    atomic_fetch_add_explicit(&h->refs, 1, memory_order_relaxed);
}

void leat__hook_unref(struct leat_hook *h)
{
    if (atomic_fetch_sub_explicit(&h->refs, 1, memory_order_acq_rel) != 1)
        return;
    if (h->ops.destroy)
        h->ops.destroy(h->user);
    free(h);
}
