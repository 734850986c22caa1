/* gate: whether a task may run, asked of hooks before it does.
 *
 * A question has a number for as long as it is open: who has that can answer, on any
 * thread, at any time; the first answer counts. While it is put, it is on the stack of
 * who asks; where it is left for later, it is kept, the task is PARKED, and its slot
 * holds the question until the task's turn comes again. Then the next gate is asked.
 *
 * What is parked at gates is listed by pool: when a run or a frame of it is stopped, or
 * late, somebody wakes what is parked there, to end at its own turn. Two orders keep
 * that whole: a task is counted before it looks whether its run is stopped, and a run
 * is stopped before it is looked whether something is counted. */
#pragma once
#include "run/context.h"
#include "run/policy.h"

/* Task t of the worker's frame is about to run: asks those that have not been asked.
 * OK: it may (it is RUNNING if it was parked), or fails for w->refuse; PARK; AGAIN; STOPPED. */
enum leat__verdict leat__gate_pass(struct leat__worker *w, uint32_t t);
/* A task that will not run: what was asked for it is forgotten. */
void leat__gate_forget(struct leat__frame *f, uint32_t t);
/* Any thread, signal handlers: the run, or a frame of it, has been stopped. */
void leat__gates_stir(struct leat__run *run);
/* Wakes what is parked in stopped and late runs; if there is nothing it costs little. */
void leat__gates_look(struct leat__pool *p);
/* Until a parked run is late, from `now`; -1: for ever. */
int64_t leat__gates_patience(const struct leat__pool *p, uint64_t now);
