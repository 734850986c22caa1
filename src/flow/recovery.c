/* recovery: see flow/recovery.h. */
#include "flow/recovery.h"
#include "flow/crossing.h"
#include "flow/past.h"
#include "run/policy.h"

static struct leat__past_scope *past_of(const struct leat__scope *s)
{
    struct leat__past *p = s->flow->past;
    return p ? &p->scope[s - s->flow->scope] : NULL;
}

bool leat__recovery_is_due(const struct leat__scope *s) { return past_of(s) && !past_of(s)->told; }

void leat__recovery_rewind(struct leat__scope *s)
{
    uint32_t attempt = past_of(s)->attempt;
    s->attempt = attempt ? attempt - 1 : 0;
}

static bool fill_from_past(struct leat__scope *s)
{
    leat_error err;
    past_of(s)->told = true;
    bool good = leat__past_fill(s->flow->past, s, &err) == 0;
    leat__scope_count_past(s);
    return good;
}

/* Frames of what stands inside a scope that is undone, and has not begun in this
 * life: nothing of them runs. */
static bool recall_inside(struct leat__scope *s)
{
    bool good = true;
    LEAT__EACH_INNER(s, inner) {
        if (good && leat__recovery_is_due(inner)) {
            leat__recovery_rewind(inner);
            good = leat__scope_open(inner, s->frame) && fill_from_past(inner);
        }
        good = good && (!inner->frame || recall_inside(inner));
    }
    return good;
}

static void export_inside(struct leat__scope *s)
{
    LEAT__EACH_INNER(s, inner)
        if (inner->frame) {
            export_inside(inner);
            leat__crossings_give(inner, s->frame);
        }
}

static void import_inside(struct leat__scope *s)
{
    LEAT__EACH_INNER(s, inner)
        if (inner->frame) {
            leat__crossings_take(inner, s->frame);
            import_inside(inner);
        }
}

/* Why it failed: its own failure, or that of a scope inside. */
static const leat_failure *past_failure(const struct leat__scope *s)
{
    const struct leat__past_scope *p = past_of(s);
    const leat_failure *why = p->failed ? &p->why : NULL;
    LEAT__EACH_INNER(s, inner)
        why = why ? why : past_failure(inner);
    return why;
}

/* Values cross scopes in both directions, which their tasks do not do here. */
bool leat__recovery_recall(struct leat__scope *s)
{
    if (!s->flow->past)
        return true;
    pthread_mutex_lock(&s->flow->lock);
    bool good = recall_inside(s);
    export_inside(s);
    import_inside(s);
    pthread_mutex_unlock(&s->flow->lock);
    return good;
}

static void tell_again(struct leat__scope *s)
{
    struct leat__flow *f = s->flow;
    uint32_t node = leat__graph_find(f->graph, s->failure.node);
    leat__failure_tell(f->run, node == LEAT__NONE ? f->node : node, &s->failure);
}

bool leat__recovery_remember(struct leat__scope *s)
{
    const struct leat__past_scope *p = past_of(s);
    const leat_failure *why = p->failed || p->intent ? past_failure(s) : NULL;
    s->intended = p->intent;
    s->failed = p->failed || p->intent;
    if (s->failed) {
        s->failure = why ? *why : (leat_failure){ .code = LEAT_EFAILED, .node = s->flow->name, .message = "it failed before",
                                                        .attempt = (int32_t)s->attempt };
        tell_again(s);
    }
    return fill_from_past(s);
}
