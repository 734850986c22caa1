/* hook: a counted leat_hook and how to call all of a run's. */
#pragma once
#include <leat/hook.h>
#include <stdatomic.h>
#include <stdint.h>

struct leat_hook {
    leat_call_ops ops;
    void *user;
    _Atomic uint32_t refs;
};

void leat__hook_ref(struct leat_hook *h);
void leat__hook_unref(struct leat_hook *h);
