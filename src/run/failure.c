/* failure: what is kept of a task that did not succeed. */
#include "base/vector.h"
#include "run/run.h"
#include "value/io.h"
#include <string.h>

enum { LONGEST_INPUT = 200 };

static bool is_telling(const struct leat__node *v)
{
    const struct leat__type *t = v->type;
    if (!t || leat__is_slice(t))
        return false;
    return leat__is_scalar(t) || leat__is_text(t) || (leat__is_record(t) && leat__is_derivable(t));
}

/* `a = 1   b = "x"`: arguments that can be told in a line. Taken ones are gone. */
static const char *inputs_text(struct leat__frame *f, uint32_t task)
{
    const struct leat__plan *p = f->plan;
    const struct leat__node *n = &p->graph->node[p->node[task]];
    struct leat__text out = { 0 }, one = { 0 };
    for (uint32_t i = 0; i < n->edges; i++) {
        const struct leat__edge *e = &p->graph->edge[n->edge + i];
        if (e->how > LEAT__HOW_OBJECT || e->takes || !is_telling(&p->graph->node[e->from]))
            continue;
        const struct leat__node *v = &p->graph->node[e->from];
        const struct leat__slot *s = &f->slot[p->in[p->task[task].in + i] & LEAT__IN_SLOT];
        const void *at = v->flags & LEAT__NODE_OBJECT ? (const void *)s->value : &s->value;
        leat__text_clear(&one);
        if (v->flags & LEAT__NODE_SECRET)
            leat__text_add(&one, "(secret)");
        else if (!at || leat__print_json(&one, v->type, at) < 0 || !one.data)
            continue;
        leat__text_printf(&out, "%s%s = ", out.len ? "   " : "", leat__param_name(n->function, i));
        leat__text_addn(&out, one.data, one.len < LONGEST_INPUT ? one.len : LONGEST_INPUT);
        if (one.len > LONGEST_INPUT)
            leat__text_add(&out, "...");
    }
    const char *kept = out.len && !out.failed ? leat__arena_strdup(&f->run->arena, out.data) : NULL;
    leat__text_fini(&out);
    leat__text_fini(&one);
    return kept;
}

/* Under the lock. Without memory its event gives no reason. */
static void keep_reason(struct leat__run *run, uint32_t node, uint32_t attempt, const char *text)
{
    struct leat__reason *r = run->evented ? leat__arena_alloc(&run->arena, sizeof *r) : NULL;
    if (!r)
        return;
    *r = (struct leat__reason){ run->reasons, node, attempt, text };
    run->reasons = r;
}

void leat__failure_add(struct leat__frame *f, uint32_t task, int code, const char *file, int line,
                       const char *message, void *const *args)
{
    struct leat__run *run = f->run;
    const struct leat__plan *p = f->plan;
    const struct leat__node *n = &p->graph->node[p->node[task]];
    leat_failure told = { .code = code, .node = n->name, .line = line, .attempt = f->attempt ? (int32_t)f->attempt : 1 };
    pthread_mutex_lock(&run->lock);
    if (LEAT__ROOM(run->failures, run->failure_count, run->failure_cap)) {
        told.file = file && *file ? leat__arena_strdup(&run->arena, file) : NULL;
        if (!told.file && n->function) {
            told.file = n->function->head->file;
            told.line = n->function->head->line;
        }
        told.message = leat__arena_strdup(&run->arena, message);
        told.inputs = args ? inputs_text(f, task) : NULL;
        run->failures[run->failure_count++] = (struct leat__failure){ told, p->node[task] };
        if (code == LEAT_EFAILED)
            keep_reason(run, p->node[task], f->attempt, told.message);
    }
    pthread_mutex_unlock(&run->lock);
}

void leat__failure_forget(struct leat__run *run, bool (*is_of)(void *user, uint32_t node), void *user)
{
    uint32_t kept = 0, failed = 0;
    pthread_mutex_lock(&run->lock);
    for (uint32_t i = 0; i < run->failure_count; i++) {
        bool gone = is_of(user, run->failures[i].node);
        failed += gone && run->failures[i].public.code == LEAT_EFAILED;
        if (!gone)
            run->failures[kept++] = run->failures[i];
    }
    run->failure_count = kept;
    pthread_mutex_unlock(&run->lock);
    atomic_fetch_sub_explicit(&run->failed, failed, memory_order_relaxed);
}

void leat__failure_tell(struct leat__run *run, uint32_t node, const leat_failure *f)
{
    pthread_mutex_lock(&run->lock);
    if (LEAT__ROOM(run->failures, run->failure_count, run->failure_cap))
        run->failures[run->failure_count++] = (struct leat__failure){ *f, node };
    pthread_mutex_unlock(&run->lock);
    atomic_fetch_add_explicit(&run->failed, 1, memory_order_relaxed);
}
