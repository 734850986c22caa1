/* sim: another life for a pool's one worker: everything on one thread, by a clock
 * of its own, and in an order that a seed picks (leat/ext/sim.h).
 *
 * What happens next is one of
 *
 *     enter   a frame or a task comes out of the pool's queue: it starts, or was woken
 *     begin   a ready task is called, or does a step; its slot says at once how that went
 *     end     ... and its followers hear of it, values die, its frame may close; a step
 *             that was not the last is queued again
 *     timer   somebody had asked to be called at this time
 *     stir    what is parked at gates, of runs that were stopped or are late, is woken
 *     flush   rows of a journal (LEAT__JOURNAL_ALONE) are committed, and let go what waited
 *     pass    none of these, though one could: time goes on
 *
 * The bag of ready tasks is the worker's deque. A task that was called is in
 * flight until its end; nested waits see those of their own run only. */
#pragma once
#include "run/context.h"

struct leat__sim;

struct leat__sim_spec {
    uint64_t seed;
    uint32_t workers;           /* tasks in flight, at most; 1 or more             */
    uint32_t fail_per_million;  /* calls that fail instead of being made           */
    uint64_t delay_ns;          /* from begin to end                               */
    uint64_t no_memory_at;      /* which request for memory is refused; 0: none    */
    bool trace;
    uint64_t answer_ns;         /* what gates leave for later is answered by then; 0: not by us */
    uint32_t refuse_per_million;    /* of those answers                             */
};

struct leat__sim *leat__sim_new(const struct leat__sim_spec *spec);
void leat__sim_free(struct leat__sim *s);

/* The worker, which has the pool's deque, lets things happen until *w->over, or
 * w->until on the virtual clock, or nothing is left. With w->only: to that run alone. */
void leat__sim_work(struct leat__worker *w);
/* LEAT_ENOMEM. */
int leat__sim_at(struct leat__sim *s, uint64_t at_ns, void (*fn)(void *user), void *user);
uint64_t leat__sim_now(const struct leat__sim *s);
/* Calls fn instead of the event of that number from now on, from 1: where something
 * dies, which may be between any two. One at a time; fn may ask for the next. */
void leat__sim_cut(struct leat__sim *s, uint64_t event, void (*fn)(void *user), void *user);
/* A gate has left a question for later: the seed says when and what is answered. */
void leat__sim_answer(struct leat__sim *s, uint64_t id);
/* 1 to n. */
uint32_t leat__sim_some(struct leat__sim *s, uint32_t n);
/* A request for memory more: it is the one that is refused. */
bool leat__sim_starves(struct leat__sim *s);
/* NULL: not kept, or cut for want of memory. */
const char *leat__sim_trace(const struct leat__sim *s, size_t *out_len);

/* The worker has taken the frame's tasks, or its first ones, from the queue. */
void leat__sim_enter(struct leat__sim *s, struct leat__frame *f, bool start);
