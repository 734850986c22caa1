/* record: see flow/record.h. */
#include "flow/record.h"
#include "base/error.h"
#include "base/vector.h"
#include "flow/past.h"
#include "run/task.h"
#include "value/codec.h"
#include "value/pack.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- which nodes --- */

static int check_value(const struct leat__flow *f, uint32_t node, leat_error *err)
{
    const struct leat__node *n = &f->graph->node[node];
    struct leat__text why = { 0 };
    if (!n->type || leat__is_derivable(n->type))
        return 0;
    leat__type_why_opaque(&why, n->type);
    int code = leat__fail(err, LEAT_EUNSUPPORTED, "%s: %s gives what cannot be recorded: %s", f->name, n->name,
                          why.data ? why.data : "it is opaque");
    leat__text_fini(&why);
    return code;
}

static int add(struct leat__flow *f, uint32_t node, uint32_t *cap, leat_error *err)
{
    int code = 0;
    if (f->number[node])
        return 0;
    if (!LEAT__ROOM(f->record, f->records, *cap))
        return leat__fail_memory(err);
    f->record[f->records++] = node;
    f->number[node] = f->records;
    for (uint32_t i = 0; i < leat__record_values(f->graph, node) && !code; i++)
        code = check_value(f, leat__record_value(f->graph, node, i), err);
    return code;
}

static bool runs(const struct leat__flow *f, uint32_t node)
{
    for (uint32_t s = 1; s < f->scopes; s++) {
        uint32_t t = leat__scope_task(&f->scope[s], node);
        if (t != LEAT__NONE && t >= f->scope[s].plan.given)
            return true;
    }
    return false;
}

/* What a revert, or x__happened, reads beside atoms must be there when it is run in another life. */
static int add_read(struct leat__flow *f, uint32_t revert, uint32_t *cap, leat_error *err)
{
    const struct leat__graph *g = f->graph;
    const struct leat__node *n = &g->node[revert];
    int code = 0;
    for (uint32_t i = 0; i < n->edges && !code; i++) {
        const struct leat__edge *e = &g->edge[n->edge + i];
        uint32_t from = leat__is_data(e) ? e->from : LEAT__NONE;
        if (from != LEAT__NONE && g->node[from].kind == LEAT__NODE_OUTPUT)
            from = leat__rest_at(g, from)->producer;
        if (from != LEAT__NONE && g->node[from].kind != LEAT__NODE_INPUT && runs(f, from))
            code = add(f, from, cap, err);
    }
    return code;
}

static void mark_recorded(struct leat__flow *f)
{
    for (uint32_t s = 1; s < f->scopes; s++)
        for (uint32_t t = f->scope[s].plan.given; t < f->scope[s].base; t++)
            if (f->number[f->scope[s].plan.node[t]])
                f->scope[s].plan.task[t].flags |= LEAT__TASK_ASKS;
}

int leat__record_list(struct leat__flow *f, leat_error *err)
{
    uint32_t cap = 0;
    int code = 0;
    if (!(f->number = calloc((size_t)f->graph->count + 1, sizeof *f->number)))
        return leat__fail_memory(err);
    for (uint32_t i = 0; i < f->atoms && !code; i++)
        code = add(f, f->atom[i], &cap, err);
    for (uint32_t i = 0; i < f->atoms && !code; i++)
        if (f->revert && f->revert[f->atom[i]] != LEAT__NONE)
            code = add_read(f, f->revert[f->atom[i]], &cap, err);
    for (uint32_t i = 0; i < f->atoms && !code; i++)
        if (f->graph->node[f->atom[i]].flags & LEAT__NODE_ONCE && leat__graph_happened(f->graph, f->atom[i]) != LEAT__NONE)
            code = add_read(f, leat__graph_happened(f->graph, f->atom[i]), &cap, err);
    for (uint32_t id = 0; id < f->graph->count && !code; id++)
        if (f->graph->node[id].flags & LEAT__NODE_ONCE && (!f->number[id] || f->number[id] > f->atoms) && runs(f, id))
            code = leat__fail(err, LEAT_EUNSUPPORTED, "%s: %s is effect(once) and no atom: leat_atom(\"%s\") makes it one", f->name,
                              f->graph->node[id].name, f->graph->node[id].name);
    if (!code)
        mark_recorded(f);
    return code;
}

/* --- rows --- */

int leat__record_pack(struct leat__text *out, const struct leat__node *n, uint64_t value, leat_error *err)
{
    struct leat__text bytes = { 0 };
    bool object = n->flags & LEAT__NODE_OBJECT;
    if (!n->type || (object && !value)) {
        leat__pack_nil(out);
        return 0;
    }
    int code = leat__encode(n->type, object ? (const void *)(uintptr_t)value : &value, &bytes, err);
    if (!code)
        leat__pack_bytes(out, bytes.data, bytes.len);
    leat__text_fini(&bytes);
    return code;
}

static int append(struct leat__flow *f, struct leat__row *row, struct leat__text *body, struct leat__then then)
{
    row->body = body ? body->data : NULL;
    row->len = body ? body->len : 0;
    int code = body && body->failed ? LEAT_ENOMEM : leat__life_append(f->life, row, then);
    if (body)
        leat__text_fini(body);
    return code;
}

static void pack_string(struct leat__text *out, const char *s) { leat__pack_text(out, s ? s : "", s ? strlen(s) : 0); }

static int pack_plan(const struct leat__flow *f, const char *about, struct leat__text *out, leat_error *err)
{
    const struct leat__graph *g = f->graph;
    leat__pack_array(out, 4);
    pack_string(out, f->name);
    pack_string(out, about);
    leat__pack_array(out, f->records);
    for (uint32_t i = 0; i < f->records; i++) {
        uint32_t values = leat__record_values(g, f->record[i]);
        leat__pack_array(out, 1 + values);
        pack_string(out, g->node[f->record[i]].name);
        for (uint32_t k = 0; k < values; k++) {
            const struct leat__type *t = g->node[leat__record_value(g, f->record[i], k)].type;
            unsigned char sig[LEAT__VALUE_DIGEST];
            if (t && leat__sig_digest(t, sig, err) < 0)
                return err->code;
            if (t)
                leat__pack_bytes(out, sig, sizeof sig);
            else
                leat__pack_nil(out);
        }
    }
    leat__pack_array(out, f->scopes);
    for (uint32_t s = 0; s < f->scopes; s++)
        leat__pack_uint(out, s ? f->scope[s].up : 0);
    return 0;
}

static int append_input(struct leat__flow *f, uint32_t node, uint64_t value, leat_error *err)
{
    const struct leat__node *n = &f->graph->node[node];
    struct leat__text body = { 0 };
    struct leat__row row = { .kind = LEAT__ROW_INPUT };
    leat__pack_array(&body, 2);
    pack_string(&body, n->name);
    int code = check_value(f, node, err);
    if (!code)
        code = leat__record_pack(&body, n, value, err);
    if (!code)
        return append(f, &row, &body, (struct leat__then){ 0 });
    leat__text_fini(&body);
    return code;
}

static int append_plan(struct leat__flow *f, const char *about, leat_error *err)
{
    struct leat__text body = { 0 };
    struct leat__row row = { .kind = LEAT__ROW_PLAN };
    int code = pack_plan(f, about, &body, err);
    if (!code)
        return append(f, &row, &body, (struct leat__then){ 0 });
    leat__text_fini(&body);
    return code;
}

int leat__record_again(struct leat__flow *f, leat_error *err)
{
    leat_error why = { 0 };
    int code = append_plan(f, f->past->about, &why);
    return code < 0 ? leat__fail(err, code, "%s", *why.message ? why.message : "the run cannot be recorded") : 0;
}

/* Those that no task reads are in no slot. */
static int append_arguments(struct leat__flow *f, leat_error *err)
{
    int code = 0;
    for (uint32_t i = 0; i < f->arguments && !code; i++) {
        const struct leat__flow_argument *a = &f->argument[i];
        bool told = leat__plan_given(&f->scope[0].plan, a->node) != LEAT__NONE;
        for (uint32_t k = 0; k < i && !told; k++)
            told = f->argument[k].node == a->node;
        if (!told)
            code = append_input(f, a->node, a->value, err);
    }
    return code;
}

int leat__record_begin(struct leat__flow *f, const char *about, leat_error *err)
{
    const struct leat__frame *root = &f->run->frame;
    const struct leat__plan *p = &f->scope[0].plan;
    leat_error why = { 0 };
    int code = append_plan(f, about, &why);
    for (uint32_t t = 0; t < p->given && !code; t++)
        if (leat__task_state(root, t) == LEAT__DONE)
            code = append_input(f, p->node[t], root->slot[t].value, &why);
    if (!code)
        code = append_arguments(f, &why);
    if (!code)
        code = leat__life_sync(f->life, &why);
    return code < 0 ? leat__fail(err, code, "%s", *why.message ? why.message : "the run cannot be recorded") : 0;
}

static void give_up(struct leat__flow *f, uint32_t node, const char *why)
{
    char text[600];
    snprintf(text, sizeof text, "%.200s gave what cannot be recorded: %.300s", f->graph->node[node].name, why);
    leat__life_give_up(f->life, text);
}

enum leat__after leat__record_done(struct leat__scope *s, struct leat__frame *f, uint32_t task)
{
    struct leat__flow *flow = s->flow;
    const struct leat__graph *g = flow->graph;
    uint32_t id = s->plan.node[task], values = leat__record_values(g, id);
    struct leat__text body = { 0 };
    leat_error err = { 0 };
    int code = 0;
    leat__pack_array(&body, values);
    for (uint32_t i = 0; i < values && !code; i++)
        code = leat__record_pack(&body, &g->node[leat__record_value(g, id, i)], f->slot[task + i].value, &err);
    struct leat__row row = { .kind = LEAT__ROW_DONE, .task = flow->number[id], .attempt = s->attempt, .body = body.data,
                             .len = body.len };
    if (body.failed)
        code = LEAT_ENOMEM;
    enum leat__after after = code ? LEAT__STAY : leat__life_settle(flow->life, &row, f, task, LEAT__OK);
    leat__text_fini(&body);
    if (code < 0)               /* what is not on record must not count: nothing goes on, and it may have been done */
        give_up(flow, id, code == LEAT_ENOMEM ? "out of memory" : err.message);
    return after;
}

enum leat__after leat__record_failed(struct leat__scope *s, struct leat__frame *f, uint32_t task, const leat_failure *why)
{
    struct leat__flow *flow = s->flow;
    uint32_t number = flow->number[s->plan.node[task]];
    struct leat__text body = { 0 };
    struct leat__row row = { .kind = LEAT__ROW_FAILED, .task = number, .attempt = s->attempt, .code = why->code };
    leat__pack_array(&body, 5);
    leat__pack_uint(&body, (uint64_t)(s - flow->scope));
    pack_string(&body, why->node);
    pack_string(&body, why->message);
    pack_string(&body, why->file);
    leat__pack_int(&body, why->line);
    if (!number) {
        append(flow, &row, &body, (struct leat__then){ 0 });
        return LEAT__STAY;
    }
    row.body = body.data;
    row.len = body.len;
    if (body.failed)
        leat__life_give_up(flow->life, "out of memory for the journal");
    enum leat__after after = leat__life_settle(flow->life, &row, f, task, LEAT__FAIL);
    leat__text_fini(&body);
    return after;
}

enum leat__after leat__record_reverted(struct leat__undo *u, struct leat__frame *f, uint32_t task, enum leat__verdict v)
{
    const struct leat__entry_ended *e = &u->entry[u->of[task - u->plan.given]];
    struct leat__flow *flow = u->scope->flow;
    struct leat__row row = { .kind = v == LEAT__OK ? LEAT__ROW_REVERTED : LEAT__ROW_REVERT_FAILED, .attempt = e->scope->attempt,
                             .task = flow->number[e->scope->plan.node[e->task]], .code = v == LEAT__OK ? 0 : LEAT_EFAILED };
    return leat__life_settle(flow->life, &row, f, task, v);
}

bool leat__record_intent(struct leat__scope *s, struct leat__handle h)
{
    struct leat__row row = { .kind = LEAT__ROW_INTENT, .task = (uint64_t)(s - s->flow->scope), .attempt = s->attempt };
    return append(s->flow, &row, NULL, leat__then_wake(h)) == 0;
}

bool leat__record_retry(struct leat__scope *s, struct leat__handle h)
{
    struct leat__row row = { .kind = LEAT__ROW_RETRY, .task = (uint64_t)(s - s->flow->scope), .attempt = s->attempt + 1 };
    return append(s->flow, &row, NULL, leat__then_wake(h)) == 0;
}
