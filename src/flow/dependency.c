/* dependency: see flow/dependency.h. */
#include "flow/dependency.h"
#include "base/vector.h"
#include <stdlib.h>

static bool wait(struct leat__compiling *c, uint32_t scope, uint32_t from, uint32_t to)
{
    struct leat__waits *p = &c->waits[scope];
    if (!LEAT__ROOM(p->at, p->count, p->cap))
        return false;
    p->at[p->count++] = (struct leat__wait){ from, to };
    return true;
}

/* What stands for a node of scope `at` in scope `seen` around it. */
static uint32_t stand_in(const struct leat__compiling *c, uint32_t id, uint32_t at, uint32_t seen)
{
    uint32_t task = LEAT__NONE;
    for (; at != seen; at = c->tree.scope_up[at])
        task = c->f->scope[at].task;
    return task == LEAT__NONE ? leat__scope_task(&c->f->scope[at], id) : task;
}

static bool wait_across(struct leat__compiling *c, uint32_t from, uint32_t to)
{
    uint32_t a = c->scope_of[from], b = c->scope_of[to];
    if (a == 0 || a == LEAT__NONE)
        return true;
    uint32_t seen = leat__tree_meet(&c->tree, a, b), first = stand_in(c, from, a, seen), then = stand_in(c, to, b, seen);
    return first == then || wait(c, seen, first, then);
}

static bool wait_for_data(struct leat__compiling *c, uint32_t at, uint32_t t)
{
    const struct leat__plan *p = &c->f->scope[at].plan;
    uint32_t id = p->node[t];
    const struct leat__node *n = &c->g->node[id];
    bool good = true;
    if (p->task[t].flags & LEAT__TASK_PART)
        return wait(c, at, leat__scope_task(&c->f->scope[at], leat__rest(c->g, n)->producer), t);
    for (uint32_t i = 0; i < n->edges && good; i++) {
        const struct leat__edge *e = &c->g->edge[n->edge + i];
        uint32_t in = leat__is_data(e) ? p->in[p->task[t].in + i] & LEAT__IN_SLOT : 0;
        if (leat__is_data(e) && in >= p->given)
            good = wait(c, at, in, t);
        else if (leat__is_data(e))
            good = wait_across(c, e->from, id);
    }
    for (uint32_t i = 0; i < leat__rest(c->g, n)->orders && good; i++)
        if (c->scope_of[c->g->order[leat__rest(c->g, n)->order + i]] != LEAT__NONE)
            good = wait_across(c, c->g->order[leat__rest(c->g, n)->order + i], id);
    return good;
}

/* --- seams of linear parts --- */

static bool list_ends(struct leat__compiling *c, uint32_t part, bool last, int to);

static bool list_one(struct leat__compiling *c, uint32_t task, int to)
{
    if (!LEAT__ROOM(c->list[to], c->list_count[to], c->list_cap[to]))
        return false;
    c->list[to][c->list_count[to]++] = task;
    return true;
}

/* Of a linear part the first (last) child that has anything to run. */
static bool list_outer(struct leat__compiling *c, const struct leat__part *p, bool last, int to)
{
    bool good = true;
    uint32_t before = c->list_count[to];
    for (uint32_t k = 0; k < p->count && good && c->list_count[to] == before; k++)
        good = list_ends(c, p->first + (last ? p->count - 1 - k : k), last, to);
    return good;
}

/* The tasks that a part begins, or ends, with. No deeper than parts may stand. */
static bool list_ends(struct leat__compiling *c, uint32_t part, bool last, int to)
{
    const struct leat__part *p = &c->tree.part[part];
    bool good = true;
    if (p->kind == LEAT_FLOW_ATOM)
        return p->node == LEAT__NONE || list_one(c, c->task_of[part], to);
    if (p->kind == LEAT_FLOW_RETRY)
        return list_one(c, c->f->scope[c->tree.part[p->first].scope].task, to);
    if (p->kind == LEAT_FLOW_LINEAR)
        return list_outer(c, p, last, to);
    for (uint32_t k = 0; k < p->count && good; k++)
        good = list_ends(c, p->first + k, last, to);
    return good;
}

/* All of list 0 before all of list 1; many before many meet in a joint. */
static bool sew(struct leat__compiling *c, uint32_t scope)
{
    uint32_t a = c->list_count[0], b = c->list_count[1];
    bool good = true;
    if (a > 1 && b > 1 && (uint64_t)a * b > (uint64_t)a + b) {
        uint32_t joint = leat__compile_tail(c, scope);
        for (uint32_t i = 0; i < a && good; i++)
            good = wait(c, scope, c->list[0][i], joint);
        for (uint32_t i = 0; i < b && good; i++)
            good = wait(c, scope, joint, c->list[1][i]);
        return good;
    }
    for (uint32_t i = 0; i < a && good; i++)
        for (uint32_t k = 0; k < b && good; k++)
            good = wait(c, scope, c->list[0][i], c->list[1][k]);
    return good;
}

static bool wait_in_line(struct leat__compiling *c, const struct leat__part *p)
{
    bool good = true;
    c->list_count[0] = 0;
    for (uint32_t k = 0; k < p->count && good; k++) {
        c->list_count[1] = 0;
        good = list_ends(c, p->first + k, false, 1);
        if (!good || !c->list_count[1])
            continue;
        good = !c->list_count[0] || sew(c, p->scope);
        c->list_count[0] = 0;
        good = good && list_ends(c, p->first + k, true, 0);
    }
    return good;
}

bool leat__dependencies_find(struct leat__compiling *c)
{
    bool good = true;
    for (uint32_t i = 0; i < c->tree.count; i++)
        if (c->tree.part[i].kind == LEAT_FLOW_LINEAR && !wait_in_line(c, &c->tree.part[i]))
            return false;
    for (uint32_t s = 1; s < c->f->scopes && good; s++)
        for (uint32_t t = c->f->scope[s].plan.given; t < c->f->scope[s].base && good; t++)
            good = wait_for_data(c, s, t);
    return good;
}

/* By target, each once; seen, at: by task, zero. */
static bool tidy(struct leat__waits *p, uint32_t *seen, uint32_t *at, uint32_t n)
{
    struct leat__wait *sorted = malloc(((size_t)p->count + 1) * sizeof *sorted);
    uint32_t kept = 0;
    if (!sorted)
        return false;
    for (uint32_t i = 0; i < p->count; i++)
        at[p->at[i].to + 1]++;
    for (uint32_t t = 1; t <= n; t++)
        at[t] += at[t - 1];
    for (uint32_t i = 0; i < p->count; i++)
        sorted[at[p->at[i].to]++] = p->at[i];
    for (uint32_t i = 0; i < p->count; i++) {
        if (seen[sorted[i].from] == sorted[i].to + 1)
            continue;
        seen[sorted[i].from] = sorted[i].to + 1;
        sorted[kept++] = sorted[i];
    }
    free(p->at);
    *p = (struct leat__waits){ sorted, kept, p->count + 1 };
    return true;
}

static bool tidy_all(struct leat__waits *p, uint32_t n)
{
    uint32_t *seen = calloc((size_t)n + 2, sizeof *seen), *at = calloc((size_t)n + 2, sizeof *at);
    bool good = seen && at && tidy(p, seen, at, n);
    free(seen);
    free(at);
    return good;
}

bool leat__dependencies_open(struct leat__compiling *c, uint32_t at)
{
    struct leat__plan *p = &c->f->scope[at].plan;
    struct leat__waits *all = &c->waits[at];
    struct leat__open *o = p->open = calloc(1, sizeof *o);
    size_t n = (size_t)p->n + 2;
    if (!o || !tidy_all(all, p->n) || !(o->out_at = calloc(n, sizeof *o->out_at)) || !(o->need = calloc(n, sizeof *o->need)) ||
        !(o->out = malloc(((size_t)all->count + 1) * sizeof *o->out)))
        return false;
    for (uint32_t i = 0; i < all->count; i++) {
        o->need[all->at[i].to]++;
        o->out_at[all->at[i].from + 2]++;
    }
    for (uint32_t t = 2; t < p->n + 2; t++)
        o->out_at[t] += o->out_at[t - 1];
    for (uint32_t i = 0; i < all->count; i++)
        o->out[o->out_at[all->at[i].from + 1]++] = leat__out_entry(all->at[i].to, o->need[all->at[i].to]);
    o->more = p->priority;
    return leat__open_roots(o, p->given, p->n) == 0;
}

/* Parts that wait for each other in a circle would never run: 0, told, or no memory. */
int leat__dependencies_check(struct leat__compiling *c, uint32_t at)
{
    const struct leat__plan *p = &c->f->scope[at].plan;
    const struct leat__open *o = p->open;
    uint32_t *left = malloc(((size_t)p->n + 1) * sizeof *left), *stack = malloc(((size_t)p->n + 1) * sizeof *stack);
    uint32_t n = 0, seen = 0;
    for (uint32_t t = p->given; left && stack && t < p->n; t++)
        if (!(left[t] = o->need[t]))
            stack[n++] = t;
    while (left && stack && n) {
        uint32_t t = stack[--n];
        seen++;
        for (uint32_t i = o->out_at[t]; i < o->out_at[t + 1]; i++)
            if (!--left[o->out[i] & LEAT__OUT_TASK])
                stack[n++] = o->out[i] & LEAT__OUT_TASK;
    }
    struct leat__text names = { 0 };
    for (uint32_t t = p->given, told = 0; left && stack && seen < p->n - p->given && t < p->n && told < 5; t++)
        if (left[t])
            leat__text_printf(&names, "%s%s", told++ ? ", " : "", t < c->f->scope[at].base ? c->g->node[p->node[t]].name : "a retry");
    if (names.len)
        leat__tree_tell(&c->tree, "%s: parts of it wait for each other: %s", c->spec->name, names.data);
    bool good = left && stack && !names.failed;
    leat__text_fini(&names);
    free(left);
    free(stack);
    return good ? 0 : LEAT_ENOMEM;
}
