/* view: a field that a run was asked for by name, "table.rain", and that no
 * parameter reads. The graph has no node for it: its struct is asked, and the
 * field is found in the struct's value when it is told. */
#include "base/error.h"
#include "front/run.h"
#include "graph/field.h"
#include "value/items.h"
#include <stdlib.h>
#include <string.h>

static int no_field(const char *name, const struct leat__no_field *no, leat_error *err)
{
    int base = (int)(strrchr(name, '.') - name) + 1;
    return leat__fail(err, LEAT_ENOTFOUND, "no node %s: %s%s%.*s%s%s", name, no->why,
                      *no->near ? "; did you mean " : "", *no->near ? base : 0, name, no->near, *no->near ? "?" : "");
}

static int no_node(const struct leat__graph *g, const char *name, leat_error *err)
{
    const char *near = name ? leat__graph_suggest(g, name) : NULL;
    return leat__fail(err, LEAT_ENOTFOUND, "no node %s%s%s%s", name ? name : "(null)", near ? ", did you mean " : "",
                      near ? near : "", near ? "?" : "");
}

static struct leat__view *view_new(const char *name)
{
    size_t steps = 0, n = strlen(name) + 1;
    for (const char *s = name; *s; s++)
        steps += *s == '.';
    struct leat__view *v = calloc(1, sizeof *v + steps * sizeof *v->step + n);
    if (v)
        v->node.name = memcpy((char *)(v->step + steps), name, n);
    return v;
}

/* Follows `rest` from node `of`; each word is a step. */
static bool follow(struct leat__view *v, const struct leat__node *of, const char *rest, struct leat__no_field *no)
{
    struct leat__node at = *of, part;
    for (; *rest; rest += rest[strcspn(rest, ".")] == '.' ? strcspn(rest, ".") + 1 : strlen(rest)) {
        if (!leat__field_of(&at, rest, strcspn(rest, "."), &part, &v->step[v->steps].offset, no))
            return false;
        v->step[v->steps].of = at.type;
        at = part;
        v->step[v->steps++].through = (part.flags & LEAT__NODE_OBJECT) && (part.flags & LEAT__NODE_BY_POINTER);
    }
    at.name = v->node.name;
    at.flags |= of->flags & LEAT__NODE_SECRET;
    at.function = of->function;
    v->node = at;
    return true;
}

int leat__view_find(const struct leat__graph *g, const char *name, uint32_t *out_id, struct leat__view **out_view,
                    leat_error *err)
{
    const char *rest = "";
    uint32_t id = name ? leat__graph_find(g, name) : LEAT__NONE;
    struct leat__no_field no = { 0 };
    if (out_view)
        *out_view = NULL;
    if (id != LEAT__NONE)
        return *out_id = id, 0;
    if (!name || (id = leat__field_owner(g, name, &rest)) == LEAT__NONE)
        return no_node(g, name, err);
    struct leat__view *v = view_new(name);
    if (!v)
        return leat__fail_memory(err);
    bool good = follow(v, &g->node[id], rest, &no);
    if (good)
        *out_id = id;
    if (good && out_view)
        *out_view = v;
    else
        free(v);
    return good ? 0 : no_field(name, &no, err);
}

const void *leat__view_at(const struct leat__view *v, const void *whole)
{
    const char *at = whole;
    for (uint32_t i = 0; at && i < v->steps; i++) {
        bool nowhere = v->step[i].through && leat__leads_nowhere(v->step[i].of, v->step[i].offset, at);
        at += v->step[i].offset;
        if (v->step[i].through)
            at = nowhere ? NULL : *(const char *const *)at;
    }
    return at;
}
