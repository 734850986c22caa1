/* unknown: see flow/unknown.h. x__happened is called by the thread that resumes, before
 * anything runs: what it reads is on record. What it says its atom gave goes into the
 * row, and from there into the frame, as any value of another life. */
#include "flow/unknown.h"
#include "base/error.h"
#include "base/vector.h"
#include "run/context.h"
#include "run/task.h"
#include "run/values.h"
#include "value/pack.h"
#include <stdlib.h>
#include <string.h>

struct leat__decision { uint32_t node; bool done; struct leat__text body; };

void leat__decisions_free(struct leat__flow *f)
{
    for (uint32_t i = 0; i < f->decision_count; i++)
        leat__text_fini(&f->decisions[i].body);
    free(f->decisions);
}

/* --- what persons say --- */

int leat__flow_decide(struct leat__flow *f, uint32_t node, bool done, const uint64_t *value, leat_error *err)
{
    const struct leat__node *n = &f->graph->node[node];
    struct leat__decision d = { node, done, { 0 } };
    if (done && leat__rest(f->graph, n)->outputs)
        return leat__fail(err, LEAT_EUNSUPPORTED, "%s gives several values: that it was done, and which they are, only "
                          "%s__happened can say", n->name, n->name);
    if (done && !value != !n->type)
        return leat__fail(err, LEAT_EUSAGE, n->type ? "%s gives a value: if it was done, which?" : "%s gives no value", n->name);
    if (!LEAT__ROOM(f->decisions, f->decision_count, f->decision_cap))
        return leat__fail_memory(err);
    leat__pack_array(&d.body, 1);
    int code = leat__record_pack(&d.body, n, value ? *value : 0, err);
    if (!code && d.body.failed)
        code = leat__fail_memory(err);
    if (code < 0)
        leat__text_fini(&d.body);
    else
        f->decisions[f->decision_count++] = d;
    return code;
}

static const struct leat__decision *decision_on(const struct leat__flow *f, uint32_t node)
{
    for (uint32_t i = 0; i < f->decision_count; i++)
        if (f->decisions[i].node == node)
            return &f->decisions[i];
    return NULL;
}

static bool is_unknown(const struct leat__flow *f, uint32_t node)
{
    return f->past && f->number[node] && f->past->node[f->number[node] - 1].state == LEAT__PAST_STARTED;
}

/* With a life the module was asked, too. */
bool leat__flow_is_in_doubt(const struct leat__flow *f, uint32_t node)
{
    return f->number && is_unknown(f, node) && !decision_on(f, node) &&
           (f->life || leat__graph_happened(f->graph, node) == LEAT__NONE);
}

int leat__unknown_check(const struct leat__flow *f, leat_error *err)
{
    struct leat__text names = { 0 };
    char place[300];
    int code = 0;
    for (uint32_t i = 0; i < f->decision_count && !code; i++)
        if (!is_unknown(f, f->decisions[i].node))
            code = leat__fail(err, LEAT_EUSAGE, "%s is not in doubt", f->graph->node[f->decisions[i].node].name);
    for (uint32_t i = 0; i < f->records && !code; i++) {
        uint32_t id = f->record[i];
        if (leat__flow_is_in_doubt(f, id))
            leat__text_printf(&names, "%s%s (%s)", names.len ? ", " : "", f->graph->node[id].name,
                              leat__node_place(&f->graph->node[id], place, sizeof place));
    }
    if (!code && names.failed)
        code = leat__fail_memory(err);
    else if (!code && names.len)
        code = leat__fail(err, LEAT_EUNKNOWN, "it is not known whether %s was done: a person has to say", names.data);
    leat__text_fini(&names);
    return code;
}

/* --- what x__happened says --- */

struct asking {
    struct leat__flow *f;
    uint32_t node, happened;
    struct leat__arena arena;
    void **arg, **place;        /* by parameter                               */
    uint64_t *word;
    leat_error *err;
};

/* What it gave in another life, into the parameter's word. */
static int recall(struct asking *a, uint32_t from, uint32_t i)
{
    const struct leat__flow *f = a->f;
    const struct leat__graph *g = f->graph;
    const struct leat__node *n = &g->node[from];
    uint32_t call = n->kind == LEAT__NODE_OUTPUT ? leat__rest(f->graph, n)->producer : from, number = f->number[call];
    const struct leat__past_node *past = number ? &f->past->node[number - 1] : NULL;
    if (!past || past->state != LEAT__PAST_DONE)
        return leat__fail(a->err, LEAT_EUNKNOWN, "%s: %s, which it reads, is not there", g->node[a->happened].name, n->name);
    struct leat__unpack u = leat__unpack_of(past->body, past->len);
    leat__unpack_array(&u);
    for (uint32_t k = from == call ? 0 : 1 + from - leat__rest_at(g, call)->producer; k > 0; k--)
        leat__unpack_skip(&u);
    struct leat__encoded in = { .budget = SIZE_MAX };
    void *at = &a->word[i];
    if (leat__unpack_kind(&u) == LEAT__PACK_NIL)
        return 0;
    in.bytes = leat__unpack_bytes(&u, &in.size);
    if (n->flags & LEAT__NODE_OBJECT && !(at = leat__arena_aligned(&a->arena, n->type->size ? n->type->size : 1, n->type->align)))
        return leat__fail_memory(a->err);
    if (n->flags & LEAT__NODE_OBJECT)
        a->word[i] = (uint64_t)(uintptr_t)at;
    return leat__decode(n->type, in, &a->arena, at, a->err);
}

static int take_argument(struct asking *a, uint32_t i)
{
    static leat_context *none;
    const struct leat__graph *g = a->f->graph;
    const struct leat__edge *e = &g->edge[g->node[a->happened].edge + i];
    const struct leat__node *from = e->how == LEAT__HOW_CONTEXT ? NULL : &g->node[e->from];
    const struct leat__frame *root = &a->f->run->frame;
    a->arg[i] = e->how == LEAT__HOW_CONTEXT ? (void *)&none : &a->word[i];
    if (e->how == LEAT__HOW_OUT) {
        bool wide = from->flags & LEAT__NODE_OBJECT && !(from->flags & LEAT__NODE_BY_POINTER);
        size_t size = wide && from->type->size ? from->type->size : sizeof(uint64_t), align = wide ? from->type->align : sizeof size;
        if (!(a->place[i] = leat__arena_aligned(&a->arena, size, align)))
            return leat__fail_memory(a->err);
        memset(a->place[i], 0, size);
        a->arg[i] = &a->place[i];
        return 0;
    }
    if (!from)
        return 0;
    uint32_t t = leat__scope_task(&a->f->scope[0], e->from);
    int code = 0;
    if (t != LEAT__NONE && leat__task_state(root, t) == LEAT__DONE)
        a->word[i] = root->slot[t].value;
    else
        code = recall(a, e->from, i);
    if (e->how == LEAT__HOW_OBJECT)
        a->arg[i] = (void *)(uintptr_t)a->word[i];
    return code;
}

/* In the name of the flow's task; its key is that of the call which was broken off. */
static int call(struct asking *a, bool *out_happened)
{
    struct leat__flow *f = a->f;
    const struct leat__node *n = &f->graph->node[a->happened];
    struct leat__worker w = { 0 };
    leat_context *context = &w.context;
    uint64_t result = 0;
    for (uint32_t i = 0; i < n->edges; i++)
        if (f->graph->edge[n->edge + i].how == LEAT__HOW_CONTEXT)
            a->arg[i] = &context;
    leat__worker_enter(&w, &f->run->frame);
    leat__worker_at(&w, f->scope[1].task);
    f->asking = a->node;
    n->function->head->call(n->function->fn, a->arg, &result);
    f->asking = LEAT__NONE;
    leat__worker_at(&w, LEAT__NONE);
    bool failed = leat__worker_has_failed(&w, f->scope[1].task);
    leat__worker_leave(&w);
    *out_happened = *(const bool *)&result;
    return failed ? leat__fail(a->err, LEAT_EUNKNOWN, "%s does not know: %s", n->name, w.text) : 0;
}

/* Of the k-th value of the node: the word that a slot would hold; false: it has no place. */
static bool value_of(const struct asking *a, uint32_t k, uint64_t *out)
{
    const struct leat__graph *g = a->f->graph;
    uint32_t id = leat__record_value(g, a->node, k);
    const struct leat__node *n = &g->node[id];
    bool wide = n->flags & LEAT__NODE_OBJECT && !(n->flags & LEAT__NODE_BY_POINTER);
    for (uint32_t i = 0; i < g->node[a->happened].edges; i++) {
        const struct leat__edge *e = &g->edge[g->node[a->happened].edge + i];
        if (e->how == LEAT__HOW_OUT && e->from == id)
            return *out = wide ? (uint64_t)(uintptr_t)a->place[i] : *(const uint64_t *)a->place[i], true;
    }
    *out = 0;
    return !n->type;
}

/* What it gave, as a row; the values themselves die. */
static int pack_values(struct asking *a, struct leat__text *body)
{
    const struct leat__graph *g = a->f->graph;
    uint32_t values = leat__record_values(g, a->node);
    int code = 0;
    leat__pack_array(body, values);
    for (uint32_t k = 0; k < values; k++) {
        const struct leat__node *n = &g->node[leat__record_value(g, a->node, k)];
        uint64_t value;
        if (!value_of(a, k, &value) && !code)
            code = leat__fail(a->err, LEAT_EUNKNOWN, "%s was done, and what it gave is not known: %s has no parameter for that, "
                              "%sa person has to say", g->node[a->node].name, g->node[a->happened].name, k ? "" : "out; ");
        if (!code)
            code = leat__record_pack(body, n, value, a->err);
        if (n->flags & LEAT__NODE_OWNED && value)
            leat__value_destroy(g, n, value);
    }
    return code;
}

static int ask(struct leat__flow *f, uint32_t node, struct leat__text *body, leat_error *err)
{
    struct asking a = { .f = f, .node = node, .happened = leat__graph_happened(f->graph, node), .err = err };
    size_t n = (size_t)f->graph->node[a.happened].edges + 1;
    bool happened = false;
    a.arg = calloc(n, sizeof *a.arg);
    a.place = calloc(n, sizeof *a.place);
    a.word = calloc(n, sizeof *a.word);
    int code = a.arg && a.place && a.word ? 0 : leat__fail_memory(err);
    for (uint32_t i = 0; i + 1 < n && !code; i++)
        code = take_argument(&a, i);
    if (!code)
        code = call(&a, &happened);
    if (!code && happened)
        code = pack_values(&a, body);
    free(a.arg);
    free(a.place);
    free(a.word);
    leat__arena_fini(&a.arena);
    return code;
}

/* --- rows --- */

static int resolve(struct leat__flow *f, uint32_t at, const struct leat__text *body, leat_error *err)
{
    struct leat__row row = { .kind = LEAT__ROW_RESOLVED, .task = (uint64_t)at + 1, .body = body->data, .len = body->len };
    if (body->failed)
        return leat__fail_memory(err);
    int code = leat__life_append(f->life, &row, (struct leat__then){ 0 });
    if (code == LEAT_ESUSPENDED)
        return leat__fail(err, code, "%s", leat__life_is_lost(f->life));
    return code || !leat__past_resolve(f->past, at, body->data, body->len) ? leat__fail_memory(err) : 0;
}

int leat__unknown_settle(struct leat__flow *f, leat_error *err)
{
    bool any = false;
    int code = 0;
    for (uint32_t i = 0; i < f->records && !code; i++) {
        if (!is_unknown(f, f->record[i]))
            continue;
        const struct leat__decision *d = decision_on(f, f->record[i]);
        struct leat__text said = { 0 };
        if (!d)
            code = ask(f, f->record[i], &said, err);
        if (!code)
            code = resolve(f, i, d && d->done ? &d->body : &said, err);
        leat__text_fini(&said);
        any = true;
    }
    return code || !any ? code : leat__life_sync(f->life, err);
}
