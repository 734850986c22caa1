/* dag: see dag/dag.h. A doomed task settles SKIP at its turn and dooms its own
 * readers then, so nothing recurses and each edge is looked at once. */
#include "dag/dag.h"
#include "run/run.h"
#include "run/task.h"

static void doom(struct leat__run *run, uint32_t node)
{
    uint32_t t = leat__plan_runner(run->frame.plan, node);
    if (t != LEAT__NONE)
        leat__doom(run, t);
}

static void settled(struct leat__run *run, uint32_t task, enum leat__verdict verdict)
{
    const struct leat__plan *p = run->frame.plan;
    const struct leat__graph *g = p->graph;
    const struct leat__node *n = &g->node[p->node[task]];
    if (verdict == LEAT__FAIL && !run->keep_going) {
        run->stop = true;
        return;
    }
    bool read = !(p->task[task].flags & LEAT__TASK_SHADOW);
    for (uint32_t i = 0; read && i < n->readers; i++)
        doom(run, g->reader[n->reader + i]);
    for (uint32_t i = 0; n->kind == LEAT__NODE_CALL && i < n->outputs; i++)
        doom(run, n->producer + i);
}

/* after(x): x must have run well, though nothing of it is read. */
static bool may_start(const struct leat__run *run, uint32_t task)
{
    const struct leat__plan *p = run->frame.plan;
    const struct leat__node *n = &p->graph->node[p->node[task]];
    for (uint32_t i = 0; i < n->musts; i++) {
        uint32_t t = leat__plan_task(p, p->graph->order[n->order + i]);
        if (t != LEAT__NONE && leat__task_state(&run->frame, t) != LEAT__DONE)
            return false;
    }
    return true;
}

const struct leat__policy leat__dag = { "dataflow", settled, may_start };
