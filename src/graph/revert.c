/* revert: functions that undo a node, x__revert: found, and their parameters
 * checked, when all nodes stand in their order. They stand behind them. */
#include "base/error.h"
#include "base/suggest.h"
#include "graph/fit.h"
#include "graph/role.h"
#include "graph/wiring.h"
#include <stdio.h>
#include <string.h>

enum { LONGEST_SYMBOL = LEAT__LONGEST_NAME + 16 };

/* --- which function --- */

static const struct leat__function *revert_named(struct leat__wiring *w, const char *name, size_t n)
{
    char full[LONGEST_SYMBOL];
    const char *why;
    if (snprintf(full, sizeof full, "%.*s__revert", (int)n, name) >= (int)sizeof full)
        return NULL;
    const struct leat__function *f = leat__function_find(w, full);
    return f && leat__role_of(f, &why) == LEAT__ROLE_REVERT ? f : NULL;
}

/* Of the very function, else of the name it is a variant for. */
static const struct leat__function *revert_of(struct leat__wiring *w, const struct leat__function *f)
{
    const struct leat__function *found = revert_named(w, f->name, strlen(f->name));
    const char *pairs = strstr(leat__function_symbol(f), "__");
    if (!found && pairs && pairs != leat__function_symbol(f))
        found = revert_named(w, f->name, (size_t)(pairs - f->name));
    return found;
}

static bool may_be_undone(const struct leat__node *n)
{
    return n->kind == LEAT__NODE_CALL && n->function && !(n->flags & LEAT__NODE_FLOW);
}

/* --- its parameters --- */

static bool is_failure(const struct leat__type *t)
{
    return leat__is_object_pointer(t) && (t->flags & LEAT__TO_CONST) && t->of->name && !strcmp(t->of->name, "leat_failure");
}

static bool is_same_name(const char *a, const char *b, size_t n)
{
    size_t len = strlen(a);
    if (len > 1 && a[len - 1] == '_')
        len--;
    if (n > 1 && b[n - 1] == '_')
        n--;
    return len == n && !memcmp(a, b, n);
}

/* The node's own value, or one of its outputs: LEAT__NONE. */
static uint32_t own_value(const struct leat__graph *g, uint32_t id, const char *name)
{
    const struct leat__node *n = &g->node[id];
    const char *symbol = leat__function_symbol(n->function), *pairs = strstr(symbol, "__");
    if (n->type && is_same_name(name, symbol, pairs && pairs != symbol ? (size_t)(pairs - symbol) : strlen(symbol)))
        return id;
    for (uint32_t i = 0; i < n->outputs; i++) {
        const char *out = g->node[n->producer + i].name, *dot = strrchr(out, '.');
        out = dot ? dot + 1 : out;
        if (is_same_name(name, out, strlen(out)))
            return n->producer + i;
    }
    return LEAT__NONE;
}

/* What the node's own parameter of that name reads: its edge; NULL: it has none. */
static const struct leat__edge *own_edge(const struct leat__graph *g, uint32_t id, const char *name,
                                         struct leat__suggest *near)
{
    const struct leat__node *n = &g->node[id];
    for (uint32_t i = 0; i < n->edges; i++) {
        const struct leat__edge *e = &g->edge[n->edge + i];
        if (e->how <= LEAT__HOW_OBJECT && !strcmp(leat__param_name(n->function, i), name))
            return e;
        if (e->how <= LEAT__HOW_OBJECT)
            leat__suggest_offer(near, leat__param_name(n->function, i));
    }
    return NULL;
}

static struct leat__problem *problem(struct leat__wiring *w, uint32_t id, const struct leat__function *f,
                                     const struct leat__param *p, const char *why, const char *of)
{
    struct leat__problem *told = leat__problem_add(&w->g->problems, LEAT_EBUILD, id, f->file, f->line, "%s(%s): %s%s",
                                                   f->name, leat__declared(w, p->type, p->name), of, why);
    told->public.node = w->g->node[id].name;
    told->public.param = p->name;
    leat__problem_other(told, leat__node_file(w->g, id), leat__node_line(w->g, id));
    w->g->node[id].flags |= LEAT__NODE_BROKEN | LEAT__NODE_FAULTY;
    return told;
}

static void unknown(struct leat__wiring *w, uint32_t id, const struct leat__function *f, const struct leat__param *p,
                    const struct leat__suggest *near)
{
    struct leat__problem *told = problem(w, id, f, p, " has no such parameter", w->g->node[id].name);
    if (near->best)
        leat__problem_hint(&w->g->problems, told, "did you mean %s?", near->best);
    else
        leat__problem_hint(&w->g->problems, told, "a revert has parameters of what it undoes, its value, and a const "
                           "leat_failure *");
}

/* silent: what is wrong with the node itself is told already. */
static struct leat__edge wire_param(struct leat__wiring *w, uint32_t id, const struct leat__function *f,
                                    const struct leat__param *p, bool silent)
{
    struct leat__graph *g = w->g;
    struct leat__edge edge = { .from = LEAT__NONE };
    struct leat__suggest near = leat__suggest_for(p->name);
    if (leat__is_context(p->type))
        return edge.how = LEAT__HOW_CONTEXT, edge;
    if (is_failure(p->type))
        return edge.how = LEAT__HOW_FAILURE, edge;
    uint32_t own = own_value(g, id, p->name);
    const struct leat__edge *e = own == LEAT__NONE ? own_edge(g, id, p->name, &near) : NULL;
    if (own == LEAT__NONE && !e) {
        if (g->node[id].type)
            leat__suggest_offer(&near, leat__function_symbol(g->node[id].function));
        unknown(w, id, f, p, &near);
        return edge;
    }
    edge.from = e ? e->from : own;
    if (edge.from == LEAT__NONE || silent)
        return edge;
    if (!leat__fit(&g->node[edge.from], p->type, &edge))
        problem(w, id, f, p, e ? " reads it as another type" : " gives another type", g->node[id].name);
    else if (!e && edge.how == LEAT__HOW_OBJECT)
        leat__problem_hint(&g->problems, problem(w, id, f, p, " may have failed before it gave a value", g->node[id].name),
                           "take a const pointer, which is then NULL");
    return edge;
}

/* --- all of them --- */

static void add(struct leat__wiring *w, uint32_t id, const struct leat__function *f)
{
    struct leat__graph *g = w->g;
    struct leat__node *n = &g->node[g->count + g->reverts];
    *n = (struct leat__node){ .name = f->name, .function = f, .kind = LEAT__NODE_CALL, .edge = g->edges, .edges = f->count,
        .producer = id, .writer = LEAT__NONE, .destructor = LEAT__NONE,
        .flags = f->result ? LEAT__NODE_STATUS : LEAT__NODE_SINK };
    bool silent = g->node[id].flags & LEAT__NODE_FAULTY;
    for (uint32_t i = 0; i < f->count; i++)
        g->edge[g->edges++] = wire_param(w, id, f, LEAT__PARAM(f, i), silent);
    g->reverts++;
}

static void tell_unused(struct leat__wiring *w, const struct leat__function *f)
{
    struct leat__graph *g = w->g;
    const char *symbol = leat__function_symbol(f);
    const char *name = leat__arena_strndup(&g->arena, symbol, strlen(symbol) - strlen("__revert"));
    if (!name) {
        w->failed = true;
        return;
    }
    struct leat__problem *told = leat__problem_add(&g->problems, LEAT_EBUILD, LEAT__NONE, f->file, f->line,
                                                   "%s is never used: %s is no node", f->name, name);
    told->public.node = name;
    told->public.warning = 1;
    const char *near = leat__graph_suggest(g, name);
    if (near)
        leat__problem_hint(&g->problems, told, "did you mean %s?", near);
}

static bool make_room(struct leat__wiring *w, uint32_t reverts, uint32_t edges)
{
    struct leat__graph *g = w->g;
    void *node = realloc(g->node, ((size_t)g->count + reverts + 1) * sizeof *g->node);
    g->node = node ? node : g->node;
    void *edge = realloc(g->edge, ((size_t)g->edges + edges + 1) * sizeof *g->edge);
    g->edge = edge ? edge : g->edge;
    return node && edge;
}

void leat__reverts_keep(struct leat__wiring *w)
{
    struct leat__graph *g = w->g;
    const struct leat__function **found = calloc((size_t)g->count + 1, sizeof *found);
    uint8_t *used = calloc((size_t)w->all_count + 1, 1);
    uint32_t reverts = 0, edges = 0;
    const char *why;
    for (uint32_t id = 0; found && used && id < g->count; id++) {
        const struct leat__function *f = may_be_undone(&g->node[id]) ? revert_of(w, g->node[id].function) : NULL;
        if (!f)
            continue;
        found[id] = f;
        used[leat__function_index(w, f->name)] = 1;
        reverts++;
        edges += f->count;
    }
    if (!found || !used || !make_room(w, reverts, edges))
        w->failed = true;
    for (uint32_t id = 0, count = g->count; !w->failed && id < count; id++)
        if (found[id])
            add(w, id, found[id]);
    for (uint32_t i = 0; i < w->all_count && !w->failed; i++)
        if (!used[i] && leat__role_of(w->all[i], &why) == LEAT__ROLE_REVERT)
            tell_unused(w, w->all[i]);
    free(found);
    free(used);
}

uint32_t leat__graph_revert(const struct leat__graph *g, uint32_t node)
{
    uint32_t lo = g->count, hi = g->count + g->reverts;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (g->node[mid].producer == node)
            return mid;
        if (g->node[mid].producer < node)
            lo = mid + 1;
        else
            hi = mid;
    }
    return LEAT__NONE;
}
