/* json simple: what stands in a JSON text without items or members of its own. */
#include "value/json.h"
#include "base/error.h"
#include "value/base64.h"
#include "value/write.h"
#include <string.h>

int leat__json_mismatch(struct leat__reading *r, const struct leat__type *t)
{
    struct leat__text name = { 0 };
    const char *what = "a value";
    if (leat__is_text(t) || leat__is_chars(t) || leat__is_char_slice(t) || t->kind == LEAT__CHAR)
        what = "text";
    else if (leat__is_byte_slice(t))
        what = "{\"base64\":\"...\"}";
    else if (leat__is_slice(t) || t->kind == LEAT__ARRAY || leat__is_block(t))
        what = "an array";
    else if (leat__is_record(t))
        what = "an object";
    else
        leat__type_print(&name, t);
    int code = leat__scan_fail(&r->scan, r->scan.at, "%s is needed, not %s",
                               name.data ? name.data : what, leat__scan_kind(&r->scan));
    leat__text_fini(&name);
    return code;
}

int leat__json_enter(struct leat__reading *r, char open, const struct leat__type *t)
{
    if (leat__scan_peek(&r->scan) != open)
        return leat__json_mismatch(r, t);
    if (r->depth >= LEAT__DEEPEST)
        return leat__scan_fail(&r->scan, r->scan.at, "nested deeper than %d", LEAT__DEEPEST);
    r->depth++;
    r->scan.at++;
    return 0;
}

/* --- scalars --- */

static int read_quoted_scalar(struct leat__reading *r, struct leat__spot s)
{
    char text[256];
    const char *start = r->scan.at;
    struct leat__string string;
    int code = leat__scan_string(&r->scan, &string);
    if (code < 0)
        return code;
    bool fits = (size_t)(string.end - string.at) <= sizeof text;
    size_t n = fits ? leat__string_decode(string, text) : 0;
    bool number = n && ((unsigned)(*text - '0') <= 9 || (*text == '-' && n > 1 && text[1] != 'i'));
    if (!fits || ((s.type->kind == LEAT__ENUM || s.type->kind == LEAT__FLOAT) && number)) {
        r->scan.at = start;
        return leat__json_mismatch(r, s.type);
    }
    return leat__scan_wrap(&r->scan, start, leat__scalar_read(s, text, text + n, r->scan.err));
}

/* true, false and null, which the mismatch names. */
static bool is_literal(const char *s, const char *end)
{
    size_t n = (size_t)(end - s);
    return (n == 4 && (!memcmp(s, "true", 4) || !memcmp(s, "null", 4))) || (n == 5 && !memcmp(s, "false", 5));
}

static int read_bare_scalar(struct leat__reading *r, struct leat__spot s)
{
    const char *start = r->scan.at, *end;
    char c = *start;
    bool truth = s.type->kind == LEAT__BOOL;
    if (c == '{' || c == '[' || c == '"')
        return leat__json_mismatch(r, s.type);
    int code = leat__scan_word(&r->scan, &end);
    if (code < 0)
        return code;
    if (!truth && !leat__scan_is_number(start, end)) {
        if (is_literal(start, end))
            return leat__json_mismatch(r, s.type);
        const char *hint = s.type->kind == LEAT__FLOAT ? " (\"nan\" and \"inf\" stand in quotes)" : "";
        int n = end - start > 60 ? 60 : (int)(end - start);
        return leat__scan_fail(&r->scan, start, "%.*s is no number as JSON writes it%s", n, start, hint);
    }
    if ((code = leat__scalar_read(s, start, end, r->scan.err)) < 0)
        return leat__scan_wrap(&r->scan, start, code);
    r->scan.at = end;
    return 0;
}

/* --- text --- */

/* {"base64":"..."}, decoded into the pool in the place of its letters. */
static int read_base64(struct leat__reading *r, const struct leat__type *t, char **out,
                       size_t *out_len)
{
    struct leat__string key, letters;
    int code = leat__json_enter(r, '{', t);
    const char *start = r->scan.at;
    if (code < 0)
        return code;
    if ((code = leat__scan_string(&r->scan, &key)) < 0)
        return code;
    if (!leat__string_is(key, "base64"))
        return leat__scan_fail(&r->scan, start, "base64 is the only member that stands for bytes");
    if ((code = leat__scan_take(&r->scan, ':', "a colon")) < 0)
        return code;
    leat__scan_blanks(&r->scan);
    start = r->scan.at;
    if ((code = leat__scan_string(&r->scan, &letters)) < 0)
        return code;
    char *text = leat__pool_room(&r->pool, (size_t)(letters.end - letters.at));
    if (!text)
        return leat__fail_memory(r->scan.err);
    size_t n = leat__base64_read(text, leat__string_decode(letters, text), (unsigned char *)text);
    if (n == SIZE_MAX)
        return leat__scan_fail(&r->scan, start, "no base64");
    text[n] = 0;
    *out = text;
    *out_len = n;
    r->depth--;
    return leat__scan_take(&r->scan, '}', "a }");
}

/* Text or bytes into the pool, a NUL behind. */
static int read_bytes(struct leat__reading *r, const struct leat__type *t, char **out,
                      size_t *out_len)
{
    struct leat__string s;
    char c = leat__scan_peek(&r->scan);
    if (c == '{')
        return read_base64(r, t, out, out_len);
    if (c != '"')
        return leat__json_mismatch(r, t);
    int code = leat__scan_string(&r->scan, &s);
    if (code < 0)
        return code;
    if (!(*out = leat__pool_room(&r->pool, (size_t)(s.end - s.at))))
        return leat__fail_memory(r->scan.err);
    *out_len = leat__string_decode(s, *out);
    (*out)[*out_len] = 0;
    return 0;
}

static int read_without_nul(struct leat__reading *r, const struct leat__type *t, char **out,
                            size_t *out_len)
{
    leat__scan_blanks(&r->scan);
    const char *start = r->scan.at;
    int code = read_bytes(r, t, out, out_len);
    if (code == 0 && memchr(*out, 0, *out_len))
        return leat__scan_fail(&r->scan, start, "text with a NUL inside");
    return code;
}

static int read_text(struct leat__reading *r, struct leat__spot s)
{
    char *text = NULL;
    size_t n;
    if (leat__scan_peek(&r->scan) != 'n') {
        int code = read_without_nul(r, s.type, &text, &n);
        if (code < 0)
            return code;
    } else if (r->scan.end - r->scan.at < 4 || memcmp(r->scan.at, "null", 4)) {
        return leat__json_mismatch(r, s.type);
    } else {
        r->scan.at += 4;
    }
    memcpy(s.at, &text, sizeof text);
    return 0;
}

/* Where it begins, too: what is in it may not fit. */
static int read_inside(struct leat__reading *r, const struct leat__type *t, const char **out_start, char **out_text, size_t *out_n)
{
    leat__scan_blanks(&r->scan);
    *out_start = r->scan.at;
    return read_without_nul(r, t, out_text, out_n);
}

static int read_chars(struct leat__reading *r, struct leat__spot s)
{
    const char *start;
    char *text;
    size_t n;
    int code = read_inside(r, s.type, &start, &text, &n);
    if (code < 0)
        return code;
    if (n >= s.type->count)
        return leat__scan_fail(&r->scan, start,
                               "text of %zu bytes does not fit char[%u]: at most %u", n,
                               s.type->count, s.type->count ? s.type->count - 1 : 0);
    memcpy(s.at, text, n);
    memset((char *)s.at + n, 0, s.type->count - n);
    return 0;
}

static int read_char(struct leat__reading *r, struct leat__spot s)
{
    const char *start;
    char *text;
    size_t n;
    int code = read_inside(r, s.type, &start, &text, &n);
    if (code < 0)
        return code;
    return leat__scan_wrap(&r->scan, start, leat__scalar_read(s, text, text + n, r->scan.err));
}

/* --- slices of chars and bytes --- */

static int read_byte_slice(struct leat__reading *r, struct leat__spot s)
{
    char *bytes;
    size_t n;
    int code = read_bytes(r, s.type, &bytes, &n);
    if (code == 0)
        leat__put_slice(s.type, s.at, bytes, n);
    return code;
}

int leat__json_read_simple(struct leat__reading *r, struct leat__spot s)
{
    const struct leat__type *t = s.type;
    if (t->kind == LEAT__CHAR)
        return read_char(r, s);
    if (t->kind == LEAT__FLOAT || t->kind == LEAT__ENUM)
        return leat__scan_peek(&r->scan) == '"' ? read_quoted_scalar(r, s) : read_bare_scalar(r, s);
    if (leat__is_scalar(t))
        return read_bare_scalar(r, s);
    if (leat__is_text(t))
        return read_text(r, s);
    return leat__is_chars(t) ? read_chars(r, s) : read_byte_slice(r, s);
}
