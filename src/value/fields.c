/* fields: see fields.h. Two walks: one counts, one fills. */
#include "value/fields.h"
#include <leat/error.h>
#include <string.h>

enum { MOST = 100000, DEEPEST = 32 };

struct walk {
    struct leat__arena *arena;
    struct leat__field *field;      /* NULL: only count */
    uint32_t count;
    bool dotted;
};

static int add(struct walk *w, const struct leat__member *m, const char *prefix, uint32_t offset)
{
    if (w->count >= MOST)
        return LEAT_ETYPE;
    if (w->field) {
        const char *name =
            *prefix ? leat__arena_printf(w->arena, "%s%s", prefix, m->name) : m->name;
        if (!name)
            return LEAT_ENOMEM;
        struct leat__field *f = &w->field[w->count];
        *f = (struct leat__field){ .name = name, .type = m->type, .offset = offset + m->offset };
        f->name_len = (uint32_t)strlen(name);
        f->bits = m->bits;
        f->bit = m->bit;
    }
    w->count++;
    return 0;
}

static int visit(struct walk *w, const struct leat__type *t, const char *prefix, uint32_t offset,
                 unsigned depth)
{
    int code = 0;
    if (depth > DEEPEST)
        return LEAT_ETYPE;
    for (uint32_t i = 0; i < t->count && !code; i++) {
        const struct leat__member *m = &t->members[i];
        const struct leat__type *type = m->type;
        bool anonymous = !*m->name, record = type->kind == LEAT__STRUCT && !leat__is_slice(type);
        if (leat__is_endless(type)) {
            continue;               /* how long it is, nothing says */
        } else if (record && anonymous) {
            code = visit(w, type, prefix, offset + m->offset, depth + 1);
        } else if (record && w->dotted) {
            const char *inner =
                w->field ? leat__arena_printf(w->arena, "%s%s.", prefix, m->name) : "";
            code = inner ? visit(w, type, inner, offset + m->offset, depth + 1) : LEAT_ENOMEM;
        } else if (!anonymous) {
            code = add(w, m, prefix, offset);
        }
    }
    return code;
}

int leat__fields_of(const struct leat__type *t, bool dotted, struct leat__arena *arena,
                    struct leat__fields *out)
{
    struct walk w = { .arena = arena, .dotted = dotted };
    int code = visit(&w, t, "", 0, 0);
    if (code < 0)
        return code;
    if (!(w.field = leat__arena_array(arena, w.count, sizeof *w.field)))
        return LEAT_ENOMEM;
    w.count = 0;
    if ((code = visit(&w, t, "", 0, 0)) < 0)
        return code;
    *out = (struct leat__fields){ w.field, w.count };
    return 0;
}
