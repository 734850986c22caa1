/* sim: see run/sim.h. Nothing here may depend on addresses, on the real clock or
 * on what other threads do. */
#include "run/sim.h"
#include "base/vector.h"
#include "run/agenda.h"
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

/* A quarter of all tasks takes no time; a few are much longer than the others. Of tasks
 * that go on step by step some are slow in each. */
static uint64_t duration(struct leat__sim *s, const struct leat__frame *f, uint32_t t)
{
    uint64_t kind = leat__sim_below(s, 16), most = s->spec.delay_ns > UINT64_MAX / 64 ? UINT64_MAX / 64 : s->spec.delay_ns;
    uint64_t ns = leat__sim_below(s, (kind ? most : 8 * most) + 1);
    bool slow = f->plan->task[t].flags & LEAT__TASK_STEP && leat__sim_mix(s->spec.seed + t) % 4 == 0;
    return kind > 11 ? 0 : slow ? 8 * ns : ns;
}

bool leat__sim_starves(struct leat__sim *s) { return ++s->requests == s->spec.no_memory_at; }

/* All, nearly none, or anything between. */
uint32_t leat__sim_some(struct leat__sim *s, uint32_t n)
{
    uint64_t kind = leat__sim_below(s, 4), some = leat__sim_below(s, n);
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

/* --- it happens --- */

/* A task of the entry; what is left of a range goes back in one or two. */
static struct leat__entry take_ready(const struct leat__view *v)
{
    struct leat__deque *d = v->worker->deque;
    uint32_t at = leat__agenda_ready(v);
    bool room = leat__deque_grow(d, 1);
    struct leat__entry *e = &d->own[(d->tail + at) & (d->cap - 1)], all = *e;
    uint32_t n = all.hi - all.lo, t = all.lo + (uint32_t)leat__sim_below(v->sim, n);
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
static void starve(const struct leat__view *v, uint32_t before)
{
    struct leat__deque *d = v->worker->deque;
    struct leat__entry e;
    if (leat__deque_count(d) <= before || !leat__sim_starves(v->sim) || !leat__deque_pop(d, &e))
        return;
    tell(v->sim, "full", label_of(v->sim, e.frame, e.lo), "");
    leat__pool_put(v->worker->pool, e.frame, e.lo);
}

static void end_step(const struct leat__view *v, const struct leat__flight *f)
{
    tell(v->sim, "again", label_of(v->sim, f->frame, f->task), "");
    if (!leat__deque_push(v->worker->deque, (struct leat__entry){ f->frame, f->task, f->task + 1 }))
        leat__pool_put(v->worker->pool, f->frame, f->task);
}

/* Settled later it may be gone at once. */
static void end_task(const struct leat__view *v, struct leat__flight *f)
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

static void end(const struct leat__view *v, struct leat__flight f)
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
    bool fails = leat__sim_below(s, 1000000) < s->spec.fail_per_million;
    if (f->plan->task[t].flags & LEAT__TASK_QUIET)
        return NULL;
    return leat__sim_starves(s) ? "out of memory" : fails ? "fails in this simulation" : NULL;
}

/* Of the highest band; one beginning in so many is of any. */
static struct leat__entry choose_ready(const struct leat__view *v)
{
    struct leat__view any = *v;
    any.free = v->worker->pool->banded && !leat__sim_below(v->sim, LEAT__AGING);
    return take_ready(&any);
}

static void begin(const struct leat__view *v)
{
    struct leat__sim *s = v->sim;
    struct leat__entry e = choose_ready(v);
    struct leat__flight f = { .frame = e.frame, .task = e.lo };
    struct label label = label_of(s, f.frame, f.task);
    const char *why = refusal(s, f.frame, f.task);
    bool full = leat__sim_below(s, 2);
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
    uint32_t i = leat__agenda_timer(s);
    struct leat__alarm t = s->timer[i];
    for (s->timers--; i < s->timers; i++)
        s->timer[i] = s->timer[i + 1];
    tell(s, "timer", (struct label){ "" }, "");
    t.fn(t.user);
}

static void happen(const struct leat__view *v, enum leat__door door)
{
    struct leat__sim *s = v->sim;
    struct leat__flight f;
    uint32_t i;
    switch (door) {
    case LEAT__DOOR_ENTER:
        leat__find_queued(v->worker);
        break;
    case LEAT__DOOR_BEGIN:
        begin(v);
        break;
    case LEAT__DOOR_END:
        i = leat__agenda_ended(v);
        f = s->flight[i];
        s->flight[i] = s->flight[--s->flights];
        end(v, f);
        break;
    case LEAT__DOOR_TIMER:
        call_timer(s);
        break;
    case LEAT__DOOR_FLUSH:
        tell(s, "flush", (struct label){ "" }, "");
        leat__pool_lead(v->worker->pool, false);
        break;
    case LEAT__DOOR_STIR:
        tell(s, "stir", (struct label){ "" }, "");
        leat__gates_look(v->worker->pool);
        break;
    default:
        break;
    }
}

/* false: nothing may happen before `until`. */
static bool step(const struct leat__view *v)
{
    enum leat__door open[LEAT__DOORS];
    uint32_t n = 0;
    if (v->sim->cut && !--v->sim->cut) {
        v->sim->on_cut(v->sim->cut_user);
        return true;
    }
    for (enum leat__door d = LEAT__DOOR_ENTER; d < LEAT__DOORS; d++)
        if (leat__agenda_has(v, d))
            open[n++] = d;
    uint64_t next = leat__agenda_next(v, !n);
    bool passes = next != UINT64_MAX && next <= v->until;
    if (!n && !passes) {
        if (v->until != UINT64_MAX)
            v->sim->now = v->until;
        return false;
    }
    if (passes && (!n || !leat__sim_below(v->sim, 8)))
        v->sim->now = next;
    else
        happen(v, open[leat__sim_below(v->sim, n)]);
    return true;
}

void leat__sim_work(struct leat__worker *w)
{
    struct leat__view v = { w->pool->sim, w, w->only, w->until, false };
    while (!(w->over && *w->over) && step(&v))
        continue;
}

/* --- doors --- */

int leat__sim_at(struct leat__sim *s, uint64_t at, void (*fn)(void *user), void *user)
{
    if (!LEAT__ROOM(s->timer, s->timers, s->timer_cap))
        return LEAT_ENOMEM;
    s->timer[s->timers++] = (struct leat__alarm){ at, fn, user };
    return 0;
}

static void allow(void *id) { leat_gate_allow((leat_gate){ (uintptr_t)id }); }
static void forbid(void *id) { leat_gate_refuse((leat_gate){ (uintptr_t)id }, "refused in this simulation"); }

/* Without memory for a timer, at once. */
void leat__sim_answer(struct leat__sim *s, uint64_t id)
{
    if (!s->spec.answer_ns)
        return;
    void (*fn)(void *) = leat__sim_below(s, 1000000) < s->spec.refuse_per_million ? forbid : allow;
    if (leat__sim_at(s, s->now + leat__sim_below(s, s->spec.answer_ns) + 1, fn, (void *)(uintptr_t)id) < 0)
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
