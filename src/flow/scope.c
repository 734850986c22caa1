/* scope: see flow/scope.h. */
#include "flow/scope.h"
#include "flow/crossing.h"
#include "run/context.h"
#include <stdlib.h>
#include <string.h>

static const char purpose_run[] = "run";

uint32_t leat__scope_task(const struct leat__scope *s, uint32_t node)
{
    uint32_t t = leat__plan_search(&s->plan, node, s->plan.given, s->base);
    return t != LEAT__NONE ? t : leat__plan_given(&s->plan, node);
}

void leat__scope_move(struct leat__scope *s, enum leat__phase phase)
{
    pthread_mutex_lock(&s->flow->lock);
    s->phase = phase;
    pthread_mutex_unlock(&s->flow->lock);
}

bool leat__scope_open(struct leat__scope *s, struct leat__frame *up)
{
    size_t n = (size_t)s->plan.n + 1;
    if (!s->ended)
        s->ended = calloc(n, sizeof *s->ended);
    else
        memset(s->ended, 0, n * sizeof *s->ended);
    s->frame = s->ended ? leat__frame_open(up, s->task, &s->plan, s->attempt) : NULL;
    if (!s->frame)
        return false;
    s->attempt++;
    s->flow->attempts++;
    s->frame->user = s;
    s->frame->purpose = purpose_run;
    s->frame->attempt = s->attempt;
    leat__crossings_take(s, up);
    return true;
}

/* Values are destroyed outside the lock: that is the user's code. */
void leat__scope_forget(struct leat__scope *s)
{
    LEAT__EACH_INNER(s, inner) {
        leat__scope_forget(inner);
        inner->attempt = 0;
    }
    uint32_t standing = leat__scope_standing(s);
    pthread_mutex_lock(&s->flow->lock);
    struct leat__undo *undo = s->undo;
    struct leat__frame *frame = s->frame;
    s->flow->withdrawn += standing;
    s->fell = s->unwound = 0;
    s->undo = NULL;
    s->frame = NULL;
    s->failed = s->intended = false;
    s->phase = LEAT__FLOW_FRESH;
    pthread_mutex_unlock(&s->flow->lock);
    leat__workers_forget();             /* who tells a failure may just look at a task of theirs */
    leat__undo_free(undo);
    if (frame)
        leat__frame_close(frame);
}

void leat__scope_fini(struct leat__scope *s)
{
    leat__plan_fini(&s->plan);
    free(s->import);
    free(s->export);
    free(s->child);
    free(s->ended);
}
