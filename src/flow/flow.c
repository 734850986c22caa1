/* flow: see flow/flow.h.
 *
 * A scope's task goes through phases (flow/scope.h): it opens an attempt and parks;
 * the attempt's end wakes it; then it is done, or opens an undo and parks again, and
 * then begins another attempt or passes the failure on to the frame around it. What
 * stops a frame holds the flow's lock, so that no attempt begins behind its back. */
#include "flow/flow.h"
#include "base/error.h"
#include "flow/crossing.h"
#include "flow/past.h"
#include "flow/recovery.h"
#include "flow/scope.h"
#include "flow/unknown.h"
#include "run/context.h"
#include "run/task.h"
#include <stdlib.h>
#include <string.h>

static enum leat__activity activity(const struct leat__frame *f) { return *(const enum leat__activity *)f->user; }

/* --- attempts --- */

enum beginning { BEGUN, EMPTY, FAILED_BEFORE, STOPPED, NO_MEMORY };

/* Under the lock a stop of the frame around it is seen, or sees the attempt. */
static enum beginning begin_attempt(struct leat__scope *s, struct leat__frame *up)
{
    struct leat__flow *f = s->flow;
    bool again = leat__recovery_is_due(s);
    pthread_mutex_lock(&f->lock);
    if (again)
        leat__recovery_rewind(s);
    enum beginning b = up->stop ? STOPPED : leat__scope_open(s, up) && (!again || leat__recovery_remember(s)) ? BEGUN : NO_MEMORY;
    if (b == BEGUN && s->failed)
        b = FAILED_BEFORE;
    if (b == BEGUN || b == FAILED_BEFORE)
        s->phase = b == BEGUN ? LEAT__FLOW_FORWARD : LEAT__FLOW_FAILED;
    pthread_mutex_unlock(&f->lock);
    if (b != BEGUN)
        return b;
    if (again ? leat__frame_resume(s->frame) : s->plan.open->ready)
        return again ? BEGUN : (leat__frame_start(s->frame), BEGUN);
    return leat__scope_move(s, LEAT__FLOW_DONE), EMPTY;
}

/* --- failing --- */

static void stop_inside(struct leat__scope *s)
{
    if (s->frame && s->phase == LEAT__FLOW_FORWARD)
        leat__frame_stop(s->frame);
    LEAT__EACH_INNER(s, inner)
        stop_inside(inner);
}

/* Nothing new of the scope starts. */
static void stop_scope(struct leat__scope *s)
{
    pthread_mutex_lock(&s->flow->lock);
    stop_inside(s);
    pthread_mutex_unlock(&s->flow->lock);
}

/* The first failure is what the scope is undone for. */
static void fail_scope(struct leat__scope *s, const leat_failure *why)
{
    pthread_mutex_lock(&s->flow->lock);
    if (!s->failed)
        s->failure = *why;
    s->failed = true;
    pthread_mutex_unlock(&s->flow->lock);
    stop_scope(s);
}

static leat_failure newest_failure(struct leat__run *run, uint32_t node)
{
    leat_failure found = { .code = LEAT_EFAILED, .node = run->frame.plan->graph->node[node].name, .message = "out of memory",
                           .attempt = 1 };
    pthread_mutex_lock(&run->lock);
    for (uint32_t i = run->failure_count; i-- > 0;)
        if (run->failures[i].node == node) {
            found = run->failures[i].public;
            break;
        }
    pthread_mutex_unlock(&run->lock);
    return found;
}

/* It runs there or further inside, or reverts what does. */
static bool is_of_scope(void *user, uint32_t node)
{
    const struct leat__scope *s = user;
    const struct leat__graph *g = s->flow->graph;
    uint32_t t = leat__scope_task(s, node >= g->count ? leat__rest_at(g, node)->producer : node);
    if (t != LEAT__NONE && t >= s->plan.given)
        return true;
    LEAT__EACH_INNER(s, inner)
        if (is_of_scope(inner, node))
            return true;
    return false;
}

/* --- phases --- */

static void end_flow(struct leat__scope *s, int code)
{
    if (s == &s->flow->scope[1])
        s->flow->run->code = code;
}

static enum leat__verdict succeed(struct leat__scope *s, struct leat__frame *up)
{
    if (s->attempt > 1)
        leat__failure_forget(s->flow->run, is_of_scope, s);
    leat__crossings_give(s, up);
    end_flow(s, LEAT__WELL);
    return LEAT__OK;
}

/* The failure goes to the frame around it. What could not be reverted stays as it is. */
static enum leat__verdict give_up(struct leat__scope *s, struct leat__frame *up)
{
    leat_failure why = s->failure;
    uint32_t fell = s->fell;
    leat__scope_forget(s);
    s->flow->scope[s->up].fell += fell;
    end_flow(s, atomic_load(&s->flow->left) ? LEAT_EREVERT : LEAT_EREVERTED);
    if (s->up)
        fail_scope(up->user, &why);
    return LEAT__SKIP;
}

static enum leat__verdict no_memory(struct leat__scope *s, struct leat__frame *up)
{
    const leat_failure why = { .code = LEAT_ENOMEM, .node = s->flow->name, .message = "out of memory",
                               .attempt = (int32_t)s->attempt };
    leat__failure_add(up, s->task, LEAT_ENOMEM, NULL, 0, "out of memory", NULL);
    atomic_fetch_add(&s->flow->run->failed, 1);
    s->flow->run->besides++;
    s->fell++;
    s->failure = why;
    return give_up(s, up);
}

static enum leat__verdict undo(struct leat__scope *s, struct leat__frame *up);

static enum leat__verdict begin(struct leat__scope *s, struct leat__frame *up)
{
    switch (begin_attempt(s, up)) {
    case BEGUN:     return LEAT__PARK;
    case EMPTY:     return succeed(s, up);
    case FAILED_BEFORE: return undo(s, up);
    case STOPPED:   return LEAT__SKIP;
    default:        return no_memory(s, up);
    }
}

static enum leat__verdict try_again(struct leat__scope *s, struct leat__frame *up)
{
    leat__scope_forget(s);
    return begin(s, up);
}

/* A decision is on record before it is acted upon: the row will wake the task. If it
 * never can be, nothing more happens in this life. */
static enum leat__verdict decide(struct leat__scope *s, struct leat__frame *up, enum leat__phase phase)
{
    struct leat__handle h = { up, up->gen, s->task };
    leat__scope_move(s, phase);
    bool good = phase == LEAT__FLOW_INTENDING ? leat__record_intent(s, h) : leat__record_retry(s, h);
    if (good)
        return LEAT__PARK;
    leat__run_cancel(up->run);
    return LEAT__AGAIN;
}

static enum leat__verdict after_undo(struct leat__scope *s, struct leat__frame *up)
{
    if (atomic_load(&s->flow->left) || s->attempt >= s->attempts)
        return give_up(s, up);
    return s->flow->life ? decide(s, up, LEAT__FLOW_RETRYING) : try_again(s, up);
}

static enum leat__verdict undo(struct leat__scope *s, struct leat__frame *up)
{
    if (s->flow->life && !s->intended) {
        s->intended = true;
        return decide(s, up, LEAT__FLOW_INTENDING);
    }
    if (!leat__recovery_recall(s) || leat__undo_make(s, &s->undo) < 0 || (s->undo && !leat__undo_open(s->undo)))
        return atomic_store(&s->flow->left, true), no_memory(s, up);
    if (!s->undo)
        return after_undo(s, up);
    leat__scope_move(s, LEAT__FLOW_UNDOING);
    leat__frame_start(s->undo->frame);
    return LEAT__PARK;
}

/* Woken by the row: it is durable, or lost. */
static enum leat__verdict decided(struct leat__scope *s, struct leat__frame *up)
{
    if (leat__life_is_lost(s->flow->life)) {
        leat__run_cancel(up->run);
        return LEAT__AGAIN;
    }
    return s->phase == LEAT__FLOW_INTENDING ? undo(s, up) : try_again(s, up);
}

static enum leat__verdict step(struct leat__worker *w, struct leat__frame *f, uint32_t task)
{
    struct leat__scope *outer = f->user, *s = leat__scope_inner(outer, task - outer->base);
    (void)w;
    if (!s)
        return LEAT__OK;            /* a joint */
    switch (s->phase) {
    case LEAT__FLOW_FRESH:  return begin(s, f);
    case LEAT__FLOW_DONE:   return succeed(s, f);
    case LEAT__FLOW_INTENDING:
    case LEAT__FLOW_RETRYING: return decided(s, f);
    case LEAT__FLOW_FAILED: return undo(s, f);
    case LEAT__FLOW_UNDONE: return after_undo(s, f);
    default:                return LEAT__PARK;
    }
}

/* --- tasks that end --- */

static bool is_atom(const struct leat__scope *s, uint32_t task)
{
    const struct leat__flow *f = s->flow;
    uint32_t number = f->life && task < s->base ? f->number[s->plan.node[task]] : 0;
    return task < s->base && s->plan.task[task].flags & LEAT__TASK_ASKS && (!number || number <= f->atoms);
}

static enum leat__after settled_forward(struct leat__scope *s, struct leat__frame *f, uint32_t task, enum leat__verdict v)
{
    if (v == LEAT__SKIP)
        return LEAT__STAY;          /* a scope inside that gave up: the failure is this one's already */
    if (is_atom(s, task))
        s->ended[task] = atomic_fetch_add_explicit(&s->flow->clock, 1, memory_order_relaxed) + 1;
    struct leat__flow *flow = s->flow;
    if (v == LEAT__OK)
        return flow->life ? leat__record_done(s, f, task) : LEAT__GO;
    leat_failure why = newest_failure(f->run, s->plan.node[task]);
    s->fell++;
    fail_scope(s, &why);
    return flow->life ? leat__record_failed(s, f, task, &why) : LEAT__STAY;
}

static enum leat__after settled_undo(struct leat__undo *u, struct leat__frame *f, uint32_t task, enum leat__verdict v)
{
    const struct leat__entry_ended *e = &u->entry[u->of[task - u->plan.given]];
    if (v != LEAT__OK)              /* the others are reverted all the same */
        atomic_store(&u->scope->flow->left, true);
    else
        u->scope->flow->round[e->scope->plan.node[e->task]]++;
    if (v == LEAT__OK)
        leat__scope_unwind(e->scope, e->task);
    return f->run->life ? leat__record_reverted(u, f, task, v) : LEAT__GO;
}

static enum leat__after settled(struct leat__frame *f, uint32_t task, enum leat__verdict v)
{
    return activity(f) == LEAT__FLOW_ATTEMPT ? settled_forward(f->user, f, task, v) : settled_undo(f->user, f, task, v);
}

static void wake(const struct leat__scope *s, const struct leat__frame *f)
{
    leat__task_wake((struct leat__handle){ f->up, f->up->gen, s->task });
}

/* What was reverted is not reverted again by an undo around this one. */
static void forget_ended(struct leat__undo *u)
{
    for (uint32_t i = 0; i < u->entries; i++)
        u->entry[i].scope->ended[u->entry[i].task] = 0;
}

static void closed(struct leat__frame *f)
{
    if (!f->up) {
        if (f->run->stop && !f->run->code)      /* neither done nor undone, whatever failed in an attempt */
            f->run->code = f->run->life ? LEAT_ESUSPENDED : f->run->late ? LEAT_EDEADLINE : LEAT_ECANCELLED;
        return;
    }
    struct leat__undo *u = activity(f) == LEAT__FLOW_UNDO ? f->user : NULL;
    struct leat__scope *s = u ? u->scope : f->user;
    pthread_mutex_lock(&s->flow->lock);
    if (u && !f->run->stop)
        forget_ended(u);
    s->phase = u ? LEAT__FLOW_UNDONE : s->failed ? LEAT__FLOW_FAILED : LEAT__FLOW_DONE;
    pthread_mutex_unlock(&s->flow->lock);
    wake(s, f);
}

const struct leat__policy leat__flow = { .name = "flow", .keeps_bodies = true, .step = step, .enter = leat__flow_enter,
    .identify = leat__flow_identify, .settled = settled, .closed = closed };

/* --- its life --- */

struct leat__plan *leat__flow_plan(struct leat__flow *f) { return &f->scope[0].plan; }

void leat__flow_attach(struct leat__flow *f, struct leat__run *run)
{
    f->run = run;
    f->scope[0].frame = &run->frame;
    run->frame.user = &f->scope[0];
    run->policy = &leat__flow;
    run->code = 0;
}

int leat__flow_keep(struct leat__flow *f, struct leat__life *life, struct leat__past *past, const char *about, leat_error *err)
{
    int code = f->number ? 0 : leat__flow_recall(f, past, err);
    if (code < 0)
        return code;
    f->life = life;
    f->run->life = life;
    leat__flow_mark_effects(f);
    if (!f->past)
        return leat__record_begin(f, about, err);
    for (uint32_t i = 0; i < f->records; i++)
        f->round[f->record[i]] = f->past->node[i].round;
    if (f->past->moved)
        code = leat__record_again(f, err);
    if (!code)
        code = leat__unknown_settle(f, err);
    f->left = f->past->left;
    f->clock = f->past->clock;
    return code;
}

int leat__flow_recall(struct leat__flow *f, struct leat__past *past, leat_error *err)
{
    f->past = past;
    int code = leat__record_list(f, err);
    if (!code && past)
        code = leat__past_fold(past, f, err);
    return code ? code : leat__unknown_check(f, err);
}

const struct leat__flow_argument *leat__flow_arguments(const struct leat__flow *f, uint32_t *out_count)
{
    *out_count = f->arguments;
    return f->argument;
}

const uint32_t *leat__flow_atoms(const struct leat__flow *f, uint32_t *out_count)
{
    *out_count = f->atoms;
    return f->atom;
}

bool leat__flow_is_unreverted(const struct leat__flow *f, uint32_t node)
{
    for (uint32_t i = 1; f->revert && f->revert[node] != LEAT__NONE && i < f->scopes; i++) {
        const struct leat__scope *s = &f->scope[i];
        uint32_t t = leat__scope_task(s, node);
        if (t != LEAT__NONE && t >= s->plan.given)
            return !is_atom(s, t);
    }
    return false;
}

void leat__flow_free(struct leat__flow *f)
{
    if (!f)
        return;
    if (f->scopes > 1 && f->run)
        leat__scope_forget(&f->scope[1]);
    for (uint32_t s = 0; s < f->scopes; s++)
        leat__scope_fini(&f->scope[s]);
    free(f->scope);
    free(f->atom);
    free(f->argument);
    free(f->revert);
    free(f->record);
    free(f->number);
    free(f->round);
    leat__decisions_free(f);
    leat__past_free(f->past);
    pthread_mutex_destroy(&f->lock);
    free(f);
}
