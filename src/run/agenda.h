/* agenda: what may happen next in a simulation (run/sim.h), of which the seed picks one,
 * and when time brings more. Nothing happens here. Private to sim.c and agenda.c. */
#pragma once
#include "base/text.h"
#include "run/policy.h"
#include "run/sim.h"

enum leat__door { LEAT__DOOR_ENTER, LEAT__DOOR_BEGIN, LEAT__DOOR_END, LEAT__DOOR_TIMER, LEAT__DOOR_FLUSH, LEAT__DOOR_STIR, LEAT__DOORS };

/* verdict: AGAIN: a step, after which there is another. after: LATER: the policy will
 * have to be asked. */
struct leat__flight {
    struct leat__frame *frame;
    uint32_t task;
    enum leat__after after;
    enum leat__verdict verdict;
    uint64_t until, began;
};
struct leat__alarm { uint64_t at; void (*fn)(void *user); void *user; };

struct leat__sim {
    struct leat__sim_spec spec;
    uint64_t random;
    _Atomic uint64_t now;
    uint64_t requests;          /* for memory                                   */
    uint64_t cut;               /* events until on_cut is called; 0: it is not  */
    void (*on_cut)(void *user);
    void *cut_user;
    uint32_t runs;              /* that came in                                 */
    uint32_t depth;             /* calls on the stack: their tasks are not in flight yet */
    struct leat__flight *flight;
    uint32_t flights, flight_cap;
    struct leat__alarm *timer;
    uint32_t timers, timer_cap;
    struct leat__text trace;
};

/* One look at what may happen. */
struct leat__view {
    struct leat__sim *sim;
    struct leat__worker *worker;
    const struct leat__run *only;
    uint64_t until;
    bool free;                  /* of bands */
};

/* What may happen behind that door does: now, and to runs that the view sees. */
bool leat__agenda_has(const struct leat__view *v, enum leat__door door);
/* BEGIN is possible: an entry of the deque, by its distance from the tail. */
uint32_t leat__agenda_ready(const struct leat__view *v);
/* END is possible: a flight. */
uint32_t leat__agenda_ended(const struct leat__view *v);
/* The earliest timer, and of those the one that was asked for first; LEAT__NONE. */
uint32_t leat__agenda_timer(const struct leat__sim *s);
/* When time brings something new; UINT64_MAX: never. idle: where all wait for gates, the
 * deadline of one does. */
uint64_t leat__agenda_next(const struct leat__view *v, bool idle);

/* --- the seed --- */

static inline uint64_t leat__sim_mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static inline uint64_t leat__sim_draw(struct leat__sim *s) { return leat__sim_mix(s->random += 0x9e3779b97f4a7c15u); }

static inline uint64_t leat__sim_below(struct leat__sim *s, uint64_t n) { return leat__sim_draw(s) % n; }
