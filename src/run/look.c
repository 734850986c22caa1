/* look: see run/look.h. */
#include "run/look.h"
#include "run/context.h"
#include "run/task.h"
#include <stdlib.h>

enum { TRIES = 8 };

struct visit {
    const struct leat__run *run;
    struct leat__look *look;
    bool only_abandoned;
};

/* What a worker has counted for the run and not handed over yet. Between two looks at
 * whom it counts for, and how often it handed over, it was one count of that run. */
static uint64_t count_of(const struct leat__worker *w, const struct leat__run *run)
{
    for (int i = 0; i < TRIES; i++) {
        uint32_t handed = atomic_load_explicit(&w->handed, memory_order_acquire);
        if (atomic_load_explicit(&w->counts_for, memory_order_acquire) != run)
            return 0;
        uint64_t ok = atomic_load_explicit(&w->ok, memory_order_acquire);
        bool same = atomic_load_explicit(&w->counts_for, memory_order_acquire) == run;
        if (same && handed % 2 == 0 && atomic_load_explicit(&w->handed, memory_order_relaxed) == handed)
            return ok;
    }
    return 0;
}

/* Operators have nodes of their own, and what undoes a node stands behind all nodes. */
static uint32_t node_of(const struct leat__frame *f, uint32_t t, bool *reverts)
{
    const struct leat__graph *g = f->plan->graph;
    uint32_t node = __atomic_load_n(&f->plan->node[t], __ATOMIC_RELAXED);
    *reverts = node >= g->count;
    return f->run->ids ? f->run->ids[node] : *reverts ? leat__rest_at(g, node)->producer : node;
}

static void add(struct visit *v, const struct leat__worker *w, const struct leat__frame *f, uint32_t t, bool abandoned)
{
    struct leat__look *l = v->look;
    bool reverts;
    uint32_t node = node_of(f, t, &reverts);
    if (l->n++ < l->cap)
        l->seen[l->n - 1] = (struct leat__seen){
            .node = node, .frame = f->serial, .task = t, .lane = atomic_load_explicit(&w->lane, memory_order_relaxed),
            .attempt = f->attempt ? f->attempt : 1, .blocked = atomic_load_explicit(&w->waits, memory_order_relaxed),
            .abandoned = abandoned, .reverts = reverts, .steps = f->plan->task[t].flags & LEAT__TASK_STEP };
}

static void look_at(struct leat__worker *w, void *user)
{
    struct visit *v = user;
    uint32_t t;
    if (!v->only_abandoned)
        v->look->ok += count_of(w, v->run);     /* before its task: one that is counted is not running */
    const struct leat__frame *f = leat__worker_frame(w, &t);
    if (!f || f->run != v->run || f->plan->task[t].flags & LEAT__TASK_QUIET)
        return;
    uint32_t word = leat__slot_word(&f->slot[t]);
    bool abandoned = word & LEAT__SLOT_ABANDONED;
    if (abandoned || (!v->only_abandoned && (word & LEAT__SLOT_STATE) < LEAT__SETTLING))
        add(v, w, f, t, abandoned);
}

/* Once more if something was handed over meanwhile, which it may have missed. */
void leat__run_look(const struct leat__run *run, struct leat__look *l)
{
    for (int i = 0; i < TRIES; i++) {
        uint64_t before = atomic_load_explicit(&run->ok, memory_order_acquire);
        l->n = 0;
        l->ok = before;
        leat__workers_each(look_at, &(struct visit){ run, l, false });
        if (atomic_load_explicit(&run->ok, memory_order_relaxed) == before)
            return;
    }
}

uint64_t leat__run_ok(const struct leat__run *run)
{
    struct leat__look l = { 0 };
    leat__run_look(run, &l);
    return l.ok;
}

size_t leat__run_running(const struct leat__run *run, bool abandoned, uint32_t *out, size_t cap)
{
    struct leat__seen near[64], *seen = cap <= 64 ? near : calloc(cap, sizeof *seen);
    struct leat__look l = { .seen = seen, .cap = seen ? cap : 0 };
    leat__workers_each(look_at, &(struct visit){ run, &l, abandoned });
    for (size_t i = 0; i < l.n && i < l.cap; i++)
        out[i] = l.seen[i].node;
    if (seen != near)
        free(seen);
    return l.n;
}
