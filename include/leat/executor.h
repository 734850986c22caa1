/* leat/executor.h: where the tasks of runs are run.
 *
 * Counted: any thread may hold one, several drivers may share one. Without an
 * executor a run happens inline: on the thread that calls leat_run_execute or
 * leat_run_submit, and nowhere else. */
#pragma once
#include <leat/error.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct leat_executor leat_executor;

#pragma GCC visibility push(default)

/* Threads of this process, `workers` at most at a time; 0: as many as cores may be
 * used (affinity and cgroup count). They are made when a run has work for them,
 * have 8 MiB of stack, block asynchronous signals, and sleep when there is
 * nothing to do. All runs of all drivers that share the executor share them, in
 * turn. leat_run_execute works along on the calling thread. Short runs stay on
 * the calling thread altogether once a run has shown that they are short; one with a
 * note timeout() never does, and no caller works on it. A task that waits for a run, is
 * noted blocking (leat_context_block), or does not return in time, lends its place to
 * a spare thread; there are at most 256 of those, and then it keeps its place. NULL: no memory. */
leat_executor *leat_executor_threads(unsigned workers);
/* What is also the default: the caller's thread. NULL: no memory. */
leat_executor *leat_executor_inline(void);
/* From text, as `leat run --executor`: "inline", "threads", "threads=4", "sim=7"
 * (leat/ext/sim.h, with that seed; "sim" with seed 0).
 * LEAT_EUSAGE says what is wrong. */
int leat_executor_parse(const char *spec, leat_executor **out_executor, leat_error *err);
/* Takes NULL; returns e. */
leat_executor *leat_executor_ref(leat_executor *e);
/* The last one waits until its threads have ended, unless it is called by one
 * of them. Takes NULL. */
void leat_executor_unref(leat_executor *e);
/* Workers at most at a time; inline: 1. */
unsigned leat_executor_workers(const leat_executor *e);
/* Cores this process may use: its affinity, and what its cgroup is given of them. */
unsigned leat_usable_cores(void);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
