/* effect: what atoms do in the world, and that they do it no oftener than they may.
 *
 * An atom that is noted effect(once) writes a START row before its call, and waits
 * until that is durable; called it is then, even if the run is stopped meanwhile, so a
 * START without an outcome means that the process died. Under LEAT__RELEASE_EFFECTS
 * every other task with an effect, atoms unless noted pure and reverts, awaits all
 * that was put on record before it. */
#include "flow/scope.h"
#include "flow/tree.h"
#include "run/journal.h"

static const struct leat__scope *scope_of(const struct leat__frame *f)
{
    return *(const enum leat__activity *)f->user == LEAT__FLOW_ATTEMPT ? f->user : NULL;
}

static const struct leat__node *node_of(const struct leat__frame *f, uint32_t task)
{
    return &f->plan->graph->node[f->plan->node[task]];
}

/* Nothing can be put on record any more: the run goes no further. */
static enum leat__verdict give_up(struct leat__frame *f)
{
    f->run->code = LEAT_ESUSPENDED;
    leat__run_cancel(f->run);
    return LEAT__STOPPED;
}

static enum leat__verdict start(struct leat__frame *f, uint32_t task)
{
    const struct leat__scope *s = scope_of(f);
    struct leat__row row = { .kind = LEAT__ROW_START, .task = s->flow->number[s->plan.node[task]], .attempt = s->attempt };
    struct leat__then then = leat__then_wake((struct leat__handle){ f, f->gen, task });
    return leat__life_append(s->flow->life, &row, then) < 0 ? give_up(f) : LEAT__PARK;
}

enum leat__verdict leat__flow_enter(struct leat__frame *f, uint32_t task, bool again)
{
    struct leat__life *life = f->run->life;
    bool once = scope_of(f) && node_of(f, task)->flags & LEAT__NODE_ONCE;
    if (again)
        return leat__life_is_lost(life) || (!once && f->run->stop | f->stop) ? LEAT__STOPPED : LEAT__OK;
    if (once)
        return start(f, task);
    int code = leat__life_await(life, (struct leat__handle){ f, f->gen, task });
    return code < 0 ? give_up(f) : code ? LEAT__PARK : LEAT__OK;
}

void leat__flow_identify(const struct leat__frame *f, uint32_t task, struct leat__identity *id)
{
    const struct leat__scope *s = scope_of(f);
    const struct leat__undo *u = s ? NULL : f->user;
    const struct leat__flow *flow = s ? s->flow : u->scope->flow;
    const struct leat__entry_ended *e = u ? &u->entry[u->of[task - u->plan.given]] : NULL;
    if (e)
        id->node = e->scope->plan.node[e->task];
    else if (flow->asking != LEAT__NONE)
        id->node = flow->asking;
    id->round = flow->round[id->node];
    id->revert = u != NULL;
}

bool leat__flow_reverts_enter(const struct leat__flow *f)
{
    return f->life && leat__life_release(f->life) == LEAT__RELEASE_EFFECTS;
}

void leat__flow_mark_effects(struct leat__flow *f)
{
    bool all = leat__flow_reverts_enter(f);
    for (uint32_t s = 1; s < f->scopes; s++)
        for (uint32_t t = f->scope[s].plan.given; t < f->scope[s].base; t++) {
            uint32_t id = f->scope[s].plan.node[t], flags = f->graph->node[id].flags;
            bool atom = f->number[id] && f->number[id] <= f->atoms;
            if ((atom && flags & LEAT__NODE_ONCE) || (all && flags & LEAT__NODE_EFFECT) ||
                (all && atom && !(flags & LEAT__NODE_PURE)))
                f->scope[s].plan.task[t].flags |= LEAT__TASK_ENTERS;
        }
}

/* --- what cannot be --- */

/* The outermost part around the atom that may try it again after it has ended well. */
static uint32_t repeater(const struct leat__tree *t, uint32_t part)
{
    uint32_t found = LEAT__NONE, only = part;
    for (uint32_t up = t->part[part].up; up != LEAT__NONE; up = t->part[up].up) {
        if (t->part[up].kind != LEAT_FLOW_RETRY && t->part[up].count > 1)
            only = LEAT__NONE;
        if (t->part[up].kind == LEAT_FLOW_RETRY && t->part[up].attempts > 1 && only == LEAT__NONE)
            found = up;
    }
    return found;
}

void leat__flow_check_once(struct leat__tree *t)
{
    const struct leat__graph *g = t->spec->graph;
    for (uint32_t i = 0; i < t->atoms; i++) {
        uint32_t id = t->atom[i];
        if (g->node[id].flags & LEAT__NODE_ONCE && leat__graph_revert(g, id) == LEAT__NONE && repeater(t, t->part_of[id]) != LEAT__NONE)
            leat__tree_tell(t, "%s: %s is effect(once), and what tries it again would do it twice: it needs %s__revert",
                            t->spec->name, g->node[id].name, g->node[id].name);
    }
}
