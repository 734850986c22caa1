/* crossing: see flow/crossing.h. */
#include "flow/crossing.h"
#include "base/vector.h"
#include "run/task.h"
#include <stdlib.h>

/* --- compiled --- */

/* What runs in scope `from` (0: given) is seen in scope `to`. */
static void show(struct leat__compiling *c, uint32_t id, uint32_t from, uint32_t to)
{
    const uint32_t *up = c->tree.scope_up;
    uint32_t both = leat__tree_meet(&c->tree, from, to);
    for (uint32_t s = to; s != both; s = up[s])
        c->need[s][id] = LEAT__NEED_GIVEN;
    for (uint32_t s = from; s != both;) {
        s = up[s];
        c->need[s][id] = LEAT__NEED_GIVEN;
    }
    if (!from)
        c->need[0][id] = LEAT__NEED_GIVEN;
}

void leat__crossings_find(struct leat__compiling *c)
{
    for (uint32_t id = 0; id < c->g->count; id++) {
        const struct leat__node *n = &c->g->node[id];
        uint32_t at = c->scope_of[id];
        if (at == LEAT__NONE)
            continue;
        if (at)
            c->need[at][id] = LEAT__NEED_RUN;
        if (c->spec->asked[id])
            show(c, id, at, 0);
        for (uint32_t i = 0; at && i < n->edges; i++) {
            const struct leat__edge *e = &c->g->edge[n->edge + i];
            if (leat__is_data(e) && c->scope_of[e->from] != at)
                show(c, e->from, c->scope_of[e->from], at);
        }
    }
}

static bool find_imports(struct leat__compiling *c, uint32_t at)
{
    struct leat__scope *s = &c->f->scope[at];
    if (!(s->import = malloc(((size_t)s->plan.given + 1) * sizeof *s->import)))
        return false;
    for (uint32_t t = 0; t < s->plan.given; t++) {
        uint32_t id = s->plan.node[t];
        bool below = c->scope_of[id] && leat__scope_is_under(c->f, c->scope_of[id], at);
        s->import[t] = at && !below ? leat__scope_task(&c->f->scope[s->up], id) : LEAT__NONE;
    }
    return true;
}

/* Of the scope's GIVEN values those that run further inside come from there. */
static bool find_exports(struct leat__compiling *c, uint32_t at, uint32_t *caps)
{
    const struct leat__scope *s = &c->f->scope[at];
    for (uint32_t t = 0; t < s->plan.given; t++) {
        uint32_t id = s->plan.node[t], in = c->scope_of[id];
        if (!in || in == at || !leat__scope_is_under(c->f, in, at))
            continue;
        while (c->f->scope[in].up != at)
            in = c->f->scope[in].up;
        struct leat__scope *from = &c->f->scope[in];
        if (!LEAT__ROOM(from->export, from->exports, caps[in]))
            return false;
        from->export[from->exports++] = (struct leat__export){ leat__scope_task(from, id), t };
    }
    return true;
}

bool leat__crossings_join(struct leat__compiling *c)
{
    struct leat__flow *f = c->f;
    uint32_t *caps = calloc(f->scopes, sizeof *caps);
    bool good = caps;
    for (uint32_t s = 0; s < f->scopes && good; s++)
        good = find_imports(c, s);
    for (uint32_t s = 0; s < f->scopes && good; s++)
        good = find_exports(c, s, caps);
    free(caps);
    return good;
}

/* --- handed on --- */

void leat__crossings_take(struct leat__scope *s, const struct leat__frame *from)
{
    for (uint32_t t = 0; t < s->plan.given; t++) {
        if (s->import[t] == LEAT__NONE)
            continue;
        s->frame->slot[t].value = from->slot[s->import[t]].value;
        s->frame->slot[t].word = LEAT__DONE;
    }
}

void leat__crossings_give(const struct leat__scope *s, struct leat__frame *to)
{
    for (uint32_t i = 0; i < s->exports; i++) {
        to->slot[s->export[i].to].value = s->frame->slot[s->export[i].task].value;
        to->slot[s->export[i].to].word = LEAT__DONE | LEAT__SLOT_ALIAS;
    }
}
