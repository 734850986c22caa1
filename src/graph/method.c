/* method: functions by name that a module has for whole values of its types:
 * T_encode, T_decode, T_hash, T_equal, T_copy. */
#include "base/error.h"
#include "base/vector.h"
#include "graph/role.h"
#include "graph/wiring.h"

static struct leat__methods *methods_of(struct leat__wiring *w, const struct leat__function *f, const struct leat__type *t,
                                        uint32_t *cap)
{
    struct leat__graph *g = w->g;
    for (uint32_t i = 0; i < g->method_types; i++)
        if (g->methods[i].module == f->head->module && leat__type_equal(g->methods[i].type, t))
            return &g->methods[i];
    if (!LEAT__ROOM(g->methods, g->method_types, *cap))
        return w->failed = true, NULL;
    g->methods[g->method_types] = (struct leat__methods){ .type = t, .module = f->head->module };
    return &g->methods[g->method_types++];
}

/* Nobody can know whether it was meant to be one: that it is not is a warning. */
static void tell_form(struct leat__wiring *w, const struct leat__function *f, int method, const struct leat__type *t)
{
    static const char *const does[LEAT__METHODS] = { "encode", "decode", "hash", "compare", "copy" };
    const char *type = leat__type_text(w, t), *name = leat__function_symbol(f);
    struct leat__problem *p = leat__problem_add(&w->g->problems, LEAT_EBUILD, LEAT__NONE, f->head->file, f->head->line,
        "%s would %s %s by its name, but not by its form", name, does[method], type);
    p->public.node = f->name;
    p->public.warning = 1;
    struct leat__text hint = { 0 };
    leat__text_add(&hint, "expected: ");
    switch (method) {
    case LEAT__ENCODE: leat__text_printf(&hint, "int %s(const %s *, unsigned char **out_bytes, size_t *out_size)", name, type); break;
    case LEAT__DECODE: leat__text_printf(&hint, "%s *%s(const unsigned char *bytes, size_t size)", type, name); break;
    case LEAT__HASH:   leat__text_printf(&hint, "uint64_t %s(const %s *)", name, type); break;
    case LEAT__EQUAL:  leat__text_printf(&hint, "bool %s(const %s *a, const %s *b)", name, type, type); break;
    default:           leat__text_printf(&hint, "%s *%s(const %s *)", type, name, type); break;
    }
    w->failed |= hint.failed;
    leat__problem_hint(&w->g->problems, p, "%s", hint.data ? hint.data : "");
    leat__text_fini(&hint);
}

/* Bytes that nobody reads, or that nobody writes, are of no use. */
static void check_pair(struct leat__wiring *w, struct leat__methods *m)
{
    const struct leat__function *f = m->of[LEAT__ENCODE] ? m->of[LEAT__ENCODE] : m->of[LEAT__DECODE];
    if (!m->of[LEAT__ENCODE] == !m->of[LEAT__DECODE])
        return;
    struct leat__problem *p = leat__problem_add(&w->g->problems, LEAT_EBUILD, LEAT__NONE, f->head->file, f->head->line,
        "%s is alone: values of %s need both ways", f->name, leat__type_text(w, m->type));
    p->public.node = f->name;
    p->public.warning = 1;
    leat__problem_hint(&w->g->problems, p, "add its %s", m->of[LEAT__ENCODE] ? "decode" : "encode");
    m->of[LEAT__ENCODE] = m->of[LEAT__DECODE] = NULL;
}

void leat__methods_keep(struct leat__wiring *w)
{
    uint32_t cap = 0;
    for (uint32_t i = 0; i < w->all_count && !w->failed; i++) {
        int method;
        bool exact;
        const struct leat__function *f = leat__function_at(w, i);
        const char *why;
        enum leat__role role = leat__role_of(f, &why);
        const struct leat__type *t = role == LEAT__ROLE_METHOD || role == LEAT__ROLE_REFUSED
                                   ? leat__role_method(f, &method, &exact) : NULL;
        if (!t || leat__function_refused(f))
            continue;
        struct leat__methods *m = exact ? methods_of(w, f, t, &cap) : NULL;
        if (!exact)
            tell_form(w, f, method, t);
        else if (m)
            m->of[method] = f;
    }
    for (uint32_t i = 0; i < w->g->method_types && !w->failed; i++)
        check_pair(w, &w->g->methods[i]);
}

const struct leat__methods *leat__graph_methods(const struct leat__graph *g, const struct leat__node *n)
{
    for (uint32_t i = 0; i < g->method_types && n->type && n->function && n->flags & LEAT__NODE_OBJECT; i++)
        if (g->methods[i].module == n->function->head->module && leat__type_equal(g->methods[i].type, n->type))
            return &g->methods[i];
    return NULL;
}
