/* delivery: see run/delivery.h.
 *
 * What is delivered is fixed first: the time is taken, then all heads. What is seen in
 * one ring and ended before that time has its causes in the others seen too.
 *
 * Then facts are taken ring by ring in stretches: from the one with the oldest, up to
 * the oldest of any other. Of two busy workers stretches are one or two facts long, and
 * which is next cannot be foreseen: two rings are merged without a branch for it. */
#include "run/delivery.h"
#include "graph/graph.h"
#include "run/run.h"
#include <stdlib.h>

enum { BATCH = 128, MASK = LEAT__RING - 1 };

/* What is delivered of one ring. */
struct cursor {
    struct leat__ring *ring;
    uint64_t next, end;
    uint64_t time;                      /* of the next, once that is no mark */
    uint32_t worker;
};

struct leat__delivery {
    struct leat__late *late;            /* those that have been fetched */
    uint32_t late_at, lates;
    uint64_t until;                     /* what ended later is for another time */
    struct leat__run *run;              /* of the batch */
    struct leat__ticks_line line;       /* its */
    bool simple;                        /* ... and its nodes are those of its facts */
    bool odd;                           /* some of the batch is not as laid out */
    uint32_t n, cursors, heaped;
    struct cursor **heap;
    leat_event event[BATCH];
    struct cursor cursor[];
};

struct leat__delivery *leat__delivery_new(uint32_t rings)
{
    struct leat__delivery *d = calloc(1, sizeof *d + rings * (sizeof *d->cursor + sizeof *d->heap));
    if (d)
        d->heap = (struct cursor **)&d->cursor[rings];
    return d;
}

void leat__delivery_free(struct leat__delivery *d)
{
    if (d)
        free(d->late);
    free(d);
}

/* --- batches --- */

/* What is in the batch may be overwritten in its ring, while hooks hear it; but the
 * newest: its time is when the next began. */
static void let_go(struct leat__delivery *d)
{
    for (uint32_t i = 0; i < d->cursors; i++) {
        struct cursor *c = &d->cursor[i];
        c->ring->tail = c->next;
        atomic_store_explicit(&c->ring->gone, c->next - 1, memory_order_release);
    }
}

static void send(struct leat__delivery *d)
{
    let_go(d);
    for (uint32_t i = 0; d->n && i < d->run->hook_count; i++)
        leat__hook_hear(d->run->hooks[i], d->run, d->event, d->n);
    d->n = 0;
}

/* What all events of a batch have in common is written once, for many batches. */
static void lay_out(struct leat__delivery *d)
{
    const leat_event common = { .kind = LEAT_EVENT_NODE_DONE, .run = d->run->number, .driver = d->run->driver, .attempt = 1 };
    if (!d->odd && d->event[0].run == common.run && d->event[0].driver == common.driver)
        return;
    for (uint32_t i = 0; i < BATCH; i++)
        d->event[i] = common;
    d->odd = false;
}

static void begin(struct leat__delivery *d, struct leat__run *run)
{
    if (d->n == BATCH || (d->n && d->run != run))
        send(d);
    if (d->n)
        return;
    d->run = run;
    d->line = run->time;
    d->simple = !run->ids;
    lay_out(d);
}

static inline void fill(leat_event *e, uint32_t node, uint32_t worker, uint64_t began_ns, uint64_t ended_ns)
{
    e->id = node;
    e->worker = worker;
    e->began_ns = began_ns;
    e->ended_ns = ended_ns;
}

/* --- what is not simple --- */

/* A node is tried again by another attempt; of its own the newest is meant. */
static const char *why_failed(struct leat__run *run, uint32_t node, uint32_t attempt)
{
    pthread_mutex_lock(&run->lock);
    const struct leat__reason *r = run->reasons;
    while (r && (r->node != node || r->attempt != attempt))
        r = r->next;
    pthread_mutex_unlock(&run->lock);
    return r ? r->text : NULL;
}

/* What stands behind the nodes of a graph undoes one of them. */
static uint32_t undone(const struct leat__graph *g, uint32_t node, uint32_t *kind)
{
    if (node < g->count || *kind == LEAT_EVENT_NODE_SKIPPED)
        return node < g->count ? node : leat__rest_at(g, node)->producer;
    *kind = *kind == LEAT_EVENT_NODE_DONE ? LEAT_EVENT_NODE_REVERTED : LEAT_EVENT_NODE_REVERT_FAILED;
    return leat__rest_at(g, node)->producer;
}

/* Whatever it is. */
static void add(struct leat__delivery *d, struct leat__run *run, uint32_t worker, uint64_t began, struct leat__fact fact)
{
    const struct leat__graph *g = run->frame.plan->graph;
    uint32_t attempt = fact.what >> LEAT__FACT_ATTEMPT;
    begin(d, run);
    leat_event *e = &d->event[d->n++];
    fill(e, fact.node, worker, leat__ticks_to_ns(&d->line, began), leat__ticks_to_ns(&d->line, fact.time));
    if (fact.what == LEAT_EVENT_NODE_DONE && d->simple)
        return;
    d->odd = true;
    e->kind = fact.what & LEAT__FACT_KIND;
    e->attempt = attempt ? attempt : 1;
    if (run->ids)
        e->id = run->ids[fact.node];
    else if (fact.what & LEAT__FACT_INSIDE && g)
        e->id = undone(g, fact.node, &e->kind);
    if ((fact.what & LEAT__FACT_KIND) == LEAT_EVENT_NODE_FAILED) {
        e->code = LEAT_EFAILED;
        e->message = why_failed(run, fact.node, attempt);
    }
}

/* --- stretches --- */

static struct leat__fact next_of(const struct cursor *c) { return c->ring->at[c->next & MASK]; }
static uint64_t began_of(const struct cursor *c) { return c->ring->at[(c->next - 1) & MASK].time; }

/* false: there is no more. */
static bool find_next(struct cursor *c)
{
    for (; c->next < c->end; c->next++) {
        struct leat__fact fact = next_of(c);
        c->time = fact.time;
        if (fact.what == LEAT__FACT_RUN)
            c->ring->of = (struct leat__run *)(uintptr_t)fact.time;
        else if (fact.what != LEAT__FACT_BEGAN)
            return true;
    }
    return false;
}

static void take(struct leat__delivery *d, struct cursor *c)
{
    add(d, c->ring->of, c->worker, began_of(c), next_of(c));
    c->next++;
}

static bool is_simple(const struct leat__delivery *d, const struct cursor *c)
{
    return d->simple && c->ring->of == d->run;
}

/* Of one that has just been taken from: done, of the batch's run, and there is room. */
static void take_simple(struct leat__delivery *d, struct cursor *c, uint64_t limit)
{
    const struct leat__ticks_line line = d->line;
    const struct leat__fact *at = c->ring->at;
    leat_event *e = &d->event[d->n], *end = &d->event[BATCH];
    uint64_t i = c->next, most = c->end - i < (uint64_t)(end - e) ? c->end : i + (uint64_t)(end - e);
    uint64_t ns = leat__ticks_to_ns(&line, at[(i - 1) & MASK].time);
    for (; i < most; i++, e++) {
        struct leat__fact fact = at[i & MASK];
        if (fact.what != LEAT_EVENT_NODE_DONE || fact.time > limit)
            break;
        uint64_t began = ns;
        ns = leat__ticks_to_ns(&line, fact.time);
        fill(e, fact.node, c->worker, began, ns);
    }
    c->next = i;
    d->n = (uint32_t)(e - d->event);
}

static void take_until(struct leat__delivery *d, struct cursor *c, uint64_t limit)
{
    while (find_next(c) && c->time <= limit) {
        take(d, c);
        if (is_simple(d, c))
            take_simple(d, c, limit);
    }
}

/* --- two --- */

/* One of two, without a branch. */
static inline uint64_t either(bool second, uint64_t a, uint64_t b) { return a ^ ((a ^ b) & -(uint64_t)second); }

static void take_simple_of(struct leat__delivery *d, struct cursor *a, struct cursor *b)
{
    const struct leat__ticks_line line = d->line;
    const struct leat__fact *at = a->ring->at, *other = b->ring->at;
    leat_event *e = &d->event[d->n], *end = &d->event[BATCH];
    uint64_t i = a->next, k = b->next;
    uint64_t ns[2] = { leat__ticks_to_ns(&line, at[(i - 1) & MASK].time), leat__ticks_to_ns(&line, other[(k - 1) & MASK].time) };
    for (; i < a->end && k < b->end && e < end; e++) {
        const struct leat__fact *x = &at[i & MASK], *y = &other[k & MASK];
        bool second = y->time < x->time;
        struct leat__fact fact = *(const struct leat__fact *)either(second, (uint64_t)x, (uint64_t)y);
        if (fact.what != LEAT_EVENT_NODE_DONE)
            break;
        uint64_t began = ns[second];
        ns[second] = leat__ticks_to_ns(&line, fact.time);
        fill(e, fact.node, (uint32_t)either(second, a->worker, b->worker), began, ns[second]);
        k += second;
        i += !second;
    }
    a->next = i;
    b->next = k;
    d->n = (uint32_t)(e - d->event);
}

static void take_two(struct leat__delivery *d, struct cursor *a, struct cursor *b)
{
    while (find_next(a) && find_next(b)) {
        take(d, a->time <= b->time ? a : b);
        if (is_simple(d, a) && is_simple(d, b))
            take_simple_of(d, a, b);
    }
    take_until(d, a, UINT64_MAX);
    take_until(d, b, UINT64_MAX);
}

/* --- many, and late ones --- */

/* They are in order, so more are fetched when these are gone. NULL: none. */
static const struct leat__late *oldest_late(struct leat__rings *r)
{
    struct leat__delivery *d = r->delivery;
    if (d->late_at == d->lates && r->late_count) {
        free(d->late);
        pthread_mutex_lock(&r->late_lock);
        d->late = r->late;
        d->lates = r->late_count;
        r->late = NULL;
        r->late_count = r->late_cap = 0;
        pthread_mutex_unlock(&r->late_lock);
        d->late_at = 0;
    }
    const struct leat__late *l = d->late_at < d->lates ? &d->late[d->late_at] : NULL;
    return l && l->fact.time <= d->until ? l : NULL;
}

static void take_late(struct leat__delivery *d, const struct leat__late *l)
{
    struct leat__fact fact = l->fact;
    uint32_t worker = fact.what >> LEAT__FACT_WORKER & (LEAT__MOST_RINGS - 1);
    add(d, l->run, worker, l->began, fact);
    d->late_at++;
}

/* Of a heap, the oldest on top. */
static void sink(struct leat__delivery *d, uint32_t i)
{
    struct cursor **heap = d->heap, *c = heap[i];
    for (uint32_t k; (k = 2 * i + 1) < d->heaped; i = k) {
        k += k + 1 < d->heaped && heap[k + 1]->time < heap[k]->time;
        if (c->time <= heap[k]->time)
            break;
        heap[i] = heap[k];
    }
    heap[i] = c;
}

/* How far the one on top may be taken. */
static uint64_t limit(const struct leat__delivery *d, const struct leat__late *late)
{
    uint64_t least = late ? late->fact.time : UINT64_MAX;
    for (uint32_t i = 1; i < 3 && i < d->heaped; i++)
        least = d->heap[i]->time < least ? d->heap[i]->time : least;
    return least;
}

static void merge(struct leat__rings *r)
{
    struct leat__delivery *d = r->delivery;
    for (uint32_t i = d->heaped / 2; i-- > 0;)
        sink(d, i);
    for (const struct leat__late *late; (late = oldest_late(r)) || d->heaped;) {
        struct cursor *top = d->heap[0];
        if (late && (!d->heaped || late->fact.time <= top->time)) {
            take_late(d, late);
            continue;
        }
        if (!late && d->heaped == 2) {
            take_two(d, top, d->heap[1]);
            d->heaped = 0;
            continue;
        }
        take_until(d, top, limit(d, late));
        if (!find_next(top))
            d->heap[0] = d->heap[--d->heaped];
        if (d->heaped)
            sink(d, 0);
    }
}

/* --- all of them --- */

/* Without what ended too late; marks go with the fact behind them. */
static bool look(struct leat__delivery *d, struct leat__ring *ring, struct cursor *c)
{
    *c = (struct cursor){ .ring = ring, .next = ring->tail, .end = atomic_load(&ring->head) };
    for (; c->end > c->next; c->end--) {
        struct leat__fact last = ring->at[(c->end - 1) & MASK];
        if (last.what != LEAT__FACT_RUN && last.what != LEAT__FACT_BEGAN && last.time <= d->until)
            return find_next(c);
    }
    return false;
}

static void deliver(struct leat__rings *r)
{
    struct leat__delivery *d = r->delivery;
    d->until = leat__ticks_after();
    d->n = d->cursors = d->heaped = 0;
    for (uint32_t i = 0; i < r->count; i++) {
        struct cursor *c = &d->cursor[d->cursors];
        if (!look(d, &r->ring[i], c))
            continue;
        c->worker = i;
        d->cursors++;
        d->heap[d->heaped++] = c;
    }
    merge(r);
    send(d);
}

bool leat__rings_are_ours(const struct leat__rings *r)
{
    return atomic_load(&r->deliverer) == (uint64_t)pthread_self();
}

bool leat__rings_deliver(struct leat__rings *r, bool wait)
{
    if (!r->ring || leat__rings_are_ours(r))
        return false;
    if (!wait && pthread_mutex_trylock(&r->lock))
        return false;
    if (wait)
        pthread_mutex_lock(&r->lock);
    atomic_store(&r->deliverer, (uint64_t)pthread_self());
    deliver(r);
    atomic_store(&r->deliverer, 0);
    pthread_mutex_unlock(&r->lock);
    return true;
}
