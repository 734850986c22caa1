/* values: who frees what during a walk and at its end; see run/values.h. */
#include "run/values.h"
#include "base/error.h"
#include "run/context.h"
#include "run/task.h"
#include "run/whole.h"
#include "value/destroy.h"
#include "value/items.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A function of the graph is called as its nodes are: it may be registered. */
static void destroy_by(const struct leat__destructor *d, void *at)
{
    uint64_t status;
    void *args[] = { &at };
    if (d->function)
        d->function->head->call(d->function->fn, args, &status);
    else
        d->host(at);
}

static _Thread_local const struct leat__node *dying;

const struct leat__node *leat__value_dying(void) { return dying; }

static _Thread_local const struct leat__run *clearing;

const struct leat__run *leat__run_clearing(void) { return clearing; }

void leat__value_destroy(const struct leat__graph *g, const struct leat__node *n, uint64_t value)
{
    const struct leat__node *outer = dying;
    void *at = (void *)(uintptr_t)value;
    if (!at)
        return;
    dying = n;
    uint32_t destructor = leat__rest(g, n)->destructor;
    if (destructor != LEAT__NONE) {
        destroy_by(&g->destructor[destructor], at);
    } else {
        if (n->flags & LEAT__NODE_OBJECT)
            leat__destroy(n->type, at);
        if (n->flags & LEAT__NODE_BY_POINTER)
            free(at);
    }
    dying = outer;
}

/* By layout: malloc'ed, and so are its parts. */
static const char *copy_by_layout(const struct leat__node *v, const void *from, uint64_t *out)
{
    bool object = v->flags & LEAT__NODE_OBJECT;
    void *to = object && from ? leat__new(v->type) : (void *)out;
    int code = !to ? LEAT_ENOMEM : from ? leat__copy(v->type, from, to, NULL) : 0;
    if (object && code < 0)
        free(to);
    else if (object && from)
        *out = (uint64_t)(uintptr_t)to;
    return !code ? NULL : code == LEAT_ENOMEM ? "out of memory"
         : "writes a value that was asked and cannot be copied: it nests too deep, or has lengths without items";
}

/* leat_fail in T_copy fails the writer: its worker tells how. */
static const char *copy_by_function(struct leat__frame *f, uint32_t slot, const void *from, uint64_t *out, char *buf,
                                    size_t size)
{
    leat_error err;
    const struct leat__worker *w = leat__worker_current();
    if (leat__whole_copy(f->plan->graph, leat__frame_node(f, slot), from, slot, out, &err) == 0)
        return NULL;
    snprintf(buf, size, "%s", err.message);
    return w && leat__worker_has_failed((struct leat__worker *)w, slot) ? w->text : buf;
}

/* The asker's copy, made before the writer runs. */
static const char *keep_copy(struct leat__frame *f, uint32_t slot, char *buf, size_t size)
{
    const struct leat__node *v = leat__frame_node(f, slot);
    const struct leat__slot *s = &f->slot[slot];
    if (leat__task_state(f, slot) != LEAT__DONE)
        return NULL;                    /* it failed, and the writer does not need it */
    const void *from = v->flags & LEAT__NODE_OBJECT ? (const void *)(uintptr_t)s->value : &s->value;
    struct leat__kept *k = calloc(1, sizeof *k);
    if (!k)
        return "out of memory";
    k->slot = slot;
    k->by_function = from && slot >= f->plan->given && leat__whole_has_copy(f->plan->graph, v);
    const char *why = k->by_function ? copy_by_function(f, slot, from, &k->value, buf, size)
                                     : copy_by_layout(v, from, &k->value);
    if (why) {
        free(k);
        return why;
    }
    pthread_mutex_lock(&f->run->lock);
    k->next = f->run->kept;
    f->run->kept = k;
    pthread_mutex_unlock(&f->run->lock);
    return NULL;
}

/* Before a call with special arguments; NULL: go on. */
const char *leat__values_prepare(struct leat__frame *f, const struct leat__side *side, char *buf, size_t size)
{
    const struct leat__plan *p = f->plan;
    for (uint32_t i = 0; i < side->takes; i++)
        if (leat__slot_word(&f->slot[p->list[side->take + i]]) & (LEAT__SLOT_ALIAS | LEAT__SLOT_PINNED))
            return "takes a value that another name still holds";
    const char *why = NULL;
    for (uint32_t i = 0; i < side->copies && !why; i++)
        why = keep_copy(f, p->list[side->copy + i], buf, size);
    return why;
}

void leat__values_taken(struct leat__frame *f, const struct leat__side *side)
{
    for (uint32_t i = 0; i < side->takes; i++)
        leat__slot_mark(&f->slot[f->plan->list[side->take + i]], LEAT__SLOT_MOVED);
}

/* The value was made and read: what fails is the run. */
static void settle_destructor(struct leat__worker *w, struct leat__frame *f, uint32_t t)
{
    const struct leat__graph *g = f->plan->graph;
    const struct leat__node *n = leat__frame_node(f, t);
    uint32_t destructor = leat__rest(g, n)->destructor;
    const struct leat__function *by = destructor == LEAT__NONE ? NULL : g->destructor[destructor].function;
    char text[sizeof w->text + 300];
    snprintf(text, sizeof text, "%.255s failed: %s", by ? by->name : "its destructor", w->text);
    const char *file = *w->file ? w->file : by ? by->head->file : NULL;
    f->run->slow |= LEAT__SLOW_FULL;
    f->run->failed++;
    leat__failure_add(f, t, LEAT_EFAILED, file, *w->file ? w->line : by ? by->head->line : 0, text, NULL);
    w->failed = 0;
}

void leat__values_destroy(struct leat__frame *f, uint32_t t)
{
    struct leat__worker *w = leat__worker_current();
    leat__slot_mark(&f->slot[t], LEAT__SLOT_MOVED);
    leat__value_destroy(f->plan->graph, leat__frame_node(f, t), f->slot[t].value);
    if (w && w->task == LEAT__NONE && !clearing && leat__worker_has_failed(w, LEAT__NONE))
        settle_destructor(w, f, t);
}

void leat__values_release(struct leat__frame *f, const struct leat__side *side)
{
    const struct leat__plan *p = f->plan;
    for (uint32_t i = 0; i < side->releases; i++) {
        uint32_t t = p->list[side->release + i];
        struct leat__slot *s = &f->slot[t];
        if (leat__slot_word(s) != LEAT__DONE)
            continue;
        leat__values_destroy(f, t);
    }
}

/* A constant that some call writes: the run's own, as if a call had made it. */
static bool own_value(struct leat__frame *f, uint32_t t, const void *from)
{
    const struct leat__type *type = leat__frame_node(f, t)->type;
    uint64_t *value = &f->slot[t].value;
    if (!(leat__frame_node(f, t)->flags & LEAT__NODE_OBJECT))
        return leat__copy_to_own(type, from, value, &f->run->arena) == 0;
    void *at = leat__new(type);
    if (!at || leat__copy_to_own(type, from, at, &f->run->arena) < 0) {
        free(at);
        return false;
    }
    *value = (uint64_t)(uintptr_t)at;
    return true;
}

bool leat__values_constant(struct leat__frame *f, uint32_t t)
{
    const struct leat__plan *p = f->plan;
    const struct leat__node *n = leat__frame_node(f, t);
    const void *from = p->side[p->task[t].side].value;
    if (n->flags & LEAT__NODE_OWNED)
        return own_value(f, t, from);
    if (n->flags & LEAT__NODE_OBJECT)
        f->slot[t].value = (uint64_t)(uintptr_t)from;
    else
        memcpy(&f->slot[t].value, from, n->type->size);
    return true;
}

/* Where an object that is made anew stands: with what its destructor will free. */
static void *object_place(struct leat__frame *f, uint32_t t)
{
    const struct leat__plan *p = f->plan;
    const struct leat__node *n = leat__frame_node(f, t);
    if (!(n->flags & LEAT__NODE_BY_POINTER) && p->task[t].side != LEAT__NONE)
        return f->place + p->side[p->task[t].side].place;
    return n->flags & LEAT__NODE_OWNED ? leat__new(n->type)
                                       : leat__arena_aligned(&f->run->arena, n->type->size ? n->type->size : 1, n->type->align);
}

int leat__values_decode(struct leat__frame *f, uint32_t t, struct leat__encoded in, leat_error *err)
{
    const struct leat__node *n = leat__frame_node(f, t);
    bool object = n->flags & LEAT__NODE_OBJECT, owned = n->flags & LEAT__NODE_OWNED;
    pthread_mutex_lock(&f->run->lock);
    void *at = object ? object_place(f, t) : &f->slot[t].value;
    int code = !at ? leat__fail_memory(err) : owned ? leat__decode_to_own(n->type, in, &f->run->arena, at, err)
                                                    : leat__decode(n->type, in, &f->run->arena, at, err);
    pthread_mutex_unlock(&f->run->lock);
    if (code < 0 && object && owned && n->flags & LEAT__NODE_BY_POINTER)
        free(at);
    if (!code && object)
        f->slot[t].value = (uint64_t)(uintptr_t)at;
    return code;
}

/* Where the part is; NULL: the slice has another number of items. */
static const char *address_of(const struct leat__node *n, const struct leat__rest *rest, const void *whole)
{
    const struct { const char *data; size_t len; } *slice = whole;
    if (n->kind == LEAT__NODE_FIELD)
        return (const char *)whole + rest->offset;
    return slice->len == rest->items && slice->data ? slice->data + rest->offset : NULL;
}

/* An array of char is text to its readers: it must end. */
static bool is_endless(const struct leat__type *t, const void *at)
{
    return t->kind == LEAT__ARRAY && t->of->kind == LEAT__CHAR && !memchr(at, 0, t->size);
}

/* A namespace that writes an input has its own. */
static const char *load_same(struct leat__frame *f, uint32_t t, const uint64_t *from)
{
    const struct leat__node *n = leat__frame_node(f, t);
    if (!(n->flags & LEAT__NODE_OWNED)) {
        f->slot[t].value = *from;
        return NULL;
    }
    if (!leat__is_derivable(n->type))
        return "it is written here, and the input cannot be copied: give it for this namespace";
    return own_value(f, t, n->flags & LEAT__NODE_OBJECT ? (const void *)(uintptr_t)*from : from) ? NULL
                                                                                                 : "out of memory";
}

const char *leat__values_load(struct leat__frame *f, uint32_t t, char *buf, size_t size)
{
    const struct leat__plan *p = f->plan;
    const struct leat__node *n = leat__frame_node(f, t);
    const struct leat__rest *rest = leat__rest(p->graph, n);
    const struct leat__node *of = &p->graph->node[rest->producer];
    uint64_t *from = &f->slot[p->in[p->task[t].in] & LEAT__IN_SLOT].value;
    if (n->kind == LEAT__NODE_SAME)
        return load_same(f, t, from);
    const void *whole = (const void *)(uintptr_t)*from;
    uint64_t *value = &f->slot[t].value;
    if (!whole) {
        snprintf(buf, size, "%s is NULL", of->name);
        return buf;
    }
    if (n->kind == LEAT__NODE_FIELD && (n->flags & LEAT__NODE_BY_POINTER) && leat__leads_nowhere(of->type, rest->offset, whole)) {
        *value = 0;         /* readers see that there are no items by the length beside it */
        return NULL;
    }
    const void *at = address_of(n, rest, whole);
    if (!at) {
        size_t len = ((const size_t *)whole)[1];
        snprintf(buf, size, "%s has %zu item%s, not %u", of->name, len, len == 1 ? "" : "s", rest->items);
        return buf;
    }
    if (!(n->flags & LEAT__NODE_OBJECT) || (n->flags & LEAT__NODE_BY_POINTER))
        memcpy(value, at, n->flags & LEAT__NODE_BY_POINTER ? sizeof(void *) : n->type->size);
    else
        *value = (uint64_t)(uintptr_t)at;
    if ((n->flags & LEAT__NODE_BY_POINTER) && !*value && !(n->flags & LEAT__NODE_NULLABLE)) {
        snprintf(buf, size, "it is NULL in %s", of->name);
        return buf;
    }
    if ((n->flags & LEAT__NODE_OBJECT) && is_endless(n->type, at)) {
        snprintf(buf, size, "its text has no end in %s", of->name);
        return buf;
    }
    return NULL;
}

const uint64_t *leat__run_value(const struct leat__run *run, uint32_t t)
{
    for (const struct leat__kept *k = run->kept; k; k = k->next) {
        if (k->slot == t)
            return &k->value;
    }
    return leat__task_state(&run->frame, t) == LEAT__DONE ? &run->frame.slot[t].value : NULL;
}

static void free_kept(struct leat__run *run)
{
    struct leat__kept *next;
    for (struct leat__kept *k = run->kept; k; k = next) {
        const struct leat__node *n = leat__frame_node(&run->frame, k->slot);
        bool object = n->flags & LEAT__NODE_OBJECT;
        void *at = object ? (void *)(uintptr_t)k->value : &k->value;
        next = k->next;
        if (k->by_function)
            leat__whole_destroy(run->frame.plan->graph, n, k->value);
        else if (at)
            leat__destroy_copy(n->type, at);
        if (object && !k->by_function)
            free(at);
        free(k);
    }
    run->kept = NULL;
}

/* An output is there once its call has ended well, though its own turn never came. */
static bool is_made(const struct leat__frame *f, uint32_t t)
{
    while (leat__task_state(f, t) != LEAT__DONE && f->plan->task[t].flags & LEAT__TASK_PART)
        t--;
    return leat__task_state(f, t) == LEAT__DONE;
}

void leat__values_clear(struct leat__frame *f)
{
    const struct leat__plan *p = f->plan;
    for (uint32_t t = p->owned ? p->n : p->given; t-- > p->given;) {
        struct leat__slot *s = &f->slot[t];
        const struct leat__node *n = leat__frame_node(f, t);
        bool ours = !(leat__slot_word(s) & (LEAT__SLOT_MOVED | LEAT__SLOT_ALIAS));
        if ((n->flags & LEAT__NODE_OWNED) && ours && is_made(f, t))
            leat__values_destroy(f, t);
    }
}

void leat__run_clear(struct leat__run *run)
{
    struct leat__frame *f = &run->frame;
    const struct leat__run *outer = clearing;
    clearing = run;
    if (f->plan) {
        leat__values_clear(f);
        free_kept(run);
    }
    clearing = outer;
    free(run->failures);
    run->failures = NULL;
    run->failure_count = run->failure_cap = 0;
    run->reasons = NULL;
    leat__arena_fini(&run->arena);
    run->ok = run->failed = run->hook_failures = 0;
    run->not_run = 0;
    run->skipped = run->reverted = run->besides = 0;
    run->entering = run->in_turn = 0;
    run->slow = 0;
    run->stop = run->suspended = run->late = false;
}
