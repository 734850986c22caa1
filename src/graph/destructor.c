/* destructor: how a value is destroyed: by the host's word, a note's, a function's
 * name, or as its layout says; and what nothing says. */
#include "base/error.h"
#include "graph/role.h"
#include "graph/wiring.h"
#include <stdio.h>
#include <string.h>

const char *leat__type_text(struct leat__wiring *w, const struct leat__type *t)
{
    struct leat__text text = { 0 };
    leat__type_print(&text, t);
    const char *kept = text.failed ? NULL : leat__arena_strdup(&w->g->arena, text.data);
    leat__text_fini(&text);
    w->failed |= !kept;
    return kept ? kept : "";
}

/* Of a node it is an error where the node is needed; a loader, which is no node,
 * is only out of use. */
#define problem(w, n, ...)                                                                      \
    broken((w), (n), leat__problem_add(&(w)->g->problems, LEAT_EBUILD, id_of((w), (n)),         \
                                       (n)->function->head->file, (n)->function->head->line, __VA_ARGS__))

static uint32_t id_of(const struct leat__wiring *w, const struct leat__node *n)
{
    bool node = w->g->count && n >= w->g->node && n < w->g->node + w->g->count;
    return node ? (uint32_t)(n - w->g->node) : LEAT__NONE;
}

static struct leat__problem *broken(struct leat__wiring *w, struct leat__node *n, struct leat__problem *p)
{
    p->public.node = n->name;
    p->public.warning = id_of(w, n) == LEAT__NONE;
    n->flags |= LEAT__NODE_BROKEN;
    return p;
}

static uint32_t add_destructor(struct leat__wiring *w, struct leat__destructor d)
{
    struct leat__graph *g = w->g;
    for (uint32_t i = 0; i < g->destructors; i++)
        if (g->destructor[i].function == d.function && g->destructor[i].host == d.host &&
            g->destructor[i].symbol == d.symbol)
            return i;
    void *at = realloc(g->destructor, (g->destructors + 1) * sizeof d);
    if (!at)
        return w->failed = true, LEAT__NONE;
    g->destructor = at;
    g->destructor[g->destructors] = d;
    return g->destructors++;
}

static bool takes_pointer_to(const struct leat__function *f, const struct leat__type *t)
{
    return f->head->count == 1 && leat__param_type(f, 0)->kind == LEAT__POINTER &&
           leat__type_equal(leat__param_type(f, 0)->of, t);
}

/* "struct image *" and "struct image" mean the same. */
static bool means(const char *written, const char *type)
{
    size_t len = strlen(type);
    return !strncmp(written, type, len) && !written[len + strspn(written + len, " *")];
}

/* Host's word, then the note's, for this type. */
static bool told_destructor(struct leat__wiring *w, const struct leat__node *n, struct leat__destructor *d)
{
    const struct leat__type *t = n->type;
    const char *text = w->spec->destroy_count ? leat__type_text(w, t) : "";
    for (uint32_t i = 0; i < w->spec->destroy_count; i++) {
        const char *type = w->spec->destroys[i].type;
        if (means(type, text) || (t->alias && means(type, t->alias))) {
            *d = (struct leat__destructor){ .host = w->spec->destroys[i].call };
            return true;
        }
    }
    struct leat__subject *s = leat__subject_of_type(w, n->function, t);
    const struct leat__written *c = leat__subject_clause(s, "free");
    if (!c)
        return false;
    s->used = true;
    const char *name = c->clause.args[0].kind == LEAT__ARG_WORD ? c->clause.args[0].text : "";
    const struct leat__function *f = leat__function_find(w, name);
    *d = (struct leat__destructor){ .function = f, .symbol = f ? NULL : name, .file = c->note->file,
                                    .line = c->note->line };
    if (f && !takes_pointer_to(f, t)) {
        struct leat__problem *p = leat__problem_add(&w->g->problems, LEAT_EBUILD, LEAT__NONE, c->note->file,
            c->note->line, "note on %s: free(%s): %s does not take one %s *", s->name, name, name, leat__type_text(w, t));
        p->public.node = s->name;
    }
    return true;
}

/* The exported function PREFIX_WORD of the module that makes n's value, if it takes T *. */
static const struct leat__function *function_named(struct leat__wiring *w, const struct leat__node *n,
                                                   const char *prefix, size_t len, const char *word)
{
    const struct leat__function *maker = n->function;
    char name[LEAT__LONGEST_NAME];
    if (snprintf(name, sizeof name, "%.*s%.*s_%s", maker->head->space, maker->name, (int)len, prefix, word) >= (int)sizeof name)
        return NULL;
    uint32_t at = leat__function_index(w, name);
    for (; at < w->all_count; at++) {       /* the same name in an earlier module: look on */
        const struct leat__function *f = leat__function_at(w, at);
        if (f->head->module == maker->head->module && !strcmp(f->name, name))
            return takes_pointer_to(f, n->type) ? f : NULL;
    }
    return NULL;
}

static void two_destructors(struct leat__wiring *w, struct leat__node *n, const struct leat__function *a,
                            const struct leat__function *b)
{
    const char *type = leat__type_text(w, n->type);
    struct leat__problem *p = problem(w, n, "%s: both %s (%s:%d) and %s (%s:%d) could destroy %s", n->name,
                                      a->name, a->head->file, a->head->line, b->name, b->head->file, b->head->line, type);
    leat__problem_hint(&w->g->problems, p, "say which: LEAT_TYPE(%s, free(%s))", type, b->name);
}

/* T_free and friends, T being its tag or its typedef, without _t too. Two are a problem. */
static const struct leat__function *named_destructor(struct leat__wiring *w, struct leat__node *n,
                                                     const char *const *words)
{
    const struct leat__function *found = NULL;
    for (; *words; words++)
        for (unsigned i = 0; i < 4; i++) {
            const char *name = leat__type_name(n->type, i / 2);
            size_t len = name ? strlen(name) : 0, cut = i % 2 ? 2 : 0;
            if (!len || (cut && (len < 3 || strcmp(name + len - 2, "_t"))))
                continue;
            const struct leat__function *f = function_named(w, n, name, len - cut, *words);
            if (f && found && f != found)
                return two_destructors(w, n, found, f), found;
            found = f ? f : found;
        }
    return found;
}

static void no_destructor(struct leat__wiring *w, struct leat__node *n, bool by_pointer,
                          const struct leat__member *member)
{
    const struct leat__type *t = n->type;
    const char *name = leat__type_name(t, 1) ? t->alias : leat__type_name(t, 0) ? t->name : "T";
    struct leat__problem *p;
    if (member)
        p = problem(w, n, "%s: nothing says how to destroy %s: its member %s is %s", n->name,
                               leat__type_text(w, t), member->name, leat__type_text(w, member->type));
    else
        p = problem(w, n, "%s: nothing says how to destroy %s%s", n->name, leat__type_text(w, t),
                               by_pointer ? " *" : "");
    if (leat__is_record(t))
        leat__problem_hint(&w->g->problems, p, "add void %s_%s(%s *), or return a const pointer", name,
                           by_pointer ? "free" : "fini", leat__type_text(w, t));
    else
        leat__problem_hint(&w->g->problems, p, "return a pointer to a struct that has a destructor, or a const pointer");
}

static void find(struct leat__wiring *w, struct leat__node *n)
{
    const struct leat__type *t = n->type;
    bool by_pointer = n->flags & LEAT__NODE_BY_POINTER;
    struct leat__destructor d = { 0 };
    if (!(n->flags & LEAT__NODE_OBJECT)) {          /* a bare pointer: text, numbers */
        if (t->of->kind == LEAT__VOID || t->of->kind == LEAT__POINTER)
            no_destructor(w, n, false, NULL);
        return;
    }
    if (!told_destructor(w, n, &d)) {
        d.function = named_destructor(w, n, by_pointer ? leat__free_words : leat__fini_words);
        if (!d.function) {
            const struct leat__member *m = leat__undestroyable(t);
            if (m || (t->flags & LEAT__INCOMPLETE))
                no_destructor(w, n, by_pointer, m);
            return;
        }
    }
    leat__rest_own(w, n)->destructor = add_destructor(w, d);
}

/* A struct by value that looks trivial may still have a named T_fini. */
void leat__destructor_find(struct leat__wiring *w, struct leat__node *n)
{
    if (n->kind != LEAT__NODE_CALL && n->kind != LEAT__NODE_OUTPUT)
        return;
    bool stored = (n->flags & LEAT__NODE_OBJECT) && !(n->flags & LEAT__NODE_BY_POINTER) && leat__is_record(n->type);
    if (stored && !(n->flags & LEAT__NODE_OWNED)) {
        struct leat__destructor d = { 0 };
        if (!told_destructor(w, n, &d) && !(d.function = named_destructor(w, n, leat__fini_words)))
            return;
        n->flags |= LEAT__NODE_OWNED;
        leat__rest_own(w, n)->destructor = add_destructor(w, d);
    } else if (n->flags & LEAT__NODE_OWNED) {
        find(w, n);
    }
}
