/* revert: functions beside a node, x__revert, which undoes it, and x__happened, which
 * tells whether it had its effect: found, and their parameters checked, when all nodes
 * stand in their order. They stand behind them. */
#include "base/error.h"
#include "base/suggest.h"
#include "graph/fit.h"
#include "graph/role.h"
#include "graph/wiring.h"
#include <stdio.h>
#include <string.h>

enum { LONGEST_SYMBOL = LEAT__LONGEST_NAME + 16 };

struct aside { enum leat__role role; const char *suffix, *hint; };
static const struct aside asides[] = {
    { LEAT__ROLE_REVERT, "__revert", "a revert has parameters of what it undoes, its value, and a const leat_failure *" },
    { LEAT__ROLE_HAPPENED, "__happened", "it has parameters of what it tells of, and T *out for its value" },
};
enum { ASIDES = sizeof asides / sizeof *asides };

/* --- which function --- */

/* By its name, whatever its form. */
static bool is_aside(const struct aside *a, const char *name)
{
    size_t n = strlen(name), suffix = strlen(a->suffix);
    return n > suffix && !strcmp(name + n - suffix, a->suffix);
}

bool leat__name_is_aside(const char *name)
{
    bool is = false;
    for (int i = 0; i < ASIDES; i++)
        is |= is_aside(&asides[i], name);
    return is;
}

/* *why: NULL, or what is wrong with its form. */
static bool serves(const struct aside *a, const struct leat__function *f, const char **why)
{
    enum leat__role role = leat__role_of(f, why);
    if (role == a->role)
        *why = NULL;
    return role == a->role || (role == LEAT__ROLE_REFUSED && is_aside(a, f->name));
}

static const struct leat__function *aside_named(struct leat__wiring *w, const struct aside *a, const char *name, size_t n)
{
    char full[LONGEST_SYMBOL];
    const char *why;
    if (snprintf(full, sizeof full, "%.*s%s", (int)n, name, a->suffix) >= (int)sizeof full)
        return NULL;
    const struct leat__function *f = leat__function_find(w, full);
    return f && serves(a, f, &why) ? f : NULL;
}

/* Of the very function, else of the name it is a variant for. */
static const struct leat__function *aside_of(struct leat__wiring *w, const struct aside *a, const struct leat__function *f)
{
    const struct leat__function *found = aside_named(w, a, f->name, strlen(f->name));
    const char *pairs = strstr(leat__function_symbol(f), "__");
    if (!found && pairs && pairs != leat__function_symbol(f))
        found = aside_named(w, a, f->name, (size_t)(pairs - f->name));
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
    for (uint32_t i = 0; i < leat__rest(g, n)->outputs; i++) {
        const char *out = g->node[leat__rest(g, n)->producer + i].name, *dot = strrchr(out, '.');
        out = dot ? dot + 1 : out;
        if (is_same_name(name, out, strlen(out)))
            return leat__rest(g, n)->producer + i;
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
    struct leat__problem *told = leat__problem_add(&w->g->problems, LEAT_EBUILD, id, f->head->file, f->head->line, "%s(%s): %s%s",
                                                   f->name, leat__declared(w, p->type, p->name), of, why);
    told->public.node = w->g->node[id].name;
    told->public.param = p->name;
    leat__problem_other(told, leat__node_file(w->g, id), leat__node_line(w->g, id));
    w->g->node[id].flags |= LEAT__NODE_BROKEN | LEAT__NODE_FAULTY;
    return told;
}

static void unknown(struct leat__wiring *w, const struct aside *a, uint32_t id, const struct leat__function *f,
                    const struct leat__param *p, const struct leat__suggest *near)
{
    struct leat__problem *told = problem(w, id, f, p, " has no such parameter", w->g->node[id].name);
    if (near->best)
        leat__problem_hint(&w->g->problems, told, "did you mean %s?", near->best);
    else
        leat__problem_hint(&w->g->problems, told, "%s", a->hint);
}

/* The parameter's type is none of the value of `v`. */
static struct leat__problem *tell_type(struct leat__wiring *w, uint32_t id, const struct leat__function *f,
                                       const struct leat__param *p, const char *verb, const struct leat__node *v)
{
    const char *has = leat__arena_printf(&w->g->arena, " %s %s", verb, leat__value_text(w, v));
    struct leat__problem *told = problem(w, id, f, p, has ? has : "", w->g->node[id].name);
    w->failed |= !has;
    if (v->type)
        leat__problem_hint(&w->g->problems, told, "fix: %s", leat__reader_text(w, v, p->name));
    return told;
}

/* The same of a place for it. */
static void tell_out(struct leat__wiring *w, uint32_t id, const struct leat__function *f, const struct leat__param *p,
                     const struct leat__node *v, bool pointer)
{
    struct leat__type of = { .kind = LEAT__POINTER, .size = 8, .of = v->type };
    struct leat__type place = { .kind = LEAT__POINTER, .size = 8, .of = pointer ? &of : v->type };
    leat__problem_hint(&w->g->problems, tell_type(w, id, f, p, "gives", v), "fix: %s", leat__declared(w, &place, p->name));
}

/* Where x__happened puts the value that x gave: T *out, T *out_lo. */
static struct leat__edge wire_out(struct leat__wiring *w, uint32_t id, const struct leat__function *f,
                                  const struct leat__param *p, const char *out, bool silent)
{
    const struct leat__graph *g = w->g;
    const struct leat__node *n = &g->node[id];
    struct leat__edge edge = { .from = id, .how = LEAT__HOW_OUT };
    if (*out)
        edge.from = own_value(g, id, out);
    const struct leat__node *from = edge.from == LEAT__NONE ? NULL : &g->node[edge.from];
    bool pointer = from && from->flags & LEAT__NODE_OBJECT && from->flags & LEAT__NODE_BY_POINTER;
    const struct leat__type *of = p->type->of, *value = pointer && of->kind == LEAT__POINTER ? of->of : pointer ? NULL : of;
    if (!silent && (!from || !from->type))
        problem(w, id, f, p, " gives no such value", n->name);
    else if (!silent && (!value || !leat__type_equal(value, from->type)))
        tell_out(w, id, f, p, from, pointer);
    return edge;
}

/* silent: what is wrong with the node itself is told already. */
static struct leat__edge wire_param(struct leat__wiring *w, const struct aside *a, uint32_t id,
                                    const struct leat__function *f, const struct leat__param *p, bool silent)
{
    struct leat__graph *g = w->g;
    struct leat__edge edge = { .from = LEAT__NONE };
    struct leat__suggest near = leat__suggest_for(p->name);
    const char *out;
    bool reverts = a->role == LEAT__ROLE_REVERT;
    if (leat__is_context(p->type))
        return edge.how = LEAT__HOW_CONTEXT, edge;
    if (reverts && is_failure(p->type))
        return edge.how = LEAT__HOW_FAILURE, edge;
    if (!reverts && leat__role_is_out(p, &out))
        return wire_out(w, id, f, p, out, silent);
    uint32_t own = reverts ? own_value(g, id, p->name) : LEAT__NONE;
    const struct leat__edge *e = own == LEAT__NONE ? own_edge(g, id, p->name, &near) : NULL;
    if (own == LEAT__NONE && !e) {
        if (g->node[id].type && reverts)
            leat__suggest_offer(&near, leat__function_symbol(g->node[id].function));
        unknown(w, a, id, f, p, &near);
        return edge;
    }
    edge.from = e ? e->from : own;
    if (edge.from == LEAT__NONE || silent)
        return edge;
    if (!leat__fit(&g->node[edge.from], p->type, &edge))
        tell_type(w, id, f, p, e ? "reads it as" : "gives", &g->node[edge.from]);
    else if (!e && edge.how == LEAT__HOW_OBJECT)
        leat__problem_hint(&g->problems, problem(w, id, f, p, " may have failed before it gave a value", g->node[id].name),
                           "take a const pointer, which is then NULL");
    return edge;
}

/* --- all of them --- */

static void tell_form(struct leat__wiring *w, uint32_t id, const struct leat__function *f, const char *why)
{
    struct leat__problem *told = leat__problem_add(&w->g->problems, LEAT_EBUILD, id, f->head->file, f->head->line, "%s: %s",
                                                   f->name, why);
    told->public.node = w->g->node[id].name;
    w->g->node[id].flags |= LEAT__NODE_BROKEN | LEAT__NODE_FAULTY;
}

static void add(struct leat__wiring *w, const struct aside *a, uint32_t id, const struct leat__function *f)
{
    struct leat__graph *g = w->g;
    const char *why;
    if (serves(a, f, &why) && why) {
        tell_form(w, id, f, why);
        return;
    }
    struct leat__node *n = &g->node[g->count + g->reverts + g->happens];
    *n = (struct leat__node){ .name = f->name, .function = f, .kind = LEAT__NODE_CALL, .edge = g->edges, .edges = f->head->count,
        .flags = f->head->result ? LEAT__NODE_STATUS : LEAT__NODE_SINK };
    leat__rest_own(w, n)->producer = id;
    bool silent = g->node[id].flags & LEAT__NODE_FAULTY;
    for (uint32_t i = 0; i < f->head->count; i++)
        g->edge[g->edges++] = wire_param(w, a, id, f, LEAT__PARAM(f, i), silent);
    if (a->role == LEAT__ROLE_REVERT)
        g->reverts++;
    else
        g->happens++;
}

static void tell_unused(struct leat__wiring *w, const struct aside *a, const struct leat__function *f)
{
    struct leat__graph *g = w->g;
    const char *symbol = leat__function_symbol(f);
    const char *name = leat__arena_strndup(&g->arena, symbol, strlen(symbol) - strlen(a->suffix));
    if (!name) {
        w->failed = true;
        return;
    }
    struct leat__problem *told = leat__problem_add(&g->problems, LEAT_EBUILD, LEAT__NONE, f->head->file, f->head->line,
                                                   "%s is never used: %s is no node", f->name, name);
    told->public.node = name;
    told->public.warning = 1;
    const char *near = leat__graph_suggest(g, name);
    if (near)
        leat__problem_hint(&g->problems, told, "did you mean %s?", near);
}

static bool make_room(struct leat__wiring *w, uint32_t asides_count, uint32_t edges)
{
    struct leat__graph *g = w->g;
    void *node = realloc(g->node, ((size_t)g->count + g->reverts + asides_count + 1) * sizeof *g->node);
    g->node = node ? node : g->node;
    void *edge = realloc(g->edge, ((size_t)g->edges + edges + 1) * sizeof *g->edge);
    g->edge = edge ? edge : g->edge;
    return node && edge;
}

static void keep(struct leat__wiring *w, const struct aside *a)
{
    struct leat__graph *g = w->g;
    const struct leat__function **found = calloc((size_t)g->count + 1, sizeof *found);
    uint8_t *used = calloc((size_t)w->all_count + 1, 1);
    uint32_t count = 0, edges = 0;
    const char *why;
    for (uint32_t id = 0; found && used && id < g->count; id++) {
        const struct leat__function *f = may_be_undone(&g->node[id]) ? aside_of(w, a, g->node[id].function) : NULL;
        if (!f)
            continue;
        found[id] = f;
        used[leat__function_index(w, f->name)] = 1;
        count++;
        edges += f->head->count;
    }
    if (!found || !used || !make_room(w, count, edges))
        w->failed = true;
    for (uint32_t id = 0, nodes = g->count; !w->failed && id < nodes; id++)
        if (found[id])
            add(w, a, id, found[id]);
    for (uint32_t i = 0; i < w->all_count && !w->failed; i++)
        if (!used[i] && serves(a, leat__function_at(w, i), &why))
            tell_unused(w, a, leat__function_at(w, i));
    free(found);
    free(used);
}

void leat__reverts_keep(struct leat__wiring *w)
{
    for (int i = 0; i < ASIDES && !w->failed; i++)
        keep(w, &asides[i]);
}

static uint32_t find(const struct leat__graph *g, uint32_t lo, uint32_t hi, uint32_t node)
{
    uint32_t end = hi;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (leat__rest(g, &g->node[mid])->producer < node)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < end && leat__rest(g, &g->node[lo])->producer == node ? lo : LEAT__NONE;
}

uint32_t leat__graph_revert(const struct leat__graph *g, uint32_t node)
{
    return find(g, g->count, g->count + g->reverts, node);
}

uint32_t leat__graph_happened(const struct leat__graph *g, uint32_t node)
{
    return find(g, g->count + g->reverts, g->count + g->reverts + g->happens, node);
}
