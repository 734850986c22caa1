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

struct leat__run;
void leat__hooks_before_run(struct leat__run *run);
void leat__hooks_after_run(struct leat__run *run, int code);
void leat__hooks_before_node(struct leat__run *run, const leat_call *call);
void leat__hooks_after_node(struct leat__run *run, const leat_call *call);
