/* output: asked values got, taken, printed and saved. */
#include "base/error.h"
#include "base/file.h"
#include "front/streaming.h"
#include "value/io.h"
#include "value/write.h"
#include <stdlib.h>
#include <string.h>

/* A field that was asked and is no node; NULL: none of that name. */
static const struct leat__asked *asked_view(const leat_run *r, const char *name)
{
    for (uint32_t i = 0; name && i < r->ask_count; i++)
        if (r->asks[i].view && !strcmp(r->asks[i].view->node.name, name))
            return &r->asks[i];
    return NULL;
}

int leat__run_find(leat_run *r, const char *name, const struct leat__node **out_node, const void **out_at,
                   leat_error *err)
{
    if (!r)
        return leat__fail_memory(err);
    const struct leat__graph *g = &r->driver->graph;
    const struct leat__asked *a = asked_view(r, name);
    uint32_t id = a ? a->node : LEAT__NONE;
    int code = a ? 0 : leat__view_find(g, name, &id, NULL, err);
    if (code < 0)
        return code;
    const struct leat__node *n = &g->node[id];
    bool asked = a || (r->is_asked[id] && leat__graph_find(g, name) == id);
    if (!asked || r->state != LEAT__RUN_ENDED || !r->plan)
        return leat__fail(err, LEAT_EUSAGE, r->state == LEAT__RUN_ENDED ? "%s was not asked"
                                                                        : "%s: the run has not been executed", name);
    if (!n->type)
        return leat__fail(err, LEAT_ENOVALUE, "%s gives no value", name);
    uint32_t t = leat__plan_task(&r->plan->plan, id);
    const uint64_t *value = t == LEAT__NONE ? NULL : leat__run_value(&r->core, t);
    if (!value)
        return leat__fail(err, LEAT_ENOVALUE, "%s was not made", name);
    const void *at = n->flags & LEAT__NODE_OBJECT ? (const void *)(uintptr_t)*value : value;
    *out_node = a ? &a->view->node : n;
    *out_at = a ? leat__view_at(a->view, at) : at;
    return 0;
}

int leat_run_get(leat_run *r, const char *name, leat_place place, leat_error *err)
{
    const struct leat__node *n = NULL;
    const void *at = NULL;
    int code = leat__run_find(r, name, &n, &at, err);
    if (code < 0)
        return code;
    code = leat__place_check(n, place, err);
    return code < 0 ? code : leat__place_write(n, at, place, err);
}

/* Gone from the run: the slot, or the copy that was kept for its asker, gives
 * its value away. false: it is not the run's to give. */
static bool give_away(leat_run *r, const struct leat__node *n, uint32_t t, bool address)
{
    bool object = n->flags & LEAT__NODE_OBJECT, by_pointer = n->flags & LEAT__NODE_BY_POINTER;
    if (t < r->plan->plan.given && leat__rest(&r->driver->graph, n)->destructor != LEAT__NONE)
        return false;                   /* it was not made as its destructor expects */
    for (struct leat__kept **at = &r->core.kept, *k; (k = *at); at = &k->next) {
        if (k->slot != t)
            continue;
        if (k->by_function && object && by_pointer != address)
            return false;
        *at = k->next;
        if (object && !address)
            free((void *)(uintptr_t)k->value);      /* its bytes have moved */
        free(k);
        return true;
    }
    struct leat__slot *s = &r->core.frame.slot[t];
    if (!(n->flags & LEAT__NODE_OWNED) || t < r->plan->plan.given || (leat__slot_word(s) & LEAT__SLOT_OWNERS) || (object && by_pointer != address))
        return false;
    leat__slot_mark(s, LEAT__SLOT_MOVED);
    return true;
}

/* It may look into what its call was given by pointer. */
static bool may_borrow(const struct leat__graph *g, const struct leat__node *n)
{
    const struct leat__node *call = n->kind == LEAT__NODE_OUTPUT ? &g->node[leat__rest(g, n)->producer] : n;
    if (!(n->flags & LEAT__NODE_KEEPS) || n->type->flags & LEAT__INCOMPLETE)
        return false;
    if (call->kind != LEAT__NODE_CALL || n->flags & LEAT__NODE_BORROWED)
        return true;
    for (uint32_t i = 0; i < call->edges; i++) {
        const struct leat__edge *e = &g->edge[call->edge + i];
        if (e->how <= LEAT__HOW_OBJECT && e->pointer)
            return true;
    }
    return false;
}

int leat_run_take(leat_run *r, const char *name, leat_place place, leat_error *err)
{
    const struct leat__node *n = NULL;
    const void *at = NULL;
    int code = leat__run_find(r, name, &n, &at, err);
    if (!code)
        code = leat__place_check(n, place, err);
    if (code < 0)
        return code;
    if (!place.to)
        return leat__fail(err, LEAT_EUSAGE, "%s: no place to take it to", name);
    bool borrows = may_borrow(&r->driver->graph, n);
    if (!borrows && !(n->flags & (LEAT__NODE_BY_POINTER | LEAT__NODE_OWNED)))      /* numbers, structs of them */
        return leat__place_write(n, at, place, err);
    uint32_t t = borrows ? LEAT__NONE : leat__plan_task(&r->plan->plan, (uint32_t)(n - r->driver->graph.node));
    bool address = (n->flags & LEAT__NODE_OBJECT) && leat__place_is_address(n, place);
    leat_error wrong;
    if ((code = leat__place_write(n, at, place, &wrong)) < 0)
        return leat__fail(err, code, "%s", wrong.message);
    if (!borrows && at && give_away(r, n, t, address))
        return 0;
    memset(place.to, 0, place.size);
    return leat__fail(err, LEAT_EBORROWED, "%s is borrowed: it cannot be taken", name);
}

int leat_driver_destroy(leat_driver *d, const char *name, leat_place taken, leat_error *err)
{
    if (!d)
        return leat__fail_memory(err);
    uint32_t id = name ? leat__graph_find(&d->graph, name) : LEAT__NONE;
    if (id == LEAT__NONE)
        return leat__fail(err, LEAT_ENOTFOUND, "no node %s", name ? name : "(null)");
    const struct leat__node *n = &d->graph.node[id];
    int code = taken.to ? leat__place_check(n, taken, err) : 0;
    if (code < 0 || !taken.to || !n->type || !(n->flags & LEAT__NODE_OWNED))
        return code;
    code = leat__driver_ready(d, err);
    bool address = !(n->flags & LEAT__NODE_OBJECT) || leat__place_is_address(n, taken);
    if (!code)
        leat__value_destroy(&d->graph, n, address ? *(const uint64_t *)taken.to : (uint64_t)(uintptr_t)taken.to);
    return code;
}

enum form { AS_JSON, AS_TEXT, AS_CUT, AS_JSONL, AS_CSV };

/* It has a destructor of its own and a pointer that its layout does not explain:
 * what its members mean is that module's secret. */
static bool is_secretive(const struct leat__graph *g, const struct leat__node *n)
{
    return leat__rest(g, n)->destructor != LEAT__NONE && n->flags & LEAT__NODE_OBJECT && leat__undestroyable(n->type);
}

static int named(const struct leat__node *n, int code, leat_error *err)
{
    return code == LEAT_ETYPE ? leat__wrap(err, code, "%s", n->name) : code;
}

static int print(struct leat__text *out, const struct leat__graph *g, const struct leat__node *n, const void *at,
                 enum form form, leat_error *err)
{
    if (n->flags & LEAT__NODE_SECRET) {
        leat__text_add(out, form == AS_JSON ? "\"(secret)\"" : "(secret)");
        return out->failed ? leat__fail_memory(err) : 0;
    }
    if (!at) {
        leat__text_add(out, "null");
        return out->failed ? leat__fail_memory(err) : 0;
    }
    int code = 0;
    if (is_secretive(g, n) && form <= AS_CUT) {
        leat__write_opaque(out, n->type);
        return out->failed ? leat__fail_memory(err) : 0;
    }
    switch (form) {
    case AS_JSON:  code = leat__print_json(out, n->type, at); break;
    case AS_TEXT:  code = leat__print_text(out, n->type, at, 0); break;
    case AS_CUT:   code = leat__print_text(out, n->type, at, LEAT__CUT); break;
    case AS_JSONL: return named(n, leat__jsonl_write(out, n->type, at, err), err);
    case AS_CSV:   return named(n, leat__csv_write(out, n->type, at, n->name, err), err);
    }
    if (code < 0)
        return code == LEAT_ENOMEM ? leat__fail_memory(err) : leat__fail(err, code, "%s cannot be shown", n->name);
    return out->failed ? leat__fail_memory(err) : 0;
}

int leat__output_json(struct leat__text *out, const struct leat__graph *g, const struct leat__node *n, const void *at,
                      leat_error *err)
{
    return print(out, g, n, at, AS_JSON, err);
}

int leat__output_give(struct leat__text *out, int code, char **out_text, leat_error *err)
{
    char *text = code ? NULL : leat__text_take(out);
    leat__text_fini(out);
    if (!code && !text)
        return leat__fail_memory(err);
    if (!code)
        *out_text = text;
    return code;
}

int leat__output_save(struct leat__text *out, int code, const char *path, leat_error *err)
{
    if (!code && out->failed)
        code = leat__fail_memory(err);
    if (!code)
        code = leat__file_write(path, out->data ? out->data : "", out->len, err);
    leat__text_fini(out);
    return code;
}

static int to_text(leat_run *r, const char *name, enum form form, char **out_text, leat_error *err)
{
    const struct leat__node *n = NULL;
    const void *at = NULL;
    struct leat__text out = { 0 };
    bool streams = r && r->streaming && name;
    int code = streams ? leat__streaming_print(r, name, form == AS_JSON, &out, err) : leat__run_find(r, name, &n, &at, err);
    if (!code && !streams)
        code = print(&out, &r->driver->graph, n, at, form, err);
    return leat__output_give(&out, code, out_text, err);
}

int leat_run_json(leat_run *r, const char *name, char **out_text, leat_error *err)
{
    return to_text(r, name, AS_JSON, out_text, err);
}

int leat_run_text(leat_run *r, const char *name, int cut, char **out_text, leat_error *err)
{
    return to_text(r, name, cut ? AS_CUT : AS_TEXT, out_text, err);
}

int leat_run_save(leat_run *r, const char *name, const char *path, leat_error *err)
{
    const struct leat__node *n = NULL;
    const void *at = NULL;
    struct leat__text out = { 0 };
    if (!path)
        return leat__fail(err, LEAT_EUSAGE, "no path");
    bool saved = false;
    const char *suffix = leat__file_suffix(path);
    enum form form = !strcmp(suffix, ".json") ? AS_JSON : !strcmp(suffix, ".jsonl") ? AS_JSONL
                   : !strcmp(suffix, ".csv") ? AS_CSV : AS_TEXT;
    int code = leat__run_find(r, name, &n, &at, err);
    if (!code && n->flags & LEAT__NODE_SECRET)
        code = leat__fail(err, LEAT_EUSAGE, "%s is noted secret: it is not written to a file", name);
    if (!code)
        code = leat__saver_call(r, n, at, path, &saved, err);
    if (code < 0 || saved)
        return code;
    code = print(&out, &r->driver->graph, n, at, form, err);
    if (!code && (form == AS_JSON || form == AS_TEXT))
        leat__text_addc(&out, '\n');
    return leat__output_save(&out, code, path, err);
}
