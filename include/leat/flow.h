/* leat/flow.h: for flow functions, `leat_flow *any_name(...)` of a module. Header
 * only: the module links without libleat.
 *
 *     leat_flow *trip(int rooms)
 *     {
 *         return leat_linear("trip",
 *             leat_unordered("book", leat_atom("hotel"), leat_atom("car")),
 *             leat_retry(3, leat_atom("charge")));
 *     }
 *
 * A flow says in which order nodes run, and what is tried again. An **atom** is a
 * node of the graph; what it reads by name it has from other atoms, inputs, or
 * nodes that the flow does not name, which run before it. Atom x is undone by the
 * function x__revert, if there is one:
 *
 *     int hotel__revert(const char *city, const struct booking *hotel, const leat_failure *failure);
 *
 * It has any of hotel's own parameters, the value hotel gave (a pointer is NULL and a
 * number 0 where hotel itself failed, or may have run when a durable flow was killed and
 * was not done again), and why the flow is undone; 0 is good. Where
 * an atom fails nothing new starts, what runs ends, and everything that has ended,
 * the failed atom too, is reverted in exactly the reverse order of ending. A revert
 * that fails does not keep the others from theirs.
 *
 * Where a flow is on record (leat/store.h) an atom may be called again that had its
 * effect when the process died: unless noted effect(once), LEAT_NODE(pay, effect(once)).
 * That it begins is on disk before its call; if it was broken off, the module says what
 * became of it,
 *
 *     bool pay__happened(const char *to, leat_context *ctx, struct receipt *out);
 *
 * or a person does. It has any of pay's own parameters, a context whose key is that of
 * the broken call, and fills in what pay gave. A call of pay that fails had no effect.
 *
 * The function is called with inputs when the run begins, and before by who looks at its
 * atoms, as `leat run m.c --flow trip` and `leat resume` do: it only builds, the same from
 * the same inputs. Its result is the engine's from then on. Constructors never fail
 * by themselves: what is wrong with a part is told, all at once, when the flow is
 * read. NULL stands for memory that ran out. Names are copied. */
#pragma once
#include <leat/error.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef __cplusplus
extern "C++" {
#include <initializer_list>
}
extern "C" {
#endif

enum { LEAT_FLOW_ATOM, LEAT_FLOW_LINEAR, LEAT_FLOW_UNORDERED, LEAT_FLOW_GRAPH, LEAT_FLOW_RETRY };

/* The engine reads it: append only, look at size. */
typedef struct leat_flow {
    uint32_t size;              /* of this struct                             */
    uint16_t abi, kind;         /* 1; LEAT_FLOW_..                            */
    uint32_t count, room;       /* of parts                                   */
    int32_t attempts;           /* RETRY                                      */
    struct leat_flow **parts, *up;
    const char *wrong;          /* what its maker got wrong; NULL             */
    const char *name, *notes;   /* notes: of leat_atom_with; NULL             */
} leat_flow;

/* Frees a flow with all its parts; the engine frees what a flow function gives.
 * Takes NULL. Nothing recurses. */
__attribute__((unused)) static void leat_flow_free(leat_flow *flow)
{
    leat_flow *at = flow, *up;
    while (at) {
        if (at->count) {
            at = at->parts[--at->count];
            continue;
        }
        up = at == flow ? NULL : at->up;
        free(at->parts);
        free(at);
        at = up;
    }
}

__attribute__((unused)) static leat_flow *leat_flow_new_(uint16_t kind, const char *name, const char *notes)
{
    size_t n = name ? strlen(name) + 1 : 1, more = notes ? strlen(notes) + 1 : 0;
    leat_flow *f = (leat_flow *)calloc(1, sizeof(leat_flow) + n + more);
    if (!f)
        return NULL;
    f->size = (uint32_t)sizeof(leat_flow);
    f->abi = 1;
    f->kind = kind;
    char *text = (char *)(f + 1);
    f->name = text;
    if (name)
        memcpy(text, name, n);
    if (notes)
        f->notes = (const char *)memcpy(text + n, notes, more);
    return f;
}

static inline int leat_flow_is_above_(const leat_flow *flow, const leat_flow *part)
{
    for (; flow; flow = flow->up)
        if (flow == part)
            return 1;
    return 0;
}

/* One more part behind the others; returns `flow`, which owns it. A part may stand
 * in one place only. */
__attribute__((unused)) static leat_flow *leat_flow_add(leat_flow *flow, leat_flow *part)
{
    if (!flow) {
        leat_flow_free(part && !part->up ? part : NULL);
        return NULL;
    }
    if (!part || part->up || flow->kind == LEAT_FLOW_ATOM || leat_flow_is_above_(flow, part)) {
        flow->wrong = !part ? "a part of it is NULL: none was given, or memory ran out"
                    : flow->kind == LEAT_FLOW_ATOM ? "an atom has no parts" : "a part of it stands in two places";
        return flow;
    }
    if (flow->count == flow->room) {
        uint32_t room = flow->room ? flow->room * 2 : 4;
        void *parts = realloc(flow->parts, room * sizeof *flow->parts);
        if (!parts) {
            flow->wrong = "memory ran out";
            leat_flow_free(part);
            return flow;
        }
        flow->parts = (leat_flow **)parts;
        flow->room = room;
    }
    flow->parts[flow->count++] = part;
    part->up = flow;
    return flow;
}

__attribute__((unused)) static leat_flow *leat_flow_list_(uint16_t kind, const char *name, leat_flow *const *parts,
                                                          size_t n)
{
    leat_flow *f = leat_flow_new_(kind, name, NULL);
    for (size_t i = 0; i < n; i++)
        leat_flow_add(f, parts[i]);
    return f;
}

/* The node `name`, as a step that is done once and may be reverted. */
static inline leat_flow *leat_atom(const char *name)
{
    leat_flow *f = leat_flow_new_(LEAT_FLOW_ATOM, name, NULL);
    if (f && (!name || !*name))
        f->wrong = "an atom needs the name of a node";
    return f;
}
/* The same with notes, which go before others on that node: retry(n) and
 * priority(n). */
static inline leat_flow *leat_atom_with(const char *name, const char *notes)
{
    leat_flow *f = leat_flow_new_(LEAT_FLOW_ATOM, name, notes ? notes : "");
    if (f && (!name || !*name))
        f->wrong = "an atom needs the name of a node";
    return f;
}
/* A part that is tried up to `attempts` times (1 or more): where something in it
 * fails, what it has done is reverted, and it begins again. After the last attempt
 * the failure goes to the next leat_retry around it, or ends the flow. */
static inline leat_flow *leat_retry(int attempts, leat_flow *part)
{
    leat_flow *f = leat_flow_list_(LEAT_FLOW_RETRY, NULL, &part, 1);
    if (f && attempts < 1)
        f->wrong = "a retry needs one attempt or more";
    if (f)
        f->attempts = attempts;
    return f;
}

/* leat_linear(name, part, ...): one part after the other.
 * leat_unordered(name, part, ...): in any order, at the same time where there are
 * workers; none reads what another gives.
 * leat_graph(name, part, ...): ordered by what they read of each other alone.
 * `name` is for people. Without parts, or with many: leat_flow_add. */
#ifdef __cplusplus
}
extern "C++" {
static inline leat_flow *leat_flow_these_(uint16_t kind, const char *name, std::initializer_list<leat_flow *> parts)
{
    return leat_flow_list_(kind, name, parts.begin(), parts.size());
}
}
#define LEAT_FLOW_PARTS_(kind, name, ...) leat_flow_these_((kind), (name), { __VA_ARGS__ })
#else
#define LEAT_FLOW_PARTS_(kind, name, ...)                                     \
    leat_flow_list_((kind), (name), (leat_flow *const[]){ __VA_ARGS__ },      \
                    sizeof((leat_flow *const[]){ __VA_ARGS__ }) / sizeof(leat_flow *))
#endif
#define leat_linear(...)    LEAT_FLOW_SPLIT_(LEAT_FLOW_LINEAR, __VA_ARGS__)
#define leat_unordered(...) LEAT_FLOW_SPLIT_(LEAT_FLOW_UNORDERED, __VA_ARGS__)
#define leat_graph(...)     LEAT_FLOW_SPLIT_(LEAT_FLOW_GRAPH, __VA_ARGS__)
#define LEAT_FLOW_SPLIT_(kind, ...) LEAT_FLOW_PARTS_(kind, __VA_ARGS__)
