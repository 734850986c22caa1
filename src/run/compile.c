/* compile: from a graph to a plan (run/plan.h), in passes over the needed nodes, in their
 * order. */
#include "run/plan.h"
#include "base/error.h"
#include "base/pages.h"
#include "base/vector.h"
#include "run/copies.h"
#include "run/lifetime.h"
#include <stdlib.h>
#include <string.h>

enum { ALIGN = 16 };

struct making {
    struct leat__plan *p;
    const struct leat__plan_spec *spec;
    const struct leat__graph *g;
    uint32_t *task;             /* by node */
    uint32_t side_cap, list_cap;
    bool too_large;             /* places over 4 GiB */
    leat_error *err;
};

static const struct leat__node *node_of(const struct making *m, uint32_t t)
{
    return &m->g->node[m->p->node[t]];
}

static bool is_input(const struct making *m, uint32_t id) { return id < m->g->inputs; }

/* It runs, and its value is given all the same. */
static bool is_shadow(const struct making *m, uint32_t t)
{
    return t >= m->p->given && m->spec->given[m->p->node[t]];
}

static int list_tasks(struct making *m)
{
    struct leat__plan *p = m->p;
    for (uint32_t id = 0; id < m->g->count; id++)
        if (is_input(m, id) ? m->spec->need[id] : m->spec->need[id] & LEAT__NEED_GIVEN)
            p->node[m->task[id] = p->n++] = id;
    p->given = p->n;
    for (uint32_t id = 0; id < m->g->count; id++)
        if (!is_input(m, id) && m->spec->need[id] & LEAT__NEED_RUN) {
            if (m->task[id] == LEAT__NONE)
                m->task[id] = p->n;
            p->node[p->n++] = id;
        }
    return p->n >= LEAT__IN_SLOT ? leat__fail(m->err, LEAT_EUNSUPPORTED, "more than 10^9 nodes") : 0;
}

static struct leat__side *side_of(struct making *m, uint32_t t)
{
    struct leat__plan *p = m->p;
    struct leat__task *task = &p->task[t];
    if (task->side != LEAT__NONE)
        return &p->side[task->side];
    if (!LEAT__ROOM(p->side, p->sides, m->side_cap))
        return NULL;
    p->side[p->sides] = (struct leat__side){ 0 };
    task->side = p->sides++;
    return &p->side[task->side];
}

static bool list_add(struct making *m, uint32_t slot)
{
    struct leat__plan *p = m->p;
    if (!LEAT__ROOM(p->list, p->lists, m->list_cap))
        return false;
    p->list[p->lists++] = slot;
    return true;
}

/* Arguments, and which of them the call takes. */
static bool fill_in(struct making *m, uint32_t t, uint32_t *at)
{
    const struct leat__node *n = node_of(m, t);
    struct leat__plan *p = m->p;
    p->task[t].in = *at;
    if (p->task[t].flags & (LEAT__TASK_GIVEN | LEAT__TASK_PART | LEAT__TASK_COPY))
        return true;
    if (n->edges > LEAT__NEAR_ARGS)
        p->task[t].flags |= LEAT__TASK_MANY;
    for (uint32_t i = 0; i < n->edges; i++) {
        const struct leat__edge *e = &m->g->edge[n->edge + i];
        uint32_t *in = &p->in[(*at)++];
        if (e->how == LEAT__HOW_CONTEXT) {
            *in = LEAT__IN_CONTEXT;
            p->task[t].flags |= LEAT__TASK_ARGS;
        } else if (e->how == LEAT__HOW_OUT) {
            *in = LEAT__IN_OUT | (e->from == p->node[t] ? 0 : 1 + e->from - leat__rest(m->g, n)->producer);
            p->task[t].flags |= LEAT__TASK_PLACES;
        } else {
            *in = m->task[e->from] | (e->how == LEAT__HOW_OBJECT ? LEAT__IN_OBJECT : 0);
        }
        if (e->takes) {
            struct leat__side *side = side_of(m, t);
            if (!side || !list_add(m, m->task[e->from]))
                return false;
            side->take = side->takes++ ? side->take : p->lists - 1;
            p->task[t].flags |= LEAT__TASK_ARGS;
        }
    }
    return true;
}

static uint32_t place_for(struct making *m, uint32_t size, uint32_t align)
{
    struct leat__plan *p = m->p;
    if (align < ALIGN)
        align = ALIGN;
    size_t at = (p->places + align - 1) & ~(size_t)(align - 1);
    p->places = at + size;
    if (align > p->align)
        p->align = align;
    m->too_large |= p->places > UINT32_MAX;
    return (uint32_t)at;
}

/* Itself, or what it is a part of, if that is had in turns. */
static const struct leat__node *whole_of(const struct making *m, uint32_t *id)
{
    while (leat__is_derived(&m->g->node[*id]) && !(m->g->node[*id].flags & LEAT__NODE_TURNS) &&
           m->task[*id] >= m->p->given)
        *id = leat__rest_at(m->g, *id)->producer;
    return &m->g->node[*id];
}

/* The turns it waits for: of its serial names, and of values noted `turns`. */
static bool fill_turns(struct making *m, uint32_t t)
{
    const struct leat__node *n = node_of(m, t);
    uint32_t count, begin = m->p->lists;
    if (m->p->task[t].flags & LEAT__TASK_GIVEN)
        return true;
    const struct leat__serial *serial = leat__graph_serials(m->g, m->p->node[t], &count);
    for (uint32_t i = 0; i < count; i++)
        if (!list_add(m, serial[i].name | LEAT__SERIAL))
            return false;
    for (uint32_t i = 0; i < n->edges; i++) {
        const struct leat__edge *e = &m->g->edge[n->edge + i];
        uint32_t from = e->from;
        if (leat__is_data(e) && whole_of(m, &from)->flags & LEAT__NODE_TURNS && !list_add(m, m->task[from]))
            return false;
    }
    struct leat__side *side = m->p->lists > begin ? side_of(m, t) : NULL;
    if (side) {
        side->turn = begin;
        side->turns = m->p->lists - begin;
        m->p->task[t].flags |= LEAT__TASK_TURNS;
    }
    return side || m->p->lists == begin;
}

static bool fill_limit(struct making *m, uint32_t t)
{
    const struct leat__limit *limit = m->g->limits && t >= m->p->given ? leat__graph_limit(m->g, m->p->node[t]) : NULL;
    if (limit && limit->blocking)
        m->p->task[t].flags |= LEAT__TASK_BLOCKING;
    if (!limit || !limit->timeout_ns)
        return true;
    struct leat__side *side = side_of(m, t);
    if (!side)
        return false;
    side->timeout_ns = limit->timeout_ns;
    m->p->task[t].flags |= LEAT__TASK_TIMED;
    return m->p->timed = true;
}

/* Where the value goes and what is asked of it. A value that comes through an
 * out parameter always has a place; its size is the place's, pointers' 8. */
static bool fill_result(struct making *m, uint32_t t)
{
    const struct leat__node *n = node_of(m, t);
    struct leat__task *task = &m->p->task[t];
    bool pointer = n->flags & LEAT__NODE_BY_POINTER;
    bool through_out = n->kind == LEAT__NODE_OUTPUT || (n->flags & LEAT__NODE_OUT);
    bool wide = (n->flags & LEAT__NODE_OBJECT) && !pointer;
    if (wide || through_out) {
        struct leat__side *side = side_of(m, t);
        if (!side)
            return false;
        side->place = pointer ? place_for(m, 8, 8) : place_for(m, n->type->size ? n->type->size : 1, n->type->align);
        task->flags |= LEAT__TASK_WIDE;
    }
    if (n->kind == LEAT__NODE_CALL && leat__rest(m->g, n)->outputs) {
        struct leat__side *side = side_of(m, t);
        if (!side)
            return false;
        side->outputs = leat__rest(m->g, n)->outputs;
    }
    bool derived = (n->flags & LEAT__NODE_OWNED) && leat__rest(m->g, n)->destructor == LEAT__NONE;
    if ((n->flags & LEAT__NODE_STATUS) || pointer || derived)
        task->flags |= LEAT__TASK_CHECK;
    if (n->flags & LEAT__NODE_OWNED)
        m->p->owned++;
    return true;
}

static bool fill_task(struct making *m, uint32_t t)
{
    const struct leat__node *n = node_of(m, t);
    struct leat__task *task = &m->p->task[t];
    *task = (struct leat__task){ .side = LEAT__NONE, .node = m->p->node[t] };
    if (t < m->p->given) {
        task->flags = LEAT__TASK_GIVEN;
        return true;
    }
    task->flags = is_shadow(m, t) ? LEAT__TASK_SHADOW : 0;
    if (n->flags & LEAT__NODE_FAULTY)
        m->p->broken = m->p->node[t];
    if (leat__is_derived(n)) {
        task->flags = LEAT__TASK_LOAD;
        m->p->owned += !!(n->flags & LEAT__NODE_OWNED);
        return true;
    }
    if (n->kind == LEAT__NODE_OUTPUT)
        task->flags |= LEAT__TASK_PART;
    else if (m->spec->bind && n->function) {
        task->call = n->function->head->call;
        task->fn = n->function->fn;
    }
    if (n->kind == LEAT__NODE_CONSTANT) {
        struct leat__side *side = side_of(m, t);
        if (!side)
            return false;
        task->flags = LEAT__TASK_COPY;
        side->value = m->spec->constant[m->p->node[t]];
        m->p->owned += !!(n->flags & LEAT__NODE_OWNED);
        return true;
    }
    return fill_result(m, t);
}

static bool list_deaths(struct making *m)
{
    struct leat__plan *p = m->p;
    struct leat__lifetimes l;
    bool good = leat__lifetimes_find(&l, p, m->spec, m->task);
    for (uint32_t t = p->given; t < p->n && good; t++) {
        if (!l.first[t])
            continue;
        struct leat__side *side = side_of(m, t);
        if (!(good = side))
            break;
        side->release = p->lists;
        for (uint32_t d = l.first[t]; d && good; d = l.next[d - 1], side->releases++)
            good = list_add(m, d - 1);
        p->task[t].flags |= LEAT__TASK_RELEASE;
    }
    leat__lifetimes_fini(&l);
    return good;
}

static int list_copies(struct making *m)
{
    struct leat__plan *p = m->p;
    struct leat__copy *copy = NULL;
    uint32_t count = 0;
    int code = leat__copies_find(p, m->spec->asked, &copy, &count, m->err);
    for (uint32_t i = 0; i < count && !code; i++) {
        struct leat__side *side = side_of(m, copy[i].before);
        if (!side || !list_add(m, copy[i].slot)) {
            code = leat__fail_memory(m->err);
            break;
        }
        side->copy = side->copies++ ? side->copy : p->lists - 1;
        p->task[copy[i].before].flags |= LEAT__TASK_ARGS;
    }
    free(copy);
    return code;
}

/* What is no call hands something on: it is as urgent as any. */
static bool fill_priorities(struct making *m)
{
    struct leat__plan *p = m->p;
    int32_t most = 0, any = 0;
    if (!m->g->priorities)
        return true;
    if (!(p->priority = malloc(((size_t)p->n + 1) * sizeof *p->priority)))
        return false;
    for (uint32_t t = 0; t < p->n; t++) {
        int32_t n = p->priority[t] = leat__graph_priority(m->g, p->node[t]);
        most = n > most ? n : most;
        any |= n;
    }
    for (uint32_t t = 0; t < p->n; t++)
        if (p->task[t].flags & (LEAT__TASK_PART | LEAT__TASK_COPY | LEAT__TASK_LOAD))
            p->priority[t] = most;
    if (!any) {
        free(p->priority);
        p->priority = NULL;
    }
    return true;
}

static int fill(struct making *m)
{
    struct leat__plan *p = m->p;
    uint32_t at = 0;
    int code = list_tasks(m);
    if (code < 0)
        return code;
    for (uint32_t t = 0; t < p->n; t++)
        if (!fill_task(m, t) || !fill_in(m, t, &at) || (m->g->has_turns && !fill_turns(m, t)) || !fill_limit(m, t))
            return leat__fail_memory(m->err);
    for (uint32_t t = p->given; t < p->n; t++)
        p->told += !(p->task[t].flags & LEAT__TASK_QUIET);
    if (!fill_priorities(m))
        return leat__fail_memory(m->err);
    if (m->too_large)
        return leat__fail(m->err, LEAT_EUNSUPPORTED, "the outputs of one run are larger than 4 GiB together");
    p->task[p->n] = (struct leat__task){ .in = at, .side = LEAT__NONE };
    if (p->owned && !list_deaths(m))     /* nobody else needs to know when values die */
        return leat__fail_memory(m->err);
    return list_copies(m);
}

static void count(const struct leat__plan_spec *spec, uint32_t *tasks, uint32_t *edges)
{
    *tasks = *edges = 0;
    for (uint32_t id = 0; id < spec->graph->count; id++)
        if (spec->need[id]) {
            *tasks += 1 + (spec->need[id] == (LEAT__NEED_RUN | LEAT__NEED_GIVEN));
            *edges += spec->graph->node[id].edges;
        }
}

int leat__plan_make(struct leat__plan *p, const struct leat__plan_spec *spec, leat_error *err)
{
    const struct leat__graph *g = spec->graph;
    struct making m = { .p = p, .spec = spec, .g = g, .err = err };
    uint32_t tasks, edges;
    count(spec, &tasks, &edges);
    *p = (struct leat__plan){ .graph = g, .broken = LEAT__NONE, .bound = spec->bind };
    p->task = leat__pages_new(((size_t)tasks + 1) * sizeof *p->task);
    p->node = leat__pages_new(((size_t)tasks + 1) * sizeof *p->node);
    p->in = leat__pages_new(((size_t)edges + 1) * sizeof *p->in);
    m.task = malloc(((size_t)g->count + 1) * sizeof *m.task);
    int code = LEAT_ENOMEM;
    if (p->task && p->node && p->in && m.task) {
        memset(m.task, 0xff, (size_t)g->count * sizeof *m.task);
        code = fill(&m);
    } else {
        leat__fail_memory(err);
    }
    free(m.task);
    if (code < 0)
        leat__plan_fini(p);
    return code;
}
