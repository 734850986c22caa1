/* random: trees of parts with failures, the functions of their atoms, a log of all
 * calls, and an obvious interpreter, for tests of flows. */
#pragma once
#include "flow/scope.h"
#include "graph/fixture_test.h"
#include "run/context.h"
#include "run/task.h"
#include "run/pools_test.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#undef fail     /* ours is a slot of leat_node_api */

enum { N = 40, DEEP = 4, PARAMS = 4, EVENTS = 100000 };

static uint64_t seed;
static uint32_t below(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((seed >> 33) % n);
}

/* --- atoms: their value is a mix of what they read; helpers likewise --- */

struct body {
    uint32_t id, reads, read[PARAMS];       /* of bodies                        */
    bool is_atom, reverts, revert_fails;
    bool once, pure;                        /* once: it may not stand already when it is called */
    int fails;                              /* attempts of its scope that do    */
    uint64_t value;                         /* as the interpreter has it        */
    uint32_t path[DEEP + 2], at[DEEP + 2], depth;   /* parts from the root, and as the how-manieth */
    int scope;                              /* innermost retry; 0: the flow     */
};
static struct body bodies[N];
static uint32_t count;

struct event { uint32_t id; bool revert, ended, good; uint32_t attempt; };
static struct event events[EVENTS];
static _Atomic uint32_t event_count;
static _Atomic uint32_t wrong;
static const char *other_reason;        /* why atoms may fail, too; NULL: not */
static _Atomic bool stands[N];              /* done, and not reverted since, in whatever life */
static bool (*is_kept)(uint32_t id);        /* how it ended is on disk; NULL: nothing need be */
static bool keeps_all;                      /* what a pure atom reads, too */

/* What an atom with an effect rests on is on disk, also behind nodes that are no atoms. */
static uint32_t count_unkept(const struct body *b)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < b->reads; i++)
        n += bodies[b->read[i]].is_atom ? !is_kept(b->read[i]) : count_unkept(&bodies[b->read[i]]);
    return n;
}

static void log_event(uint32_t id, bool revert, bool ended, bool good)
{
    uint32_t at = event_count++;
    assert_true(at < EVENTS);
    events[at] = (struct event){ id, revert, ended, good, leat__worker_current()->frame->attempt };
}

static void atom_call(void *user, void *const *args, void *result)
{
    const struct body *b = user;
    uint64_t x = b->id * 77 + 5;
    uint32_t attempt = leat__worker_current()->frame->attempt;
    log_event(b->id, false, false, true);
    wrong += b->once && stands[b->id];
    if (is_kept && b->is_atom && (keeps_all || !b->pure))
        wrong += count_unkept(b);
    for (uint32_t i = 0; i < b->reads; i++) {
        uint64_t read = *(const uint64_t *)args[i];
        wrong += read != bodies[b->read[i]].value;
        x = (x ^ read) * 0x9e3779b97f4a7c15u + i;
    }
    bool bad = (int)attempt <= b->fails;
    if (bad)
        leat__node_api.fail(NULL, "x.c", 3, "told to");
    *(uint64_t *)result = x;
    stands[b->id] = !bad;
    log_event(b->id, false, true, !bad);
}

/* Its arguments: the atom's first, its value, the failure. */
static void revert_call(void *user, void *const *args, void *result)
{
    const struct body *b = user;
    uint32_t i = 0;
    log_event(b->id, true, false, true);
    wrong += b->once && is_kept && !is_kept(b->id);      /* others may be: suspect.c */
    if (b->reads)
        wrong += *(const uint64_t *)args[i++] != bodies[b->read[0]].value;
    uint64_t value = *(const uint64_t *)args[i++];
    wrong += value != b->value && value != 0;
    const leat_failure *why = *(const leat_failure *const *)args[i];
    wrong += !why || (strcmp(why->message, "told to") && (!other_reason || strcmp(why->message, other_reason)));
    *(int *)result = b->revert_fails;
    stands[b->id] = false;
    log_event(b->id, true, true, !b->revert_fails);
}

/* --- random trees --- */

struct scope { int up, attempts; } scopes[N * 4];
static int scope_count;
static char names[2 * N][16];
static struct leat__param params[2 * N][PARAMS + 3];
static struct leat__function functions[2 * N];
static struct leat__head heads[2 * N];
static const struct leat__type t_failure = { .kind = LEAT__STRUCT, .flags = LEAT__INCOMPLETE, .name = "leat_failure", .hash = 40 };
static const struct leat__type t_failure_cp = { .kind = LEAT__POINTER, .flags = LEAT__TO_CONST, .size = 8, .align = 8,
                                                .of = &t_failure, .hash = 41 };
static uint32_t part_count, part_kind[N * 8];

struct place { uint32_t path[DEEP + 2], at[DEEP + 2], depth; int scope; };

static void name_it(uint32_t i) { sprintf(names[i], "n%u", i); }

/* May an atom there read what atom b gives? The kind of the part where they meet says. */
static bool may_read(const struct place *p, const struct body *b)
{
    uint32_t d = 0;
    while (d + 1 < p->depth && d + 1 < b->depth && p->path[d + 1] == b->path[d + 1])
        d++;
    uint32_t kind = part_kind[p->path[d]];
    return kind == LEAT_FLOW_GRAPH || (kind == LEAT_FLOW_LINEAR && p->at[d] > b->at[d]);
}

static void add_reads(struct body *b, const struct place *p)
{
    for (uint32_t i = 0; i < count && b->reads < PARAMS - 1; i++)
        if (bodies[i].is_atom && below(4) == 0 && may_read(p, &bodies[i]))
            b->read[b->reads++] = i;
}

static uint64_t value_of(const struct body *b)
{
    uint64_t x = b->id * 77 + 5;
    for (uint32_t i = 0; i < b->reads; i++)
        x = (x ^ bodies[b->read[i]].value) * 0x9e3779b97f4a7c15u + i;
    return x;
}

static uint32_t add_body(const struct place *p, bool is_atom, uint32_t helper, unsigned failing)
{
    struct body b = { .id = count, .is_atom = is_atom, .scope = p->scope, .depth = p->depth };
    memcpy(b.path, p->path, sizeof b.path);
    memcpy(b.at, p->at, sizeof b.at);
    if (helper != UINT32_MAX)
        b.read[b.reads++] = helper;
    add_reads(&b, p);
    if (is_atom) {
        b.reverts = below(5) != 0;
        b.revert_fails = failing > 1 && below(20) == 0;
        b.fails = failing && below(10) == 0 ? 1 + (int)below(4) : 0;
    }
    b.value = value_of(&b);
    name_it(count);
    bodies[count] = b;
    return count++;
}

static leat_flow *random_atom(const struct place *p, unsigned failing)
{
    uint32_t helper = below(4) == 0 && count + 2 < N ? add_body(p, false, UINT32_MAX, 0) : UINT32_MAX;
    return leat_atom(names[add_body(p, true, helper, failing)]);
}

static leat_flow *random_part(struct place p, unsigned failing)
{
    if (p.depth > DEEP || below(3) == 0 || count + 4 > N)
        return count + 4 > N ? leat_flow_list_(LEAT_FLOW_LINEAR, "", NULL, 0) : random_atom(&p, failing);
    uint32_t id = part_count++;
    bool retries = below(4) == 0;
    part_kind[id] = (uint32_t[]){ LEAT_FLOW_LINEAR, LEAT_FLOW_LINEAR, LEAT_FLOW_UNORDERED, LEAT_FLOW_GRAPH }[below(4)];
    if (retries) {
        scopes[scope_count] = (struct scope){ p.scope, 1 + (int)below(4) };
        p.scope = scope_count++;
    }
    leat_flow *f = leat_flow_list_((uint16_t)part_kind[id], "part", NULL, 0);
    p.path[p.depth] = id;
    uint32_t parts = 1 + below(5), d = p.depth++;
    for (p.at[d] = 0; p.at[d] < parts; p.at[d]++)
        leat_flow_add(f, random_part(p, failing));
    return retries ? leat_retry(scopes[p.scope].attempts, f) : f;
}

static inline leat_flow *random_flow(unsigned failing)
{
    count = part_count = 0;
    scope_count = 1;
    scopes[0] = (struct scope){ -1, 1 };
    struct place p = { .scope = 0 };
    leat_flow *f;
    do {
        count = part_count = 0;
        scope_count = 1;
        f = random_part(p, failing);
        if (count < 2)
            leat_flow_free(f);
    } while (count < 2);
    return f;
}

static inline uint32_t make_functions(void)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct body *b = &bodies[i];
        for (uint32_t k = 0; k < b->reads; k++)
            params[n][k] = (struct leat__param){ names[b->read[k]], &t_u64 };
        heads[n] = (struct leat__head){ .file = "x.c", .line = (int)i, .result = &t_u64, .params = params[n],
                                        .count = b->reads, .call = atom_call };
        functions[n] = (struct leat__function){ .name = names[i], .fn = b, .head = &heads[n] };
        n++;
        if (!b->reverts)
            continue;
        static char reverts[N][24];
        sprintf(reverts[i], "n%u__revert", i);
        uint32_t k = 0;
        if (b->reads)
            params[n][k++] = (struct leat__param){ names[b->read[0]], &t_u64 };
        params[n][k++] = (struct leat__param){ names[i], &t_u64 };
        params[n][k++] = (struct leat__param){ "failure", &t_failure_cp };
        heads[n] = (struct leat__head){ .file = "x.c", .line = (int)i, .result = &t_int, .params = params[n],
                                        .count = k, .call = revert_call };
        functions[n] = (struct leat__function){ .name = reverts[i], .fn = b, .head = &heads[n] };
        n++;
    }
    static const struct leat__type t_flow = { .kind = LEAT__STRUCT, .flags = LEAT__INCOMPLETE, .name = "leat_flow", .hash = 43 };
    static const struct leat__type t_flow_p = { .kind = LEAT__POINTER, .size = 8, .align = 8, .of = &t_flow, .hash = 42 };
    heads[n] = (struct leat__head){ .file = "x.c", .call = atom_call, .result = &t_flow_p };
    functions[n] = (struct leat__function){ .name = "trip", .head = &heads[n] };
    return n + 1;
}

/* --- the obvious interpreter --- */

/* Does a scope end well? Each attempt that some atom of its own does not let pass is
 * one less; a scope inside begins afresh in each. */
static inline bool ends_well(int scope)
{
    int worst = 0;
    for (uint32_t i = 0; i < count; i++)
        if (bodies[i].is_atom && bodies[i].scope == scope && bodies[i].fails > worst)
            worst = bodies[i].fails;
    for (int s = 1; s < scope_count; s++)
        if (scopes[s].up == scope && !ends_well(s))
            return false;
    return worst < scopes[scope].attempts;
}

/* --- running one --- */

static inline bool some_revert_failed(void)
{
    for (uint32_t i = 0; i < event_count; i++)
        if (events[i].revert && events[i].ended && !events[i].good)
            return true;
    return false;
}

static void begin_run(struct leat__run *run, struct leat__flow *f)
{
    leat__run_init(run, &leat__flow);
    assert_int_equal(leat__frame_init(&run->frame, leat__flow_plan(f)), 0);
    leat__flow_attach(f, run);
}

static inline int run_flow(struct leat__run *run, struct leat__pool *pool)
{
    run->pool = pool;
    struct leat__ending end;
    leat__run_start_for(run, &end);
    assert_true(leat__help(run, pool, &end.over, -1));
    return end.code;
}

static void end_run(struct leat__run *run, struct leat__flow *f)
{
    leat__flow_free(f);
    leat__frame_fini(&run->frame);      /* its plan was the flow's */
    leat__run_clear(run);
    leat__run_fini(run);
}

static int make_flow(struct leat__graph *g, leat_flow *tree, struct leat__flow **f, uint8_t *asked, char **problems)
{
    static const uint8_t cut[2 * N];
    leat_error err;
    struct leat__flow_spec spec = { .graph = g, .tree = tree, .name = "trip", .node = leat__graph_find(g, "trip"), .cut = cut,
                                    .asked = asked };
    *problems = NULL;
    int code = leat__flow_make(f, &spec, problems, &err);
    if (code && code != LEAT_EBUILD)
        print_message("%s\n", err.message);
    return code;
}
