/* past: see flow/past.h. Rows are read before the flow's function is called, as its
 * inputs stand there; they are folded when the flow is there to be compared with. */
#include "flow/past.h"
#include "base/error.h"
#include "base/vector.h"
#include "run/task.h"
#include "run/values.h"
#include "value/codec.h"
#include "value/pack.h"
#include <stdlib.h>
#include <string.h>

/* --- reading --- */

static char *take_text(struct leat__past *p, struct leat__unpack *u)
{
    size_t n;
    const char *s = leat__unpack_text(u, &n);
    return leat__arena_strndup(&p->arena, s, n);
}

static bool take_input(struct leat__past *p, struct leat__unpack *u)
{
    struct leat__past_input in = { 0 };
    if (leat__unpack_array(u) != 2 || !LEAT__ROOM(p->input, p->inputs, p->input_cap))
        return false;
    in.name = take_text(p, u);
    if (!(in.nil = leat__unpack_kind(u) == LEAT__PACK_NIL))
        in.bytes = leat__unpack_bytes(u, &in.len);
    p->input[p->inputs++] = in;
    return in.name && !u->failed;
}

static int keep_row(struct leat__past *p, const struct leat__row *row)
{
    struct leat__row kept = *row;
    if (!LEAT__ROOM(p->row, p->rows, p->row_cap))
        return LEAT_ENOMEM;
    void *body = leat__arena_alloc(&p->arena, row->len + 1);
    if (!body)
        return LEAT_ENOMEM;
    if (row->len)
        memcpy(body, row->body, row->len);
    kept.body = body;
    p->row[p->rows++] = kept;
    struct leat__unpack u = leat__unpack_of(kept.body, kept.len);
    if (row->kind == LEAT__ROW_INPUT && !take_input(p, &u))
        return LEAT_ECORRUPT;
    if (row->kind == LEAT__ROW_PLAN && (leat__unpack_array(&u) != 4 || !(p->flow = take_text(p, &u)) || !(p->about = take_text(p, &u)) || u.failed))
        return LEAT_ECORRUPT;
    p->over |= row->kind == LEAT__ROW_END;
    return 0;
}

static int each_row(void *user, const struct leat__row *row) { return keep_row(user, row); }

struct leat__past *leat__past_read(struct leat__journal *j, uint64_t run, leat_error *err)
{
    struct leat__past *p = calloc(1, sizeof *p);
    leat_error why = { 0 };
    int code = p ? leat__journal_read(j, run, each_row, p, &why) : LEAT_ENOMEM;
    if (!code && !p->flow)
        code = leat__fail(&why, LEAT_ENOTFOUND, "run %llu had not begun: nothing of it was done", (unsigned long long)run);
    if (!code)
        return p;
    leat__fail(err, code, "%s", *why.message ? why.message : code == LEAT_ENOMEM ? "out of memory" : "its rows are no flow's");
    leat__past_free(p);
    return NULL;
}

void leat__past_free(struct leat__past *p)
{
    if (!p)
        return;
    free(p->input);
    free(p->row);
    free(p->node);
    free(p->scope);
    leat__arena_fini(&p->arena);
    free(p);
}

/* --- the same flow? --- */

struct folding {
    struct leat__past *p;
    const struct leat__flow *f;
    uint32_t *number;           /* by number of the past: the index of its node now; LEAT__NONE: gone */
    const char **name;
    bool *same;                 /* ... its values have the types they had      */
    bool *started;              /* ... it began, and nobody knows how it ended */
    uint32_t count;
    int code;                   /* a failure cannot be read: LEAT_ECORRUPT, LEAT_ENOMEM */
};

static bool same_types(const struct leat__flow *f, uint32_t node, struct leat__unpack *u, uint32_t sigs)
{
    bool same = sigs == leat__record_values(f->graph, node);
    for (uint32_t i = 0; i < sigs; i++) {
        const struct leat__type *t = same ? f->graph->node[leat__record_value(f->graph, node, i)].type : NULL;
        unsigned char sig[LEAT__VALUE_DIGEST];
        size_t n;
        bool nil = leat__unpack_kind(u) == LEAT__PACK_NIL;
        const void *old = nil ? (leat__unpack_skip(u), NULL) : leat__unpack_bytes(u, &n);
        same &= nil ? !t : t && n == sizeof sig && leat__sig_digest(t, sig, NULL) == 0 && !memcmp(old, sig, n);
    }
    return same;
}

static void drop_plan(struct folding *x)
{
    free(x->number);
    free(x->name);
    free(x->same);
    free(x->started);
}

/* Rows after it have its numbers. */
static int read_plan(struct folding *x, const struct leat__row *row, leat_error *err)
{
    const struct leat__flow *f = x->f;
    struct leat__unpack u = leat__unpack_of(row->body, row->len);
    size_t n;
    drop_plan(x);
    leat__unpack_array(&u);
    leat__unpack_text(&u, &n);
    leat__unpack_text(&u, &n);
    x->count = leat__unpack_array(&u);
    bool moved = x->count != f->records;
    x->number = calloc((size_t)x->count + 1, sizeof *x->number);
    x->name = calloc((size_t)x->count + 1, sizeof *x->name);
    x->same = calloc((size_t)x->count + 1, sizeof *x->same);
    x->started = calloc((size_t)x->count + 1, sizeof *x->started);
    if (!x->number || !x->name || !x->same || !x->started)
        return leat__fail_memory(err);
    for (uint32_t i = 0; i < x->count && !u.failed; i++) {
        uint32_t values = leat__unpack_array(&u);
        if (!(x->name[i] = take_text(x->p, &u)))
            return leat__fail_memory(err);
        uint32_t id = leat__graph_find(f->graph, x->name[i]), at = id != LEAT__NONE && id < f->graph->count ? f->number[id] : 0;
        x->number[i] = at ? at - 1 : LEAT__NONE;
        moved |= x->number[i] != i;
        x->same[i] = at && same_types(f, id, &u, values ? values - 1 : 0);
        moved |= !x->same[i];
        for (uint32_t k = 1; !at && k < values; k++)
            leat__unpack_skip(&u);
    }
    x->p->moved = moved;
    bool same = leat__unpack_array(&u) == f->scopes;
    for (uint32_t s = 0; s < f->scopes && same; s++)
        same = leat__unpack_uint(&u) == (s ? f->scope[s].up : 0);
    return u.failed ? leat__fail(err, LEAT_ECORRUPT, "what is stored of flow %s is damaged", f->name)
         : same ? 0 : leat__fail(err, LEAT_EINPUT, "flow %s has other retries than when the run began", f->name);
}

/* --- rows --- */

static void forget_scope(struct folding *x, uint32_t scope)
{
    for (uint32_t i = 0; i < x->f->records; i++)
        for (uint32_t s = 1; s < x->f->scopes; s++) {
            uint32_t t = leat__scope_is_under(x->f, s, scope) ? leat__scope_task(&x->f->scope[s], x->f->record[i]) : LEAT__NONE;
            if (t != LEAT__NONE && t >= x->f->scope[s].plan.given)
                x->p->node[i].state = LEAT__PAST_NOTHING;
        }
    for (uint32_t s = 1; s < x->f->scopes; s++)
        if (leat__scope_is_under(x->f, s, scope))
            x->p->scope[s] = (struct leat__past_scope){ 0 };
}

static void fold_failure(struct folding *x, const struct leat__row *row)
{
    struct leat__unpack u = leat__unpack_of(row->body, row->len);
    leat__unpack_array(&u);
    uint64_t scope = leat__unpack_uint(&u);
    const char *node = take_text(x->p, &u), *message = take_text(x->p, &u), *file = take_text(x->p, &u);
    int line = (int)leat__unpack_int(&u);
    if (u.failed || scope >= x->f->scopes || !node || !message)
        x->code = u.failed || scope >= x->f->scopes ? LEAT_ECORRUPT : LEAT_ENOMEM;
    if (x->code || x->p->scope[scope].failed)
        return;
    struct leat__past_scope *s = &x->p->scope[scope];
    s->failed = true;
    s->why = (leat_failure){ .code = row->code, .line = line, .node = node, .file = file && *file ? file : NULL, .message = message,
                             .attempt = row->attempt ? (int32_t)row->attempt : 1 };
}

static struct leat__past_node *node_of(struct folding *x, const struct leat__row *row)
{
    uint32_t at = row->task && row->task <= x->count ? x->number[row->task - 1] : LEAT__NONE;
    return at == LEAT__NONE ? NULL : &x->p->node[at];
}

/* What stands may have to be reverted, or is read: it must be there, as it was. */
static int check_stands(struct folding *x, const struct leat__row *row, leat_error *err)
{
    uint64_t i = row->task - 1;
    if (!row->task || i >= x->count)
        return leat__fail(err, LEAT_ECORRUPT, "what is stored of flow %s is damaged", x->f->name);
    if (x->number[i] == LEAT__NONE)
        return leat__fail(err, LEAT_EINPUT, "%s was done and is no part of flow %s any more", x->name[i], x->f->name);
    return x->same[i] ? 0 : leat__fail(err, LEAT_EINPUT, "%s was done and has another type by now", x->name[i]);
}

static void put(struct leat__past *p, struct leat__past_node *n, int state, const void *body, size_t len)
{
    if (n)
        *n = (struct leat__past_node){ .state = state, .at = state == LEAT__PAST_DONE || state == LEAT__PAST_FAILED ? ++p->clock : 0,
                                       .round = n->round, .body = body, .len = len };
}

bool leat__past_resolve(struct leat__past *p, uint32_t at, const void *body, size_t len)
{
    void *copy = body ? leat__arena_alloc(&p->arena, len + 1) : NULL;
    if (body && !copy)
        return false;
    if (body)
        memcpy(copy, body, len);
    put(p, &p->node[at], body ? LEAT__PAST_DONE : LEAT__PAST_NOTHING, copy, len);
    return true;
}

static void fold(struct folding *x, const struct leat__row *row)
{
    struct leat__past_node *n = node_of(x, row);
    bool scope = row->task < x->f->scopes;
    if (row->task && row->task <= x->count && (row->kind == LEAT__ROW_START || row->kind == LEAT__ROW_DONE ||
                                               row->kind == LEAT__ROW_FAILED || row->kind == LEAT__ROW_RESOLVED))
        x->started[row->task - 1] = row->kind == LEAT__ROW_START;
    switch (row->kind) {
    case LEAT__ROW_START:
        put(x->p, n, LEAT__PAST_STARTED, NULL, 0);
        break;
    case LEAT__ROW_RESOLVED:
        put(x->p, n, row->len ? LEAT__PAST_DONE : LEAT__PAST_NOTHING, row->body, row->len);
        break;
    case LEAT__ROW_DONE:
        put(x->p, n, LEAT__PAST_DONE, row->body, row->len);
        break;
    case LEAT__ROW_FAILED:
        put(x->p, n, LEAT__PAST_FAILED, NULL, 0);
        fold_failure(x, row);
        break;
    case LEAT__ROW_REVERT_FAILED:
        x->p->left = true;
        /* fall through */
    case LEAT__ROW_REVERTED:
        if (n)
            n->at = 0, n->round += row->kind == LEAT__ROW_REVERTED;     /* it stands for those who read it, and is not reverted again */
        break;
    case LEAT__ROW_INTENT:
        if (scope)
            x->p->scope[row->task].intent = true;
        break;
    case LEAT__ROW_RETRY:
        if (!scope)
            break;
        forget_scope(x, (uint32_t)row->task);
        x->p->scope[row->task].attempt = row->attempt;
        break;
    default:
        break;
    }
}

/* Behind that row a life ended that had not said so. */
static bool is_cut(const struct leat__past *p, uint32_t i)
{
    return (i + 1 == p->rows || p->row[i + 1].kind == LEAT__ROW_ADOPT) && p->row[i].kind != LEAT__ROW_SUSPEND;
}

/* What stands in the end is checked, not what was undone on the way. */
static int check_end(struct folding *x, leat_error *err)
{
    int code = 0;
    for (uint32_t i = 0; i < x->p->rows && !code; i++) {
        const struct leat__row *row = &x->p->row[i];
        struct leat__past_node *n = node_of(x, row);
        if ((row->kind == LEAT__ROW_DONE || (row->kind == LEAT__ROW_RESOLVED && row->len)) && (!n || n->body == row->body))
            code = check_stands(x, row, err);
    }
    for (uint32_t i = 0; i < x->count && !code; i++)
        if (x->started[i] && x->number[i] == LEAT__NONE)
            code = leat__fail(err, LEAT_EINPUT, "%s had begun and is no part of flow %s any more", x->name[i], x->f->name);
    return code;
}

int leat__past_fold(struct leat__past *p, const struct leat__flow *f, leat_error *err)
{
    struct folding x = { .p = p, .f = f };
    int code = 0;
    p->node = calloc((size_t)f->records + 1, sizeof *p->node);
    p->scope = calloc((size_t)f->scopes + 1, sizeof *p->scope);
    if (!p->node || !p->scope)
        code = leat__fail_memory(err);
    for (uint32_t i = 0; i < p->rows && !code; i++) {
        if (p->row[i].kind == LEAT__ROW_PLAN)
            code = read_plan(&x, &p->row[i], err);
        else
            fold(&x, &p->row[i]);
        if (x.code)
            code = x.code == LEAT_ENOMEM ? leat__fail_memory(err)
                 : leat__fail(err, LEAT_ECORRUPT, "what is stored of flow %s is damaged", f->name);
        if (!code && is_cut(p, i) && !leat__past_suspect(p, f))
            code = leat__fail_memory(err);
    }
    if (!code)
        code = check_end(&x, err);
    drop_plan(&x);
    return code;
}

/* --- into frames --- */

static int fill_value(struct leat__frame *f, uint32_t t, struct leat__unpack *u, leat_error *err)
{
    if (leat__unpack_kind(u) == LEAT__PACK_NIL) {
        leat__unpack_skip(u);
        f->slot[t].value = 0;
        return 0;
    }
    struct leat__encoded in = { .budget = SIZE_MAX };
    in.bytes = leat__unpack_bytes(u, &in.size);
    return leat__values_decode(f, t, in, err);
}

static int fill_done(const struct leat__past_node *n, const struct leat__graph *g, struct leat__frame *f, uint32_t id, uint32_t t,
                     leat_error *err)
{
    struct leat__unpack u = leat__unpack_of(n->body, n->len);
    uint32_t values = leat__unpack_array(&u);
    int code = values == leat__record_values(g, id) ? 0 : LEAT_ECORRUPT;
    for (uint32_t i = 0; i < values && !code; i++) {
        code = fill_value(f, t + i, &u, err);
        f->slot[t + i].word = code ? LEAT__WAITING : LEAT__DONE;
    }
    return code;
}

int leat__past_fill(const struct leat__past *p, struct leat__scope *s, leat_error *err)
{
    const struct leat__flow *f = s->flow;
    int code = 0;
    for (uint32_t t = s->plan.given; t < s->base && !code; t++) {
        uint32_t id = s->plan.node[t], number = f->number[id];
        const struct leat__past_node *n = number ? &p->node[number - 1] : NULL;
        if (!n || n->state == LEAT__PAST_NOTHING)
            continue;
        bool atom = number <= f->atoms;
        if (n->state == LEAT__PAST_FAILED)
            s->frame->slot[t].word = LEAT__FAILED;
        else if (n->state == LEAT__PAST_DONE)
            code = fill_done(n, f->graph, s->frame, id, t, err);
        if (atom)
            s->ended[t] = n->at;
    }
    return code;
}
