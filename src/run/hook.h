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
    pthread_mutex_t mail;               /* of what follows: batches that whoever is in it tells it next */
    struct leat__post *_Atomic first, *last;
    _Atomic uint64_t caller;            /* the thread that is in one, which alone asks; 0: none */
    _Atomic bool stopped;
    _Atomic uint32_t refs;
};

void leat__hook_ref(struct leat_hook *h);
void leat__hook_unref(struct leat_hook *h);
struct leat__run;
/* The hook hears n events of the run, of which it hears events. When it comes back
 * they have been told; but inside a hook nobody waits for another that is busy: who
 * is in that tells it afterwards. */
void leat__hook_hear(struct leat_hook *h, struct leat__run *run, const leat_event *e, uint32_t n);
