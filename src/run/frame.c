/* frame: one block for slots, outputs and scratch, so that recycling is one memset. */
#include "run/frame.h"
#include <leat/error.h>
#include <stdlib.h>
#include <string.h>

int leat__frame_init(struct leat__frame *f, const struct leat__plan *plan)
{
    size_t slots = ((size_t)plan->n + 1) * sizeof(struct leat__slot);
    size_t align = plan->align > 16 ? plan->align : 16;
    slots = (slots + align - 1) & ~(align - 1);
    size_t size = (slots + plan->places + align - 1) & ~(align - 1);
    char *at = aligned_alloc(align, size);
    if (!at)
        return LEAT_ENOMEM;
    memset(at, 0, size);
    f->plan = plan;
    f->slot = (struct leat__slot *)at;
    f->place = at + slots;
    f->size = size;
    return 0;
}

void leat__frame_reset(struct leat__frame *f)
{
    memset(f->slot, 0, f->size);
    atomic_store_explicit(&f->live, 0, memory_order_relaxed);
}

void leat__frame_fini(struct leat__frame *f)
{
    free(f->slot);
    f->slot = NULL;
    f->plan = NULL;
}
