/* hook: see run/hook.h and leat/hook.h. */
#include "run/hook.h"
#include "base/ticks.h"
#include <stddef.h>
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
    pthread_mutex_init(&h->turn, NULL);
    return h;
}

leat_hook *leat_hook_new_events(const leat_event_ops *ops, void *user)
{
    leat_call_ops none = { .size = sizeof none, .destroy = ops && ops->size > offsetof(leat_event_ops, destroy) ? ops->destroy : NULL };
    leat_hook *h = leat_hook_new(&none, user);
    leat__ticks_start();
    if (h && ops)
        memcpy(&h->event_ops, ops, ops->size < sizeof h->event_ops ? ops->size : sizeof h->event_ops);
    return h;
}

void leat_hook_stop(leat_hook *h)
{
    if (h)
        h->stopped = true;
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
    pthread_mutex_destroy(&h->turn);
    free(h);
}
