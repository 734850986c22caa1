/* state: what a stream's operators hold at its end, and what went through them. */
#include "base/error.h"
#include "front/streaming.h"
#include "value/io.h"
#include <string.h>

static const struct leat__streaming *ended(const leat_run *r)
{
    return r && r->streaming && r->streaming->laid && r->state == LEAT__RUN_ENDED ? r->streaming : NULL;
}

/* Names that two states share are told with their operators. */
static const char *name_of(struct leat__streaming *s, uint32_t i)
{
    const struct leat__held *st = s->binding.state;
    for (uint32_t k = 0; k < s->binding.states; k++)
        if (k != i && !strcmp(st[k].name, st[i].name))
            return leat__arena_printf(&s->arena, "%s.%s", s->binding.op[st[i].op].node->name, st[i].name);
    return st[i].name;
}

static const leat_state *states(const leat_run *r)
{
    struct leat__streaming *s = (struct leat__streaming *)ended(r);
    if (!s || s->states)
        return s ? s->states : NULL;
    leat_state *all = leat__arena_array(&s->arena, s->binding.states + 1, sizeof *all);
    for (uint32_t i = 0; all && i < s->binding.states; i++) {
        const struct leat__held *st = &s->binding.state[i];
        const struct leat__operator *op = &s->binding.op[st->op];
        all[i] = (leat_state){ name_of(s, i), op->node->name, op->parallel, st->type->size, (const void *const *)st->at };
        if (!all[i].name)
            return NULL;
    }
    return s->states = all;
}

size_t leat_run_state_count(const leat_run *r) { return states(r) ? r->streaming->binding.states : 0; }

const leat_state *leat_run_state(const leat_run *r, size_t i)
{
    return i < leat_run_state_count(r) ? &r->streaming->states[i] : NULL;
}

leat_traffic leat__streaming_traffic(const leat_run *r, const struct leat__look *l, uint32_t i)
{
    const struct leat__streaming *s = r->streaming;
    struct leat__traffic t = leat__stream_traffic(&s->stream, &r->core.frame, l, i);
    return (leat_traffic){ .node = s->binding.op[i].node->name, .instances = s->binding.op[i].parallel, .in = t.in, .out = t.out,
                           .deepest = t.deepest, .waiting = t.waiting, .capacity = t.capacity, .running = t.running,
                           .starved = t.starved, .stalled = t.stalled };
}

size_t leat_run_traffic_count(const leat_run *r) { return ended(r) ? r->streaming->binding.ops : 0; }

const leat_traffic *leat_run_traffic(const leat_run *r, size_t i)
{
    struct leat__streaming *s = i < leat_run_traffic_count(r) ? r->streaming : NULL;
    if (s && !s->traffic)
        s->traffic = leat__arena_array(&s->arena, s->binding.ops, sizeof *s->traffic);
    if (!s || !s->traffic)
        return NULL;
    s->traffic[i] = leat__streaming_traffic(r, NULL, (uint32_t)i);
    return &s->traffic[i];
}

static int print_one(struct leat__text *out, const struct leat__type *t, const void *at, bool json)
{
    return json ? leat__print_json(out, t, at) : leat__print_text(out, t, at, 0);
}

int leat__streaming_print(const leat_run *r, const char *name, bool json, struct leat__text *out, leat_error *err)
{
    size_t i = 0, count = leat_run_state_count(r);
    int code = 0;
    while (i < count && strcmp(r->streaming->states[i].name, name))
        i++;
    if (i == count)
        return leat__fail(err, ended(r) ? LEAT_ENOTFOUND : LEAT_EUSAGE, ended(r) ? "%s is no state of the stream"
                                                                       : "%s: the run has not been executed", name);
    const leat_state *st = &r->streaming->states[i];
    const struct leat__type *t = r->streaming->binding.state[i].type;
    if (st->instances == 1)
        code = print_one(out, t, st->at[0], json);
    for (size_t k = 0; st->instances > 1 && k < st->instances && !code; k++) {
        leat__text_add(out, k ? "," : "[");
        code = leat__print_json(out, t, st->at[k]);
    }
    if (st->instances > 1)
        leat__text_addc(out, ']');
    if (code < 0 && code != LEAT_ENOMEM)
        return leat__fail(err, code, "%s cannot be shown", name);
    return code < 0 || out->failed ? leat__fail_memory(err) : 0;
}
