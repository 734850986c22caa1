/* leader: who commits rows, one at a time. It takes the batch that is being filled, commits
 * it under no lock, lets go what waited for its rows, and goes on while there is more that
 * somebody waits for. */
#pragma once
#include "run/journal_queue.h"

/* Commits what is queued, unless somebody does; false: there was nothing to do. finder:
 * the pool whose work the caller looks for next; NULL. The caller keeps the journal
 * alive, and tells the runs that ended (*over) when it needs it no more. */
bool leat__leader_lead(struct leat__journal *j, struct leat__pool *finder, struct leat__life **over);
/* Runs whose last row is through; whoever is told may free them, and the journal. */
void leat__leader_tell(struct leat__life *over);
/* Of `then`, by the leader: the life's run is told when the leader is done. */
void leat__journal_over(struct leat__life *l);

/* Under the lock: the workers of the pool see whether somebody has to lead. */
void leat__journal_count(struct leat__journal *j);
/* Under the lock: the pool's workers have nothing to do with it any more. */
void leat__journal_uncount(struct leat__journal *j);
