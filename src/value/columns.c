/* columns: see columns.h. */
#include "value/columns.h"
#include "base/error.h"
#include "value/csv.h"

const struct leat__type *leat__column_item(const struct leat__member *m)
{
    if (m->bits)
        return NULL;
    return leat__is_slice(m->type) ? leat__slice_item(m->type) : leat__is_block(m->type) ? m->type->of : NULL;
}

const struct leat__member *leat__column_first(const struct leat__type *t)
{
    for (uint32_t i = 0; i < t->count; i++)
        if (leat__column_item(&t->members[i]))
            return &t->members[i];
    return NULL;
}

bool leat__is_length(const struct leat__type *t, const struct leat__member *m)
{
    for (uint32_t i = 0; i < t->count; i++) {
        const struct leat__member *block = &t->members[i];
        for (uint32_t k = 0; leat__is_block(block->type) && k < block->type->count; k++) {
            const struct leat__extent *e = &block->type->extents[k];
            if (block->offset + (uint32_t)e->at == m->offset && e->bit == m->bit)
                return true;
        }
    }
    return false;
}

enum leat__columns leat__columns_of(const struct leat__type *t)
{
    uint32_t arrays = 0, widest = 1;
    if (t->kind != LEAT__STRUCT || leat__is_slice(t))
        return LEAT__NO_COLUMNS;
    for (uint32_t i = 0; i < t->count; i++) {
        const struct leat__member *m = &t->members[i];
        const struct leat__type *item = leat__column_item(m);
        uint32_t lengths = item && leat__is_block(m->type) ? m->type->count : 1;
        if (!item && !leat__is_length(t, m))
            return LEAT__NO_COLUMNS;
        if (item && !leat__csv_simple(item) && !(lengths == 1 && leat__csv_flat(item)))
            return LEAT__NO_COLUMNS;
        arrays += item != NULL;
        widest = lengths > widest ? lengths : widest;
    }
    if (!arrays || widest > 2 || (widest == 2 && arrays > 1))
        return LEAT__NO_COLUMNS;
    if (widest == 2)
        return LEAT__GRID;
    return arrays == 1 && leat__is_block(leat__column_first(t)->type) ? LEAT__ROWS : LEAT__COLUMNS;
}

/* --- what is none --- */

static void is(struct leat__text *out, const char *what, const char *name, const struct leat__type *t)
{
    leat__text_printf(out, "%s%s is ", what, name);
    leat__type_print(out, t);
}

static void refuse_item(struct leat__text *out, const struct leat__type *item)
{
    bool record = item->kind == LEAT__STRUCT && !leat__is_slice(item);
    for (uint32_t i = 0; record && i < item->count; i++) {
        const struct leat__member *m = &item->members[i];
        if (!leat__csv_simple(m->type) && !leat__csv_flat(m->type)) {
            is(out, ": in its items ", *m->name ? m->name : "a member", m->type);
            return;
        }
    }
    is(out, ": an item", "", item);
}

static void refuse_member(struct leat__text *out, const struct leat__type *t)
{
    for (uint32_t i = 0; i < t->count; i++) {
        const struct leat__member *m = &t->members[i];
        const struct leat__type *item = leat__column_item(m);
        if (!item && !leat__is_length(t, m))
            is(out, ": its member ", *m->name ? m->name : "without a name", m->type);
        else if (item && !leat__csv_simple(item) && !leat__csv_flat(item))
            is(out, ": an item of its ", m->name, item);
        else
            continue;
        leat__text_add(out, item ? "" : leat__column_first(t) ? ", neither an array nor the length of one" : "");
        return;
    }
    leat__text_add(out, ": its arrays have lengths of their own");
}

void leat__columns_refuse(struct leat__text *out, const struct leat__type *t)
{
    bool array = t->kind == LEAT__ARRAY || leat__is_slice(t);
    leat__type_print(out, t);
    leat__text_add(out, " is no table");
    if (array)
        refuse_item(out, t->kind == LEAT__ARRAY ? t->of : leat__slice_item(t));
    else if (t->kind == LEAT__STRUCT && t->count)
        refuse_member(out, t);
}

/* --- reading --- */

static uint32_t aligned(uint32_t size, const struct leat__type *item)
{
    uint32_t align = item->align ? item->align : 1;
    return (size + align - 1) / align * align;
}

static int grid_row(const struct leat__type *item, uint32_t wide, struct leat__arena *arena,
                    struct leat__fields *out, uint32_t *out_size)
{
    uint64_t size = (uint64_t)wide * item->size;
    struct leat__field *field = leat__arena_array(arena, wide, sizeof *field);
    if (size > UINT32_MAX)
        return LEAT_ETYPE;
    for (uint32_t i = 0; field && i < wide; i++)
        field[i] = (struct leat__field){ .name = "", .type = item, .offset = i * item->size };
    *out = (struct leat__fields){ field, wide };
    *out_size = (uint32_t)size;
    return field ? 0 : LEAT_ENOMEM;
}

/* A column of an array whose items are structs is `array.member`. */
static int add_fields(struct leat__fields *out, const char *name, const struct leat__type *item, uint32_t at,
                      struct leat__arena *arena)
{
    struct leat__field one = { .name = NULL, .type = item };
    struct leat__fields own = { &one, 1 };
    int code = leat__csv_simple(item) ? 0 : leat__fields_of(item, true, arena, &own);
    struct leat__field *all = code ? NULL : leat__arena_array(arena, out->count + own.count, sizeof *all);
    if (!all)
        return code ? code : LEAT_ENOMEM;
    if (out->count)
        memcpy(all, out->field, out->count * sizeof *all);
    for (uint32_t i = 0; i < own.count; i++) {
        struct leat__field *f = &all[out->count + i];
        const char *part = own.field[i].name;
        *f = own.field[i];
        f->name = part ? leat__arena_printf(arena, "%s.%.*s", name, (int)f->name_len, part) : name;
        if (!f->name)
            return LEAT_ENOMEM;
        f->name_len = (uint32_t)strlen(f->name);
        f->offset += at;
    }
    *out = (struct leat__fields){ all, out->count + own.count };
    return 0;
}

int leat__columns_row(const struct leat__type *t, uint32_t wide, struct leat__arena *arena,
                      struct leat__fields *out, uint32_t *out_size)
{
    enum leat__columns how = leat__columns_of(t);
    const struct leat__type *first = leat__column_item(leat__column_first(t));
    uint32_t size = 0;
    int code = 0;
    *out = (struct leat__fields){ NULL, 0 };
    if (how == LEAT__GRID)
        return grid_row(first, wide, arena, out, out_size);
    *out_size = first->size;
    if (how == LEAT__ROWS && !leat__csv_simple(first))
        return leat__fields_of(first, true, arena, out);
    for (uint32_t i = 0; i < t->count && !code; i++) {
        const struct leat__type *item = leat__column_item(&t->members[i]);
        if (!item)
            continue;
        size = aligned(size, item);
        code = add_fields(out, t->members[i].name, item, size, arena);
        size += item->size;
    }
    *out_size = size;
    return code;
}

static int put_length(const struct leat__extent *e, char *block, size_t n, leat_error *err)
{
    struct leat__spot s = { e->type, block + e->at, e->bits, e->bit };
    if (leat__scalar_store(s, (struct leat__integer){ n, false }))
        return 0;
    return leat__fail(err, LEAT_EINPUT, "%zu are more than its member %s counts", n, e->name);
}

static int put_array(const struct leat__member *m, char *at, void *items, size_t count, uint32_t wide, leat_error *err)
{
    char *place = at + m->offset;
    if (leat__is_slice(m->type)) {
        leat__put_slice(m->type, place, items, count);
        return 0;
    }
    memcpy(place, &items, sizeof items);
    int code = put_length(&m->type->extents[0], place, count, err);
    return code || m->type->count == 1 ? code : put_length(&m->type->extents[1], place, wide, err);
}

int leat__columns_fill(const struct leat__type *t, void *at, char *rows, size_t count, uint32_t wide,
                       struct leat__arena *arena, leat_error *err)
{
    bool whole = leat__columns_of(t) != LEAT__COLUMNS;
    char *made = leat__arena_alloc(arena, t->size);     /* at stays as it is on failure */
    uint32_t from = 0, stride = 0;
    int code = 0;
    if (!made)
        return leat__fail_memory(err);
    for (uint32_t i = 0; i < t->count; i++) {
        const struct leat__type *item = leat__column_item(&t->members[i]);
        stride = item ? aligned(stride, item) + item->size : stride;
    }
    for (uint32_t i = 0; i < t->count && !code; i++) {
        const struct leat__type *item = leat__column_item(&t->members[i]);
        char *items = rows;
        if (!item)
            continue;
        if (!whole && !(items = leat__arena_array(arena, count, item->size)))
            return leat__fail_memory(err);
        from = aligned(from, item);
        for (size_t k = 0; k < count && !whole; k++)
            memcpy(items + k * item->size, rows + k * stride + from, item->size);
        from += item->size;
        code = put_array(&t->members[i], made, items, count, wide, err);
    }
    if (!code)
        memcpy(at, made, t->size);
    return code;
}
