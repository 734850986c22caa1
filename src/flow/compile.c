/* compile: from a tree of parts to scopes with plans. In passes: what is needed and
 * in which scope it runs, which values cross from scope to scope, a plan for each,
 * who waits for whom there. */
#include "base/error.h"
#include "base/vector.h"
#include "flow/helper.h"
#include "flow/scope.h"
#include "flow/tree.h"
#include <stdlib.h>
#include <string.h>

struct pair { uint32_t from, to; };
struct pairs { struct pair *at; uint32_t count, cap; };

struct compiling {
    struct leat__flow *f;
    const struct leat__flow_spec *spec;
    const struct leat__graph *g;
    struct leat__tree tree;
    uint32_t *scope_of;         /* by node: where it runs; 0: given; LEAT__NONE: not needed */
    uint8_t **need;             /* by scope, by node                                  */
    struct pairs *pairs;        /* by scope: first waits before second                */
    uint32_t *task_of;          /* by part: an atom's task in its scope's plan        */
    uint32_t *tails;            /* by scope: tasks behind its plan so far             */
    uint32_t *list[2], list_count[2], list_cap[2];  /* tasks at a seam                */
    leat_error *err;
};

static bool is_run(const struct compiling *c, uint32_t id)
{
    return c->scope_of[id] != LEAT__NONE && c->scope_of[id] != 0;
}

static bool is_data(const struct leat__edge *e) { return e->how <= LEAT__HOW_OBJECT && e->from != LEAT__NONE; }

/* --- what is needed, and where --- */

static uint32_t meet(const struct compiling *c, uint32_t a, uint32_t b) { return leat__tree_meet(&c->tree, a, b); }

static bool is_given(const struct compiling *c, uint32_t id)
{
    return c->g->node[id].kind == LEAT__NODE_INPUT || c->spec->cut[id];
}

static void want(struct compiling *c, uint32_t id)
{
    const struct leat__node *n = &c->g->node[id];
    if (n->kind == LEAT__NODE_OUTPUT && !is_given(c, id) && c->scope_of[leat__rest(c->g, n)->producer] == LEAT__NONE)
        c->scope_of[leat__rest(c->g, n)->producer] = 1;
    if (c->scope_of[id] == LEAT__NONE)
        c->scope_of[id] = is_given(c, id) ? 0 : 1;
}

/* Downwards: what is read stands before its readers; an output behind its call. */
static void find_needed(struct compiling *c)
{
    for (uint32_t i = 0; i < c->tree.atoms; i++)
        want(c, c->tree.atom[i]);
    for (uint32_t id = 0; id < c->g->count; id++)
        if (c->spec->asked[id] && c->scope_of[id] == LEAT__NONE)
            want(c, id);
    for (uint32_t id = c->g->count; id-- > 0;) {
        const struct leat__node *n = &c->g->node[id];
        if (!is_run(c, id))
            continue;
        for (uint32_t i = 0; i < n->edges; i++)
            if (is_data(&c->g->edge[n->edge + i]))
                want(c, c->g->edge[n->edge + i].from);
        for (uint32_t i = 0; i < leat__rest(c->g, n)->musts; i++)
            want(c, c->g->order[leat__rest(c->g, n)->order + i]);
    }
}

/* false: no memory. */
static bool find_scopes(struct compiling *c)
{
    for (uint32_t i = 0; i < c->tree.atoms; i++)
        c->scope_of[c->tree.atom[i]] = c->tree.part[c->tree.part_of[c->tree.atom[i]]].scope;
    if (!leat__helpers_place(&c->tree, c->scope_of))
        return false;
    for (uint32_t id = 0; id < c->g->count; id++) {
        const struct leat__node *n = &c->g->node[id];
        for (uint32_t i = 0; n->kind == LEAT__NODE_CALL && is_run(c, id) && i < leat__rest(c->g, n)->outputs; i++)
            if (c->spec->cut[leat__rest(c->g, n)->producer + i])
                leat__tree_tell(&c->tree, "%s: %s is overridden, and %s runs all the same: in a flow override all that it gives, "
                                "or nothing of it", c->spec->name, c->g->node[leat__rest(c->g, n)->producer + i].name, n->name);
            else
                c->scope_of[leat__rest(c->g, n)->producer + i] = c->scope_of[id];
        if (is_run(c, id) && n->flags & LEAT__NODE_FAULTY)
            leat__tree_tell(&c->tree, "%s: %s cannot run: a problem of the build stands in its way", c->spec->name, n->name);
    }
    return true;
}

/* What runs in scope `from` (0: given) is seen in scope `to`. */
static void show(struct compiling *c, uint32_t id, uint32_t from, uint32_t to)
{
    const uint32_t *up = c->tree.scope_up;
    uint32_t both = meet(c, from, to);
    for (uint32_t s = to; s != both; s = up[s])
        c->need[s][id] = LEAT__NEED_GIVEN;
    for (uint32_t s = from; s != both;) {
        s = up[s];
        c->need[s][id] = LEAT__NEED_GIVEN;
    }
    if (!from)
        c->need[0][id] = LEAT__NEED_GIVEN;
}

static void find_crossings(struct compiling *c)
{
    for (uint32_t id = 0; id < c->g->count; id++) {
        const struct leat__node *n = &c->g->node[id];
        uint32_t at = c->scope_of[id];
        if (at == LEAT__NONE)
            continue;
        if (at)
            c->need[at][id] = LEAT__NEED_RUN;
        if (c->spec->asked[id])
            show(c, id, at, 0);
        for (uint32_t i = 0; at && i < n->edges; i++) {
            const struct leat__edge *e = &c->g->edge[n->edge + i];
            if (is_data(e) && c->scope_of[e->from] != at)
                show(c, e->from, c->scope_of[e->from], at);
        }
    }
}

/* --- plans --- */

static uint32_t search(const uint32_t *node, uint32_t lo, uint32_t end, uint32_t id)
{
    for (uint32_t hi = end; lo < hi;) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (node[mid] == id)
            return mid;
        if (node[mid] < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    return LEAT__NONE;
}

uint32_t leat__scope_task(const struct leat__scope *s, uint32_t node)
{
    uint32_t t = search(s->plan.node, s->plan.given, s->base, node);
    return t != LEAT__NONE ? t : search(s->plan.node, 0, s->plan.given, node);
}

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
static int make_plan(struct compiling *c, uint32_t at)
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

static uint32_t add_tail(struct compiling *c, uint32_t scope) { return c->f->scope[scope].base + c->tails[scope]++; }

/* --- who waits for whom --- */

static bool wait(struct compiling *c, uint32_t scope, uint32_t from, uint32_t to)
{
    struct pairs *p = &c->pairs[scope];
    if (!LEAT__ROOM(p->at, p->count, p->cap))
        return false;
    p->at[p->count++] = (struct pair){ from, to };
    return true;
}

/* What stands for a node of scope `at` in scope `seen` around it. */
static uint32_t stand_in(const struct compiling *c, uint32_t id, uint32_t at, uint32_t seen)
{
    uint32_t task = LEAT__NONE;
    for (; at != seen; at = c->tree.scope_up[at])
        task = c->f->scope[at].task;
    return task == LEAT__NONE ? leat__scope_task(&c->f->scope[at], id) : task;
}

static bool wait_across(struct compiling *c, uint32_t from, uint32_t to)
{
    uint32_t a = c->scope_of[from], b = c->scope_of[to];
    if (a == 0 || a == LEAT__NONE)
        return true;
    uint32_t seen = meet(c, a, b), first = stand_in(c, from, a, seen), then = stand_in(c, to, b, seen);
    return first == then || wait(c, seen, first, then);
}

static bool wait_for_data(struct compiling *c, uint32_t at, uint32_t t)
{
    const struct leat__plan *p = &c->f->scope[at].plan;
    uint32_t id = p->node[t];
    const struct leat__node *n = &c->g->node[id];
    bool good = true;
    if (p->task[t].flags & LEAT__TASK_PART)
        return wait(c, at, leat__scope_task(&c->f->scope[at], leat__rest(c->g, n)->producer), t);
    for (uint32_t i = 0; i < n->edges && good; i++) {
        const struct leat__edge *e = &c->g->edge[n->edge + i];
        uint32_t in = is_data(e) ? p->in[p->task[t].in + i] & LEAT__IN_SLOT : 0;
        if (is_data(e) && in >= p->given)
            good = wait(c, at, in, t);
        else if (is_data(e))
            good = wait_across(c, e->from, id);
    }
    for (uint32_t i = 0; i < leat__rest(c->g, n)->orders && good; i++)
        if (c->scope_of[c->g->order[leat__rest(c->g, n)->order + i]] != LEAT__NONE)
            good = wait_across(c, c->g->order[leat__rest(c->g, n)->order + i], id);
    return good;
}

/* --- seams of linear parts --- */

static bool list_ends(struct compiling *c, uint32_t part, bool last, int to);

static bool list_one(struct compiling *c, uint32_t task, int to)
{
    if (!LEAT__ROOM(c->list[to], c->list_count[to], c->list_cap[to]))
        return false;
    c->list[to][c->list_count[to]++] = task;
    return true;
}

/* Of a linear part the first (last) child that has anything to run. */
static bool list_outer(struct compiling *c, const struct leat__part *p, bool last, int to)
{
    bool good = true;
    uint32_t before = c->list_count[to];
    for (uint32_t k = 0; k < p->count && good && c->list_count[to] == before; k++)
        good = list_ends(c, p->first + (last ? p->count - 1 - k : k), last, to);
    return good;
}

/* The tasks that a part begins, or ends, with. No deeper than parts may stand. */
static bool list_ends(struct compiling *c, uint32_t part, bool last, int to)
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
static bool sew(struct compiling *c, uint32_t scope)
{
    uint32_t a = c->list_count[0], b = c->list_count[1];
    bool good = true;
    if (a > 1 && b > 1 && (uint64_t)a * b > (uint64_t)a + b) {
        uint32_t joint = add_tail(c, scope);
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

static bool wait_in_line(struct compiling *c, const struct leat__part *p)
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

static bool find_waits(struct compiling *c)
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

/* --- who may read whom --- */

/* Through nodes that the flow does not name, too. */
static bool check_reader(struct compiling *c, uint32_t reader, uint32_t *stamp, uint32_t *stack)
{
    uint32_t n = 0;
    for (uint32_t at = reader;; at = stack[--n]) {
        const struct leat__node *v = &c->g->node[at];
        for (uint32_t i = 0; i < v->edges; i++) {
            const struct leat__edge *e = &c->g->edge[v->edge + i];
            uint32_t from = is_data(e) ? e->from : LEAT__NONE;
            if (from != LEAT__NONE && c->g->node[from].kind == LEAT__NODE_OUTPUT)
                from = leat__rest_at(c->g, from)->producer;
            if (from == LEAT__NONE || !is_run(c, from) || stamp[from] == reader + 1)
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

static int check_readers(struct compiling *c)
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

/* --- opening --- */

/* Grows the plan by its tail: tasks of the policy, which stand for the flow itself. */
static bool append_tail(struct compiling *c, uint32_t at)
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

/* By target, each once; seen, at: by task, zero. */
static bool tidy(struct pairs *p, uint32_t *seen, uint32_t *at, uint32_t n)
{
    struct pair *sorted = malloc(((size_t)p->count + 1) * sizeof *sorted);
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
    *p = (struct pairs){ sorted, kept, p->count + 1 };
    return true;
}

static bool tidy_pairs(struct pairs *p, uint32_t n)
{
    uint32_t *seen = calloc((size_t)n + 2, sizeof *seen), *at = calloc((size_t)n + 2, sizeof *at);
    bool good = seen && at && tidy(p, seen, at, n);
    free(seen);
    free(at);
    return good;
}

static bool open_plan(struct compiling *c, uint32_t at)
{
    struct leat__plan *p = &c->f->scope[at].plan;
    struct pairs *all = &c->pairs[at];
    struct leat__open *o = p->open = calloc(1, sizeof *o);
    size_t n = (size_t)p->n + 2;
    if (!o || !tidy_pairs(all, p->n) || !(o->out_at = calloc(n, sizeof *o->out_at)) || !(o->need = calloc(n, sizeof *o->need)) ||
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
static int check_circles(struct compiling *c, uint32_t at)
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

/* --- crossings --- */

static bool find_imports(struct compiling *c, uint32_t at)
{
    struct leat__scope *s = &c->f->scope[at];
    if (!(s->import = malloc(((size_t)s->plan.given + 1) * sizeof *s->import)))
        return false;
    for (uint32_t t = 0; t < s->plan.given; t++) {
        uint32_t id = s->plan.node[t];
        bool below = c->scope_of[id] && leat__scope_is_under(c->f, c->scope_of[id], at);
        s->import[t] = at && !below ? leat__scope_task(&c->f->scope[s->up], id) : LEAT__NONE;
    }
    return true;
}

/* Of the scope's GIVEN values those that run further inside come from there. */
static bool find_exports(struct compiling *c, uint32_t at, uint32_t *caps)
{
    const struct leat__scope *s = &c->f->scope[at];
    for (uint32_t t = 0; t < s->plan.given; t++) {
        uint32_t id = s->plan.node[t], in = c->scope_of[id];
        if (!in || in == at || !leat__scope_is_under(c->f, in, at))
            continue;
        while (c->f->scope[in].up != at)
            in = c->f->scope[in].up;
        struct leat__scope *from = &c->f->scope[in];
        if (!LEAT__ROOM(from->export, from->exports, caps[in]))
            return false;
        from->export[from->exports++] = (struct leat__export){ leat__scope_task(from, id), t };
    }
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

static bool make_room(struct compiling *c)
{
    struct leat__flow *f = c->f;
    uint32_t scopes = c->tree.scopes;
    size_t n = (size_t)c->g->count + 1;
    f->scope = calloc(scopes, sizeof *f->scope);
    f->round = calloc(n, sizeof *f->round);
    c->need = calloc(scopes, sizeof *c->need);
    c->pairs = calloc(scopes, sizeof *c->pairs);
    c->tails = calloc(scopes, sizeof *c->tails);
    c->task_of = malloc(((size_t)c->tree.count + 1) * sizeof *c->task_of);
    c->scope_of = malloc(n * sizeof *c->scope_of);
    if (!f->scope || !f->round || !c->need || !c->pairs || !c->tails || !c->task_of || !c->scope_of)
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

static int make_plans(struct compiling *c)
{
    struct leat__flow *f = c->f;
    int code = 0;
    for (uint32_t s = 0; s < f->scopes && !code; s++) {
        code = make_plan(c, s);
        free(c->need[s]);
        c->need[s] = NULL;
    }
    for (uint32_t s = 1; s < f->scopes && !code; s++)
        f->scope[s].task = add_tail(c, f->scope[s].up);
    return code;
}

static int join_plans(struct compiling *c)
{
    struct leat__flow *f = c->f;
    uint32_t *caps = calloc(f->scopes, sizeof *caps);
    bool good = caps;
    for (uint32_t s = 0; s < f->scopes && good; s++)
        good = append_tail(c, s) && open_plan(c, s) && find_imports(c, s);
    for (uint32_t s = 0; s < f->scopes && good; s++)
        good = find_exports(c, s, caps);
    for (uint32_t s = 1; s < f->scopes && good; s++)
        f->scope[f->scope[s].up].child[f->scope[s].task - f->scope[f->scope[s].up].base] = s;
    free(caps);
    for (uint32_t s = 0; s < f->scopes && good && (f->scopes > 2 || c->tree.has_graphs); s++)
        good = check_circles(c, s) == 0;
    return good && !c->tree.problems.failed ? 0 : LEAT_ENOMEM;
}

static int compile(struct compiling *c)
{
    int code = leat__tree_read(&c->tree, c->spec);
    if (code || c->tree.problems.len)
        return code;
    if (!make_room(c))
        return LEAT_ENOMEM;
    find_needed(c);
    code = find_scopes(c) ? check_readers(c) : LEAT_ENOMEM;
    leat__flow_check_once(&c->tree);
    if (code || c->tree.problems.len)
        return code;
    find_crossings(c);
    code = make_plans(c);
    if (!code && !find_waits(c))
        code = LEAT_ENOMEM;
    if (!code)
        code = join_plans(c);
    return code || find_reverts(c->f) ? code : LEAT_ENOMEM;
}

static void end_compiling(struct compiling *c)
{
    for (uint32_t s = 0; s < c->tree.scopes; s++) {
        if (c->need)
            free(c->need[s]);
        if (c->pairs)
            free(c->pairs[s].at);
    }
    free(c->need);
    free(c->pairs);
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
    struct compiling c = { .f = f, .spec = spec, .g = spec->graph, .err = &why };
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
