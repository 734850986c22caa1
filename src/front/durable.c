/* durable: runs on record in a store; see leat/store.h. */
#include "base/error.h"
#include "base/vector.h"
#include "flow/past.h"
#include "front/run.h"
#include "store/store.h"
#include "value/codec.h"
#include "value/destroy.h"
#include "value/io.h"
#include <leat/store.h>
#include <stdlib.h>
#include <string.h>

struct leat_store { struct leat__journal *journal; _Atomic uint32_t refs; };

int leat_store_open(const char *dir, leat_store **out_store, leat_error *err)
{
    leat_store *s = calloc(1, sizeof *s);
    int code = s ? leat__store_open(dir, &s->journal, err) : leat__fail_memory(err);
    if (code < 0) {
        free(s);
        return code;
    }
    s->refs = 1;
    *out_store = s;
    return 0;
}

static leat_store *hold(leat_store *s)
{
    atomic_fetch_add(&s->refs, 1);
    return s;
}

void leat_store_free(leat_store *s)
{
    if (!s || atomic_fetch_sub(&s->refs, 1) != 1)
        return;
    leat__journal_unref(s->journal);
    free(s);
}

static int find_open(void *user, const struct leat__run_row *row)
{
    uint64_t *found = user;
    *found = row->state != LEAT__RUN_OVER && row->head ? row->number : 0;     /* no rows: nothing was done */
    return *found != 0;
}

int leat_store_unfinished(leat_store *s, uint64_t *out_run, leat_error *err)
{
    uint64_t found = 0;
    int code = s ? leat__journal_list(s->journal, find_open, &found, err) : leat__fail_memory(err);
    if (code < 0)
        return code;
    *out_run = found;
    return found ? 0 : leat__fail(err, LEAT_ENOTFOUND, "every run of the store has ended");
}

int leat_store_about(leat_store *s, uint64_t run, char **out_about, leat_error *err)
{
    leat_error why = { 0 };
    struct leat__past *p = s ? leat__past_read(s->journal, run, &why) : NULL;
    if (!p && s)
        return leat__fail(err, why.code ? why.code : LEAT_ENOTFOUND, "%s", why.message);
    if (!p)
        return leat__fail_memory(err);
    char *about = strdup(p->about);
    leat__past_free(p);
    if (!about)
        return leat__fail_memory(err);
    *out_about = about;
    return 0;
}

/* --- runs --- */

void leat__durable_drop(leat_run *r)
{
    leat__life_free(r->life);
    r->life = NULL;
    r->core.life = NULL;
}

/* Its inputs are no longer those of the run in the store, nor what persons said of that. */
void leat__durable_reset(leat_run *r)
{
    leat__past_free(r->past);
    r->past = NULL;
    r->resumed = 0;
    r->resolved_count = 0;
}

void leat__durable_fini(leat_run *r)
{
    leat__durable_reset(r);
    leat_store_free(r->store);
    free(r->about);
    free(r->resolved);
}

static int take_store(leat_run *r, leat_store *s, const char *about, leat_error *err)
{
    char *copy = strdup(about ? about : "");
    if (!copy)
        return leat__fail_memory(err);
    leat__past_free(r->past);
    leat_store_free(r->store);
    free(r->about);
    r->past = NULL;
    r->resumed = 0;
    r->store = hold(s);
    r->about = copy;
    return 0;
}

int leat_run_set_store(leat_run *r, leat_store *s, const char *about, leat_error *err)
{
    if (!r || !s)
        return leat__fail_memory(err);
    if (r->state != LEAT__RUN_OPEN)
        return leat__fail(err, LEAT_EUSAGE, "the run has begun; reset it first");
    if (!r->flow_node)
        return leat__fail(err, LEAT_EUNSUPPORTED, "only flows are put on record: leat_run_set_flow goes before leat_run_set_store");
    return take_store(r, s, about, err);
}

/* An input as the other life had it. */
static int give_input(leat_run *r, const struct leat__past_input *in, leat_error *err)
{
    const struct leat__graph *g = &r->driver->graph;
    uint32_t id = leat__graph_find(g, in->name);
    if (id == LEAT__NONE || r->is_given[id])
        return id == LEAT__NONE ? 0 : leat__fail(err, LEAT_EINPUT, "%s is given, and has the value the run began with", in->name);
    const struct leat__type *t = g->node[id].type;
    bool object = g->node[id].flags & LEAT__NODE_OBJECT, taken = leat__is_taken(g, id);
    struct leat__given given = { .node = id, .owned = taken };
    void *at = &given.value;
    if (object && !in->nil)
        at = taken ? leat__new(t) : leat__arena_aligned(&r->arena, t->size ? t->size : 1, t->align);
    struct leat__encoded bytes = { in->bytes, in->len, SIZE_MAX };
    int code = !at ? leat__fail_memory(err) : in->nil ? 0 : taken ? leat__decode_to_own(t, bytes, &r->arena, at, err)
                                                                  : leat__decode(t, bytes, &r->arena, at, err);
    if (!code && object && !in->nil)
        given.value = (uint64_t)(uintptr_t)at;
    return code < 0 ? leat__wrap(err, code, "input %s", in->name) : leat__input_keep(r, given);
}

int leat_run_resume(leat_run *r, leat_store *s, uint64_t run, leat_error *err)
{
    if (!r || !s)
        return leat__fail_memory(err);
    if (r->state != LEAT__RUN_OPEN)
        return leat__fail(err, LEAT_EUSAGE, "the run has begun; reset it first");
    leat_error why = { 0 };
    struct leat__past *past = leat__past_read(s->journal, run, &why);
    int code = past ? 0 : leat__fail(err, why.code, "%s", why.message);
    if (!code && past->over)
        code = leat__fail(err, LEAT_EUSAGE, "run %llu has ended", (unsigned long long)run);
    if (!code)
        code = leat_run_set_flow(r, past->flow, err);
    for (uint32_t i = 0; !code && i < past->inputs; i++)
        code = give_input(r, &past->input[i], err);
    if (!code)
        code = take_store(r, s, past->about, err);
    if (code < 0) {
        leat__past_free(past);
        return code;
    }
    r->past = past;
    r->resumed = run;
    return 0;
}

int leat_run_suspend(leat_run *r)
{
    if (!r || !r->store)
        return r ? LEAT_EUSAGE : LEAT_ENOMEM;
    leat__run_suspend(&r->core);
    return 0;
}

/* Suspended, but nobody asked: a clock did, or the journal failed. */
int leat__durable_code(const leat_run *r, int code)
{
    bool lost = r->life && leat__life_is_lost(r->life);
    return code == LEAT_ESUSPENDED && r->core.late && !lost ? LEAT_EDEADLINE : code;
}

int leat__durable_tell(const leat_run *r, int code, leat_error *err)
{
    const char *lost = leat__life_is_lost(r->life);
    return leat__fail(err, code, "run %llu is suspended%s%s: what is done is kept, and it can be resumed",
                      (unsigned long long)leat_run_stored(r), code == LEAT_EDEADLINE ? ", the deadline passed" : lost ? ": " : "",
                      lost ? lost : "");
}

uint64_t leat_run_stored(const leat_run *r) { return r && r->life ? leat__life_run(r->life)->number : 0; }

static int read_done(leat_run *r, struct leat__resolved *d, const char *text, leat_error *err)
{
    const struct leat__node *n = &r->driver->graph.node[d->node];
    void *at = &d->value;
    if (!text || leat__rest(&r->driver->graph, n)->outputs)
        return 0;       /* several values: the flow refuses that */
    if (!n->type)
        return leat__fail(err, LEAT_EUSAGE, "%s gives no value", n->name);
    d->valued = true;
    if (n->flags & LEAT__NODE_OBJECT && !(at = leat__arena_aligned(&r->arena, n->type->size ? n->type->size : 1, n->type->align)))
        return leat__fail_memory(err);
    if (n->flags & LEAT__NODE_OBJECT)
        d->value = (uint64_t)(uintptr_t)at;
    int code = leat__parse_value(n->type, text, &r->arena, at, err);
    return code < 0 ? leat__wrap(err, code, "%s", n->name) : 0;
}

int leat_run_resolve(leat_run *r, const char *atom, int done, const char *value, leat_error *err)
{
    if (!r || !atom)
        return leat__fail_memory(err);
    if (!r->resumed || r->state != LEAT__RUN_OPEN)
        return leat__fail(err, LEAT_EUSAGE, "%s: decided on where a run is resumed", atom);
    struct leat__resolved d = { .node = leat__graph_find(&r->driver->graph, atom), .done = done };
    const char *near = d.node == LEAT__NONE ? leat__graph_suggest(&r->driver->graph, atom) : NULL;
    if (d.node == LEAT__NONE)
        return leat__fail(err, LEAT_ENOTFOUND, "no atom %s%s%s%s", atom, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    for (uint32_t i = 0; i < r->resolved_count; i++)
        if (r->resolved[i].node == d.node)
            return leat__fail(err, LEAT_EUSAGE, "%s is decided on twice", atom);
    int code = read_done(r, &d, done ? value : NULL, err);
    if (!code && !LEAT__ROOM(r->resolved, r->resolved_count, r->resolved_cap))
        code = leat__fail_memory(err);
    if (!code)
        r->resolved[r->resolved_count++] = d;
    return code;
}

size_t leat_run_in_doubt(const leat_run *r, leat_id *out, size_t cap)
{
    size_t n = 0;
    for (uint32_t id = 0; r && r->flow && r->state == LEAT__RUN_ENDED && id < r->driver->graph.count; id++) {
        if (!leat__flow_is_in_doubt(r->flow, id))
            continue;
        if (n < cap)
            out[n].n = id;
        n++;
    }
    return n;
}

int leat_run_set_release(leat_run *r, int release, int64_t batch_ms)
{
    if (!r)
        return LEAT_ENOMEM;
    if (release < LEAT_RELEASE_EACH || release > LEAT_RELEASE_NONE || batch_ms > UINT32_MAX)
        return leat__fail(&r->refusal, LEAT_EUSAGE, "no such release policy");
    if (release == LEAT_RELEASE_BATCH && batch_ms < 1)
        return leat__fail(&r->refusal, LEAT_EUSAGE, "a batch is of 1 ms or more");
    r->release = release;
    r->batch_ms = batch_ms < 0 ? 0 : (uint32_t)batch_ms;
    return 0;
}

/* Whether it can go on is known before it has another life. */
static int recall(leat_run *r, leat_error *err)
{
    struct leat__past *past = r->past;
    const char *flow = r->driver->graph.node[r->flow_node - 1].name;
    int code = past && strcmp(past->flow, flow) ? leat__fail(err, LEAT_EINPUT, "run %llu is one of flow %s, not of %s",
                                                             (unsigned long long)r->resumed, past->flow, flow) : 0;
    for (uint32_t i = 0; i < r->resolved_count && !code; i++) {
        const struct leat__resolved *d = &r->resolved[i];
        code = leat__flow_decide(r->flow, d->node, d->done, d->valued ? &d->value : NULL, err);
    }
    if (code < 0)
        return code;
    r->past = NULL;                     /* the flow's from now on */
    return leat__flow_recall(r->flow, past, err);
}

int leat__durable_begin(leat_run *r, leat_error *err)
{
    static const enum leat__release releases[] = {
        [LEAT_RELEASE_EACH] = LEAT__RELEASE_EACH, [LEAT_RELEASE_EFFECTS] = LEAT__RELEASE_EFFECTS,
        [LEAT_RELEASE_BATCH] = LEAT__RELEASE_BATCH, [LEAT_RELEASE_NONE] = LEAT__RELEASE_NONE };
    if (!r->store)
        return 0;
    int code = recall(r, err);
    if (code < 0)
        return code;
    code = r->resumed ? leat__life_resume(r->store->journal, r->resumed, &r->life, err)
                          : leat__life_begin(r->store->journal, r->driver->graph.node[r->flow_node - 1].name, &r->life, err);
    if (code < 0)
        return code;
    leat__life_policy(r->life, releases[r->release], r->batch_ms);
    return leat__flow_keep(r->flow, r->life, NULL, r->about, err);
}
