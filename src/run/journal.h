/* journal: durable without blocking a worker.
 *
 * A journal holds the rows of any number of runs. Appending is memory only; one
 * leader at a time commits what is queued. What waits for a row is let go when the
 * row is durable, in the order of appending, so a cause precedes its effect:
 *
 *     settled(f, t, verdict)                       a policy, of a task that ASKS
 *         row = { .kind = LEAT__ROW_DONE, .task = .., .body = .. }
 *         return leat__life_settle(life, &row, f, t, verdict);    LATER: it is SETTLING
 *     a worker with nothing to run leads: commits, then settles what is durable
 *
 * Where all are busy a thread of the journal leads, 1 ms after the oldest row or
 * when 128 wait; it is made when that first happens. A queue of 8 MiB holds back
 * those that append. A commit that fails lets nothing go: every run of the journal
 * is suspended (told WILL_SUSPEND, nothing of it starts, it ends with
 * LEAT_ESUSPENDED), and the journal takes nothing more. */
#pragma once
#include "run/policy.h"
#include "run/row.h"
#include <leat/error.h>

struct leat__journal;
struct leat__life;
struct leat__pool;

/* --- what a store gives --- */

enum leat__run_state { LEAT__RUN_RUNNING = 1, LEAT__RUN_SUSPENDED, LEAT__RUN_OVER };

/* A run as the store knows it. */
struct leat__run_row {
    uint64_t number;            /* in this store, from 1                               */
    uint8_t uuid[16];
    uint64_t token;             /* of its newest life; only grows                      */
    uint64_t head;              /* seq of its newest row; 0: none                      */
    int64_t begun_ms, changed_ms;
    enum leat__run_state state; /* RUNNING, and not ours: its process died             */
    int32_t code;               /* OVER: how                                           */
    const char *name;           /* of what runs; valid during the call                 */
};

/* Any thread; the store serialises. Times are given, so that they can be made up. */
struct leat__journal_ops {
    const char *name;
    /* All rows, in order, in one commit: durable when it answers 0. One caller at a
     * time. Their `seq` is 0: the store counts on from the head of the run.
     * LEAT_EFENCED: nothing was written, the run of row *out_fenced has another owner.
     * Any other failure: the store takes no further commit. */
    int (*commit)(void *self, const struct leat__row *rows, uint32_t n, uint32_t *out_fenced, leat_error *err);
    /* A new run, durable: number, token 1 and uuid are filled in. */
    int (*begin)(void *self, const char *name, int64_t now_ms, struct leat__run_row *out, leat_error *err);
    /* A new life of a run: its token grows. LEAT_ENOTFOUND; LEAT_EUSAGE: it is over. */
    int (*adopt)(void *self, uint64_t run, int64_t now_ms, struct leat__run_row *out, leat_error *err);
    /* Every row in order, checked; stops at what `each` answers if that is not 0.
     * LEAT_ECORRUPT names run and seq; rows before it have been given. */
    int (*read)(void *self, uint64_t run, int (*each)(void *user, const struct leat__row *), void *user,
                leat_error *err);
    /* Runs, newest first; stops likewise. */
    int (*list)(void *self, int (*each)(void *user, const struct leat__run_row *), void *user, leat_error *err);
    void (*close)(void *self);
    /* Milliseconds since 1970; NULL: the system's clock. */
    int64_t (*now_ms)(void *self);
};

/* --- the journal of a process --- */

enum { LEAT__JOURNAL_ALONE = 1 };       /* no thread is ever made (simulation, inline tests) */

/* Owns self from now on, also when it fails. Counted. */
int leat__journal_new(const struct leat__journal_ops *ops, void *self, unsigned flags, struct leat__journal **out,
                      leat_error *err);
struct leat__journal *leat__journal_ref(struct leat__journal *j);
/* The last one closes the store; rows that nobody waits for are committed before. */
void leat__journal_unref(struct leat__journal *j);
int leat__journal_list(struct leat__journal *j, int (*each)(void *user, const struct leat__run_row *), void *user,
                       leat_error *err);
int leat__journal_read(struct leat__journal *j, uint64_t run, int (*each)(void *user, const struct leat__row *),
                       void *user, leat_error *err);
/* Commits what is queued, unless somebody does, and lets go what waited. False:
 * there was nothing to do. Blocks on the disk; no lock is held. */
bool leat__journal_lead(struct leat__journal *j);

/* --- a life: this process's hold on a run in the journal --- */

enum leat__release {            /* when the followers of a finished task may start    */
    LEAT__RELEASE_EACH,         /* when its row is durable                            */
    LEAT__RELEASE_EFFECTS,      /* at once; who has an effect awaits the rows (leat__life_await) */
    LEAT__RELEASE_BATCH,        /* at once; at most batch_ms of rows are lost in a crash */
    LEAT__RELEASE_NONE          /* at once; committed in time, at the latest at the end */
};

/* NULL name: "". */
int leat__life_begin(struct leat__journal *j, const char *name, struct leat__life **out, leat_error *err);
/* Appends ADOPT; read the run's rows first. */
int leat__life_resume(struct leat__journal *j, uint64_t run, struct leat__life **out, leat_error *err);
/* After the run has ended, or before it was started. NULL is fine. */
void leat__life_free(struct leat__life *l);
void leat__life_policy(struct leat__life *l, enum leat__release release, uint32_t batch_ms);
enum leat__release leat__life_release(const struct leat__life *l);
const struct leat__run_row *leat__life_run(const struct leat__life *l);

/* What is to happen when a row is durable (code 0) or never will be (code < 0, the
 * run is suspended): called once, in order of appending, by whoever leads, under no
 * lock. Short. */
struct leat__then {
    void (*call)(const struct leat__then *then, int code);          /* NULL: nothing */
    void *user;
    uint32_t a, b;
    uint32_t worker;            /* ... that ran the task, and when that began, ticks */
    uint64_t began;
};
/* leat__task_wake(h), in either case: ask leat__life_is_lost or run->stop. For a START
 * row: append from the step, answer PARK. */
struct leat__then leat__then_wake(struct leat__handle h);

/* Any thread; copies the body. 0, LEAT_ESUSPENDED (the journal or the run is lost)
 * or LEAT_ENOMEM, by which the run is lost; then `then` is not called. */
int leat__life_append(struct leat__life *l, const struct leat__row *row, struct leat__then then);
/* For `settled`: appends; LATER where followers wait for the row, else GO. STAY: it
 * could not be appended, and the run is suspended. */
enum leat__after leat__life_settle(struct leat__life *l, const struct leat__row *row, struct leat__frame *f,
                                   uint32_t task, enum leat__verdict verdict);
/* Wakes the task when all that the life has appended so far is durable, or never will
 * be. 1: it will; 0: it is durable, nobody is woken; LEAT_ESUSPENDED, LEAT_ENOMEM. */
int leat__life_await(struct leat__life *l, struct leat__handle h);
/* Waits until all that was appended is durable; not from a task. */
int leat__life_sync(struct leat__life *l, leat_error *err);
/* What its run did cannot be put on record, for `why`: it is lost, and its run suspended. */
void leat__life_give_up(struct leat__life *l, const char *why);
/* The journal takes nothing more from it; the text says why. NULL: it does. */
const char *leat__life_is_lost(const struct leat__life *l);

/* --- of the runtime --- */

/* run->life is set and the run about to start: its pool's workers lead. */
void leat__life_attach(struct leat__life *l, struct leat__run *run);
/* The run's last task has ended, so: END (SUSPEND for LEAT_ESUSPENDED) is appended,
 * and `ended` called when that is durable, or never will be (then with
 * LEAT_ESUSPENDED, or LEAT_EFENCED). */
void leat__life_finish(struct leat__life *l, int code, void (*ended)(struct leat__run *run, int code));
/* Of workers, where p->unsynced: one has nothing else to do (finder: it takes
 * whatever will be ready then); it found a task instead, and another must commit. */
bool leat__pool_lead(struct leat__pool *p, bool finder);
void leat__pool_heed(struct leat__pool *p);
