/* each: a loop inside a node, cut into pieces for the pool. A run of its own whose
 * tasks are the pieces: the node's thread works along, and nothing else. Where there
 * is one worker they are called in turn. */
#include "base/clock.h"
#include "run/each.h"
#include "run/open.h"
#include "run/task.h"
#include "run/worker.h"
#include <stdlib.h>

enum {
    PER_WORKER = 8,                 /* pieces: enough to even out, few enough to cost nothing */
    PER_PIECE = 16,                 /* so much less than one is tried first */
    SHORT_NS = 50000                /* a loop that takes less is over before others are there */
};

struct each {
    struct leat__run run;
    struct leat__plan plan;
    struct leat__open open;
    const struct leat__run *outer;
    size_t from, n, piece;
    void (*fn)(void *user, size_t lo, size_t hi);
    void *user;
};

static void call_piece(struct leat__worker *w, struct each *e, size_t t)
{
    size_t lo = e->from + t * e->piece, hi = e->n - lo < e->piece ? e->n : lo + e->piece;
    if (!e->outer->stop || e->outer->suspended)     /* suspended, the task that loops ends as ever */
        e->fn(e->user, lo, hi);
    else if (e->outer->life)                        /* half a loop may not go on record */
        leat__worker_tell(w, NULL, 0, "cancelled before its loop had ended");
}

static enum leat__verdict step(struct leat__worker *w, struct leat__frame *f, uint32_t t)
{
    call_piece(w, (struct each *)f->run, t);
    return LEAT__OK;
}

static enum leat__after settled(struct leat__frame *f, uint32_t t, enum leat__verdict v)
{
    (void)t;
    if (v == LEAT__FAIL)
        leat__run_cancel(f->run);
    return LEAT__GO;
}

static const struct leat__policy pieces = { .name = "each", .step = step, .settled = settled };

/* A plan made by hand: so many tasks that wait for nothing, each under the name of
 * the node that they belong to. One block of memory. */
static void *make_plan(struct each *e, const struct leat__frame *outer, uint32_t node, uint32_t tasks)
{
    size_t task_size = ((size_t)tasks + 1) * sizeof(struct leat__task), words = 2 * ((size_t)tasks + 1) + tasks + 2;
    char *block = calloc(1, task_size + words * sizeof(uint32_t));
    if (!block)
        return NULL;
    uint32_t *word = (uint32_t *)(block + task_size);
    e->plan = (struct leat__plan){ .graph = outer->plan->graph, .n = tasks, .align = 16, .broken = LEAT__NONE,
                                   .bound = true, .task = (struct leat__task *)block, .in = word, .node = word,
                                   .open = &e->open };
    e->open = (struct leat__open){ .out_at = word + tasks, .out = word, .need = word + 2 * tasks + 1,
                                   .root = word + 3 * (size_t)tasks + 1, .roots = 1, .ready = tasks };
    for (uint32_t t = 0; t < tasks; t++) {
        e->plan.task[t] = (struct leat__task){ .side = LEAT__NONE, .flags = LEAT__TASK_STEP };
        e->plan.node[t] = node;
    }
    e->open.root[1] = tasks;
    return block;
}

/* What a piece failed of, the node fails of. */
static void pass_on_failure(struct each *e, struct leat__worker *outer)
{
    if (!e->run.failed)
        return;
    const leat_failure *f = e->run.failure_count ? &e->run.failures[0].public : NULL;
    leat__worker_tell(outer, f ? f->file : NULL, f ? f->line : 0, f && f->message ? f->message : "out of memory");
}

static bool run_pieces(struct each *e, struct leat__worker *w, struct leat__pool *pool, uint32_t tasks)
{
    struct leat__frame *f = w->frame;
    void *block = make_plan(e, f, f->plan->node[w->task], tasks);
    if (!block)
        return false;
    leat__run_init(&e->run, &pieces);
    e->run.pool = pool;
    e->run.priority = (int)leat__task_band(f, w->task) - LEAT__NORMAL;
    e->run.number = f->run->number;
    bool made = leat__frame_init(&e->run.frame, &e->plan) == 0;
    if (made) {
        leat__run_descend(&e->run);
        leat__run_through(&e->run);
        pass_on_failure(e, w);
        leat__workers_forget();
        leat__run_clear(&e->run);
        leat__frame_fini(&e->run.frame);
    }
    leat__run_fini(&e->run);
    free(block);
    return made;
}

/* One after the other, on the node's thread. */
static void call_pieces(struct each *e, struct leat__worker *w, uint32_t tasks)
{
    for (uint32_t t = 0; t < tasks && !leat__worker_has_failed(w, w->task); t++)
        call_piece(w, e, t);
}

static uint32_t count_pieces(const struct each *e) { return (uint32_t)((e->n - e->from + e->piece - 1) / e->piece); }

/* Calls a little of the loop: the rest would be over before another worker began. */
static bool is_short(struct each *e, struct leat__worker *w, size_t grain)
{
    struct each little = *e;
    little.n = e->piece / PER_PIECE;
    if (!little.n || little.n < grain)
        return false;
    uint64_t since = leat__now_ns();
    call_piece(w, &little, 0);
    e->from = little.n;
    return (leat__now_ns() - since) * ((e->n - e->from) / e->from) < SHORT_NS;
}

int leat__each(leat_context *ctx, size_t n, size_t grain, void (*fn)(void *, size_t, size_t), void *user)
{
    struct leat__worker *w = (struct leat__worker *)ctx;
    struct leat__run *outer = w->frame->run;
    struct leat__pool *pool = leat__is_hearing() ? NULL : outer->loops;     /* they may wait for this hook */
    size_t most = (pool ? (size_t)pool->slots : 1) * PER_WORKER, count = n / (grain ? grain : 1);
    if (!n)
        return 0;
    count = count > most ? most : count ? count : 1;
    struct each e = { .outer = outer, .n = n, .piece = (n + count - 1) / count, .fn = fn, .user = user };
    bool alone = count == 1 || !pool || (pool->slots == 1 && !pool->sim);
    if (alone || (!pool->sim && is_short(&e, w, grain)) || leat__worker_has_failed(w, w->task) ||
        !run_pieces(&e, w, pool, count_pieces(&e)))
        call_pieces(&e, w, count_pieces(&e));
    return leat__worker_has_failed(w, w->task) ? -1 : 0;
}
