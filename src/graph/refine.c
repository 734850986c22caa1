/* refine: types as notes tell them, beyond their layout: array(data, rows, cols)
 * makes a pointer a block. Descriptors belong to modules, which other graphs
 * share; so this graph gets copies of those it has to do with, and nodes get
 * these. A copy equals what it was made from. */
#include "base/error.h"
#include "base/suggest.h"
#include "graph/wiring.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pair { const struct leat__type *from, *to; };

struct refining {
    struct leat__wiring *w;
    const struct leat__function *maker;     /* whose module's names count         */
    struct pair *row;                       /* by address, open addressing; rows: a power of two */
    uint32_t rows, count;
    unsigned depth;
};

enum { DEEPEST = 128 };

/* --- what a note says --- */

/* One note may meet two types of its name, in two modules: it is told of once, and
 * then w is NULL. */
__attribute__((format(printf, 3, 4)))
static struct leat__problem *problem(struct leat__wiring *w, const struct leat__written *c, const char *format, ...)
{
    char text[400];
    va_list args;
    if (!w)
        return NULL;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return leat__problem_add(&w->g->problems, LEAT_EBUILD, LEAT__NONE, c->note->file, c->note->line, "%s", text);
}

static const struct leat__member *member(const struct leat__type *t, const char *name)
{
    for (uint32_t i = 0; i < t->count; i++)
        if (*name && !strcmp(t->members[i].name, name))
            return &t->members[i];
    return NULL;
}

static void no_member(struct leat__wiring *w, const struct leat__written *c, const struct leat__type *t, const char *name)
{
    struct leat__problem *p = problem(w, c, "note on %s: array: no member %s", t->name, name);
    struct leat__suggest near = leat__suggest_for(name);
    for (uint32_t i = 0; i < t->count; i++)
        leat__suggest_offer(&near, t->members[i].name);
    if (p && near.best)
        leat__problem_hint(&w->g->problems, p, "did you mean %s?", near.best);
}

static bool has_items(const struct leat__type *t)
{
    return t->kind == LEAT__POINTER && t->of->kind != LEAT__VOID && t->of->kind != LEAT__FUNCTION &&
           !(t->of->flags & LEAT__INCOMPLETE);
}

static bool is_length(const struct leat__type *t)
{
    return (t->kind == LEAT__INT || t->kind == LEAT__UINT) && t->size <= 8;
}

/* The clause is good for this type; if not, that is told. */
static bool check(struct leat__wiring *w, const struct leat__type *t, const struct leat__written *c)
{
    const struct leat__arg *arg = c->clause.args;
    bool good = true;
    if (c->clause.count < 2)
        return problem(w, c, "note on %s: array: lengths are missing: array(%s, LENGTH ..)", t->name, arg[0].text), false;
    for (uint32_t i = 0; i < c->clause.count; i++) {
        const struct leat__member *m = member(t, arg[i].text);
        const char *type = m && w ? leat__type_text(w, m->type) : "";
        for (uint32_t k = 0; k < i; k++)
            if (!strcmp(arg[k].text, arg[i].text))
                return problem(w, c, "note on %s: array: member %s stands twice", t->name, arg[i].text), false;
        if (!m)
            no_member(w, c, t, arg[i].text);
        else if (!i && !has_items(m->type))
            problem(w, c, "note on %s: array: its member %s is %s, no pointer to items", t->name, m->name, type);
        else if (i && !is_length(m->type))
            problem(w, c, "note on %s: array: its member %s is %s, and a length is an integer", t->name, m->name, type);
        good = good && m && (i ? is_length(m->type) : has_items(m->type));
    }
    return good;
}

/* The clause that makes member m a block; NULL: none. */
static const struct leat__written *clause_of(const struct leat__subject *s, const struct leat__member *m)
{
    for (uint32_t i = 0; s && i < s->count; i++)
        if (!strcmp(s->at[i].clause.word, "array") && !strcmp(s->at[i].clause.args[0].text, m->name))
            return &s->at[i];
    return NULL;
}

/* All clauses are looked at before any is followed. */
static bool check_all(struct leat__wiring *w, struct leat__subject *s, const struct leat__type *t)
{
    struct leat__wiring *tell = s && s->checked ? NULL : w;
    uint32_t blocks = 0;
    bool good = true;
    for (uint32_t i = 0; s && i < s->count; i++) {
        if (strcmp(s->at[i].clause.word, "array"))
            continue;
        good = check(tell, t, &s->at[i]) && good;
        if (++blocks <= LEAT__MOST_BLOCKS)
            continue;
        problem(tell, &s->at[i], "note on %s: array: more than %d in one struct", t->name, LEAT__MOST_BLOCKS);
        return false;
    }
    if (s)
        s->checked = true;
    return good;
}

/* --- copies --- */

static const struct leat__type *refined(struct refining *r, const struct leat__type *t);

static struct leat__type *copy_of(struct refining *r, const struct leat__type *t)
{
    struct leat__type *to = leat__arena_alloc(&r->w->g->arena, sizeof *to);
    if (to)
        *to = *t;
    else
        r->w->failed = true;
    return to;
}

/* A pointer to what its struct owns or looks at. */
static struct leat__type *pointer_of(struct refining *r, const struct leat__type *t)
{
    struct leat__type *to = copy_of(r, t);
    if (to)
        to->of = refined(r, t->of);
    return to;
}

static const struct leat__type *block_of(struct refining *r, const struct leat__type *t, const struct leat__member *m,
                                         const struct leat__written *c)
{
    struct leat__type *to = pointer_of(r, m->type);
    uint32_t n = c->clause.count - 1;
    struct leat__extent *extents = leat__arena_array(&r->w->g->arena, n, sizeof *extents);
    if (!to || !extents)
        return r->w->failed = true, m->type;
    for (uint32_t i = 0; i < n; i++) {
        const struct leat__member *length = member(t, c->clause.args[i + 1].text);
        extents[i] = (struct leat__extent){ length->name, length->type, (int32_t)length->offset - (int32_t)m->offset,
                                            length->bits, length->bit };
    }
    to->count = n;
    to->extents = extents;
    return to;
}

static void refine_members(struct refining *r, struct leat__type *to, struct leat__subject *s)
{
    const struct leat__type *t = to;
    struct leat__member *members = leat__arena_array(&r->w->g->arena, to->count, sizeof *members);
    bool good = check_all(r->w, s, t), slice = leat__is_slice(t);
    if (!members) {
        r->w->failed = true;
        return;
    }
    for (uint32_t i = 0; i < to->count; i++) {
        const struct leat__member *m = &t->members[i];
        const struct leat__written *c = good ? clause_of(s, m) : NULL;
        members[i] = *m;
        if (c)
            members[i].type = block_of(r, t, m, c);
        else if (slice && !i)
            members[i].type = pointer_of(r, m->type);
        else
            members[i].type = refined(r, m->type);
        to->flags |= c ? LEAT__BLOCKS : 0;
        if (r->w->failed)
            return;
    }
    to->members = members;
}

/* --- each once, before what is in it: types may hold themselves --- */

static bool grow(struct refining *r)
{
    uint32_t rows = r->rows ? r->rows * 2 : 64;
    struct pair *row = calloc(rows, sizeof *row);
    for (uint32_t i = 0; row && i < r->rows; i++) {
        uint32_t at = (uint32_t)((uintptr_t)r->row[i].from >> 4) & (rows - 1);
        while (r->row[i].from && row[at].from)
            at = (at + 1) & (rows - 1);
        if (r->row[i].from)
            row[at] = r->row[i];
    }
    if (!row)
        return r->w->failed = true, false;
    free(r->row);
    r->row = row;
    r->rows = rows;
    return true;
}

static struct pair *pair_of(struct refining *r, const struct leat__type *t)
{
    if (r->count * 2 >= r->rows && !grow(r))
        return NULL;
    uint32_t at = (uint32_t)((uintptr_t)t >> 4) & (r->rows - 1);
    while (r->row[at].from && r->row[at].from != t)
        at = (at + 1) & (r->rows - 1);
    return &r->row[at];
}

static void refine_struct(struct refining *r, struct leat__type *to)
{
    struct leat__subject *s = leat__subject_of_type(r->w, r->maker, to);
    if (leat__subject_clause(s, "array"))
        s->used = true;
    refine_members(r, to, s);
}

static const struct leat__type *refined(struct refining *r, const struct leat__type *t)
{
    bool record = t->kind == LEAT__STRUCT && !(t->flags & LEAT__INCOMPLETE);
    struct pair *pair = record || t->kind == LEAT__ARRAY ? pair_of(r, t) : NULL;
    if (!pair || pair->from)
        return pair ? pair->to : t;
    if (r->depth > DEEPEST)             /* nothing so deep is derived */
        return t;
    struct leat__type *to = copy_of(r, t);
    if (!to)
        return t;
    *pair = (struct pair){ t, to };
    r->count++;
    r->depth++;
    if (t->kind == LEAT__ARRAY)
        to->of = refined(r, t->of);
    else
        refine_struct(r, to);
    r->depth--;
    return to;
}

void leat__refine(struct leat__wiring *w)
{
    struct refining r = { .w = w };
    for (uint32_t id = 0; id < w->g->count && !w->failed; id++) {
        struct leat__node *n = &w->g->node[id];
        r.maker = n->function;
        if (n->type && r.maker)
            n->type = refined(&r, n->type);
    }
    for (uint32_t i = 0; i < w->g->loaders && !w->failed; i++) {
        struct leat__node *n = &w->g->loader[i].node;
        r.maker = n->function;
        n->type = refined(&r, n->type);
    }
    free(r.row);
}
