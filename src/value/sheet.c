/* sheet: see sheet.h. */
#include "value/sheet.h"
#include "base/error.h"
#include "base/escape.h"
#include "base/vector.h"
#include "value/csv.h"
#include "value/write.h"
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

/* `whole`.`part` */
static const char *join(struct leat__sheet *s, const char *whole, const struct leat__field *part)
{
    return leat__arena_printf(&s->arena, "%s.%.*s", whole, (int)part->name_len, part->name);
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

static int add_items(struct leat__sheet *s, const char *name, const struct leat__type *t, const void *at,
                     leat_error *err)
{
    const struct leat__type *item = t->kind == LEAT__ARRAY ? t->of : leat__slice_item(t);
    struct leat__items items = at ? leat__items_of(t, at) : (struct leat__items){ item, NULL, 0 };
    struct leat__fields fields = { 0 };
    if (!leat__csv_simple(item) && !leat__csv_flat(item))
        return refuse(name, t, err);
    int code = measure(s, name, items.count, err);
    if (!code && leat__csv_simple(item))
        return add_column(s, name, leat__spot_of(item, items.at), item->size, err);
    if (!code && (code = leat__fields_of(item, true, &s->arena, &fields)) < 0)
        code = code == LEAT_ENOMEM ? leat__fail_memory(err) : refuse(name, t, err);
    for (uint32_t i = 0; i < fields.count && !code; i++) {
        const char *full = join(s, name, &fields.field[i]);
        struct leat__spot spot = leat__spot_field(&fields.field[i], items.at);
        spot.at = items.at ? spot.at : NULL;
        code = full ? add_column(s, full, spot, item->size, err) : leat__fail_memory(err);
    }
    return code;
}

static int add_members(struct leat__sheet *s, const char *name, const struct leat__type *t, const void *at,
                       leat_error *err)
{
    struct leat__fields fields = { 0 };
    int code = leat__fields_of(t, true, &s->arena, &fields);
    if (code == LEAT_ENOMEM)
        return leat__fail_memory(err);
    if (code || !fields.count)
        return refuse(name, t, err);
    for (uint32_t i = 0; i < fields.count && !code; i++) {
        const struct leat__field *f = &fields.field[i];
        const char *full = join(s, name, f);
        struct leat__spot spot = leat__spot_field(f, at);
        spot.at = at ? spot.at : NULL;
        if (!full)
            code = leat__fail_memory(err);
        else
            code = leat__csv_simple(f->type) ? add_column(s, full, spot, 0, err)
                 : f->type->kind == LEAT__ARRAY || leat__is_slice(f->type) ? add_items(s, full, f->type, spot.at, err)
                 : refuse(full, f->type, err);
    }
    return code;
}

int leat__sheet_add(struct leat__sheet *s, const char *name, const struct leat__type *t, const void *at,
                    leat_error *err)
{
    if (leat__csv_simple(t))
        return add_column(s, name, leat__spot_of(t, at), 0, err);
    if (t->kind == LEAT__ARRAY || leat__is_slice(t))
        return add_items(s, name, t, at, err);
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
