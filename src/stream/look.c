/* look: what goes through operators while they run. Their counts are kept by batch, by
 * whoever runs them, and read by any thread. */
#include "run/look.h"
#include "run/task.h"
#include "stream/stream.h"

static bool runs(const struct leat__look *l, uint32_t task)
{
    for (size_t i = 0; l && i < l->n && i < l->cap; i++)
        if (l->seen[i].task == task)
            return true;
    return false;
}

/* Whoever is seen running is not parked any more, or not yet. */
static bool is_parked(const struct leat__frame *f, const struct leat__look *l, uint32_t task)
{
    return leat__task_state(f, task) == LEAT__PARKED && !runs(l, task);
}

static void add_channels(struct leat__traffic *sum, const struct leat__instance *x)
{
    for (uint32_t k = 0; k < x->ins; k++) {
        const struct leat__channel *c = x->in[k].channel;
        uint64_t deepest = atomic_load_explicit(&c->deepest, memory_order_relaxed);
        sum->deepest = deepest > sum->deepest ? deepest : sum->deepest;
        sum->waiting += leat__channel_depth(c);
        sum->capacity += c->capacity;
    }
}

static void add_state(struct leat__traffic *sum, const struct leat__instance *x, const struct leat__frame *f,
                      const struct leat__look *l, uint32_t task, uint32_t op)
{
    uint32_t waits = atomic_load_explicit(&x->waits, memory_order_relaxed);
    sum->running += runs(l, task) && __atomic_load_n(&f->plan->node[task], __ATOMIC_RELAXED) == op;
    sum->starved += is_parked(f, l, task) && waits == LEAT__FOR_PACKETS;
    sum->stalled += is_parked(f, l, task) && waits == LEAT__FOR_CREDIT;
}

struct leat__traffic leat__stream_traffic(const struct leat__stream *s, const struct leat__frame *f,
                                          const struct leat__look *l, uint32_t op)
{
    struct leat__traffic sum = { 0 };
    for (uint32_t i = 0; i < s->instances; i++) {
        const struct leat__instance *x = &s->instance[i];
        if (op < x->first || op >= x->first + x->seats)
            continue;
        const struct leat__seat *seat = &x->seat[op - x->first];
        if (seat->op->kind != LEAT__SOURCE)
            sum.in += atomic_load_explicit(&seat->seen, memory_order_acquire);
        sum.out += atomic_load_explicit(&seat->gave, memory_order_acquire);
        if (op == x->first)
            add_channels(&sum, x);
        if (l)
            add_state(&sum, x, f, l, i, op);
    }
    return sum;
}

uint32_t leat__stream_parked(const struct leat__stream *s, const struct leat__frame *f, const struct leat__look *l)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->instances; i++)
        n += is_parked(f, l, i);
    return n;
}

static uint32_t number_of(const struct leat__stream *s, uint32_t instance)
{
    uint32_t first = instance;
    while (first && s->instance[first - 1].first == s->instance[instance].first)
        first--;
    return instance - first;
}

struct leat__ends leat__stream_ends(const struct leat__stream *s, uint32_t i)
{
    for (uint32_t x = 0; x < s->instances; x++)
        for (uint32_t k = 0; k < s->instance[x].ins; k++) {
            const struct leat__link *l = &s->instance[x].in[k];
            if (l->channel == &s->channel[i])
                return (struct leat__ends){ s->instance[l->peer].first + s->instance[l->peer].seats - 1, s->instance[x].first,
                                            number_of(s, l->peer), number_of(s, x) };
        }
    return (struct leat__ends){ 0 };
}
