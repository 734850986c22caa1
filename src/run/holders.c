/* holders: see run/holders.h. */
#include "run/holders.h"
#include "run/task.h"
#include "run/values.h"

/* Lets go of what a dead value held; a dead slot's count is its link in the list
 * of those to look at. */
static void die(struct leat__frame *f, uint32_t dead)
{
    const struct leat__open *o = f->plan->open;
    uint32_t list = dead + 1;
    atomic_store_explicit(&f->slot[dead].count, 0, memory_order_relaxed);
    while (list) {
        uint32_t t = list - 1;
        struct leat__slot *s = &f->slot[t];
        list = atomic_load_explicit(&s->count, memory_order_relaxed);
        const struct leat__node *n = leat__frame_node(f, t);
        if (n->flags & LEAT__NODE_OWNED && leat__slot_word(s) == LEAT__DONE)
            leat__values_destroy(f, t);
        for (uint32_t i = o->hold_at[t]; i < o->hold_at[t + 1]; i++) {
            struct leat__slot *held = &f->slot[o->hold[i]];
            if (atomic_fetch_sub_explicit(&held->count, 1, memory_order_acq_rel) != 1)
                continue;
            atomic_store_explicit(&held->count, list, memory_order_relaxed);
            list = o->hold[i] + 1;
        }
    }
}

void leat__let_go_late(struct leat__frame *f, uint32_t t)
{
    struct leat__slot *s = &f->slot[t];
    if (atomic_fetch_or(&s->word, LEAT__SLOT_MET) & LEAT__SLOT_MET)
        leat__let_go(f, t, atomic_fetch_sub_explicit(&s->count, 1, memory_order_acq_rel) == 1);
}

void leat__let_go(struct leat__frame *f, uint32_t t, bool unread)
{
    const struct leat__open *o = f->plan->open;
    if (unread)
        die(f, t);
    for (uint32_t i = o->drop_at[t]; i < o->drop_at[t + 1]; i++) {
        struct leat__slot *held = &f->slot[o->drop[i]];
        if (atomic_fetch_sub_explicit(&held->count, 1, memory_order_acq_rel) == 1)
            die(f, o->drop[i]);
    }
}
