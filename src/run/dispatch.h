/* dispatch: a ready task comes to its turn. Whether it may begin is asked here, of whom
 * it concerns: the run's deadline and end, gates, the policy, notes that have it wait for
 * others. Then it is what it is: a call, a step of the policy, a value copied or loaded. */
#pragma once
#include "run/context.h"
#include "run/policy.h"

/* Runs task t of the worker's frame, whose inputs are there: values prepared and
 * handed over, hooks, failures told, the policy asked. The task is settled
 * afterwards, unless it is to run again (AGAIN), is parked, is SETTLING
 * (*out_after: LATER), or did not begin because its run ended (STOPPED). */
enum leat__verdict leat__task_run(struct leat__worker *w, uint32_t t, enum leat__after *out_after);
