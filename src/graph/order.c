/* order: nodes sorted so that each comes behind what it needs: in the order of
 * the source where that already is one, else depth first from it. Nothing
 * recurses. */
#include "base/error.h"
#include "graph/wiring.h"
#include <string.h>

void leat__pair_add(struct leat__wiring *w, uint32_t first, uint32_t then, bool must)
{
    if (!LEAT__ROOM(w->pairs, w->pair_count, w->pair_cap)) {
        w->failed = true;
        return;
    }
    struct leat__rest *rest = leat__rest_own(w, &w->g->node[then]);
    w->pairs[w->pair_count++] = (struct leat__pair){ first, then, rest->order, must };
    rest->order = w->pair_count;
}

struct search {
    struct leat__wiring *w;
    uint8_t *colour;                /* 0 new, 1 on the stack, 2 done */
    struct leat__visit *stack;
    uint32_t top, *order, count;
};

struct leat__visit leat__visit_of(const struct leat__wiring *w, uint32_t id)
{
    return (struct leat__visit){ id, 0, leat__rest_at(w->g, id)->order };
}

uint32_t leat__next_need(const struct leat__wiring *w, struct leat__visit *v)
{
    const struct leat__graph *g = w->g;
    const struct leat__node *n = &g->node[v->id];
    if (n->kind == LEAT__NODE_OUTPUT)
        return v->edge++ ? LEAT__NONE : leat__rest(g, n)->producer;
    while (v->edge < n->edges) {
        const struct leat__edge *e = &g->edge[n->edge + v->edge++];
        if (e->from != LEAT__NONE && e->how <= LEAT__HOW_OBJECT)
            return e->from;
    }
    if (v->pair) {
        const struct leat__pair *p = &w->pairs[v->pair - 1];
        v->pair = p->next;
        return p->first;
    }
    return LEAT__NONE;
}

/* `id` is on the stack already: what lies above it is a cycle. */
static void tell_cycle(struct search *s, uint32_t id)
{
    enum { SHOWN = 6 };             /* of a long path: so many at either end */
    struct leat__graph *g = s->w->g;
    struct leat__text path = { 0 };
    uint32_t from = s->top, reader = s->stack[s->top - 1].id;
    if (g->node[id].flags & g->node[reader].flags & LEAT__NODE_BROKEN)
        return;                     /* a knot is told once: both are in a cycle that was */
    while (from > 0 && s->stack[from - 1].id != id)
        from--;
    from -= from > 0;
    /* The stack goes from reader to need; people read the way values flow. */
    leat__text_printf(&path, "%s", g->node[id].name);
    for (uint32_t i = s->top; i-- > from + 1;) {
        if (s->top - i == SHOWN + 1 && i > from + SHOWN + 1) {
            leat__text_printf(&path, " -> ... (%u more)", i - from - SHOWN);
            i = from + SHOWN;
        }
        leat__text_printf(&path, " -> %s", g->node[s->stack[i].id].name);
    }
    leat__text_printf(&path, " -> %s", g->node[id].name);
    for (uint32_t i = from; i < s->top; i++)
        g->node[s->stack[i].id].flags |= LEAT__NODE_BROKEN;
    struct leat__problem *p = leat__node_problem(s->w, id, "a cycle: %s", path.data ? path.data : "?");
    p->public.node = g->node[id].name;
    s->w->failed |= path.failed;
    leat__text_fini(&path);
}

static void push(struct search *s, uint32_t id)
{
    s->colour[id] = 1;
    s->stack[s->top++] = leat__visit_of(s->w, id);
}

/* A call is followed at once by its outputs. */
static void finish(struct search *s, uint32_t id)
{
    const struct leat__node *n = &s->w->g->node[id];
    const struct leat__rest *rest = leat__rest(s->w->g, n);
    s->colour[id] = 2;
    if (n->kind == LEAT__NODE_INPUT || n->kind == LEAT__NODE_OUTPUT)
        return;
    s->order[s->count++] = id;
    for (uint32_t i = 0; n->kind == LEAT__NODE_CALL && i < rest->outputs; i++)
        s->order[s->count++] = rest->producer + i;
}

static void search_from(struct search *s, uint32_t root)
{
    push(s, root);
    while (s->top) {
        struct leat__visit *v = &s->stack[s->top - 1];
        uint32_t need = leat__next_need(s->w, v);
        if (need == LEAT__NONE)
            finish(s, s->stack[--s->top].id);
        else if (s->colour[need] == 0)
            push(s, need);
        else if (s->colour[need] == 1)
            tell_cycle(s, need);
    }
}

static int by_name(const void *a, const void *b, void *g)
{
    const struct leat__node *node = ((struct leat__graph *)g)->node;
    return strcmp(node[*(const uint32_t *)a].name, node[*(const uint32_t *)b].name);
}

/* Puts node order[i] at i, in place: each cycle of the permutation moves along
 * itself. Leaves order[i] == i. */
static void permute(struct leat__node *node, uint32_t *order, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (order[i] == i)
            continue;
        struct leat__node first = node[i];
        uint32_t at = i;
        while (order[at] != i) {
            uint32_t from = order[at];
            node[at] = node[from];
            order[at] = at;
            at = from;
        }
        node[at] = first;
        order[at] = at;
    }
}

/* Moves every node to its place in `order` and translates all ids. */
static int renumber(struct leat__wiring *w, uint32_t *order)
{
    struct leat__graph *g = w->g;
    uint32_t *place = malloc(((size_t)g->count + 1) * sizeof *place);
    if (!place)
        return LEAT_ENOMEM;
    for (uint32_t i = 0; i < g->count; i++)
        place[order[i]] = i;
#define MOVED(id) ((id) == LEAT__NONE ? LEAT__NONE : place[id])
    permute(g->node, order, g->count);
    for (uint32_t i = 0; i < g->rests; i++) {
        g->rest[i].producer = MOVED(g->rest[i].producer);
        g->rest[i].writer = MOVED(g->rest[i].writer);
    }
    for (uint32_t i = 0; i < g->edges; i++)
        g->edge[i].from = MOVED(g->edge[i].from);
    leat__names_move(&g->names, place);
    for (uint32_t i = 0; i < g->problems.count; i++)
        g->problems.at[i].node = MOVED(g->problems.at[i].node);
    for (uint32_t i = 0; i < g->variants; i++)
        g->variant[i].node = MOVED(g->variant[i].node);
    for (uint32_t i = 0; i < g->tags; i++)
        g->tag[i].node = MOVED(g->tag[i].node);
    for (uint32_t i = 0; i < g->limits; i++)
        g->limit[i].node = MOVED(g->limit[i].node);
    for (uint32_t i = 0; i < g->priorities; i++)
        g->priority[i].node = MOVED(g->priority[i].node);
    for (uint32_t i = 0; i < g->serials; i++)
        g->serial[i].node = MOVED(g->serial[i].node);
    for (uint32_t i = 0; i < w->pair_count; i++) {
        w->pairs[i].first = MOVED(w->pairs[i].first);
        w->pairs[i].then = MOVED(w->pairs[i].then);
    }
#undef MOVED
    free(place);
    return 0;
}

/* The order of the source will do: nothing reads what stands behind it. */
static bool is_sorted(const struct leat__wiring *w)
{
    for (uint32_t i = 0; i < w->pair_count; i++)
        if (w->pairs[i].first >= w->pairs[i].then && w->pairs[i].first < w->calls)
            return false;
    return !w->unsorted;
}

/* Inputs and constants stand behind the calls. */
static uint32_t list_kind(const struct leat__wiring *w, enum leat__node_kind kind, uint32_t *order, uint32_t n)
{
    for (uint32_t id = w->calls; id < w->g->count; id++)
        if (w->g->node[id].kind == kind)
            order[n++] = id;
    return n;
}

static uint32_t list_source_order(const struct leat__wiring *w, uint32_t *order, uint32_t n)
{
    n = list_kind(w, LEAT__NODE_CONSTANT, order, n);
    for (uint32_t id = 0; id < w->calls; id++)
        order[n++] = id;
    return n;
}

static bool search_order(struct search *s)
{
    size_t n = (size_t)s->w->g->count + 1;
    s->colour = calloc(n, 1);
    s->stack = malloc(n * sizeof *s->stack);
    bool room = s->colour && s->stack;
    for (uint32_t id = 0; room && id < s->w->g->count; id++)
        if (!s->colour[id])
            search_from(s, id);
    free(s->colour);
    free(s->stack);
    return room;
}

/* pairs to graph->order, by node; what must run comes first */
static int index_orders(struct leat__wiring *w)
{
    struct leat__graph *g = w->g;
    g->orders = w->pair_count;
    if (!w->pair_count)
        return 0;
    if (!(g->order = malloc(w->pair_count * sizeof *g->order)))
        return LEAT_ENOMEM;
    for (uint32_t i = 0; i < w->pair_count; i++)
        leat__rest_own(w, &g->node[w->pairs[i].then])->orders++;
    if (w->failed)
        return LEAT_ENOMEM;
    for (uint32_t i = 0, at = 0; i < g->rests; i++) {
        g->rest[i].order = at;
        at += g->rest[i].orders;
        g->rest[i].orders = 0;
    }
    for (int must = 1; must >= 0; must--)
        for (uint32_t i = 0; i < w->pair_count; i++) {
            struct leat__rest *rest = leat__rest_own(w, &g->node[w->pairs[i].then]);
            if (w->pairs[i].must != must)
                continue;
            g->order[rest->order + rest->orders++] = w->pairs[i].first;
            rest->musts += must;
        }
    return 0;
}

/* What needs a broken node is broken. Ids are in order, so one pass does. */
static void spread_broken(struct leat__graph *g)
{
    for (uint32_t id = 0; id < g->count; id++)
        g->node[id].flags |= g->node[id].flags & LEAT__NODE_BROKEN ? LEAT__NODE_FAULTY : 0;
    for (uint32_t id = 0; id < g->count; id++) {
        struct leat__node *n = &g->node[id];
        const struct leat__rest *rest = leat__rest(g, n);
        bool broken = n->kind == LEAT__NODE_OUTPUT && (g->node[rest->producer].flags & LEAT__NODE_BROKEN);
        for (uint32_t i = 0; i < n->edges; i++) {
            const struct leat__edge *e = &g->edge[n->edge + i];
            broken |= e->how <= LEAT__HOW_OBJECT &&
                      (e->from == LEAT__NONE || (g->node[e->from].flags & LEAT__NODE_BROKEN));
        }
        for (uint32_t i = 0; i < rest->orders; i++)
            broken |= !!(g->node[g->order[rest->order + i]].flags & LEAT__NODE_BROKEN);
        if (broken)
            n->flags |= LEAT__NODE_BROKEN;
    }
}

int leat__order(struct leat__wiring *w)
{
    struct leat__graph *g = w->g;
    struct search s = { .w = w };
    s.order = malloc(((size_t)g->count + 1) * sizeof *s.order);
    if (!s.order)
        return LEAT_ENOMEM;
    g->inputs = s.count = list_kind(w, LEAT__NODE_INPUT, s.order, 0);
    qsort_r(s.order, s.count, sizeof *s.order, by_name, g);
    int code = 0;
    if (is_sorted(w))
        s.count = list_source_order(w, s.order, s.count);
    else if (!search_order(&s))
        code = LEAT_ENOMEM;
    if (!code && g->priorities)
        code = leat__priority_order(w, s.order + g->inputs, s.count - g->inputs);
    if (!code && (w->calls < g->count || g->priorities || !is_sorted(w)))    /* else all stand where they are */
        code = renumber(w, s.order);
    free(s.order);
    if (!code)
        code = index_orders(w);
    if (!code && g->problems.count)
        spread_broken(g);
    return code;
}
