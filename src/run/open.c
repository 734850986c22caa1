/* open: see run/open.h. Counted in one pass over the tasks, filled in a second. */
#include "run/open.h"
#include "base/pages.h"
#include <stdlib.h>
#include <string.h>

struct opening {
    const struct leat__plan *p;
    struct leat__open *o;
    uint32_t *runner;           /* by node: the task that makes it, LEAT__NONE; made if nodes have orders */
    uint32_t *seen;             /* by task: 1 + the last follower counted with it */
    uint8_t *matters;           /* by task: its value's death is somebody's business; made if the plan owns */
    bool filling;
};

void leat__open_free(struct leat__open *o)
{
    if (!o)
        return;
    free(o->out_at);
    free(o->out);
    free(o->need);
    free(o->root);
    free(o->drop_at);
    free(o->drop);
    free(o->hold_at);
    free(o->hold);
    free(o->holders);
    free(o);
}

/* --- who waits for whom --- */

static void wait_for(struct opening *m, uint32_t t, uint32_t from)
{
    struct leat__open *o = m->o;
    if (from < m->p->given || m->seen[from] == t + 1)
        return;
    m->seen[from] = t + 1;
    if (m->filling)
        o->out[o->out_at[from]++] = leat__out_entry(t, o->need[t]);
    else {
        o->out_at[from]++;
        o->need[t]++;
    }
}

static void wait_for_all(struct opening *m, uint32_t t)
{
    const struct leat__plan *p = m->p;
    const struct leat__rest *rest = p->graph->orders ? leat__rest_at(p->graph, p->node[t]) : &leat__no_rest;
    if (p->task[t].flags & LEAT__TASK_PART)
        wait_for(m, t, leat__plan_call(p, t));
    for (uint32_t i = p->task[t].in; i < p->task[t + 1].in; i++) {
        uint32_t in = p->in[i];
        bool slot = in != LEAT__IN_CONTEXT && (!(in & LEAT__IN_OUT) || in & LEAT__IN_OBJECT);
        if (slot)
            wait_for(m, t, in & LEAT__IN_SLOT);
    }
    for (uint32_t i = 0; i < rest->orders; i++) {
        uint32_t from = m->runner[p->graph->order[rest->order + i]];
        if (from != LEAT__NONE)
            wait_for(m, t, from);
    }
}

/* Counts to places: at[i] is where i begins, at[n] how many there are. */
static uint32_t add_up(uint32_t *at, uint32_t n)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t count = at[i];
        at[i] = sum;
        sum += count;
    }
    return at[n] = sum;
}

/* After filling, every place stands where the next begins. */
static void step_back(uint32_t *at, uint32_t n)
{
    memmove(at + 1, at, n * sizeof *at);
    at[0] = 0;
}

static bool fill_followers(struct opening *m)
{
    const struct leat__plan *p = m->p;
    struct leat__open *o = m->o;
    for (uint32_t t = p->given; t < p->n; t++)
        wait_for_all(m, t);
    uint32_t outs = add_up(o->out_at, p->n);
    if (!(o->out = leat__pages_new(((size_t)outs + 1) * sizeof *o->out)))
        return false;
    memset(m->seen, 0, ((size_t)p->n + 1) * sizeof *m->seen);
    m->filling = true;
    for (uint32_t t = p->given; t < p->n; t++)
        wait_for_all(m, t);
    step_back(o->out_at, p->n);
    return true;
}

int leat__open_roots(struct leat__open *o, uint32_t first, uint32_t n)
{
    uint32_t pairs = 0;
    for (uint32_t t = first; t < n; t++)
        pairs += !o->need[t] && (t == first || o->need[t - 1]);
    free(o->root);
    if (!(o->root = malloc((2 * (size_t)pairs + 1) * sizeof *o->root)))
        return LEAT_ENOMEM;
    o->roots = o->ready = 0;
    for (uint32_t t = first; t < n; t++) {
        if (o->need[t])
            continue;
        if (t == first || o->need[t - 1])
            o->root[2 * o->roots++] = t;
        o->root[2 * o->roots - 1] = t + 1;
        o->ready++;
    }
    return 0;
}

/* --- who holds what --- */

static const struct leat__node *node_of(const struct opening *m, uint32_t t)
{
    return &m->p->graph->node[m->p->node[t]];
}

static void hold(struct opening *m, uint32_t *at, uint32_t *list, uint32_t t, uint32_t from)
{
    if (!m->matters[from])
        return;
    if (m->filling)
        list[at[t]++] = from;
    else {
        at[t]++;
        m->o->holders[from]++;
    }
}

/* A call lets go of its arguments when it has ended; what it gives may hold
 * pointers among them for as long as it lives. */
static void hold_all(struct opening *m, uint32_t t)
{
    const struct leat__plan *p = m->p;
    struct leat__open *o = m->o;
    bool part = p->task[t].flags & LEAT__TASK_PART, keeps = node_of(m, t)->flags & LEAT__NODE_KEEPS;
    uint32_t call = leat__plan_call(p, t);
    const struct leat__node *n = node_of(m, call);
    if ((part && !keeps) || p->task[t].flags & LEAT__TASK_COPY)
        return;
    for (uint32_t i = 0; i < n->edges; i++) {
        const struct leat__edge *e = &p->graph->edge[n->edge + i];
        if (!leat__is_data(e))
            continue;
        uint32_t from = p->in[p->task[call].in + i] & LEAT__IN_SLOT;
        if (keeps && e->pointer)
            hold(m, o->hold_at, o->hold, t, from);
        else if (!part)
            hold(m, o->drop_at, o->drop, t, from);
    }
}

/* Owned values, and what keeps one of those alive: in order, as lenders come first. */
static void find_matters(struct opening *m)
{
    const struct leat__plan *p = m->p;
    for (uint32_t t = p->given; t < p->n; t++) {
        const struct leat__node *n = node_of(m, t);
        uint32_t call = leat__plan_call(p, t);
        bool matters = n->flags & LEAT__NODE_OWNED;
        for (uint32_t i = p->task[call].in; n->flags & LEAT__NODE_KEEPS && i < p->task[call + 1].in; i++) {
            uint32_t in = p->in[i];
            bool slot = in != LEAT__IN_CONTEXT && (!(in & LEAT__IN_OUT) || in & LEAT__IN_OBJECT);
            matters |= slot && m->matters[in & LEAT__IN_SLOT];
        }
        m->matters[t] = matters;
    }
}

static bool fill_holders(struct opening *m)
{
    const struct leat__plan *p = m->p;
    struct leat__open *o = m->o;
    size_t n = (size_t)p->n + 1;
    if (!p->owned)
        return true;
    m->matters = calloc(n, 1);
    o->drop_at = calloc(n, sizeof *o->drop_at);
    o->hold_at = calloc(n, sizeof *o->hold_at);
    o->holders = calloc(n, sizeof *o->holders);
    if (!m->matters || !o->drop_at || !o->hold_at || !o->holders)
        return false;
    find_matters(m);
    m->filling = false;
    for (uint32_t t = p->given; t < p->n; t++)
        hold_all(m, t);
    o->drop = malloc(((size_t)add_up(o->drop_at, p->n) + 1) * sizeof *o->drop);
    o->hold = malloc(((size_t)add_up(o->hold_at, p->n) + 1) * sizeof *o->hold);
    if (!o->drop || !o->hold)
        return false;
    m->filling = true;
    for (uint32_t t = p->given; t < p->n; t++)
        hold_all(m, t);
    step_back(o->drop_at, p->n);
    step_back(o->hold_at, p->n);
    for (uint32_t t = p->given; t < p->n; t++)
        o->holders[t] += !!(p->task[t].flags & LEAT__TASK_KEPT);
    return true;
}

/* --- both --- */

static bool find_runners(struct opening *m)
{
    const struct leat__plan *p = m->p;
    m->runner = malloc(((size_t)p->graph->count + 1) * sizeof *m->runner);
    if (!m->runner)
        return false;
    memset(m->runner, 0xff, (size_t)p->graph->count * sizeof *m->runner);
    for (uint32_t t = p->given; t < p->n; t++)
        m->runner[p->node[t]] = t;
    return true;
}

static bool make(struct opening *m)
{
    const struct leat__plan *p = m->p;
    struct leat__open *o = m->o;
    size_t n = (size_t)p->n + 1;
    m->seen = calloc(n, sizeof *m->seen);
    o->out_at = leat__pages_clear(n * sizeof *o->out_at);
    o->need = leat__pages_clear(n * sizeof *o->need);
    if (!m->seen || !o->out_at || !o->need || (p->graph->orders && !find_runners(m)))
        return false;
    return fill_followers(m) && leat__open_roots(o, p->given, p->n) == 0 && fill_holders(m);
}

int leat__plan_open(struct leat__plan *p)
{
    if (p->open)
        return 0;
    struct opening m = { .p = p, .o = calloc(1, sizeof *p->open) };
    bool made = m.o && make(&m);
    free(m.runner);
    free(m.seen);
    free(m.matters);
    if (!made) {
        leat__open_free(m.o);
        return LEAT_ENOMEM;
    }
    m.o->more = p->owned || p->priority;
    p->open = m.o;
    return 0;
}
