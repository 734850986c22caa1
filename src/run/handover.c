/* handover: see run/handover.h. A wrong hand-over fails the node by name here
 * rather than crashing later in free. */
#include "run/handover.h"
#include "run/context.h"
#include <stdio.h>
#include <string.h>

/* What an out parameter was given, as a slot holds it. */
static void fetch(struct leat__run *run, uint32_t t)
{
    const struct leat__plan *p = run->frame.plan;
    const struct leat__node *n = leat__run_node(run, t);
    char *place = run->frame.place + p->side[p->task[t].side].place;
    uint64_t *value = &run->frame.slot[t].value;
    if ((n->flags & LEAT__NODE_OBJECT) && !(n->flags & LEAT__NODE_BY_POINTER))
        *value = (uint64_t)(uintptr_t)place;
    else
        memcpy(value, place, n->flags & LEAT__NODE_BY_POINTER ? 8 : n->type->size);
}

/* Returned T * equal to an argument: the input itself. A value that was lent for
 * writing and is owned becomes the result; any other stays where it is, pinned,
 * and the result is only another name for it. */
static bool is_alias(struct leat__run *run, uint32_t call, uint32_t t, uint64_t pointer)
{
    const struct leat__plan *p = run->frame.plan;
    const struct leat__node *n = leat__run_node(run, call);
    for (uint32_t i = 0; i < n->edges; i++) {
        const struct leat__edge *e = &p->graph->edge[n->edge + i];
        if (e->how != LEAT__HOW_SLOT || !e->pointer || e->takes)
            continue;
        uint32_t from = p->in[p->task[call].in + i] & LEAT__IN_SLOT;
        struct leat__slot *s = &run->frame.slot[from];
        const struct leat__node *v = &p->graph->node[e->from];
        if (s->value != pointer)
            continue;
        bool owned = (v->flags & LEAT__NODE_OWNED) && (v->flags & LEAT__NODE_BY_POINTER) &&
                     !(p->task[from].flags & LEAT__TASK_GIVEN) &&
                     !(s->marks & (LEAT__SLOT_ALIAS | LEAT__SLOT_PINNED));
        if (e->writes && owned) {
            s->marks |= LEAT__SLOT_MOVED;
        } else {
            s->marks |= LEAT__SLOT_PINNED;
            run->frame.slot[t].marks |= LEAT__SLOT_ALIAS;
        }
        return true;
    }
    return false;
}

static const char *check(struct leat__run *run, uint32_t call, uint32_t t, char *buf, size_t size)
{
    const struct leat__node *n = leat__run_node(run, t);
    uint64_t value = run->frame.slot[t].value;
    const char *what = t == call ? "returned" : "gave";
    if (!(n->flags & LEAT__NODE_BY_POINTER))
        return NULL;
    if (!value) {
        if (n->flags & LEAT__NODE_NULLABLE)
            return NULL;
        snprintf(buf, size, t == call ? "returned NULL" : "gave NULL for %s", n->name);
        return buf;
    }
    if (!(n->flags & LEAT__NODE_OWNED) || is_alias(run, call, t, value))
        return NULL;
    const void *p = (const void *)(uintptr_t)value;
    if (leat__is_on_stack(p)) {
        snprintf(buf, size, "%s a pointer into its own stack where ownership was promised: "
                 "allocate the value, or return const", what);
        return buf;
    }
    if (leat__is_in_image(p)) {
        snprintf(buf, size, "%s a pointer to a literal or static object where ownership was promised: "
                 "return const, or a copy", what);
        return buf;
    }
    return NULL;
}

const char *leat__handover(struct leat__run *run, uint32_t t, uint64_t status, char *buf, size_t size)
{
    const struct leat__plan *p = run->frame.plan;
    const struct leat__node *n = leat__run_node(run, t);
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
        fetch(run, t);
    uint32_t parts = side ? side->outputs : 0;
    for (uint32_t i = 1; i <= parts; i++)
        fetch(run, t + i);
    const char *why = check(run, t, t, buf, size);
    for (uint32_t i = 1; !why && i <= parts; i++)
        why = check(run, t, t + i, buf, size);
    return why;
}
