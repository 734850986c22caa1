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
/* How a run ended, for who waits: leat__help(run, run->pool, &e->over, -1). */
struct leat__ending { _Atomic bool over; int code; };
/* leat__run_start; run->ended and run->user tell the ending. */
void leat__run_start_for(struct leat__run *run, struct leat__ending *e);
/* ... and the calling thread works along until it is over; how it ended. */
int leat__run_through(struct leat__run *run);
/* The calling thread will wait for something. Inside a task of an open frame its
 * deque is another's meanwhile, if there is somebody; NULL: nothing to give back. */
struct leat__worker *leat__worker_lend(void);
void leat__worker_back(struct leat__worker *w);
/* The task of the calling thread's worker says that it waits from now on, or (off) no
 * longer. On nests. */
void leat__worker_block(struct leat__worker *w, bool on);
/* Everything that is there to happen in a simulated pool happens; not inside a task. */
void leat__work_out(struct leat__pool *pool);
/* A thread's life; returns when the pool closes. */
void leat__work(struct leat__pool *pool, struct leat__worker *w);
/* The calling thread of that pool ends inside a task, by pthread_exit: the task
 * fails, and the pool is a thread short until it needs one. */
void leat__work_cut(void *pool);

/* --- the steps of a life, for one that puts them in another order (run/sim.h): the
 * worker has a deque and no task --- */

/* Runs a ready task; `full`: not by the short path; `why`: it fails for that. false:
 * no end of it is to come; w->verdict AGAIN: the caller queues it (simulated pools). */
bool leat__worker_begin(struct leat__worker *w, struct leat__frame *f, uint32_t t, bool full, const char *why,
                        enum leat__after *out_after);
/* Followers hear of it, onto the deque, and values die. The frame may be gone. */
void leat__worker_end(struct leat__worker *w, struct leat__frame *f, uint32_t t, enum leat__after after);
