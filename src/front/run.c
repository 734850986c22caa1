/* run: ask, execute, tell. */
#include "front/run.h"
#include "base/error.h"
#include "base/vector.h"
#include "dag/dag.h"
#include "run/task.h"
#include <stdlib.h>
#include <string.h>

leat_run *leat_run_new(leat_driver *d)
{
    leat_run *r = d ? calloc(1, sizeof *r) : NULL;
    if (!r)
        return NULL;
    r->is_given = calloc((size_t)d->graph.count + 1, 1);
    r->is_asked = calloc((size_t)d->graph.count + 1, 1);
    r->is_cut = calloc((size_t)d->graph.count + 1, 1);
    if (!r->is_given || !r->is_asked || !r->is_cut) {
        free(r->is_given);
        free(r->is_asked);
        free(r->is_cut);
        free(r);
        return NULL;
    }
    r->driver = leat__driver_ref(d);
    r->core.policy = &leat__dag;
    r->core.hooks = d->hooks;
    r->core.hook_count = d->hook_count;
    return r;
}

static void drop_frame(leat_run *r)
{
    if (!r->plan)
        return;
    leat__frame_fini(&r->core.frame);
    leat__driver_put(r->driver, r->plan);
    r->plan = NULL;
}

void leat_run_free(leat_run *r)
{
    if (!r)
        return;
    leat__run_clear(&r->core);
    leat__inputs_release(r);
    drop_frame(r);
    free(r->given);
    free(r->asks);
    free(r->is_given);
    free(r->is_asked);
    free(r->is_cut);
    leat_driver_free(r->driver);
    free(r);
}

int leat_run_reset(leat_run *r)
{
    if (!r)
        return LEAT_ENOMEM;
    leat__run_clear(&r->core);
    leat__inputs_release(r);
    if (r->plan && r->ended)
        leat__frame_reset(&r->core.frame);
    r->ended = false;
    return 0;
}

int leat_run_set_keep_going(leat_run *r, int on)
{
    if (!r)
        return LEAT_ENOMEM;
    r->core.keep_going = on;
    return 0;
}

int leat_run_ask(leat_run *r, const char *name, leat_place place)
{
    if (!r)
        return LEAT_ENOMEM;
    const struct leat__graph *g = &r->driver->graph;
    uint32_t id = name ? leat__graph_find(g, name) : LEAT__NONE;
    if (id == LEAT__NONE) {
        const char *near = name ? leat__graph_suggest(g, name) : NULL;
        return leat__fail(&r->refusal, LEAT_ENOTFOUND, "no node %s%s%s%s", name ? name : "(null)",
                          near ? ", did you mean " : "", near ? near : "", near ? "?" : "");
    }
    if (r->ended)
        return leat__fail(&r->refusal, LEAT_EUSAGE, "%s: the run has ended; reset it first", name);
    int code = leat__place_check(&g->node[id], place, &r->refusal);
    if (code < 0)
        return code;
    for (uint32_t i = 0; r->is_asked[id] && i < r->ask_count; i++)
        if (r->asks[i].node == id && !r->asks[i].place.to) {
            r->asks[i].place = place;
            return 0;
        }
    if (!LEAT__ROOM(r->asks, r->ask_count, r->ask_cap))
        return leat__fail_memory(&r->refusal);
    r->asks[r->ask_count++] = (struct leat__asked){ id, place, !g->node[id].type };
    r->is_asked[id] = 1;
    return 0;
}

/* A plan for what is asked and given now; the frame follows it. Only defaults
 * change with what is given: a plain input is never computed. */
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
    drop_frame(r);
    r->plan = plan;
    code = leat__frame_init(&r->core.frame, &plan->plan);
    if (code < 0) {
        leat__driver_put(r->driver, plan);
        r->plan = NULL;
        return leat__fail_memory(err);
    }
    return 0;
}

/* Every input the plan needs was given, and nothing broken is in it. */
static int check_plan(const leat_run *r, const struct leat__plan *p, leat_error *err)
{
    const struct leat__graph *g = &r->driver->graph;
    struct leat__text missing = { 0 };
    uint32_t n = 0;
    int code = 0;
    if (p->broken != LEAT__NONE)
        return leat__fail(err, LEAT_EBUILD, "%s cannot run: a problem of the build stands in its way",
                          g->node[p->broken].name);
    for (uint32_t t = 0; t < p->given; t++) {
        const struct leat__node *v = &g->node[p->node[t]];
        if (r->is_given[p->node[t]])
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

long leat_run_plan(leat_run *r, leat_id *out, size_t cap, leat_error *err)
{
    if (!r)
        return leat__fail_memory(err);
    const struct leat__graph *g = &r->driver->graph;
    struct leat__kept_plan *plan = NULL;
    int code = leat__driver_plan(r->driver, r->is_asked, r->is_cut, &plan, err);
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
        uint32_t t = leat__plan_task(&r->plan->plan, r->given[i].node);
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

int leat_run_execute(leat_run *r, leat_error *err)
{
    static _Atomic uint64_t serial;
    if (!r)
        return leat__fail_memory(err);
    if (r->ended)
        return leat__fail(err, LEAT_EUSAGE, "the run has ended; reset it first");
    int code = leat__driver_ready(r->driver, err);
    if (!code)
        code = take_plan(r, err);
    if (!code)
        code = check_plan(r, &r->plan->plan, err);
    if (code < 0)
        return code;
    r->ended = true;
    r->core.number = atomic_fetch_add_explicit(&serial, 1, memory_order_relaxed) + 1;
    fill_inputs(r);
    LEAT__HOOKS(&r->core, before_run, r->core.number)
    code = leat__walk(&r->core);
    LEAT__HOOKS(&r->core, after_run, r->core.number, code)
    leat_error wrong;
    int late = write_outputs(r, &wrong);
    if (code == LEAT_EFAILED)
        return tell_failure(r, err);
    return late < 0 ? leat__fail(err, late, "%s", wrong.message) : code;
}

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
