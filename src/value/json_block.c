/* json block: arrays of arrays into one array, whose lengths are other members. */
#include "base/error.h"
#include "value/growth.h"
#include "value/items.h"
#include "value/json.h"
#include <stdio.h>
#include <sys/types.h>

/* One length of all rows: the first tells it. */
static int agree(struct leat__reading *r, size_t *size, size_t n, const char *start)
{
    if (*size == SIZE_MAX)
        *size = n;
    if (*size == n)
        return 0;
    return leat__scan_fail(&r->scan, start, "%zu item%s, the rows before have %zu", n, n == 1 ? "" : "s", *size);
}

/* A row of chars or bytes that is one string. */
static int read_row(struct leat__reading *r, struct leat__spot s, struct leat__growth *g, size_t *out_count)
{
    static const struct leat__type size = { .kind = LEAT__UINT, .size = sizeof(size_t), .align = sizeof(size_t) };
    struct leat__type data = { .kind = LEAT__POINTER, .size = sizeof(void *), .of = s.type->of };
    const struct leat__member members[] = { { "data", &data, 0, 0, 0 }, { "len", &size, sizeof(void *), 0, 0 } };
    const struct leat__type slice = { .kind = LEAT__STRUCT, .size = 16, .count = 2, .members = members };
    struct { const char *data; size_t len; } row;
    int code = leat__json_read_simple(r, leat__spot_of(&slice, &row));
    *out_count = code ? 0 : row.len;
    for (size_t i = 0; i < *out_count; i++) {
        char *at = leat__grow(g);
        if (!at)
            return leat__fail_memory(r->scan.err);
        *at = row.data[i];
    }
    return code;
}

static int read_extent(struct leat__reading *r, struct leat__spot s, uint32_t k, struct leat__growth *g, size_t *size)
{
    const struct leat__type *item = s.type->of;
    bool last = k + 1 == s.type->count;
    bool bytes = item->kind == LEAT__UINT && item->size == 1;
    char c = leat__scan_peek(&r->scan);
    const char *start = r->scan.at;
    size_t n = 0;
    if (last && (item->kind == LEAT__CHAR || (bytes && c != '['))) {
        int code = read_row(r, s, g, &n);
        return code ? code : agree(r, &size[k], n, start);
    }
    int code = leat__json_enter(r, '[', s.type);
    bool more = code == 0 && !leat__scan_skip(&r->scan, ']');
    for (; code == 0 && more; n++) {
        char *at = last ? leat__grow(g) : NULL;
        if (!last)
            code = read_extent(r, s, k + 1, g, size);
        else
            code = at ? leat__json_read_value(r, leat__spot_of(item, at)) : leat__fail_memory(r->scan.err);
        more = code == 0 && leat__scan_skip(&r->scan, ',');
        if (code == 0 && !more)
            code = leat__scan_take(&r->scan, ']', "a , or ]");
    }
    if (code < 0)
        return code;
    r->depth--;
    return agree(r, &size[k], n, start);
}

/* Its lengths may stand behind it: they are compared at the struct's end. */
int leat__json_read_block(struct leat__reading *r, struct leat__spot s)
{
    struct leat__growth g = { .size = s.type->of->size };
    struct leat__shape *shape = leat__arena_alloc(&r->scratch, sizeof *shape + s.type->count * sizeof *shape->size);
    if (!shape)
        return leat__fail_memory(r->scan.err);
    for (uint32_t k = 0; k < s.type->count; k++)
        shape->size[k] = SIZE_MAX;
    int code = read_extent(r, s, 0, &g, shape->size);
    void *data = code ? NULL : leat__arena_array(&r->parts, g.len, g.size);
    if (!code && !data)
        code = leat__fail_memory(r->scan.err);
    if (!code && g.len)
        memcpy(data, g.data, g.len * g.size);
    memcpy(s.at, &data, sizeof data);
    free(g.data);
    shape->at = s.at;
    shape->next = r->shapes;
    r->shapes = shape;
    return code;
}

static void print_shape(struct leat__text *out, const struct leat__type *t, const size_t *size, const void *at)
{
    for (uint32_t k = 0; k < t->count; k++) {
        leat__text_add(out, k ? " x " : "");
        if (!size)
            leat__text_printf(out, "%s (%zd)", t->extents[k].name, (ssize_t)leat__extent(t, k, at));
        else if (size[k] != SIZE_MAX)
            leat__text_printf(out, "%zu", size[k]);
        else
            leat__text_add(out, "0");
    }
}

static int check_shape(struct leat__reading *r, const struct leat__member *m, const void *at, const char *end)
{
    const struct leat__type *t = m->type;
    const struct leat__shape *shape = r->shapes;
    bool good = true, none = false;
    while (shape->at != at)
        shape = shape->next;
    for (uint32_t k = 0; k < t->count && good; k++) {
        size_t n = leat__extent(t, k, at);
        good = n != SIZE_MAX && (shape->size[k] == n || (none && shape->size[k] == SIZE_MAX) ||
                                 (k + 1 < t->count && shape->size[k] == 0 && leat__block_items(t, at).count == 0));
        none |= shape->size[k] == 0;
    }
    if (good)
        return 0;
    struct leat__text is = { 0 }, told = { 0 };
    print_shape(&is, t, shape->size, at);
    print_shape(&told, t, NULL, at);
    int code = leat__scan_fail(&r->scan, end, "%s has %s item%s, %s %s needed", m->name, is.data ? is.data : "",
                               is.data && !strcmp(is.data, "1") ? "" : "s", told.data ? told.data : "",
                               t->count > 1 ? "are" : "is");
    leat__text_fini(&is);
    leat__text_fini(&told);
    return code;
}

int leat__json_check_shapes(struct leat__reading *r, struct leat__spot s, const char *end)
{
    int code = 0;
    for (uint32_t i = 0; i < s.type->count && !code; i++)
        if (leat__is_block(s.type->members[i].type))
            code = check_shape(r, &s.type->members[i], (char *)s.at + s.type->members[i].offset, end);
    return code;
}
