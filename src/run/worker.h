/* worker: takes tasks of open frames and runs them: whose turn it is. */
#pragma once
#include "run/pool.h"

/* Opens the run's root on its pool; run->ended is called once by whoever ends
 * the last task, with 0, LEAT_EFAILED, LEAT_ECANCELLED or run->code. The plan's
 * open part must be there. GIVEN slots are filled. */
void leat__run_start(struct leat__run *run);
/* The calling thread works on the run until it is over, *over being set by
 * `ended`; it does nothing else. timeout_ns: at most so long (-1: for ever); false: it was. */
bool leat__help(struct leat__run *run, struct leat__pool *pool, const _Atomic bool *over, int64_t timeout_ns);
/* A thread's life; returns when the pool closes. */
void leat__work(struct leat__pool *pool);
