/* event: see run/event.h. */
#include "run/event.h"
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
}

void leat__rings_fini(struct leat__rings *r)
{
    free(r->ring);
    pthread_mutex_destroy(&r->lock);
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

/* --- to the hooks --- */

enum { BATCH = 64 };
struct batch { struct leat__run *run; uint32_t n; leat_event at[BATCH]; };

static _Thread_local const struct leat_hook *hearing;

bool leat__is_hearing(void) { return hearing; }

/* One hook never overlaps with itself, whichever runs it listens to; one that is
 * inside its own call hears nothing of what it runs there. */
static void call(struct leat__run *run, struct leat_hook *h, const leat_event *e, uint32_t n)
{
    uint64_t self = (uint64_t)pthread_self();
    if (!h->event_ops.events || h->stopped)
        return;
    if (atomic_load(&h->caller) == self) {
        atomic_fetch_add_explicit(&run->hook_failures, n, memory_order_relaxed);
        return;
    }
    pthread_mutex_lock(&h->turn);
    atomic_store(&h->caller, self);
    const struct leat_hook *outer = hearing;
    hearing = h;
    int wrong = h->stopped ? 0 : h->event_ops.events(h->user, e, n);
    hearing = outer;
    atomic_store(&h->caller, 0);
    pthread_mutex_unlock(&h->turn);
    if (wrong)
        atomic_fetch_add_explicit(&run->hook_failures, 1, memory_order_relaxed);
}

static void send(struct batch *b)
{
    for (uint32_t i = 0; b->n && i < b->run->hook_count; i++)
        call(b->run, b->run->hooks[i], b->at, b->n);
    b->n = 0;
}

static const char *why_failed(struct leat__run *run, uint32_t node)
{
    const char *why = NULL;
    pthread_mutex_lock(&run->lock);
    for (uint32_t i = run->failure_count; !why && i-- > 0;)
        if (run->failures[i].node == node)
            why = run->failures[i].public.message;
    pthread_mutex_unlock(&run->lock);
    return why;
}

static void add(struct batch *b, const struct leat__fact *r)
{
    struct leat__run *run = r->frame->run;
    uint32_t node = r->frame->plan->node[r->task];
    if (b->n == BATCH || (b->n && b->run != run))
        send(b);
    b->run = run;
    leat_event *e = &b->at[b->n++];
    *e = (leat_event){ .kind = r->kind, .id = node, .run = run->number, .began_ns = leat__ticks_to_ns(&run->time, r->began),
                       .ended_ns = leat__ticks_to_ns(&run->time, r->ended), .worker = r->worker, .driver = run->driver };
    if (__builtin_expect(r->kind == LEAT_EVENT_NODE_FAILED, 0)) {
        e->code = LEAT_EFAILED;
        e->message = why_failed(run, node);
    }
}

/* --- merging --- */

/* What ended before `until` in the ring that has the oldest; NULL: nothing. */
static struct leat__ring *oldest(struct leat__rings *r, const uint64_t *head, uint64_t until)
{
    struct leat__ring *best = NULL;
    uint64_t least = until;
    for (uint32_t i = 0; i < r->count; i++) {
        uint64_t tail = atomic_load_explicit(&r->ring[i].tail, memory_order_relaxed);
        uint64_t ended = tail < head[i] ? r->ring[i].at[tail & (LEAT__RING - 1)].ended : UINT64_MAX;
        if (ended <= least && (!best || ended < least)) {
            best = &r->ring[i];
            least = ended;
        }
    }
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

/* The time comes first, then the heads: what is seen in one ring and ended before
 * that time has its causes in the others seen too. */
static void deliver(struct leat__rings *r)
{
    struct batch b = { .n = 0 };
    uint64_t head[LEAT__MOST_RINGS], until = leat__ticks_after();
    for (uint32_t i = 0; i < r->count; i++)
        head[i] = atomic_load(&r->ring[i].head);
    struct leat__ring *ring;
    if (r->count == 1)
        take_all(&b, r->ring, head[0]);
    else
        while ((ring = oldest(r, head, until)))
            take(&b, ring);
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

void leat__rings_deliver(struct leat__rings *r, bool wait)
{
    uint64_t self = (uint64_t)pthread_self();
    if (!r->ring || atomic_load(&r->deliverer) == self)
        return;
    if (!wait && pthread_mutex_trylock(&r->lock))
        return;
    if (wait)
        pthread_mutex_lock(&r->lock);
    atomic_store(&r->deliverer, self);
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
        call(run, run->hooks[i], &e, 1);
}
