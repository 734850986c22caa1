/* task: one table of states, one mover.
 *
 * A walk is run by one worker in plan order, so most states need not be stored:
 * on the fast path a task goes from WAITING to DONE in one store. Every other
 * move, and with LEAT__CHECKING (a build for tests) that one too, goes through
 * leat__task_move. */
#pragma once
#include "run/frame.h"

/* name, states it may go to. WAITING is 0: a zeroed frame waits. */
#define LEAT__STATES(X)                                                                  \
    X(WAITING,   B(READY) | B(SKIPPED) | B(CANCELLED))                                   \
    X(READY,     B(RUNNING) | B(AWAY) | B(SKIPPED) | B(CANCELLED))                       \
    X(RUNNING,   B(READY) | B(PARKED) | B(SETTLING) | B(DONE) | B(FAILED) | B(SKIPPED) | B(CANCELLED)) \
    X(AWAY,      B(READY) | B(PARKED) | B(SETTLING) | B(DONE) | B(FAILED) | B(CANCELLED)) \
    X(PARKED,    B(READY) | B(CANCELLED))                                                \
    X(SETTLING,  B(DONE) | B(FAILED) | B(SKIPPED))                                       \
    X(DONE, 0) X(FAILED, 0) X(SKIPPED, 0) X(CANCELLED, 0)

enum leat__state {
#define X(name, to) LEAT__##name,
    LEAT__STATES(X)
#undef X
    LEAT__STATE_COUNT
};

/* Moves task t of the frame; asserts that the table allows it. */
void leat__task_move(struct leat__frame *f, uint32_t t, enum leat__state to);
const char *leat__state_name(enum leat__state s);
bool leat__state_may(enum leat__state from, enum leat__state to);

static inline enum leat__state leat__task_state(const struct leat__frame *f, uint32_t t)
{
    return (enum leat__state)(leat__slot_word(&f->slot[t]) & LEAT__SLOT_STATE);
}

/* A task whose states nobody saw has ended well. */
static inline void leat__task_done(struct leat__frame *f, uint32_t t)
{
#ifdef LEAT__CHECKING
    leat__task_move(f, t, LEAT__READY);
    leat__task_move(f, t, LEAT__RUNNING);
    leat__task_move(f, t, LEAT__DONE);
#else
    atomic_store_explicit(&f->slot[t].word, LEAT__DONE, memory_order_relaxed);
#endif
}
