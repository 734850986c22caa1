/* lifetime: when values die: after their last reader, or after the death of what borrows
 * from them. What is asked for outlives the frame's tasks. */
#pragma once
#include "run/plan.h"

struct leat__lifetimes {
    uint32_t *first;            /* by task: 1 + the first of the values that die after it; 0: none */
    uint32_t *next;             /* by task that is in such a chain: 1 + the next one; 0: the last  */
};

/* Of a plan whose tasks and arguments are filled in; marks asked values KEPT that are to
 * be destroyed with the frame. task_of: by node, the task that holds its value. false: no
 * memory; to be finished all the same. */
bool leat__lifetimes_find(struct leat__lifetimes *l, struct leat__plan *p, const struct leat__plan_spec *spec,
                          const uint32_t *task_of);
void leat__lifetimes_fini(struct leat__lifetimes *l);
