/* random: pipelines of operators made by hand, and an obvious interpreter of them, for
 * tests of streams. */
#pragma once
#include "run/run.h"
#include "run/pools_test.h"
#include "stream/stream.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#undef fail     /* ours is a slot of leat_node_api */

/* --- operators made by hand --- */

struct packet { uint64_t number, value; };

static const struct leat__type t_u64 = { .kind = LEAT__UINT, .size = 8, .align = 8, .hash = 1 };
static const struct leat__member packet_members[] = { { "number", &t_u64, 0, 0, 0 }, { "value", &t_u64, 8, 0, 0 } };
static const struct leat__type t_packet = { .kind = LEAT__STRUCT, .size = 16, .align = 8, .name = "packet", .count = 2,
                                            .members = packet_members, .hash = 2 };

enum { MOST_OPS = 10, MOST_INSTANCES = 4, KEYS = 64 };

struct body {                           /* what an operator does, and what it saw */
    uint64_t a, b, until, breaks_at;
    _Atomic uint64_t made;
    const struct leat__operator *op;    /* for its batches */
};

struct tally { uint64_t count, sum, order, by_key[KEYS]; };

static void source_call(void *fn, void *const *args, void *result)
{
    struct body *b = fn;
    struct packet *out = *(struct packet *const *)args[0];
    uint64_t n = b->made;
    *(int32_t *)result = n == b->breaks_at ? -3 : n < b->until;
    if (n >= b->until)
        return;
    *out = (struct packet){ n, n * b->a + b->b };
    b->made = n + 1;
}

static void map_call(void *fn, void *const *args, void *result)
{
    const struct body *b = fn;
    const struct packet *in = *(const struct packet *const *)args[0];
    if (in->number == b->breaks_at)
        leat__node_api.fail(NULL, "pipe.c", 77, "told to");
    *(struct packet *)result = (struct packet){ in->number, in->value * b->a + b->b };
}

static void filter_call(void *fn, void *const *args, void *result)
{
    const struct body *b = fn;
    const struct packet *in = args[0];
    *(bool *)result = in->value % b->a != b->b;
}

static void halve_call(void *fn, void *const *args, void *result)
{
    const struct packet *in = args[0];
    struct packet *out = *(struct packet *const *)args[1];
    (void)fn;
    *(bool *)result = in->value % 2;
    *out = (struct packet){ in->number, in->value / 2 };
}

static void add(struct tally *t, const struct packet *p)
{
    t->count++;
    t->sum += p->value;
    t->order = t->order * 31 + p->number + 7 * p->value;
    t->by_key[p->value % KEYS]++;
}

static void tally_call(void *fn, void *const *args, void *result)
{
    (void)fn;
    const struct packet *in = *(const struct packet *const *)args[1];
    add(*(struct tally *const *)args[0], in);
    if (result)
        *(struct packet *)result = *in;
}

static void sink_call(void *fn, void *const *args, void *result)
{
    (void)result;
    tally_call(fn, args, NULL);
}

static void key_call(void *fn, void *const *args, void *result)
{
    (void)fn;
    *(uint64_t *)result = ((const struct packet *)args[0])->value % KEYS;
}

/* What is generated for functions of a module. */
static uint32_t batch(void *fn, const struct leat__lane *lanes, void *result, uint32_t n, enum leat__stop stop,
                      const _Atomic uint32_t *failed)
{
    const struct leat__operator *op = ((const struct body *)fn)->op;
    size_t size = op->kind == LEAT__FILTER ? 1 : stop || !op->out ? 0 : op->out->size;
    for (uint32_t i = 0; i < n; i++) {
        char *at[2];
        void *args[2];
        for (uint32_t k = 0; k < op->count; k++) {
            at[k] = lanes[k].at + i * lanes[k].step;
            args[k] = op->args[k].kind == LEAT__OF_PACKET ? (void *)at[k] : &at[k];
        }
        op->call(fn, args, op->kind == LEAT__SINK ? NULL : (char *)result + i * size);
        if (*failed || (stop == LEAT__STOP_NOT_POSITIVE && *(int32_t *)result <= 0))
            return i;
    }
    return n;
}

static const struct leat__argument only_out[] = { { LEAT__OF_OUT, NULL } }, by_address[] = { { LEAT__OF_PACKET_AT, NULL } },
    by_value[] = { { LEAT__OF_PACKET, NULL } }, value_and_out[] = { { LEAT__OF_PACKET, NULL }, { LEAT__OF_OUT, NULL } },
    state_and_address[] = { { LEAT__OF_STATE, NULL }, { LEAT__OF_PACKET_AT, NULL } };

enum role { SOURCE, MAP, FILTER, HALVE, COUNT, SINK, ROLES };
static const struct leat__operator shapes[ROLES] = {
    [SOURCE] = { LEAT__SOURCE, LEAT__ANSWERS_INT, .call = source_call, .args = only_out, .count = 1, .out = &t_packet },
    [MAP] = { LEAT__MAP, LEAT__ANSWERS_VALUE, .call = map_call, .args = by_address, .count = 1, .in = &t_packet, .out = &t_packet },
    [FILTER] = { LEAT__FILTER, LEAT__ANSWERS_BOOL, .call = filter_call, .args = by_value, .count = 1, .in = &t_packet, .out = &t_packet },
    [HALVE] = { LEAT__FILTER, LEAT__ANSWERS_BOOL, .call = halve_call, .args = value_and_out, .count = 2, .in = &t_packet, .out = &t_packet },
    [COUNT] = { LEAT__MAP, LEAT__ANSWERS_VALUE, .call = tally_call, .args = state_and_address, .count = 2, .in = &t_packet, .out = &t_packet },
    [SINK] = { LEAT__SINK, LEAT__ANSWERS_NOTHING, .call = sink_call, .args = state_and_address, .count = 2, .in = &t_packet },
};
static const struct leat__operator key_op = { LEAT__KEY, LEAT__ANSWERS_VALUE, .call = key_call, .args = by_value, .count = 1,
                                              .in = &t_packet, .out = &t_u64 };

/* --- a pipeline and its run --- */

static struct leat__operator ops[MOST_OPS], keys[MOST_OPS];
static enum role roles[MOST_OPS];
static struct body bodies[MOST_OPS];
static struct tally tallies[MOST_OPS][MOST_INSTANCES];
static void *states[MOST_OPS][MOST_INSTANCES];
static struct leat__function functions[MOST_OPS];
static struct leat__head heads[MOST_OPS];
static struct leat__node nodes[MOST_OPS];
static char names[MOST_OPS][8];
static uint32_t count;

static struct leat__operator *append(enum role role)
{
    uint32_t i = count++;
    struct leat__operator *op = &ops[i];
    *op = shapes[role];
    roles[i] = role;
    bodies[i] = (struct body){ .a = 3, .b = 1, .breaks_at = UINT64_MAX };
    sprintf(names[i], "op%u", i);
    heads[i] = (struct leat__head){ .file = "pipe.c", .line = (int)i + 1 };
    functions[i] = (struct leat__function){ .name = names[i], .head = &heads[i] };
    nodes[i] = (struct leat__node){ .name = names[i], .function = &functions[i] };
    for (uint32_t k = 0; k < MOST_INSTANCES; k++) {
        tallies[i][k] = (struct tally){ 0 };
        states[i][k] = &tallies[i][k];
    }
    op->fn = &bodies[i];
    bodies[i].op = op;
    op->node = &nodes[i];
    op->state = states[i];
    op->parallel = 1;
    return op;
}

static void by_key(struct leat__operator *op, bool computed)
{
    op->route = LEAT__BY_KEY;
    op->key_offset = 8;
    op->key_type = &t_u64;
    keys[op - ops] = key_op;
    keys[op - ops].node = op->node;
    op->key = computed ? &keys[op - ops] : NULL;
}

static struct leat__stream stream;
static struct leat__run run;

static inline int run_pipeline(struct leat__pool *pool, bool cancelled)
{
    run = (struct leat__run){ .pool = pool };
    leat__run_init(&run, &leat__stream);
    assert_int_equal(leat__stream_init(&stream, ops, count), 0);
    assert_int_equal(leat__stream_frame(&stream, &run), 0);
    if (cancelled)
        leat__run_cancel(&run);
    struct leat__ending end;
    leat__run_start_for(&run, &end);
    assert_true(leat__help(&run, pool, &end.over, -1));
    for (uint32_t i = 0; i < stream.channels && !end.code; i++)
        assert_true(leat__channel_is_over(&stream.channel[i]));
    return end.code;
}

static inline void forget(void)
{
    leat__run_clear(&run);
    leat__frame_fini(&run.frame);
    leat__run_fini(&run);
    leat__stream_fini(&stream);
    count = 0;
}

/* --- the obvious interpreter --- */

static void interpret(struct tally expected[MOST_OPS])
{
    for (uint64_t n = 0; n < bodies[0].until; n++) {
        struct packet p = { n, n * bodies[0].a + bodies[0].b };
        bool passes = true;
        for (uint32_t i = 1; i < count && passes; i++) {
            if (roles[i] == MAP)
                p.value = p.value * bodies[i].a + bodies[i].b;
            else if (roles[i] == FILTER)
                passes = p.value % bodies[i].a != bodies[i].b;
            else if (roles[i] == HALVE && (passes = p.value % 2))
                p.value /= 2;
            else if (roles[i] == COUNT || roles[i] == SINK)
                add(&expected[i], &p);
        }
    }
}

static uint64_t seed;
static uint32_t below(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((seed >> 33) % n);
}

/* Order is kept where only one instance stood before. */
static void compare(uint32_t i, const struct tally *expected, bool ordered, bool keyed)
{
    struct tally sum = { 0 };
    for (uint32_t k = 0; k < ops[i].parallel; k++) {
        const struct tally *t = &tallies[i][k];
        sum.count += t->count;
        sum.sum += t->sum;
        for (uint32_t x = 0; x < KEYS; x++) {
            assert_true(!keyed || !t->by_key[x] || t->by_key[x] == expected->by_key[x]);
            sum.by_key[x] += t->by_key[x];
        }
    }
    assert_true(sum.count == expected->count && sum.sum == expected->sum);
    assert_memory_equal(sum.by_key, expected->by_key, sizeof sum.by_key);
    assert_true(!ordered || tallies[i][0].order == expected->order);
}

/* Up to `longest` packets. */
static void random_pipeline(uint64_t longest)
{
    static const uint64_t lengths[] = { 0, 1, 255, 256, 257, 5000, 20000 };
    uint32_t middle = below(MOST_OPS - 1);
    append(SOURCE)->batch = below(2) ? batch : NULL;
    bodies[0].until = lengths[below(7)];
    bodies[0].until = bodies[0].until > longest ? longest : bodies[0].until;
    for (uint32_t i = 0; i <= middle; i++) {
        struct leat__operator *op = append(i == middle ? SINK : (enum role)(MAP + below(4)));
        struct body *b = &bodies[count - 1];
        b->a = 1 + below(5);
        b->b = below(7);
        op->batch = below(2) ? batch : NULL;
        op->parallel = below(2) ? 1 : 1 + below(MOST_INSTANCES);
        op->queue = below(3) ? 0 : 1 + below(600);
        if (below(4) == 0)
            by_key(op, below(2));
        else if (below(8) == 0)
            op->route = LEAT__SPREAD;
    }
}

/* The pipeline has run: every count is what the interpreter says. */
static void compare_all(const struct tally expected[MOST_OPS])
{
    bool ordered = true;
    assert_int_equal(run.ok, stream.instances);
    for (uint32_t i = 1; i < count; i++) {
        bool keyed = ops[i].route == LEAT__BY_KEY && ops[i].key;
        ordered &= ops[i].parallel == 1;
        if (roles[i] == COUNT || roles[i] == SINK)
            compare(i, &expected[i], ordered, keyed);
    }
    assert_int_equal(leat__stream_traffic(&stream, NULL, NULL, 0).out, bodies[0].until);
    assert_int_equal(leat__stream_traffic(&stream, NULL, NULL, count - 1).in, expected[count - 1].count);
}
