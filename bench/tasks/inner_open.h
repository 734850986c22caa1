/* inner_open: a plan made of a net by indices, and runs of it on open frames, whatever
 * the engine itself would choose. */
#pragma once
#include "net.h"
#include "run/open.h"
#include "run/worker.h"

/* By their number of inputs, up to 3: functions that add 1 to the sum of those, and what
 * a module generates to call them. */
extern void *const open_add[];
extern leat__trampoline *const open_add_call[];

/* Tasks of call[number of inputs](fn(task), ...). 0 or LEAT_ENOMEM. */
int open_plan(struct leat__plan *plan, const struct net *net, leat__trampoline *const *call, void *(*fn)(uint32_t task));
/* Runs it from a frame as new; the code it ends with. */
int open_run(struct leat__run *run, struct leat__pool *pool);
