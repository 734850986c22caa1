/* hook: a counted leat_hook and how to call all of a run's. */
#pragma once
#include <leat/hook.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct leat_hook {
    leat_call_ops ops;
    void *user;
    leat_event_ops event_ops;           /* of a hook that hears events; else NULL slots */
    pthread_mutex_t turn;               /* its batches never overlap */
    _Atomic uint64_t caller;            /* the thread that is in one; 0: none */
    _Atomic bool stopped;
    _Atomic uint32_t refs;
};

void leat__hook_ref(struct leat_hook *h);
void leat__hook_unref(struct leat_hook *h);
