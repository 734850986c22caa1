/* frame: one activation of a plan: slots for counters and values, nothing else.
 * Made by zeroing; recycled by zeroing again. A run's root is a frame; so is each
 * attempt, undo or item: those are opened while the run goes on and recycled
 * through the run. */
#pragma once
#include "run/plan.h"
#include "run/queue.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct leat__run;

/* leat__slot.word: the state in its lowest byte (run/task.h), and marks. */
enum {
    LEAT__SLOT_STATE  = 0xff,
    LEAT__SLOT_MOVED  = 0x100,  /* gone: taken, or become another slot's value */
    LEAT__SLOT_ALIAS  = 0x200,  /* it is another slot's value: not ours to destroy */
    LEAT__SLOT_PINNED = 0x400,  /* another slot is it: destroyed with the run  */
    LEAT__SLOT_DOOMED = 0x800,  /* what it needs failed: it will be skipped    */
    LEAT__SLOT_WOKEN  = 0x1000, /* woken while it ran: it does not park        */
    LEAT__SLOT_ASKED  = 0x2000, /* its value is a question of a gate: run/gate.h */
    LEAT__SLOT_GUARDED = 0x4000, /* its call may take so long: see run/guard.h */
    LEAT__SLOT_ABANDONED = 0x8000, /* it took longer, and has not been waited for */
    LEAT__SLOT_MET    = 0x10000, /* ... its settlement or its return has been   */
    LEAT__SLOT_OWNERS = LEAT__SLOT_MOVED | LEAT__SLOT_ALIAS | LEAT__SLOT_PINNED
};

struct leat__slot {             /* 16 bytes */
    _Atomic uint32_t count;     /* inputs seen until it runs, then readers that still hold it */
    _Atomic uint32_t word;
    uint64_t value;             /* the scalar, or the address of the object */
};

struct leat__frame {
    const struct leat__plan *plan;
    struct leat__slot *slot;    /* plan->n, and one more that is the policy's */
    char *place;                /* plan->places bytes: outputs over 8 bytes */
    size_t size;                /* of the memory behind slot */
    struct leat__run *run;
    struct leat__frame *up;     /* it stands for task `task` of that frame; NULL: a root */
    uint32_t task, index;       /* index: of the item, the attempt */
    const char *purpose;        /* what its tasks are told of theirs; NULL: "run" */
    uint32_t attempt;           /* ... of their attempt, from 1; 0: the first */
    uint32_t serial;            /* in its run; 0: the root */
    uint32_t gen;               /* how often this memory was another frame */
    _Atomic bool stop;          /* nothing new of it starts */
    _Atomic int64_t live;       /* its tasks that are queued, running, settling or parked */
    void *user;                 /* the policy's */
    struct leat__frame *next;   /* in the run's list of all, or of free ones */
    struct leat__item item[LEAT__BANDS];    /* its tasks in the pool's queue, by band */
};

/* What something asynchronous holds: stale ones are noticed. */
struct leat__handle { struct leat__frame *frame; uint32_t gen, task; };

/* 0 or LEAT_ENOMEM. The plan must outlive the frame. */
int leat__frame_init(struct leat__frame *f, const struct leat__plan *plan);
/* The bytes it takes; the same over `room` bytes that were another's, or are freed. */
size_t leat__frame_size(const struct leat__plan *plan);
int leat__frame_place(struct leat__frame *f, const struct leat__plan *plan, void *memory, size_t room);
/* As new, keeping the memory. Values must have been destroyed. */
void leat__frame_reset(struct leat__frame *f);
void leat__frame_fini(struct leat__frame *f);

static inline uint32_t leat__slot_word(const struct leat__slot *s)
{
    return atomic_load_explicit(&s->word, memory_order_relaxed);
}
static inline void leat__slot_mark(struct leat__slot *s, uint32_t marks)
{
    atomic_fetch_or_explicit(&s->word, marks, memory_order_acq_rel);
}
static inline const struct leat__node *leat__frame_node(const struct leat__frame *f, uint32_t t)
{
    return &f->plan->graph->node[f->plan->node[t]];
}
