/* own: who may give NULL to whom, who writes what, and who reads before. */
#include "base/error.h"
#include "graph/fit.h"
#include "graph/wiring.h"
#include <stdio.h>
#include <string.h>

static struct leat__problem *broken(struct leat__wiring *w, uint32_t id, struct leat__problem *p)
{
    p->public.node = w->g->node[id].name;
    w->g->node[id].flags |= LEAT__NODE_BROKEN;
    return p;
}

/* --- NULL --- */

static void part_of_null(struct leat__wiring *w, uint32_t id)
{
    struct leat__graph *g = w->g;
    uint32_t of = leat__rest_at(g, id)->producer;
    char place[300];
    struct leat__problem *p = broken(w, id, leat__node_problem(w, id, "%s: %s (%s) may give NULL, which has no parts",
        g->node[id].name, g->node[of].name, leat__node_place(&g->node[of], place, sizeof place)));
    leat__problem_hint(&g->problems, p, "read %s whole, in a node that accepts NULL", g->node[of].name);
}

static void check_null(struct leat__wiring *w, uint32_t id)
{
    struct leat__graph *g = w->g;
    const struct leat__node *n = &g->node[id];
    if (leat__is_derived(n)) {
        if (leat__is_part(n) && g->node[leat__rest(g, n)->producer].flags & LEAT__NODE_NULLABLE)
            part_of_null(w, id);
        return;
    }
    for (uint32_t i = 0; i < n->edges; i++) {
        const struct leat__edge *e = &g->edge[n->edge + i];
        if (e->from == LEAT__NONE || e->how > LEAT__HOW_OBJECT || !(g->node[e->from].flags & LEAT__NODE_NULLABLE))
            continue;
        const char *param = leat__param_name(n->function, i);
        if (leat__said(w, id) && e->how == LEAT__HOW_SLOT &&
            leat__subject_lists(leat__said(w, id), "accepts_null", param))
            continue;
        char place[300];
        struct leat__problem *p = broken(w, id, leat__node_problem(w, id,
            "%s(%s): %s (%s) may give NULL, and this reader does not accept it", n->name, param,
            g->node[e->from].name, leat__node_place(&g->node[e->from], place, sizeof place)));
        p->public.param = param;
        leat__problem_other(p, leat__node_file(g, e->from), leat__node_line(g, e->from));
        leat__problem_hint(&g->problems, p, "fix: LEAT_NODE(%s, accepts_null(%s))", n->name, param);
    }
}

/* --- writers --- */

/* value -> the calls that read it, one link per edge; 0: no more, else index + 1 */
struct link { uint32_t reader, next; };
struct chains { uint32_t *first; struct link *link; };

static bool chain_readers(const struct leat__graph *g, struct chains *c)
{
    c->first = calloc((size_t)g->count + 1, sizeof *c->first);
    c->link = calloc((size_t)g->edges + 1, sizeof *c->link);
    for (uint32_t id = 0; c->first && c->link && id < g->count; id++)
        for (uint32_t i = 0; i < g->node[id].edges; i++) {
            const struct leat__edge *e = &g->edge[g->node[id].edge + i];
            if (e->from == LEAT__NONE || e->how > LEAT__HOW_OBJECT)
                continue;
            uint32_t at = g->node[id].edge + i;
            c->link[at] = (struct link){ id, c->first[e->from] };
            c->first[e->from] = at + 1;
        }
    return c->first && c->link;
}

/* Marks what is downstream of `from`: by data, and outputs with their call. */
static void mark_downstream(struct leat__wiring *w, const struct chains *c, uint32_t from, uint8_t *mark, uint32_t *stack)
{
    uint32_t top = 0;
    stack[top++] = from;
    while (top) {
        uint32_t id = stack[--top];
        for (uint32_t l = c->first[id]; l; l = c->link[l - 1].next)
            if (!mark[c->link[l - 1].reader]) {
                mark[c->link[l - 1].reader] = 1;
                stack[top++] = c->link[l - 1].reader;
            }
        const struct leat__rest *rest = leat__rest_at(w->g, id);
        for (uint32_t i = 0; w->g->node[id].kind == LEAT__NODE_CALL && i < rest->outputs; i++)
            if (!mark[rest->producer + i]) {
                mark[rest->producer + i] = 1;
                stack[top++] = rest->producer + i;
            }
    }
}

/* The reader keeps something of a value it reads through a pointer. */
static bool borrows(const struct leat__graph *g, uint32_t reader, uint32_t value)
{
    const struct leat__node *n = &g->node[reader];
    bool keeps = n->flags & LEAT__NODE_KEEPS;
    for (uint32_t i = 0; i < leat__rest(g, n)->outputs; i++)
        keeps |= !!(g->node[leat__rest(g, n)->producer + i].flags & LEAT__NODE_KEEPS);
    for (uint32_t i = 0; keeps && i < n->edges; i++) {
        const struct leat__edge *e = &g->edge[n->edge + i];
        if (e->from == value && e->pointer && e->how <= LEAT__HOW_OBJECT)
            return true;
    }
    return false;
}

static void late_reader(struct leat__wiring *w, uint32_t value, uint32_t writer, uint32_t reader)
{
    struct leat__graph *g = w->g;
    char place[300];
    struct leat__problem *p = broken(w, reader, leat__node_problem(w, reader,
        "%s reads %s after %s has written it (%s)", g->node[reader].name, g->node[value].name,
        g->node[writer].name, leat__node_place(&g->node[writer], place, sizeof place)));
    leat__problem_other(p, leat__node_file(g, writer), leat__node_line(g, writer));
    leat__problem_hint(&g->problems, p, "read the result of %s, or let it take const", g->node[writer].name);
}

/* Every reader of `value`, and of what was borrowed from it, runs before `writer`. */
static void readers_first(struct leat__wiring *w, const struct chains *c, uint32_t value, uint32_t writer,
                          const uint8_t *late, uint8_t *seen, uint32_t *stack)
{
    uint32_t top = 0;
    stack[top++] = value;
    seen[value] = 1;
    while (top) {
        uint32_t v = stack[--top];
        for (uint32_t l = c->first[v]; l; l = c->link[l - 1].next) {
            uint32_t reader = c->link[l - 1].reader;
            if (reader == writer)
                continue;
            if (late[reader])
                late_reader(w, leat__is_part(&w->g->node[v]) ? v : value, writer, reader);
            else
                leat__pair_add(w, reader, writer, false);
            const struct leat__node *n = &w->g->node[reader];
            const struct leat__rest *rest = leat__rest(w->g, n);
            if (!borrows(w->g, reader, v))
                continue;
            if (n->flags & LEAT__NODE_KEEPS && !seen[reader]) {
                seen[reader] = 1;
                stack[top++] = reader;
            }
            for (uint32_t i = 0; i < rest->outputs; i++)
                if (w->g->node[rest->producer + i].flags & LEAT__NODE_KEEPS && !seen[rest->producer + i]) {
                    seen[rest->producer + i] = 1;
                    stack[top++] = rest->producer + i;
                }
        }
    }
}

/* In a stream both may write, each a state of its own: only a run of nodes may not. */
static void forgive_operator(struct leat__wiring *w, struct leat__problem *p)
{
    if (!w->has_streams)
        return;
    p->public.warning = 1;
    p->forgiven = LEAT__FORGIVEN_STATE;
}

static void two_writers(struct leat__wiring *w, uint32_t value, uint32_t a, uint32_t b, bool taken)
{
    struct leat__graph *g = w->g;
    char place[300];
    struct leat__problem *p = broken(w, b, leat__node_problem(w, b,
        taken ? "%s takes %s, and %s (%s) reads it too" : "%s writes %s, and %s (%s) writes it too",
        g->node[b].name, g->node[value].name, g->node[a].name, leat__node_place(&g->node[a], place, sizeof place)));
    leat__problem_other(p, leat__node_file(g, a), leat__node_line(g, a));
    leat__problem_hint(&g->problems, p, taken ? "only its sole reader may take a value"
                                              : "take const in all readers but one");
    if (!taken)
        forgive_operator(w, p);
}

/* Finds each value's writer or taker; false: it has two, or a taker has company. */
static bool find_writer(struct leat__wiring *w, const struct chains *c, uint32_t value, uint32_t *writer,
                        bool *others)
{
    struct leat__graph *g = w->g;
    *writer = LEAT__NONE;
    uint32_t other = LEAT__NONE;
    bool taken = false;
    for (uint32_t l = c->first[value]; l; l = c->link[l - 1].next) {
        const struct leat__edge *e = &g->edge[l - 1];
        uint32_t reader = c->link[l - 1].reader;
        if (!(e->writes | e->takes)) {
            other = reader;
            continue;
        }
        if (*writer != LEAT__NONE) {
            two_writers(w, value, *writer, reader, e->takes);
            return false;
        }
        *writer = reader;
        taken = e->takes;
    }
    if (taken && other != LEAT__NONE) {
        two_writers(w, value, other, *writer, true);
        return false;
    }
    *others = other != LEAT__NONE;
    return *writer != LEAT__NONE;
}

static void order_writers(struct leat__wiring *w)
{
    struct leat__graph *g = w->g;
    struct chains c = { NULL, NULL };
    bool chained = chain_readers(g, &c);
    uint8_t *late = calloc(g->count, 1), *seen = calloc(g->count, 1);
    uint32_t *stack = calloc((size_t)g->count + 1, sizeof *stack);
    uint32_t writer;
    bool others;
    if (!chained || !late || !seen || !stack)
        w->failed = true;
    for (uint32_t v = 0; !w->failed && v < g->count; v++) {
        if (!find_writer(w, &c, v, &writer, &others))
            continue;
        leat__rest_own(w, &g->node[v])->writer = writer;
        g->has_writers = true;
        if (g->node[v].kind == LEAT__NODE_CONSTANT || g->node[v].kind == LEAT__NODE_SAME) {
            g->node[v].flags |= LEAT__NODE_OWNED | LEAT__NODE_BY_POINTER;   /* each run has its own to write */
            g->node[v].flags &= ~(uint32_t)LEAT__NODE_KEEPS;
        }
        if (!others)                    /* nobody to run before it: no need to look round */
            continue;
        memset(late, 0, g->count);
        memset(seen, 0, g->count);
        mark_downstream(w, &c, writer, late, stack);
        readers_first(w, &c, v, writer, late, seen, stack);
    }
    free(c.first);
    free(c.link);
    free(late);
    free(seen);
    free(stack);
}

void leat__own(struct leat__wiring *w)
{
    struct leat__graph *g = w->g;
    bool nullable = false;
    for (uint32_t id = 0; id < g->count && !w->failed; id++) {
        leat__destructor_find(w, &w->g->node[id]);
        nullable |= !!(g->node[id].flags & LEAT__NODE_NULLABLE);
    }
    for (uint32_t id = 0; nullable && id < g->count && !w->failed; id++)
        check_null(w, id);
    if (w->has_writers && !w->failed)
        order_writers(w);
}
