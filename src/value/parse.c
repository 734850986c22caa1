/* parse: one VALUE, as an argument or a small file gives it. */
#include "base/error.h"
#include "value/io.h"
#include "value/scalar.h"
#include "value/write.h"
#include <string.h>

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* Text that print.c wrote as JSON, and nothing that it writes bare. */
static bool is_quoted(const char *text)
{
    return *text == '"' || !strncmp(text, "{\"base64\":", 10);
}

static bool is_textual(const struct leat__type *t)
{
    return leat__is_text(t) || leat__is_chars(t) || leat__is_char_slice(t) || t->kind == LEAT__CHAR;
}

static int parse_scalar(const struct leat__type *t, const char *text, size_t n, void *at,
                        leat_error *err)
{
    const char *end = text + n;
    for (; text < end && is_blank(*text); text++)
        continue;
    for (; end > text && is_blank(end[-1]); end--)
        continue;
    return leat__scalar_read(leat__spot_of(t, at), text, end, err);
}

static int parse_text(const struct leat__type *t, const char *text, size_t n,
                      struct leat__arena *arena, void *at, leat_error *err)
{
    if (t->kind == LEAT__CHAR)
        return leat__scalar_read(leat__spot_of(t, at), text, text + n, err);
    if (leat__is_chars(t)) {
        if (n >= t->count)
            return leat__fail(err, LEAT_EINPUT, "text of %zu bytes does not fit char[%u]", n,
                              t->count);
        memset(at, 0, t->count);
        memcpy(at, text, n);
        return 0;
    }
    char *copy = leat__arena_strndup(arena, text, n);
    if (!copy)
        return leat__fail_memory(err);
    if (leat__is_text(t))
        memcpy(at, &copy, sizeof copy);
    else
        leat__put_slice(t, at, copy, n);
    return 0;
}

/* "seattle.csv is no array of {date, temp}: it is given as JSON, or as @FILE" */
static int refuse(const struct leat__type *t, const char *text, leat_error *err)
{
    struct leat__text shape = { 0 };
    leat__type_shape(&shape, t);
    if (!shape.len)
        leat__type_print(&shape, t);
    int code = leat__fail(err, LEAT_EINPUT, "%.60s%s is no %s: give JSON, or a file as @FILE", text,
                          strlen(text) > 60 ? "..." : "", shape.data ? shape.data : "such value");
    leat__text_fini(&shape);
    return code;
}

int leat__parse_value(const struct leat__type *t, const char *text, struct leat__arena *arena,
                      void *at, leat_error *err)
{
    size_t n = strlen(text);
    if (leat__is_derivable(t)) {
        const char *first = text;
        while (is_blank(*first))
            first++;
        if (is_textual(t) && !is_quoted(text))
            return parse_text(t, text, n, arena, at, err);
        if (leat__is_scalar(t) && t->kind != LEAT__CHAR)
            return parse_scalar(t, text, n, at, err);
        if (!is_textual(t) && *first && *first != '[' && *first != '{')
            return refuse(t, text, err);
    }
    return leat__json_read(t, text, n, NULL, arena, at, err);
}
