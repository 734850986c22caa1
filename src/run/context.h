/* context: what the code of a node can ask and tell (leat/node.h), and who is
 * running on which thread. */
#pragma once
#include "run/guard.h"
#include "run/key.h"
#include "run/run.h"
#include <pthread.h>
#include <stdatomic.h>

/* What one thread does: it walks a frame, or runs open tasks. Nested ones of a
 * thread form a chain by `up`. */
struct leat__worker {
    struct leat_context context;        /* first: a node holds its address   */
    struct leat__frame *_Atomic frame;          /* of the task; NULL: it runs `building` */
    const struct leat__function *building;  /* a builder function; NULL       */
    _Atomic uint32_t task;              /* running now; LEAT__NONE between    */
    uint64_t stamp;                     /* ticks: when its last task ended; 0: it waited since */
    uint64_t began;                     /* ... when this one began, if events are told */
    _Atomic uint16_t lane;                    /* which of the pool's, or 0          */
    uint64_t due_ns;                    /* its call may run until then; 0: for ever */
    _Atomic uint32_t failed;            /* 0, 1 being told, 2 told            */
    struct leat__frame *told_frame;     /* ... of that task, which may have ended since */
    uint32_t told_task;
    _Atomic uint64_t ok;                /* tasks that ended well, not yet counted in the run */
    const struct leat__run *_Atomic counts_for;     /* ... that run                      */
    _Atomic uint32_t handed;            /* odd while they are handed over            */
    _Atomic bool waits;                 /* its task has said that it does            */
    uint64_t sampled, sampled_ns;       /* some of them, and what those took  */
    struct leat__pool *pool;            /* of open frames                     */
    struct leat__deque *deque;          /* its own; NULL: it walks, or waits  */
    bool on_top;                        /* ... which is also that of `up`     */
    bool nested;                        /* it works on top of an outer worker's deque, or helps */
    uint32_t base;                      /* ... from here on: what lies below is not for this one */
    uint32_t tick;                      /* tasks until it looks round and at the clock */
    uint32_t turns;                     /* how often it did              */
    bool turn;                          /* somebody else's has come      */
    bool oldest;                        /* ... or is: that of what waited longest */
    bool leaves;                        /* it helps, and others want its deque */
    int64_t delta;                      /* of frame->live, not yet counted there */
    bool alone;                         /* nobody else counts arrivals in this frame */
    bool eager;                         /* tasks of this frame may be long: of what it shared it takes back one at a time */
    const struct leat__run *only;       /* it helps: takes nothing of others  */
    const _Atomic bool *over;           /* ... until this                     */
    uint64_t until;                     /* ... or, simulating, until then     */
    int64_t lasts_ns;                   /* how much longer its task is said to take */
    const char *refuse;                 /* its task fails for this instead of being called; NULL */
    enum leat__verdict verdict;         /* of its last task that was not a mere call */
    int line;
    char file[256], text[512];
    leat_task_info info;
    char key[LEAT__KEY_DIGITS + 1];            /* of the task that asked last       */
    struct leat__worker *up;            /* outer walk of this thread          */
    struct leat__claim *claim;          /* turns that the running task has; NULL */
    struct leat__guard guard;           /* of the call that runs              */
    uint32_t blocks;                    /* it has said so often that it waits */
    struct leat__worker *lent;          /* ... and whose deque is lent meanwhile; NULL: none */
    bool returns;                       /* ... from inside a call */
    struct leat__worker *next, **at;    /* list of all workers                */
};

extern const leat_node_api leat__node_api;

static inline void leat__worker_at(struct leat__worker *w, uint32_t task)
{
    atomic_store_explicit(&w->task, task, memory_order_release);
}

/* One task more ended well: a plain store, as nobody else writes there. Who sees the
 * count sees that the task has ended. */
static inline void leat__worker_count(struct leat__worker *w)
{
    atomic_store_explicit(&w->ok, atomic_load_explicit(&w->ok, memory_order_relaxed) + 1, memory_order_release);
}

/* All that was counted for another has been handed over. */
static inline void leat__worker_counts_for(struct leat__worker *w, const struct leat__run *run)
{
    atomic_store_explicit(&w->counts_for, run, memory_order_release);
}

void leat__worker_hand_over(struct leat__worker *w, struct leat__run *run);
/* Every worker of the process, under the lock at which leat__workers_forget waits: the
 * frame of a task that runs stays. */
void leat__workers_each(void (*visit)(struct leat__worker *w, void *user), void *user);
/* Inside of that: the frame and task are of one moment. NULL: it runs none. */
struct leat__frame *leat__worker_frame(struct leat__worker *w, uint32_t *t);
/* The calling thread's worker; NULL: it runs none. Its pool is for who enters to set:
 * NULL if it has none. */
struct leat__worker *leat__worker_current(void);
/* The one beneath it on its thread that works in a pool, what walks left out; NULL. */
static inline struct leat__worker *leat__worker_below(const struct leat__worker *w)
{
    struct leat__worker *up = w->up;
    while (up && !up->pool)
        up = up->up;
    return up;
}

/* The innermost of the calling thread that does; NULL. */
static inline struct leat__worker *leat__worker_pooled(void)
{
    struct leat__worker *w = leat__worker_current();
    return !w || w->pool ? w : leat__worker_below(w);
}
/* Before the memory of frames whose tasks have ended is another's, or of their plans:
 * nobody looks there afterwards. */
void leat__workers_forget(void);
/* For a crash: else the only worker there is, if there is but one: a thread of
 * its node has crashed. Takes no lock. */
struct leat__worker *leat__worker_suspect(void);
void leat__worker_enter(struct leat__worker *w, struct leat__frame *f);
void leat__worker_leave(struct leat__worker *w);
/* Its task fails, unless somebody has said so before. 1. */
int leat__worker_tell(struct leat__worker *w, const char *file, int line, const char *text);
/* Once w->failed is set: waits until whoever tells a failure has told it whole; it is
 * that of task t. What was told of a task that had ended is forgotten. */
bool leat__worker_is_told(struct leat__worker *w, uint32_t t);

static inline bool leat__worker_has_failed(struct leat__worker *w, uint32_t t)
{
    return __builtin_expect(atomic_load_explicit(&w->failed, memory_order_relaxed), 0) && leat__worker_is_told(w, t);
}

/* true: p is on the calling thread's stack / inside a loaded image. */
bool leat__is_on_stack(const void *p);
bool leat__is_in_image(const void *p);
