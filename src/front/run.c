/* run: made, asked, reset and freed. Freed while another thread still runs or
 * waits for it, it is cancelled and goes with the last of them. */
#include "front/streaming.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/vector.h"
#include "dag/dag.h"
#include "run/context.h"
#include "run/pool.h"
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static void hold(const leat_driver *d, bool more)
{
    if (more)
        leat__driver_ref((leat_driver *)d);
    else
        leat_driver_free((leat_driver *)d);
}

static leat_run *run_of(struct leat__run *core) { return (leat_run *)((char *)core - offsetof(leat_run, core)); }

/* A call that was abandoned needs the run until it returns. */
static void hold_for_call(struct leat__run *core)
{
    leat_run *r = run_of(core);
    pthread_mutex_lock(&r->lock);
    r->refs++;
    r->bodies++;
    pthread_mutex_unlock(&r->lock);
}

static void let_go_of_call(struct leat__run *core)
{
    leat_run *r = run_of(core);
    pthread_mutex_lock(&r->lock);
    r->bodies--;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
    leat__run_unref(r);
}

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
    r->refs = 1;
    r->deadline_ms = -1;
    pthread_mutex_init(&r->lock, NULL);
    leat__cond_init(&r->changed);
    r->driver = leat__driver_ref(d);
    leat__run_init(&r->core, &leat__dag);
    r->core.hooks = d->hooks;
    r->core.driver = d;
    r->core.abandons = hold_for_call;
    r->core.returned = let_go_of_call;
    r->core.hold = hold;
    r->core.loops = d->executor ? d->executor->pool : NULL;
    r->core.turns = &d->turns;
    r->core.hook_count = d->hook_count;
    for (uint32_t i = 0; i < d->hook_count; i++) {
        r->core.listened |= d->hooks[i]->ops.before_node || d->hooks[i]->ops.after_node;
        r->core.evented |= d->hooks[i]->event_ops.events != NULL;
        r->core.gated |= d->hooks[i]->ops.gate != NULL;
    }
    return r;
}

void leat__run_drop_frame(leat_run *r)
{
    if (!r->plan)
        return;
    leat__workers_forget();
    leat__frame_fini(&r->core.frame);
    leat__driver_put(r->driver, r->plan);
    r->plan = NULL;
}

void leat__run_destroy(leat_run *r)
{
    leat__flow_drop(r);
    leat__pool_unref(r->inline_pool);
    leat__durable_fini(r);
    leat__run_clear(&r->core);
    leat__streaming_clear(r, true);
    leat__inputs_release(r);
    leat__run_drop_frame(r);
    free(r->given);
    for (uint32_t i = 0; i < r->ask_count; i++)
        free(r->asks[i].view);
    free(r->asks);
    free(r->is_given);
    free(r->is_asked);
    free(r->is_cut);
    leat__run_fini(&r->core);
    leat_driver_free(r->driver);
    pthread_mutex_destroy(&r->lock);
    pthread_cond_destroy(&r->changed);
    free(r);
}

void leat__run_unref(leat_run *r)
{
    if (!leat__driver_lock(r->driver, &r->lock))
        return;
    bool last = --r->refs == 0;
    pthread_mutex_unlock(&r->lock);
    if (last)
        leat__run_destroy(r);
}

void leat_run_free(leat_run *r)
{
    if (!r || !leat__driver_lock(r->driver, &r->lock))
        return;
    r->freed = true;
    if (r->state == LEAT__RUN_BUSY)
        leat__run_cancel(&r->core);
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
    leat__run_unref(r);
}

int leat_run_reset(leat_run *r)
{
    if (!r)
        return LEAT_ENOMEM;
    pthread_mutex_lock(&r->lock);
    bool busy = r->state == LEAT__RUN_BUSY, left = r->bodies > 0;
    r->visible &= busy || left;
    pthread_mutex_unlock(&r->lock);
    if (busy || left)
        return leat__fail(&r->refusal, LEAT_EBUSY, busy ? "the run has not ended"
                                                        : "a node whose time was up has not returned");
    leat__flow_drop(r);
    leat__durable_reset(r);
    leat__run_clear(&r->core);
    leat__streaming_clear(r, false);
    leat__inputs_release(r);
    if (r->plan && r->state == LEAT__RUN_ENDED)
        leat__frame_reset(&r->core.frame);
    r->state = LEAT__RUN_OPEN;
    r->starved = false;
    return 0;
}

int leat_run_set_deadline(leat_run *r, int64_t timeout_ms)
{
    if (!r)
        return LEAT_ENOMEM;
    r->deadline_ms = timeout_ms < 0 || timeout_ms > LEAT__LONGEST_MS ? -1 : timeout_ms;
    return 0;
}

int leat_run_set_priority(leat_run *r, int priority)
{
    if (!r)
        return LEAT_ENOMEM;
    r->priority = priority;
    return 0;
}

int leat_run_set_keep_going(leat_run *r, int on)
{
    if (!r)
        return LEAT_ENOMEM;
    r->core.keep_going = on;
    return 0;
}

static bool is_same(const struct leat__asked *a, uint32_t id, const struct leat__view *v)
{
    return a->node == id && !a->view == !v && (!v || !strcmp(a->view->node.name, v->node.name));
}

static int add_ask(leat_run *r, struct leat__asked a)
{
    const struct leat__node *n = a.view ? &a.view->node : &r->driver->graph.node[a.node];
    if (r->driver->graph.node[a.node].flags & LEAT__NODE_STREAM)
        return leat__fail(&r->refusal, LEAT_EUSAGE, "%s is a stream: leat_run_set_stream runs it", n->name);
    if (r->state != LEAT__RUN_OPEN)
        return leat__fail(&r->refusal, LEAT_EUSAGE, "%s: the run has ended; reset it first", n->name);
    int code = leat__place_check(n, a.place, &r->refusal);
    if (code < 0)
        return code;
    for (uint32_t i = 0; r->is_asked[a.node] && i < r->ask_count; i++)
        if (is_same(&r->asks[i], a.node, a.view) && !r->asks[i].place.to) {
            r->asks[i].place = a.place;
            free(a.view);
            return 0;
        }
    if (!LEAT__ROOM(r->asks, r->ask_count, r->ask_cap))
        return leat__fail_memory(&r->refusal);
    a.sink = !n->type;
    r->asks[r->ask_count++] = a;
    r->is_asked[a.node] = 1;
    return 0;
}

int leat_run_ask(leat_run *r, const char *name, leat_place place)
{
    struct leat__asked a = { .place = place };
    if (!r)
        return LEAT_ENOMEM;
    int code = leat__view_find(&r->driver->graph, name, &a.node, &a.view, &r->refusal);
    if (!code && r->driver->graph.node[a.node].flags & LEAT__NODE_FLOW)
        code = leat__fail(&r->refusal, LEAT_EUSAGE, "%s is a flow: leat_run_set_flow runs it", name);
    if (code < 0)
        return leat__run_stick(r, code);
    code = add_ask(r, a);
    if (code < 0)
        free(a.view);
    return leat__run_stick(r, code);
}
