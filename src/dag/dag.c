/* dag: see dag/dag.h. A doomed task settles SKIP at its turn and dooms its own
 * readers then, so nothing recurses and each edge is looked at once. */
#include "dag/dag.h"
#include "run/run.h"

static void settled(struct leat__run *run, uint32_t task, enum leat__verdict verdict)
{
    const struct leat__plan *p = run->frame.plan;
    if (verdict == LEAT__FAIL && !run->keep_going) {
        run->stop = true;
        return;
    }
    for (uint32_t i = p->task[task].out; i < p->task[task + 1].out; i++)
        if (!(p->out[i] & LEAT__OUT_ORDER))
            leat__doom(run, p->out[i]);
}

const struct leat__policy leat__dag = { "dataflow", settled };
