/* whole: see run/whole.h. */
#include "run/whole.h"
#include "base/error.h"
#include "run/context.h"
#include "value/destroy.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static const struct leat__function *method(const struct leat__graph *g, const struct leat__node *n, enum leat__method m)
{
    const struct leat__methods *all = leat__graph_methods(g, n);
    return all ? all->of[m] : NULL;
}

static bool is_pointer(const struct leat__function *f) { return f->head->result->kind == LEAT__POINTER; }

/* What it makes, it makes as n does: to be freed by T_free, or to stand in a place. */
static bool makes_like(const struct leat__function *f, const struct leat__node *n)
{
    bool pointer = n->flags & LEAT__NODE_BY_POINTER;
    return is_pointer(f) == pointer && (!pointer || n->flags & LEAT__NODE_OWNED);
}

static int failed(const struct leat__node *n, const struct leat__function *f, const char *why, leat_error *err)
{
    return leat__fail(err, LEAT_EFAILED, "%s: %s %s", n->name, f->name, why);
}

/* --- calls --- */

/* A call that leat_fail may end, as the task's own. */
static const char *call(const struct leat__function *f, uint32_t task, void *const *args, void *result)
{
    struct leat__worker *w = leat__worker_current();
    uint32_t before = w ? w->task : LEAT__NONE;
    if (w)
        w->task = task;
    f->head->call(f->fn, args, result);
    if (w)
        w->task = before;
    return w && task != LEAT__NONE && leat__worker_has_failed(w, task) ? "failed" : NULL;
}

/* What T_decode or T_copy gives, as a slot holds it. */
static int make(const struct leat__node *n, const struct leat__function *f, uint32_t task, void *const *args,
                uint64_t *out, leat_error *err)
{
    void *at = is_pointer(f) ? NULL : leat__new(n->type);
    uint64_t value = (uint64_t)(uintptr_t)at;
    if (!is_pointer(f) && !at)
        return leat__fail_memory(err);
    const char *why = call(f, task, args, is_pointer(f) ? (void *)&value : at);
    if (!why && !value)
        why = "gave NULL";
    if (why) {
        free(at);
        return failed(n, f, why, err);
    }
    *out = value;
    return 0;
}

/* --- bytes --- */

int leat__whole_encode(const struct leat__graph *g, const struct leat__node *n, const void *at, struct leat__text *out,
                       leat_error *err)
{
    const struct leat__function *f = method(g, n, LEAT__ENCODE);
    if (!f)
        return leat__encode(n->type, at, out, err);
    void *bytes = NULL, *bytes_at = &bytes, *size_at;
    size_t size = 0;
    uint64_t status = 0;
    size_at = &size;
    void *args[] = { (void *)&at, (void *)&bytes_at, (void *)&size_at };
    const char *why = call(f, LEAT__NONE, args, &status);
    int code = why || (int)status || (size && !bytes) ? failed(n, f, "failed", err) : 0;
    if (!code)
        leat__text_addn(out, bytes ? bytes : "", size);
    free(bytes);
    return !code && out->failed ? leat__fail_memory(err) : code;
}

/* Decoded as a call of n would have it: what it owns is malloc'ed. */
static int decode_by_layout(const struct leat__node *n, struct leat__encoded in, uint64_t *out, leat_error *err)
{
    bool object = n->flags & LEAT__NODE_OBJECT;
    void *at = object ? leat__new(n->type) : (void *)out;
    int code = at ? leat__decode(n->type, in, NULL, at, err) : leat__fail_memory(err);
    if (code < 0 && object)
        free(at);
    else if (object)
        *out = (uint64_t)(uintptr_t)at;
    return code;
}

int leat__whole_decode(const struct leat__graph *g, const struct leat__node *n, struct leat__encoded in, uint64_t *out,
                       leat_error *err)
{
    const struct leat__function *f = method(g, n, LEAT__DECODE);
    if (!f)
        return decode_by_layout(n, in, out, err);
    if (!makes_like(f, n))
        return leat__fail(err, LEAT_ETYPE, "%s: %s gives %s", n->name, f->name,
                          is_pointer(f) ? "a pointer, and a value is needed" : "a value, and a pointer is needed");
    void *args[] = { (void *)&in.bytes, &in.size };
    return make(n, f, LEAT__NONE, args, out, err);
}

int leat__whole_digest(const struct leat__graph *g, const struct leat__node *n, const void *at,
                       unsigned char out[LEAT__VALUE_DIGEST], leat_error *err)
{
    const struct leat__function *f = method(g, n, LEAT__HASH);
    struct leat__text bytes = { 0 };
    int code = 0;
    if (f) {
        uint64_t hash = 0;
        void *args[] = { (void *)&at };
        const char *why = call(f, LEAT__NONE, args, &hash);
        code = why ? failed(n, f, why, err) : 0;
        leat__text_addn(&bytes, (const char *)&hash, sizeof hash);
    } else if (method(g, n, LEAT__ENCODE)) {
        code = leat__whole_encode(g, n, at, &bytes, err);
    } else {
        return leat__value_digest(n->type, at, out, err);
    }
    if (!code && bytes.failed)
        code = leat__fail_memory(err);
    if (!code)
        crypto_generichash(out, LEAT__VALUE_DIGEST, (const unsigned char *)bytes.data, bytes.len, NULL, 0);
    leat__text_fini(&bytes);
    return code;
}

/* --- equal --- */

static int equal_bytes(const struct leat__graph *g, const struct leat__node *n, const void *a, const void *b,
                       leat_error *err)
{
    struct leat__text x = { 0 }, y = { 0 };
    int code = leat__whole_encode(g, n, a, &x, err);
    if (!code)
        code = leat__whole_encode(g, n, b, &y, err);
    if (!code)
        code = x.len == y.len && (!x.len || !memcmp(x.data, y.data, x.len));
    leat__text_fini(&x);
    leat__text_fini(&y);
    return code;
}

int leat__whole_equal(const struct leat__graph *g, const struct leat__node *n, const void *a, const void *b,
                      leat_error *err)
{
    const struct leat__function *f = method(g, n, LEAT__EQUAL);
    if (!f && method(g, n, LEAT__ENCODE))
        return equal_bytes(g, n, a, b, err);
    if (!f && !leat__is_derivable(n->type))
        return leat__fail(err, LEAT_ETYPE, "%s is opaque: it cannot be compared", n->name);
    if (!f)
        return leat__equal(n->type, a, b);
    uint64_t answer = 0;
    void *args[] = { (void *)&a, (void *)&b };
    const char *why = call(f, LEAT__NONE, args, &answer);
    if (why)
        return failed(n, f, why, err);
    return f->head->result->kind == LEAT__BOOL ? (uint8_t)answer != 0 : (uint32_t)answer != 0;
}

/* --- copy --- */

bool leat__whole_has_copy(const struct leat__graph *g, const struct leat__node *n)
{
    const struct leat__function *f = method(g, n, LEAT__COPY);
    return f && makes_like(f, n);
}

int leat__whole_copy(const struct leat__graph *g, const struct leat__node *n, const void *at, uint32_t task,
                     uint64_t *out, leat_error *err)
{
    void *args[] = { (void *)&at };
    return make(n, method(g, n, LEAT__COPY), task, args, out, err);
}

void leat__whole_destroy(const struct leat__graph *g, const struct leat__node *n, uint64_t value)
{
    bool object = n->flags & LEAT__NODE_OBJECT;
    if (n->flags & LEAT__NODE_OWNED)
        leat__value_destroy(g, n, value);
    if (object && !(n->flags & LEAT__NODE_BY_POINTER))
        free((void *)(uintptr_t)value);
}
