/* look: how far a flow is. What ended well is counted by the run, once for each attempt;
 * here is told how much of that does not stand any more. A change of attempts and a
 * look at all of it keep each other out by the flow's lock. */
#include "run/look.h"
#include "flow/scope.h"
#include "run/task.h"

static uint32_t count_in(const struct leat__scope *s, enum leat__state state)
{
    uint32_t n = 0;
    for (uint32_t t = s->plan.given; s->frame && t < s->base; t++)
        n += !(s->plan.task[t].flags & LEAT__TASK_QUIET) && leat__task_state(s->frame, t) == state;
    return n;
}

void leat__scope_count_past(struct leat__scope *s)
{
    s->flow->recalled += count_in(s, LEAT__DONE);
    s->fell += count_in(s, LEAT__FAILED);
}

/* While reverts go on: in this order, too few stand, never too many. */
uint32_t leat__scope_standing(const struct leat__scope *s)
{
    uint32_t gone = s->unwound, done = count_in(s, LEAT__DONE);
    return done > gone ? done - gone : 0;
}

void leat__scope_unwind(struct leat__scope *s, uint32_t task)
{
    if (leat__task_state(s->frame, task) != LEAT__DONE)
        return;
    s->unwound++;
    s->flow->withdrawn++;
}

struct leat__flow_look leat__flow_look(struct leat__flow *f, struct leat__look *l)
{
    struct leat__flow_look sum = { .total = f->run->besides };
    pthread_mutex_lock(&f->lock);
    leat__run_look(f->run, l);
    uint64_t gone = f->withdrawn, all = l->ok + f->recalled;    /* in this order: too few stand, never too many */
    sum.done = all > gone ? all - gone : 0;
    for (uint32_t i = 0; i < f->scopes; i++) {
        sum.total += f->scope[i].plan.told;
        sum.failed += f->scope[i].fell;
    }
    sum.attempts = f->attempts;
    pthread_mutex_unlock(&f->lock);
    return sum;
}

/* --- levels --- */

static uint32_t first_atom(const struct leat__scope *s)
{
    for (uint32_t t = s->plan.given; t < s->base; t++)
        if (s->plan.task[t].flags & LEAT__TASK_ASKS)
            return s->plan.node[t];
    return s->flow->node;
}

static enum leat__level_state state_of(const struct leat__scope *s)
{
    switch (s->phase) {
    case LEAT__FLOW_FRESH:     return s->attempt ? LEAT__LEVEL_FAILED : LEAT__LEVEL_WAITING;
    case LEAT__FLOW_FORWARD:   return LEAT__LEVEL_RUNNING;
    case LEAT__FLOW_DONE:      return LEAT__LEVEL_DONE;
    case LEAT__FLOW_FAILED:    return LEAT__LEVEL_FAILED;
    default:                   return LEAT__LEVEL_REVERTING;
    }
}

uint32_t leat__flow_levels(struct leat__flow *f, struct leat__level *out, uint32_t cap)
{
    pthread_mutex_lock(&f->lock);
    for (uint32_t i = 1; i < f->scopes && i <= cap; i++) {
        const struct leat__scope *s = &f->scope[i];
        out[i - 1] = (struct leat__level){ .node = f->graph->node[i > 1 ? first_atom(s) : f->node].name,
                                           .depth = s->depth - f->scope[1].depth, .attempt = s->attempt,
                                           .attempts = s->attempts, .total = s->plan.told, .done = leat__scope_standing(s),
                                           .state = state_of(s) };
    }
    pthread_mutex_unlock(&f->lock);
    return f->scopes - 1;
}
