/* json scan: see json_scan.h. */
#include "value/json_scan.h"
#include "base/error.h"
#include "base/escape.h"
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* --- errors --- */

/* Columns are characters, as editors count them. */
static void locate(const struct leat__scan *s, const char *at, size_t *line, size_t *column)
{
    const char *start = s->begin;
    *line = *column = 1;
    for (const char *p; start < at && (p = memchr(start, '\n', (size_t)(at - start)));
         start = p + 1)
        ++*line;
    for (; start < at; start++)
        *column += ((unsigned char)*start & 0xc0) != 0x80;
}

int leat__scan_wrap(const struct leat__scan *s, const char *at, int code)
{
    size_t line, column;
    if (code == 0 || code == LEAT_ENOMEM || !s->err)
        return code;
    locate(s, at, &line, &column);
    if (s->where)
        return leat__wrap(s->err, code, "%s:%zu:%zu", s->where, line, column);
    return leat__wrap(s->err, code, "line %zu, column %zu", line, column);
}

int leat__scan_fail(const struct leat__scan *s, const char *at, const char *format, ...)
{
    char message[512];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return leat__scan_wrap(s, at, leat__fail(s->err, LEAT_EINPUT, "%s", message));
}

/* --- marks and words --- */

void leat__scan_blanks(struct leat__scan *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\n' || *s->at == '\r' || *s->at == '\t'))
        s->at++;
}

char leat__scan_peek(struct leat__scan *s)
{
    leat__scan_blanks(s);
    return s->at < s->end ? *s->at : 0;
}

bool leat__scan_skip(struct leat__scan *s, char c)
{
    if (leat__scan_peek(s) != c || s->at == s->end)
        return false;
    s->at++;
    return true;
}

int leat__scan_take(struct leat__scan *s, char c, const char *what)
{
    return leat__scan_skip(s, c) ? 0 : leat__scan_fail(s, s->at, "%s is missing", what);
}

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '+' || c == '.' || c == '_';
}

int leat__scan_word(struct leat__scan *s, const char **end)
{
    leat__scan_blanks(s);
    const char *p = s->at;
    while (p < s->end && is_word(*p))
        p++;
    if (p == s->at)
        return leat__scan_fail(s, s->at, p == s->end ? "the text ends where a value is needed"
                                                     : "no value begins like this");
    *end = p;
    return 0;
}

static const char *digits(const char *p, const char *end)
{
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    return p;
}

bool leat__scan_is_number(const char *p, const char *end)
{
    const char *q;
    p += p < end && *p == '-';
    q = digits(p, end);
    if (q == p || (*p == '0' && q > p + 1))
        return false;
    if (q < end && *q == '.') {
        p = q + 1;
        if ((q = digits(p, end)) == p)
            return false;
    }
    if (q < end && (*q | 0x20) == 'e') {
        p = q + 1;
        p += p < end && (*p == '-' || *p == '+');
        if ((q = digits(p, end)) == p)
            return false;
    }
    return q == end;
}

const char *leat__scan_kind(struct leat__scan *s)
{
    switch (leat__scan_peek(s)) {
    case 0:   return "the end of the text";
    case '{': return "an object";
    case '[': return "an array";
    case '"': return "text";
    case 't': case 'f': return "a truth value";
    case 'n': return "null";
    case '-': case '0' ... '9':
        return "a number";
    default:  return "something else";
    }
}

/* --- strings --- */

/* The code unit of four hex digits, or -1. */
static int hex(const char *p, const char *end)
{
    int x = 0;
    if (end - p < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        static const char letters[] = "00112233445566778899aAbBcCdDeEfF";
        const char *at = memchr(letters, p[i], sizeof letters - 1);
        if (!at)
            return -1;
        x = x * 16 + (int)(at - letters) / 2;
    }
    return x;
}

/* Characters that an escape behind its backslash takes, 0: it is none. Half of
 * a surrogate pair is none. */
static size_t escape(const char *p, const char *end)
{
    if (p == end)
        return 0;
    if (*p != 'u')
        return *p && strchr("\"\\/bfnrt", *p) ? 1 : 0;
    int unit = hex(p + 1, end);
    if (unit < 0 || (unit >= 0xdc00 && unit < 0xe000))
        return 0;
    if (unit < 0xd800 || unit >= 0xe000)
        return 5;
    if (end - p < 7 || p[5] != '\\' || p[6] != 'u')
        return 0;
    int low = hex(p + 7, end);
    return low >= 0xdc00 && low < 0xe000 ? 11 : 0;
}

int leat__scan_string(struct leat__scan *s, struct leat__string *out)
{
    leat__scan_blanks(s);
    const char *open = s->at, *p = open + 1;
    bool escaped = false, beyond_ascii = false;
    if (open == s->end || *open != '"')
        return leat__scan_fail(s, open, "text in quotes is needed, not %s", leat__scan_kind(s));
    for (size_t n; p < s->end && *p != '"'; p += n) {
        n = 1;
        if ((unsigned char)*p < 0x20)
            return leat__scan_fail(s, p, "a control character in text: write it as \\u%04x",
                                   (unsigned char)*p);
        beyond_ascii |= (unsigned char)*p >= 0x80;
        if (*p == '\\') {
            if (!(n = escape(p + 1, s->end)))
                return leat__scan_fail(s, p, "no such escape in text");
            n++;
            escaped = true;
        }
    }
    if (p >= s->end)
        return leat__scan_fail(s, open, "the text that begins here has no end");
    if (beyond_ascii && !leat__utf8_valid(open + 1, (size_t)(p - open - 1)))
        return leat__scan_fail(s, open, "text that is not UTF-8: give it as {\"base64\":\"...\"}");
    *out = (struct leat__string){ open + 1, p, escaped };
    s->at = p + 1;
    return 0;
}

static size_t put_utf8(char *out, uint32_t c)
{
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    for (size_t i = n; i-- > 1; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)(lead[n] | c);
    return n;
}

/* One escape, p at its backslash; returns behind it. */
static const char *decode_escape(const char *p, const char *end, char *out, size_t *n)
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    const char *known = strchr(from, p[1]);
    if (p[1] != 'u') {
        out[(*n)++] = known ? to[known - from] : p[1];
        return p + 2;
    }
    uint32_t c = (uint32_t)hex(p + 2, end);
    p += 6;
    if (c >= 0xd800 && c < 0xdc00) {
        c = 0x10000 + ((c - 0xd800) << 10) + ((uint32_t)hex(p + 2, end) - 0xdc00);
        p += 6;
    }
    *n += put_utf8(out + *n, c);
    return p;
}

size_t leat__string_decode(struct leat__string s, char *out)
{
    size_t n = (size_t)(s.end - s.at);
    if (!s.escaped) {
        memcpy(out, s.at, n);
        return n;
    }
    n = 0;
    for (const char *p = s.at; p < s.end;)
        if (*p == '\\')
            p = decode_escape(p, s.end, out, &n);
        else
            out[n++] = *p++;
    return n;
}

bool leat__string_is(struct leat__string s, const char *word)
{
    char text[256];
    size_t n = strlen(word);
    if (!s.escaped)
        return (size_t)(s.end - s.at) == n && !memcmp(s.at, word, n);
    if ((size_t)(s.end - s.at) > sizeof text)
        return false;
    return leat__string_decode(s, text) == n && !memcmp(text, word, n);
}
