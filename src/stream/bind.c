/* bind: see stream/bind.h. */
#include "stream/bind.h"
#include <stdio.h>

enum { MOST_PARALLEL = 128, MOST_QUEUE = 1 << 20 };

struct reading {                        /* of a drawn stream */
    struct leat__binding *b;
    const struct leat__graph *g;
    const char *space;                  /* with its dot; "" */
    struct leat__text *wrong;
    const leat_operator *at;            /* where the reading stands */
    const leat_operator *key;           /* the leat_key_by before it; NULL */
    bool failed;
};

__attribute__((format(printf, 2, 3)))
static void tell(struct reading *r, const char *format, ...)
{
    char text[600];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    leat__text_printf(r->wrong, "%s%s:%d: %s", r->wrong->len ? "; " : "", r->at->file ? r->at->file : "", r->at->line, text);
}

/* The type as people write it; one at a time. */
static const char *typed(struct reading *r, const struct leat__type *t)
{
    struct leat__text text = { 0 };
    leat__type_print(&text, t);
    const char *kept = leat__arena_strdup(&r->b->arena, text.data ? text.data : "");
    r->failed |= !kept || text.failed;
    leat__text_fini(&text);
    return kept ? kept : "";
}

/* --- names --- */

static const struct leat__node *find(struct reading *r, const char *name)
{
    char full[512];
    snprintf(full, sizeof full, "%s%s", r->space, name);
    uint32_t id = leat__graph_find(r->g, full);
    if (id == LEAT__NONE)
        id = leat__graph_find(r->g, name);
    const struct leat__node *n = id == LEAT__NONE ? NULL : &r->g->node[id];
    return n && n->kind == LEAT__NODE_CALL && n->function ? n : NULL;
}

static const struct leat__node *find_operator(struct reading *r, const char *name)
{
    const struct leat__node *n = find(r, name);
    const char *near = n ? NULL : leat__graph_suggest(r->g, name);
    char why[400];
    if (!n)
        tell(r, "no function %s%s%s%s", name, near ? ", did you mean " : "", near ? near : "", near ? "?" : "");
    else if (n->flags & LEAT__NODE_STREAM)
        tell(r, "%s is a stream, not an operator", name);
    else if (n->flags & LEAT__NODE_FAULTY &&
             !leat__problems_forgive(&r->g->problems, (uint32_t)(n - r->g->node), r->at->kind != LEAT_STREAM_SOURCE))
        tell(r, "%s cannot run: %s", name, leat__problem_of(&r->g->problems, (uint32_t)(n - r->g->node), why, sizeof why));
    else if (n->edges > LEAT__MOST_ARGUMENTS)
        tell(r, "%s has more than %d parameters", name, LEAT__MOST_ARGUMENTS);
    else
        return n;
    return NULL;
}

/* --- parameters --- */

struct classed {                        /* what is known of an operator's function so far */
    struct leat__operator *op;
    struct leat__argument *args;
    const struct leat__type *packet, *out;
    bool has_state;
};

static bool is_packet(const struct leat__type *t)
{
    return leat__is_scalar(t) || (t->kind == LEAT__STRUCT && !(t->flags & (LEAT__INCOMPLETE | LEAT__CLASS)) && t->size &&
                                  leat__is_trivial(t));
}

static bool is_lent(const struct leat__type *t)
{
    return t->kind == LEAT__POINTER && !(t->flags & LEAT__TO_CONST) && !leat__is_text(t) && t->of->kind != LEAT__VOID;
}

static void add_value(struct reading *r, struct leat__argument *a, const struct leat__edge *e, const struct leat__param *p)
{
    const struct leat__node *from = &r->g->node[e->from];
    a->kind = p->type->kind == LEAT__POINTER ? LEAT__OF_POINTER : LEAT__OF_VALUE;
    if (from->flags & LEAT__NODE_TURNS || e->takes)
        tell(r, "%s(%s): an operator neither takes a value nor waits for its turn", r->at->name, p->name);
    r->b->wanted[r->b->wanteds++] = (struct leat__wanted){ a, e->from, e->how };
}

static void add_state(struct reading *r, struct classed *c, struct leat__argument *a, const struct leat__edge *e,
                      const struct leat__param *p)
{
    const struct leat__node *from = &r->g->node[e->from];
    const struct leat__type *t = p->type->of;
    a->kind = LEAT__OF_STATE;
    if (c->has_state)
        tell(r, "%s(%s): a second state; an operator has one", r->at->name, p->name);
    else if (from->kind == LEAT__NODE_INPUT && (t->flags & LEAT__INCOMPLETE || !leat__is_trivial(t)))
        tell(r, "%s(%s): it is no plain data, so a function %s has to make it", r->at->name, p->name, from->name);
    else if (from->kind != LEAT__NODE_INPUT && (from->kind != LEAT__NODE_CALL || !(from->flags & LEAT__NODE_OBJECT)))
        tell(r, "%s(%s): %s gives no object that could be its state", r->at->name, p->name, from->name);
    c->has_state = true;
    r->b->state[r->b->states++] = (struct leat__held){ p->name, (uint32_t)(c->op - r->b->op),
        from->kind == LEAT__NODE_INPUT ? LEAT__NONE : e->from, t, NULL };
}

static void add_out(struct reading *r, struct classed *c, struct leat__argument *a, const struct leat__param *p)
{
    a->kind = LEAT__OF_OUT;
    if (strcmp(p->name, "out"))
        tell(r, "%s(%s): an operator gives one packet, through `out`", r->at->name, p->name);
    else
        c->out = p->type->of;
}

/* The packet, as it is passed. */
static void add_packet(struct reading *r, struct classed *c, struct leat__argument *a, const struct leat__param *p,
                       const struct leat__type *given, const char *before)
{
    bool by_address = p->type->kind == LEAT__POINTER && !leat__is_text(p->type);
    c->packet = by_address ? p->type->of : p->type;
    a->kind = by_address ? LEAT__OF_PACKET_AT : LEAT__OF_PACKET;
    if (given && !leat__type_equal(c->packet, given))
        tell(r, "%s(%s %s) stands where the packet does, and %s gives %s", r->at->name, typed(r, p->type), p->name, before,
             typed(r, given));
}

static bool classify(struct reading *r, struct classed *c, const struct leat__node *n, bool takes_packets,
                     const struct leat__type *given, const char *before)
{
    c->op->node = n;
    c->op->count = n->edges;
    c->op->args = c->args = leat__arena_array(&r->b->arena, n->edges + 1, sizeof *c->args);
    if (!c->args)
        return false;
    for (uint32_t i = 0; i < n->edges; i++) {
        const struct leat__edge *e = &r->g->edge[n->edge + i];
        const struct leat__param *p = LEAT__PARAM(n->function, i);
        if (e->how == LEAT__HOW_CONTEXT)
            c->args[i].kind = LEAT__OF_CONTEXT;
        else if (e->how == LEAT__HOW_OUT)
            add_out(r, c, &c->args[i], p);
        else if (is_lent(p->type) && !(r->g->node[e->from].flags & LEAT__NODE_SHARED))
            add_state(r, c, &c->args[i], e, p);
        else if (takes_packets && !c->packet)
            add_packet(r, c, &c->args[i], p, given, before);
        else
            add_value(r, &c->args[i], e, p);
    }
    return true;
}

/* --- what it answers --- */

static enum leat__answer answer_of(const struct leat__type *t, bool has_out)
{
    if (!t)
        return LEAT__ANSWERS_NOTHING;
    if (!has_out)
        return LEAT__ANSWERS_VALUE;
    return t->kind == LEAT__BOOL ? LEAT__ANSWERS_BOOL : LEAT__ANSWERS_INT;
}

static const char *const forms[] = {
    [LEAT__SOURCE] = "a source is int or bool %s(.., T *out)",
    [LEAT__MAP] = "a map is U %s(T packet, ..), or int %s(T packet, .., U *out)",
    [LEAT__FILTER] = "a filter is bool %s(T packet, ..)",
    [LEAT__SINK] = "a sink is void %s(T packet, ..)",
    [LEAT__KEY] = "a key is K %s(T packet, ..), or a field of the packet",
};

/* What the function would have to be, and what it is. */
static void tell_form(struct reading *r, const struct classed *c)
{
    char form[300];
    const char *name = c->op->node->name;
    const struct leat__type *result = c->op->node->function->head->result;
    bool source = c->op->kind == LEAT__SOURCE;
    snprintf(form, sizeof form, forms[c->op->kind], name, name);
    tell(r, "%s; it gives %s%s%s", form, result ? typed(r, result) : "nothing",
         c->out ? ", and through out" : source ? ", and has no out" : "", source || c->packet ? "" : ", and has no packet");
}

static void check_form(struct reading *r, struct classed *c)
{
    struct leat__operator *op = c->op;
    const struct leat__type *result = op->node->function->head->result;
    bool good = op->kind == LEAT__SOURCE || c->packet;
    op->answer = answer_of(result, c->out);
    op->in = c->packet;
    op->out = c->out ? c->out : op->kind == LEAT__FILTER ? c->packet : op->kind == LEAT__SINK ? NULL : result;
    if (op->kind == LEAT__SOURCE)
        good = c->out && result;
    else if (op->kind == LEAT__FILTER)
        good &= result && result->kind == LEAT__BOOL;
    else if (op->kind == LEAT__SINK)
        good &= !result && !c->out;
    else
        good &= op->out && (!c->out || op->kind == LEAT__MAP);
    if (op->kind == LEAT__FILTER)
        op->answer = LEAT__ANSWERS_BOOL;
    const char *name = op->node->name;
    if (!good)
        tell_form(r, c);
    else if (op->out && op->kind != LEAT__KEY && !is_packet(op->out))
        tell(r, "%s gives %s, which is no packet: packets are numbers, and structs that own nothing", name, typed(r, op->out));
}

/* --- keys --- */

static const struct leat__member *member(const struct leat__type *t, const char *name, size_t n)
{
    for (uint32_t i = 0; t->kind == LEAT__STRUCT && i < t->count; i++)
        if (strlen(t->members[i].name) == n && !strncmp(t->members[i].name, name, n) && !t->members[i].bits)
            return &t->members[i];
    return NULL;
}

static bool key_is_field(struct leat__operator *op, const char *name)
{
    const struct leat__type *t = op->in;
    uint32_t offset = 0;
    for (size_t n; *name; name += n + (name[n] == '.')) {
        n = strcspn(name, ".");
        const struct leat__member *m = member(t, name, n);
        if (!m)
            return false;
        offset += m->offset;
        t = m->type;
    }
    op->key_offset = offset;
    op->key_type = t;
    return true;
}

static bool key_is_function(struct reading *r, struct leat__operator *op, const char *before)
{
    const struct leat__node *n = find(r, r->at->name);
    struct leat__operator *key = leat__arena_alloc(&r->b->arena, sizeof *key);
    struct classed c = { .op = key };
    r->failed |= !key;
    if (!n || !key)
        return false;
    key->kind = LEAT__KEY;
    if (n->edges > LEAT__MOST_ARGUMENTS || !classify(r, &c, n, true, op->in, before))
        return false;
    check_form(r, &c);
    if (c.has_state)
        tell(r, "%s: a key has no state", n->name);
    op->key = key;
    op->key_type = key->out;
    return true;
}

static void add_key(struct reading *r, struct leat__operator *op, const char *before)
{
    const leat_operator *at = r->at;
    r->at = r->key;
    op->route = LEAT__BY_KEY;
    if (!*r->key->name || (!key_is_field(op, r->key->name) && !key_is_function(r, op, before)))
        tell(r, "key %s: no such field of %s, and no such function", r->key->name, typed(r, op->in));
    const char *why = op->key_type ? leat__key_misfit(op->key_type) : NULL;
    if (why)
        tell(r, "key %s: %s", r->key->name, why);
    r->at = at;
    r->key = NULL;
}

/* --- one operator --- */

static bool is_said(int32_t number) { return number != INT32_MIN; }

static void add_numbers(struct reading *r, struct leat__operator *op)
{
    const leat_operator *at = r->at;
    bool many = at->parallel > 0 && at->parallel <= MOST_PARALLEL, room = at->queue > 0 && at->queue <= MOST_QUEUE;
    op->parallel = many ? (uint32_t)at->parallel : 1;
    op->queue = room ? (uint32_t)at->queue : 0;
    if (is_said(at->parallel) && !many)
        tell(r, "%s in %d instances: 1 to %d are possible", at->name, at->parallel, MOST_PARALLEL);
    if (is_said(at->queue) && !room)
        tell(r, "a queue of %d packets before %s: 1 to %d are possible", at->queue, at->name, MOST_QUEUE);
    if (at->copies)
        op->route = LEAT__TO_ALL;
}

static void add_operator(struct reading *r)
{
    static const enum leat__operator_kind kinds[] = { LEAT__SOURCE, LEAT__MAP, LEAT__FILTER, LEAT__SINK };
    struct leat__binding *b = r->b;
    struct leat__operator *op = &b->op[b->ops], *before = b->ops ? op - 1 : NULL;
    const struct leat__node *n = find_operator(r, r->at->name);
    struct classed c = { .op = op };
    b->ops++;
    op->kind = kinds[r->at->kind];
    op->parallel = 1;
    if (!n || !classify(r, &c, n, op->kind != LEAT__SOURCE, before ? before->out : NULL, before && before->node ? before->node->name : ""))
        return;
    check_form(r, &c);
    add_numbers(r, op);
    if (r->key && op->in)
        add_key(r, op, before && before->node ? before->node->name : "");
    if (!b->states || b->state[b->states - 1].op != b->ops - 1)
        return;
    struct leat__held *s = &b->state[b->states - 1];
    s->at = leat__arena_array(&b->arena, op->parallel, sizeof *s->at);
    op->state = s->at;
    r->failed |= !s->at;
}

/* The first is a source, the last a sink, and no other is. */
static void check_place(struct reading *r, uint32_t i, uint32_t count)
{
    uint32_t kind = r->at->kind;
    if (!i && kind != LEAT_STREAM_SOURCE)
        tell(r, "the first operator, %s, is no leat_source", r->at->name);
    if (i && kind == LEAT_STREAM_SOURCE)
        tell(r, "source %s does not stand first", r->at->name);
    if (i + 1 == count && kind != LEAT_STREAM_SINK)
        tell(r, "the last operator, %s, is no leat_sink", r->at->name);
    if (i + 1 < count && kind == LEAT_STREAM_SINK)
        tell(r, "sink %s does not stand last", r->at->name);
    if (kind == LEAT_STREAM_KEY && r->key)
        tell(r, "key %s: one key has just been said, %s", r->at->name, r->key->name);
}

static bool make_room(struct leat__binding *b, const struct leat__graph *g, uint32_t count)
{
    size_t most = (size_t)count * LEAT__MOST_ARGUMENTS;
    (void)g;
    b->op = leat__arena_array(&b->arena, count + 1, sizeof *b->op);
    b->wanted = leat__arena_array(&b->arena, most + 1, sizeof *b->wanted);
    b->state = leat__arena_array(&b->arena, most + 1, sizeof *b->state);
    return b->op && b->wanted && b->state;
}

bool leat__binding_init(struct leat__binding *b, const struct leat__graph *g, const leat_stream *drawn,
                        const char *name, size_t space, struct leat__text *wrong)
{
    struct reading r = { .b = b, .g = g, .wrong = wrong };
    *b = (struct leat__binding){ 0 };
    if (!make_room(b, g, drawn->count) || !(r.space = leat__arena_strndup(&b->arena, name, space)))
        return false;
    for (uint32_t i = 0; i < drawn->count && !r.failed; i++) {
        r.at = (const leat_operator *)(const void *)((const char *)drawn->operators + (size_t)i * drawn->step);
        check_place(&r, i, drawn->count);
        if (r.at->kind == LEAT_STREAM_KEY)
            r.key = r.at;
        else if (r.at->kind < LEAT_STREAM_KEY)
            add_operator(&r);
        else
            tell(&r, "%s: an operator of a kind that this version does not know", r.at->name);
    }
    if (!drawn->count)
        leat__text_printf(wrong, "%s: a stream without operators", name);
    return !r.failed && !wrong->failed;
}

void leat__binding_fini(struct leat__binding *b)
{
    leat__arena_fini(&b->arena);
    *b = (struct leat__binding){ 0 };
}
