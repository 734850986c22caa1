/* run: one execution: a frame being walked, who listens, what failed. */
#pragma once
#include "base/arena.h"
#include "run/frame.h"
#include "run/event.h"
#include "run/hook.h"
#include "run/policy.h"
#include "run/turn.h"
#include <leat/error.h>
#include <leat/node.h>
#include <pthread.h>

struct leat__failure {
    leat_failure public;            /* texts in run->arena                    */
    uint32_t node;
};

/* Why a node failed, for events: of every attempt, also those that were made good. */
struct leat__reason { struct leat__reason *next; uint32_t node, attempt; const char *text; };

/* A value copied for its asker before a task wrote it. */
struct leat__kept {
    uint32_t slot;
    bool by_function;               /* made by T_copy: destroyed as the node's own */
    uint64_t value;                 /* as a slot's                            */
    struct leat__kept *next;
};

enum { LEAT__MOST_NESTED = 16 };
enum { LEAT__WELL = 1 };            /* run.code: well, whatever failed on the way */

enum {
    LEAT__SLOW_FULL = 1,            /* hooks, a failure, a stop, a deadline   */
    LEAT__SLOW_EVENTS = 2           /* events alone: fast, and recorded       */
};

struct leat__run {
    struct leat__frame frame;
    const struct leat__policy *policy;
    struct leat_hook *const *hooks; /* borrowed                               */
    struct leat__turns *turns;      /* the driver's; NULL: no task waits for its turn */
    uint32_t hook_count;
    bool listened;                  /* some hook has before_node or after_node */
    bool evented;                   /* some hook hears events                 */
    bool gated;                     /* some hook is a gate                    */
    _Atomic uint32_t parked;        /* its tasks that wait for a gate's answer */
    _Atomic uint32_t entering;      /* ... to begin: run/policy.h, `enter`    */
    _Atomic uint32_t in_turn;       /* ... for a turn that others have        */
    const struct leat_driver *driver;   /* for events                         */
    void (*hold)(const struct leat_driver *d, bool more);   /* a reference to it more, or less */
    const uint32_t *ids;            /* by the plan's node: the driver's; NULL: they are its own */
    struct leat__rings *rings;      /* where its events go: `own`, its pool's */
    struct leat__rings own;         /* of walks                               */
    struct leat__ticks_line time;   /* of its events                          */
    bool keep_going;
    int priority;                   /* added to those of its tasks            */
    _Atomic uint8_t slow;           /* LEAT__SLOW_: no fast path              */
    _Atomic bool stop;              /* nothing new starts                     */
    _Atomic bool suspended;         /* ... and can be resumed: tasks that run are not told */
    _Atomic bool told;              /* ... and the policy was told: will(CANCEL) or will(SUSPEND) */
    _Atomic bool later;             /* tasks may be settled by any thread     */
    bool guarded;                   /* calls are abandoned when their time is up: run/guard.h */
    void (*abandons)(struct leat__run *run);    /* a call, which will need it; NULL */
    void (*returned)(struct leat__run *run);    /* ... on its thread, which needs it no more; NULL */
    uint64_t number;                /* of the run in this process             */
    uint8_t uuid[16];               /* of keys, from when one is asked for; not durable: else its life's */
    bool named;                     /* under lock: it has one                 */
    uint32_t ordinal;               /* ... in its simulation                  */
    uint64_t line[LEAT__MOST_NESTED];   /* numbers of the runs whose tasks it was begun in, the nearest first; 0 ends */
    struct leat__above above;       /* who waits for it in a task             */
    _Atomic uint64_t ok, failed, hook_failures;
    uint64_t not_run;
    _Atomic uint64_t skipped;       /* of those that are not run, so far      */
    _Atomic uint64_t reverted;      /* what was called to undo something, and ended well */
    _Atomic uint64_t besides;       /* of the failed: what is no task of the plan's `told` */
    struct leat__pool *pool;        /* whose workers run it; NULL: a walk     */
    struct leat__life *life;        /* its rows in a journal, before the start; NULL: not durable */
    struct leat__pool *loops;       /* where loops of its nodes may run; NULL: nowhere */
    _Atomic int code;               /* of the policy: how it ended; 0: as tasks did; LEAT__WELL */
    void (*ended)(struct leat__run *run, int code);     /* open runs: by the worker that ended the last task */
    void *user;                     /* of `ended` and of the policy           */
    uint64_t since_ns;              /* when it was opened                     */
    uint64_t due_ns;                /* nothing new starts then; 0: never      */
    _Atomic bool late;              /* ... and it came to that                */
    struct leat__spent { _Atomic uint64_t ns, tasks; } spent;   /* a sample of tasks: how long they took */
    pthread_mutex_t lock;           /* of what follows                        */
    struct leat__failure *failures;
    uint32_t failure_count, failure_cap;
    struct leat__reason *reasons;   /* the newest first; in the arena         */
    struct leat__kept *kept;
    struct leat__arena arena;       /* of failures; lives until reset         */
    struct leat__frame *free_frames;    /* their memory lives as long as the run: handles may be stale */
    uint32_t frames;                /* opened so far: serials                 */
};

/* That of the run and of the task's node together say the band. */
static inline enum leat__band leat__task_band(const struct leat__frame *f, uint32_t t)
{
    int64_t n = (int64_t)f->run->priority + (f->plan->priority ? f->plan->priority[t] : 0);
    return n < 0 ? LEAT__LOW : n > 0 ? LEAT__HIGH : LEAT__NORMAL;
}

/* Walks the frame on the calling thread: every task that is not GIVEN. Slots of
 * GIVEN tasks are filled and DONE. Nothing recurses. 0, LEAT_EFAILED, or
 * LEAT_ECANCELLED where nothing failed before leat__run_cancel was heard. */
int leat__walk(struct leat__run *run);
/* Tells of every task of the root that did not run. */
void leat__run_count_rest(struct leat__run *run);
/* Remembers in run->line in whose task the calling thread is. */
void leat__run_descend(struct leat__run *run);
/* `run` was begun in a task of run `number`, or of one that was. */
bool leat__run_is_below(const struct leat__run *run, uint64_t number);
/* How a run ended whose tasks have: 0, LEAT_EFAILED, LEAT_EDEADLINE, LEAT_ECANCELLED.
 * `cut`: some did not begin. */
int leat__run_code(const struct leat__run *run, bool cut);
/* A run begins / its tasks have ended: what hooks of events are told. */
void leat__run_begin(struct leat__run *run, struct leat__rings *rings);
void leat__run_heard(struct leat__run *run, int code);
/* Makes a zeroed run ready for its first; frees what that took. */
void leat__run_init(struct leat__run *run, const struct leat__policy *policy);
void leat__run_fini(struct leat__run *run);
/* Any thread, signal handlers: tasks that run finish, no other starts. */
void leat__run_cancel(struct leat__run *run);
/* The same, but those that run are left to end as ever: leat_context_cancelled says
 * nothing of it. */
void leat__run_suspend(struct leat__run *run);
/* Destroys every value the frame still owns, in reverse order, and copies kept
 * for askers; forgets failures and counts. The frame can be reset or freed. */
void leat__run_clear(struct leat__run *run);
/* Where an asked node's value is: like a slot's value, but the copy if it was
 * written later. NULL: it was not made. */
const uint64_t *leat__run_value(const struct leat__run *run, uint32_t task);
/* Destroys one value of a node, by its destructor or by layout. That code is the
 * user's too: until it returns, a crash is told of this node. */
void leat__value_destroy(const struct leat__graph *g, const struct leat__node *n, uint64_t value);

/* The node whose value the calling thread destroys just now; NULL: none. */
const struct leat__node *leat__value_dying(void);
/* The run whose last values the calling thread destroys just now; NULL: none. */
const struct leat__run *leat__run_clearing(void);

/* A failed or skipped task, for the list. Never fails: without memory the count
 * alone grows. */
void leat__failure_add(struct leat__frame *f, uint32_t task, int code, const char *file, int line,
                       const char *message, void *const *args);

/* Calls one slot of every hook; a non-zero answer is counted. Inline: two of
 * these stand round every node. */
#define LEAT__HOOKS(run, slot, ...)                                                       \
    for (uint32_t i_ = 0; i_ < (run)->hook_count; i_++) {                                 \
        const struct leat_hook *h_ = (run)->hooks[i_];                                    \
        if (h_->ops.slot && h_->ops.slot(h_->user, __VA_ARGS__))                          \
            atomic_fetch_add_explicit(&(run)->hook_failures, 1, memory_order_relaxed);                                                       \
    }
