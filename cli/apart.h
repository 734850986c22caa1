/* apart: a run of which the command may tire, because a node does not return. */
#pragma once
#include <leat/run.h>
#include <stdbool.h>

enum { APART_GRACE_MS = 1000 };         /* for nodes to return when the time is up */

/* Runs it and waits, with a deadline (-1: none) at most so much longer. LEAT_EBUSY:
 * nodes run that do not return; the run is not to be touched but by questions. */
int apart_run(leat_run *r, int64_t deadline_ms, bool flow, leat_error *err);
