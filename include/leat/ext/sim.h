/* leat/ext/sim.h: runs whose order is picked by a seed, and can be had again.
 *
 * An executor for tests. It runs the tasks of its runs, be those of nodes, flows or
 * streams, on one thread, with a clock of its own, and picks what happens next, by a
 * seed, out of all that could happen next: a task begins, a task ends, a run comes in,
 * a timer is due, a journal is written.
 * Several tasks are on their way at once: a task is called when it begins, and
 * what needs it hears of it when it ends, later on that clock. Of a flow an atom has
 * ended, or failed, when its time is over; of a stream an instance takes its packets in
 * portions that the seed picks, and some instances are slow. The same seed, options and
 * calls give the same order, whatever the machine does; another seed gives another. So
 * try many, and keep those that failed.
 *
 *     leat_sim_options o = LEAT_SIM_OPTIONS_INIT;
 *     o.seed = 7;
 *     leat_executor *sim = leat_executor_sim(&o);
 *     leat_builder_set_executor(b, sim);
 *
 * Of ready tasks one of the highest band begins (leat_run_set_priority), whichever the
 * seed picks; one beginning in 64 is of any band, as it is where threads are late.
 *
 * Runs go on while somebody waits: leat_run_execute and leat_run_wait let
 * everything happen, to all runs of the executor, until theirs has ended;
 * leat_sim_run until nothing is left. The time in which leat_run_wait loses
 * patience is virtual. Other threads may wait too: one at a time goes on. */
#pragma once
#include <leat/executor.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How a simulation goes. It grows at its end. */
typedef struct leat_sim_options {
    size_t size;                /* LEAT_SIM_OPTIONS_INIT sets it                          */
    uint64_t seed;
    uint32_t workers;           /* tasks on their way at once, at most; 0: 4              */
    uint32_t fail_per_million;  /* so many calls fail, by the seed, instead of being made;
                                   reverts too; of a stream, portions of packets          */
    uint64_t delay_ns;          /* virtual, from a task's beginning to its end: 0 to this,
                                   one in sixteen, and those of a slow instance, up to
                                   eight times as long                                    */
    uint64_t no_memory_at;      /* the runtime's request for memory of that number, from
                                   1, is refused: a call fails, a queue is full, an attempt
                                   or its undoing cannot be, or a row of a journal; 0: none */
    int trace;                  /* keep what happened for leat_sim_trace                  */
    uint64_t answer_ns;         /* what gates (leat/hook.h) leave for later is answered by
                                   the seed, at most so much later, virtual; 0: it waits
                                   for the program's answer                               */
    uint32_t refuse_per_million;    /* so many of those answers refuse                    */
} leat_sim_options;
#define LEAT_SIM_OPTIONS_INIT { sizeof(leat_sim_options), 0, 4, 0, 1000000, 0, 0, 0, 0 }

#pragma GCC visibility push(default)

/* Options are copied; NULL: as initialised. NULL: no memory. */
leat_executor *leat_executor_sim(const leat_sim_options *o);

/* Of the functions below only executors that simulate know: others answer 0, NULL
 * or LEAT_EUSAGE. They are for the thread that runs the simulation, its nodes,
 * hooks and timers included. */

/* The virtual time, ns since the executor was made. */
uint64_t leat_sim_now(const leat_executor *e);
/* Calls fn once, between two other events, when virtual time has come to at_ns or
 * right away if that is past. It may cancel, submit and free runs.
 * LEAT_ENOMEM. One that is still to come when the executor goes is forgotten. */
int leat_sim_at(leat_executor *e, uint64_t at_ns, void (*fn)(void *user), void *user);
/* Lets everything happen that is there to happen, to the end. */
void leat_sim_run(leat_executor *e);
/* What happened so far, a line per event: virtual ns, what, and of which run (in
 * the order in which they came in) and node:
 *
 *     0 enter 1
 *     0 begin 1 mean_temp
 *     532871 end 1 mean_temp DONE
 *
 * The pieces of a leat_each come in as a run of their own. "1/3" is part 3 of run 1: an
 * attempt of a flow, or what undoes one. Tasks that go on in steps, as those of streams
 * do, begin many times: "again" where a step's time is over, "park" where it found
 * nothing to do. "end .. SETTLING": its row is to be durable first. "stop": not begun any more. "timer", "flush", "full" (a queue).
 *
 * Borrowed until the next event. NULL: not kept, or there was no memory for it. */
const char *leat_sim_trace(const leat_executor *e, size_t *out_len);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
