/* undo: reverts as a frame. Its plan is one chain, made when it is needed: first a
 * slot for every argument, copied from the attempts' frames, then the reverts, in
 * exactly the reverse order in which atoms ended. */
#include "base/vector.h"
#include "flow/scope.h"
#include "run/task.h"
#include <stdlib.h>
#include <string.h>

/* --- what has ended --- */

/* A scope's last reverts may be those of several scopes: theirs are all below it. */
static bool gather(struct leat__undo *u, struct leat__scope *s, uint32_t *cap)
{
    for (uint32_t t = s->plan.given; s->frame && t < s->base; t++) {
        if (!s->ended[t])
            continue;
        if (!LEAT__ROOM(u->entry, u->entries, *cap))
            return false;
        u->entry[u->entries++] = (struct leat__entry_ended){ s, t, s->ended[t] };
    }
    LEAT__EACH_INNER(s, inner)
        if (!gather(u, inner, cap))
            return false;
    return true;
}

static int newest_first(const void *a, const void *b)
{
    const struct leat__entry_ended *x = a, *y = b;
    return (x->at < y->at) - (x->at > y->at);
}

/* As a rule they stand in order already, oldest first. */
static void sort(struct leat__undo *u)
{
    struct leat__entry_ended *e = u->entry;
    bool rising = true;
    for (uint32_t i = 1; i < u->entries && rising; i++)
        rising = e[i - 1].at < e[i].at;
    for (uint32_t i = 0; rising && i < u->entries / 2; i++) {
        struct leat__entry_ended swap = e[i];
        e[i] = e[u->entries - 1 - i];
        e[u->entries - 1 - i] = swap;
    }
    if (!rising)
        qsort(e, u->entries, sizeof *e, newest_first);
}

static uint32_t node_of(const struct leat__entry_ended *e) { return e->scope->plan.node[e->task]; }

static uint32_t revert_of(const struct leat__entry_ended *e)
{
    const struct leat__flow *f = e->scope->flow;
    return f->revert ? f->revert[node_of(e)] : LEAT__NONE;
}

/* --- its plan --- */

static bool is_value(const struct leat__edge *e) { return e->how <= LEAT__HOW_OBJECT; }

static uint32_t count_values(const struct leat__undo *u, uint32_t *args)
{
    const struct leat__graph *g = u->scope->flow->graph;
    uint32_t values = 0;
    for (uint32_t i = 0; i < u->reverts; i++) {
        const struct leat__node *n = &g->node[revert_of(&u->entry[u->of[i]])];
        *args += n->edges;
        for (uint32_t k = 0; k < n->edges; k++)
            values += is_value(&g->edge[n->edge + k]);
    }
    return values;
}

static bool make_room(struct leat__undo *u, uint32_t args)
{
    struct leat__plan *p = &u->plan;
    struct leat__open *o = &u->open;
    size_t n = (size_t)p->n + 1;
    p->task = malloc(n * sizeof *p->task);
    p->node = malloc(n * sizeof *p->node);
    p->in = malloc(((size_t)args + 1) * sizeof *p->in);
    o->out_at = malloc(n * sizeof *o->out_at);
    o->need = malloc(n * sizeof *o->need);
    o->out = malloc(((size_t)u->reverts + 1) * sizeof *o->out);
    o->root = malloc(2 * sizeof *o->root);
    return p->task && p->node && p->in && o->out_at && o->need && o->out && o->root;
}

static void fill_task(struct leat__undo *u, uint32_t i, uint32_t *in, uint32_t *value)
{
    struct leat__plan *p = &u->plan;
    const struct leat__graph *g = p->graph;
    uint32_t id = revert_of(&u->entry[u->of[i]]), t = p->given + i;
    const struct leat__node *n = &g->node[id];
    struct leat__task *task = &p->task[t];
    *task = (struct leat__task){ .call = n->function->head->call, .fn = n->function->fn, .in = *in, .side = LEAT__NONE,
                                 .flags = LEAT__TASK_ASKS };
    if (leat__flow_reverts_enter(u->scope->flow))
        task->flags |= LEAT__TASK_ENTERS;
    if (n->flags & LEAT__NODE_STATUS)
        task->flags |= LEAT__TASK_CHECK;
    if (n->edges > LEAT__NEAR_ARGS)
        task->flags |= LEAT__TASK_MANY;
    p->node[t] = id;
    for (uint32_t k = 0; k < n->edges; k++) {
        const struct leat__edge *e = &g->edge[n->edge + k];
        if (e->how == LEAT__HOW_CONTEXT)
            task->flags |= LEAT__TASK_ARGS;
        p->in[(*in)++] = e->how == LEAT__HOW_CONTEXT ? LEAT__IN_CONTEXT : e->how == LEAT__HOW_FAILURE ? p->n
                       : (*value)++ | (e->how == LEAT__HOW_OBJECT ? LEAT__IN_OBJECT : 0);
    }
}

static void fill_chain(struct leat__undo *u)
{
    struct leat__open *o = &u->open;
    uint32_t first = u->plan.given, n = u->plan.n;
    for (uint32_t t = first; t < n; t++) {
        o->out_at[t] = t - first;
        o->need[t] = t > first;
        o->out[t - first] = leat__out_entry(t + 1, 1);
    }
    o->out_at[n] = u->reverts - 1;      /* the last has no follower */
    o->root[0] = first;
    o->root[1] = first + 1;
    o->roots = o->ready = 1;
}

static bool make_plan(struct leat__undo *u)
{
    struct leat__plan *p = &u->plan;
    uint32_t args = 0, in = 0, value = 0, values = count_values(u, &args);
    *p = (struct leat__plan){ .graph = u->scope->flow->graph, .given = values, .n = values + u->reverts, .align = 16,
                              .broken = LEAT__NONE, .bound = true, .open = &u->open };
    if (!make_room(u, args))
        return false;
    for (uint32_t i = 0; i < u->reverts; i++)
        fill_task(u, i, &in, &value);
    p->task[p->n] = (struct leat__task){ .in = in, .side = LEAT__NONE };
    fill_chain(u);
    return true;
}

int leat__undo_make(struct leat__scope *s, struct leat__undo **out)
{
    struct leat__undo *u = calloc(1, sizeof *u);
    uint32_t cap = 0;
    if (!u)
        return LEAT_ENOMEM;
    *u = (struct leat__undo){ .what = LEAT__FLOW_UNDO, .scope = s };
    bool good = gather(u, s, &cap) && (u->of = malloc(((size_t)u->entries + 1) * sizeof *u->of));
    if (good)
        sort(u);
    for (uint32_t i = 0; good && i < u->entries; i++)
        if (revert_of(&u->entry[i]) != LEAT__NONE)
            u->of[u->reverts++] = i;
    if (good && u->reverts && make_plan(u)) {
        *out = u;
        return 0;
    }
    good &= !u->reverts;
    leat__undo_free(u);
    *out = NULL;
    return good ? 0 : LEAT_ENOMEM;
}

void leat__undo_free(struct leat__undo *u)
{
    if (!u)
        return;
    if (u->frame)
        leat__frame_close(u->frame);
    free(u->plan.task);
    free(u->plan.node);
    free(u->plan.in);
    free(u->open.out_at);
    free(u->open.need);
    free(u->open.out);
    free(u->open.root);
    free(u->entry);
    free(u->of);
    free(u);
}

/* --- its frame --- */

/* What the atom read, gave, or (it failed) did not give. */
static uint64_t value_of(const struct leat__entry_ended *e, uint32_t from)
{
    const struct leat__scope *s = e->scope;
    const struct leat__plan *p = &s->plan;
    const struct leat__graph *g = p->graph;
    const struct leat__node *n = &g->node[p->node[e->task]];
    uint32_t own = p->node[e->task] == from ? 0 : g->node[from].kind == LEAT__NODE_OUTPUT &&
                   leat__rest_at(g, from)->producer == p->node[e->task] ? 1 + from - leat__rest(g, n)->producer : LEAT__NONE;
    if (own != LEAT__NONE)
        return leat__task_state(s->frame, e->task) == LEAT__DONE ? s->frame->slot[e->task + own].value : 0;
    for (uint32_t i = 0; i < n->edges; i++)
        if (g->edge[n->edge + i].from == from)
            return s->frame->slot[p->in[p->task[e->task].in + i] & LEAT__IN_SLOT].value;
    return 0;
}

bool leat__undo_open(struct leat__undo *u)
{
    struct leat__scope *s = u->scope;
    struct leat__flow *f = s->flow;
    const struct leat__graph *g = f->graph;
    struct leat__frame *up = f->scope[s->up].frame;
    uint32_t at = 0;
    if (!(u->frame = leat__frame_open(up, s->task, &u->plan, s->attempt - 1)))
        return false;
    u->frame->user = u;
    u->frame->purpose = "revert";
    u->frame->attempt = s->attempt;
    for (uint32_t i = 0; i < u->reverts; i++) {
        const struct leat__entry_ended *e = &u->entry[u->of[i]];
        const struct leat__node *n = &g->node[revert_of(e)];
        for (uint32_t k = 0; k < n->edges; k++)
            if (is_value(&g->edge[n->edge + k])) {
                u->frame->slot[at].word = LEAT__DONE;
                u->frame->slot[at++].value = value_of(e, g->edge[n->edge + k].from);
            }
    }
    u->frame->slot[u->plan.n].value = (uint64_t)(uintptr_t)&s->failure;
    return true;
}
