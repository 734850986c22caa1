/* compile: see flow/compile.h. */
#include "flow/compile.h"
#include "base/error.h"
#include "flow/crossing.h"
#include "flow/dependency.h"
#include "flow/helper.h"
#include <stdlib.h>
#include <string.h>

/* --- what is needed, and where --- */

static bool is_given(const struct leat__compiling *c, uint32_t id)
{
    return c->g->node[id].kind == LEAT__NODE_INPUT || c->spec->cut[id];
}

static void want(struct leat__compiling *c, uint32_t id)
{
    const struct leat__node *n = &c->g->node[id];
    if (n->kind == LEAT__NODE_OUTPUT && !is_given(c, id) && c->scope_of[leat__rest(c->g, n)->producer] == LEAT__NONE)
        c->scope_of[leat__rest(c->g, n)->producer] = 1;
    if (c->scope_of[id] == LEAT__NONE)
        c->scope_of[id] = is_given(c, id) ? 0 : 1;
}

/* Downwards: what is read stands before its readers; an output behind its call. */
static void find_needed(struct leat__compiling *c)
{
    for (uint32_t i = 0; i < c->tree.atoms; i++)
        want(c, c->tree.atom[i]);
    for (uint32_t id = 0; id < c->g->count; id++)
        if (c->spec->asked[id] && c->scope_of[id] == LEAT__NONE)
            want(c, id);
    for (uint32_t id = c->g->count; id-- > 0;) {
        const struct leat__node *n = &c->g->node[id];
        if (!leat__compile_runs(c, id))
            continue;
        for (uint32_t i = 0; i < n->edges; i++)
            if (leat__is_data(&c->g->edge[n->edge + i]))
                want(c, c->g->edge[n->edge + i].from);
        for (uint32_t i = 0; i < leat__rest(c->g, n)->musts; i++)
            want(c, c->g->order[leat__rest(c->g, n)->order + i]);
    }
}

/* false: no memory. */
static bool find_scopes(struct leat__compiling *c)
{
    for (uint32_t i = 0; i < c->tree.atoms; i++)
        c->scope_of[c->tree.atom[i]] = c->tree.part[c->tree.part_of[c->tree.atom[i]]].scope;
    if (!leat__helpers_place(&c->tree, c->scope_of))
        return false;
    for (uint32_t id = 0; id < c->g->count; id++) {
        const struct leat__node *n = &c->g->node[id];
        for (uint32_t i = 0; n->kind == LEAT__NODE_CALL && leat__compile_runs(c, id) && i < leat__rest(c->g, n)->outputs; i++)
            if (c->spec->cut[leat__rest(c->g, n)->producer + i])
                leat__tree_tell(&c->tree, "%s: %s is overridden, and %s runs all the same: in a flow override all that it gives, "
                                "or nothing of it", c->spec->name, c->g->node[leat__rest(c->g, n)->producer + i].name, n->name);
            else
                c->scope_of[leat__rest(c->g, n)->producer + i] = c->scope_of[id];
        if (leat__compile_runs(c, id) && n->flags & LEAT__NODE_FAULTY)
            leat__tree_tell(&c->tree, "%s: %s cannot run: a problem of the build stands in its way", c->spec->name, n->name);
    }
    return true;
}

/* --- plans --- */

/* What an atom's own notes say goes before what the node's do. false: no memory. */
static bool set_priority(struct leat__plan *p, uint32_t t, const struct leat__part *part)
{
    if (!part->prior || (!p->priority && !part->priority))
        return true;
    if (!p->priority)
        p->priority = calloc((size_t)p->n + 1, sizeof *p->priority);
    if (p->priority)
        p->priority[t] = part->priority;
    return p->priority;
}

/* Everything that runs is kept until the flow is sealed: reverts read it. */
static int make_plan(struct leat__compiling *c, uint32_t at)
{
    struct leat__scope *s = &c->f->scope[at];
    size_t n = (size_t)c->g->count + 1;
    uint8_t *given = malloc(n), *kept = malloc(n);
    int code = LEAT_ENOMEM;
    for (uint32_t id = 0; given && kept && id < c->g->count; id++) {
        given[id] = c->need[at][id] == LEAT__NEED_GIVEN;
        kept[id] = c->need[at][id] == LEAT__NEED_RUN;
    }
    struct leat__plan_spec spec = { c->g, c->need[at], given, kept, c->spec->constant, true };
    if (given && kept)
        code = leat__plan_make(&s->plan, &spec, c->err);
    free(given);
    free(kept);
    s->base = s->plan.n;
    for (uint32_t t = s->plan.given; !code && t < s->plan.n; t++) {
        uint32_t part = c->tree.part_of[s->plan.node[t]];
        if (part == LEAT__NONE)
            continue;
        s->plan.task[t].flags |= LEAT__TASK_ASKS;
        c->task_of[part] = t;
        if (!set_priority(&s->plan, t, &c->tree.part[part]))
            code = LEAT_ENOMEM;
    }
    return code;
}

/* --- who may read whom --- */

/* Through nodes that the flow does not name, too. */
static bool check_reader(struct leat__compiling *c, uint32_t reader, uint32_t *stamp, uint32_t *stack)
{
    uint32_t n = 0;
    for (uint32_t at = reader;; at = stack[--n]) {
        const struct leat__node *v = &c->g->node[at];
        for (uint32_t i = 0; i < v->edges; i++) {
            const struct leat__edge *e = &c->g->edge[v->edge + i];
            uint32_t from = leat__is_data(e) ? e->from : LEAT__NONE;
            if (from != LEAT__NONE && c->g->node[from].kind == LEAT__NODE_OUTPUT)
                from = leat__rest_at(c->g, from)->producer;
            if (from == LEAT__NONE || !leat__compile_runs(c, from) || stamp[from] == reader + 1)
                continue;
            stamp[from] = reader + 1;
            if (c->tree.part_of[from] == LEAT__NONE)
                stack[n++] = from;
            else if (!leat__tree_may_read(&c->tree, reader, from))
                return false;
        }
        if (!n)
            return true;
    }
}

static int check_readers(struct leat__compiling *c)
{
    size_t n = (size_t)c->g->count + 1;
    uint32_t *stamp = calloc(n, sizeof *stamp), *stack = malloc(n * sizeof *stack);
    for (uint32_t i = 0; stamp && stack && i < c->tree.atoms; i++)
        check_reader(c, c->tree.atom[i], stamp, stack);
    bool good = stamp && stack;
    free(stamp);
    free(stack);
    return good ? 0 : LEAT_ENOMEM;
}

/* Grows the plan by its tail: tasks of the policy, which stand for the flow itself. */
static bool append_tail(struct leat__compiling *c, uint32_t at)
{
    struct leat__scope *s = &c->f->scope[at];
    struct leat__plan *p = &s->plan;
    uint32_t n = s->base + c->tails[at], in = p->task[s->base].in;
    void *task = realloc(p->task, ((size_t)n + 1) * sizeof *p->task), *node = NULL;
    if (task) {
        p->task = task;
        node = realloc(p->node, ((size_t)n + 1) * sizeof *p->node);
    }
    s->child = malloc(((size_t)c->tails[at] + 1) * sizeof *s->child);
    void *priority = p->priority ? realloc(p->priority, ((size_t)n + 1) * sizeof *p->priority) : NULL;
    if (node)
        p->node = node;
    if (priority)
        p->priority = priority;
    if (!task || !node || !s->child || (p->priority && !priority))
        return false;
    if (priority)
        memset(p->priority + s->base, 0, ((size_t)n - s->base + 1) * sizeof *p->priority);
    for (uint32_t t = s->base; t <= n; t++)
        p->task[t] = (struct leat__task){ .in = in, .side = LEAT__NONE, .flags = LEAT__TASK_STEP | LEAT__TASK_SILENT };
    for (uint32_t t = s->base; t < n; t++) {
        p->node[t] = c->spec->node;
        s->child[t - s->base] = LEAT__NONE;
    }
    p->n = n;
    return true;
}

static bool find_reverts(struct leat__flow *f)
{
    const struct leat__graph *g = f->graph;
    size_t n = (size_t)g->count + 1;
    if (!g->reverts)
        return true;
    if (!(f->revert = malloc(n * sizeof *f->revert)))
        return false;
    memset(f->revert, 0xff, n * sizeof *f->revert);
    for (uint32_t i = g->count; i < g->count + g->reverts; i++)
        f->revert[leat__rest_at(g, i)->producer] = i;
    return true;
}

/* --- all of it --- */

static bool make_room(struct leat__compiling *c)
{
    struct leat__flow *f = c->f;
    uint32_t scopes = c->tree.scopes;
    size_t n = (size_t)c->g->count + 1;
    f->scope = calloc(scopes, sizeof *f->scope);
    f->round = calloc(n, sizeof *f->round);
    c->need = calloc(scopes, sizeof *c->need);
    c->waits = calloc(scopes, sizeof *c->waits);
    c->tails = calloc(scopes, sizeof *c->tails);
    c->task_of = malloc(((size_t)c->tree.count + 1) * sizeof *c->task_of);
    c->scope_of = malloc(n * sizeof *c->scope_of);
    if (!f->scope || !f->round || !c->need || !c->waits || !c->tails || !c->task_of || !c->scope_of)
        return false;
    memset(c->scope_of, 0xff, n * sizeof *c->scope_of);
    for (; f->scopes < scopes; f->scopes++) {
        f->scope[f->scopes] = (struct leat__scope){ .up = c->tree.scope_up[f->scopes], .depth = c->tree.scope_depth[f->scopes],
            .attempts = (uint32_t)c->tree.scope_attempts[f->scopes], .flow = f };
        if (!(c->need[f->scopes] = calloc(n, 1)))
            return false;
    }
    return true;
}

static bool keep_arguments(struct leat__compiling *c)
{
    struct leat__flow *f = c->f;
    if (!c->spec->arguments)
        return true;
    if (!(f->argument = malloc(c->spec->arguments * sizeof *f->argument)))
        return false;
    memcpy(f->argument, c->spec->argument, c->spec->arguments * sizeof *f->argument);
    f->arguments = c->spec->arguments;
    return true;
}

static int make_plans(struct leat__compiling *c)
{
    struct leat__flow *f = c->f;
    int code = 0;
    for (uint32_t s = 0; s < f->scopes && !code; s++) {
        code = make_plan(c, s);
        free(c->need[s]);
        c->need[s] = NULL;
    }
    for (uint32_t s = 1; s < f->scopes && !code; s++)
        f->scope[s].task = leat__compile_tail(c, f->scope[s].up);
    return code;
}

static int join_plans(struct leat__compiling *c)
{
    struct leat__flow *f = c->f;
    bool good = true;
    for (uint32_t s = 0; s < f->scopes && good; s++)
        good = append_tail(c, s) && leat__dependencies_open(c, s);
    good = good && leat__crossings_join(c);
    for (uint32_t s = 1; s < f->scopes && good; s++)
        f->scope[f->scope[s].up].child[f->scope[s].task - f->scope[f->scope[s].up].base] = s;
    for (uint32_t s = 0; s < f->scopes && good && (f->scopes > 2 || c->tree.has_graphs); s++)
        good = leat__dependencies_check(c, s) == 0;
    return good && !c->tree.problems.failed ? 0 : LEAT_ENOMEM;
}

static int compile(struct leat__compiling *c)
{
    int code = leat__tree_read(&c->tree, c->spec);
    if (code || c->tree.problems.len)
        return code;
    if (!make_room(c) || !keep_arguments(c))
        return LEAT_ENOMEM;
    find_needed(c);
    code = find_scopes(c) ? check_readers(c) : LEAT_ENOMEM;
    leat__flow_check_once(&c->tree);
    if (code || c->tree.problems.len)
        return code;
    leat__crossings_find(c);
    code = make_plans(c);
    if (!code && !leat__dependencies_find(c))
        code = LEAT_ENOMEM;
    if (!code)
        code = join_plans(c);
    return code || find_reverts(c->f) ? code : LEAT_ENOMEM;
}

static void end_compiling(struct leat__compiling *c)
{
    for (uint32_t s = 0; s < c->tree.scopes; s++) {
        if (c->need)
            free(c->need[s]);
        if (c->waits)
            free(c->waits[s].at);
    }
    free(c->need);
    free(c->waits);
    free(c->tails);
    free(c->task_of);
    free(c->scope_of);
    free(c->list[0]);
    free(c->list[1]);
    leat__tree_fini(&c->tree);
}

int leat__flow_make(struct leat__flow **out, const struct leat__flow_spec *spec, char **out_problems, leat_error *err)
{
    leat_error why = { 0 };
    struct leat__flow *f = calloc(1, sizeof *f);
    struct leat__compiling c = { .f = f, .spec = spec, .g = spec->graph, .err = &why };
    if (!f)
        return leat__fail_memory(err);
    *f = (struct leat__flow){ .graph = spec->graph, .name = spec->name, .node = spec->node, .asking = LEAT__NONE };
    pthread_mutex_init(&f->lock, NULL);
    int code = compile(&c);
    if (!code && c.tree.problems.len) {
        code = leat__fail(err, LEAT_EBUILD, "%.*s", (int)strcspn(c.tree.problems.data, "\n"), c.tree.problems.data);
        *out_problems = strdup(c.tree.problems.data);
    } else if (code == LEAT_ENOMEM) {
        leat__fail_memory(err);
    } else if (code) {
        leat__fail(err, code, "%s: %s", spec->name, why.message);
    } else {
        f->atom = c.tree.atom;
        f->atoms = c.tree.atoms;
        c.tree.atom = NULL;
    }
    end_compiling(&c);
    if (code)
        leat__flow_free(f);
    else
        *out = f;
    return code;
}
