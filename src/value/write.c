/* write: see write.h. One walk over a layout; what a text cannot say is told as
 * {"opaque": TYPE}, without following its pointers. */
#include "value/write.h"
#include "base/escape.h"
#include "value/base64.h"
#include "value/fields.h"
#include "value/io.h"
#include <math.h>
#include <string.h>

void leat__write_opaque(struct leat__text *out, const struct leat__type *t)
{
    struct leat__text type = { 0 };
    leat__type_print(&type, t);
    leat__text_add(out, "{\"opaque\":");
    leat__escape_json(out, type.data ? type.data : "", type.len);
    leat__text_addc(out, '}');
    out->failed |= type.failed;
    leat__text_fini(&type);
}

static void write_base64(struct leat__text *out, const void *bytes, size_t n)
{
    leat__text_add(out, "{\"base64\":\"");
    leat__base64_add(out, bytes, n);
    leat__text_add(out, "\"}");
}

void leat__write_string(struct leat__text *out, const char *s, size_t n)
{
    if (leat__utf8_valid(s, n))
        leat__escape_json(out, s, n);
    else
        write_base64(out, s, n);
}

/* As a double, most of the long doubles would not be. */
static bool is_finite(struct leat__spot s)
{
    long double x;
    if (s.type->size != sizeof x)
        return isfinite(leat__scalar_number(s));
    memcpy(&x, s.at, sizeof x);
    return isfinite(x);
}

static void write_scalar(struct leat__text *out, struct leat__spot s)
{
    if (s.type->kind == LEAT__CHAR) {
        leat__write_string(out, s.at, *(const char *)s.at != 0);
        return;
    }
    bool quoted = (s.type->kind == LEAT__FLOAT && !is_finite(s)) ||
                  (s.type->kind == LEAT__ENUM && leat__scalar_enumerator(s));
    leat__text_add(out, quoted ? "\"" : "");
    leat__scalar_print(out, s);
    leat__text_add(out, quoted ? "\"" : "");
}

bool leat__summarize(struct leat__spot first, size_t count, size_t stride,
                     struct leat__summary *out)
{
    struct leat__summary x = { INFINITY, 0, -INFINITY };
    size_t n = 0;
    if (first.type->kind != LEAT__INT && first.type->kind != LEAT__UINT &&
        first.type->kind != LEAT__FLOAT)
        return false;
    for (size_t i = 0; i < count; i++, first.at = (char *)first.at + stride) {
        double v = leat__scalar_number(first);
        if (isnan(v))
            continue;
        x.least = v < x.least ? v : x.least;
        x.greatest = v > x.greatest ? v : x.greatest;
        x.mean += v;
        n++;
    }
    if (n)
        x.mean /= (double)n;
    *out = x;
    return n;
}

static void add_rounded(struct leat__text *out, const char *label, double x)
{
    char number[LEAT__NUMBER_ROOM];
    leat__text_add(out, label);
    leat__text_addn(out, number, leat__print_rounded(number, x, 6));
}

/* What stands for the items that are not shown. */
static void write_cut(struct leat__text *out, struct leat__items items)
{
    struct leat__summary x;
    leat__text_printf(out, ",... %zu items", items.count);
    if (!leat__summarize(leat__spot_of(items.type, items.at), items.count, items.type->size, &x))
        return;
    add_rounded(out, ", min ", x.least);
    add_rounded(out, ", mean ", x.mean);
    add_rounded(out, ", max ", x.greatest);
}

static void write_items(struct leat__text *out, struct leat__items items, unsigned flags,
                        unsigned depth)
{
    enum { SHOWN = 10 };
    bool cut = (flags & LEAT__CUT) && items.count > LEAT__MOST_SHOWN;
    size_t shown = cut ? SHOWN : items.count;
    leat__text_addc(out, '[');
    for (size_t i = 0; i < shown && !out->failed; i++) {
        leat__text_add(out, i ? "," : "");
        leat__write_json(out, leat__spot_of(items.type, items.at + i * items.type->size), flags,
                         depth + 1);
    }
    if (cut)
        write_cut(out, items);
    leat__text_addc(out, ']');
}

/* Writes the members of t, `any` stood before them; returns if any stand now. */
static bool write_members(struct leat__text *out, const struct leat__type *t, const void *at,
                          bool any, unsigned flags, unsigned depth)
{
    for (uint32_t i = 0; i < t->count && !out->failed; i++) {
        const struct leat__member *m = &t->members[i];
        if (leat__is_endless(m->type))
            continue;               /* how long it is, nothing says */
        if (!*m->name && m->type->kind == LEAT__STRUCT) {
            any = write_members(out, m->type, (const char *)at + m->offset, any, flags, depth + 1);
        } else if (*m->name) {
            leat__text_add(out, any ? "," : "");
            leat__escape_json(out, m->name, strlen(m->name));
            leat__text_addc(out, ':');
            leat__write_json(out, leat__spot_member(m, at), flags, depth + 1);
            any = true;
        }
    }
    return any;
}

static void write_struct(struct leat__text *out, const struct leat__type *t, const void *at,
                         unsigned flags, unsigned depth)
{
    leat__text_addc(out, '{');
    write_members(out, t, at, false, flags, depth);
    leat__text_addc(out, '}');
}

static void write_pointer(struct leat__text *out, const struct leat__type *t, const void *at)
{
    const char *p;
    memcpy(&p, at, sizeof p);
    if (!p)
        leat__text_add(out, "null");
    else if (leat__is_text(t))
        leat__write_string(out, p, strlen(p));
    else
        leat__write_opaque(out, t);
}

static bool is_plain_scalar(const struct leat__type *t)
{
    return leat__is_scalar(t) && (t->kind == LEAT__FLOAT || (t->size && t->size <= 8));
}

static void write_list(struct leat__text *out, struct leat__items items, unsigned flags,
                       unsigned depth)
{
    if (items.type->kind == LEAT__CHAR)
        leat__write_string(out, items.at ? items.at : "", items.count);
    else if (items.type->kind == LEAT__UINT && items.type->size == 1)
        write_base64(out, items.at, items.count);
    else
        write_items(out, items, flags, depth);
}

static bool has_items(const struct leat__type *t, const void *at)
{
    struct leat__items items = leat__items_of(t, at);
    return items.type->size || !items.count;
}

static void write_array(struct leat__text *out, const struct leat__type *t, const void *at, unsigned flags,
                        unsigned depth)
{
    if (t->kind == LEAT__ARRAY)         /* of bytes too: numbers, as they are read */
        write_items(out, leat__items_of(t, at), flags, depth);
    else
        write_list(out, leat__items_of(t, at), flags, depth);
}

/* From extent k on: an array of arrays, of the strides that lie inside. */
static void write_extents(struct leat__text *out, const struct leat__type *t, const void *lengths,
                          uint32_t k, const char *at, unsigned flags, unsigned depth)
{
    size_t n = leat__extent(t, k, lengths), stride = t->of->size;
    if (k + 1 == t->count) {
        write_list(out, (struct leat__items){ t->of, (char *)(uintptr_t)at, n }, flags, depth);
        return;
    }
    for (uint32_t i = k + 1; i < t->count; i++)
        stride *= leat__extent(t, i, lengths);
    leat__text_addc(out, '[');
    for (size_t i = 0; i < n && !out->failed; i++) {
        leat__text_add(out, i ? "," : "");
        write_extents(out, t, lengths, k + 1, at + i * stride, flags, depth + 1);
    }
    leat__text_addc(out, ']');
}

/* Rows without items are not told one by one: there may be any number of them. */
static void write_block(struct leat__text *out, const struct leat__type *t, const void *at,
                        unsigned flags, unsigned depth)
{
    struct leat__items items = leat__block_items(t, at);
    size_t told;
    if (!leat__block_count(t, at, &told) || told != items.count || !t->of->size || depth + t->count > LEAT__DEEPEST)
        leat__write_opaque(out, t);
    else if (!told && t->count > 1)
        leat__text_add(out, "[]");
    else
        write_extents(out, t, at, 0, items.at, flags, depth);
}

void leat__write_json(struct leat__text *out, struct leat__spot s, unsigned flags, unsigned depth)
{
    const struct leat__type *t = s.type;
    bool odd = leat__is_endless(t) || leat__has_bare_union(t) || t->flags & (LEAT__INCOMPLETE | LEAT__CLASS) ||
               leat__release_member(t);
    if (!odd && is_plain_scalar(t))
        write_scalar(out, s);
    else if (leat__is_block(t) && !odd)
        write_block(out, t, s.at, flags, depth);
    else if (t->kind == LEAT__POINTER)
        write_pointer(out, t, s.at);
    else if (odd || depth >= LEAT__DEEPEST)
        leat__write_opaque(out, t);
    else if (leat__is_chars(t))
        leat__write_string(out, s.at, strnlen(s.at, t->count));
    else if ((t->kind == LEAT__ARRAY || leat__is_slice(t)) && has_items(t, s.at))
        write_array(out, t, s.at, flags, depth);
    else if (t->kind == LEAT__STRUCT)
        write_struct(out, t, s.at, flags, depth);
    else
        leat__write_opaque(out, t);
}
