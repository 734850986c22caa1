/* flow: a run of a flow. Its function is called when the run begins; then the run
 * has a plan of its own, with one task for the whole flow. */
#include "flow/flow.h"
#include "base/error.h"
#include "base/suggest.h"
#include "base/text.h"
#include "dag/dag.h"
#include "front/obstacle.h"
#include "run/context.h"
#include "run/worker.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct leat__node *flow_node(const leat_run *r) { return &r->driver->graph.node[r->flow_node - 1]; }

static int no_flow(const leat_run *r, const char *name, leat_error *err)
{
    const struct leat__graph *g = &r->driver->graph;
    struct leat__suggest near = leat__suggest_for(name);
    bool node = leat__graph_find(g, name) != LEAT__NONE;
    for (uint32_t id = 0; id < g->count; id++)
        if (g->node[id].flags & LEAT__NODE_FLOW)
            leat__suggest_offer(&near, g->node[id].name);
    return leat__fail(err, LEAT_ENOTFOUND, "no flow %s%s%s%s%s", name, node ? ", it is a node" : "",
                      near.best ? "; did you mean " : "", near.best ? near.best : "", near.best ? "?" : "");
}

int leat_run_set_flow(leat_run *r, const char *name, leat_error *err)
{
    if (!r)
        return leat__fail_memory(err);
    if (r->state != LEAT__RUN_OPEN)
        return leat__fail(err, LEAT_EUSAGE, "the run has begun; reset it first");
    uint32_t id = name ? leat__graph_find(&r->driver->graph, name) : LEAT__NONE;
    if (name && (id == LEAT__NONE || !(r->driver->graph.node[id].flags & LEAT__NODE_FLOW)))
        return no_flow(r, name, err);
    leat__flow_drop(r);
    r->flow_node = name ? id + 1 : 0;
    return 0;
}

/* --- the function's arguments --- */

static const struct leat__given *given(const leat_run *r, uint32_t node)
{
    for (uint32_t i = 0; i < r->given_count; i++)
        if (r->given[i].node == node)
            return &r->given[i];
    return NULL;
}

/* The input that a namespace sees, where it is not given apart. */
static uint32_t input_of(const leat_run *r, uint32_t node)
{
    const struct leat__graph *g = &r->driver->graph;
    while (g->node[node].kind == LEAT__NODE_SAME && !r->is_given[node])
        node = leat__rest_at(g, node)->producer;
    return node;
}

/* A default that is a variable, or a function of nothing, and nobody has to destroy. */
static bool call_default(const struct leat__node *n, uint64_t *value)
{
    if (n->flags & (LEAT__NODE_OBJECT | LEAT__NODE_OWNED) || n->edges || !n->function || !n->function->head->call)
        return false;
    n->function->head->call(n->function->fn, NULL, value);
    return true;
}

static int take_argument(const leat_run *r, const struct leat__edge *e, const struct leat__param *p,
                         struct leat__flow_argument *a, void **arg, leat_error *err)
{
    a->node = leat__is_data(e) ? input_of(r, e->from) : LEAT__NONE;
    const struct leat__node *n = a->node != LEAT__NONE ? &r->driver->graph.node[a->node] : NULL;
    const struct leat__given *g = n ? given(r, a->node) : NULL;
    const char *flow = flow_node(r)->name;
    if (!n)
        return leat__fail(err, LEAT_EUNSUPPORTED, "flow %s: its parameter %s is no input, and a flow is built from inputs alone",
                          flow, p->name);
    if (!g && n->kind != LEAT__NODE_INPUT && !(n->flags & LEAT__NODE_DEFAULT))
        return leat__fail(err, LEAT_EBUILD, "flow %s reads %s, which is computed: a flow is built from inputs", flow, n->name);
    if ((g && g->loader) || (!g && !call_default(n, &a->value)))
        return leat__fail(err, LEAT_EUNSUPPORTED, "flow %s: %s would be made by a function when the run begins, and the flow is built "
                          "before: give it as text", flow, n->name);
    if (g)
        a->value = g->value;
    *arg = e->how == LEAT__HOW_OBJECT ? (void *)(uintptr_t)a->value : &a->value;
    return 0;
}

static int check_arguments(const leat_run *r, leat_error *err)
{
    const struct leat__graph *g = &r->driver->graph;
    const struct leat__node *n = flow_node(r);
    uint32_t *inputs = malloc(((size_t)n->edges + 1) * sizeof *inputs), count = 0;
    if (!inputs)
        return leat__fail_memory(err);
    for (uint32_t i = 0; i < n->edges; i++) {
        const struct leat__edge *e = &g->edge[n->edge + i];
        uint32_t from = leat__is_data(e) ? input_of(r, e->from) : LEAT__NONE;
        if (from != LEAT__NONE && g->node[from].kind == LEAT__NODE_INPUT)
            inputs[count++] = from;
    }
    int code = leat__inputs_check(r, inputs, count, err);
    free(inputs);
    return code;
}

/* --- the call --- */

static int tell_failed(const struct leat__node *n, struct leat__worker *w, leat_error *err)
{
    char place[300] = "";
    if (*w->file)
        snprintf(place, sizeof place, " (%s:%d)", w->file, w->line);
    return leat__fail(err, LEAT_EBUILD, "flow %s failed: %s%s", n->name, w->text, place);
}

/* As a builder function is called: leat_fail is heard. */
static int call_function(leat_run *r, void **args, leat_flow **out, leat_error *err)
{
    const struct leat__node *n = flow_node(r);
    struct leat__worker w;
    leat__worker_enter(&w, NULL);
    w.building = n->function;
    n->function->head->call(n->function->fn, args, out);
    leat__worker_leave(&w);
    if (!w.failed)
        return *out ? 0 : leat__fail(err, LEAT_EBUILD, "flow %s failed: it gave NULL (%s:%d)", n->name,
                                      n->function->head->file, n->function->head->line);
    leat_flow_free(*out);
    return tell_failed(n, &w, err);
}

static int make_tree(leat_run *r, struct leat__flow_argument *argument, leat_flow **out, leat_error *err)
{
    const struct leat__node *n = flow_node(r);
    void **args = calloc((size_t)n->edges + 1, sizeof *args);
    int code = args ? 0 : leat__fail_memory(err);
    char why[400];
    if (!code && n->flags & LEAT__NODE_BROKEN)
        code = leat__fail(err, LEAT_EBUILD, "flow %s: %s", n->name,
                          leat__problem_of(&r->driver->graph.problems, r->flow_node - 1, why, sizeof why));
    if (!code)
        code = check_arguments(r, err);
    for (uint32_t i = 0; i < n->edges && !code; i++)
        code = take_argument(r, &r->driver->graph.edge[n->edge + i], LEAT__PARAM(n->function, i), &argument[i], &args[i], err);
    *out = NULL;
    if (!code)
        code = call_function(r, args, out, err);
    free(args);
    return code;
}

/* --- the plan --- */

static int take_plan(leat_run *r, leat_error *err)
{
    r->plan = calloc(1, sizeof *r->plan);
    if (r->plan && leat__frame_init(&r->core.frame, leat__flow_plan(r->flow)) == 0) {
        r->plan->plan = *leat__flow_plan(r->flow);
        r->core.frame.run = &r->core;
        leat__flow_attach(r->flow, &r->core);
        return 0;
    }
    free(r->plan);
    r->plan = NULL;
    leat__flow_free(r->flow);
    r->flow = NULL;
    return leat__fail_memory(err);
}

/* Lines as one. */
static void tell_problems(char *problems, leat_error *err)
{
    struct leat__text all = { 0 };
    for (char *at = problems, *end; at; at = end ? end + 1 : NULL) {
        if ((end = strchr(at, '\n')))
            *end = 0;
        leat__text_printf(&all, "%s%s", all.len ? "; " : "", at);
    }
    if (!all.failed && all.data)
        leat__fail(err, LEAT_EBUILD, "%s", all.data);
    leat__text_fini(&all);
    free(problems);
}

static int make_flow(leat_run *r, const struct leat__flow_spec *spec, leat_error *err)
{
    char *problems = NULL;
    int code = leat__flow_make(&r->flow, spec, &problems, err);
    if (problems)
        tell_problems(problems, err);
    return code ? code : take_plan(r, err);
}

/* A default that the function had is given: in this life and in others it is the same
 * for all who read it. */
int leat__flow_take(leat_run *r, leat_error *err)
{
    const struct leat__graph *g = &r->driver->graph;
    uint32_t n = flow_node(r)->edges;
    leat_flow *tree;
    leat__flow_drop(r);
    leat__run_drop_frame(r);
    struct leat__flow_argument *argument = calloc((size_t)n + 1, sizeof *argument);
    uint8_t *cut = malloc((size_t)g->count + 1);
    int code = argument && cut ? make_tree(r, argument, &tree, err) : leat__fail_memory(err);
    if (!code) {
        memcpy(cut, r->is_cut, g->count);
        for (uint32_t i = 0; i < n; i++)
            cut[argument[i].node] = g->node[argument[i].node].kind != LEAT__NODE_INPUT;
        struct leat__flow_spec spec = { .graph = g, .tree = tree, .name = flow_node(r)->name, .node = r->flow_node - 1, .cut = cut,
                                        .asked = r->is_asked, .constant = r->driver->constant, .argument = argument, .arguments = n };
        code = make_flow(r, &spec, err);
        leat_flow_free(tree);
    }
    free(argument);
    free(cut);
    return code;
}

void leat__flow_drop(leat_run *r)
{
    if (!r->flow)
        return;
    leat__workers_forget();
    leat__durable_drop(r);
    leat__flow_free(r->flow);
    r->flow = NULL;
    leat__frame_fini(&r->core.frame);
    free(r->plan);
    r->plan = NULL;
    r->core.policy = &leat__dag;
    r->core.code = 0;
}

int leat__flow_check(const leat_run *r, leat_error *err)
{
    const struct leat__plan *p = &r->plan->plan;
    const struct leat__graph *g = &r->driver->graph;
    uint32_t *inputs = malloc(((size_t)p->given + 1) * sizeof *inputs), count = 0;
    if (!inputs)
        return leat__fail_memory(err);
    for (uint32_t t = 0; t < p->given; t++)
        if (g->node[p->node[t]].kind == LEAT__NODE_INPUT)
            inputs[count++] = p->node[t];
    int code = leat__inputs_check(r, inputs, count, err);
    free(inputs);
    return code;
}

/* The run has its flow, until leat__flow_drop. */
static int look_at(leat_run *r, leat_error *err)
{
    int code = r ? leat__driver_check(r->driver, err) : leat__fail_memory(err);
    if (!code && (!r->flow_node || r->state != LEAT__RUN_OPEN))
        code = leat__fail(err, LEAT_EUSAGE, r->flow_node ? "the run has begun" : "the run is none of a flow");
    if (!code)
        code = leat__driver_ready(r->driver, err);
    if (!code)
        code = leat__flow_take(r, err);
    if (!code && (code = leat__flow_obstacles(r, err)) < 0)
        leat__flow_drop(r);
    return code;
}

long leat_run_atoms(leat_run *r, leat_id *out, size_t cap, leat_error *err)
{
    int code = look_at(r, err);
    if (code < 0)
        return code;
    uint32_t n;
    const uint32_t *atom = leat__flow_atoms(r->flow, &n);
    for (uint32_t i = 0; i < n && i < cap; i++)
        out[i].n = atom[i];
    leat__flow_drop(r);
    return n;
}

long leat_run_unreverted(leat_run *r, leat_id *out, size_t cap, leat_error *err)
{
    int code = look_at(r, err);
    size_t n = 0;
    if (code < 0)
        return code;
    for (uint32_t id = 0; id < r->driver->graph.count; id++) {
        if (!leat__flow_is_unreverted(r->flow, id))
            continue;
        if (n < cap)
            out[n].n = id;
        n++;
    }
    leat__flow_drop(r);
    return (long)n;
}

/* --- running --- */

int leat__flow_begin(leat_run *r, struct leat__pool *pool, leat_error *err)
{
    int code = leat__durable_begin(r, err);
    if (code < 0)
        return code;
    r->core.pool = pool;
    r->core.guarded = pool->most_threads && r->driver->graph.limits;
    return 0;
}

int leat__flow_run(leat_run *r, leat_error *err)
{
    struct leat__pool *shared = leat__run_shared(r), *pool = shared ? shared : leat__run_inline(r);
    int code = pool ? leat__flow_begin(r, pool, err) : leat__fail_memory(err);
    return code ? code : leat__durable_code(r, leat__run_through(&r->core));
}
