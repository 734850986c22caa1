/* leat/hook.h: told what happens, or asked before it does.
 *
 * There are two kinds. An event hook hears, in batches and a little later, what
 * became of every node and when: for trackers, traces, logs. A call hook stands
 * round the call of every node and sees its values.
 *
 * A call hook runs on the worker that runs the node, under no lock, and may
 * overlap with itself when runs overlap. Values are borrowed until it returns.
 * Secrets are not hidden from hooks: one that tells what it sees asks
 * leat_driver_secret first.
 * A hook that answers non-zero has failed: that is counted, never changes the
 * run. With no hook set, a node pays one predictable branch.
 *
 * A call hook may be a gate as well: asked whether a node may run, it allows that,
 * refuses it with a reason, or answers later: for approvals, budgets, limits. */
#pragma once
#include <leat/node.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct leat_hook leat_hook;

/* One call of a node. Ours: it grows at its end. */
typedef struct leat_call {
    const char *node;           /* its name; of a revert the function's       */
    const char *file;           /* of its function, or NULL                   */
    int32_t line;
    int32_t code;               /* after: 0 or LEAT_EFAILED                   */
    const char *message;        /* after a failure: why, else NULL            */
    size_t count;               /* arguments                                  */
    void *const *args;          /* each points to the argument                */
    const void *result;         /* after: points to the result; NULL if none or failed */
    uint64_t run;               /* number of the run in this process          */
    uint32_t id;                /* the node's leat_id; of a revert the atom's */
    const char *purpose;        /* "run"; "revert": of a flow, what the atom did is undone */
} leat_call;

/* What a gate is asked: may this node run? Copy it. Its number is never used again in
 * this process: an answer to one that is no longer open is ignored. */
typedef struct leat_gate { uint64_t id; } leat_gate;
enum {
    LEAT_ALLOW,                 /* it runs, if every other gate allows it     */
    LEAT_REFUSE,                /* it fails: "refused by gate NAME: REASON"   */
    LEAT_LATER                  /* it waits for leat_gate_allow or _refuse, and holds up no worker */
};

/* Copied; a slot that is NULL is skipped. Set size with LEAT_CALL_OPS_INIT. */
typedef struct leat_call_ops {
    size_t size;
    int (*before_run)(void *user, uint64_t run);            /* on the thread that executes */
    int (*after_run)(void *user, uint64_t run, int code);
    int (*before_node)(void *user, const leat_call *call);
    int (*after_node)(void *user, const leat_call *call);   /* also for a node that failed */
    void (*destroy)(void *user);                            /* once, last     */
    /* leat_context_log and _progress of a node, on the thread that calls them. */
    void (*log)(void *user, uint64_t run, const char *node, int level, const char *text);
    void (*progress)(void *user, uint64_t run, const char *node, double done, double total);
    /* Of a gate: its name in messages, copied; NULL: "a gate". */
    const char *name;
    /* A gate: asked before a node is called, when its inputs are there and before
     * before_node: LEAT_ALLOW, LEAT_REFUSE or LEAT_LATER. Any other answer counts as
     * a failure of the hook, and refuses. Gates are asked in the order they were
     * added, until one does not allow it; each is asked once for a call. A node that
     * is refused has failed, as if it had said so itself: a flow reverts what it has
     * done, and asks anew for each attempt. Reverts are not asked for, nor are
     * values that are no calls. A run that is cancelled, late or fails elsewhere
     * does not wait for answers. A stream asks no gates, and is refused where there
     * are any. */
    int (*gate)(void *user, const leat_call *call, leat_gate gate);
} leat_call_ops;
#define LEAT_CALL_OPS_INIT { sizeof(leat_call_ops), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL }

/* Everything that can be told: enumerator, name, column in a table, label for people. */
#define LEAT_EVENTS(X)                                                        \
    X(LEAT_EVENT_RUN_BEGAN, "run.began", "run_began", "run began")            \
    X(LEAT_EVENT_RUN_ENDED, "run.ended", "run_ended", "run ended")            \
    X(LEAT_EVENT_NODE_DONE, "node.done", "node_done", "done")                 \
    X(LEAT_EVENT_NODE_FAILED, "node.failed", "node_failed", "failed")         \
    X(LEAT_EVENT_NODE_SKIPPED, "node.skipped", "node_skipped", "skipped")     \
    X(LEAT_EVENT_NODE_REVERTED, "node.reverted", "node_reverted", "reverted") \
    X(LEAT_EVENT_NODE_REVERT_FAILED, "node.revert_failed", "node_revert_failed", "revert failed")
#define LEAT_ENUMERATE_EVENT_(enumerator, name, column, label) enumerator,
enum { LEAT_EVENTS(LEAT_ENUMERATE_EVENT_) LEAT_EVENT_COUNT_ };
#undef LEAT_ENUMERATE_EVENT_

/* One event. Ours: it grows at its end. Times are CLOCK_MONOTONIC, taken where the
 * node ran; of a run both say when it began, or ended. */
typedef struct leat_event {
    uint32_t kind;              /* LEAT_EVENT_..                              */
    uint32_t id;                /* the node's leat_id; of a run UINT32_MAX    */
    uint64_t run;               /* number of the run in this process          */
    uint64_t began_ns, ended_ns;
    uint32_t worker;            /* which of the executor's, from 0; what ran in the place of one
                                 * that was blocked has the same              */
    int32_t code;               /* NODE_FAILED, RUN_ENDED: 0 or LEAT_E..      */
    const struct leat_driver *driver;   /* of the run: leat_driver_name and friends */
    const char *message;        /* NODE_FAILED, NODE_REVERT_FAILED: why       */
    uint32_t attempt;           /* of a flow: which, from 1                   */
} leat_event;

/* Copied. Set size with LEAT_EVENT_OPS_INIT. */
typedef struct leat_event_ops {
    size_t size;
    /* `n` events in order: what a node read was made by events before its own.
     * On one thread at a time, any worker's. Events and their texts are borrowed
     * until it returns. Nothing is dropped: a worker whose ring is full waits for
     * a slow hook. They are told when a worker has nothing to do, when some hundreds
     * are there, or when a task ends a millisecond after its worker has told some: so
     * of what ended just before a long task it may be heard after that. RUN_ENDED comes after every event of its run. A node that never
     * began (after a stop) has no event. An atom has one for each attempt, and one
     * when it is reverted; in a durable flow it is told when its end is on record, at
     * that time. Of a stream, operators that run as one are told as the last of them,
     * once for each instance. Non-zero: it failed; that is counted.
     * It may execute runs, all on its own thread, and hears nothing of those. What
     * they have to tell another hook that is busy, that is told next, perhaps after
     * execute has returned. To wait for a run that is heard of, or is among those on
     * an executor whose events it hears, is LEAT_EDEADLK. */
    int (*events)(void *user, const leat_event *events, size_t n);
    void (*destroy)(void *user);                            /* once, last     */
} leat_event_ops;
#define LEAT_EVENT_OPS_INIT { sizeof(leat_event_ops), NULL, NULL }

#pragma GCC visibility push(default)

/* NULL: out of memory, and ops->destroy was called. Give it to a builder. */
leat_hook *leat_hook_new(const leat_call_ops *ops, void *user);
leat_hook *leat_hook_new_events(const leat_event_ops *ops, void *user);
/* From now on the event hook hears nothing; any thread, its own call too. */
void leat_hook_stop(leat_hook *hook);
/* Answers, on any thread, also inside the gate itself, whose answer this may be:
 * `return leat_gate_refuse(gate, "the budget is spent")`. The first answer counts.
 * The reason is copied, its first 400 bytes; NULL: none. What was answered, or
 * LEAT_ENOTFOUND: there is no such question open; whoever asked has an answer, or
 * wants none any more. */
int leat_gate_allow(leat_gate gate);
int leat_gate_refuse(leat_gate gate, const char *reason);
/* "node.done", "node_done", "done" of LEAT_EVENT_NODE_DONE. "?" of a kind that is none. */
const char *leat_event_name(uint32_t kind);
const char *leat_event_column(uint32_t kind);
const char *leat_event_label(uint32_t kind);
/* Only for a hook that was never given to a builder. Takes NULL. */
void leat_hook_free(leat_hook *hook);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
