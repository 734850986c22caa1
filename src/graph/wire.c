/* wire: matching names to parameters. */
#include "base/error.h"
#include "graph/field.h"
#include "graph/fit.h"
#include "graph/role.h"
#include "graph/wiring.h"
#include <string.h>

const char *leat__wanted(struct leat__wiring *w, const char *name, size_t n)
{
    bool cut = n > 1 && name[n - 1] == '_' && name[n - 2] != '_';
    const char *low = memchr(name, '_', n), *dots = low ? strstr(low, "__") : NULL;
    if (!cut && (!dots || dots == name))
        return name;
    char *out = leat__arena_strndup(&w->g->arena, name, n - cut);
    if (!out)
        return w->failed = true, name;
    for (char *p = out + 1; (p = strstr(p, "__")) && p[2];) {
        *p = '.';
        memmove(p + 1, p + 2, strlen(p + 2) + 1);
    }
    return out;
}

/* bind(p = ...): the word it names or the literal it gives; NULL arg: not bound. */
static const struct leat__arg *bound(const struct leat__wiring *w, uint32_t id, const char *param)
{
    const struct leat__subject *s = leat__said(w, id);
    const struct leat__written *c = s ? leat__subject_clause(s, "bind") : NULL;
    for (uint32_t i = 0; c && i < c->clause.count; i++)
        if (c->clause.args[i].key && !strcmp(c->clause.args[i].key, param))
            return &c->clause.args[i];
    return NULL;
}

uint32_t leat__input_add(struct leat__wiring *w, const char *name, const struct leat__function *f,
                         const struct leat__type *t)
{
    uint32_t id = leat__node_add(w, name, LEAT__NODE_INPUT, f);
    if (id == LEAT__NONE)
        return id;
    struct leat__value_form form = leat__form_of_input(t);
    w->g->node[id].type = form.type;
    w->g->node[id].flags |= form.flags;
    return id;
}

/* An input's type is what all its readers can read: the one that asks for more
 * (a complete struct, an owning slice, no const) decides. */
static bool widen_input(struct leat__node *in, const struct leat__type *t)
{
    struct leat__value_form form = leat__form_of_input(t);
    struct leat__node wider = { .type = form.type, .flags = form.flags };
    struct leat__type pointer = { .kind = LEAT__POINTER, .flags = LEAT__TO_CONST, .size = 8, .of = in->type };
    struct leat__edge edge;
    bool object = in->flags & LEAT__NODE_OBJECT;
    if (!leat__fit(&wider, object && leat__is_record(in->type) ? &pointer : in->type, &edge))
        return false;
    in->type = form.type;
    in->flags = (in->flags & ~(LEAT__NODE_OBJECT | LEAT__NODE_BY_POINTER)) | form.flags;
    return true;
}

static uint32_t add_constant(struct leat__wiring *w, uint32_t id, const struct leat__param *p,
                             const struct leat__arg *arg)
{
    const struct leat__note *note = leat__subject_clause(leat__said(w, id), "bind")->note;
    const char *name = leat__arena_printf(&w->g->arena, "%s.%s", w->g->node[id].name, p->name);
    uint32_t c = name ? leat__node_add(w, name, LEAT__NODE_CONSTANT, w->g->node[id].function) : LEAT__NONE;
    struct leat__literal *literal = leat__arena_alloc(&w->g->arena, sizeof *literal);
    w->failed |= !literal;
    if (c == LEAT__NONE || !literal)
        return LEAT__NONE;
    struct leat__value_form form = leat__form_of_input(p->type);
    w->g->has_constants = true;
    *literal = (struct leat__literal){ arg->text ? arg->text : "", note->file, note->line };
    w->g->node[c].type = form.type;
    w->g->node[c].flags |= form.flags;
    leat__rest_own(w, &w->g->node[c])->literal = literal;
    return c;
}

/* Where a node's parameters look for names; where a note's words do. */
static struct leat__space space_of_node(const struct leat__wiring *w, uint32_t id)
{
    return w->has_spaces ? leat__space_of(w->g->node[id].name) : (struct leat__space){ 0 };
}

static struct leat__space space_of_bind(const struct leat__wiring *w, uint32_t id)
{
    return leat__space_named(leat__subject_clause(leat__said(w, id), "bind")->note->space);
}

/* What the parameter reads; LEAT__NONE: its name has a dot and is not known yet. */
static uint32_t source_of(struct leat__wiring *w, uint32_t id, uint32_t param, const struct leat__param *p)
{
    const struct leat__function *f = w->g->node[id].function;
    const struct leat__arg *arg = bound(w, id, p->name);
    if (arg && arg->kind != LEAT__ARG_WORD)
        return add_constant(w, id, p, arg);
    size_t n = strlen(arg ? arg->text : p->name);
    const char *name = arg ? arg->text : leat__wanted(w, p->name, n);
    struct leat__space space = arg ? space_of_bind(w, id) : space_of_node(w, id);
    uint32_t from = space.n ? leat__name_find(w, space, name, f)
                            : leat__names_getn(w->g, name, name == p->name || arg ? n : strlen(name));
    if (from != LEAT__NONE)
        return from;
    if (!strchr(name, '.'))
        return leat__name_input(w, space, name, f, p->type);
    if (LEAT__ROOM(w->late, w->late_count, w->late_cap))
        w->late[w->late_count++] = (struct leat__late){ id, param, name, space };
    else
        w->failed = true;
    return LEAT__NONE;
}

static uint32_t out_node(const struct leat__graph *g, uint32_t id, const char *name)
{
    if (!*name)
        return id;
    for (uint32_t i = 0; i < leat__rest_at(g, id)->outputs; i++) {
        const char *out = g->node[leat__rest_at(g, id)->producer + i].name, *dot = strchr(out, '.');
        out = dot ? dot + 1 : out;
        size_t n = strlen(out);
        if (!strncmp(out, name, n) && (!name[n] || !strcmp(name + n, "_")))
            return leat__rest_at(g, id)->producer + i;
    }
    return LEAT__NONE;
}

bool leat__is_context(const struct leat__type *t)
{
    return leat__is_object_pointer(t) && t->of->name && !strcmp(t->of->name, "leat_context");
}

/* An input is widened where that lets it fit, for all who see it. */
static bool fits(struct leat__wiring *w, uint32_t from, const struct leat__type *t, struct leat__edge *edge)
{
    struct leat__graph *g = w->g;
    bool same = g->node[from].kind == LEAT__NODE_SAME;
    struct leat__node *in = &g->node[same ? leat__rest_at(g, from)->producer : from];
    if (same)
        leat__same_follow(g, from);
    if (leat__fit(&g->node[from], t, edge))
        return true;
    if (in->kind != LEAT__NODE_INPUT || !widen_input(in, t))
        return false;
    w->widened = true;
    if (same)
        leat__same_follow(g, from);
    return leat__fit(&g->node[from], t, edge);
}

/* The parameter reads `from`, if that fits. */
static void connect(struct leat__wiring *w, uint32_t id, const struct leat__param *p, uint32_t from,
                    struct leat__edge *edge)
{
    struct leat__graph *g = w->g;
    edge->from = from;
    w->unsorted |= from >= id && from < w->calls;
    bool part = leat__is_part(&g->node[from]);
    if (!fits(w, from, p->type, edge) || (part && edge->writes)) {
        leat__misfit(w, id, p, from);
        return;
    }
    const struct leat__subject *s = leat__said(w, id);
    edge->takes = s && leat__subject_lists(s, "takes", p->name);
    if (edge->takes && part)
        leat__taken_part(w, id, p, from);
    w->has_writers |= edge->writes | edge->takes;
}

static void wire_param(struct leat__wiring *w, uint32_t id, uint32_t param, const struct leat__param *p,
                       struct leat__edge *edge)
{
    struct leat__graph *g = w->g;
    const char *out;
    *edge = (struct leat__edge){ .from = LEAT__NONE };
    w->has_texts |= !leat__is_scalar(p->type);
    if (leat__is_context(p->type)) {
        edge->how = LEAT__HOW_CONTEXT;
        return;
    }
    bool may_out = leat__rest_at(g, id)->outputs || (g->node[id].flags & (LEAT__NODE_OUT | LEAT__NODE_BROKEN));
    if (may_out && leat__role_is_out(p, &out)) {
        edge->how = LEAT__HOW_OUT;
        edge->from = out_node(g, id, out);
        return;
    }
    uint32_t from = source_of(w, id, param, p);
    if (from != LEAT__NONE)
        connect(w, id, p, from, edge);
}

/* Fields wait until all inputs are known, with their types. */
static void wire_late(struct leat__wiring *w)
{
    for (uint32_t i = 0; i < w->late_count && !w->failed; i++) {
        const struct leat__late *l = &w->late[i];
        const struct leat__param *p = LEAT__PARAM(w->g->node[l->node].function, l->param);
        const struct leat__function *f = w->g->node[l->node].function;
        struct leat__no_field no = { .owner = LEAT__NONE };
        uint32_t from = leat__name_find(w, l->space, l->name, f);
        if (from == LEAT__NONE)
            from = leat__name_field(w, l->space, l->name, f, &no);
        if (from == LEAT__NONE)
            leat__no_part(w, l->node, p, l->name, bound(w, l->node, p->name), &no);
        else
            connect(w, l->node, p, from, &w->g->edge[w->g->node[l->node].edge + l->param]);
    }
}

/* after(a, b): needed first, without data. */
static void wire_after(struct leat__wiring *w, uint32_t id)
{
    const struct leat__written *c = leat__subject_clause(leat__said(w, id), "after");
    struct leat__space space = leat__space_named(c ? c->note->space : NULL);
    for (uint32_t i = 0; c && i < c->clause.count; i++) {
        const char *name = c->clause.args[i].kind == LEAT__ARG_WORD ? c->clause.args[i].text : "";
        struct leat__no_field no;
        uint32_t first = leat__name_find(w, space, name, w->g->node[id].function);
        if (first == LEAT__NONE && strchr(name, '.'))
            first = leat__name_field(w, space, name, w->g->node[id].function, &no);
        if (first != LEAT__NONE) {
            leat__pair_add(w, first, id, true);
            continue;
        }
        struct leat__problem *p = leat__problem_add(&w->g->problems, LEAT_EBUILD, id, c->note->file, c->note->line,
            "note on %s: after(%s): no such node", w->g->node[id].name, name);
        p->public.node = w->g->node[id].name;
        const char *near = leat__graph_suggest(w->g, name);
        if (near)
            leat__problem_hint(&w->g->problems, p, "did you mean %s?", near);
    }
}

/* A slot of an input may have been widened after an earlier reader was wired
 * (from bare text to the same, from struct to struct): how it is read is asked
 * again once all readers are known. */
/* A packet is told of before, and forgiven: its node may have other problems. */
static bool is_told(const struct leat__wiring *w, uint32_t id, uint32_t param)
{
    const struct leat__problems *list = &w->g->problems;
    const char *name = leat__param_name(w->g->node[id].function, param);
    for (uint32_t i = 0; i < list->count; i++)
        if (list->at[i].node == id && list->at[i].public.param && !strcmp(list->at[i].public.param, name))
            return true;
    return false;
}

static void settle_inputs(struct leat__wiring *w, uint32_t calls)
{
    struct leat__graph *g = w->g;
    for (uint32_t id = calls; w->has_parts && id < g->count; id++)
        if (g->node[id].kind == LEAT__NODE_SAME)
            leat__same_follow(g, id);
    for (uint32_t id = 0; w->widened && id < calls; id++) {
        struct leat__node *n = &g->node[id];
        bool told = n->flags & LEAT__NODE_BROKEN;
        if (told && !leat__problems_forgive(&g->problems, id, true))
            continue;
        for (uint32_t i = 0; i < n->edges; i++) {
            struct leat__edge *e = &g->edge[n->edge + i];
            if (e->from != LEAT__NONE && e->how <= LEAT__HOW_OBJECT && leat__is_input(&g->node[e->from]) &&
                !leat__fit(&g->node[e->from], leat__param_type(n->function, i), e) && !(told && is_told(w, id, i)))
                leat__misfit(w, id, LEAT__PARAM(n->function, i), e->from);
        }
    }
}

void leat__wire(struct leat__wiring *w)
{
    struct leat__graph *g = w->g;
    uint32_t calls = w->calls;
    for (uint32_t id = 0; id < calls && !w->failed; id++) {
        if (g->node[id].kind != LEAT__NODE_CALL)
            continue;
        const struct leat__function *f = g->node[id].function;
        g->node[id].edge = g->edges;
        if (g->node[id].flags & LEAT__NODE_UNWIRED)
            continue;
        g->node[id].edges = f->head->count;
        struct leat__params params = leat__params_of(f);
        for (uint32_t i = 0; i < f->head->count && !w->failed; i++) {
            if (!LEAT__ROOM(g->edge, g->edges, w->edge_cap)) {
                w->failed = true;
                break;
            }
            struct leat__param p = leat__params_next(&params);
            struct leat__edge edge;
            wire_param(w, id, i, &p, &edge);
            g->edge[g->edges++] = edge;
        }
    }
    settle_inputs(w, calls);
    wire_late(w);
    for (uint32_t id = 0; id < calls && w->subject_count && !w->failed; id++)
        if (leat__said(w, id))
            wire_after(w, id);
    leat__parts_join(w);
}
