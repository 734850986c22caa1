/* execute: planned, walked, waited for, told. One thread walks a run; any number
 * may wait for it, cancel it or free it meanwhile. */
#include "base/error.h"
#include "front/files.h"
#include "front/streaming.h"
#include "run/context.h"
#include "run/task.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A plan for what is asked and given now; the frame follows it. Only
 * what could be computed changes with what is given: a plain input never is. */
static int take_plan(leat_run *r, leat_error *err)
{
    const struct leat__graph *g = &r->driver->graph;
    uint32_t count = g->count;
    if (r->plan && !memcmp(r->plan->asked, r->is_asked, count) && !memcmp(r->plan->given, r->is_cut, count))
        return 0;
    struct leat__kept_plan *plan = NULL;
    int code = leat__driver_plan(r->driver, r->is_asked, r->is_cut, &plan, err);
    if (code < 0)
        return code;
    leat__run_drop_frame(r);
    r->plan = plan;
    code = leat__frame_init(&r->core.frame, &plan->plan);
    if (code < 0) {
        leat__driver_put(r->driver, plan);
        r->plan = NULL;
        return leat__fail_memory(err);
    }
    return 0;
}

int leat__inputs_check(const leat_run *r, const uint32_t *nodes, uint32_t count, leat_error *err)
{
    const struct leat__graph *g = &r->driver->graph;
    struct leat__text missing = { 0 };
    uint32_t n = 0;
    int code = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct leat__node *v = &g->node[nodes[i]];
        if (r->is_given[nodes[i]])
            continue;
        leat__text_printf(&missing, "%s%s (", n++ ? ", " : "", v->name);
        leat__type_print(&missing, v->type);
        leat__text_addc(&missing, ')');
    }
    if (missing.failed)
        code = leat__fail_memory(err);
    else if (n)
        code = leat__fail(err, LEAT_EINPUT, n == 1 ? "%u input is missing: %s" : "%u inputs are missing: %s", n,
                          missing.data);
    leat__text_fini(&missing);
    return code;
}

/* Every input the plan needs was given, and nothing broken is in it. */
static int check_plan(const leat_run *r, const struct leat__plan *p, leat_error *err)
{
    if (p->broken != LEAT__NONE)
        return leat__fail(err, LEAT_EBUILD, "%s cannot run: a problem of the build stands in its way",
                          r->driver->graph.node[p->broken].name);
    return leat__inputs_check(r, p->node, p->given, err);
}

long leat_run_plan(leat_run *r, leat_id *out, size_t cap, leat_error *err)
{
    int code = r ? leat__driver_check(r->driver, err) : leat__fail_memory(err);
    if (code < 0)
        return code;
    const struct leat__graph *g = &r->driver->graph;
    struct leat__kept_plan *plan = NULL;
    code = leat__driver_plan(r->driver, r->is_asked, r->is_cut, &plan, err);
    if (code < 0)
        return code;
    code = check_plan(r, &plan->plan, err);
    long n = 0;
    for (uint32_t t = plan->plan.given; !code && t < plan->plan.n; t++) {
        uint32_t id = plan->plan.node[t];
        if (g->node[id].kind != LEAT__NODE_CALL && g->node[id].kind != LEAT__NODE_VARIABLE)
            continue;
        if ((size_t)n < cap)
            out[n].n = id;
        n++;
    }
    leat__driver_put(r->driver, plan);
    return code < 0 ? code : n;
}

static void fill_inputs(leat_run *r)
{
    for (uint32_t i = 0; i < r->given_count; i++) {
        uint32_t t = leat__plan_given(&r->plan->plan, r->given[i].node);
        if (t == LEAT__NONE)
            continue;
        r->core.frame.slot[t].value = r->given[i].value;
        r->core.frame.slot[t].word = LEAT__DONE;
    }
}

static int write_outputs(leat_run *r, leat_error *err)
{
    int code = 0;
    for (uint32_t i = 0; i < r->ask_count; i++) {
        struct leat__asked *a = &r->asks[i];
        uint32_t t = leat__plan_task(&r->plan->plan, a->node);
        const uint64_t *value = a->sink || !a->place.to ? NULL : leat__run_value(&r->core, t);
        const struct leat__node *n = &r->driver->graph.node[a->node];
        if (!value)
            continue;
        leat_error one;
        const void *at = n->flags & LEAT__NODE_OBJECT ? (const void *)(uintptr_t)*value : value;
        if (a->view) {
            at = leat__view_at(a->view, at);
            n = &a->view->node;
        }
        int wrong = leat__place_write(n, at, a->place, &one);
        if (wrong < 0 && !code)
            code = leat__fail(err, wrong, "%s", one.message);
    }
    return code;
}

static int tell_failure(const leat_run *r, leat_error *err)
{
    const leat_failure *f = leat_run_failure(r, 0);
    if (!f)
        return leat__fail(err, LEAT_EFAILED, "a node failed");
    char place[300] = "", more[40] = "";
    if (f->file && *f->file)
        snprintf(place, sizeof place, " (%s:%d)", f->file, f->line);
    if (r->core.failed > 1)
        snprintf(more, sizeof more, " (and %llu more)", (unsigned long long)r->core.failed - 1);
    return leat__fail(err, LEAT_EFAILED, "%s failed: %s%s%s", f->node, f->message ? f->message : "", place, more);
}

/* --- running --- */

/* A flow has plans of its own, made anew. */
static int plan_run(leat_run *r, leat_error *err)
{
    int code = r->flow_node ? leat__flow_take(r, err) : take_plan(r, err);
    if (!code)
        code = r->flow_node ? leat__flow_check(r, err) : check_plan(r, &r->plan->plan, err);
    return code ? code : leat__files_check(r, &r->plan->plan, err);
}

/* Everything before the first task; 0: the run is busy and ours. */
static int begin(leat_run *r, leat_error *err)
{
    static _Atomic uint64_t serial;
    int code = leat__driver_check(r->driver, err);
    if (code < 0)
        return code;
    if (r->state == LEAT__RUN_BUSY)
        return leat__fail(err, LEAT_EBUSY, "the run is being executed");
    if (r->state == LEAT__RUN_ENDED)
        return leat__fail(err, LEAT_EUSAGE, "the run has ended; reset it first");
    code = r->starved ? leat__fail_memory(err) : leat__driver_ready(r->driver, err);
    if (!code && !r->streaming)
        code = plan_run(r, err);
    if (code < 0)
        return code;
    r->core.number = atomic_fetch_add_explicit(&serial, 1, memory_order_relaxed) + 1;
    pthread_mutex_lock(&r->lock);
    r->state = LEAT__RUN_BUSY;
    r->refs++;
    pthread_mutex_unlock(&r->lock);
    return 0;
}

static int tell_end(const leat_run *r, int code, const leat_error *wrong, leat_error *err)
{
    if (code == LEAT_EFAILED)
        return tell_failure(r, err);
    if (code == LEAT_ECANCELLED)
        return leat__fail(err, code, "the run was cancelled");
    if (code == LEAT_EREVERTED || code == LEAT_EREVERT) {
        leat_error why;
        tell_failure(r, &why);
        return leat__fail(err, code, "%s %s: %s", r->driver->graph.node[r->flow_node - 1].name,
                          code == LEAT_EREVERTED ? "was reverted" : "was not reverted whole", why.message);
    }
    return wrong->code ? leat__fail(err, wrong->code, "%s", wrong->message) : code;
}

static int walk(leat_run *r, leat_error *err)
{
    leat_error wrong = { 0 };
    int code = leat__loaders_call(r, err);
    if (code < 0)
        return code;
    fill_inputs(r);
    LEAT__HOOKS(&r->core, before_run, r->core.number)
    code = r->flow ? leat__flow_run(r) : leat__walk(&r->core);
    LEAT__HOOKS(&r->core, after_run, r->core.number, code)
    if (write_outputs(r, &wrong) == 0)
        wrong.code = 0;
    return tell_end(r, code, &wrong, err);
}

static int run_stream(leat_run *r, leat_error *err)
{
    leat_error none = { 0 };
    int code = leat__streaming_prepare(r, err);
    if (code < 0)
        return code;
    LEAT__HOOKS(&r->core, before_run, r->core.number)
    code = leat__streaming_run(r);
    LEAT__HOOKS(&r->core, after_run, r->core.number, code)
    return code == LEAT_ENOMEM ? leat__fail_memory(err) : tell_end(r, code, &none, err);
}

/* Whoever waits may go on; the run may be gone afterwards. */
static void end(leat_run *r, int code, const leat_error *err)
{
    pthread_mutex_lock(&r->lock);
    r->state = LEAT__RUN_ENDED;
    r->code = code;
    if (code < 0)
        r->error = *err;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
}

/* The whole of a begun run; `told` says why it did not end well. */
static int run_through(leat_run *r, leat_error *told)
{
    int code = r->streaming ? run_stream(r, told) : walk(r, told);
    end(r, code, told);
    return code;
}

int leat_run_execute(leat_run *r, leat_error *err)
{
    leat_error told;
    int code = r ? begin(r, err) : leat__fail_memory(err);
    if (code < 0)
        return code;
    code = run_through(r, &told);
    leat__run_unref(r);
    if (code < 0 && err)
        *err = told;
    return code;
}

int leat_run_submit(leat_run *r, void (*done)(leat_run *, int, void *), void *user, leat_error *err)
{
    leat_error told;
    int code = r ? begin(r, err) : leat__fail_memory(err);
    if (code < 0)
        return code;
    code = run_through(r, &told);
    if (done)
        done(r, code, user);
    leat__run_unref(r);
    return 0;
}

/* The calling thread is inside a task of this run: it would wait for itself. */
static bool is_inside(const leat_run *r)
{
    for (const struct leat__worker *w = leat__worker_current(); w; w = w->up)
        if (w->frame && w->frame->run == &r->core)
            return true;
    return false;
}

static void deadline_in(struct timespec *t, int64_t ms)
{
    clock_gettime(CLOCK_REALTIME, t);
    t->tv_sec += ms / 1000;
    t->tv_nsec += ms % 1000 * 1000000;
    t->tv_sec += t->tv_nsec / 1000000000;
    t->tv_nsec %= 1000000000;
}

int leat_run_wait(leat_run *r, int64_t timeout_ms, leat_error *err)
{
    struct timespec until;
    if (!r)
        return leat__fail_memory(err);
    int code = leat__driver_check(r->driver, err);
    if (code < 0)
        return code;
    if (is_inside(r))
        return leat__fail(err, LEAT_EDEADLK, "a task cannot wait for its own run");
    if (timeout_ms >= 0)
        deadline_in(&until, timeout_ms);
    pthread_mutex_lock(&r->lock);
    r->refs++;
    int late = 0;
    while (r->state == LEAT__RUN_BUSY && !r->freed && !late)
        late = timeout_ms < 0 ? pthread_cond_wait(&r->changed, &r->lock)
                              : pthread_cond_timedwait(&r->changed, &r->lock, &until);
    if (r->freed)
        code = leat__fail(err, LEAT_ECANCELLED, "the run was freed");
    else if (r->state == LEAT__RUN_OPEN)
        code = leat__fail(err, LEAT_EUSAGE, "the run was not submitted");
    else if (r->state == LEAT__RUN_BUSY)
        code = leat__fail(err, LEAT_EBUSY, "the run has not ended");
    else if ((code = r->code) < 0 && err)
        *err = r->error;
    pthread_mutex_unlock(&r->lock);
    leat__run_unref(r);
    return code;
}

int leat_run_cancel(leat_run *r)
{
    if (!r)
        return LEAT_ENOMEM;
    leat__run_cancel(&r->core);
    return 0;
}

/* --- what happened --- */

size_t leat_run_failure_count(const leat_run *r) { return r ? r->core.failure_count : 0; }

const leat_failure *leat_run_failure(const leat_run *r, size_t i)
{
    return r && i < r->core.failure_count ? &r->core.failures[i].public : NULL;
}

void leat_run_counts(const leat_run *r, uint64_t *ok, uint64_t *failed, uint64_t *not_run)
{
    if (ok)
        *ok = r ? r->core.ok : 0;
    if (failed)
        *failed = r ? r->core.failed : 0;
    if (not_run)
        *not_run = r ? r->core.not_run : 0;
}

uint64_t leat_run_hook_failures(const leat_run *r) { return r ? r->core.hook_failures : 0; }
