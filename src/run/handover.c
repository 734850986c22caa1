/* handover: see run/handover.h. A wrong hand-over fails the node by name here
 * rather than crashing later in free. */
#include "run/handover.h"
#include "run/context.h"
#include "run/holding.h"
#include <stdio.h>
#include <string.h>

/* What an out parameter was given, as a slot holds it. */
static void fetch(struct leat__frame *f, uint32_t t)
{
    const struct leat__plan *p = f->plan;
    const struct leat__node *n = leat__frame_node(f, t);
    char *place = f->place + p->side[p->task[t].side].place;
    uint64_t *value = &f->slot[t].value;
    if ((n->flags & LEAT__NODE_OBJECT) && !(n->flags & LEAT__NODE_BY_POINTER))
        *value = (uint64_t)(uintptr_t)place;
    else
        memcpy(value, place, n->flags & LEAT__NODE_BY_POINTER ? 8 : n->type->size);
}

/* Pinned with whatever it is a part of. */
static void pin(struct leat__frame *f, uint32_t t)
{
    const struct leat__plan *p = f->plan;
    leat__slot_mark(&f->slot[t], LEAT__SLOT_PINNED);
    while (p->task[t].flags & LEAT__TASK_LOAD) {
        t = p->in[p->task[t].in] & LEAT__IN_SLOT;
        leat__slot_mark(&f->slot[t], LEAT__SLOT_PINNED);
    }
}

/* Returned T * equal to an argument: the input itself. A value that was lent for
 * writing and is owned becomes the result; any other stays where it is, pinned,
 * and the result is only another name for it. */
static bool is_alias(struct leat__frame *f, uint32_t call, uint32_t t, uint64_t pointer)
{
    const struct leat__plan *p = f->plan;
    const struct leat__node *n = leat__frame_node(f, call);
    for (uint32_t i = 0; i < n->edges; i++) {
        const struct leat__edge *e = &p->graph->edge[n->edge + i];
        if (e->how != LEAT__HOW_SLOT || !e->pointer || e->takes)
            continue;
        uint32_t from = p->in[p->task[call].in + i] & LEAT__IN_SLOT;
        struct leat__slot *s = &f->slot[from];
        const struct leat__node *v = &p->graph->node[e->from];
        if (s->value != pointer)
            continue;
        bool owned = (v->flags & LEAT__NODE_OWNED) && (v->flags & LEAT__NODE_BY_POINTER) &&
                     !(p->task[from].flags & LEAT__TASK_GIVEN) &&
                     !(leat__slot_word(s) & (LEAT__SLOT_ALIAS | LEAT__SLOT_PINNED));
        if (e->writes && owned) {
            leat__slot_mark(s, LEAT__SLOT_MOVED);
        } else {
            pin(f, from);
            leat__slot_mark(&f->slot[t], LEAT__SLOT_ALIAS);
        }
        return true;
    }
    return false;
}

/* Where a pointer must not point if free() will get it; NULL: it may. */
static const char *misplaced(const void *p)
{
    return leat__is_on_stack(p) ? "a pointer into its own stack"
         : leat__is_in_image(p) ? "a pointer to a literal or static object" : NULL;
}

enum { MOST_HELD = 64 };

/* An argument of the call that owns the same memory; NULL: none. */
static const char *held_by_input(struct leat__frame *f, uint32_t call, const void *p)
{
    const struct leat__plan *plan = f->plan;
    const struct leat__node *n = leat__frame_node(f, call);
    struct leat__holding in[MOST_HELD];
    for (uint32_t i = 0; i < n->edges; i++) {
        const struct leat__edge *e = &plan->graph->edge[n->edge + i];
        if (e->how > LEAT__HOW_OBJECT || !e->pointer || e->takes)
            continue;
        const struct leat__node *v = &plan->graph->node[e->from];
        const struct leat__slot *s = &f->slot[plan->in[plan->task[call].in + i] & LEAT__IN_SLOT];
        const void *at = v->flags & LEAT__NODE_OBJECT ? (const void *)(uintptr_t)s->value : &s->value;
        uint32_t count = at ? leat__holdings(v->type, at, in, MOST_HELD) : 0;
        for (uint32_t k = 0; k < count; k++)
            if (in[k].at == p)
                return v->name;
    }
    return NULL;
}

/* What the value itself owns by its layout will be freed with it. */
static const char *check_parts(struct leat__frame *f, uint32_t call, uint32_t t, char *buf, size_t size)
{
    const struct leat__node *n = leat__frame_node(f, t);
    struct leat__holding out[MOST_HELD];
    if (!(n->flags & LEAT__NODE_OWNED) || !(n->flags & LEAT__NODE_OBJECT) || leat__rest(f->plan->graph, n)->destructor != LEAT__NONE)
        return NULL;
    const void *at = (const void *)(uintptr_t)f->slot[t].value;
    uint32_t count = leat__holdings(n->type, at, out, MOST_HELD);
    for (uint32_t i = 0; i < count; i++) {
        const char *wrong = misplaced(out[i].at), *owner = wrong ? NULL : held_by_input(f, call, out[i].at);
        const char *what = t == call ? "returned" : "gave", *in = *out[i].member ? " in " : "";
        if (wrong)
            snprintf(buf, size, "%s %s%s%s where ownership was promised: make the member const, or copy", what, wrong,
                     in, out[i].member);
        else if (owner)
            snprintf(buf, size, "%s memory of %s%s%s where ownership was promised: return a view of it "
                     "(const members), or a copy", what, owner, in, out[i].member);
        if (wrong || owner)
            return buf;
    }
    return NULL;
}

/* Two outputs of one call that own the same pointer would free it twice. */
static const char *check_twice(struct leat__frame *f, uint32_t t, uint32_t parts, char *buf, size_t size)
{
    const struct leat__slot *slot = f->slot;
    for (uint32_t i = t; i <= t + parts; i++)
        for (uint32_t k = t; k < i; k++) {
            const struct leat__node *a = leat__frame_node(f, k), *b = leat__frame_node(f, i);
            uint16_t owns = LEAT__NODE_OWNED | LEAT__NODE_BY_POINTER;
            if ((a->flags & owns) != owns || (b->flags & owns) != owns || !slot[i].value ||
                slot[i].value != slot[k].value)
                continue;
            snprintf(buf, size, "gave the same pointer for %s and %s: each owns its own", a->name, b->name);
            return buf;
        }
    return NULL;
}

static const char *check(struct leat__frame *f, uint32_t call, uint32_t t, char *buf, size_t size)
{
    const struct leat__node *n = leat__frame_node(f, t);
    uint64_t value = f->slot[t].value;
    const char *what = t == call ? "returned" : "gave";
    if (!(n->flags & LEAT__NODE_BY_POINTER))
        return check_parts(f, call, t, buf, size);
    if (!value) {
        if (n->flags & LEAT__NODE_NULLABLE)
            return NULL;
        snprintf(buf, size, t == call ? "returned NULL; leat_fail says why, and nullable that it is a value" : "gave NULL for %s", n->name);
        return buf;
    }
    if (!(n->flags & LEAT__NODE_OWNED) || is_alias(f, call, t, value))
        return NULL;
    const void *p = (const void *)(uintptr_t)value;
    const char *wrong = misplaced(p);
    if (!wrong)
        return check_parts(f, call, t, buf, size);
    snprintf(buf, size, "%s %s where ownership was promised: %s", what, wrong,
             leat__is_on_stack(p) ? "allocate the value, or return const" : "return const, or a copy");
    return buf;
}

static void unmark(struct leat__slot *s, uint32_t marks)
{
    atomic_fetch_and_explicit(&s->word, ~marks, memory_order_relaxed);
}

/* A node that fails hands nothing over: what it would have become another's is
 * its own again. */
static void take_back(struct leat__frame *f, uint32_t call, uint32_t parts)
{
    const struct leat__plan *p = f->plan;
    const struct leat__node *n = leat__frame_node(f, call);
    for (uint32_t i = 0; i < n->edges; i++) {
        const struct leat__edge *e = &p->graph->edge[n->edge + i];
        if (e->how == LEAT__HOW_SLOT && e->writes && !e->takes)
            unmark(&f->slot[p->in[p->task[call].in + i] & LEAT__IN_SLOT], LEAT__SLOT_MOVED);
    }
    for (uint32_t i = 0; i <= parts; i++)
        unmark(&f->slot[call + i], LEAT__SLOT_OWNERS);
}

const char *leat__handover(struct leat__frame *f, uint32_t t, uint64_t status, char *buf, size_t size)
{
    const struct leat__plan *p = f->plan;
    const struct leat__node *n = leat__frame_node(f, t);
    const struct leat__side *side = p->task[t].side == LEAT__NONE ? NULL : &p->side[p->task[t].side];
    bool good = !(n->flags & LEAT__NODE_STATUS) ||
                (n->flags & LEAT__NODE_BOOL ? (uint8_t)status != 0 : (uint32_t)status == 0);
    if (!good) {
        if (n->flags & LEAT__NODE_BOOL)
            snprintf(buf, size, "returned false");
        else
            snprintf(buf, size, "returned %d", (int)status);
        return buf;
    }
    if (n->flags & LEAT__NODE_OUT)
        fetch(f, t);
    uint32_t parts = side ? side->outputs : 0;
    for (uint32_t i = 1; i <= parts; i++)
        fetch(f, t + i);
    const char *why = parts ? check_twice(f, t, parts, buf, size) : NULL;
    if (!why)
        why = check(f, t, t, buf, size);
    for (uint32_t i = 1; !why && i <= parts; i++)
        why = check(f, t, t + i, buf, size);
    if (why)
        take_back(f, t, parts);
    return why;
}
