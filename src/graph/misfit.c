/* misfit: what is told of a parameter that cannot read what it names. */
#include "base/error.h"
#include "graph/field.h"
#include "graph/wiring.h"
#include <stdio.h>
#include <string.h>

const char *leat__declared(struct leat__wiring *w, const struct leat__type *t, const char *name)
{
    struct leat__text text = { 0 };
    leat__type_declare(&text, t, name);
    const char *kept = text.failed ? NULL : leat__arena_strdup(&w->g->arena, text.data);
    leat__text_fini(&text);
    w->failed |= !kept;
    return kept ? kept : "";
}

const char *leat__reader_text(struct leat__wiring *w, const struct leat__node *n, const char *name)
{
    bool array = n->type->kind == LEAT__ARRAY;
    bool by_address = n->flags & LEAT__NODE_OBJECT && (leat__is_record(n->type) || array);
    bool borrowed = n->flags & LEAT__NODE_BORROWED && n->type->kind == LEAT__POINTER;
    struct leat__type pointer = { .kind = LEAT__POINTER, .flags = LEAT__TO_CONST, .size = 8,
                                  .of = array || borrowed ? n->type->of : n->type };
    return leat__declared(w, by_address || borrowed ? &pointer : n->type, name);
}

const char *leat__value_text(struct leat__wiring *w, const struct leat__node *n)
{
    struct leat__type pointer = { .kind = LEAT__POINTER, .size = 8, .of = n->type,
                                  .flags = n->flags & LEAT__NODE_BORROWED ? LEAT__TO_CONST : 0 };
    bool by_pointer = (n->flags & LEAT__NODE_BY_POINTER) && (n->flags & LEAT__NODE_OBJECT);
    return n->type ? leat__declared(w, by_pointer ? &pointer : n->type, "") : "nothing";
}

static bool same_tag(const struct leat__type *a, const struct leat__type *b)
{
    while (a->kind == LEAT__POINTER)
        a = a->of;
    while (b->kind == LEAT__POINTER)
        b = b->of;
    return leat__is_record(a) && leat__is_record(b) && a->name && b->name && *a->name && !strcmp(a->name, b->name);
}

/* Where the node is an operator this parameter is its packet, whatever it is called:
 * the first that is neither the engine's nor lent. */
static bool may_be_packet(const struct leat__wiring *w, const struct leat__node *n, const struct leat__param *p)
{
    for (uint32_t i = 0; w->has_streams && i < n->function->head->count; i++) {
        const struct leat__type *t = leat__param_type(n->function, i);
        bool lent = t->kind == LEAT__POINTER && !(t->flags & LEAT__TO_CONST) && !leat__is_text(t) && t->of->kind != LEAT__VOID;
        if (!lent)
            return !strcmp(leat__param_name(n->function, i), p->name);
    }
    return false;
}

void leat__misfit(struct leat__wiring *w, uint32_t id, const struct leat__param *p, uint32_t from)
{
    struct leat__graph *g = w->g;
    struct leat__node *n = &g->node[id], *v = &g->node[from];
    char place[300];
    struct leat__problem *problem;
    leat__node_place(v, place, sizeof place);
    bool lends = leat__is_part(v) && p->type->kind == LEAT__POINTER && !(p->type->flags & LEAT__TO_CONST);
    bool layouts = !lends && v->type && same_tag(v->type, p->type) && !leat__type_equal(v->type,
                   leat__is_object_pointer(p->type) ? p->type->of : p->type);
    if (leat__is_input(v))
        snprintf(place, sizeof place, "another reader");
    if (layouts)
        problem = leat__node_problem(w, id, "%s(%s): struct %s has another layout in %s", n->name,
                                     leat__declared(w, p->type, p->name), v->type->name, place);
    else if (lends)
        problem = leat__node_problem(w, id, "%s(%s): %s is a part of %s: it cannot be lent for writing", n->name,
                                     leat__declared(w, p->type, p->name), v->name, g->node[leat__rest(g, v)->producer].name);
    else if (leat__is_part(v))
        problem = leat__node_problem(w, id, "%s(%s): %s (%s) is %s", n->name, leat__declared(w, p->type, p->name), v->name,
                                     place, leat__value_text(w, v));
    else
        problem = leat__node_problem(w, id, "%s(%s): %s %s %s", n->name, leat__declared(w, p->type, p->name), place,
                                     leat__is_input(v) ? "reads it as" : "gives", leat__value_text(w, v));
    problem->public.node = n->name;
    problem->public.param = p->name;
    leat__problem_other(problem, leat__node_file(g, from), leat__node_line(g, from));
    if (v->type && !layouts)
        leat__problem_hint(&g->problems, problem, "fix: %s", leat__reader_text(w, v, p->name));
    problem->forgiven = may_be_packet(w, n, p) ? LEAT__FORGIVEN_PACKET : LEAT__FORGIVEN_NOT;
    n->flags |= LEAT__NODE_BROKEN;
}

/* "did you mean range__lo?": as a parameter writes it, or as a note does. */
static void suggest_field(struct leat__wiring *w, struct leat__problem *problem, const char *name, const char *near,
                          bool in_note)
{
    struct leat__text text = { 0 };
    size_t base = (size_t)(strrchr(name, '.') - name);
    for (size_t i = 0; i < base; i++)
        if (name[i] == '.' && !in_note)
            leat__text_add(&text, "__");
        else
            leat__text_addc(&text, name[i]);
    leat__text_printf(&text, "%s%s", in_note ? "." : "__", near);
    w->failed |= text.failed;
    if (!text.failed)
        leat__problem_hint(&w->g->problems, problem, "did you mean %s?", text.data);
    leat__text_fini(&text);
}

/* double x__default as a parameter: a slip for a default. */
static void suggest_default(struct leat__wiring *w, struct leat__problem *problem, const struct leat__param *p,
                            const char *name)
{
    size_t base = strcspn(name, ".");
    const char *plain = leat__arena_strndup(&w->g->arena, name, base);
    w->failed |= !plain;
    if (plain && !strcmp(name + base, ".default"))
        leat__problem_hint(&w->g->problems, problem, "a default stands beside the function, and is not static: "
                           "const %s = ..; here it is %s", leat__declared(w, p->type, p->name), leat__declared(w, p->type, plain));
}

/* A name with a dot that nothing has: never an input. */
void leat__no_part(struct leat__wiring *w, uint32_t id, const struct leat__param *p, const char *name, bool in_note,
                   const struct leat__no_field *no)
{
    struct leat__graph *g = w->g;
    uint32_t owner = no->owner;
    struct leat__problem *problem = leat__node_problem(w, id, "%s(%s): %s: %s", g->node[id].name,
        leat__declared(w, p->type, p->name), name, *no->why ? no->why : "no node of that name");
    if (owner == LEAT__NONE)
        suggest_default(w, problem, p, name);
    problem->public.node = g->node[id].name;
    problem->public.param = p->name;
    if (owner != LEAT__NONE)
        leat__problem_other(problem, leat__node_file(g, owner), leat__node_line(g, owner));
    if (*no->near)
        suggest_field(w, problem, name, no->near, in_note);
    g->node[id].flags |= LEAT__NODE_BROKEN;
}

void leat__taken_part(struct leat__wiring *w, uint32_t id, const struct leat__param *p, uint32_t from)
{
    struct leat__graph *g = w->g;
    struct leat__node *n = &g->node[id];
    struct leat__problem *problem = leat__node_problem(w, id, "%s(%s): %s is a part of %s: it cannot be taken", n->name,
        leat__declared(w, p->type, p->name), g->node[from].name, g->node[leat__rest_at(g, from)->producer].name);
    problem->public.node = n->name;
    problem->public.param = p->name;
    leat__problem_other(problem, leat__node_file(g, from), leat__node_line(g, from));
    n->flags |= LEAT__NODE_BROKEN;
}
