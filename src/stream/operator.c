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
    case LEAT__OF_VALUE:     return a->value;
    default:                 return NULL;
    }
}

void leat__seat_init(struct leat__seat *s, const struct leat__operator *op, uint32_t instance)
{
    *s = (struct leat__seat){ .op = op, .in_at = &s->in, .state = op->state ? op->state[instance] : NULL };
    for (uint32_t i = 0; i < op->count; i++) {
        s->args[i] = argument(s, &op->args[i]);
        if (op->args[i].kind == LEAT__OF_PACKET)
            s->in_at = (const void **)&s->args[i];
        s->has_out |= op->args[i].kind == LEAT__OF_OUT;
    }
}

/* --- failing --- */

static bool has_failed(struct leat__worker *w) { return leat__worker_has_failed(w, w->task); }

static void tell(const struct leat__seat *s, struct leat__worker *w, const char *why)
{
    const struct leat__function *f = s->op->node->function;
    leat__worker_tell(w, f ? f->file : NULL, f ? f->line : 0, why);
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
    s->seen += at;
    return LEAT__BROKE;
}

/* --- batches in one call --- */

static void set_lanes(struct leat__seat *s, const char *in, char *out)
{
    const struct leat__operator *op = s->op;
    for (uint32_t i = 0; i < op->count; i++) {
        struct leat__lane *l = &s->lanes[i];
        switch (op->args[i].kind) {
        case LEAT__OF_PACKET:    *l = (struct leat__lane){ (char *)in, op->in->size, 0 }; break;
        case LEAT__OF_PACKET_AT: *l = (struct leat__lane){ (char *)in, op->in->size, 1 }; break;
        case LEAT__OF_OUT:       *l = (struct leat__lane){ out, op->out->size, 1 }; break;
        case LEAT__OF_STATE:     *l = (struct leat__lane){ s->state, 0, 1 }; break;
        case LEAT__OF_CONTEXT:   *l = (struct leat__lane){ s->context, 0, 1 }; break;
        case LEAT__OF_VALUE:     *l = (struct leat__lane){ op->args[i].value, 0, 0 }; break;
        }
    }
}

/* What else than packets they answer is kept, a word each. */
static enum leat__served serve_batch(struct leat__seat *s, struct leat__worker *w, const char *in, uint32_t n, char *out,
                                     uint32_t *out_n)
{
    const struct leat__operator *op = s->op;
    bool is_bool = op->answer == LEAT__ANSWERS_BOOL, is_source = op->kind == LEAT__SOURCE;
    int stop = is_source || is_bool ? LEAT__STOP_NOT_POSITIVE : op->answer == LEAT__ANSWERS_INT ? LEAT__STOP_TRUE : LEAT__STOP_NEVER;
    uint64_t answers[LEAT__BATCH];
    set_lanes(s, in, out);
    *out_n = n;
    if (op->answer == LEAT__ANSWERS_VALUE || op->answer == LEAT__ANSWERS_NOTHING) {
        uint32_t done = op->batch(op->fn, s->lanes, out, op->out ? op->out->size : 0, n, LEAT__STOP_NEVER, &w->failed);
        return done < n ? broke(s, w, done, 0) : LEAT__SERVED;
    }
    *out_n = op->batch(op->fn, s->lanes, (char *)answers, sizeof *answers, n, stop, &w->failed);
    if (*out_n == n)
        return LEAT__SERVED;
    int status = is_bool ? (int)(answers[*out_n] & 0xff) : (int)answers[*out_n];
    return is_source && !has_failed(w) && !status ? LEAT__ENDED : broke(s, w, *out_n, status);
}

/* What passes moves up: the packets themselves, or those that were written to out. */
static enum leat__served filter_batch(struct leat__seat *s, struct leat__worker *w, const char *in, uint32_t n, char *out,
                                      uint32_t *out_n)
{
    const struct leat__operator *op = s->op;
    uint8_t passes[LEAT__BATCH];
    size_t size = op->out->size;
    set_lanes(s, in, out);
    uint32_t done = op->batch(op->fn, s->lanes, (char *)passes, 1, n, LEAT__STOP_NEVER, &w->failed);
    if (done < n)
        return broke(s, w, done, 0);
    const char *from = s->has_out ? out : in;
    char *to = out;
    for (uint32_t i = 0; i < n; i++, from += size) {
        if (passes[i] && to != from)
            memcpy(to, from, size);
        to += passes[i] ? size : 0;
    }
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
        if (!s->has_out && out != in)
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
    if (op->batch)
        end = (op->kind == LEAT__FILTER ? filter_batch : serve_batch)(s, w, in, n, out, out_n);
    else if (op->kind == LEAT__SOURCE)
        end = source(s, w, n, out, out_n);
    else if (op->kind == LEAT__FILTER)
        end = filter(s, w, in, n, out, out_n);
    else
        end = op->answer == LEAT__ANSWERS_VALUE ? map_values(s, w, in, n, out) : map_through(s, w, in, n, out);
    if (end == LEAT__BROKE)
        return end;
    s->seen += op->kind == LEAT__SOURCE ? *out_n : n;
    s->gave += op->kind == LEAT__SINK ? 0 : *out_n;
    return end;
}
