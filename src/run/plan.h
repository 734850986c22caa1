/* plan: what a graph compiles to, for a set of asked outputs and given nodes.
 *
 * Dense tasks in topological order, those that are given first. Slot i belongs
 * to task i and holds the value itself (numbers, text, bare pointers) or the
 * address of the object (structs, whether stored in the frame, owned by
 * pointer, borrowed or lent): readers need not know which. `in` says how to
 * find an argument. Who reads a task's value is asked of the graph: only a
 * failure wants to know.
 *
 * Where a task needs more than a call of scalars (an owned result, a status,
 * outputs over 8 bytes, values that die after it), a flag leads off the fast
 * path and a side entry says the rest. A plan is immutable and shared by runs. */
#pragma once
#include "graph/graph.h"
#include <leat/error.h>
#include <stdatomic.h>

#define LEAT__IN_OBJECT  0x80000000u    /* args[i] = slot.value: the argument is the object     */
#define LEAT__IN_OUT     0x40000000u    /* args[i] = a place for output: 0 own, k output k - 1   */
#define LEAT__IN_CONTEXT 0x3fffffffu    /* args[i] = pointer to the task's leat_context pointer  */
#define LEAT__IN_SLOT    0x3fffffffu    /* mask: else args[i] = &slot[...].value                 */
#define LEAT__SERIAL     0x80000000u    /* in a side's turns: the rest is the graph's serial name */

enum {                                  /* leat__task.flags: any bit leads off the fast path     */
    LEAT__TASK_GIVEN = 1,               /* its slot is filled before the walk                    */
    LEAT__TASK_COPY  = 2,               /* a constant, side->value, is copied in                 */
    LEAT__TASK_PART  = 4,               /* an out_x: its producer fills its slot                 */
    LEAT__TASK_WIDE  = 8,               /* its result goes to the frame's outputs                */
    LEAT__TASK_PLACES = 16,             /* it has out parameters                                 */
    LEAT__TASK_CHECK = 32,              /* its result is looked at: a status, NULL, ownership    */
    LEAT__TASK_RELEASE = 64,            /* values die after it                                   */
    LEAT__TASK_ARGS  = 128,             /* an argument is special: context, taken, written       */
    LEAT__TASK_LOAD  = 256,             /* got from in[0]'s value without a call                 */
    LEAT__TASK_STEP  = 512,             /* the policy runs it                                    */
    LEAT__TASK_SHADOW = 1024,           /* its value is given: what it makes nobody reads        */
    LEAT__TASK_ASKS  = 2048,            /* the policy hears of its success too                   */
    LEAT__TASK_MANY  = 4096,            /* more than LEAT__NEAR_ARGS arguments                   */
    LEAT__TASK_TURNS = 8192,            /* it waits for its turn: notes serial, turns            */
    LEAT__TASK_TIMED = 32768,           /* its call may take so long: side->timeout_ns           */
    LEAT__TASK_KEPT  = 16384,           /* an asked value that is owned or borrows               */
    LEAT__TASK_BLOCKING = 262144,       /* its call waits for something outside                  */
    LEAT__TASK_SILENT = 65536,          /* of the policy, for itself: neither counted nor listed */
    LEAT__TASK_ENTERS = 131072          /* the policy is asked before its call                   */
};

enum {                                  /* parts, fields, constants: neither counted nor listed  */
    LEAT__TASK_QUIET = LEAT__TASK_PART | LEAT__TASK_COPY | LEAT__TASK_LOAD | LEAT__TASK_SILENT
};

struct leat__task {                     /* 32 bytes                                              */
    leat__trampoline *call;
    void *fn;
    uint32_t in;                        /* first in plan.in; the next task's ends ours           */
    uint32_t side;                      /* plan.side; LEAT__NONE                                 */
    uint32_t flags;
    uint32_t node;                      /* as plan.node; of a task without flags             */
};

enum { LEAT__NEAR_ARGS = 32 };          /* argument lists up to that long are gathered on the stack */

struct leat__side {
    int64_t timeout_ns;                 /* TIMED: how long the call may take                     */
    uint32_t place;                     /* where in the frame's outputs the value is stored      */
    uint32_t outputs;                   /* PART tasks that follow this call                      */
    uint32_t release, releases;         /* plan.list: slots to destroy after it                  */
    uint32_t take, takes;               /* plan.list: slots that the call frees or keeps         */
    uint32_t copy, copies;              /* plan.list: slots to copy for askers before it writes  */
    uint32_t turn, turns;               /* plan.list: slots, and serial names | LEAT__SERIAL     */
    const void *value;                  /* COPY: the value's bytes                               */
};

struct leat__plan {
    const struct leat__graph *graph;    /* borrowed                                              */
    uint32_t n, given;                  /* tasks; the first `given` are GIVEN                    */
    size_t places, align;               /* bytes of the frame's outputs, their alignment         */
    struct leat__task *task;            /* n + 1: the last one ends the lists                    */
    uint32_t *in, *node;                /* node: by task, the graph's node                       */
    struct leat__side *side;
    uint32_t *list;
    uint32_t sides, lists;
    int32_t *priority;                  /* by task; NULL: 0 all of them                          */
    uint32_t owned;                     /* tasks whose value the run destroys; 0: none, ever     */
    uint32_t broken;                    /* a FAULTY node in it, LEAT__NONE                       */
    uint32_t told;                      /* tasks that are called or stepped: not QUIET  */
    bool timed;                         /* some task is TIMED                                    */
    bool bound;                         /* calls are filled in: it can run                       */
    struct leat__open *open;            /* see run/open.h; NULL until it is first opened         */
    _Atomic uint32_t mean_ns;           /* of a task, as runs measured it; 0: never              */
};

struct leat__plan_spec {
    const struct leat__graph *graph;
    const uint8_t *need;                /* by node: leat__graph_select                           */
    const uint8_t *given;               /* by node: its slot is filled from outside              */
    const uint8_t *asked;               /* by node: kept until the run is forgotten              */
    const void *const *constant;        /* by node, or NULL: a CONSTANT's bytes                  */
    bool bind;                          /* the functions have their calls (modules loaded)       */
};

/* compile.c: LEAT_ENOMEM, or LEAT_EINPUT: an asked value is written later and cannot be
 * copied. */
int leat__plan_make(struct leat__plan *p, const struct leat__plan_spec *spec, leat_error *err);
/* Fills in the calls of a plan made before the functions had theirs. */
void leat__plan_bind(struct leat__plan *p);
void leat__plan_fini(struct leat__plan *p);
/* Bytes it takes. */
size_t leat__plan_size(const struct leat__plan *p);
/* The task that holds a node's value, LEAT__NONE: not in this plan. A node whose
 * value is given may have another, which runs. */
uint32_t leat__plan_task(const struct leat__plan *p, uint32_t node);
uint32_t leat__plan_given(const struct leat__plan *p, uint32_t node);
uint32_t leat__plan_runner(const struct leat__plan *p, uint32_t node);
/* The same among tasks [lo, end), which are all GIVEN, or none of them: such stand in
 * order of nodes. */
uint32_t leat__plan_search(const struct leat__plan *p, uint32_t node, uint32_t lo, uint32_t end);

/* The call that a PART belongs to stands before its parts; another task is its own. */
static inline uint32_t leat__plan_call(const struct leat__plan *p, uint32_t t)
{
    while (p->task[t].flags & LEAT__TASK_PART)
        t--;
    return t;
}
