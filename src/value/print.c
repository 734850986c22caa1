/* print: values as `leat run` shows them. */
#include "base/error.h"
#include "base/escape.h"
#include "value/io.h"
#include "value/table.h"
#include "value/write.h"
#include <string.h>

/* Bare where a VALUE reads it back as it stands (see parse.c), else as JSON. */
static void print_chars(struct leat__text *out, const char *s, size_t n)
{
    if (n && (*s == '"' || (n >= 10 && !memcmp(s, "{\"base64\":", 10))))
        leat__write_string(out, s, n);
    else if (leat__escape_clean(s, n))
        leat__text_addn(out, s, n);
    else
        leat__write_string(out, s, n);
}

static bool is_table(const struct leat__type *t, const void *at)
{
    if (t->kind != LEAT__ARRAY && !leat__is_slice(t))
        return false;
    struct leat__items items = leat__items_of(t, at);
    return items.count && items.type->kind == LEAT__STRUCT && !leat__is_slice(items.type) &&
           leat__is_derivable(items.type);
}

/* A pointer to a struct that text can tell is that struct; inside of other
 * values it is opaque. */
static struct leat__spot follow(const struct leat__type *t, const void *at)
{
    void *p;
    if (!leat__is_object_pointer(t) || !leat__is_derivable(t->of))
        return leat__spot_of(t, at);
    memcpy(&p, at, sizeof p);
    return p ? leat__spot_of(t->of, p) : leat__spot_of(t, at);
}

int leat__print_text(struct leat__text *out, const struct leat__type *t, const void *at,
                     unsigned flags)
{
    struct leat__spot s = follow(t, at);
    const char *text = s.at;
    t = s.type;
    if (leat__is_text(t) && (memcpy(&text, s.at, sizeof text), text)) {
        print_chars(out, text, strlen(text));
    } else if (leat__is_chars(t)) {
        print_chars(out, text, strnlen(text, t->count));
    } else if (t->kind == LEAT__CHAR) {
        print_chars(out, text, *text != 0);
    } else if (leat__is_char_slice(t)) {
        struct leat__items items = leat__items_of(t, s.at);
        print_chars(out, items.at ? items.at : "", items.count);
    } else if (leat__is_scalar(t) && leat__is_derivable(t)) {
        leat__scalar_print(out, s);
    } else if (!(flags & LEAT__CUT) || !is_table(t, s.at) ||
               !leat__table_print(out, leat__items_of(t, s.at))) {
        leat__write_json(out, s, flags, 0);
    }
    return out->failed ? LEAT_ENOMEM : 0;
}

int leat__print_json(struct leat__text *out, const struct leat__type *t, const void *at)
{
    leat__write_json(out, follow(t, at), 0, 0);
    return out->failed ? LEAT_ENOMEM : 0;
}

int leat__jsonl_write(struct leat__text *out, const struct leat__type *t, const void *at,
                      leat_error *err)
{
    struct leat__spot s = follow(t, at);
    if (s.type->kind != LEAT__ARRAY && !leat__is_slice(s.type)) {
        struct leat__text name = { 0 };
        leat__type_print(&name, t);
        int code = leat__fail(err, LEAT_ETYPE, "JSON lines hold arrays, not %s: write .json",
                              name.data ? name.data : "this");
        leat__text_fini(&name);
        return code;
    }
    struct leat__items items = leat__items_of(s.type, s.at);
    for (size_t i = 0; i < items.count && !out->failed; i++) {
        leat__write_json(out, leat__spot_of(items.type, items.at + i * items.type->size), 0, 1);
        leat__text_addc(out, '\n');
    }
    return out->failed ? leat__fail_memory(err) : 0;
}
