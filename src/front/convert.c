/* convert: what callers give, as slots hold it: numbers without loss, memory
 * copied or lent. */
#include "base/error.h"
#include "front/run.h"
#include "value/destroy.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- numbers --- */

static int no_fit(const struct leat__node *n, const char *what, leat_error *err)
{
    struct leat__text type = { 0 };
    leat__type_print(&type, n->type);
    int code = leat__fail(err, LEAT_EINPUT, "%s: %s does not fit %s", n->name, what, type.data ? type.data : "");
    leat__text_fini(&type);
    return code;
}

/* The integer behind a number, if there is one: in range of int64 or uint64. */
static bool as_integer(const leat_value *v, bool *negative, uint64_t *magnitude)
{
    if (v->kind == LEAT_KIND_FLOAT) {
        double d = v->as.d;
        if (!(d >= -9223372036854775808.0 && d < 18446744073709551616.0))
            return false;
        *negative = d < 0;
        *magnitude = d < 0 ? (uint64_t)(int64_t)d : (uint64_t)d;
        return d == (d < 0 ? (double)(int64_t)*magnitude : (double)*magnitude);
    }
    *negative = v->kind == LEAT_KIND_INT && v->as.i < 0;
    *magnitude = v->as.u;
    return true;
}

static bool fits_integer(const struct leat__type *t, bool is_signed, bool negative, uint64_t bits)
{
    if (t->size > 8)
        return false;
    if (is_signed) {
        if (t->size == 8)
            return negative || bits <= INT64_MAX;
        int64_t x = (int64_t)bits, low = -((int64_t)1 << (t->size * 8 - 1)), high = ~low;
        return (negative || bits <= INT64_MAX) && x >= low && x <= high;
    }
    return !negative && (t->size == 8 || bits >> (t->size * 8) == 0);
}

static bool is_enumerator(const struct leat__type *t, bool negative, uint64_t bits)
{
    for (uint32_t i = 0; i < t->count; i++)
        if (t->enumerators[i].value == (int64_t)bits && (negative || (int64_t)bits >= 0 || !(t->flags & LEAT__SIGNED)))
            return true;
    return false;
}

/* Lossless, but double to float may round. */
static bool convert_number(const struct leat__type *t, const leat_value *v, uint64_t *out)
{
    bool negative;
    uint64_t bits;
    *out = 0;
    if (t->kind == LEAT__FLOAT) {
        double d = v->kind == LEAT_KIND_FLOAT ? v->as.d : v->kind == LEAT_KIND_UINT ? (double)v->as.u : (double)v->as.i;
        if (v->kind == LEAT_KIND_UINT && (d >= 18446744073709551616.0 || (uint64_t)d != v->as.u))
            return false;
        if (v->kind != LEAT_KIND_UINT && v->kind != LEAT_KIND_FLOAT &&
            (d >= 9223372036854775808.0 || (int64_t)d != v->as.i))
            return false;
        if (t->size == 8) {
            memcpy(out, &d, 8);
        } else {
            float f = (float)d;
            if ((v->kind != LEAT_KIND_FLOAT && (double)f != d) || (isinf(f) && !isinf(d)))
                return false;
            memcpy(out, &f, 4);
        }
        return t->size <= 8;
    }
    if (v->kind == LEAT_KIND_BOOL && t->kind == LEAT__BOOL)
        return *out = v->as.i != 0, true;
    if (!as_integer(v, &negative, &bits))
        return false;
    *out = bits;
    switch (t->kind) {
    case LEAT__BOOL: return !negative && bits <= 1;
    case LEAT__INT:  return fits_integer(t, true, negative, bits);
    case LEAT__UINT: return fits_integer(t, false, negative, bits);
    case LEAT__ENUM: return is_enumerator(t, negative, bits);
    default:         return false;
    }
}

/* --- memory --- */

static bool element_fits(const struct leat__type *t, const leat_value *v)
{
    static const uint8_t kinds[] = { 0, LEAT__BOOL, LEAT__INT, LEAT__UINT, LEAT__FLOAT };
    if (v->size != t->size)
        return false;
    if (v->element == LEAT_KIND_STRING)
        return leat__is_text(t);
    if (v->element >= LEAT_KIND_BOOL && v->element <= LEAT_KIND_FLOAT)
        return t->kind == kinds[v->element] || (t->kind == LEAT__ENUM && v->element <= LEAT_KIND_UINT) ||
               (t->kind == LEAT__CHAR && v->element == LEAT_KIND_INT);
    return leat__is_record(t);
}

/* "struct day", "const struct day *" and "day" name the same type. */
static bool names_type(const struct leat__type *t, const char *text)
{
    size_t n = t->name ? strlen(t->name) : 0;
    if (!text || !n)
        return true;
    if (!strncmp(text, "const ", 6))
        text += 6;
    for (size_t i = 0; i < 2; i++)
        if (!strncmp(text, i ? "union " : "struct ", i ? 6 : 7))
            text += i ? 6 : 7;
    return !strncmp(text, t->name, n) && !text[n + strspn(text + n, " *")];
}

bool leat__is_taken(const struct leat__graph *g, uint32_t id)
{
    uint32_t writer = leat__rest_at(g, id)->writer;
    const struct leat__node *w = writer == LEAT__NONE ? NULL : &g->node[writer];
    for (uint32_t i = 0; w && i < w->edges; i++)
        if (g->edge[w->edge + i].from == id && g->edge[w->edge + i].takes)
            return true;
    return false;
}

/* An object of node id's type, in the arena or, if a node writes or takes it,
 * malloc'ed: the writer may grow an array in it. */
int leat__copy_object(leat_run *r, uint32_t id, const void *from, struct leat__given *out, leat_error *err)
{
    const struct leat__node *n = &r->driver->graph.node[id];
    bool own = leat__rest(&r->driver->graph, n)->writer != LEAT__NONE;
    if (!leat__is_derivable(n->type))
        return no_fit(n, "a struct that cannot be copied from its layout must be lent (release)", err);
    void *at = own ? leat__new(n->type) : leat__arena_aligned(&r->arena, n->type->size, n->type->align);
    int code = !at ? LEAT_ENOMEM
             : own ? leat__copy_to_own(n->type, from, at, &r->arena) : leat__copy(n->type, from, at, &r->arena);
    if (code < 0) {
        if (own)
            free(at);
        return code == LEAT_ENOMEM ? leat__fail_memory(err)
                                   : leat__fail(err, code, "%s: an array without memory", n->name);
    }
    out->value = (uint64_t)(uintptr_t)at;
    out->owned = own;
    return 0;
}

static int convert_array(leat_run *r, uint32_t id, leat_value v, struct leat__given *out, leat_error *err)
{
    const struct leat__node *n = &r->driver->graph.node[id];
    struct { const void *data; size_t len, cap; } slice = { v.as.p, v.count, v.count };
    if (n->flags & LEAT__NODE_OBJECT && leat__is_slice(n->type)) {
        if (!element_fits(leat__slice_item(n->type), &v))
            return no_fit(n, "an array of other elements", err);
        if (!v.release)
            return leat__copy_object(r, id, &slice, out, err);
        void *at = leat__arena_alloc(&r->arena, sizeof slice);
        if (!at)
            return leat__fail_memory(err);
        memcpy(at, &slice, n->type->size);
        out->value = (uint64_t)(uintptr_t)at;
        return 0;
    }
    if (n->type->kind != LEAT__POINTER || !element_fits(n->type->of, &v))
        return no_fit(n, "an array", err);
    bool own = !v.release && leat__is_taken(&r->driver->graph, id);
    void *at = v.release ? (void *)v.as.p : own ? calloc(v.count + 1, v.size)
                                                : leat__arena_array(&r->arena, v.count, v.size);
    if (!at)
        return v.release ? no_fit(n, "NULL", err) : leat__fail_memory(err);
    out->owned = own;
    if (!v.release && v.count)
        memcpy(at, v.as.p, v.count * v.size);
    out->value = (uint64_t)(uintptr_t)at;
    return 0;
}

static int convert_struct(leat_run *r, uint32_t id, leat_value v, struct leat__given *out, leat_error *err)
{
    const struct leat__node *n = &r->driver->graph.node[id];
    if (!(n->flags & LEAT__NODE_OBJECT) || !names_type(n->type, v.type) ||
        (n->type->size && v.size && v.size != n->type->size))
        return no_fit(n, v.type ? v.type : "a struct", err);
    if (!v.as.p)
        return no_fit(n, "NULL", err);
    if (!v.release)
        return leat__copy_object(r, id, v.as.p, out, err);
    out->value = (uint64_t)(uintptr_t)v.as.p;
    return 0;
}

int leat__convert_text(leat_run *r, uint32_t id, const char *s, struct leat__given *out, leat_error *err)
{
    const struct leat__node *n = &r->driver->graph.node[id];
    if (!leat__is_text(n->type))
        return no_fit(n, "a text", err);
    bool taken = leat__is_taken(&r->driver->graph, id);
    char *at = !s ? NULL : taken ? strdup(s) : leat__arena_strdup(&r->arena, s);
    if (s && !at)
        return leat__fail_memory(err);
    out->value = (uint64_t)(uintptr_t)at;
    out->owned = taken;
    return s ? 0 : no_fit(n, "NULL", err);
}

int leat__input_convert(leat_run *r, uint32_t id, leat_value v, struct leat__given *out, leat_error *err)
{
    const struct leat__node *n = &r->driver->graph.node[id];
    switch (v.kind) {
    case LEAT_KIND_STRUCT:
        return convert_struct(r, id, v, out, err);
    case LEAT_KIND_ARRAY:
        return convert_array(r, id, v, out, err);
    case LEAT_KIND_STRING:
        if (!v.release)
            return leat__convert_text(r, id, v.as.p, out, err);
        out->value = (uint64_t)(uintptr_t)v.as.p;
        return leat__is_text(n->type) ? 0 : no_fit(n, "a text", err);
    case LEAT_KIND_BOOL: case LEAT_KIND_INT: case LEAT_KIND_UINT: case LEAT_KIND_FLOAT:
        return convert_number(n->type, &v, &out->value) ? 0 : no_fit(n, "the number", err);
    default:
        return leat__fail(err, LEAT_EUSAGE, "%s: no such kind of value", n->name);
    }
}
