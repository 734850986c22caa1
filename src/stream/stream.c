/* stream: see stream/stream.h. Here: one step of an instance, who wakes whom, and
 * how it ends.
 *
 * Nobody sleeps on packets: who parks says so (`waits`), then looks once more; who
 * hands something on stores it, then reads `waits`. Both in one total order, so
 * one of them sees the other. Who waits for credit is woken when half a channel is
 * free, so that two instances of like speed do not wake each other per batch. */
#include "stream/stream.h"
#include "base/ticks.h"
#include "run/pool.h"
#include "run/run.h"

enum { GROUPS = 128 };                  /* of keys: which instance has which may move, groups stay whole */
enum { SLOW_NS = 1000000 };             /* a source that takes so long for a batch gets shorter ones */
enum { QUICK_TICKS = 20000 };           /* a step has one batch more before that: some microseconds */
enum { FEW_TICKS = 100000 };            /* every counter makes more in that time */

struct turn {                           /* of an instance: what its step needs */
    struct leat__stream *s;
    struct leat__worker *w;
    struct leat__frame *f;
    struct leat__instance *x;
    uint32_t task;
    uint64_t since;                     /* ticks */
};

/* --- waking --- */

static void wake(struct turn *t, uint32_t peer, uint32_t waits)
{
    struct leat__instance *x = &t->s->instance[peer];
    if (atomic_load_explicit(&x->waits, memory_order_relaxed) == waits &&
        atomic_compare_exchange_strong(&x->waits, &waits, LEAT__FOR_NOTHING))
        leat__task_wake((struct leat__handle){ t->f, t->f->gen, peer });
}

/* All outs were flushed. */
static void wake_readers(struct turn *t)
{
    atomic_thread_fence(memory_order_seq_cst);
    for (uint32_t i = 0; i < t->x->outs; i++)
        wake(t, t->x->out[i].peer, LEAT__FOR_PACKETS);
}

/* Free slots that are worth waking a writer for. */
static uint32_t worth(const struct leat__channel *c) { return c->capacity > 1 ? c->capacity / 2 : 1; }

static void wake_writer(struct turn *t, const struct leat__link *l)
{
    const struct leat__channel *c = l->channel;
    uint64_t waiting = (c->seen_tail & ~LEAT__CHANNEL_END) - atomic_load_explicit(&c->head, memory_order_relaxed);
    if (c->capacity - waiting < worth(c))
        return;
    atomic_thread_fence(memory_order_seq_cst);
    wake(t, l->peer, LEAT__FOR_CREDIT);
}

/* --- what there is to do --- */

static uint32_t credit(const struct leat__instance *x, uint32_t want)
{
    uint32_t least = want;
    for (uint32_t i = 0; i < x->outs; i++) {
        uint32_t n = leat__channel_credit(x->out[i].channel, want);
        least = n < least ? n : least;
    }
    return least;
}

/* A channel with packets, the next in turn; NULL: none has. *out_over: none will. */
static struct leat__link *choose(struct leat__instance *x, uint32_t want, char **out_at, uint32_t *out_run, bool *out_over)
{
    *out_over = true;
    for (uint32_t i = 0; i < x->ins; i++) {
        struct leat__link *l = &x->in[x->next_in];
        x->next_in = x->next_in + 1 < x->ins ? x->next_in + 1 : 0;
        if (leat__channel_look(l->channel, want, out_at, out_run))
            return l;
        *out_over &= leat__channel_is_over(l->channel);
    }
    return NULL;
}

static bool has_credit(const struct leat__instance *x)
{
    for (uint32_t i = 0; i < x->outs; i++)
        if (leat__channel_credit(x->out[i].channel, worth(x->out[i].channel)) < worth(x->out[i].channel))
            return false;
    return true;
}

static bool has_packets(struct leat__instance *x)
{
    char *at;
    uint32_t run;
    bool over;
    return choose(x, 1, &at, &run, &over) || over;
}

/* Who stops the run wakes those that run or are parked, and that only once: of one that
 * was about to begin its step he knew nothing, and it looks itself. */
static enum leat__verdict park(struct turn *t, enum leat__waits waits)
{
    struct leat__instance *x = t->x;
    atomic_store(&x->waits, waits);
    atomic_thread_fence(memory_order_seq_cst);
    if (!t->f->run->stop && (waits == LEAT__FOR_CREDIT ? !has_credit(x) : !has_packets(x)))
        return LEAT__PARK;
    atomic_store_explicit(&x->waits, LEAT__FOR_NOTHING, memory_order_relaxed);
    return LEAT__AGAIN;
}

/* --- handing on --- */

/* A group of keys belongs to one instance. */
static uint32_t instance_of(uint64_t hash, uint32_t n) { return (uint32_t)(hash >> 57) * n / GROUPS; }

static bool put_by_key(struct turn *t, char *at, uint32_t n)
{
    struct leat__instance *x = t->x;
    const struct leat__operator *reader = x->reader;
    size_t size = reader->in->size, key_size = size;
    const char *key = at + reader->key_offset;
    uint32_t made;
    if (x->key) {
        if (leat__seat_serve(x->key, t->w, at, n, x->keys, &made) == LEAT__BROKE)
            return false;
        key = x->keys;
        key_size = reader->key_type->size;
    }
    for (uint32_t i = 0; i < n; i++, at += size, key += key_size)
        leat__channel_put(x->out[instance_of(leat__key_hash(reader->key_type, key), x->outs)].channel, at);
    return true;
}

static void put_in_turn(struct leat__instance *x, const char *at, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++, at += x->reader->in->size) {
        leat__channel_put(x->out[x->turn].channel, at);
        x->turn = x->turn + 1 < x->outs ? x->turn + 1 : 0;
    }
}

static void put_to_all(struct leat__instance *x, const char *at, uint32_t n)
{
    for (uint32_t k = 0; k < x->outs; k++)
        for (uint32_t i = 0; i < n; i++)
            leat__channel_put(x->out[k].channel, at + (size_t)i * x->reader->in->size);
}

/* n packets at `at`, which stand in the channel already if there is only one. */
static bool hand_on(struct turn *t, char *at, uint32_t n)
{
    struct leat__instance *x = t->x;
    bool good = true;
    if (!x->outs || !n)
        return true;
    if (x->outs == 1)
        x->out[0].channel->put += n;
    else if (x->route == LEAT__BY_KEY)
        good = put_by_key(t, at, n);
    else if (x->route == LEAT__SPREAD)
        put_in_turn(x, at, n);
    else
        put_to_all(x, at, n);
    for (uint32_t i = 0; good && i < x->outs; i++)
        leat__channel_flush(x->out[i].channel);
    if (good)
        wake_readers(t);
    return good;
}

/* Where a seat's packets go: the channel itself if the last has only one; a filter
 * keeps them where they are. */
static char *place_for(const struct leat__instance *x, uint32_t seat, char *at)
{
    const struct leat__seat *s = &x->seat[seat];
    uint32_t run;
    if (seat + 1 == x->seats && x->outs == 1)
        return leat__channel_slot(x->out[0].channel, &run);
    if (s->op->kind == LEAT__FILTER && !s->out_lane)
        return at;
    return at == x->buffer[0] ? x->buffer[1] : x->buffer[0];
}

/* Whoever asks what the task does is told the operator it is at. */
static void stand_at(struct turn *t, uint32_t op)
{
    __atomic_store_n(&t->s->plan.node[t->task], op, __ATOMIC_RELAXED);      /* who samples reads it */
    t->s->plan.task[t->task].fn = t->s->op[op].fn;
}

/* n packets through the whole chain. */
static enum leat__served serve(struct turn *t, char *at, uint32_t n)
{
    struct leat__instance *x = t->x;
    enum leat__served end = LEAT__SERVED;
    for (uint32_t i = 0; i < x->seats && (n || !i); i++) {
        char *to = place_for(x, i, at);
        stand_at(t, x->first + i);
        enum leat__served one = leat__seat_serve(&x->seat[i], t->w, at, n, to, &n);
        if (one == LEAT__BROKE)
            return one;
        end = one == LEAT__ENDED ? one : end;
        at = to;
    }
    return hand_on(t, at, n) ? end : LEAT__BROKE;
}

/* --- steps --- */

/* The end goes the way of the packets. */
static enum leat__verdict finish(struct turn *t)
{
    for (uint32_t i = 0; i < t->x->outs; i++)
        leat__channel_end(t->x->out[i].channel);
    wake_readers(t);
    return LEAT__OK;
}

static uint32_t limit(const struct leat__instance *x, uint32_t n)
{
    uint32_t run = n;
    if (x->outs == 1)
        leat__channel_slot(x->out[0].channel, &run);
    return run < n ? run : n;
}

/* For what is short: the clock itself costs as much as some packets. */
static uint64_t ticks(const struct turn *t)
{
    return t->w->pool->sim ? leat__pool_now(t->w->pool) : leat__ticks();
}

static bool was_slow(const struct turn *t, uint64_t took)
{
    if (took < FEW_TICKS || t->w->pool->sim)
        return took > SLOW_NS;
    struct leat__ticks_line line = leat__ticks_line();
    return leat__ticks_to_ns(&line, line.ticks + took) - line.ns > SLOW_NS;
}

/* While batches are short a step has some of them: a turn costs as much as half of one. */
static bool goes_on(const struct turn *t, uint64_t now)
{
    return now - t->since < QUICK_TICKS && !t->w->pool->sim && !t->f->run->stop;
}

/* What a slow source gives is handed on at once. */
static enum leat__served serve_source(struct turn *t, uint32_t n, uint64_t *now)
{
    struct leat__instance *x = t->x;
    uint64_t since = *now;
    enum leat__served end = serve(t, NULL, n < x->batch ? n : x->batch);
    *now = ticks(t);
    if (was_slow(t, *now - since))
        x->batch = 1;
    else if (x->batch < LEAT__BATCH)
        x->batch *= 2;
    return end;
}

static enum leat__verdict step_source(struct turn *t)
{
    uint64_t now = t->since;
    do {
        uint32_t n = credit(t->x, leat__pool_some(t->w->pool, LEAT__BATCH));
        if (!n)
            return park(t, LEAT__FOR_CREDIT);
        switch (serve_source(t, limit(t->x, n), &now)) {
        case LEAT__BROKE: return LEAT__FAIL;
        case LEAT__ENDED: return finish(t);
        default:          break;
        }
    } while (goes_on(t, now));
    return LEAT__AGAIN;
}

static enum leat__verdict step_reader(struct turn *t)
{
    struct leat__instance *x = t->x;
    char *at;
    uint32_t run;
    bool over;
    do {
        uint32_t most = leat__pool_some(t->w->pool, LEAT__BATCH), n = credit(x, most);
        struct leat__link *l = choose(x, most, &at, &run, &over);
        if (!l)
            return over ? finish(t) : park(t, LEAT__FOR_PACKETS);
        if (!n)
            return park(t, LEAT__FOR_CREDIT);
        n = limit(x, n < run ? n : run);
        if (serve(t, at, n) == LEAT__BROKE)
            return LEAT__FAIL;
        leat__channel_take(l->channel, n);
        wake_writer(t, l);
    } while (goes_on(t, ticks(t)));
    return LEAT__AGAIN;
}

static enum leat__verdict step(struct leat__worker *w, struct leat__frame *f, uint32_t task)
{
    struct leat__stream *s = f->user;
    struct turn t = { s, w, f, &s->instance[task], task, 0 };
    t.since = ticks(&t);
    atomic_store_explicit(&t.x->waits, LEAT__FOR_NOTHING, memory_order_relaxed);
    return t.x->ins ? step_reader(&t) : step_source(&t);
}

/* --- ends --- */

/* The run is stopped: those that wait learn it at their turn. */
static void release_all(struct leat__frame *f)
{
    struct leat__stream *s = f->user;
    atomic_thread_fence(memory_order_seq_cst);
    for (uint32_t i = 0; i < s->instances; i++)
        leat__task_wake((struct leat__handle){ f, f->gen, i });
}

static void will(struct leat__run *run, enum leat__will what)
{
    (void)what;
    release_all(&run->frame);
}

static enum leat__after settled(struct leat__frame *f, uint32_t task, enum leat__verdict verdict)
{
    (void)task, (void)verdict;
    f->run->stop = true;
    release_all(f);
    return LEAT__STAY;
}

const struct leat__policy leat__stream = { .name = "stream", .step = step, .settled = settled, .will = will };

int leat__stream_frame(struct leat__stream *s, struct leat__run *run)
{
    int code = leat__frame_init(&run->frame, &s->plan);
    leat__ticks_start();
    run->frame.user = s;
    return code;
}
