/* streaming: see front/streaming.h. */
#include "front/streaming.h"
#include "base/error.h"
#include "base/suggest.h"
#include "base/vector.h"
#include "dag/dag.h"
#include "front/obstacle.h"
#include "run/context.h"
#include "run/worker.h"
#include <sched.h>
#include <stdlib.h>
#include <string.h>

static const char *near_stream(const struct leat__graph *g, const char *name)
{
    struct leat__suggest near = leat__suggest_for(name);
    for (uint32_t id = 0; id < g->count; id++)
        if (g->node[id].flags & LEAT__NODE_STREAM)
            leat__suggest_offer(&near, g->node[id].name);
    return near.best;
}

int leat_run_set_stream(leat_run *r, const char *name, leat_error *err)
{
    if (!r)
        return leat__fail_memory(err);
    const struct leat__graph *g = &r->driver->graph;
    uint32_t id = name ? leat__graph_find(g, name) : LEAT__NONE;
    const char *near = name && id == LEAT__NONE ? near_stream(g, name) : NULL;
    if (r->state != LEAT__RUN_OPEN)
        return leat__fail(err, LEAT_EUSAGE, "the run has ended; reset it first");
    if (id == LEAT__NONE)
        return leat__fail(err, LEAT_ENOTFOUND, "no stream %s%s%s%s", name ? name : "(null)", near ? ", did you mean " : "",
                          near ? near : "", near ? "?" : "");
    if (!(g->node[id].flags & LEAT__NODE_STREAM))
        return leat__fail(err, LEAT_ETYPE, "%s is no stream: its function gives no leat_stream *", name);
    if (!r->streaming && !(r->streaming = calloc(1, sizeof *r->streaming)))
        return leat__fail_memory(err);
    r->streaming->node = id;
    return 0;
}

/* --- what is read of the graph --- */

/* A run of its own, with what r was given, which stays r's. NULL: no memory. */
static leat_run *inner_new(leat_run *r)
{
    struct leat__streaming *s = r->streaming;
    leat_run *in = LEAT__ROOM(s->inner, s->inners, s->inner_cap) ? leat_run_new(r->driver) : NULL;
    if (!in)
        return NULL;
    s->inner[s->inners++] = in;
    for (uint32_t i = 0; i < r->given_count; i++) {
        if (!LEAT__ROOM(in->given, in->given_count, in->given_cap))
            return NULL;
        struct leat__given g = r->given[i];
        g.owned = false;
        g.release = NULL;
        in->given[in->given_count++] = g;
        in->is_given[g.node] = 1;
        in->is_cut[g.node] = r->is_cut[g.node];
    }
    return in;
}

/* Its time is the run's, and where that is cancelled no node starts any more. */
static int make(leat_run *r, leat_run *in, leat_error *err)
{
    uint64_t now = leat__pool_now(leat__run_shared(r)), due = r->core.due_ns;
    if (due && now >= due)
        return leat__fail(err, LEAT_EDEADLINE, "the deadline passed");
    if (r->core.stop)
        return leat__fail(err, LEAT_ECANCELLED, "the run was cancelled");
    in->deadline_ms = due ? (int64_t)((due - now) / 1000000) : -1;
    return leat_run_execute(in, err);
}

/* Where the value of a node is, as a slot holds it. */
static uint64_t *value_of(leat_run *in, uint32_t node)
{
    return (uint64_t *)(uintptr_t)leat__run_value(&in->core, leat__plan_task(&in->plan->plan, node));
}

static void *argument_of(uint64_t *value, uint8_t how)
{
    return how == LEAT__HOW_OBJECT ? (void *)(uintptr_t)*value : value;
}

/* --- the function --- */

static bool asks(const struct leat__edge *e) { return e->how == LEAT__HOW_SLOT || e->how == LEAT__HOW_OBJECT; }

/* It runs apart from what operators read: only inputs, or that would run twice. */
static int check_parameters(const struct leat__graph *g, const struct leat__node *n, leat_error *err)
{
    for (uint32_t i = 0; i < n->edges; i++) {
        const struct leat__edge *e = &g->edge[n->edge + i];
        const struct leat__node *from = asks(e) ? &g->node[e->from] : NULL;
        if (from && from->kind != LEAT__NODE_INPUT && from->kind != LEAT__NODE_CONSTANT && !(from->flags & LEAT__NODE_DEFAULT))
            return leat__fail(err, LEAT_EBUILD, "%s(%s): a stream function reads inputs, and a node computes %s (%s:%d)", n->name,
                              leat__param_name(n->function, i), from->name, n->function->head->file ? n->function->head->file : "", n->function->head->line);
    }
    return 0;
}

static int call(leat_run *r, leat_run *in, const struct leat__node *n, leat_error *err)
{
    const struct leat__graph *g = &r->driver->graph;
    const struct leat__function *f = n->function;
    void *args[LEAT__MOST_ARGUMENTS], *nothing = NULL;
    struct leat__worker at;
    for (uint32_t i = 0; i < n->edges; i++) {
        const struct leat__edge *e = &g->edge[n->edge + i];
        args[i] = asks(e) ? argument_of(value_of(in, e->from), e->how) : &nothing;
    }
    leat__worker_enter(&at, NULL);
    at.building = f;
    f->head->call(f->fn, args, &r->streaming->drawn);
    leat__worker_leave(&at);
    while (at.failed == 1)
        sched_yield();
    if (at.failed)
        return leat__fail(err, LEAT_EFAILED, "%s failed: %s (%s:%d)", n->name, at.text, at.file, at.line);
    return r->streaming->drawn ? 0 : leat__fail(err, LEAT_EFAILED, "%s failed: it gave NULL (%s:%d)", n->name, f->head->file ? f->head->file : "", f->head->line);
}

static int draw(leat_run *r, leat_error *err)
{
    const struct leat__graph *g = &r->driver->graph;
    const struct leat__node *n = &g->node[r->streaming->node];
    leat_run *in = inner_new(r);
    if (!in)
        return leat__fail_memory(err);
    char why[400];
    if (n->flags & LEAT__NODE_FAULTY || n->edges > LEAT__MOST_ARGUMENTS)
        return leat__fail(err, LEAT_EBUILD, "%s cannot run: %s", n->name, n->flags & LEAT__NODE_FAULTY ?
                          leat__problem_of(&g->problems, r->streaming->node, why, sizeof why) : "too many parameters");
    int code = check_parameters(g, n, err);
    for (uint32_t i = 0; i < n->edges; i++)
        if (asks(&g->edge[n->edge + i]))
            in->is_asked[g->edge[n->edge + i].from] = 1;
    if (!code)
        code = make(r, in, err);
    return code < 0 ? code : call(r, in, n, err);
}

/* --- operators --- */

static int bind(leat_run *r, leat_error *err)
{
    struct leat__streaming *s = r->streaming;
    const struct leat__node *n = &r->driver->graph.node[s->node];
    struct leat__text wrong = { 0 };
    int code = 0;
    if (s->drawn->size < sizeof(leat_stream) || s->drawn->step < sizeof(leat_operator))
        return leat__fail(err, LEAT_EBUILD, "%s was compiled with a leat/stream.h that this version cannot read", n->name);
    bool good = leat__binding_init(&s->binding, &r->driver->graph, s->drawn, n->name, n->function->head->space, &wrong);
    if (!good && !wrong.len)
        code = leat__fail_memory(err);
    else if (wrong.len)
        code = leat__fail(err, LEAT_EBUILD, "%s", wrong.data);
    leat__text_fini(&wrong);
    return code;
}

static leat__batch *batch_of(const struct leat__node *n)
{
    return n->function->head->about ? n->function->head->about->batch : NULL;
}

/* A call is known once modules are loaded; a key has one, too. */
static void fill_calls(struct leat__binding *b)
{
    for (uint32_t i = 0; i < b->ops; i++) {
        struct leat__operator *op = &b->op[i], *key = (struct leat__operator *)op->key;
        op->call = op->node->function->head->call;
        op->batch = batch_of(op->node);
        op->fn = op->node->function->fn;
        if (key) {
            key->call = key->node->function->head->call;
            key->batch = batch_of(key->node);
            key->fn = key->node->function->fn;
        }
    }
}

static int fill_values(leat_run *r, leat_error *err)
{
    struct leat__binding *b = &r->streaming->binding;
    leat_run *in = b->wanteds ? inner_new(r) : NULL;
    if (!b->wanteds)
        return 0;
    if (!in)
        return leat__fail_memory(err);
    for (uint32_t i = 0; i < b->wanteds; i++)
        in->is_asked[b->wanted[i].node] = 1;
    int code = make(r, in, err);
    for (uint32_t i = 0; !code && i < b->wanteds; i++)
        b->wanted[i].argument->value = argument_of(value_of(in, b->wanted[i].node), b->wanted[i].how);
    return code;
}

static bool was_given(const leat_run *r, const char *name)
{
    uint32_t id = leat__graph_find(&r->driver->graph, name);
    return id != LEAT__NONE && r->is_given[id];
}

/* Each instance has its own, made by a run of its own. */
static int make_state(leat_run *r, const struct leat__held *st, uint32_t instances, leat_error *err)
{
    struct leat__streaming *s = r->streaming;
    int code = 0;
    if (st->node == LEAT__NONE && was_given(r, st->name))
        return leat__fail(err, LEAT_EINPUT, "%s is the state of %s, which begins as zeros: it cannot be given", st->name,
                          s->binding.op[st->op].node->name);
    for (uint32_t i = 0; i < instances && !code; i++) {
        leat_run *in = st->node == LEAT__NONE ? NULL : inner_new(r);
        if (in) {
            in->is_asked[st->node] = 1;
            code = make(r, in, err);
            st->at[i] = code ? NULL : (void *)(uintptr_t)*value_of(in, st->node);
        } else if (st->node == LEAT__NONE) {
            st->at[i] = leat__arena_aligned(&s->arena, (st->type->size + 63) & ~63u, 64);
        }
        if (!code && !st->at[i])
            code = leat__fail_memory(err);
    }
    return code;
}

/* Of operators, for events. */
static int number(leat_run *r)
{
    struct leat__binding *b = &r->streaming->binding;
    uint32_t *ids = leat__arena_array(&r->streaming->arena, b->ops + 1, sizeof *ids);
    for (uint32_t i = 0; ids && i < b->ops; i++)
        ids[i] = (uint32_t)(b->op[i].node - r->driver->graph.node);
    r->core.ids = ids;
    return ids ? 0 : LEAT_ENOMEM;
}

int leat__streaming_prepare(leat_run *r, leat_error *err)
{
    struct leat__streaming *s = r->streaming;
    struct leat__binding *b = &s->binding;
    if (r->ask_count)
        return leat__fail(err, LEAT_EUSAGE, "a run has a stream or asked outputs, not both");
    leat__run_drop_frame(r);            /* of a dataflow that it ran before */
    int code = draw(r, err);
    if (!code)
        code = bind(r, err);
    if (!code)
        code = leat__streaming_obstacles(r, err);
    if (code < 0)
        return code;
    fill_calls(b);
    code = fill_values(r, err);
    for (uint32_t i = 0; i < b->states && !code; i++)
        code = make_state(r, &b->state[i], b->op[b->state[i].op].parallel, err);
    if (!code && leat__stream_init(&s->stream, b->op, b->ops))
        code = leat__fail_memory(err);
    if (!code && leat__stream_frame(&s->stream, &r->core)) {
        leat__stream_fini(&s->stream);
        code = leat__fail_memory(err);
    }
    s->laid = !code;
    r->core.policy = code ? &leat__dag : &leat__stream;
    return code ? code : number(r) < 0 ? leat__fail_memory(err) : 0;
}

/* --- running --- */

int leat__streaming_run(leat_run *r)
{
    struct leat__pool *shared = leat__run_shared(r), *pool = shared ? leat__pool_ref(shared) : leat__pool_new(1, false);
    if (!pool)
        return LEAT_ENOMEM;
    r->core.pool = pool;
    int code = leat__run_through(&r->core);
    r->core.pool = NULL;
    leat__pool_unref(pool);
    return code;
}

void leat__streaming_clear(leat_run *r, bool forget)
{
    struct leat__streaming *s = r->streaming;
    if (!s)
        return;
    r->core.policy = &leat__dag;
    if (s->laid) {
        leat__frame_fini(&r->core.frame);
        leat__stream_fini(&s->stream);
    }
    leat__binding_fini(&s->binding);
    for (uint32_t i = s->inners; i-- > 0;)
        leat_run_free(s->inner[i]);
    free(s->inner);
    free(s->drawn);
    leat__arena_fini(&s->arena);
    r->core.ids = NULL;
    *s = (struct leat__streaming){ .node = s->node };
    if (!forget)
        return;
    free(s);
    r->streaming = NULL;
}
