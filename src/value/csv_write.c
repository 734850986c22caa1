/* csv writing: what csv_read.c reads back equal, but for a NULL text, which
 * becomes an empty field and comes back as the empty text. */
#include "base/error.h"
#include "value/columns.h"
#include "value/csv.h"
#include "value/io.h"
#include "value/sheet.h"

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

static int refuse(const struct leat__type *t, leat_error *err)
{
    struct leat__text name = { 0 };
    leat__columns_refuse(&name, t);
    int code = leat__fail(err, LEAT_ETYPE, "%s: write .json", name.data ? name.data : "no table");
    leat__text_fini(&name);
    return code;
}

static bool can_write(const struct leat__type *t)
{
    const struct leat__type *item = t->kind == LEAT__ARRAY ? t->of : leat__is_slice(t) ? leat__slice_item(t) : NULL;
    return item ? leat__csv_simple(item) || leat__csv_flat(item) : leat__columns_of(t) != LEAT__NO_COLUMNS;
}

int leat__csv_write(struct leat__text *out, const struct leat__type *t, const void *at,
                    const char *column, leat_error *err)
{
    struct leat__sheet sheet = { 0 };
    if (!can_write(t))
        return refuse(t, err);
    int code = leat__sheet_whole(&sheet, column ? column : "value", t, at, err);
    if (!code && leat__sheet_csv(&sheet, out) < 0)
        code = leat__fail_memory(err);
    leat__sheet_fini(&sheet);
    return code;
}
