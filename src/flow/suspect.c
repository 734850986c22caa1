/* suspect: atoms that may have run when a life was cut short: nobody has told of their
 * end, and all that comes before them had ended. They run again; where something else
 * fails first they are reverted, as an atom that failed itself, or what they did would
 * stay. Which one really ran nobody knows, so all of them are; but for atoms of
 * effect(once), whose START is on record. */
#include "flow/past.h"
#include "run/task.h"
#include <stdlib.h>

struct suspecting { struct leat__past *p; const struct leat__flow *f; };

static const struct leat__past_node *past_of(const struct suspecting *x, const struct leat__scope *s, uint32_t t)
{
    uint32_t number = x->f->number[s->plan.node[t]];
    return number ? &x->p->node[number - 1] : NULL;
}

static bool is_atom(const struct suspecting *x, const struct leat__scope *s, uint32_t t)
{
    uint32_t number = x->f->number[s->plan.node[t]];
    return number && number <= x->f->atoms;
}

/* All atoms of it and further inside have ended well. */
static bool is_done(const struct suspecting *x, const struct leat__scope *s)
{
    const struct leat__past_scope *p = &x->p->scope[s - x->f->scope];
    bool done = !p->failed && !p->intent;
    for (uint32_t t = s->plan.given; t < s->base && done; t++)
        done = !is_atom(x, s, t) || past_of(x, s, t)->state == LEAT__PAST_DONE;
    LEAT__EACH_INNER(s, inner)
        done = done && is_done(x, inner);
    return done;
}

static bool suspect_scope(struct suspecting *x, const struct leat__scope *s);

/* What comes before it had ended: may what follows have begun? */
static bool passes(struct suspecting *x, const struct leat__scope *s, uint32_t t, bool *good)
{
    const struct leat__scope *inner = t < s->base ? NULL : leat__scope_inner(s, t - s->base);
    struct leat__past_node *n = t < s->base ? (struct leat__past_node *)past_of(x, s, t) : NULL;
    if (inner && !is_done(x, inner))
        return *good = *good && suspect_scope(x, inner), false;
    if (!n || n->state == LEAT__PAST_DONE)
        return true;
    if (is_atom(x, s, t) && n->state != LEAT__PAST_FAILED && !(x->f->graph->node[s->plan.node[t]].flags & LEAT__NODE_ONCE))
        *n = (struct leat__past_node){ .state = LEAT__PAST_SUSPECT, .at = ++x->p->clock, .round = n->round };
    return false;
}

static bool suspect_scope(struct suspecting *x, const struct leat__scope *s)
{
    const struct leat__open *o = s->plan.open;
    size_t n = (size_t)s->plan.n + 1;
    uint32_t *seen = calloc(n, sizeof *seen), *stack = malloc(n * sizeof *stack), depth = 0;
    bool good = seen && stack, decided = x->p->scope[s - x->f->scope].intent;   /* then all had ended before */
    for (uint32_t t = s->plan.given; good && !decided && t < s->plan.n; t++)
        if (!o->need[t])
            stack[depth++] = t;
    while (good && depth) {
        uint32_t t = stack[--depth];
        for (uint32_t i = passes(x, s, t, &good) ? o->out_at[t] : o->out_at[t + 1]; i < o->out_at[t + 1]; i++) {
            uint32_t to = o->out[i] & LEAT__OUT_TASK;
            if (++seen[to] == o->need[to])
                stack[depth++] = to;
        }
    }
    free(seen);
    free(stack);
    return good;
}

bool leat__past_suspect(struct leat__past *p, const struct leat__flow *f)
{
    struct suspecting x = { p, f };
    return f->scopes < 2 || suspect_scope(&x, &f->scope[1]);
}
