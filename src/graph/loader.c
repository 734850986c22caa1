/* loader: functions that read a value from a file of their own format, or write
 * one, by the suffix in their names: table_from_xyz, table_to_xyz. */
#include "base/error.h"
#include "base/vector.h"
#include "graph/fit.h"
#include "graph/role.h"
#include "graph/wiring.h"
#include <string.h>

static void keep(struct leat__wiring *w, const struct leat__function *f, bool saves, uint32_t *cap)
{
    struct leat__graph *g = w->g;
    if (!LEAT__ROOM(g->loader, g->loaders, *cap)) {
        w->failed = true;
        return;
    }
    struct leat__loader *l = &g->loader[g->loaders++];
    struct leat__value_form form = leat__form_of_result(saves ? leat__param_type(f, 0) : f->head->result);
    *l = (struct leat__loader){ .suffix = leat__role_suffix(f, saves ? "_to_" : "_from_"), .saves = saves };
    l->node = (struct leat__node){ .name = f->name, .function = f, .type = form.type, .flags = form.flags,
        .kind = LEAT__NODE_CALL };
}

void leat__loaders_keep(struct leat__wiring *w)
{
    const char *why;
    uint32_t cap = 0;
    for (uint32_t i = 0; i < w->all_count && !w->failed; i++) {
        enum leat__role role = leat__role_of(leat__function_at(w, i), &why);
        if (role == LEAT__ROLE_LOADER || role == LEAT__ROLE_SAVER)
            keep(w, leat__function_at(w, i), role == LEAT__ROLE_SAVER, &cap);
    }
}

void leat__loaders_own(struct leat__wiring *w)
{
    for (uint32_t i = 0; i < w->g->loaders && !w->failed; i++)
        if (!w->g->loader[i].saves)
            leat__destructor_find(w, &w->g->loader[i].node);
}

/* What it gives can stand for the input; what it takes can be the value. */
static bool serves(const struct leat__graph *g, const struct leat__loader *l, const struct leat__node *n)
{
    bool lent = l->saves || leat__rest(g, n)->writer == LEAT__NONE;
    const struct leat__node *from = l->saves ? n : &l->node;
    struct leat__type to = { .kind = LEAT__POINTER, .flags = lent ? LEAT__TO_CONST : 0, .size = sizeof(void *),
                             .of = l->saves ? l->node.type : n->type };
    struct leat__edge edge;
    return (n->flags & LEAT__NODE_OBJECT) && !(l->node.flags & LEAT__NODE_BROKEN) && leat__is_record(n->type) &&
           leat__fit(from, &to, &edge);
}

int leat__graph_loader(const struct leat__graph *g, const struct leat__node *n, const char *suffix, bool saves,
                       const struct leat__loader **out, leat_error *err)
{
    const struct leat__loader *other = NULL;
    *out = NULL;
    for (uint32_t i = 0; i < g->loaders && *suffix == '.' && n->type; i++) {
        const struct leat__loader *l = &g->loader[i];
        if (l->saves != saves || strcmp(l->suffix, suffix + 1) || !serves(g, l, n))
            continue;
        if (n->function && l->node.function->head->module == n->function->head->module)
            return *out = l, 0;
        other = *out ? *out : other;
        *out = l;
    }
    if (!other)
        return 0;
    const struct leat__function *a = other->node.function, *b = (*out)->node.function;
    return leat__fail(err, LEAT_EINPUT, "%s: both %s (%s:%d) and %s (%s:%d) %s *%s", n->name, a->name, a->head->file, a->head->line,
                      b->name, b->head->file, b->head->line, saves ? "write" : "read", suffix);
}

const struct leat__loader *leat__graph_reader_of(const struct leat__graph *g, const struct leat__node *n)
{
    for (uint32_t i = 0; i < g->loaders && n->type; i++)
        if (!g->loader[i].saves && serves(g, &g->loader[i], n))
            return &g->loader[i];
    return NULL;
}
