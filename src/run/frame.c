/* frame: one block for slots, outputs and scratch, so that recycling is one memset. */
#include "run/frame.h"
#include "base/pages.h"
#include <leat/error.h>
#include <stdlib.h>
#include <string.h>

/* Slots, the policy's among them, then outputs. */
static size_t align_of(const struct leat__plan *plan) { return plan->align > 16 ? plan->align : 16; }

static size_t slots_of(const struct leat__plan *plan)
{
    size_t align = align_of(plan);
    return (((size_t)plan->n + 1) * sizeof(struct leat__slot) + align - 1) & ~(align - 1);
}

size_t leat__frame_size(const struct leat__plan *plan)
{
    size_t align = align_of(plan);
    return (slots_of(plan) + plan->places + align - 1) & ~(align - 1);
}

int leat__frame_place(struct leat__frame *f, const struct leat__plan *plan, void *memory, size_t room)
{
    size_t size = leat__frame_size(plan), align = align_of(plan);
    char *at = memory;
    if (room < size || ((uintptr_t)at & (align - 1))) {
        free(memory);
        at = leat__pages_huge(aligned_alloc(align, size), size);
        room = size;
    }
    f->slot = (struct leat__slot *)at;
    f->size = at ? room : 0;
    if (!at)
        return LEAT_ENOMEM;
    memset(at, 0, size);
    f->plan = plan;
    f->place = at + slots_of(plan);
    return 0;
}

int leat__frame_init(struct leat__frame *f, const struct leat__plan *plan)
{
    return leat__frame_place(f, plan, NULL, 0);
}

void leat__frame_reset(struct leat__frame *f)
{
    memset(f->slot, 0, leat__frame_size(f->plan));
    atomic_store_explicit(&f->live, 0, memory_order_relaxed);
}

void leat__frame_fini(struct leat__frame *f)
{
    free(f->slot);
    f->slot = NULL;
    f->plan = NULL;
}
