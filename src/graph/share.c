/* share: values that several readers may write, all at once or in turns, and
 * nodes that take turns among themselves. Nobody is their one writer, so they
 * are told apart before anybody asks who writes. */
#include "base/error.h"
#include "graph/wiring.h"
#include <stdlib.h>
#include <string.h>

/* --- types: shared, turns --- */

/* Of both clauses the one of the higher level counts; at one level they conflict. */
static uint32_t sharing_of(const struct leat__subject *s)
{
    const struct leat__written *shared = leat__subject_clause(s, "shared"), *turns = leat__subject_clause(s, "turns");
    bool only_shared = shared && (!turns || turns->note->level < shared->note->level);
    return only_shared ? LEAT__NODE_SHARED : turns ? LEAT__NODE_SHARED | LEAT__NODE_TURNS : 0;
}

static void check_conflict(struct leat__wiring *w, const struct leat__subject *s)
{
    const struct leat__written *a = leat__subject_clause(s, "shared"), *b = leat__subject_clause(s, "turns");
    if (!a || !b || a->note->level != b->note->level)
        return;
    struct leat__problem *p = leat__problem_add(&w->g->problems, LEAT_EBUILD, LEAT__NONE, b->note->file,
        b->note->line, "note on %s: shared and turns: readers come all at once, or one at a time", s->name);
    p->public.node = s->name;
    leat__problem_other(p, a->note->file, a->note->line);
}

/* The scalar of some parameter or result that is called so. */
static bool is_scalar_name(const struct leat__wiring *w, const char *name, bool *failed)
{
    struct leat__text text = { 0 };
    bool found = false;
    for (uint32_t i = 0; i < w->all_count && !found; i++)
        for (uint32_t k = 0; k <= leat__function_at(w, i)->head->count && !found; k++) {
            const struct leat__function *f = leat__function_at(w, i);
            const struct leat__type *t = k ? leat__param_type(f, k - 1) : f->head->result;
            while (t && t->kind == LEAT__POINTER)
                t = t->of;
            if (!t || !leat__is_scalar(t))
                continue;
            leat__text_clear(&text);
            leat__type_print(&text, t);
            found = text.data && !strcmp(text.data, name);
        }
    *failed |= text.failed;
    leat__text_fini(&text);
    return found;
}

static void check_type(struct leat__wiring *w, struct leat__subject *s)
{
    const struct leat__written *c = leat__subject_clause(s, "turns");
    c = c ? c : leat__subject_clause(s, "shared");
    if (!c)
        return;
    check_conflict(w, s);
    if (!is_scalar_name(w, s->name, &w->failed))
        return;
    s->used = true;
    struct leat__problem *p = leat__problem_add(&w->g->problems, LEAT_EBUILD, LEAT__NONE, c->note->file,
        c->note->line, "note on %s: %s: %s is no struct: every reader has its own", s->name, c->clause.word, s->name);
    p->public.node = s->name;
}

static void mark_shared(struct leat__wiring *w)
{
    struct leat__graph *g = w->g;
    for (uint32_t id = 0; id < g->count; id++) {
        struct leat__node *n = &g->node[id];
        if (!n->type || !leat__is_record(n->type))
            continue;
        n->flags |= sharing_of(leat__subject_of_type(w, n->function, n->type));
        g->has_turns |= !!(n->flags & LEAT__NODE_TURNS);
    }
    for (uint32_t i = 0; i < g->edges; i++) {
        struct leat__edge *e = &g->edge[i];
        if (e->how <= LEAT__HOW_OBJECT && e->from != LEAT__NONE && g->node[e->from].flags & LEAT__NODE_SHARED)
            e->writes = 0;
    }
}

/* --- nodes: serial(db) --- */

/* A name is one turn, in whichever namespace it is said. */
static uint32_t name_index(struct leat__wiring *w, struct leat__map *names, const char *name)
{
    uint32_t *at;
    if (leat__map_put(names, name, &at) < 0)
        return w->failed = true, 0;
    if (*at == LEAT__NONE) {
        *at = w->g->serial_names;
        w->g->serial_name[w->g->serial_names++] = name;
    }
    return *at;
}

static const struct leat__written *serial_of(const struct leat__wiring *w, uint32_t id)
{
    return w->g->node[id].kind == LEAT__NODE_CALL ? leat__subject_clause(leat__said(w, id), "serial") : NULL;
}

static void keep_serials(struct leat__wiring *w)
{
    struct leat__graph *g = w->g;
    struct leat__map names = { 0 };
    uint32_t n = 0;
    for (uint32_t id = 0; id < g->count; id++)
        n += serial_of(w, id) ? serial_of(w, id)->clause.count : 0;
    if (!n)
        return;
    g->serial = malloc(n * sizeof *g->serial);
    g->serial_name = malloc(n * sizeof *g->serial_name);
    if (!g->serial || !g->serial_name) {
        w->failed = true;
        return;
    }
    for (uint32_t id = 0; id < g->count; id++) {
        const struct leat__written *c = serial_of(w, id);
        for (uint32_t i = 0; c && i < c->clause.count; i++, g->serials++)
            g->serial[g->serials] = (struct leat__serial){ id, g->serials, name_index(w, &names, c->clause.args[i].text) };
    }
    leat__map_fini(&names);
    g->has_turns = true;
}

void leat__share(struct leat__wiring *w)
{
    bool types = false;
    for (uint32_t i = 0; i < w->subject_count && !w->failed; i++)
        if (w->subjects[i].is_type) {
            check_type(w, &w->subjects[i]);
            types |= sharing_of(&w->subjects[i]) != 0;
        }
    if (types)
        mark_shared(w);
    keep_serials(w);
}

const struct leat__serial *leat__graph_serials(const struct leat__graph *g, uint32_t node, uint32_t *out_count)
{
    uint32_t lo = 0, hi = g->serials;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (g->serial[mid].node < node)
            lo = mid + 1;
        else
            hi = mid;
    }
    *out_count = 0;
    while (lo + *out_count < g->serials && g->serial[lo + *out_count].node == node)
        ++*out_count;
    return *out_count ? &g->serial[lo] : NULL;
}
