/* dag: see dag/dag.h. A doomed task settles SKIP at its turn and dooms its own
 * readers then, so nothing recurses and each edge is looked at once. */
#include "dag/dag.h"
#include "run/gate.h"
#include "run/run.h"
#include "run/task.h"

static void doom(struct leat__frame *f, uint32_t node)
{
    uint32_t t = leat__plan_runner(f->plan, node);
    if (t != LEAT__NONE)
        leat__task_doom(f, t);
}

/* Without memory to know them, all that stand behind it are looked at. */
static void doom_readers(struct leat__frame *f, uint32_t node)
{
    const struct leat__graph *g = f->plan->graph;
    uint32_t count;
    const uint32_t *reader = leat__graph_readers(g, node, &count);
    for (uint32_t i = 0; i < count; i++)
        doom(f, reader[i]);
    for (uint32_t id = node + 1; !reader && id < g->count; id++)
        for (uint32_t i = 0; i < g->node[id].edges; i++) {
            const struct leat__edge *e = &g->edge[g->node[id].edge + i];
            if (e->from == node && e->how <= LEAT__HOW_OBJECT)
                doom(f, id);
        }
}

static enum leat__after settled(struct leat__frame *f, uint32_t task, enum leat__verdict verdict)
{
    const struct leat__plan *p = f->plan;
    const struct leat__graph *g = p->graph;
    const struct leat__node *n = &g->node[p->node[task]];
    const struct leat__rest *rest = leat__rest(g, n);
    if (verdict == LEAT__FAIL && !f->run->keep_going) {
        f->run->stop = true;
        leat__gates_stir(f->run);
        return LEAT__STAY;
    }
    if (!(p->task[task].flags & LEAT__TASK_SHADOW))
        doom_readers(f, p->node[task]);
    for (uint32_t i = 0; n->kind == LEAT__NODE_CALL && i < rest->outputs; i++)
        doom(f, rest->producer + i);
    return LEAT__GO;
}

/* after(x): x must have run well, though nothing of it is read. */
static bool may_start(const struct leat__frame *f, uint32_t task)
{
    const struct leat__plan *p = f->plan;
    const struct leat__rest *rest = leat__rest_at(p->graph, p->node[task]);
    for (uint32_t i = 0; i < rest->musts; i++) {
        uint32_t t = leat__plan_task(p, p->graph->order[rest->order + i]);
        if (t != LEAT__NONE && leat__task_state(f, t) != LEAT__DONE)
            return false;
    }
    return true;
}

const struct leat__policy leat__dag = { .name = "dataflow", .settled = settled, .may_start = may_start };
