/* timer: something happens at a time, unless it is called off before. One thread of a
 * pool keeps the time, made when something is first armed; it sleeps until the first
 * is due, and for good when nothing is armed.
 *
 *     struct leat__timer t = { .at_ns = leat__now_ns() + 5000000000, .due = give_up };
 *     if (leat__timer_arm(timers, &t)) {
 *         ...
 *         leat__timer_disarm(timers, &t);         before its memory goes */
#pragma once
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct leat__timer {
    uint64_t at_ns;                     /* leat__now_ns                                */
    void (*due)(struct leat__timer *t); /* on the thread that keeps the time, no lock  */
    bool armed;                         /* ours, as is what follows                    */
    struct leat__timer *next, *back;
};

struct leat__timers {
    pthread_mutex_t lock;
    pthread_cond_t changed;             /* the thread sleeps on it                     */
    pthread_cond_t done;                /* ... and has called what was due             */
    struct leat__timer *first, *last;   /* by time                                     */
    struct leat__timer *calling;
    uint64_t until_ns;                  /* it sleeps until then                        */
    bool made, closing;
    pthread_t thread;
};

void leat__timers_init(struct leat__timers *ts);
/* Nothing is armed; waits for the thread, unless the process is a child of its own. */
void leat__timers_fini(struct leat__timers *ts, bool child);
/* false: no thread can be made, nothing will happen. */
bool leat__timer_arm(struct leat__timers *ts, struct leat__timer *t);
/* It is not called from now on; if it is being called, that has ended. */
void leat__timer_disarm(struct leat__timers *ts, struct leat__timer *t);
