/* leat/hook.h: told what happens; cannot change it.
 *
 * A call hook runs on the worker that runs the node, under no lock, and may
 * overlap with itself when runs overlap. Values are borrowed until it returns.
 * Secrets are not hidden from hooks: one that tells what it sees asks
 * leat_driver_secret first.
 * A hook that answers non-zero has failed: that is counted, never changes the
 * run. With no hook set, a node pays one predictable branch. */
#pragma once
#include <leat/node.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct leat_hook leat_hook;

/* One call of a node. Ours: it grows at its end. */
typedef struct leat_call {
    const char *node;           /* its name                                   */
    const char *file;           /* of its function, or NULL                   */
    int32_t line;
    int32_t code;               /* after: 0 or LEAT_EFAILED                   */
    const char *message;        /* after a failure: why, else NULL            */
    size_t count;               /* arguments                                  */
    void *const *args;          /* each points to the argument                */
    const void *result;         /* after: points to the result; NULL if none or failed */
    uint64_t run;               /* number of the run in this process          */
    uint32_t id;                /* the node's leat_id                         */
} leat_call;

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
} leat_call_ops;
#define LEAT_CALL_OPS_INIT { sizeof(leat_call_ops), NULL, NULL, NULL, NULL, NULL, NULL, NULL }

#pragma GCC visibility push(default)

/* NULL: out of memory, and ops->destroy was called. Give it to a builder. */
leat_hook *leat_hook_new(const leat_call_ops *ops, void *user);
/* Only for a hook that was never given to a builder. Takes NULL. */
void leat_hook_free(leat_hook *hook);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
