/* find: where a worker's next task comes from. In this order: what is more urgent
 * than what it has; its own deque; what it had shared; the pool's queue; what others
 * share. Who finds no task commits rows of journals, which may set some free.
 *
 * All is for the worker's own thread. Afterwards w->deque may be another one, or NULL:
 * while it committed somebody else had need of it. */
#pragma once
#include "run/pool.h"

/* false: there is none. *out is the worker's own; the frame that it was at may be gone. */
bool leat__find_next(struct leat__worker *w, struct leat__entry *out);
/* From the pool's queue, of the highest band, onto its deque; false: nothing is there. */
bool leat__find_queued(struct leat__worker *w);
/* Others have shared something of a higher band than its deque's. Those that have
 * such things for themselves are asked to. */
bool leat__find_higher(struct leat__worker *w);
