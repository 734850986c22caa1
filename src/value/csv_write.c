/* csv writing: what csv_read.c reads back equal, but for a NULL text, which
 * becomes an empty field and comes back as the empty text. */
#include "base/error.h"
#include "value/csv.h"
#include "value/io.h"

static bool flat(const struct leat__type *t, unsigned depth)
{
    if (leat__csv_simple(t))
        return true;
    if (t->kind != LEAT__STRUCT || leat__is_slice(t) || !t->count || depth > 16)
        return false;
    for (uint32_t i = 0; i < t->count; i++)
        if (!flat(t->members[i].type, depth + 1))
            return false;
    return true;
}

bool leat__csv_flat(const struct leat__type *t) { return t->kind == LEAT__STRUCT && flat(t, 0); }

void leat__csv_put(struct leat__text *out, const char *s, size_t n, bool alone)
{
    bool quoted = alone && !n;
    for (size_t i = 0; i < n && !quoted; i++)
        quoted = s[i] == ',' || s[i] == '"' || s[i] == '\n' || s[i] == '\r';
    if (!quoted) {
        leat__text_addn(out, s, n);
        return;
    }
    leat__text_addc(out, '"');
    for (const char *end = s + n, *q; s < end; s = q) {
        q = memchr(s, '"', (size_t)(end - s));
        q = q ? q + 1 : end;
        leat__text_addn(out, s, (size_t)(q - s));
        if (q[-1] == '"')
            leat__text_addc(out, '"');
    }
    leat__text_addc(out, '"');
}

void leat__csv_put_value(struct leat__text *out, struct leat__spot s, bool alone)
{
    const char *text = s.at;
    if (s.type->kind == LEAT__CHAR) {
        leat__csv_put(out, text, *text != 0, alone);
    } else if (leat__is_chars(s.type)) {
        leat__csv_put(out, text, strnlen(text, s.type->count), alone);
    } else if (leat__is_text(s.type)) {
        memcpy(&text, s.at, sizeof text);
        leat__csv_put(out, text ? text : "", text ? strlen(text) : 0, alone);
    } else {
        leat__scalar_print(out, s);
    }
}

static void put_header(struct leat__text *out, const struct leat__fields *f)
{
    for (uint32_t i = 0; i < f->count; i++) {
        leat__text_add(out, i ? "," : "");
        leat__csv_put(out, f->field[i].name, f->field[i].name_len, f->count == 1);
    }
    leat__text_addc(out, '\n');
}

static void put_rows(struct leat__text *out, const struct leat__fields *f, struct leat__items rows)
{
    for (size_t i = 0; i < rows.count && !out->failed; i++) {
        for (uint32_t k = 0; k < f->count; k++) {
            if (k)
                leat__text_addc(out, ',');
            leat__csv_put_value(out, leat__spot_field(&f->field[k], rows.at + i * rows.type->size),
                      f->count == 1);
        }
        leat__text_addc(out, '\n');
    }
}

static int refuse(const struct leat__type *t, leat_error *err)
{
    struct leat__text name = { 0 };
    leat__type_print(&name, t);
    int code =
        leat__fail(err, LEAT_ETYPE,
                   "CSV holds arrays of flat structs, of numbers or of text, not %s: write .json",
                   name.data ? name.data : "this");
    leat__text_fini(&name);
    return code;
}

int leat__csv_write(struct leat__text *out, const struct leat__type *t, const void *at,
                    const char *column, leat_error *err)
{
    struct leat__arena scratch = { 0 };
    struct leat__fields fields = { 0 };
    if (t->kind != LEAT__ARRAY && !leat__is_slice(t))
        return refuse(t, err);
    struct leat__items rows = leat__items_of(t, at);
    column = column ? column : "value";
    struct leat__field one = { column, rows.type, (uint32_t)strlen(column), 0, 0, 0 };
    int code = 0;
    if (leat__csv_simple(rows.type))
        fields = (struct leat__fields){ &one, 1 };
    else if (leat__csv_flat(rows.type))
        code = leat__fields_of(rows.type, true, &scratch, &fields);
    else
        return refuse(t, err);
    if (code == LEAT_ETYPE)
        return leat__arena_fini(&scratch), refuse(t, err);
    if (code == 0) {
        put_header(out, &fields);
        put_rows(out, &fields, rows);
    }
    leat__arena_fini(&scratch);
    return code < 0 || out->failed ? leat__fail_memory(err) : 0;
}
