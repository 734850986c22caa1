/* limit: notes about how long a call may last: timeout(5s), blocking. */
#include "base/duration.h"
#include "base/vector.h"
#include "graph/wiring.h"
#include <stdlib.h>

static void refuse(struct leat__wiring *w, uint32_t id, const struct leat__written *c)
{
    struct leat__problem *p = leat__problem_add(&w->g->problems, LEAT_EBUILD, id, c->note->file, c->note->line,
                                                "note on %s: %s takes one duration", w->g->node[id].name, c->clause.word);
    leat__problem_hint(&w->g->problems, p, "%s(200ms), %s(5s), %s(1.5h)", c->clause.word, c->clause.word, c->clause.word);
}

/* 0: none, or told. */
static int64_t timeout_of(struct leat__wiring *w, uint32_t id)
{
    const struct leat__written *c = leat__subject_clause(leat__said(w, id), "timeout");
    int64_t ns = 0;
    if (!c || (c->clause.count == 1 && !c->clause.args[0].key && c->clause.args[0].kind == LEAT__ARG_NUMBER &&
               leat__duration_parse(c->clause.args[0].text, &ns) && ns > 0))
        return ns;
    refuse(w, id, c);
    return 0;
}

void leat__limit(struct leat__wiring *w)
{
    struct leat__graph *g = w->g;
    uint32_t cap = 0;
    for (uint32_t id = 0; id < g->count && !w->failed; id++) {
        if (g->node[id].kind != LEAT__NODE_CALL)
            continue;
        struct leat__limit limit = { id, leat__subject_clause(leat__said(w, id), "blocking") != NULL,
                                     timeout_of(w, id) };
        if (!limit.timeout_ns && !limit.blocking)
            continue;
        if (LEAT__ROOM(g->limit, g->limits, cap))
            g->limit[g->limits++] = limit;
        else
            w->failed = true;
    }
}

const struct leat__limit *leat__graph_limit(const struct leat__graph *g, uint32_t node)
{
    uint32_t lo = 0, hi = g->limits;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (g->limit[mid].node < node)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < g->limits && g->limit[lo].node == node ? &g->limit[lo] : NULL;
}
