/* Random functions for tests of runs: numbers, owned, lent, taken, borrowed and out
 * values, fields; what each has to give, as a small, slow, obvious interpreter says.
 * A body looks at what it reads: `wrong` counts what is dead or is not that. */
#pragma once
#include "graph/fixture_test.h"
#include "run/context.h"
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#undef fail     /* ours is a slot of leat_node_api */

enum { N = 80, PARAMS_MOST = 8, VALUES = 2 * N };

/* --- types: image is opaque and keeps what it was made of; box is a struct by
 * pointer; pair a struct by value, without a destructor, so it can be copied --- */

static const struct leat__member pair_members[] = { { "x", &t_u64, 0, 0, 0 }, { "y", &t_u64, 8, 0, 0 } };
static const struct leat__type t_pair = { .kind = LEAT__STRUCT, .size = 16, .align = 8, .name = "pair", .count = 2,
                                          .members = pair_members, .hash = 53 };
static const struct leat__type t_pair_p = { .kind = LEAT__POINTER, .size = 8, .align = 8, .of = &t_pair, .hash = 54 };
static const struct leat__type t_pair_cp = { .kind = LEAT__POINTER, .flags = LEAT__TO_CONST, .size = 8, .align = 8,
                                             .of = &t_pair, .hash = 55 };
static const struct leat__member box_members[] = { { "value", &t_u64, 0, 0, 0 }, { "at", &t_pair, 8, 0, 0 } };
static const struct leat__type t_box = { .kind = LEAT__STRUCT, .size = 24, .align = 8, .name = "box", .count = 2,
                                         .members = box_members, .hash = 50 };
static const struct leat__type t_box_p = { .kind = LEAT__POINTER, .size = 8, .align = 8, .of = &t_box, .hash = 51 };
static const struct leat__type t_box_cp = { .kind = LEAT__POINTER, .flags = LEAT__TO_CONST, .size = 8, .align = 8,
                                            .of = &t_box, .hash = 52 };
static const struct leat__type t_image_pp = { .kind = LEAT__POINTER, .size = 8, .align = 8, .of = &t_image_p, .hash = 56 };

/* What an image or a box is; it outlives its destruction, so that whoever looks is told. */
struct pair { uint64_t x, y; };
struct thing { uint64_t value; struct pair at; _Atomic uint32_t deaths; };

/* --- functions --- */

enum kind { NUMBER, IMAGE, BOX, PAIR, KINDS };
enum form { BY_VALUE, READ, WRITE, IN_PLACE, TAKE, FIELD, INSIDE, OUT_NUMBER, OUT_IMAGE };

struct body {
    uint32_t id, count;
    uint64_t salt;
    bool fails, view;
    enum kind result;
    struct { enum form form; enum kind kind; uint64_t want; } arg[PARAMS_MOST];     /* want: what it has to read */
    _Atomic uint32_t ran;
};
static struct body bodies[N];
static struct thing *made[VALUES];          /* by body; N + body: what came out of it */
static _Atomic uint32_t wrong;              /* reads of what is dead, or is not what it should be */

static uint64_t mix(uint64_t x, uint64_t y) { return (x ^ y) * 0x9e3779b97f4a7c15u + 1; }

static struct thing *make_thing(uint32_t at, uint64_t value)
{
    wrong += made[at] != NULL;
    made[at] = calloc(1, sizeof *made[at]);
    made[at]->value = made[at]->at.x = value;
    return made[at];
}

static void end_thing(void *user, void *const *args, void *result)
{
    (void)user, (void)result;
    (*(struct thing **)args[0])->deaths++;
}

static uint64_t look(const struct body *b, uint32_t i, void *arg)
{
    enum form form = b->arg[i].form;
    struct thing *t = *(struct thing **)arg;
    if (b->arg[i].kind == NUMBER || form == FIELD)
        return *(uint64_t *)arg;
    if (form == INSIDE) {
        wrong += ((struct thing *)(*(char **)arg - offsetof(struct thing, at)))->deaths;
        return (*(struct pair **)arg)->x;
    }
    if (b->arg[i].kind == PAIR)
        return form == BY_VALUE ? ((struct pair *)arg)->x : (*(struct pair **)arg)->x;
    wrong += t->deaths;
    return t->value;
}

/* After everything was read: what it does to its arguments. Returns what it gives
 * back in place, NULL: nothing. */
static struct thing *change(const struct body *b, void *const *args, uint64_t x)
{
    struct thing *same = NULL;
    for (uint32_t i = 0; i < b->count; i++) {
        enum form form = b->arg[i].form;
        if (form == TAKE)
            end_thing(NULL, &args[i], NULL);
        if (b->fails || (form != WRITE && form != IN_PLACE))
            continue;
        if (b->arg[i].kind == PAIR) {
            (*(struct pair **)args[i])->x = ~x;
            continue;
        }
        struct thing *t = *(struct thing **)args[i];
        t->value = t->at.x = form == IN_PLACE ? x : ~x;
        same = form == IN_PLACE ? t : same;
    }
    return same;
}

static void give_outs(const struct body *b, void *const *args, uint64_t x)
{
    for (uint32_t i = 0; i < b->count; i++) {
        if (b->arg[i].form == OUT_NUMBER)
            **(uint64_t **)args[i] = x + 1;
        else if (b->arg[i].form == OUT_IMAGE)
            **(struct thing ***)args[i] = make_thing(N + b->id, x + 2);
    }
}

static void run_body(void *user, void *const *args, void *result)
{
    struct body *b = user;
    uint64_t x = b->salt;
    struct thing *seen = NULL;
    b->ran++;
    for (uint32_t i = 0; i < b->count; i++) {
        if (b->arg[i].form >= OUT_NUMBER)
            continue;
        uint64_t got = look(b, i, args[i]);
        wrong += got != b->arg[i].want;
        x = mix(x, got);
        if (b->view && b->arg[i].kind == IMAGE)
            seen = *(struct thing **)args[i];
    }
    struct thing *same = change(b, args, x);
    if (b->fails) {
        leat__node_api.fail(NULL, "x.c", 3, "told to");
        return;
    }
    give_outs(b, args, x);
    if (b->result == PAIR)
        *(struct pair *)result = (struct pair){ x, ~x };
    else if (b->result == NUMBER)
        *(uint64_t *)result = x;
    else
        *(struct thing **)result = seen ? seen : same ? same : make_thing(b->id, x);
}

static void run_status(void *user, void *const *args, void *result)
{
    uint64_t unused = 0;
    run_body(user, args, &unused);
    *(int *)result = 0;
}

/* --- random functions, and what each has to give --- */

static uint64_t seed;
static uint32_t below(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((seed >> 33) % n);
}

struct value { char name[12]; enum kind kind; uint64_t want; bool view, read, gone; };
static struct value values[VALUES];
static uint32_t value_count;
static char texts[N][PARAMS_MOST][24], clauses[N][40];
static struct leat__param params[N][PARAMS_MOST];
static struct leat__function functions[N + 2];
static struct leat__head heads[N + 2];
static struct leat__note notes[N];
static uint32_t note_count;
static uint64_t into_of[VALUES][VALUES / 64 + 1];   /* bits of values that one looks into */

static bool looks_into(uint32_t v, uint32_t at) { return into_of[v][at / 64] >> at % 64 & 1; }

static void add_into(uint32_t v, uint32_t at)
{
    for (uint32_t i = 0; i <= VALUES / 64; i++)
        into_of[v][i] |= into_of[at][i];
    into_of[v][at / 64] |= (uint64_t)1 << at % 64;
}

/* What is written or taken, and what looks into it, nobody reads any more. */
static void close_value(uint32_t at)
{
    for (uint32_t v = 0; v < value_count; v++)
        values[v].gone |= v == at || looks_into(v, at);
}

static uint32_t add_value(const char *name, enum kind kind, uint64_t want)
{
    uint32_t v = value_count++;
    values[v] = (struct value){ .kind = kind, .want = want };
    snprintf(values[v].name, sizeof values[v].name, "%s", name);
    memset(into_of[v], 0, sizeof into_of[v]);
    return v;
}

struct choice { uint32_t value[PARAMS_MOST], closing; };

/* false: it reads that already, or there is no such way. */
static bool add_param(struct body *b, struct choice *c, uint32_t v, enum form form)
{
    static const struct leat__type *const types[KINDS][7] = {
        { &t_u64, &t_u64 }, { NULL, &t_image_cp, &t_image_p, &t_image_p, &t_image_p },
        { &t_box, &t_box_cp, &t_box_p, &t_box_p, &t_box_p, &t_u64, &t_pair_cp },
        { &t_pair, &t_pair_cp, &t_pair_p, NULL, NULL, &t_u64 } };
    enum kind kind = values[v].kind;
    const struct leat__type *type = types[kind][form];
    for (uint32_t i = 0; i < b->count; i++)
        if (c->value[i] == v)
            return false;
    if (!type || values[v].gone || (form == TAKE && values[v].read) || (form >= WRITE && form <= TAKE && values[v].view))
        return false;
    if (form == BY_VALUE && kind == BOX)
        return false;           /* a box by value would not know that it is dead */
    char *name = texts[b->id][b->count];
    snprintf(name, sizeof texts[0][0], form == INSIDE ? "%s__at" : form != FIELD ? "%s" : kind == BOX ? "%s__value" : "%s__x", values[v].name);
    params[b->id][b->count] = (struct leat__param){ name, type };
    b->arg[b->count].form = form;
    b->arg[b->count].kind = kind;
    b->arg[b->count].want = values[v].want;
    c->value[b->count++] = v;
    return true;
}

static void add_out(struct body *b, enum form form, const struct leat__type *type, const char *prefix)
{
    char *name = texts[b->id][b->count];
    snprintf(name, sizeof texts[0][0], "out_%s%u", prefix, b->id);
    params[b->id][b->count] = (struct leat__param){ name, type };
    b->arg[b->count++].form = form;
}

static uint32_t find_value(enum kind a, enum kind b)
{
    for (uint32_t tries = 0; value_count && tries < 12; tries++) {
        uint32_t v = below(value_count);
        if ((values[v].kind == a || values[v].kind == b) && !values[v].gone)
            return v;
    }
    return LEAT__NONE;
}

/* Everything it reads; c->closing: the value that is written or taken by it. */
static void choose_params(struct body *b, struct choice *c)
{
    static const enum form changes[] = { WRITE, WRITE, IN_PLACE, TAKE };
    uint32_t reads = below(5), v = below(4) ? LEAT__NONE : find_value(IMAGE, below(2) ? BOX : PAIR);
    c->closing = LEAT__NONE;
    if (v != LEAT__NONE && add_param(b, c, v, changes[below(4)]))
        c->closing = v;
    for (uint32_t i = 0; value_count && i < reads; i++) {
        v = below(value_count);
        add_param(b, c, v, values[v].kind == NUMBER ? BY_VALUE : below(3) ? READ : below(2) ? FIELD : below(2) ? INSIDE : BY_VALUE);
    }
}

static uint64_t wanted(const struct body *b, uint32_t *out_image)
{
    uint64_t x = b->salt;
    *out_image = LEAT__NONE;
    for (uint32_t i = 0; i < b->count; i++) {
        if (b->arg[i].form >= OUT_NUMBER)
            continue;
        x = mix(x, b->arg[i].want);
        if (b->arg[i].kind == IMAGE)
            *out_image = i;
    }
    return x;
}

/* An image, made or looked at, keeps what it got by pointer. */
static void keep_inputs(const struct body *b, const struct choice *c, uint32_t v)
{
    for (uint32_t i = 0; i < b->count; i++)
        if (b->arg[i].form < OUT_NUMBER && b->arg[i].form != FIELD && b->arg[i].kind != NUMBER)
            add_into(v, c->value[i]);
}

static void make_function(uint32_t id, bool failures)
{
    static char names[N][12];
    struct body *b = &bodies[id];
    struct choice c;
    uint32_t image, v;
    *b = (struct body){ .id = id, .salt = seed, .result = (enum kind)below(KINDS), .fails = failures && below(14) == 0 };
    snprintf(names[id], sizeof names[id], "n%u", id);
    choose_params(b, &c);
    uint32_t reads = b->count;
    uint64_t x = wanted(b, &image);
    for (uint32_t i = 0; i < reads; i++)
        values[c.value[i]].read = true;
    if (c.closing != LEAT__NONE) {
        enum form form = b->arg[0].form;
        b->result = form == IN_PLACE ? values[c.closing].kind : NUMBER;
        close_value(c.closing);
        if (form == TAKE) {
            snprintf(clauses[id], sizeof clauses[id], "%s, takes(%s)", names[id], texts[id][0]);
            notes[note_count++] = (struct leat__note){ "node", "x.c", (int)id, 0, clauses[id], NULL };
        }
    } else {
        b->view = b->result == IMAGE && image != LEAT__NONE && below(2);
    }
    static const struct leat__type *const results[KINDS] = { &t_u64, &t_image_p, &t_box_p, &t_pair };
    heads[id] = (struct leat__head){ .file = "x.c", .line = (int)id,
                                     .result = b->view ? &t_image_cp : results[b->result], .params = params[id], .call = run_body };
    functions[id] = (struct leat__function){ .name = names[id], .fn = b, .head = &heads[id] };
    if (b->result == NUMBER && below(3) == 0) {
        add_out(b, OUT_NUMBER, &t_u64_out, "p");
        add_value(texts[id][b->count - 1] + 4, NUMBER, x + 1);
        if (below(2)) {
            add_out(b, OUT_IMAGE, &t_image_pp, "q");
            keep_inputs(b, &c, v = add_value(texts[id][b->count - 1] + 4, IMAGE, x + 2));
            values[v].gone |= c.closing != LEAT__NONE;
        }
        functions[id].head->result = &t_int;
        functions[id].head->call = run_status;
    } else {
        v = add_value(names[id], b->result, b->view ? b->arg[image].want : x);
        values[v].view = b->view;
        if (b->result == IMAGE)
            keep_inputs(b, &c, v);
    }
    functions[id].head->count = b->count;
    for (uint32_t i = reads; i < b->count; i++)
        c.value[i] = LEAT__NONE;
}

static uint32_t make_functions(uint32_t n, bool failures)
{
    static const struct leat__param image[] = { { "image", &t_image_p } }, box[] = { { "box", &t_box_p } };
    value_count = note_count = 0;
    for (uint32_t i = 0; i < n; i++)
        make_function(i, failures);
    heads[n] = (struct leat__head){ .file = "x.c", .params = image, .count = 1, .call = end_thing };
    functions[n] = (struct leat__function){ .name = "image_free", .head = &heads[n] };
    heads[n + 1] = (struct leat__head){ .file = "x.c", .params = box, .count = 1, .call = end_thing };
    functions[n + 1] = (struct leat__function){ .name = "box_free", .head = &heads[n + 1] };
    return n + 2;
}
