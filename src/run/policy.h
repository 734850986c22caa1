/* policy: what a way of running (dag, flow, stream) plugs into the runtime.
 *
 * Every slot is called by the worker whose turn it is, under no lock; NULL slots
 * are not called. Slots of different tasks of a run may overlap. */
#pragma once
#include "run/frame.h"
#include <leat/error.h>

enum leat__verdict {
    LEAT__OK, LEAT__FAIL, LEAT__SKIP,
    LEAT__AGAIN,                /* queue me last                                         */
    LEAT__PARK,                 /* until leat__task_wake; a wake during the step counts  */
    LEAT__STOPPED,              /* (of the runtime) the run ended before the task began  */
    LEAT__ABANDONED             /* (of the runtime) its time was up: see run/guard.h     */
};
enum leat__will { LEAT__WILL_SUSPEND, LEAT__WILL_CANCEL, LEAT__WILL_DRAIN, LEAT__WILL_DEADLINE };

/* What becomes of the followers of a task that ended. */
enum leat__after {
    LEAT__GO,                   /* they are released                                     */
    LEAT__STAY,                 /* they are not: they never run in this frame            */
    LEAT__LATER                 /* the task is SETTLING until leat__task_settle          */
};

struct leat__worker;

struct leat__identity {
    uint32_t node;              /* whose effect it is                                    */
    uint32_t round;             /* how often that was undone before                      */
    bool revert;                /* it is undone now                                      */
};

struct leat__policy {
    const char *name;
    bool keeps_bodies;          /* a frame stays until calls that it abandoned have returned */
    /* One activation of a task of flag LEAT__TASK_STEP. FAIL: it may have told why
     * (leat__worker_tell), and plan->node[task] may name the
     * node that it was at, if the plan is the run's own. */
    enum leat__verdict (*step)(struct leat__worker *w, struct leat__frame *f, uint32_t task);
    /* At the turn of a task of flag LEAT__TASK_ENTERS, before its call; `again`: after a
     * wake, also where the run or the frame is stopped by then. OK: it is called, come
     * what may. PARK. STOPPED: it does not begin. */
    enum leat__verdict (*enter)(struct leat__frame *f, uint32_t task, bool again);
    /* What a call is to effect, for its key; *id has the task's node. */
    void (*identify)(const struct leat__frame *f, uint32_t task, struct leat__identity *id);
    /* A task ended other than well, before what follows it is released: it may doom
     * those (leat__task_doom), stop the frame or the run. With LEAT__TASK_ASKS also
     * after a success. */
    enum leat__after (*settled)(struct leat__frame *f, uint32_t task, enum leat__verdict verdict);
    /* Before a task's turn, once something has failed in the run: false skips it. */
    bool (*may_start)(const struct leat__frame *f, uint32_t task);
    /* Once, when nothing of a frame is queued, running or parked. It may open
     * frames and wake tasks of others; another frame than the root is its own to
     * recycle (leat__frame_close) when nobody needs its values. The root's ends the run. */
    void (*closed)(struct leat__frame *f);
    /* A person or a clock wants something of the whole run; each once. CANCEL, SUSPEND: by
     * the worker that first finds the run stopped at a task's turn. What is parked
     * must be woken then, to end at its own turn: the run does not end before. */
    void (*will)(struct leat__run *run, enum leat__will will);
};

/* The task will not run; before its turn only, by whoever settles something it
 * waits for. Its readers are not touched. */
void leat__task_doom(struct leat__frame *f, uint32_t task);
/* Any thread, once: a SETTLING task has ended so, and its followers may go. Does
 * not call `settled` again. */
void leat__task_settle(struct leat__frame *f, uint32_t task, enum leat__verdict verdict);
/* The same, but its followers never run in this frame. */
void leat__task_stay(struct leat__frame *f, uint32_t task, enum leat__verdict verdict);
/* Nothing new of this frame starts; it closes when what runs has ended. */
void leat__frame_stop(struct leat__frame *f);
/* Any thread, any number of times: a parked task goes on, a running one does not
 * park. A stale handle is ignored. */
void leat__task_wake(struct leat__handle h);

/* Any thread: false: somebody else queues it, or nobody need. */
bool leat__task_rouse(struct leat__frame *f, uint32_t task);

/* A frame over `plan`, whose open part must be there (leat__plan_open). It stands
 * for task `task` of `up`, which must be running or parked and stays alive. NULL:
 * no memory. GIVEN slots are the caller's to fill. Nothing runs before
 * leat__frame_start; a frame whose plan has nothing to run is not to be started. */
struct leat__frame *leat__frame_open(struct leat__frame *up, uint32_t task, const struct leat__plan *plan,
                                     uint32_t index);
void leat__frame_start(struct leat__frame *f);
/* Starts a frame some of whose tasks have ended before (their slots are DONE): their
 * followers have heard of it. False, and nothing starts: nothing is left to run. */
bool leat__frame_resume(struct leat__frame *f);
/* Destroys what the frame owns and recycles it. Its children must be closed. */
void leat__frame_close(struct leat__frame *f);
/* One failure more, of another life: its texts live as long as the run. */
void leat__failure_tell(struct leat__run *run, uint32_t node, const leat_failure *f);
/* Any thread: failures that a new attempt has made good are taken off the run's list
 * and count: those whose node (of the graph) is_of says true of. */
void leat__failure_forget(struct leat__run *run, bool (*is_of)(void *user, uint32_t node), void *user);
