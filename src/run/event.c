/* event: see run/event.h. */
#include "run/event.h"
#include "base/vector.h"
#include "run/delivery.h"
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
    leat__delivery_free(r->delivery);
    free(r->ring);
    free(r->late);
    pthread_mutex_destroy(&r->lock);
    pthread_mutex_destroy(&r->late_lock);
}

enum { PATIENCE_NS = 1000000 };

/* Under the lock. */
static int make(struct leat__rings *r)
{
    struct leat__ticks_line line = leat__ticks_line();
    size_t size = r->count * sizeof(struct leat__ring);
    struct leat__ring *ring = aligned_alloc(64, size);
    r->delivery = ring ? leat__delivery_new(r->count) : NULL;
    if (!r->delivery) {
        free(ring);
        return LEAT_ENOMEM;
    }
    memset(ring, 0, size);
    r->patience = r->unhurried ? UINT64_MAX : leat__ns_to_ticks(&line, PATIENCE_NS);
    for (uint32_t i = 0; i < r->count; i++) {
        ring[i].room = LEAT__RING / 2;
        ring[i].due = r->unhurried ? UINT64_MAX : 0;
    }
    r->ring = ring;
    return 0;
}

int leat__rings_ready(struct leat__rings *r)
{
    if (r->ring)                        /* who asks may be a hook that is told from them */
        return 0;
    pthread_mutex_lock(&r->lock);
    int code = r->ring ? 0 : make(r);
    pthread_mutex_unlock(&r->lock);
    return code;
}

/* --- facts --- */

/* Of a stream the node is another each time. */
struct leat__fact leat__fact_of(const struct leat__frame *f, uint32_t t, uint32_t kind)
{
    uint32_t attempt = f->attempt < LEAT__MOST_ATTEMPTS ? f->attempt : LEAT__MOST_ATTEMPTS;
    uint32_t inside = f->up ? LEAT__FACT_INSIDE | attempt << LEAT__FACT_ATTEMPT : 0;
    return (struct leat__fact){ .node = f->plan->node[t], .what = kind | inside };
}

/* Room for a fact and its marks at `head`. Half full it tries to deliver, which somebody
 * else may be at; full it must. Inside a hook nobody can: what happens there is lost,
 * and counted. */
static bool find_room(struct leat__rings *r, struct leat__ring *ring, uint64_t head, bool *told)
{
    const uint64_t half = LEAT__RING / 2, most = LEAT__RING - LEAT__FACT_WHOLE;
    uint64_t gone = atomic_load_explicit(&ring->gone, memory_order_acquire);
    for (int must = 0; must < 2 && head - gone >= (must ? most : half); must++) {
        *told |= leat__rings_deliver(r, must);
        gone = atomic_load_explicit(&ring->gone, memory_order_acquire);
    }
    uint64_t soon = head - gone < half ? gone + half : head + LEAT__RING / 8;
    ring->room = soon < gone + most ? soon : gone + most;
    return head - gone < most;
}

bool leat__fact_add(struct leat__rings *r, uint32_t worker, struct leat__run *run, uint64_t began, struct leat__fact fact)
{
    struct leat__ring *ring = &r->ring[worker];
    const uint64_t mask = LEAT__RING - 1;
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    bool told = false, other = run != ring->run;
    if (head >= ring->room && !find_room(r, ring, head, &told)) {
        atomic_fetch_add_explicit(&run->hook_failures, 1, memory_order_relaxed);
        return told;
    }
    if (other) {                        /* its address is no time: who merges stops before it */
        ring->at[head++ & mask] = (struct leat__fact){ .time = began, .what = LEAT__FACT_BEGAN };
        ring->at[head++ & mask] = (struct leat__fact){ .time = (uintptr_t)run, .what = LEAT__FACT_RUN };
    }
    if (other || began != ring->last)
        ring->at[head++ & mask] = (struct leat__fact){ .time = began, .what = LEAT__FACT_BEGAN };
    ring->at[head++ & mask] = fact;
    ring->run = run;
    ring->last = fact.time;
    atomic_store_explicit(&ring->head, head, memory_order_release);
    if (fact.time >= ring->due) {
        told |= leat__rings_deliver(r, false);
        ring->due = leat__ticks() + r->patience;
    }
    return told;
}

/* Its time is taken under the lock, so that the list is in order. */
void leat__fact_add_late(struct leat__rings *r, struct leat__run *run, uint32_t worker, uint64_t began,
                         struct leat__fact fact)
{
    pthread_mutex_lock(&r->late_lock);
    if (LEAT__ROOM(r->late, r->late_count, r->late_cap)) {
        fact.time = leat__ticks_after();
        fact.what |= worker << LEAT__FACT_WORKER;
        r->late[r->late_count++] = (struct leat__late){ fact, began, run };
    } else {
        atomic_fetch_add_explicit(&run->hook_failures, 1, memory_order_relaxed);
    }
    pthread_mutex_unlock(&r->late_lock);
}

void leat__event_of_run(struct leat__run *run, uint32_t kind, int code)
{
    uint64_t now = leat__now_ns();
    leat_event e = { .kind = kind, .id = UINT32_MAX, .run = run->number, .began_ns = now, .ended_ns = now, .code = code,
                     .driver = run->driver };
    for (uint32_t i = 0; run->evented && i < run->hook_count; i++)
        leat__hook_hear(run->hooks[i], run, &e, 1);
}
