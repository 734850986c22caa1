/* nodes: which functions become nodes, and what their values are. */
#include "base/error.h"
#include "base/suggest.h"
#include "graph/fit.h"
#include "graph/role.h"
#include "graph/wiring.h"
#include <stdio.h>
#include <string.h>

const char *leat__plain_name(struct leat__wiring *w, const char *name)
{
    size_t n = strlen(name);
    if (n < 2 || name[n - 1] != '_' || name[n - 2] == '_')
        return name;
    const char *cut = leat__arena_strndup(&w->g->arena, name, n - 1);
    w->failed |= !cut;
    return cut ? cut : name;
}

/* What a function's name stands for: the same, or what is before "__". */
static const char *base_name(struct leat__wiring *w, const struct leat__function *f)
{
    const char *pairs = w->group_count ? strstr(f->name, "__") : NULL;
    if (!pairs || pairs == f->name)
        return leat__plain_name(w, f->name);
    const char *cut = leat__arena_strndup(&w->g->arena, f->name, (size_t)(pairs - f->name));
    w->failed |= !cut;
    return cut ? cut : f->name;
}

static void told_twice(struct leat__wiring *w, uint32_t old, const char *name, const struct leat__function *f)
{
    char place[300];
    struct leat__problem *p = leat__problem_add(&w->g->problems, LEAT_EBUILD, old, f ? f->head->file : NULL,
        f ? f->head->line : 0, "two nodes are named %s: the other is at %s", name,
        leat__node_place(&w->g->node[old], place, sizeof place));
    p->public.node = name;
    leat__problem_other(p, leat__node_file(w->g, old), leat__node_line(w->g, old));
    w->g->node[old].flags |= LEAT__NODE_BROKEN;
}

uint32_t leat__node_add(struct leat__wiring *w, const char *name, enum leat__node_kind kind,
                        const struct leat__function *f)
{
    struct leat__graph *g = w->g;
    uint32_t id = g->count, old;
    if (w->failed || !LEAT__ROOM(g->node, g->count, w->node_cap) ||
        (w->subject_count && !LEAT__ROOM(w->said, g->count, w->said_cap)) || leat__names_own(g, name, id, &old) < 0)
        return w->failed = true, LEAT__NONE;
    if (old != LEAT__NONE)
        return told_twice(w, old, name, f), LEAT__NONE;
    g->count++;
    g->node[id] = (struct leat__node){ .name = name, .function = f, .kind = (uint8_t)kind };
    leat__say(w, id, NULL);
    return id;
}

const struct leat__rest leat__no_rest = { .producer = LEAT__NONE, .writer = LEAT__NONE, .destructor = LEAT__NONE };

struct leat__rest *leat__rest_own(struct leat__wiring *w, struct leat__node *n)
{
    struct leat__graph *g = w->g;
    if (n->rest)
        return &g->rest[n->rest - 1];
    if (!LEAT__ROOM(g->rest, g->rests, w->rest_cap)) {
        w->failed = true;
        return &w->lost;
    }
    g->rest[g->rests] = leat__no_rest;
    n->rest = ++g->rests;
    return &g->rest[n->rest - 1];
}

/* The second name of an output, `f.lo`; only a node of a namespace `f` has it too. */
static void add_alias(struct leat__wiring *w, const char *call, const char *output, uint32_t id)
{
    const char *alias = leat__arena_printf(&w->g->arena, "%s.%s", call, output);
    uint32_t old;
    if (!alias || leat__names_second(w->g, alias, id, &old) < 0)
        w->failed = true;
    else if (old != LEAT__NONE)
        told_twice(w, old, alias, w->g->node[id].function);
}

static void set_form(struct leat__node *n, struct leat__value_form form)
{
    n->type = form.type;
    n->flags |= form.flags;
}

static bool is_status(const struct leat__type *t)
{
    return t && ((t->kind == LEAT__INT && t->size == 4) || t->kind == LEAT__BOOL);
}

/* What stands at an out parameter: T of `T *out`. */
static struct leat__value_form form_of_out(const struct leat__param *p)
{
    return leat__form_of_result(p->type->of);
}

static bool out_is_usable(const struct leat__param *p)
{
    const struct leat__type *t = p->type->of;
    return t->kind != LEAT__VOID && t->kind != LEAT__FUNCTION && !(t->flags & LEAT__INCOMPLETE);
}

/* OUTPUT nodes behind a call, and the call's own value. */
static void add_outputs(struct leat__wiring *w, uint32_t id)
{
    const struct leat__function *f = w->g->node[id].function;
    const char *name;
    uint32_t outs = 0, first = LEAT__NONE, own = LEAT__NONE;
    if (leat__gives_stream(f) || leat__gives_flow(f)) {
        w->g->node[id].flags |= LEAT__NODE_SINK | (leat__gives_flow(f) ? LEAT__NODE_FLOW : LEAT__NODE_STREAM);
        return;
    }
    struct leat__params params = leat__params_of(f);
    for (uint32_t i = 0; i < f->head->count; i++) {
        const struct leat__param at = leat__params_next(&params);
        if (!leat__role_is_out(&at, &name))
            continue;
        if (!out_is_usable(&at)) {
            struct leat__problem *p = leat__node_problem(w, id, "%s: %s has no type that can be stored",
                                                         w->g->node[id].name, at.name);
            p->public.node = w->g->node[id].name;
            p->public.param = at.name;
            w->g->node[id].flags |= LEAT__NODE_BROKEN;
            continue;
        }
        if (!*name) {
            own = i;
            continue;
        }
        name = leat__plain_name(w, name);
        const char *full = leat__name_in(w, w->has_spaces ? leat__space_of(w->g->node[id].name)
                                                          : (struct leat__space){ 0 }, name);
        uint32_t out = leat__node_add(w, full, LEAT__NODE_OUTPUT, f);
        if (out == LEAT__NONE) {
            w->g->node[id].flags |= LEAT__NODE_BROKEN;
            continue;
        }
        set_form(&w->g->node[out], form_of_out(&at));
        leat__rest_own(w, &w->g->node[out])->producer = id;
        w->g->node[out].flags |= w->g->node[id].flags & LEAT__NODE_NULLABLE;
        leat__say(w, out, leat__said(w, id));
        add_alias(w, w->g->node[id].name, name, out);
        first = first == LEAT__NONE ? out : first;
        outs++;
    }
    struct leat__node *n = &w->g->node[id];
    if (outs) {
        struct leat__rest *rest = leat__rest_own(w, n);
        rest->producer = first;
        rest->outputs = outs;
    }
    bool status = (outs || own != LEAT__NONE) && is_status(f->head->result);
    if (status)
        n->flags |= LEAT__NODE_STATUS | (f->head->result->kind == LEAT__BOOL ? LEAT__NODE_BOOL : 0);
    if (own != LEAT__NONE && f->head->result && !status) {
        struct leat__problem *p = leat__node_problem(w, id, "%s has a result and a parameter out: which is its value?",
                                                     n->name);
        p->public.node = n->name;
        n->flags |= LEAT__NODE_BROKEN;
    } else if (own != LEAT__NONE) {
        set_form(n, form_of_out(LEAT__PARAM(f, own)));
        n->flags |= LEAT__NODE_OUT;
    } else if (f->head->result && !status) {
        set_form(n, leat__form_of_result(f->head->result));
    } else if (!n->type) {
        n->flags |= LEAT__NODE_SINK;
    }
}

static uint32_t add_call(struct leat__wiring *w, const char *name, const struct leat__function *f,
                         struct leat__subject *s)
{
    if (s)
        s->used = true;
    uint32_t id = leat__node_add(w, name, LEAT__NODE_CALL, f);
    if (id == LEAT__NONE)
        return id;
    leat__say(w, id, s);
    if (s && leat__subject_clause(s, "nullable"))
        w->g->node[id].flags |= LEAT__NODE_NULLABLE;
    add_outputs(w, id);
    return id;
}

/* A call, or the variable of a default. */
static uint32_t add_function(struct leat__wiring *w, const char *name, const struct leat__function *f,
                             struct leat__subject *s)
{
    if (!f->head->variable)
        return add_call(w, name, f, s);
    uint32_t id = leat__node_add(w, name, LEAT__NODE_VARIABLE, f);
    if (id != LEAT__NONE)
        set_form(&w->g->node[id], leat__form_of_input(f->head->result));
    return id;
}

/* What config chose for a name, once, where the first of its functions stands. */
static uint32_t add_group(struct leat__wiring *w, struct leat__group *group)
{
    if (group->placed)
        return LEAT__NONE;
    group->placed = true;
    bool tie;
    struct leat__candidate *c = leat__group_choose(w, group, &tie), *shown = c;
    if (!c && !tie && (group->is_default || group->has_default))
        return LEAT__NONE;              /* an input, perhaps with a default */
    if (!c)
        shown = &w->candidates[group->first - 1];
    struct leat__subject *named = leat__subject_find(w, group->name, false);
    uint32_t id = add_function(w, group->name, shown->function, leat__subject_join(w, c ? c->subject : NULL, named));
    if (c || id == LEAT__NONE)
        return id;
    w->g->node[id].flags |= LEAT__NODE_BROKEN | LEAT__NODE_UNWIRED;
    leat__group_tell(w, group, id, tie);
    return id;
}

static void add_node(struct leat__wiring *w, const struct leat__function *f)
{
    struct leat__subject *s = w->subject_count ? leat__subject_of_function(w, f) : NULL;
    const char *as = s ? leat__subject_word(s, "as") : NULL, *name = as ? as : base_name(w, f);
    struct leat__group *group = w->group_count ? leat__group_find(w, name, false) : NULL;
    if (group)
        add_group(w, group);
    else
        add_call(w, name, f, s);
}

static void refuse(struct leat__wiring *w, const struct leat__function *f, const char *why)
{
    struct leat__problem *p = leat__problem_add(&w->g->refused, LEAT_EBUILD, LEAT__NONE, f->head->file, f->head->line, "%s", why);
    p->public.node = f->name;
}

/* Few graphs look a function up by name (notes, destructors): the map waits. */
uint32_t leat__function_index(struct leat__wiring *w, const char *name)
{
    if (!w->functions_ready) {
        w->functions_ready = true;
        w->failed |= leat__map_reserve(&w->functions, w->all_count) < 0;
        for (uint32_t i = 0; i < w->all_count && !w->failed; i++) {
            uint32_t *at;
            if (leat__map_put(&w->functions, leat__function_at(w, i)->name, &at) < 0)
                w->failed = true;
            else if (*at == LEAT__NONE)
                *at = i;
        }
    }
    return leat__map_get(&w->functions, name);
}

const struct leat__function *leat__function_find(struct leat__wiring *w, const char *name)
{
    uint32_t at = leat__function_index(w, name);
    return at == LEAT__NONE ? NULL : leat__function_at(w, at);
}

/* Defaults are only counted: they wait for all nodes. */
static void add_by_role(struct leat__wiring *w, const struct leat__function *f, uint32_t *defaults)
{
    const char *why;
    int method;
    bool exact;
    switch (leat__role_of(f, &why)) {
    case LEAT__ROLE_DEFAULT:
        ++*defaults;
        break;
    case LEAT__ROLE_STREAM:
        w->has_streams = true;
        add_node(w, f);
        break;
    case LEAT__ROLE_NODE:
    case LEAT__ROLE_VARIANT:
    case LEAT__ROLE_FLOW:
        add_node(w, f);
        break;
    case LEAT__ROLE_REVERT:
    case LEAT__ROLE_HAPPENED:
        w->has_asides = true;
        break;
    case LEAT__ROLE_LOADER:
    case LEAT__ROLE_SAVER:
        w->has_loaders = true;
        break;
    case LEAT__ROLE_METHOD:
        w->has_methods = true;
        break;
    case LEAT__ROLE_REFUSED:
        w->has_methods |= !leat__function_refused(f) && leat__role_method(f, &method, &exact);
        w->has_asides |= leat__name_is_aside(f->name);
        refuse(w, f, why);
        break;
    case LEAT__ROLE_LATER: {
        struct leat__problem *p = leat__problem_add(&w->g->problems, LEAT_EUNSUPPORTED, LEAT__NONE, f->head->file,
                                                    f->head->line, "%s: not yet: %s", f->name, why);
        p->public.node = f->name;
        refuse(w, f, why);
        break;
    }
    default:
        break;
    }
}

/* x__default, after all nodes: a node x makes it dead. */
static void add_default(struct leat__wiring *w, const struct leat__function *f)
{
    struct leat__graph *g = w->g;
    size_t n = (size_t)(strstr(f->name, "__") - f->name);
    uint32_t at = leat__names_getn(g, f->name, n);
    const char *name = at == LEAT__NONE ? leat__arena_strndup(&g->arena, f->name, n) : g->node[at].name;
    if (!name) {
        w->failed = true;
        return;
    }
    if (at != LEAT__NONE && !(g->node[at].flags & LEAT__NODE_DEFAULT)) {
        char place[300];
        struct leat__problem *p = leat__problem_add(&g->problems, LEAT_EBUILD, LEAT__NONE, f->head->file, f->head->line,
            "%s is never used: %s is a node (%s)", f->name, name, leat__node_place(&g->node[at], place, sizeof place));
        p->public.node = name;
        p->public.warning = 1;
        return;
    }
    struct leat__group *group = leat__group_find(w, name, true);
    uint32_t id = group ? add_group(w, group)
                        : add_function(w, name, f, leat__subject_join(w, leat__subject_find(w, f->name, false),
                                                                      leat__subject_find(w, name, false)));
    if (id != LEAT__NONE)
        g->node[id].flags |= LEAT__NODE_DEFAULT;
}

/* LEAT_NODE(mean_temp, calls(column_mean), ...): a node of another function. */
static void add_from_note(struct leat__wiring *w, struct leat__subject *s)
{
    const char *name = leat__subject_word(s, "calls"), *as = leat__subject_word(s, "as");
    s->used = true;
    const struct leat__function *f = leat__function_find(w, name);
    const char *why = "no such function";
    if (f) {
        enum leat__role role = leat__role_of(f, &why);
        if (role == LEAT__ROLE_NODE || role == LEAT__ROLE_VARIANT || (role == LEAT__ROLE_HELPER && !leat__function_refused(f))) {
            struct leat__group *group = leat__group_find(w, as ? as : s->name, false);
            if (group)
                add_group(w, group);
            else
                add_call(w, as ? as : s->name, f, s);
            return;
        }
    }
    struct leat__problem *p = leat__problem_add(&w->g->problems, LEAT_EBUILD, LEAT__NONE, s->note->file,
        s->note->line, "note on %s: calls(%s): %s", s->name, name, *why ? why : "that function has another role");
    p->public.node = s->name;
    struct leat__suggest near = leat__suggest_for(name);
    for (uint32_t i = 0; !f && i < w->all_count; i++)
        leat__suggest_offer(&near, leat__function_at(w, i)->name);
    if (near.best)
        leat__problem_hint(&w->g->problems, p, "did you mean %s?", near.best);
}

/* Room for every function's node, its outputs and edges, so that little grows. */
static bool make_room(struct leat__wiring *w, uint32_t functions, uint32_t params)
{
    struct leat__graph *g = w->g;
    w->node_cap = functions + functions / 8 + 16;
    w->edge_cap = params + 1;
    bool several = w->spec->module_count != 1;
    if (several)
        w->all = malloc(((size_t)functions + 1) * sizeof *w->all);
    g->node = malloc(w->node_cap * sizeof *g->node);
    g->edge = malloc(w->edge_cap * sizeof *g->edge);
    return (w->all || !several) && g->node && g->edge && leat__names_reserve(g, functions + functions / 8) == 0;
}

void leat__functions_list(struct leat__wiring *w)
{
    uint32_t functions = 0, params = 0;
    for (uint32_t m = 0; m < w->spec->module_count; m++) {
        functions += w->spec->modules[m].count;
        for (uint32_t i = 0; i < w->spec->modules[m].count; i++) {
            params += w->spec->modules[m].at[i].head->count;
            w->has_spaces |= w->spec->modules[m].at[i].head->space > 0;
        }
    }
    if (!make_room(w, functions, params)) {
        w->failed = true;
        return;
    }
    for (uint32_t m = 0; w->all && m < w->spec->module_count; m++)
        for (uint32_t i = 0; i < w->spec->modules[m].count; i++)
            w->all[w->all_count++] = &w->spec->modules[m].at[i];
    w->all_count = functions;
}

void leat__nodes_collect(struct leat__wiring *w)
{
    uint32_t defaults = 0;
    const char *why;
    leat__variants_collect(w);
    if (!w->failed)
        leat__config_collect(w);
    for (uint32_t i = 0; i < w->all_count && !w->failed; i++)
        add_by_role(w, leat__function_at(w, i), &defaults);
    for (uint32_t i = 0; i < w->subject_count && !w->failed; i++)
        if (leat__subject_clause(&w->subjects[i], "calls"))
            add_from_note(w, &w->subjects[i]);
    for (uint32_t i = 0; i < w->all_count && defaults && !w->failed; i++)
        if (strstr(leat__function_at(w, i)->name, "__default") && leat__role_of(leat__function_at(w, i), &why) == LEAT__ROLE_DEFAULT)
            add_default(w, leat__function_at(w, i));
}
