/* channel: the bounded queue between two instances of operators: one thread puts
 * packets, one takes them, none waits. A ring of slots of one size.
 *
 * Whoever puts sees its credit, the free slots, and what it wrote only counts once
 * flushed: one store per batch. The end of the stream stands in band behind the
 * last packet. Both counts only grow, so what went through is counted exactly. */
#pragma once
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define LEAT__CHANNEL_END ((uint64_t)1 << 63)   /* in tail: nothing comes behind it */

struct leat__channel {
    _Alignas(64) _Atomic uint64_t tail; /* packets put; who takes reads it               */
    uint64_t put;                       /* ... with those not flushed; of who puts        */
    uint64_t seen_head;                 /* head when who puts last looked                 */
    _Alignas(64) _Atomic uint64_t head; /* packets taken; who puts reads it               */
    uint64_t seen_tail;                 /* tail when who takes last looked                */
    _Atomic uint64_t deepest;           /* the most packets that waited                   */
    _Alignas(64) char *ring;
    uint32_t capacity, size;            /* slots, a power of two; bytes of one            */
};

/* A zeroed channel on a line of its own (64 bytes). 0 or LEAT_ENOMEM. */
int leat__channel_init(struct leat__channel *c, uint32_t size, uint32_t capacity);
void leat__channel_fini(struct leat__channel *c);

/* --- who puts --- */

/* Free slots; looks again only when it knows of fewer than `want`. */
static inline uint32_t leat__channel_credit(struct leat__channel *c, uint32_t want)
{
    uint64_t room = c->capacity - (c->put - c->seen_head);
    if (room < want) {
        c->seen_head = atomic_load_explicit(&c->head, memory_order_acquire);
        room = c->capacity - (c->put - c->seen_head);
    }
    return (uint32_t)room;
}

/* The next slot, and how many follow it in memory. */
static inline void *leat__channel_slot(const struct leat__channel *c, uint32_t *out_run)
{
    uint32_t at = (uint32_t)c->put & (c->capacity - 1);
    *out_run = c->capacity - at;
    return c->ring + (size_t)at * c->size;
}

/* One packet more, within the credit; nobody sees it yet. */
static inline void leat__channel_put(struct leat__channel *c, const void *packet)
{
    char *to = c->ring + (size_t)((uint32_t)c->put++ & (c->capacity - 1)) * c->size;
    if (c->size == 8)                   /* of known size it is no call */
        memcpy(to, packet, 8);
    else if (c->size == 16)
        memcpy(to, packet, 16);
    else
        memcpy(to, packet, c->size);
}

/* What was put, or written to slots and added to c->put, can be taken. */
static inline void leat__channel_flush(struct leat__channel *c)
{
    atomic_store_explicit(&c->tail, c->put, memory_order_release);
}

static inline void leat__channel_end(struct leat__channel *c)
{
    atomic_store_explicit(&c->tail, c->put | LEAT__CHANNEL_END, memory_order_release);
}

/* --- who takes --- */

/* Packets that wait, of which *out_at is the first and *out_run follow each other
 * in memory. They are its own until taken. */
static inline uint32_t leat__channel_look(struct leat__channel *c, uint32_t want, char **out_at, uint32_t *out_run)
{
    uint64_t head = atomic_load_explicit(&c->head, memory_order_relaxed), left = (c->seen_tail & ~LEAT__CHANNEL_END) - head;
    uint32_t at = (uint32_t)head & (c->capacity - 1);
    if (left < want) {
        c->seen_tail = atomic_load_explicit(&c->tail, memory_order_acquire);
        left = (c->seen_tail & ~LEAT__CHANNEL_END) - head;
        if (left > atomic_load_explicit(&c->deepest, memory_order_relaxed))
            atomic_store_explicit(&c->deepest, left, memory_order_relaxed);
    }
    *out_at = c->ring + (size_t)at * c->size;
    *out_run = left < c->capacity - at ? (uint32_t)left : c->capacity - at;
    return (uint32_t)left;
}

static inline void leat__channel_take(struct leat__channel *c, uint32_t n)
{
    atomic_store_explicit(&c->head, atomic_load_explicit(&c->head, memory_order_relaxed) + n, memory_order_release);
}

/* --- any thread --- */

/* Packets that wait, about: both ends may be moved meanwhile. */
static inline uint64_t leat__channel_depth(const struct leat__channel *c)
{
    uint64_t head = atomic_load_explicit(&c->head, memory_order_acquire);
    uint64_t depth = (atomic_load_explicit(&c->tail, memory_order_acquire) & ~LEAT__CHANNEL_END) - head;
    return depth < c->capacity ? depth : c->capacity;
}

/* --- who takes --- */

/* Everything was taken, and nothing will come: as who takes last saw it. */
static inline bool leat__channel_is_over(const struct leat__channel *c)
{
    return c->seen_tail == (atomic_load_explicit(&c->head, memory_order_relaxed) | LEAT__CHANNEL_END);
}
