/* sim: see run/sim.h. Nothing here may depend on addresses, on the real clock or
 * on what other threads do. */
#include "run/sim.h"
#include "base/text.h"
#include "base/vector.h"
#include "run/find.h"
#include "run/gate.h"
#include "run/journal.h"
#include "run/settle.h"
#include "run/task.h"
#include "run/worker.h"
#include <inttypes.h>
#include <leat/error.h>
#include <stdio.h>
#include <stdlib.h>

enum door { ENTER, BEGIN, END, TIMER, FLUSH, STIR, PASS, DOORS };

/* verdict: AGAIN: a step, after which there is another. after: LATER: the policy will
 * have to be asked. */
struct flight { struct leat__frame *frame; uint32_t task; enum leat__after after; enum leat__verdict verdict; uint64_t until, began; };
struct timer { uint64_t at; void (*fn)(void *user); void *user; };

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
    struct flight *flight;
    uint32_t flights, flight_cap;
    struct timer *timer;
    uint32_t timers, timer_cap;
    struct leat__text trace;
};

/* One look at what may happen. */
struct view {
    struct leat__sim *sim;
    struct leat__worker *worker;
    const struct leat__run *only;
    uint64_t until;
    bool free;                  /* of bands */
};

struct leat__sim *leat__sim_new(const struct leat__sim_spec *spec)
{
    struct leat__sim *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->spec = *spec;
    s->random = spec->seed;
    return s;
}

void leat__sim_free(struct leat__sim *s)
{
    if (!s)
        return;
    free(s->flight);
    free(s->timer);
    leat__text_fini(&s->trace);
    free(s);
}

/* --- the seed --- */

static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static uint64_t draw(struct leat__sim *s) { return mix(s->random += 0x9e3779b97f4a7c15u); }

static uint64_t below(struct leat__sim *s, uint64_t n) { return draw(s) % n; }

/* A quarter of all tasks takes no time; a few are much longer than the others. Of tasks
 * that go on step by step some are slow in each. */
static uint64_t duration(struct leat__sim *s, const struct leat__frame *f, uint32_t t)
{
    uint64_t kind = below(s, 16), most = s->spec.delay_ns > UINT64_MAX / 64 ? UINT64_MAX / 64 : s->spec.delay_ns;
    uint64_t ns = below(s, (kind ? most : 8 * most) + 1);
    bool slow = f->plan->task[t].flags & LEAT__TASK_STEP && mix(s->spec.seed + t) % 4 == 0;
    return kind > 11 ? 0 : slow ? 8 * ns : ns;
}

bool leat__sim_starves(struct leat__sim *s) { return ++s->requests == s->spec.no_memory_at; }

/* All, nearly none, or anything between. */
uint32_t leat__sim_some(struct leat__sim *s, uint32_t n)
{
    uint64_t kind = below(s, 4), some = below(s, n);
    return kind < 2 || !n ? n : (uint32_t)(kind == 2 ? some + 1 : some % 4 + 1 < n ? some % 4 + 1 : n);
}

/* --- the trace --- */

struct label { char text[300]; };       /* taken before: a frame may be gone when its event is told */

static struct label label_of(const struct leat__sim *s, const struct leat__frame *f, uint32_t t)
{
    struct label l;
    l.text[0] = 0;
    char serial[32] = "";
    if (!s->spec.trace)
        return l;
    if (f->serial)
        snprintf(serial, sizeof serial, "/%" PRIu32, f->serial);
    const char *name = t == LEAT__NONE ? "" : f->plan->graph && f->plan->node ? leat__frame_node(f, t)->name : "-";
    snprintf(l.text, sizeof l.text, "%" PRIu32 "%s%s%s", f->run->ordinal, serial, *name ? " " : "", name);
    return l;
}

static void tell(struct leat__sim *s, const char *what, struct label of, const char *how)
{
    if (s->spec.trace)
        leat__text_printf(&s->trace, "%" PRIu64 " %s%s%s%s%s\n", s->now, what, *of.text ? " " : "", of.text,
                          *how ? " " : "", how);
}

const char *leat__sim_trace(const struct leat__sim *s, size_t *out_len)
{
    bool there = s->spec.trace && !s->trace.failed;
    if (out_len)
        *out_len = there ? s->trace.len : 0;
    return !there ? NULL : s->trace.data ? s->trace.data : "";
}

/* --- what may happen --- */

static bool is_ours(const struct view *v, const struct leat__frame *f) { return !v->only || f->run == v->only; }

static const struct leat__entry *ready_at(const struct view *v, uint32_t i)
{
    const struct leat__deque *d = v->worker->deque;
    return &d->own[(d->tail + i) & (d->cap - 1)];
}

/* The highest band of those that are ready; LOW, too, where bands do not count. */
static enum leat__band ready_band(const struct view *v)
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

/* Its place among the ready ones, LEAT__NONE: there is none; picked by the seed. */
static uint32_t find_ready(const struct view *v, bool pick)
{
    uint32_t count = leat__deque_count(v->worker->deque), ours = 0;
    enum leat__band least = pick ? ready_band(v) : LEAT__LOW;
    bool all = !v->only && least == LEAT__LOW;
    for (uint32_t i = 0; !all && i < count; i++) {
        const struct leat__entry *e = ready_at(v, i);
        ours += is_ours(v, e->frame) && leat__task_band(e->frame, e->lo) >= least;
    }
    ours = all ? count : ours;
    if (!ours || !pick)
        return ours ? 0 : LEAT__NONE;
    uint32_t at = (uint32_t)below(v->sim, ours);
    if (all)
        return at;
    for (uint32_t i = 0;; i++) {
        const struct leat__entry *e = ready_at(v, i);
        if (is_ours(v, e->frame) && leat__task_band(e->frame, e->lo) >= least && !at--)
            return i;
    }
}

static uint32_t find_ended(const struct view *v, bool pick)
{
    const struct leat__sim *s = v->sim;
    uint32_t due = 0, at;
    for (uint32_t i = 0; i < s->flights; i++)
        due += is_ours(v, s->flight[i].frame) && s->flight[i].until <= s->now;
    if (!due || !pick)
        return due ? 0 : LEAT__NONE;
    at = (uint32_t)below(v->sim, due);
    for (uint32_t i = 0;; i++)
        if (is_ours(v, s->flight[i].frame) && s->flight[i].until <= s->now && !at--)
            return i;
}

/* The earliest, and of those the one that was asked for first. */
static uint32_t find_timer(const struct leat__sim *s)
{
    uint32_t first = LEAT__NONE;
    for (uint32_t i = 0; i < s->timers; i++)
        if (first == LEAT__NONE || s->timer[i].at < s->timer[first].at)
            first = i;
    return first;
}

/* A task that waits for a run has its worker; what it waits for needs one too. */
static bool has_worker(const struct view *v)
{
    const struct leat__sim *s = v->sim;
    if (s->flights + s->depth < s->spec.workers)
        return true;
    for (uint32_t i = 0; i < s->flights; i++)
        if (is_ours(v, s->flight[i].frame))
            return false;
    return true;
}

/* When time brings something new; UINT64_MAX: never. */
static uint64_t next_time(const struct view *v)
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

/* Where all wait for gates, that of a deadline does. */
static uint64_t idle_until(const struct view *v, uint64_t next)
{
    int64_t late = leat__gates_patience(v->worker->pool, v->sim->now);
    uint64_t due = late > 0 ? v->sim->now + (uint64_t)late : UINT64_MAX;
    return due < next ? due : next;
}

static bool is_possible(const struct view *v, enum door door)
{
    const struct leat__sim *s = v->sim;
    uint32_t timer;
    switch (door) {
    case ENTER: return leat__pool_holds(v->worker->pool, v->only);
    case BEGIN: return has_worker(v) && find_ready(v, false) != LEAT__NONE;
    case END:   return find_ended(v, false) != LEAT__NONE;
    case TIMER: return (timer = find_timer(s)) != LEAT__NONE && s->timer[timer].at <= s->now;
    case FLUSH: return v->worker->pool->unsynced > 0;
    case STIR:  return v->worker->pool->stir || leat__gates_patience(v->worker->pool, s->now) == 0;
    default:    return false;
    }
}

/* --- it happens --- */

/* A task of the entry; what is left of a range goes back in one or two. */
static struct leat__entry take_ready(const struct view *v)
{
    struct leat__deque *d = v->worker->deque;
    uint32_t at = find_ready(v, true);
    bool room = leat__deque_grow(d, 1);
    struct leat__entry *e = &d->own[(d->tail + at) & (d->cap - 1)], all = *e;
    uint32_t n = all.hi - all.lo, t = all.lo + (uint32_t)below(v->sim, n);
    if (!room && t + 1 < all.hi)
        t = all.lo;
    if (n == 1) {
        *e = d->own[--d->head & (d->cap - 1)];
    } else if (t == all.lo) {
        e->lo++;
    } else {
        e->hi = t;
        if (t + 1 < all.hi)
            leat__deque_push(d, (struct leat__entry){ all.frame, t + 1, all.hi });
    }
    return (struct leat__entry){ all.frame, t, t + 1 };
}

/* What was pushed last had no room: as a push does then. */
static void starve(const struct view *v, uint32_t before)
{
    struct leat__deque *d = v->worker->deque;
    struct leat__entry e;
    if (leat__deque_count(d) <= before || !leat__sim_starves(v->sim) || !leat__deque_pop(d, &e))
        return;
    tell(v->sim, "full", label_of(v->sim, e.frame, e.lo), "");
    leat__pool_put(v->worker->pool, e.frame, e.lo);
}

static void end_step(const struct view *v, const struct flight *f)
{
    tell(v->sim, "again", label_of(v->sim, f->frame, f->task), "");
    if (!leat__deque_push(v->worker->deque, (struct leat__entry){ f->frame, f->task, f->task + 1 }))
        leat__pool_put(v->worker->pool, f->frame, f->task);
}

/* Settled later it may be gone at once. */
static void end_task(const struct view *v, struct flight *f)
{
    struct label label = label_of(v->sim, f->frame, f->task);
    bool asks = f->after == LEAT__LATER;
    v->worker->began = f->began;
    if (asks)
        f->after = leat__task_ask(f->frame, f->task, f->verdict);
    bool later = f->after == LEAT__LATER;
    if (asks && !later)
        leat__task_recorded_late(f->frame, f->task, f->verdict, v->worker->lane, f->began);
    tell(v->sim, "end", label, leat__state_name(later ? LEAT__SETTLING : leat__task_state(f->frame, f->task)));
    if (!later)
        leat__worker_end(v->worker, f->frame, f->task, f->after);
}

static void end(const struct view *v, struct flight f)
{
    uint32_t before = leat__deque_count(v->worker->deque);
    if (f.verdict == LEAT__AGAIN)
        end_step(v, &f);
    else
        end_task(v, &f);
    starve(v, before);
}

/* Whether it fails is drawn whatever it is, so that one task changes no other. */
static const char *refusal(struct leat__sim *s, const struct leat__frame *f, uint32_t t)
{
    bool fails = below(s, 1000000) < s->spec.fail_per_million;
    if (f->plan->task[t].flags & LEAT__TASK_QUIET)
        return NULL;
    return leat__sim_starves(s) ? "out of memory" : fails ? "fails in this simulation" : NULL;
}

/* Of the highest band; one beginning in so many is of any. */
static struct leat__entry choose_ready(const struct view *v)
{
    struct view any = *v;
    any.free = v->worker->pool->banded && !below(v->sim, LEAT__AGING);
    return take_ready(&any);
}

static void begin(const struct view *v)
{
    struct leat__sim *s = v->sim;
    struct leat__entry e = choose_ready(v);
    struct flight f = { .frame = e.frame, .task = e.lo };
    struct label label = label_of(s, f.frame, f.task);
    const char *why = refusal(s, f.frame, f.task);
    bool full = below(s, 2);
    tell(s, "begin", label, why ? why : "");
    uint64_t lasts = duration(s, f.frame, f.task);
    s->depth++;
    v->worker->lasts_ns = (int64_t)lasts;
    bool ends = leat__worker_begin(v->worker, f.frame, f.task, full, why, &f.after);
    s->depth--;
    f.until = s->now + lasts;
    f.began = v->worker->began;
    f.verdict = ends ? LEAT__OK : v->worker->verdict;
    if (f.verdict == LEAT__PARK || f.verdict == LEAT__STOPPED)
        tell(s, f.verdict == LEAT__PARK ? "park" : "stop", label, "");
    else if (LEAT__ROOM(s->flight, s->flights, s->flight_cap))
        s->flight[s->flights++] = f;
    else
        end(v, f);
}

static void call_timer(struct leat__sim *s)
{
    uint32_t i = find_timer(s);
    struct timer t = s->timer[i];
    for (s->timers--; i < s->timers; i++)
        s->timer[i] = s->timer[i + 1];
    tell(s, "timer", (struct label){ "" }, "");
    t.fn(t.user);
}

static void happen(const struct view *v, enum door door)
{
    struct leat__sim *s = v->sim;
    struct flight f;
    uint32_t i;
    switch (door) {
    case ENTER:
        leat__find_queued(v->worker);
        break;
    case BEGIN:
        begin(v);
        break;
    case END:
        i = find_ended(v, true);
        f = s->flight[i];
        s->flight[i] = s->flight[--s->flights];
        end(v, f);
        break;
    case TIMER:
        call_timer(s);
        break;
    case FLUSH:
        tell(s, "flush", (struct label){ "" }, "");
        leat__pool_lead(v->worker->pool, false);
        break;
    case STIR:
        tell(s, "stir", (struct label){ "" }, "");
        leat__gates_look(v->worker->pool);
        break;
    default:
        break;
    }
}

/* false: nothing may happen before `until`. */
static bool step(const struct view *v)
{
    enum door open[DOORS];
    uint32_t n = 0;
    if (v->sim->cut && !--v->sim->cut) {
        v->sim->on_cut(v->sim->cut_user);
        return true;
    }
    for (enum door d = ENTER; d < PASS; d++)
        if (is_possible(v, d))
            open[n++] = d;
    uint64_t next = n ? next_time(v) : idle_until(v, next_time(v));
    bool passes = next != UINT64_MAX && next <= v->until;
    if (!n && !passes) {
        if (v->until != UINT64_MAX)
            v->sim->now = v->until;
        return false;
    }
    if (passes && (!n || !below(v->sim, 8)))
        v->sim->now = next;
    else
        happen(v, open[below(v->sim, n)]);
    return true;
}

void leat__sim_work(struct leat__worker *w)
{
    struct view v = { w->pool->sim, w, w->only, w->until, false };
    while (!(w->over && *w->over) && step(&v))
        continue;
}

/* --- doors --- */

int leat__sim_at(struct leat__sim *s, uint64_t at, void (*fn)(void *user), void *user)
{
    if (!LEAT__ROOM(s->timer, s->timers, s->timer_cap))
        return LEAT_ENOMEM;
    s->timer[s->timers++] = (struct timer){ at, fn, user };
    return 0;
}

static void allow(void *id) { leat_gate_allow((leat_gate){ (uintptr_t)id }); }
static void forbid(void *id) { leat_gate_refuse((leat_gate){ (uintptr_t)id }, "refused in this simulation"); }

/* Without memory for a timer, at once. */
void leat__sim_answer(struct leat__sim *s, uint64_t id)
{
    if (!s->spec.answer_ns)
        return;
    void (*fn)(void *) = below(s, 1000000) < s->spec.refuse_per_million ? forbid : allow;
    if (leat__sim_at(s, s->now + below(s, s->spec.answer_ns) + 1, fn, (void *)(uintptr_t)id) < 0)
        fn((void *)(uintptr_t)id);
}

uint64_t leat__sim_now(const struct leat__sim *s) { return s->now; }

void leat__sim_cut(struct leat__sim *s, uint64_t event, void (*fn)(void *user), void *user)
{
    s->cut = event;
    s->on_cut = fn;
    s->cut_user = user;
}

void leat__sim_enter(struct leat__sim *s, struct leat__frame *f, bool start)
{
    if (start && f == &f->run->frame && !f->run->ordinal)
        f->run->ordinal = ++s->runs;
    tell(s, "enter", label_of(s, f, LEAT__NONE), "");
}
