/* event: see run/event.h. */
#include "run/event.h"
#include "base/vector.h"
#include "graph/graph.h"
#include "run/run.h"
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
#define X(enumerator, name, column, label) name,
    LEAT_EVENTS(X)
#undef X
};
static const char *const columns[] = {
#define X(enumerator, name, column, label) column,
    LEAT_EVENTS(X)
#undef X
};
static const char *const labels[] = {
#define X(enumerator, name, column, label) label,
    LEAT_EVENTS(X)
#undef X
};
enum { KINDS = sizeof names / sizeof *names };

const char *leat_event_name(uint32_t kind) { return kind < KINDS ? names[kind] : "?"; }
const char *leat_event_column(uint32_t kind) { return kind < KINDS ? columns[kind] : "?"; }
const char *leat_event_label(uint32_t kind) { return kind < KINDS ? labels[kind] : "?"; }

void leat__rings_init(struct leat__rings *r, uint32_t count)
{
    memset(r, 0, sizeof *r);
    r->count = count;
    pthread_mutex_init(&r->lock, NULL);
    pthread_mutex_init(&r->late_lock, NULL);
}

void leat__rings_fini(struct leat__rings *r)
{
    free(r->ring);
    free(r->late);
    free(r->due);
    pthread_mutex_destroy(&r->lock);
    pthread_mutex_destroy(&r->late_lock);
}

int leat__rings_ready(struct leat__rings *r)
{
    int code = 0;
    if (r->ring)                        /* who asks may be a hook that is told from them */
        return 0;
    pthread_mutex_lock(&r->lock);
    if (!r->ring) {
        size_t size = r->count * sizeof *r->ring;
        struct leat__ring *ring = aligned_alloc(64, size);
        if (ring)
            memset(ring, 0, size);
        for (uint32_t i = 0; ring && i < r->count; i++)
            ring[i].room = LEAT__RING;
        code = ring ? 0 : LEAT_ENOMEM;
        r->ring = ring;
    }
    pthread_mutex_unlock(&r->lock);
    return code;
}

/* --- facts --- */

struct leat__fact leat__fact_inside(const struct leat__frame *f, struct leat__fact fact)
{
    uint32_t attempt = f->attempt < LEAT__MOST_ATTEMPTS ? f->attempt : LEAT__MOST_ATTEMPTS;
    fact.task = f->plan->node[fact.task];
    fact.what |= LEAT__FACT_IS_NODE | attempt << LEAT__FACT_ATTEMPT;
    return fact;
}

/* Its time is taken under the lock, so that the list is in order. */
void leat__fact_add_late(struct leat__rings *r, struct leat__fact fact)
{
    pthread_mutex_lock(&r->late_lock);
    if (LEAT__ROOM(r->late, r->late_count, r->late_cap)) {
        fact.ended = leat__ticks();
        r->late[r->late_count++] = fact;
    } else {
        atomic_fetch_add_explicit(&fact.run->hook_failures, 1, memory_order_relaxed);
    }
    pthread_mutex_unlock(&r->late_lock);
}

/* --- to the hooks --- */

enum { BATCH = 64 };
struct batch { struct leat__run *run; uint32_t n; leat_event at[BATCH]; };

static void send(struct batch *b)
{
    for (uint32_t i = 0; b->n && i < b->run->hook_count; i++)
        leat__hook_hear(b->run->hooks[i], b->run, b->at, b->n);
    b->n = 0;
}

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

static void add(struct batch *b, const struct leat__fact *r)
{
    struct leat__run *run = r->run;
    const struct leat__plan *p = run->frame.plan;
    uint32_t node = r->what & LEAT__FACT_IS_NODE ? r->task : p->node[r->task], kind = r->what & LEAT__FACT_KIND;
    uint32_t worker = r->what >> LEAT__FACT_WORKER & (LEAT__MOST_RINGS - 1), attempt = r->what >> LEAT__FACT_ATTEMPT;
    if (b->n == BATCH || (b->n && b->run != run))
        send(b);
    b->run = run;
    leat_event *e = &b->at[b->n++];
    *e = (leat_event){ .kind = kind, .id = run->ids ? run->ids[node] : node, .run = run->number,
                       .began_ns = leat__ticks_to_ns(&run->time, r->began), .ended_ns = leat__ticks_to_ns(&run->time, r->ended),
                       .worker = worker, .driver = run->driver, .attempt = attempt ? attempt : 1 };
    if (__builtin_expect(r->what & LEAT__FACT_IS_NODE && p->graph && !run->ids, 0))
        e->id = undone(p->graph, node, &e->kind);
    if (__builtin_expect(kind == LEAT_EVENT_NODE_FAILED, 0)) {
        e->code = LEAT_EFAILED;
        e->message = why_failed(run, node, attempt);
    }
}

/* --- merging --- */

/* Where each ring is looked at up to. */
struct look { uint64_t until, head[LEAT__MOST_RINGS]; };

/* What ended before `until` in the ring that has the oldest; NULL: nothing. */
static struct leat__ring *oldest(struct leat__rings *r, const struct look *l, uint64_t *out_ended)
{
    struct leat__ring *best = NULL;
    uint64_t least = l->until;
    for (uint32_t i = 0; i < r->count; i++) {
        uint64_t tail = atomic_load_explicit(&r->ring[i].tail, memory_order_relaxed);
        uint64_t ended = tail < l->head[i] ? r->ring[i].at[tail & (LEAT__RING - 1)].ended : UINT64_MAX;
        if (ended <= least && (!best || ended < least)) {
            best = &r->ring[i];
            least = ended;
        }
    }
    *out_ended = least;
    return best;
}

static void take(struct batch *b, struct leat__ring *ring)
{
    uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
    add(b, &ring->at[tail & (LEAT__RING - 1)]);
    atomic_store_explicit(&ring->tail, tail + 1, memory_order_release);
}

/* A ring of its own needs no merging. */
static void take_all(struct batch *b, struct leat__ring *ring, uint64_t head)
{
    uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
    for (; tail < head; tail++)
        add(b, &ring->at[tail & (LEAT__RING - 1)]);
    atomic_store_explicit(&ring->tail, tail, memory_order_release);
}

/* Of those that no worker ran. They are in order, so more are fetched when these are gone. */
static const struct leat__fact *oldest_late(struct leat__rings *r)
{
    if (r->due_at == r->dues && r->late_count) {
        free(r->due);
        pthread_mutex_lock(&r->late_lock);
        r->due = r->late;
        r->dues = r->late_count;
        r->late = NULL;
        r->late_count = r->late_cap = 0;
        pthread_mutex_unlock(&r->late_lock);
        r->due_at = 0;
    }
    return r->due_at < r->dues ? &r->due[r->due_at] : NULL;
}

static void merge(struct batch *b, struct leat__rings *r, const struct look *l)
{
    for (;;) {
        uint64_t ended;
        struct leat__ring *ring = oldest(r, l, &ended);
        const struct leat__fact *late = oldest_late(r);
        if (late && late->ended <= ended) {
            add(b, late);
            r->due_at++;
        } else if (ring) {
            take(b, ring);
        } else {
            break;
        }
    }
}

/* The time comes first, then the heads: what is seen in one ring and ended before
 * that time has its causes in the others seen too. */
static void deliver(struct leat__rings *r)
{
    struct batch b = { .n = 0 };
    struct look l = { .until = leat__ticks_after() };
    for (uint32_t i = 0; i < r->count; i++)
        l.head[i] = atomic_load(&r->ring[i].head);
    if (r->count == 1 && !r->late_count && r->due_at == r->dues)
        take_all(&b, r->ring, l.head[0]);
    else
        merge(&b, r, &l);
    send(&b);
}

/* Inside a hook nobody can make room: what happens there is lost, and counted. */
bool leat__ring_room(struct leat__rings *r, struct leat__ring *ring, uint64_t head, struct leat__run *run)
{
    for (int again = 0; again < 2; again++) {
        ring->room = atomic_load_explicit(&ring->tail, memory_order_acquire) + LEAT__RING;
        if (head != ring->room)
            return true;
        leat__rings_deliver(r, true);
    }
    atomic_fetch_add_explicit(&run->hook_failures, 1, memory_order_relaxed);
    return false;
}

bool leat__rings_are_ours(const struct leat__rings *r)
{
    return atomic_load(&r->deliverer) == (uint64_t)pthread_self();
}

void leat__rings_deliver(struct leat__rings *r, bool wait)
{
    if (!r->ring || leat__rings_are_ours(r))
        return;
    if (!wait && pthread_mutex_trylock(&r->lock))
        return;
    if (wait)
        pthread_mutex_lock(&r->lock);
    atomic_store(&r->deliverer, (uint64_t)pthread_self());
    deliver(r);
    atomic_store(&r->deliverer, 0);
    pthread_mutex_unlock(&r->lock);
}

void leat__event_of_run(struct leat__run *run, uint32_t kind, int code)
{
    uint64_t now = leat__now_ns();
    leat_event e = { .kind = kind, .id = UINT32_MAX, .run = run->number, .began_ns = now, .ended_ns = now, .code = code,
                     .driver = run->driver };
    for (uint32_t i = 0; run->evented && i < run->hook_count; i++)
        leat__hook_hear(run->hooks[i], run, &e, 1);
}
