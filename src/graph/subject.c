/* subject: all that notes say of one node or type, found by its name. */
#include "graph/wiring.h"
#include <stdio.h>
#include <string.h>

struct leat__subject *leat__subject_add(struct leat__wiring *w, const char *name, bool is_type)
{
    struct leat__arena *a = &w->g->arena;
    const char *key = name ? leat__arena_printf(a, "%c%s", is_type ? 't' : 'n', name) : NULL;
    uint32_t *at;
    if (!key || leat__map_put(&w->subject_names, key, &at) < 0)
        return w->failed = true, NULL;
    if (*at == LEAT__NONE) {
        if (!LEAT__ROOM(w->subjects, w->subject_count, w->subject_cap))
            return w->failed = true, NULL;
        *at = w->subject_count++;
        w->subjects[*at] = (struct leat__subject){ .name = key + 1, .is_type = is_type };
    }
    return &w->subjects[*at];
}

struct leat__subject *leat__subject_find(struct leat__wiring *w, const char *name, bool is_type)
{
    char key[LEAT__LONGEST_NAME];
    if (!w->subject_count || strlen(name) > sizeof key - 2)
        return NULL;
    key[0] = is_type ? 't' : 'n';
    strcpy(key + 1, name);
    uint32_t at = leat__map_get(&w->subject_names, key);
    return at == LEAT__NONE ? NULL : &w->subjects[at];
}

const struct leat__written *leat__subject_clause(const struct leat__subject *s, const char *word)
{
    for (uint32_t i = 0; s && i < s->count; i++)
        if (!strcmp(s->at[i].clause.word, word))
            return &s->at[i];
    return NULL;
}

bool leat__subject_lists(const struct leat__subject *s, const char *word, const char *name)
{
    const struct leat__written *c = leat__subject_clause(s, word);
    for (uint32_t i = 0; c && i < c->clause.count; i++)
        if (c->clause.args[i].kind == LEAT__ARG_WORD && !strcmp(c->clause.args[i].text, name))
            return true;
    return false;
}

const char *leat__subject_word(const struct leat__subject *s, const char *clause)
{
    const struct leat__written *c = leat__subject_clause(s, clause);
    return c ? c->clause.args[0].text : NULL;
}

struct leat__subject *leat__subject_of_function(struct leat__wiring *w, const struct leat__function *f)
{
    if (!w->subject_count)
        return NULL;
    struct leat__subject *s = leat__subject_find(w, f->name, false);
    if (!s) {
        const char *name = leat__plain_name(w, f->name);
        s = name != f->name ? leat__subject_find(w, name, false) : NULL;
    }
    return leat__subject_clause(s, "calls") ? NULL : s;     /* that makes a node of another function */
}

/* That of the namespace goes before. */
struct leat__subject *leat__subject_of_type(struct leat__wiring *w, const struct leat__function *f,
                                            const struct leat__type *t)
{
    struct leat__subject *s = NULL;
    char full[LEAT__LONGEST_NAME];
    const char *name;
    if (!w->subject_count)
        return NULL;
    for (unsigned i = 0; i < 2 && !s; i++)
        if ((name = leat__type_name(t, i)) && f && f->head->space &&
            snprintf(full, sizeof full, "%.*s%s", f->head->space, f->name, name) < (int)sizeof full)
            s = leat__subject_find(w, full, true);
    for (unsigned i = 0; i < 2 && !s; i++)
        if ((name = leat__type_name(t, i)))
            s = leat__subject_find(w, name, true);
    return s;
}

/* Adds what `name` says of the node; where `own` says it too, the higher level wins. */
static void join(struct leat__subject *own, const struct leat__subject *name)
{
    for (uint32_t i = 0; i < name->count; i++) {
        if (leat__clause_is_of_function(name->at[i].clause.word))
            continue;
        struct leat__written *old = (struct leat__written *)leat__subject_clause(own, name->at[i].clause.word);
        if (!old)
            own->at[own->count++] = name->at[i];
        else if (old->note->level < name->at[i].note->level)
            *old = name->at[i];
    }
}

struct leat__subject *leat__subject_join(struct leat__wiring *w, struct leat__subject *own, struct leat__subject *name)
{
    if (own)
        own->used = true;
    if (name)
        name->used = true;
    if (!name || name == own)
        return own;
    struct leat__subject *s = leat__arena_alloc(&w->g->arena, sizeof *s);
    struct leat__written *at = leat__arena_array(&w->g->arena, (own ? own->count : 0) + name->count + 1, sizeof *at);
    if (!s || !at)
        return w->failed = true, own;
    *s = own ? *own : (struct leat__subject){ .name = name->name, .note = name->note };
    if (own && own->count)
        memcpy(at, own->at, own->count * sizeof *at);
    s->at = at;
    join(s, name);
    return s;
}
