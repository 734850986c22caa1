/* sample: a run told to whoever asks. All that is kept between looks is the sampler's:
 * how long a node runs is how long ago the sampler saw it first. */
#include "base/vector.h"
#include "front/streaming.h"
#include "flow/flow.h"
#include "run/look.h"
#include "run/pool.h"
#include <leat/sample.h>
#include <stdlib.h>
#include <string.h>

enum { TRIES = 8 };

struct remembered { uint32_t frame, task; uint64_t moved, since_ns; };

struct leat_sampler {
    leat_run *run;
    leat_sample sample;
    uint64_t number, most;              /* of that run: the most tasks that had ended well   */
    struct leat__look look;
    struct remembered *past, *next;     /* what was running at the last look, and at this    */
    size_t pasts, past_cap, next_cap, look_cap;
    leat_working *working;
    size_t working_cap;
    struct leat__level *raw;
    leat_level *level;
    size_t raw_cap, level_cap;
    leat_traffic *traffic;
    size_t traffic_cap;
    leat_channel *channel;
    size_t channel_cap;
};

leat_sampler *leat_sampler_new(leat_run *r)
{
    leat_sampler *s = r ? calloc(1, sizeof *s) : NULL;
    if (s)
        s->run = r;
    return s;
}

void leat_sampler_free(leat_sampler *s)
{
    if (!s)
        return;
    free(s->look.seen);
    free(s->past);
    free(s->next);
    free(s->working);
    free(s->raw);
    free(s->level);
    free(s->traffic);
    free(s->channel);
    free(s);
}

/* Room for n; how many there is room for. */
static size_t reserve(void *array, size_t size, size_t *cap, size_t n)
{
    void *at;
    memcpy(&at, array, sizeof at);
    if (n <= *cap)
        return n;
    size_t more = n + n / 2 + 8;
    void *room = realloc(at, more * size);
    if (!room)
        return *cap;
    memcpy(array, &room, sizeof room);
    *cap = more;
    return n;
}
#define RESERVE(array, cap, n) reserve(&(array), sizeof *(array), &(cap), (n))

static bool is_stream(const leat_run *r) { return r->streaming && r->streaming->laid; }

/* --- counts --- */

/* What a try has seen. */
struct seen { uint64_t total, done, failed, skipped, parked, attempts; };

static uint64_t parked_of(const leat_run *r, const struct leat__look *l)
{
    const struct leat__run *core = &r->core;
    return (uint64_t)core->parked + core->entering + (is_stream(r) ? leat__stream_parked(&r->streaming->stream, &core->frame, l) : 0);
}

/* Tasks that fail or end during the look are told as they were before. */
static struct seen look_once(leat_sampler *s, uint64_t *parked)
{
    leat_run *r = s->run;
    const struct leat__run *core = &r->core;
    struct seen seen = { .failed = core->failed, .skipped = core->skipped };
    if (r->flow) {
        struct leat__flow_look f = leat__flow_look(r->flow, &s->look);
        seen.total = f.total;
        seen.done = f.done;
        seen.failed = f.failed;
        seen.attempts = f.attempts;
    } else {
        seen.total = is_stream(r) ? r->streaming->stream.plan.told : r->plan ? r->plan->plan.told : 0;
        seen.total += core->besides;
        leat__run_look(core, &s->look);
        s->most = s->look.ok > s->most ? s->look.ok : s->most;
        seen.done = s->most;            /* a look may have missed what was handed over during it */
    }
    seen.parked = parked_of(r, &s->look);
    *parked = seen.parked;
    return seen;
}

static uint64_t count_running(const struct leat__look *l, uint64_t *blocked)
{
    uint64_t n = 0;
    *blocked = 0;
    for (size_t i = 0; i < l->n && i < l->cap; i++) {
        bool counts = !l->seen[i].abandoned && !l->seen[i].reverts;
        n += counts;
        *blocked += counts && l->seen[i].blocked;
    }
    return n;
}

/* Takes from *n what is too much. */
static uint64_t fit(uint64_t *room, uint64_t n)
{
    n = n < *room ? n : *room;
    *room -= n;
    return n;
}

static void count_once(leat_sampler *s, bool ended, struct seen *seen, uint64_t *running)
{
    uint64_t parked = parked_of(s->run, &s->look), again, blocked;
    for (int i = 0; i < TRIES; i++) {
        *seen = look_once(s, &again);
        *running = count_running(&s->look, &blocked);
        bool fits = seen->done + seen->failed + seen->skipped + seen->parked + *running <= seen->total;
        if (fits && again == parked && s->look.n <= s->look.cap)
            break;
        parked = again;
        RESERVE(s->look.seen, s->look_cap, s->look.n);
        s->look.cap = s->look_cap;
    }
    if (ended)
        seen->parked = *running = 0;
    s->sample.blocked = ended ? 0 : blocked;
}

static void count(leat_sampler *s, bool ended)
{
    const struct leat__run *core = &s->run->core;
    leat_sample *to = &s->sample;
    struct seen seen;
    uint64_t running;
    count_once(s, ended, &seen, &running);
    uint64_t room = to->total = seen.total;
    to->done = fit(&room, seen.done);
    to->failed = fit(&room, seen.failed);
    to->skipped = fit(&room, seen.skipped);
    to->running = fit(&room, running);
    to->parked = fit(&room, seen.parked);
    to->waiting = ended ? 0 : room;
    to->cancelled = ended ? room : 0;
    to->gated = ended ? 0 : core->parked < to->parked ? core->parked : to->parked;
    to->in_turn = ended ? 0 : core->in_turn < to->waiting ? core->in_turn : to->waiting;
    to->blocked = to->blocked < to->running ? to->blocked : to->running;
    to->attempts = seen.attempts;
    to->reverted = core->reverted;
    to->stopping = core->stop || core->late;
}

/* --- lists --- */

static uint64_t first_seen(const leat_sampler *s, const struct remembered *m)
{
    for (size_t i = 0; i < s->pasts; i++)
        if (s->past[i].frame == m->frame && s->past[i].task == m->task && s->past[i].moved == m->moved)
            return s->past[i].since_ns;
    return m->since_ns;
}

/* A step of an operator is another one as soon as packets have moved. */
static uint64_t moved(const leat_sampler *s, const struct leat__seen *seen)
{
    const char *name = s->run->driver->graph.node[seen->node].name;
    for (size_t i = 0; seen->steps && i < s->sample.traffics; i++)
        if (!strcmp(s->traffic[i].node, name))
            return s->traffic[i].in + s->traffic[i].out;
    return 0;
}

static void list_working(leat_sampler *s)
{
    const struct leat__look *l = &s->look;
    size_t n = l->n < l->cap ? l->n : l->cap, room = RESERVE(s->working, s->working_cap, n);
    size_t keep = RESERVE(s->next, s->next_cap, n);
    for (size_t i = 0; i < room; i++) {
        const struct leat__seen *seen = &l->seen[i];
        struct remembered m = { seen->frame, seen->task, moved(s, seen), s->sample.now_ns };
        m.since_ns = first_seen(s, &m);
        if (i < keep)
            s->next[i] = m;
        s->working[i] = (leat_working){ .id = { seen->node }, .node = s->run->driver->graph.node[seen->node].name,
                                        .worker = seen->lane, .attempt = seen->attempt, .ns = s->sample.now_ns - m.since_ns,
                                        .blocked = seen->blocked, .abandoned = seen->abandoned, .reverting = seen->reverts };
    }
    struct remembered *swap = s->past;
    size_t cap = s->past_cap;
    s->past = s->next;
    s->past_cap = s->next_cap;
    s->pasts = keep < room ? keep : room;
    s->next = swap;
    s->next_cap = cap;
    s->sample.working = s->working;
    s->sample.workings = room;
}

static void list_levels(leat_sampler *s)
{
    size_t all = s->run->flow ? leat__flow_levels(s->run->flow, NULL, 0) : 0;
    size_t n = RESERVE(s->raw, s->raw_cap, all);
    n = RESERVE(s->level, s->level_cap, n);
    if (n)
        leat__flow_levels(s->run->flow, s->raw, (uint32_t)n);
    for (size_t i = 0; i < n; i++) {
        const struct leat__level *v = &s->raw[i];
        s->level[i] = (leat_level){ .node = v->node, .depth = v->depth, .state = v->state, .attempt = v->attempt,
                                    .attempts = v->attempts, .total = v->total, .done = v->done };
    }
    s->sample.level = s->level;
    s->sample.levels = n;
}

/* The last first: none has taken more than the one before it gave. */
static void list_traffic(leat_sampler *s)
{
    const struct leat__streaming *st = is_stream(s->run) ? s->run->streaming : NULL;
    size_t all = st ? st->binding.ops : 0, n = RESERVE(s->traffic, s->traffic_cap, all);
    for (size_t i = n == all ? n : 0; i-- > 0;)
        s->traffic[i] = leat__streaming_traffic(s->run, &s->look, (uint32_t)i);
    s->sample.traffic = s->traffic;
    s->sample.traffics = n == all ? n : 0;
}

static void list_channels(leat_sampler *s)
{
    const struct leat__streaming *st = is_stream(s->run) ? s->run->streaming : NULL;
    size_t n = RESERVE(s->channel, s->channel_cap, st ? st->stream.channels : 0);
    for (size_t i = 0; i < n; i++) {
        const struct leat__channel *c = &st->stream.channel[i];
        struct leat__ends e = leat__stream_ends(&st->stream, (uint32_t)i);
        s->channel[i] = (leat_channel){ .from = st->binding.op[e.from].node->name, .to = st->binding.op[e.to].node->name,
                                        .from_instance = e.from_instance, .to_instance = e.to_instance,
                                        .waiting = leat__channel_depth(c), .capacity = c->capacity, .deepest = c->deepest };
    }
    s->sample.channel = s->channel;
    s->sample.channels = n;
}

/* --- a look --- */

static void begin(leat_sampler *s)
{
    const leat_run *r = s->run;
    const leat_executor *e = r->driver->executor;
    s->sample = (leat_sample){ .now_ns = leat__pool_now(e ? e->pool : NULL) };
    if (!r->visible)
        return;
    if (s->number != r->core.number) {
        s->most = 0;
        s->pasts = 0;
    }
    s->number = r->core.number;
    s->sample.run = r->core.number;
    s->sample.began_ns = r->began_ns;
    s->sample.ended = r->state == LEAT__RUN_ENDED || r->freed;
}

const leat_sample *leat_sampler_look(leat_sampler *s)
{
    static const leat_sample nothing = { .ended = 1 };
    if (!s || !leat__driver_lock(s->run->driver, &s->run->lock))
        return &nothing;
    begin(s);
    if (s->run->visible) {
        count(s, s->sample.ended);
        list_traffic(s);
        list_channels(s);
        list_working(s);
        list_levels(s);
    }
    pthread_mutex_unlock(&s->run->lock);
    return &s->sample;
}

const leat_traffic *leat_sampler_traffic(const leat_sampler *s, const char *node)
{
    for (size_t i = 0; s && node && i < s->sample.traffics; i++)
        if (!strcmp(s->sample.traffic[i].node, node))
            return &s->sample.traffic[i];
    return NULL;
}
