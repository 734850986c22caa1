/* frame: one activation of a plan: slots for values, nothing else. Made by
 * zeroing; recycled by zeroing again. */
#pragma once
#include "run/plan.h"
#include <stdbool.h>
#include <stdint.h>

enum {                          /* leat__slot.marks, about who owns the value */
    LEAT__SLOT_MOVED  = 1,      /* gone: taken, or become another slot's value */
    LEAT__SLOT_ALIAS  = 2,      /* it is another slot's value: not ours to destroy */
    LEAT__SLOT_PINNED = 4       /* another slot is it: destroyed with the run  */
};

struct leat__slot {             /* 16 bytes */
    uint32_t marks;
    uint32_t word;              /* state, see run/task.h */
    uint64_t value;             /* the scalar, or the address of the object */
};

struct leat__frame {
    const struct leat__plan *plan;
    struct leat__slot *slot;    /* plan->n */
    char *place;                /* plan->places bytes: outputs over 8 bytes */
    void **args;                /* plan->most_args, scratch of the worker */
    size_t size;                /* of the memory behind slot */
};

/* 0 or LEAT_ENOMEM. The plan must outlive the frame. */
int leat__frame_init(struct leat__frame *f, const struct leat__plan *plan);
/* As new, keeping the memory. Values must have been destroyed. */
void leat__frame_reset(struct leat__frame *f);
void leat__frame_fini(struct leat__frame *f);
