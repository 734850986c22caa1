/* agenda: see run/agenda.h. */
#include "run/agenda.h"
#include "run/gate.h"
#include "run/pool.h"

static bool is_ours(const struct leat__view *v, const struct leat__frame *f) { return !v->only || f->run == v->only; }

static const struct leat__entry *ready_at(const struct leat__view *v, uint32_t i)
{
    const struct leat__deque *d = v->worker->deque;
    return &d->own[(d->tail + i) & (d->cap - 1)];
}

/* The highest band of those that are ready; LOW, too, where bands do not count. */
static enum leat__band ready_band(const struct leat__view *v)
{
    const struct leat__pool *p = v->worker->pool;
    enum leat__band band, most = LEAT__LOW;
    for (uint32_t i = 0; p->banded && !v->free && i < leat__deque_count(v->worker->deque); i++) {
        const struct leat__entry *e = ready_at(v, i);
        if (is_ours(v, e->frame) && (band = leat__task_band(e->frame, e->lo)) > most)
            most = band;
    }
    return most;
}

static bool is_choice(const struct leat__view *v, uint32_t i, enum leat__band least)
{
    const struct leat__entry *e = ready_at(v, i);
    return is_ours(v, e->frame) && leat__task_band(e->frame, e->lo) >= least;
}

static uint32_t count_ready(const struct leat__view *v, enum leat__band least)
{
    uint32_t count = leat__deque_count(v->worker->deque), n = 0;
    if (!v->only && least == LEAT__LOW)
        return count;
    for (uint32_t i = 0; i < count; i++)
        n += is_choice(v, i, least);
    return n;
}

uint32_t leat__agenda_ready(const struct leat__view *v)
{
    enum leat__band least = ready_band(v);
    uint32_t at = (uint32_t)leat__sim_below(v->sim, count_ready(v, least));
    if (!v->only && least == LEAT__LOW)
        return at;
    for (uint32_t i = 0;; i++)
        if (is_choice(v, i, least) && !at--)
            return i;
}

static bool is_due(const struct leat__view *v, uint32_t i)
{
    const struct leat__flight *f = &v->sim->flight[i];
    return is_ours(v, f->frame) && f->until <= v->sim->now;
}

static uint32_t count_due(const struct leat__view *v)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < v->sim->flights; i++)
        n += is_due(v, i);
    return n;
}

uint32_t leat__agenda_ended(const struct leat__view *v)
{
    uint32_t at = (uint32_t)leat__sim_below(v->sim, count_due(v));
    for (uint32_t i = 0;; i++)
        if (is_due(v, i) && !at--)
            return i;
}

uint32_t leat__agenda_timer(const struct leat__sim *s)
{
    uint32_t first = LEAT__NONE;
    for (uint32_t i = 0; i < s->timers; i++)
        if (first == LEAT__NONE || s->timer[i].at < s->timer[first].at)
            first = i;
    return first;
}

/* A task that waits for a run has its worker; what it waits for needs one too. */
static bool has_worker(const struct leat__view *v)
{
    const struct leat__sim *s = v->sim;
    if (s->flights + s->depth < s->spec.workers)
        return true;
    for (uint32_t i = 0; i < s->flights; i++)
        if (is_ours(v, s->flight[i].frame))
            return false;
    return true;
}

static uint64_t next_time(const struct leat__view *v)
{
    const struct leat__sim *s = v->sim;
    uint64_t at = UINT64_MAX;
    for (uint32_t i = 0; i < s->timers; i++)
        if (s->timer[i].at > s->now && s->timer[i].at < at)
            at = s->timer[i].at;
    for (uint32_t i = 0; i < s->flights; i++)
        if (is_ours(v, s->flight[i].frame) && s->flight[i].until > s->now && s->flight[i].until < at)
            at = s->flight[i].until;
    return at;
}

uint64_t leat__agenda_next(const struct leat__view *v, bool idle)
{
    uint64_t at = next_time(v);
    int64_t late = idle ? leat__gates_patience(v->worker->pool, v->sim->now) : 0;
    uint64_t due = late > 0 ? v->sim->now + (uint64_t)late : UINT64_MAX;
    return due < at ? due : at;
}

bool leat__agenda_has(const struct leat__view *v, enum leat__door door)
{
    const struct leat__sim *s = v->sim;
    uint32_t timer;
    switch (door) {
    case LEAT__DOOR_ENTER: return leat__pool_holds(v->worker->pool, v->only);
    case LEAT__DOOR_BEGIN: return has_worker(v) && count_ready(v, LEAT__LOW);
    case LEAT__DOOR_END:   return count_due(v);
    case LEAT__DOOR_TIMER: return (timer = leat__agenda_timer(s)) != LEAT__NONE && s->timer[timer].at <= s->now;
    case LEAT__DOOR_FLUSH: return v->worker->pool->unsynced > 0;
    case LEAT__DOOR_STIR:  return v->worker->pool->stir || leat__gates_patience(v->worker->pool, s->now) == 0;
    default:    return false;
    }
}
