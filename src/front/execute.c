/* execute: planned, walked, waited for, told. One thread walks a run; any number
 * may wait for it, cancel it or free it meanwhile. */
#include "base/error.h"
#include "flow/flow.h"
#include "front/files.h"
#include "front/obstacle.h"
#include "front/streaming.h"
#include "run/context.h"
#include "run/look.h"
#include "run/task.h"
#include <errno.h>
#include <leat/store.h>
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
    const struct leat__graph *g = &r->driver->graph;
    char why[400];
    if (p->broken != LEAT__NONE)
        return leat__fail(err, LEAT_EBUILD, "%s cannot run: %s", g->node[p->broken].name,
                          leat__problem_of(&g->problems, p->broken, why, sizeof why));
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

static void fill_input(leat_run *r, uint32_t node, uint64_t value)
{
    uint32_t t = leat__plan_given(&r->plan->plan, node);
    if (t == LEAT__NONE)
        return;
    r->core.frame.slot[t].value = value;
    r->core.frame.slot[t].word = LEAT__DONE;
}

/* A default that the flow's function had is what its atoms have. */
static void fill_inputs(leat_run *r)
{
    uint32_t n = 0;
    const struct leat__flow_argument *a = r->flow ? leat__flow_arguments(r->flow, &n) : NULL;
    for (uint32_t i = 0; i < n; i++)
        fill_input(r, a[i].node, a[i].value);
    for (uint32_t i = 0; i < r->given_count; i++)
        fill_input(r, r->given[i].node, r->given[i].value);
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
        code = r->flow_node ? leat__flow_obstacles(r, err) : 0;
    if (!code)
        code = r->flow_node ? leat__flow_check(r, err) : check_plan(r, &r->plan->plan, err);
    return code ? code : leat__files_check(r, &r->plan->plan, err);
}

/* Of an executor that came from the parent of this process the threads did not. */
static int check_threads(const leat_driver *d, leat_error *err)
{
    const struct leat__pool *pool = d->executor ? d->executor->pool : NULL;
    return !pool || pool->pid == d->pid ? 0 : leat__fail(err, LEAT_EFORKED,
                                                         "this process is a child of the one that made the executor");
}

static int check_gates(const leat_run *r, leat_error *err)
{
    for (uint32_t i = 0; r->streaming && i < r->core.hook_count; i++)
        if (r->core.hooks[i]->ops.gate)
            return leat__fail(err, LEAT_EUNSUPPORTED, "a stream asks no gates: build its driver without %s%s",
                              r->core.hooks[i]->ops.name ? "gate " : "a gate",
                              r->core.hooks[i]->ops.name ? r->core.hooks[i]->ops.name : "");
    return 0;
}

/* What was set goes together; nothing of it is passed over. */
static int check_kind(const leat_run *r, leat_error *err)
{
    return r->streaming && r->flow_node ? leat__fail(err, LEAT_EUSAGE, "a run has a stream or a flow, not both")
         : r->store && !r->flow_node ? leat__fail(err, LEAT_EUNSUPPORTED,
                                                  "only flows are put on record: leat_run_set_flow says which") : 0;
}

/* Everything before the first task; 0: the run is busy and ours. */
static int begin(leat_run *r, bool submit, leat_error *err)
{
    static _Atomic uint64_t serial;
    int code = leat__driver_check(r->driver, err);
    if (!code)
        code = check_threads(r->driver, err);
    if (code < 0)
        return code;
    if (r->state == LEAT__RUN_BUSY)
        return leat__fail(err, LEAT_EBUSY, "the run is being executed");
    if (r->state == LEAT__RUN_ENDED)
        return leat__fail(err, LEAT_EUSAGE, "the run has ended; reset it first");
    code = r->starved ? leat__fail_memory(err) : check_kind(r, err);
    if (!code)
        code = check_gates(r, err);
    if (!code)
        code = leat__driver_ready(r->driver, err);
    if (!code && !r->streaming)
        code = plan_run(r, err);
    if (code < 0)
        return code;
    struct leat__pool *pool = leat__run_pool(r, submit);
    int wrong = submit && pool ? leat__pool_staff(pool) : 0;
    if (wrong) {
        errno = wrong;
        return leat__fail_errno(err, "no thread can be made for the run");
    }
    if (r->core.gated && !pool && !r->flow_node)
        return leat__fail_memory(err);
    if (r->core.evented && !r->flow_node && !r->streaming &&
        leat__rings_ready(pool ? &pool->rings : &r->core.own) < 0)
        return leat__fail_memory(err);
    leat__run_descend(&r->core);
    uint64_t now = leat__pool_now(pool ? pool : leat__run_shared(r));
    r->core.due_ns = r->deadline_ms < 0 ? 0 : now + (uint64_t)r->deadline_ms * 1000000 + 1;
    r->core.priority = r->priority;
    r->core.number = atomic_fetch_add_explicit(&serial, 1, memory_order_relaxed) + 1;
    pthread_mutex_lock(&r->lock);
    r->core.pool = pool;
    r->began_ns = now;
    r->core.guarded = pool && pool->most_threads && !r->streaming && r->plan->plan.timed;
    r->submitted = submit && pool && pool != r->inline_pool;
    r->written = false;
    r->over = false;
    r->state = LEAT__RUN_BUSY;
    r->visible = true;
    r->refs++;
    pthread_mutex_unlock(&r->lock);
    return 0;
}

static int tell_end(const leat_run *r, int code, const leat_error *wrong, leat_error *err)
{
    if (code == LEAT_EFAILED)
        return tell_failure(r, err);
    if (r->life && (code == LEAT_ESUSPENDED || code == LEAT_EDEADLINE || code == LEAT_EFENCED))
        return leat__durable_tell(r, code, err);
    if (code == LEAT_EDEADLINE)
        return leat__fail(err, code, "the deadline passed");
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

int leat__run_told(leat_run *r, int code, bool write, leat_error *err)
{
    leat_error wrong = { 0 };
    if (write && write_outputs(r, &wrong) == 0)
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

bool leat__run_end(leat_run *r, int code, const leat_error *err, bool let_go)
{
    pthread_mutex_lock(&r->lock);
    r->state = LEAT__RUN_ENDED;
    r->code = code;
    if (code < 0)
        r->error = *err;
    r->refs -= let_go;
    r->telling += r->done != NULL;
    bool gone = r->refs == 0;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
    return gone;
}

/* The whole of a begun run; `told` says why it did not end well. */
static int run_through(leat_run *r, leat_error *told)
{
    int code = r->streaming ? run_stream(r, told) : leat__loaders_call(r, told);
    if (!code && !r->streaming) {
        fill_inputs(r);
        LEAT__HOOKS(&r->core, before_run, r->core.number)
        code = r->flow ? leat__flow_run(r, told) : r->core.pool ? leat__run_pooled(r) : leat__run_walk(r);
        LEAT__HOOKS(&r->core, after_run, r->core.number, code)
        code = leat__run_told(r, code, true, told);
    }
    leat__run_end(r, code, told, false);
    return code;
}

int leat_run_execute(leat_run *r, leat_error *err)
{
    leat_error told;
    int code = r ? begin(r, false, err) : leat__fail_memory(err);
    if (code < 0)
        return code;
    code = run_through(r, &told);
    leat__run_unref(r);
    if (code < 0 && err)
        *err = told;
    return code;
}

/* What the first task needs; a flow is on record from then on. */
static int open_tasks(leat_run *r, leat_error *told)
{
    int code = r->streaming ? leat__streaming_prepare(r, told) : leat__loaders_call(r, told);
    if (code < 0)
        return code;
    if (!r->streaming)
        fill_inputs(r);
    LEAT__HOOKS(&r->core, before_run, r->core.number)
    if (!r->flow || (code = leat__flow_begin(r, r->core.pool, told)) == 0)
        return 0;
    LEAT__HOOKS(&r->core, after_run, r->core.number, code)
    return leat__run_told(r, code, false, told);
}

/* What fails before its first task ends the run here: it has begun. */
static int open_run(leat_run *r)
{
    leat_error told;
    int code = open_tasks(r, &told);
    if (code < 0) {
        r->written = true;      /* there is nothing to write */
        leat__run_end(r, code, &told, false);
        return code;
    }
    leat__run_pooled(r);
    return 0;
}

int leat_run_submit(leat_run *r, void (*done)(leat_run *, int, void *), void *user, leat_error *err)
{
    leat_error told;
    int code = r ? begin(r, true, err) : leat__fail_memory(err);
    if (code < 0)
        return code;
    bool pooled = r->submitted;
    r->done = done;
    r->done_user = user;
    if (pooled && (code = open_run(r)) == 0)
        return 0;               /* it may be over by now, and gone */
    if (!pooled)
        code = run_through(r, &told);
    if (done)
        leat__run_tell(r, done, user, code);
    else
        leat__run_unref(r);
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
        *ok = !r ? 0 : leat__driver_check(r->driver, NULL) ? r->core.ok : leat__run_ok(&r->core);
    if (failed)
        *failed = r ? r->core.failed : 0;
    if (not_run)
        *not_run = r ? r->core.not_run : 0;
}

uint64_t leat_run_hook_failures(const leat_run *r) { return r ? r->core.hook_failures : 0; }
