/* field: which fields a struct has, and the nodes that they become. Members of
 * an anonymous struct stand in its place, as in C. */
#include "graph/field.h"
#include "base/suggest.h"
#include "graph/fit.h"
#include "graph/wiring.h"
#include <stdio.h>
#include <string.h>

enum { DEEPEST = 16, MOST_NAMED = 12 };

struct search {
    const char *name;
    size_t n;
    const struct leat__member *found;
    uint32_t offset;            /* of found, from the outermost struct */
    struct leat__text names;    /* "lo, hi" */
    uint32_t named;
    struct leat__suggest near;
};

static bool is_inlined(const struct leat__member *m)
{
    return !*m->name && m->type->kind == LEAT__STRUCT;
}

static void search(struct search *s, const struct leat__type *t, uint32_t base, unsigned depth)
{
    for (uint32_t i = 0; i < t->count && !s->found && depth < DEEPEST; i++) {
        const struct leat__member *m = &t->members[i];
        if (is_inlined(m)) {
            search(s, m->type, base + m->offset, depth + 1);
        } else if (*m->name && strlen(m->name) == s->n && !memcmp(m->name, s->name, s->n)) {
            s->found = m;
            s->offset = base + m->offset;
        } else if (*m->name) {
            if (s->named++ < MOST_NAMED)
                leat__text_printf(&s->names, "%s%s", s->names.len ? ", " : "", m->name);
            leat__suggest_offer(&s->near, m->name);
        }
    }
}

static void unknown(const struct search *s, const char *type, struct leat__no_field *no)
{
    snprintf(no->why, sizeof no->why, "%s has no field %s, only %s%s", type, s->name,
             s->names.data ? s->names.data : "unnamed ones", s->named > MOST_NAMED ? ", ..." : "");
    snprintf(no->near, sizeof no->near, "%s", s->near.best ? s->near.best : "");
}

/* A struct whose layout is known; else what stands in the way. */
static bool has_fields(const struct leat__node *v, const char *type, struct leat__no_field *no)
{
    const char *what = NULL;
    if (!v->type)
        snprintf(no->why, sizeof no->why, "it gives no value");
    else if (!(v->flags & LEAT__NODE_OBJECT) || !leat__is_record(v->type))
        what = "is no struct";
    else if (v->type->flags & LEAT__INCOMPLETE)
        what = "is not defined here: its fields are not known";
    else if (v->type->kind == LEAT__UNION)
        what = "does not tell which member counts";
    else
        return true;
    if (what)
        snprintf(no->why, sizeof no->why, "%s %s", type, what);
    return false;
}

bool leat__field_of(const struct leat__node *v, const char *name, size_t n, struct leat__node *out,
                    uint32_t *out_offset, struct leat__no_field *no)
{
    char word[256];
    struct leat__text type = { 0 };
    snprintf(word, sizeof word, "%.*s", (int)(n < sizeof word ? n : sizeof word - 1), name);
    struct search s = { .name = word, .n = n, .near = leat__suggest_for(word) };
    *no = (struct leat__no_field){ .owner = LEAT__NONE };
    if (v->type)
        leat__type_print(&type, v->type);
    const char *type_text = type.data ? type.data : "";
    if (has_fields(v, type_text, no)) {
        search(&s, v->type, 0, 0);
        if (!s.found)
            unknown(&s, type_text, no);
        else if (s.found->bits)
            snprintf(no->why, sizeof no->why, "field %s of %s is a bit-field: it has no address", word, type_text);
    }
    bool good = s.found && !s.found->bits;
    if (good) {
        struct leat__value_form form = leat__form_of_part(s.found->type);
        *out = (struct leat__node){ .type = form.type, .flags = form.flags, .kind = LEAT__NODE_FIELD };
        *out_offset = s.offset;
    }
    leat__text_fini(&type);
    leat__text_fini(&s.names);
    return good;
}

uint32_t leat__field_owner(const struct leat__graph *g, const char *name, const char **rest)
{
    for (size_t n = strlen(name); n-- > 1;) {
        uint32_t id = name[n] == '.' ? leat__names_getn(g, name, n) : LEAT__NONE;
        if (id == LEAT__NONE)
            continue;
        *rest = name + n + 1;
        return id;
    }
    return LEAT__NONE;
}

/* --- nodes --- */

/* Its function is its owner's: that is where people look. */
uint32_t leat__part_add(struct leat__wiring *w, const char *name, uint32_t of, const struct leat__node *part,
                        uint32_t offset, uint32_t items)
{
    const struct leat__function *f = w->g->node[of].function;
    uint32_t id = leat__node_add(w, name, (enum leat__node_kind)part->kind, f);
    if (id == LEAT__NONE)
        return id;
    struct leat__node *n = &w->g->node[id];
    n->type = part->type;
    n->flags = part->flags;
    struct leat__rest *rest = leat__rest_own(w, n);
    rest->producer = of;
    rest->offset = offset;
    rest->items = items;
    w->has_parts = w->unsorted = true;
    struct leat__subject *s = w->subject_count ? leat__subject_find(w, name, false) : NULL;
    if (s)
        s->used = true;
    if (leat__subject_clause(s, "nullable"))
        n->flags |= LEAT__NODE_NULLABLE;
    return id;
}

uint32_t leat__field_add(struct leat__wiring *w, const char *name, struct leat__no_field *no)
{
    const char *rest;
    uint32_t id = leat__field_owner(w->g, name, &rest);
    *no = (struct leat__no_field){ .owner = id };
    while (id != LEAT__NONE && *rest) {
        size_t n = strcspn(rest, ".");
        struct leat__node part;
        uint32_t offset;
        if (!leat__field_of(&w->g->node[id], rest, n, &part, &offset, no)) {
            no->owner = id;
            return LEAT__NONE;
        }
        rest += n;
        const char *full = *rest ? leat__arena_strndup(&w->g->arena, name, (size_t)(rest - name))
                                 : leat__arena_strdup(&w->g->arena, name);
        w->failed |= !full;
        id = full ? leat__part_add(w, full, id, &part, offset, 0) : LEAT__NONE;
        rest += *rest == '.';
    }
    return id;
}

/* Edges of calls stand together, so these come when all of those are there. */
void leat__parts_join(struct leat__wiring *w)
{
    struct leat__graph *g = w->g;
    for (uint32_t id = 0; w->has_parts && id < g->count && !w->failed; id++) {
        if (!leat__is_derived(&g->node[id]))
            continue;
        if (!LEAT__ROOM(g->edge, g->edges, w->edge_cap)) {
            w->failed = true;
            return;
        }
        g->node[id].edge = g->edges;
        g->node[id].edges = 1;
        g->edge[g->edges++] = (struct leat__edge){ .from = leat__rest_at(g, id)->producer, .how = LEAT__HOW_SLOT, .pointer = 1 };
    }
}
