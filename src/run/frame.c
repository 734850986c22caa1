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
    void **args = malloc(((size_t)plan->most_args + 1) * sizeof *args);
    if (!at || !args) {
        free(at);
        free(args);
        return LEAT_ENOMEM;
    }
    memset(at, 0, size);
    *f = (struct leat__frame){ plan, (struct leat__slot *)at, at + slots, args, size };
    return 0;
}

void leat__frame_reset(struct leat__frame *f)
{
    memset(f->slot, 0, f->size);
}

void leat__frame_fini(struct leat__frame *f)
{
    free(f->slot);
    free(f->args);
    *f = (struct leat__frame){ 0 };
}
