/* plan: what a graph compiles to, for a set of asked outputs.
 *
 * Dense tasks in topological order, inputs first. Slot i belongs to task i. A
 * slot's value is the scalar itself (numbers, text and other bare pointers) or
 * the address of the object (structs, whether stored in the frame, owned by
 * pointer, borrowed or lent): readers need not know which.
 *
 * `in` tells how to find an argument: slot index, with LEAT__IN_BY_VALUE set
 * where the argument is the object itself rather than a pointer to it. */
#pragma once
#include "graph/function.h"
#include "value/type.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LEAT__IN_BY_VALUE 0x80000000u   /* args[i] = slot.value, not &slot.value    */
#define LEAT__IN_CONTEXT  0x7fffffffu   /* args[i] = &pointer to the task's context */
#define LEAT__IN_INDEX    0x7fffffffu   /* mask of the slot index                   */

enum leat__task_kind {
    LEAT__TASK_CALL,        /* calls a function                               */
    LEAT__TASK_INPUT,       /* its slot is filled before the walk             */
    LEAT__TASK_OUTPUT,      /* an out_x: its slot is filled by its producer   */
    LEAT__TASK_VALUE        /* a constant or exported variable: copied in     */
};

enum {                              /* leat__task.flags: any bit leads off the fast path */
    LEAT__TASK_WIDE    = 1,     /* the result is stored in the frame's outputs  */
    LEAT__TASK_STATUS  = 2,     /* an int (0 good) or bool result says how it went */
    LEAT__TASK_BOOL    = 4,     /* with STATUS: true is good                    */
    LEAT__TASK_POINTER = 8,     /* the result is a pointer: NULL fails          */
    LEAT__TASK_NULLABLE = 16,   /* ... unless it is noted so                    */
    LEAT__TASK_OWNED   = 32,    /* the pointer is handed over: checked          */
    LEAT__TASK_RELEASE = 64,    /* values die after it: see side.release        */
    LEAT__TASK_SIDE    = 128    /* has another reason to look at its side       */
};

struct leat__task {                 /* 32 bytes */
    leat__trampoline *call;
    void *fn;
    uint32_t out, in;               /* first in plan.out and plan.in; the next task's ends ours */
    uint32_t need;                  /* inputs to wait for                     */
    uint8_t kind, flags;
    uint16_t spare;
};

/* How a value is destroyed. */
struct leat__destroyer {
    void (*call)(void *);           /* the user's or host's, taking T *; NULL: derived */
    const struct leat__type *type;  /* of the object, for derived destruction */
    bool outer;                     /* then free() the object itself          */
};

enum leat__hold { LEAT__HOLD_NONE, LEAT__HOLD_STORED, LEAT__HOLD_OWNED };

/* What the fast path need not see; one per task that has any of it. */
struct leat__side {
    uint32_t task;
    uint32_t output;                /* where in the frame's outputs the result goes (WIDE) */
    uint32_t first_output, outputs; /* OUTPUT tasks of this call: `outputs` from task first_output on */
    uint32_t release, releases;     /* slots in plan.release to destroy after it */
    uint32_t takes, take_count;     /* slots in plan.take that the call frees or keeps */
    uint32_t written;               /* slot lent for writing, LEAT__NONE      */
    const void *value;              /* TASK_VALUE: what to copy               */
};

/* One per slot that owns something. */
struct leat__owner { uint32_t slot; enum leat__hold hold; struct leat__destroyer how; };

struct leat__plan {
    uint32_t n, inputs;             /* tasks; the first `inputs` are INPUT    */
    uint32_t output_size;           /* bytes of wide results                  */
    struct leat__task *task;        /* n + 1: the last one ends the CSR       */
    uint32_t *out, *in;             /* edges                                  */
    uint32_t *side_of;              /* by task: index of side, LEAT__NONE; NULL if no task has one */
    struct leat__side *side;
    uint32_t *release, *take;       /* slot lists of the sides                */
    uint32_t *owner_of;             /* by slot: index of owner, LEAT__NONE; NULL if none */
    struct leat__owner *owner;
    uint32_t *node;                 /* by task: the graph's node              */
    uint32_t owners;
};
