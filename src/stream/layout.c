/* layout: from operators in line to chains, instances and channels. */
#include "stream/stream.h"
#include <leat/error.h>
#include <stdlib.h>

enum { QUEUE = 1024, MOST_BYTES = 1 << 20, LEAST = 16 };

/* --- chains --- */

static bool begins_chain(const struct leat__operator *op, uint32_t i)
{
    return i == 0 || op[i].queue || op[i].route != LEAT__FORWARD || op[i].parallel != op[i - 1].parallel;
}

/* To one instance every way is forward; from few to many forward is no way. */
static void choose_routes(struct leat__operator *op, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        if (op[i].parallel == 1)
            op[i].route = LEAT__FORWARD;
        else if (i && op[i].route == LEAT__FORWARD && op[i].parallel != op[i - 1].parallel)
            op[i].route = LEAT__SPREAD;
    }
}

static uint32_t chain_end(const struct leat__stream *s, uint32_t i)
{
    do
        i++;
    while (i < s->ops && !begins_chain(s->op, i));
    return i;
}

/* Instance i of many reads from instance i of as many. */
static bool is_paired(const struct leat__operator *from, const struct leat__operator *to)
{
    return to->route == LEAT__FORWARD && from->parallel == to->parallel;
}

static uint32_t channels_before(const struct leat__stream *s, uint32_t first)
{
    const struct leat__operator *to = &s->op[first], *from = to - 1;
    return !first ? 0 : is_paired(from, to) ? to->parallel : to->parallel * from->parallel;
}

/* --- memory --- */

static bool make_room(struct leat__stream *s)
{
    for (uint32_t i = 0; i < s->ops; i = chain_end(s, i)) {
        s->instances += s->op[i].parallel;
        s->channels += channels_before(s, i);
    }
    s->instance = leat__arena_aligned(&s->arena, s->instances * sizeof *s->instance, 64);
    s->channel = leat__arena_aligned(&s->arena, (s->channels + 1) * sizeof *s->channel, 64);
    return s->instance && s->channel;
}

static bool make_seats(struct leat__stream *s, struct leat__instance *x, uint32_t first, uint32_t end, uint32_t number)
{
    uint32_t most = 1;
    x->first = first;
    x->seats = end - first;
    x->batch = 1;
    x->seat = leat__arena_array(&s->arena, x->seats, sizeof *x->seat);
    for (uint32_t i = first; x->seat && i < end; i++) {
        leat__seat_init(&x->seat[i - first], &s->op[i], number);
        if (s->op[i].out && s->op[i].out->size > most)
            most = s->op[i].out->size;
    }
    x->buffer[0] = leat__arena_aligned(&s->arena, (size_t)most * LEAT__BATCH, 64);
    x->buffer[1] = leat__arena_aligned(&s->arena, (size_t)most * LEAT__BATCH, 64);
    return x->seat && x->buffer[0] && x->buffer[1];
}

static bool make_way_out(struct leat__stream *s, struct leat__instance *x, uint32_t end)
{
    x->reader = end < s->ops ? &s->op[end] : NULL;
    if (!x->reader)
        return true;
    x->route = x->reader->route;
    x->out = leat__arena_array(&s->arena, x->reader->parallel, sizeof *x->out);
    if (x->route != LEAT__BY_KEY || !x->reader->key)
        return x->out;
    x->key = leat__arena_alloc(&s->arena, sizeof *x->key);
    x->keys = leat__arena_aligned(&s->arena, (size_t)x->reader->key_type->size * LEAT__BATCH, 64);
    if (x->key)
        leat__seat_init(x->key, x->reader->key, 0);
    return x->out && x->key && x->keys;
}

static bool make_instances(struct leat__stream *s)
{
    struct leat__instance *x = s->instance;
    for (uint32_t i = 0, end; i < s->ops; i = end) {
        end = chain_end(s, i);
        for (uint32_t k = 0; k < s->op[i].parallel; k++, x++) {
            x->in = leat__arena_array(&s->arena, i ? s->op[i - 1].parallel : 1, sizeof *x->in);
            if (!x->in || !make_seats(s, x, i, end, k) || !make_way_out(s, x, end))
                return false;
        }
    }
    return true;
}

/* --- channels --- */

static uint32_t capacity_of(const struct leat__operator *op)
{
    uint32_t most = MOST_BYTES / op->in->size;
    return op->queue ? op->queue : most > QUEUE ? QUEUE : most > LEAST ? most : LEAST;
}

static int connect(struct leat__stream *s, struct leat__channel *c, struct leat__instance *from, struct leat__instance *to)
{
    const struct leat__operator *op = &s->op[to->first];
    from->out[from->outs++] = (struct leat__link){ c, (uint32_t)(to - s->instance) };
    to->in[to->ins++] = (struct leat__link){ c, (uint32_t)(from - s->instance) };
    return leat__channel_init(c, op->in->size, capacity_of(op));
}

static int make_channels(struct leat__stream *s)
{
    struct leat__channel *c = s->channel;
    struct leat__instance *from = s->instance, *to;
    int code = 0;
    for (uint32_t i = chain_end(s, 0); i < s->ops; i = chain_end(s, i), from = to) {
        const struct leat__operator *reader = &s->op[i], *writer = reader - 1;
        to = from + writer->parallel;
        for (uint32_t k = 0; k < writer->parallel; k++)
            for (uint32_t m = 0; m < reader->parallel && !code; m++)
                if (k == m || !is_paired(writer, reader))
                    code = connect(s, c++, &from[k], &to[m]);
    }
    return code;
}

/* --- the plan --- */

static int make_graph(struct leat__stream *s)
{
    struct leat__graph *g = &s->graph;
    g->node = leat__arena_array(&s->arena, s->ops, sizeof *g->node);
    if (!g->node)
        return LEAT_ENOMEM;
    g->count = s->ops;
    for (uint32_t i = 0; i < s->ops; i++)
        g->node[i] = (struct leat__node){ .name = s->op[i].node->name, .function = s->op[i].node->function };
    return 0;
}

/* Every instance is ready from the beginning: it parks if there is nothing yet. */
static int make_plan(struct leat__stream *s)
{
    struct leat__plan *p = &s->plan;
    uint32_t n = s->instances;
    *p = (struct leat__plan){ .graph = &s->graph, .n = n, .told = n, .align = 16, .broken = LEAT__NONE, .bound = true };
    p->task = leat__arena_array(&s->arena, n + 1, sizeof *p->task);
    p->node = leat__arena_array(&s->arena, n + 1, sizeof *p->node);
    p->open = calloc(1, sizeof *p->open);
    if (!p->task || !p->node || !p->open)
        return LEAT_ENOMEM;
    for (uint32_t t = 0; t < n; t++) {
        p->task[t] = (struct leat__task){ .flags = LEAT__TASK_STEP, .side = LEAT__NONE, .fn = s->op[s->instance[t].first].fn };
        p->node[t] = s->instance[t].first;
    }
    p->open->out_at = calloc((size_t)n + 1, sizeof *p->open->out_at);
    p->open->need = calloc((size_t)n + 1, sizeof *p->open->need);
    return p->open->out_at && p->open->need ? leat__open_roots(p->open, 0, n) : LEAT_ENOMEM;
}

int leat__stream_init(struct leat__stream *s, struct leat__operator *op, uint32_t ops)
{
    *s = (struct leat__stream){ .op = op, .ops = ops };
    choose_routes(op, ops);
    int code = make_room(s) && make_instances(s) ? make_channels(s) : LEAT_ENOMEM;
    if (!code)
        code = make_graph(s);
    if (!code)
        code = make_plan(s);
    if (code)
        leat__stream_fini(s);
    return code;
}

void leat__stream_fini(struct leat__stream *s)
{
    for (uint32_t i = 0; s->channel && i < s->channels; i++)
        leat__channel_fini(&s->channel[i]);
    leat__open_free(s->plan.open);
    leat__arena_fini(&s->arena);
    *s = (struct leat__stream){ 0 };
}
