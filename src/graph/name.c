/* name: what a name means where it is said.
 *
 * Names of a namespace are full, `us.total`, wherever they are kept. Said inside
 * it, by a parameter of its nodes or in a note of its sources, `x` means us.x,
 * else x. An input x is seen there as us.x: another node, which gives the same
 * value unless us.x is given. */
#include "graph/field.h"
#include "graph/wiring.h"
#include <stdio.h>
#include <string.h>

struct leat__space leat__space_of(const char *name)
{
    const char *dot = strchr(name, '.');
    return (struct leat__space){ name, dot ? (int)(dot - name) : 0 };
}

struct leat__space leat__space_named(const char *space)
{
    return (struct leat__space){ space, space ? (int)strlen(space) : 0 };
}

const char *leat__name_in(struct leat__wiring *w, struct leat__space space, const char *name)
{
    if (!space.n)
        return name;
    const char *full = leat__arena_printf(&w->g->arena, "%.*s.%s", space.n, space.name, name);
    w->failed |= !full;
    return full ? full : name;
}

/* --- inputs, seen from a namespace --- */

void leat__same_follow(struct leat__graph *g, uint32_t id)
{
    enum { FORM = LEAT__NODE_OBJECT | LEAT__NODE_BY_POINTER | LEAT__NODE_BORROWED | LEAT__NODE_NULLABLE };
    struct leat__node *n = &g->node[id];
    const struct leat__node *of = &g->node[leat__rest(g, n)->producer];
    n->type = of->type;
    n->flags = (uint16_t)((n->flags & ~(FORM | LEAT__NODE_KEEPS)) | (of->flags & FORM));
    if (of->flags & (LEAT__NODE_OBJECT | LEAT__NODE_BY_POINTER))
        n->flags |= LEAT__NODE_KEEPS;
}

static uint32_t see(struct leat__wiring *w, const char *full, uint32_t of, const struct leat__function *reader)
{
    full = leat__arena_strdup(&w->g->arena, full);
    uint32_t id = full ? leat__node_add(w, full, LEAT__NODE_SAME, reader) : LEAT__NONE;
    w->failed |= !full;
    if (id == LEAT__NONE)
        return id;
    w->has_parts = w->unsorted = true;
    leat__rest_own(w, &w->g->node[id])->producer = of;
    w->g->node[id].flags = LEAT__NODE_DEFAULT;
    leat__same_follow(w->g, id);
    return id;
}

static bool is_given(const struct leat__node *n)
{
    return n->kind == LEAT__NODE_INPUT || (n->flags & LEAT__NODE_DEFAULT);
}

static bool full_name(char *buf, size_t size, struct leat__space space, const char *name)
{
    return (size_t)snprintf(buf, size, "%.*s.%s", space.n, space.name, name) < size;
}

uint32_t leat__name_find(struct leat__wiring *w, struct leat__space space, const char *name,
                         const struct leat__function *reader)
{
    char full[LEAT__LONGEST_NAME];
    if (!space.n || !full_name(full, sizeof full, space, name))
        return leat__names_get(w->g, name);
    uint32_t id = leat__names_get(w->g, full);
    if (id != LEAT__NONE)
        return id;
    id = leat__names_get(w->g, name);
    bool seen = id != LEAT__NONE && is_given(&w->g->node[id]) && !strchr(name, '.');
    return seen ? see(w, full, id, reader) : id;
}

uint32_t leat__name_input(struct leat__wiring *w, struct leat__space space, const char *name,
                          const struct leat__function *reader, const struct leat__type *t)
{
    uint32_t id = leat__input_add(w, name, reader, t);
    return id != LEAT__NONE && space.n ? leat__name_find(w, space, name, reader) : id;
}

/* "us.range.lo" if there is a us.range; "range.lo" else, and for an input range
 * that is seen as us.range now. */
uint32_t leat__name_field(struct leat__wiring *w, struct leat__space space, const char *name,
                          const struct leat__function *reader, struct leat__no_field *no)
{
    char full[LEAT__LONGEST_NAME];
    const char *rest;
    if (!space.n || !full_name(full, sizeof full, space, name))
        return leat__field_add(w, name, no);
    uint32_t owner = leat__field_owner(w->g, full, &rest);
    if (owner != LEAT__NONE && rest > full + space.n + 1)
        return leat__field_add(w, full, no);
    owner = leat__field_owner(w->g, name, &rest);
    char head[LEAT__LONGEST_NAME];
    snprintf(head, sizeof head, "%.*s", owner == LEAT__NONE ? 0 : (int)(rest - name - 1), name);
    if (owner == LEAT__NONE || leat__name_find(w, space, head, reader) == owner)
        return leat__field_add(w, name, no);
    return leat__field_add(w, full, no);        /* an input, seen from here */
}
