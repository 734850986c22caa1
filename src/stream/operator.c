/* operator: see stream/operator.h. */
#include "stream/operator.h"
#include <stdio.h>
#include <string.h>

static void *argument(struct leat__seat *s, const struct leat__argument *a)
{
    switch (a->kind) {
    case LEAT__OF_PACKET_AT: return &s->in;
    case LEAT__OF_OUT:       return &s->out;
    case LEAT__OF_STATE:     return &s->state;
    case LEAT__OF_CONTEXT:   return &s->context;
    case LEAT__OF_VALUE:
    case LEAT__OF_POINTER:   return a->value;
    default:                 return NULL;
    }
}

/* What changes from batch to batch is filled in then. */
static struct leat__lane lane(const struct leat__seat *s, const struct leat__argument *a)
{
    const struct leat__operator *op = s->op;
    switch (a->kind) {
    case LEAT__OF_PACKET:
    case LEAT__OF_PACKET_AT: return (struct leat__lane){ NULL, op->in->size };
    case LEAT__OF_OUT:       return (struct leat__lane){ NULL, op->out->size };
    case LEAT__OF_STATE:     return (struct leat__lane){ s->state, 0 };
    case LEAT__OF_VALUE:     return (struct leat__lane){ a->value, 0 };
    case LEAT__OF_POINTER:   return (struct leat__lane){ *(void *const *)a->value, 0 };
    default:                 return (struct leat__lane){ NULL, 0 };
    }
}

void leat__seat_init(struct leat__seat *s, const struct leat__operator *op, uint32_t instance)
{
    *s = (struct leat__seat){ .op = op, .in_at = &s->in, .state = op->state ? op->state[instance] : NULL };
    for (uint32_t i = 0; i < op->count; i++) {
        s->args[i] = argument(s, &op->args[i]);
        s->lanes[i] = lane(s, &op->args[i]);
        switch (op->args[i].kind) {
        case LEAT__OF_PACKET:
            s->in_at = (const void **)&s->args[i];
            /* fall through */
        case LEAT__OF_PACKET_AT:
            s->in_lane = &s->lanes[i];
            break;
        case LEAT__OF_OUT:
            s->out_lane = &s->lanes[i];
            break;
        case LEAT__OF_CONTEXT:
            s->has_context = true;
            break;
        default:
            break;
        }
    }
}

/* --- failing --- */

static bool has_failed(struct leat__worker *w) { return leat__worker_has_failed(w, w->task); }

static void tell(const struct leat__seat *s, struct leat__worker *w, const char *why)
{
    const struct leat__function *f = s->op->node->function;
    leat__worker_tell(w, f ? f->head->file : NULL, f ? f->head->line : 0, why);
}

/* Packet `at` of this batch broke it, by leat_fail or by what it answered. */
static enum leat__served broke(struct leat__seat *s, struct leat__worker *w, uint32_t at, int status)
{
    char why[64];
    uint64_t packet = s->seen + at;
    snprintf(why, sizeof why, s->op->answer == LEAT__ANSWERS_BOOL ? "it answered false" : "it answered %d", status);
    tell(s, w, why);                    /* also waits until another thread of the node has told it */
    size_t n = strlen(w->text), room = sizeof w->text - n;
    if (room < 32)
        n -= 32 - room;
    snprintf(w->text + n, sizeof w->text - n, " (packet %llu)", (unsigned long long)packet);
    leat__seat_count(&s->seen, at);
    return LEAT__BROKE;
}

/* --- batches in one call --- */

static void set_lanes(struct leat__seat *s, const char *in, char *out)
{
    if (s->in_lane)
        s->in_lane->at = (char *)in;
    if (s->out_lane)
        s->out_lane->at = out;
    for (uint32_t i = 0; s->has_context && i < s->op->count; i++)
        if (s->op->args[i].kind == LEAT__OF_CONTEXT)
            s->lanes[i].at = s->context;
}

/* Results are packets, or there are none. */
static enum leat__served serve_batch(struct leat__seat *s, struct leat__worker *w, const char *in, uint32_t n, char *out)
{
    set_lanes(s, in, out);
    uint32_t done = s->op->batch(s->op->fn, s->lanes, out, n, LEAT__STOP_NEVER, &w->failed);
    return done < n ? broke(s, w, done, 0) : LEAT__SERVED;
}

/* Packets go through an out; the answer says whether they do. */
static enum leat__served ask_batch(struct leat__seat *s, struct leat__worker *w, const char *in, uint32_t n, char *out,
                                   uint32_t *out_n)
{
    const struct leat__operator *op = s->op;
    bool is_bool = op->answer == LEAT__ANSWERS_BOOL, is_source = op->kind == LEAT__SOURCE;
    uint64_t answer = 0;
    set_lanes(s, in, out);
    uint32_t done = op->batch(op->fn, s->lanes, &answer, n, is_source || is_bool ? LEAT__STOP_NOT_POSITIVE : LEAT__STOP_TRUE,
                              &w->failed);
    *out_n = done;
    if (done == n)
        return LEAT__SERVED;
    int status = is_bool ? (int)(answer & 0xff) : (int)answer;
    return is_source && !has_failed(w) && !status ? LEAT__ENDED : broke(s, w, done, status);
}

/* Who passes is a matter of chance, so for small packets nothing is asked: each is
 * written behind those that have passed, and stays if it has, too. */
static inline __attribute__((always_inline)) char *move_up(const uint8_t *passes, const char *from, char *to, uint32_t n,
                                                           size_t size)
{
    char word[16];
    for (uint32_t i = 0; i < n; i++, from += size) {
        memcpy(word, from, size);
        memcpy(to, word, size);
        to += passes[i] * size;
    }
    return to;
}

static char *move_up_any(const uint8_t *passes, const char *from, char *to, uint32_t n, size_t size)
{
    for (uint32_t i = 0; i < n; i++, from += size) {
        if (passes[i] && to != from)
            memcpy(to, from, size);
        to += passes[i] * size;
    }
    return to;
}

/* What passes: the packets themselves, or those that were written to out. */
static enum leat__served filter_batch(struct leat__seat *s, struct leat__worker *w, const char *in, uint32_t n, char *out,
                                      uint32_t *out_n)
{
    const struct leat__operator *op = s->op;
    uint8_t passes[LEAT__BATCH];
    size_t size = op->out->size;
    set_lanes(s, in, out);
    uint32_t done = op->batch(op->fn, s->lanes, passes, n, LEAT__STOP_NEVER, &w->failed);
    if (done < n)
        return broke(s, w, done, 0);
    const char *from = s->out_lane ? out : in;
    char *to = out;
    if (size == 8)
        to = move_up(passes, from, to, n, 8);
    else if (size == 16)
        to = move_up(passes, from, to, n, 16);
    else
        to = move_up_any(passes, from, to, n, size);
    *out_n = (uint32_t)((size_t)(to - out) / size);
    return LEAT__SERVED;
}

/* --- kinds, packet by packet --- */

/* Results that are packets. */
static enum leat__served map_values(struct leat__seat *s, struct leat__worker *w, const char *in, uint32_t n, char *out)
{
    const struct leat__operator *op = s->op;
    leat__trampoline *call = op->call;
    void *fn = op->fn;
    size_t from = op->in->size, to = op->out->size;
    for (uint32_t i = 0; i < n; i++, in += from, out += to) {
        *s->in_at = in;
        call(fn, s->args, out);
        if (has_failed(w))
            return broke(s, w, i, 0);
    }
    return LEAT__SERVED;
}

static bool is_good(const struct leat__operator *op, uint64_t answer)
{
    return op->answer == LEAT__ANSWERS_NOTHING || (op->answer == LEAT__ANSWERS_BOOL ? answer & 0xff : !(int32_t)answer);
}

/* Packets through an out; sinks have none. */
static enum leat__served map_through(struct leat__seat *s, struct leat__worker *w, const char *in, uint32_t n, char *out)
{
    const struct leat__operator *op = s->op;
    size_t from = op->in->size, to = op->out ? op->out->size : 0;
    for (uint32_t i = 0; i < n; i++, in += from, out += to) {
        uint64_t answer = 0;
        *s->in_at = in;
        s->out = out;
        op->call(op->fn, s->args, &answer);
        if (has_failed(w) || !is_good(op, answer))
            return broke(s, w, i, (int)answer);
    }
    return LEAT__SERVED;
}

/* What passes: the packet itself, or what was written to out. */
static enum leat__served filter(struct leat__seat *s, struct leat__worker *w, const char *in, uint32_t n, char *out,
                                uint32_t *out_n)
{
    const struct leat__operator *op = s->op;
    size_t from = op->in->size, to = op->out->size;
    char *first = out;
    for (uint32_t i = 0; i < n; i++, in += from) {
        uint64_t answer = 0;
        *s->in_at = in;
        s->out = out;
        op->call(op->fn, s->args, &answer);
        if (has_failed(w))
            return broke(s, w, i, 0);
        if (!(answer & 0xff))
            continue;
        if (!s->out_lane && out != in)
            memmove(out, in, from);
        out += to;
    }
    *out_n = (uint32_t)((size_t)(out - first) / to);
    return LEAT__SERVED;
}

/* bool: false is the end; int: 0 is, and less is a failure. */
static enum leat__served source(struct leat__seat *s, struct leat__worker *w, uint32_t n, char *out, uint32_t *out_n)
{
    const struct leat__operator *op = s->op;
    bool is_bool = op->answer == LEAT__ANSWERS_BOOL;
    for (*out_n = 0; *out_n < n; ++*out_n, out += op->out->size) {
        uint64_t answer = 0;
        s->out = out;
        op->call(op->fn, s->args, &answer);
        int32_t status = is_bool ? (int32_t)(answer & 0xff) : (int32_t)answer;
        if (has_failed(w) || status < 0)
            return broke(s, w, *out_n, status);
        if (!status)
            return LEAT__ENDED;
    }
    return LEAT__SERVED;
}

enum leat__served leat__seat_serve(struct leat__seat *s, struct leat__worker *w, const char *in, uint32_t n, char *out,
                                   uint32_t *out_n)
{
    const struct leat__operator *op = s->op;
    enum leat__served end;
    *out_n = n;
    s->context = &w->context;
    if (op->batch && op->kind == LEAT__FILTER)
        end = filter_batch(s, w, in, n, out, out_n);
    else if (op->batch && op->answer != LEAT__ANSWERS_VALUE && op->answer != LEAT__ANSWERS_NOTHING)
        end = ask_batch(s, w, in, n, out, out_n);
    else if (op->batch)
        end = serve_batch(s, w, in, n, out);
    else if (op->kind == LEAT__SOURCE)
        end = source(s, w, n, out, out_n);
    else if (op->kind == LEAT__FILTER)
        end = filter(s, w, in, n, out, out_n);
    else
        end = op->answer == LEAT__ANSWERS_VALUE ? map_values(s, w, in, n, out) : map_through(s, w, in, n, out);
    if (end == LEAT__BROKE)
        return end;
    leat__seat_count(&s->gave, op->kind == LEAT__SINK ? 0 : *out_n);
    leat__seat_count(&s->seen, op->kind == LEAT__SOURCE ? *out_n : n);
    return end;
}
