/* unpack: what the notes fields() and elements() make into nodes. They come
 * behind the nodes of functions and before any parameter looks for a name. */
#include "graph/field.h"
#include "graph/fit.h"
#include "graph/role.h"
#include "graph/wiring.h"
#include <string.h>

struct unpacking {
    struct leat__wiring *w;
    const struct leat__subject *subject;
    const struct leat__written *clause;
    uint32_t of;
};

static struct leat__problem *wrong(const struct unpacking *u, const char *what)
{
    const struct leat__note *note = u->clause->note;
    struct leat__graph *g = u->w->g;
    struct leat__problem *p = leat__problem_add(&g->problems, LEAT_EBUILD, LEAT__NONE, note->file, note->line,
                                                "note on %s: %s: %s", u->subject->name, u->clause->clause.word, what);
    p->public.node = u->subject->name;
    leat__problem_other(p, leat__node_file(g, u->of), leat__node_line(g, u->of));
    return p;
}

static struct leat__space space_of(const struct unpacking *u)
{
    return leat__space_named(u->clause->note->space);
}

/* The same node as `of.field`, for those who read it so. */
static void add_alias(const struct unpacking *u, const char *field, uint32_t id)
{
    struct leat__graph *g = u->w->g;
    const char *alias = leat__arena_printf(&g->arena, "%s.%s", g->node[u->of].name, field);
    uint32_t old;
    if (!alias || leat__names_second(g, alias, id, &old) < 0)
        u->w->failed = true;
}

/* The struct that the last word of `path` is a field of; path is moved to it. */
static uint32_t inner(const struct unpacking *u, const char **path, struct leat__no_field *no)
{
    const char *dot = strrchr(*path, '.');
    if (!dot)
        return u->of;
    struct leat__graph *g = u->w->g;
    const char *name = leat__arena_printf(&g->arena, "%s.%.*s", g->node[u->of].name, (int)(dot - *path), *path);
    u->w->failed |= !name;
    uint32_t id = name ? leat__names_get(g, name) : LEAT__NONE;
    if (name && id == LEAT__NONE)
        id = leat__field_add(u->w, name, no);
    *path = dot + 1;
    return id;
}

static void add_field(const struct unpacking *u, const struct leat__arg *a)
{
    const char *path = a->key ? a->key : a->text, *field = path;
    struct leat__no_field no = { 0 };
    struct leat__node part;
    uint32_t offset;
    if (a->kind != LEAT__ARG_WORD || a->differs || (a->key && strchr(a->text, '.'))) {
        wrong(u, "it takes field or field = node");
        return;
    }
    uint32_t of = inner(u, &field, &no);
    if (of == LEAT__NONE || !leat__field_of(&u->w->g->node[of], field, strlen(field), &part, &offset, &no)) {
        struct leat__problem *p = wrong(u, no.why);
        if (*no.near)
            leat__problem_hint(&u->w->g->problems, p, "did you mean %s?", no.near);
        return;
    }
    uint32_t id = leat__part_add(u->w, leat__name_in(u->w, space_of(u), a->key ? a->text : field), of, &part,
                                 offset, 0);
    if (id != LEAT__NONE)
        add_alias(u, path, id);
}

static void add_element(const struct unpacking *u, const struct leat__arg *a, uint32_t index, uint32_t count)
{
    const struct leat__node *of = &u->w->g->node[u->of];
    const struct leat__type *item = leat__slice_item(of->type);
    struct leat__value_form form = leat__form_of_part(item);
    if (a->kind != LEAT__ARG_WORD || a->key || strchr(a->text, '.')) {
        wrong(u, "it takes names, one for each item");
        return;
    }
    struct leat__node part = { .type = form.type, .flags = form.flags, .kind = LEAT__NODE_ITEM };
    uint32_t id = leat__part_add(u->w, leat__name_in(u->w, space_of(u), a->text), u->of, &part,
                                 index * item->size, count);
    if (id != LEAT__NONE)
        add_alias(u, a->text, id);
}

static bool has_elements(const struct unpacking *u)
{
    const struct leat__node *of = &u->w->g->node[u->of];
    if (!of->type || !(of->flags & LEAT__NODE_OBJECT) || !leat__is_slice(of->type))
        wrong(u, "its value is no array {T *data; size_t len;}");
    else if (!leat__slice_item(of->type)->size)
        wrong(u, "the layout of its items is not known here");
    else
        return true;
    return false;
}

/* The parameter that tells an input's type: of a complete one, if there is any.
 * In a namespace only its own nodes ask for what it sees. */
static uint32_t find_input(struct leat__wiring *w, const char *name, struct leat__space space)
{
    const struct leat__function *reader = NULL;
    const struct leat__type *found = NULL;
    const char *out;
    for (uint32_t id = 0; id < w->g->count; id++) {
        const struct leat__node *n = &w->g->node[id];
        bool inside = !space.n || !strncmp(n->name, space.name, (size_t)space.n + 1);
        for (uint32_t i = 0; n->kind == LEAT__NODE_CALL && inside && i < n->function->head->count; i++) {
            const struct leat__param *p = LEAT__PARAM(n->function, i);
            const struct leat__type *t = leat__is_object_pointer(p->type) ? p->type->of : p->type;
            if (leat__role_is_out(p, &out) || strcmp(leat__wanted(w, p->name, strlen(p->name)), name) ||
                (found && !(found->flags & LEAT__INCOMPLETE)))
                continue;
            reader = n->function;
            found = t;
        }
    }
    if (!found)
        return LEAT__NONE;
    struct leat__type pointer = { .kind = LEAT__POINTER, .flags = LEAT__TO_CONST, .size = 8, .of = found };
    const struct leat__type *t = leat__is_record(found) ? &pointer : found;
    return leat__names_get(w->g, name) != LEAT__NONE ? leat__name_find(w, space, name, reader)
                                                           : leat__name_input(w, space, name, reader, t);
}

static bool unpacks(const struct leat__subject *s)
{
    return leat__subject_clause(s, "fields") || leat__subject_clause(s, "elements");
}

static void unpack(struct leat__wiring *w, struct leat__subject *s, uint32_t of)
{
    struct unpacking u = { .w = w, .subject = s, .of = of };
    s->used = true;
    u.clause = leat__subject_clause(s, "fields");
    for (uint32_t i = 0; u.clause && i < u.clause->clause.count; i++)
        add_field(&u, &u.clause->clause.args[i]);
    u.clause = leat__subject_clause(s, "elements");
    for (uint32_t i = 0; u.clause && i < u.clause->clause.count && (i || has_elements(&u)); i++)
        add_element(&u, &u.clause->clause.args[i], i, u.clause->clause.count);
}

static struct leat__space seen_from(struct leat__wiring *w, const struct leat__note *note)
{
    const char *space = note->space ? leat__arena_printf(&w->g->arena, "%s.", note->space) : NULL;
    w->failed |= note->space && !space;
    return space ? leat__space_of(space) : (struct leat__space){ 0 };
}

/* What is said of a call may be said of the function that config chose for it;
 * what is said of an output or an input only by its name. */
void leat__unpack(struct leat__wiring *w)
{
    for (uint32_t id = 0; id < w->calls && w->subject_count && !w->failed; id++)
        if (w->g->node[id].kind == LEAT__NODE_CALL && unpacks(leat__said(w, id)))
            unpack(w, leat__said(w, id), id);
    for (uint32_t i = 0; i < w->subject_count && !w->failed; i++) {
        struct leat__subject *s = &w->subjects[i];
        if (s->is_type || !unpacks(s))
            continue;
        uint32_t of = leat__names_get(w->g, s->name);
        if (of == LEAT__NONE && !s->used)
            of = find_input(w, s->name + (s->note->space ? strlen(s->note->space) + 1 : 0),
                            seen_from(w, s->note));
        if (of != LEAT__NONE && w->g->node[of].kind != LEAT__NODE_CALL)
            unpack(w, s, of);
    }
}
