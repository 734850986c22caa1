/* priority: the note priority(n), and an order of nodes that honours it: of those
 * whose needs stand before them the most urgent comes next, and of equal ones what
 * came first anyway. */
#include "base/vector.h"
#include "graph/wiring.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* --- the note --- */

bool leat__priority_parse(const struct leat__clause *c, int32_t *out)
{
    char *end;
    if (c->count != 1 || c->args[0].key || c->args[0].kind != LEAT__ARG_NUMBER)
        return false;
    errno = 0;
    long n = strtol(c->args[0].text, &end, 10);
    *out = (int32_t)n;
    return !errno && !*end && n >= INT32_MIN && n <= INT32_MAX;
}

static void refuse(struct leat__wiring *w, uint32_t id, const struct leat__written *c)
{
    struct leat__problem *p = leat__problem_add(&w->g->problems, LEAT_EBUILD, id, c->note->file, c->note->line,
                                                "note on %s: priority takes one whole number", w->g->node[id].name);
    leat__problem_hint(&w->g->problems, p, "priority(1) before others, priority(-1) behind them");
}

void leat__priority(struct leat__wiring *w)
{
    struct leat__graph *g = w->g;
    uint32_t cap = 0;
    int32_t value;
    for (uint32_t id = 0; id < g->count && !w->failed; id++) {
        const struct leat__written *c = g->node[id].kind == LEAT__NODE_CALL
                                            ? leat__subject_clause(leat__said(w, id), "priority") : NULL;
        if (!c)
            continue;
        if (!leat__priority_parse(&c->clause, &value))
            refuse(w, id, c);
        else if (!LEAT__ROOM(g->priority, g->priorities, cap))
            w->failed = true;
        else
            g->priority[g->priorities++] = (struct leat__priority){ id, g->priorities, value };
    }
}

int32_t leat__graph_priority(const struct leat__graph *g, uint32_t node)
{
    uint32_t lo = 0, hi = g->priorities;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (g->priority[mid].node < node)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < g->priorities && g->priority[lo].node == node ? g->priority[lo].value : 0;
}

/* --- the order --- */

struct ordering {
    struct leat__wiring *w;
    uint32_t *place;            /* by node: in the order it would have; LEAT__NONE: it stands in front */
    int64_t *urgency;           /* by node */
    uint32_t *left;             /* by node: needs that do not stand yet */
    uint32_t *at, *follower;    /* by node: who needs it */
    uint32_t *heap, ready;
};

static bool is_before(const struct ordering *o, uint32_t a, uint32_t b)
{
    return o->urgency[a] != o->urgency[b] ? o->urgency[a] > o->urgency[b] : o->place[a] < o->place[b];
}

static void push(struct ordering *o, uint32_t id)
{
    uint32_t i = o->ready++;
    for (; i && is_before(o, id, o->heap[(i - 1) / 2]); i = (i - 1) / 2)
        o->heap[i] = o->heap[(i - 1) / 2];
    o->heap[i] = id;
}

static uint32_t pop(struct ordering *o)
{
    uint32_t first = o->heap[0], last = o->heap[--o->ready], i = 0, child;
    for (; (child = 2 * i + 1) < o->ready; i = child) {
        child += child + 1 < o->ready && is_before(o, o->heap[child + 1], o->heap[child]);
        if (!is_before(o, o->heap[child], last))
            break;
        o->heap[i] = o->heap[child];
    }
    o->heap[i] = last;
    return first;
}

/* An output stands behind its call, with it. */
static uint32_t unit_of(const struct leat__graph *g, uint32_t id)
{
    return g->node[id].kind == LEAT__NODE_OUTPUT ? leat__rest_at(g, id)->producer : id;
}

/* Who needs whom: counted, then (fill) listed. */
static void list_needs(struct ordering *o, const uint32_t *order, uint32_t n, bool fill)
{
    const struct leat__graph *g = o->w->g;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t id = order[i], need;
        struct leat__visit v = leat__visit_of(o->w, id);
        if (unit_of(g, id) != id)
            continue;
        while ((need = leat__next_need(o->w, &v)) != LEAT__NONE) {
            need = unit_of(g, need);
            if (o->place[need] == LEAT__NONE)
                continue;
            if (fill)
                o->follower[o->at[need]++] = id;
            else {
                o->at[need + 1]++;
                o->left[id]++;
            }
        }
    }
}

/* Everything that is no call hands something on: it comes as soon as it can. */
static void rank(struct ordering *o, const uint32_t *order, uint32_t n)
{
    const struct leat__graph *g = o->w->g;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t id = order[i];
        o->place[id] = i;
        o->urgency[id] = g->node[id].kind == LEAT__NODE_CALL ? 0 : INT64_MAX;
    }
    for (uint32_t i = 0; i < g->priorities; i++)
        o->urgency[g->priority[i].node] = g->priority[i].value;
}

/* into: order, which place[] remembers. How many stand. */
static uint32_t put(struct ordering *o, uint32_t *order, uint32_t n)
{
    const struct leat__graph *g = o->w->g;
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; i++)
        if (unit_of(g, order[i]) == order[i] && !o->left[order[i]])
            push(o, order[i]);
    while (o->ready) {
        uint32_t id = pop(o);
        order[count++] = id;
        for (uint32_t i = 0; g->node[id].kind == LEAT__NODE_CALL && i < leat__rest_at(g, id)->outputs; i++)
            order[count++] = leat__rest_at(g, id)->producer + i;
        for (uint32_t i = o->at[id]; i < o->at[id + 1]; i++)
            if (!--o->left[o->follower[i]])
                push(o, o->follower[i]);
    }
    return count;
}

static int sort(struct ordering *o, uint32_t *order, uint32_t n)
{
    uint32_t all = o->w->g->count;
    memset(o->place, 0xff, (size_t)all * sizeof *o->place);
    rank(o, order, n);
    list_needs(o, order, n, false);
    for (uint32_t id = 0; id < all; id++)
        o->at[id + 1] += o->at[id];
    o->follower = malloc(((size_t)o->at[all] + 1) * sizeof *o->follower);
    uint32_t *kept = malloc(((size_t)n + 1) * sizeof *kept);
    if (o->follower && kept) {
        list_needs(o, order, n, true);
        memmove(o->at + 1, o->at, (size_t)all * sizeof *o->at);
        o->at[0] = 0;
        memcpy(kept, order, (size_t)n * sizeof *kept);
        if (put(o, order, n) < n)           /* a cycle, which was told: as it was */
            memcpy(order, kept, (size_t)n * sizeof *kept);
    }
    bool room = o->follower && kept;
    free(kept);
    return room ? 0 : LEAT_ENOMEM;
}

int leat__priority_order(struct leat__wiring *w, uint32_t *order, uint32_t n)
{
    size_t all = (size_t)w->g->count + 1;
    struct ordering o = { .w = w };
    o.place = malloc(all * sizeof *o.place);
    o.urgency = calloc(all, sizeof *o.urgency);
    o.left = calloc(all, sizeof *o.left);
    o.at = calloc(all + 1, sizeof *o.at);
    o.heap = malloc(all * sizeof *o.heap);
    int code = o.place && o.urgency && o.left && o.at && o.heap ? sort(&o, order, n) : LEAT_ENOMEM;
    free(o.place);
    free(o.urgency);
    free(o.left);
    free(o.at);
    free(o.heap);
    free(o.follower);
    return code;
}
