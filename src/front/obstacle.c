/* obstacle: see front/obstacle.h. */
#include "front/obstacle.h"
#include "base/error.h"
#include "flow/flow.h"
#include "front/streaming.h"
#include <stdio.h>
#include <stdlib.h>

/* --- problems --- */

/* What is forgiven an operator was looked at when it was bound. */
static bool is_obstacle(const struct leat__problem *p, const uint8_t *need)
{
    return !p->public.warning && p->forgiven == LEAT__FORGIVEN_NOT && (p->node == LEAT__NONE || need[p->node]);
}

static int tell(const char *name, const leat_problem *p, uint32_t more, leat_error *err)
{
    char place[300] = "", others[40] = "";
    if (p->file && *p->file && p->line)
        snprintf(place, sizeof place, "%s:%d: ", p->file, p->line);
    if (more)
        snprintf(others, sizeof others, " (and %u more)", more);
    return leat__fail(err, LEAT_EBUILD, "%s cannot run: %s%s%s%s%s", name, place, p->message, p->hint ? "; " : "",
                      p->hint ? p->hint : "", others);
}

int leat__obstacles_check(const leat_run *r, const char *name, const uint8_t *need, leat_error *err)
{
    const struct leat__problems *all = &r->driver->graph.problems;
    const leat_problem *first = NULL;
    uint32_t more = 0;
    for (uint32_t i = 0; i < all->count; i++) {
        if (!is_obstacle(&all->at[i], need))
            continue;
        more += first != NULL;
        first = first ? first : &all->at[i].public;
    }
    return first ? tell(name, first, more, err) : 0;
}

/* --- what runs --- */

int leat__flow_obstacles(const leat_run *r, leat_error *err)
{
    const struct leat__graph *g = &r->driver->graph;
    uint32_t atoms, n = 0;
    const uint32_t *atom = leat__flow_atoms(r->flow, &atoms);
    if (!g->problems.count)
        return 0;
    uint8_t *need = calloc((size_t)g->count + 1, 1);
    uint32_t *asked = malloc(((size_t)g->count + atoms + 2) * sizeof *asked);
    for (; asked && n < atoms; n++)
        asked[n] = atom[n];
    for (uint32_t id = 0; asked && id < g->count; id++)
        if (r->is_asked[id] || id == r->flow_node - 1)
            asked[n++] = id;
    bool found = need && asked && leat__graph_select(g, asked, n, r->is_cut, need) >= 0;
    int code = found ? leat__obstacles_check(r, g->node[r->flow_node - 1].name, need, err) : leat__fail_memory(err);
    free(need);
    free(asked);
    return code;
}

/* An operator itself: what its packet is called is no node that runs. */
static void add_operators(const struct leat__binding *b, const struct leat__graph *g, uint8_t *need)
{
    for (uint32_t i = 0; i < b->ops; i++) {
        need[b->op[i].node - g->node] = LEAT__NEED_RUN;
        if (b->op[i].key)
            need[b->op[i].key->node - g->node] = LEAT__NEED_RUN;
    }
}

int leat__streaming_obstacles(const leat_run *r, leat_error *err)
{
    const struct leat__graph *g = &r->driver->graph;
    const struct leat__streaming *s = r->streaming;
    const struct leat__binding *b = &s->binding;
    uint32_t n = 0;
    if (!g->problems.count)
        return 0;
    uint8_t *need = calloc((size_t)g->count + 1, 1);
    uint32_t *asked = malloc(((size_t)b->wanteds + b->states + 1) * sizeof *asked);
    if (asked)
        asked[n++] = s->node;
    for (uint32_t i = 0; asked && i < b->wanteds; i++)
        asked[n++] = b->wanted[i].node;
    for (uint32_t i = 0; asked && i < b->states; i++)
        if (b->state[i].node != LEAT__NONE)
            asked[n++] = b->state[i].node;
    int code = need && asked && leat__graph_select(g, asked, n, r->is_cut, need) >= 0 ? 0 : leat__fail_memory(err);
    if (!code) {
        add_operators(b, g, need);
        code = leat__obstacles_check(r, g->node[s->node].name, need, err);
    }
    free(need);
    free(asked);
    return code;
}
