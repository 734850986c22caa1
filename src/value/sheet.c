/* sheet: see sheet.h. */
#include "value/sheet.h"
#include "base/error.h"
#include "base/escape.h"
#include "base/vector.h"
#include "value/columns.h"
#include "value/csv.h"
#include "value/write.h"
#include <stdio.h>
#include <stdlib.h>

void leat__sheet_fini(struct leat__sheet *s)
{
    free(s->column);
    leat__arena_fini(&s->arena);
    *s = (struct leat__sheet){ 0 };
}

static int refuse(const char *name, const struct leat__type *t, leat_error *err)
{
    struct leat__text type = { 0 };
    leat__type_print(&type, t);
    int code = leat__fail(err, LEAT_ETYPE, "%s is %s, which is no column of a table: write .json", name,
                          type.data ? type.data : "of a type");
    leat__text_fini(&type);
    return code;
}

static int add_column(struct leat__sheet *s, const char *name, struct leat__spot first, size_t stride,
                      leat_error *err)
{
    for (uint32_t i = 0; i < s->count; i++)
        if (!strcmp(s->column[i].name, name))
            return leat__fail(err, LEAT_ETYPE, "two columns %s in one table", name);
    const char *kept = leat__arena_strdup(&s->arena, name);
    if (!kept || !LEAT__ROOM(s->column, s->count, s->cap))
        return leat__fail_memory(err);
    s->column[s->count++] = (struct leat__sheet_column){ kept, first, stride };
    return 0;
}

/* `whole`.`part`; whole NULL: the part alone. */
static const char *join(struct leat__sheet *s, const char *whole, const struct leat__field *part)
{
    return whole ? leat__arena_printf(&s->arena, "%s.%.*s", whole, (int)part->name_len, part->name)
                 : leat__arena_strndup(&s->arena, part->name, part->name_len);
}

/* All arrays of a table are of one length. */
static int measure(struct leat__sheet *s, const char *name, size_t rows, leat_error *err)
{
    if (s->measured && rows != s->rows)
        return leat__fail(err, LEAT_ETYPE, "no table: %s has %zu item%s and %s has %zu", s->measured, s->rows,
                          s->rows == 1 ? "" : "s", name, rows);
    if (!s->measured && !(s->measured = leat__arena_strdup(&s->arena, name)))
        return leat__fail_memory(err);
    s->rows = rows;
    return 0;
}

/* The columns of an array, called `name`; members of its items `prefix`.member. */
static int add_items(struct leat__sheet *s, const char *name, const char *prefix, struct leat__items items,
                     leat_error *err)
{
    const struct leat__type *item = items.type;
    struct leat__fields fields = { 0 };
    int code = measure(s, name, items.count, err);
    if (!code && leat__csv_simple(item))
        return add_column(s, name, leat__spot_of(item, items.at), item->size, err);
    if (!code && (code = leat__fields_of(item, true, &s->arena, &fields)) < 0)
        code = code == LEAT_ENOMEM ? leat__fail_memory(err) : refuse(name, item, err);
    for (uint32_t i = 0; i < fields.count && !code; i++) {
        const char *full = join(s, prefix, &fields.field[i]);
        struct leat__spot spot = leat__spot_field(&fields.field[i], items.at);
        spot.at = items.at ? spot.at : NULL;
        code = full ? add_column(s, full, spot, item->size, err) : leat__fail_memory(err);
    }
    return code;
}

/* A column for each of the second length: `prefix`.0 and so on. */
static int add_grid(struct leat__sheet *s, const char *name, const char *prefix, const struct leat__type *t,
                    const void *at, leat_error *err)
{
    struct leat__items items = leat__block_items(t, at);
    size_t rows = leat__extent(t, 0, at), wide = leat__extent(t, 1, at);
    size_t stride = wide * t->of->size;
    if (rows == SIZE_MAX || wide == SIZE_MAX || (!items.at && rows && wide))
        return leat__fail(err, LEAT_ETYPE, "%s has no items for its lengths", name);
    int code = measure(s, name, rows, err);
    for (size_t i = 0; i < wide && !code; i++) {
        char text[24];
        struct leat__field number = { .name = text, .name_len = (uint32_t)snprintf(text, sizeof text, "%zu", i) };
        const char *full = join(s, prefix, &number);
        struct leat__spot first = leat__spot_of(t->of, items.at ? items.at + i * t->of->size : NULL);
        code = full ? add_column(s, full, first, stride, err) : leat__fail_memory(err);
    }
    return code;
}

/* Any array; at NULL: one that is not there, of a block no item. */
static int add_array(struct leat__sheet *s, const char *name, const char *prefix, const struct leat__type *t,
                     const void *at, leat_error *err)
{
    const struct leat__type *item = t->kind == LEAT__ARRAY ? t->of : leat__is_block(t) ? t->of : leat__slice_item(t);
    if ((!leat__csv_simple(item) && !leat__csv_flat(item)) || (leat__is_block(t) && t->count > 2))
        return refuse(name, t, err);
    if (!at)
        return add_items(s, name, prefix, (struct leat__items){ item, NULL, 0 }, err);
    if (!leat__is_block(t))
        return add_items(s, name, prefix, leat__items_of(t, at), err);
    if (t->count == 2)
        return leat__csv_simple(item) ? add_grid(s, name, prefix, t, at, err) : refuse(name, t, err);
    return add_items(s, name, prefix, leat__block_items(t, at), err);
}

/* It only counts what an array beside it has. */
static bool counts(const struct leat__type *t, const struct leat__field *f)
{
    const struct leat__member m = { f->name, f->type, f->offset, f->bits, f->bit };
    return leat__is_length(t, &m);
}

static int add_members(struct leat__sheet *s, const char *name, const struct leat__type *t, const void *at,
                       leat_error *err)
{
    struct leat__fields fields = { 0 };
    int code = leat__fields_of(t, true, &s->arena, &fields);
    if (code == LEAT_ENOMEM)
        return leat__fail_memory(err);
    if (code || !fields.count)
        return refuse(name ? name : "it", t, err);
    for (uint32_t i = 0; i < fields.count && !code; i++) {
        const struct leat__field *f = &fields.field[i];
        const char *full = join(s, name, f);
        struct leat__spot spot = leat__spot_field(f, at);
        bool array = f->type->kind == LEAT__ARRAY || leat__is_slice(f->type) || leat__is_block(f->type);
        spot.at = at ? spot.at : NULL;
        if (!full)
            code = leat__fail_memory(err);
        else if (!counts(t, f))
            code = leat__csv_simple(f->type) ? add_column(s, full, spot, 0, err)
                 : array ? add_array(s, full, full, f->type, spot.at, err) : refuse(full, f->type, err);
    }
    return code;
}

int leat__sheet_whole(struct leat__sheet *s, const char *name, const struct leat__type *t, const void *at,
                      leat_error *err)
{
    enum leat__columns how = leat__columns_of(t);
    if (t->kind == LEAT__ARRAY || leat__is_slice(t))
        return add_array(s, name, NULL, t, at, err);
    if (how == LEAT__COLUMNS)
        return add_members(s, NULL, t, at, err);
    const struct leat__member *m = leat__column_first(t);
    return add_array(s, name, NULL, m->type, (const char *)at + m->offset, err);
}

int leat__sheet_add(struct leat__sheet *s, const char *name, const struct leat__type *t, const void *at,
                    leat_error *err)
{
    if (leat__csv_simple(t))
        return add_column(s, name, leat__spot_of(t, at), 0, err);
    if (t->kind == LEAT__ARRAY || leat__is_slice(t))
        return add_array(s, name, name, t, at, err);
    if (t->kind == LEAT__STRUCT && !(t->flags & LEAT__INCOMPLETE))
        return add_members(s, name, t, at, err);
    return refuse(name, t, err);
}

/* --- written --- */

static struct leat__spot cell(const struct leat__sheet_column *c, size_t row)
{
    struct leat__spot s = c->first;
    if (s.at)
        s.at = (char *)s.at + row * c->stride;
    return s;
}

static size_t rows_of(const struct leat__sheet *s) { return s->measured ? s->rows : s->count ? 1 : 0; }

int leat__sheet_csv(const struct leat__sheet *s, struct leat__text *out)
{
    for (uint32_t k = 0; k < s->count; k++) {
        leat__text_add(out, k ? "," : "");
        leat__csv_put(out, s->column[k].name, strlen(s->column[k].name), s->count == 1);
    }
    leat__text_addc(out, '\n');
    for (size_t row = 0; row < rows_of(s) && !out->failed; row++) {
        for (uint32_t k = 0; k < s->count; k++) {
            struct leat__spot at = cell(&s->column[k], row);
            leat__text_add(out, k ? "," : "");
            if (at.at)
                leat__csv_put_value(out, at, s->count == 1);
            else
                leat__csv_put(out, "", 0, s->count == 1);
        }
        leat__text_addc(out, '\n');
    }
    return out->failed ? LEAT_ENOMEM : 0;
}

int leat__sheet_jsonl(const struct leat__sheet *s, struct leat__text *out)
{
    for (size_t row = 0; row < rows_of(s) && !out->failed; row++) {
        for (uint32_t k = 0; k < s->count; k++) {
            struct leat__spot at = cell(&s->column[k], row);
            leat__text_add(out, k ? "," : "{");
            leat__escape_json(out, s->column[k].name, strlen(s->column[k].name));
            leat__text_addc(out, ':');
            if (at.at)
                leat__write_json(out, at, 0, 1);
            else
                leat__text_add(out, "null");
        }
        leat__text_add(out, "}\n");
    }
    return out->failed ? LEAT_ENOMEM : 0;
}
