/* escape: UTF-8 is walked once; what a terminal could act on, or what could
 * reorder a line for its reader, is shown as bytes. */
#include "base/escape.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Length of the UTF-8 sequence at s (at most n bytes), its code point in *out;
 * 0: invalid. Overlong forms and surrogates are invalid. */
static size_t decode(const unsigned char *s, size_t n, uint32_t *out)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t len = s[0] < 0x80 ? 1 : s[0] >> 5 == 6 ? 2 : s[0] >> 4 == 14 ? 3 : s[0] >> 3 == 30 ? 4 : 0;
    if (!len || len > n)
        return 0;
    uint32_t c = len == 1 ? s[0] : s[0] & (0xffu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if (s[i] >> 6 != 2)
            return 0;
        c = c << 6 | (s[i] & 0x3f);
    }
    if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
        return 0;
    *out = c;
    return len;
}

static bool shown(uint32_t c)
{
    return c >= 0x20 && !(c >= 0x7f && c < 0xa0) && c != 0x61c && c != 0x200e && c != 0x200f &&
           !(c >= 0x2028 && c <= 0x202e) && !(c >= 0x2066 && c <= 0x2069) && c != 0xfeff;
}

/* Bytes at s that can be shown as they stand; 0: the byte must be escaped. */
static size_t plain(const unsigned char *s, size_t n, bool keep_lines)
{
    uint32_t c;
    if (keep_lines && (*s == '\n' || *s == '\t'))
        return 1;
    size_t len = decode(s, n, &c);
    return len && shown(c) ? len : 0;
}

void leat__escape(struct leat__text *out, const char *s, size_t n, bool keep_lines)
{
    const unsigned char *p = (const unsigned char *)s;
    for (size_t i = 0; i < n;) {
        size_t len = plain(p + i, n - i, keep_lines);
        if (len)
            leat__text_addn(out, s + i, len);
        else
            leat__text_printf(out, "\\x%02x", p[i]);
        i += len ? len : 1;
    }
}

bool leat__escape_clean(const char *s, size_t n)
{
    for (size_t i = 0, len; i < n; i += len)
        if (!(len = plain((const unsigned char *)s + i, n - i, false)))
            return false;
    return true;
}

void leat__escape_in_place(char *buf, size_t size)
{
    size_t n = strnlen(buf, size);
    if (leat__escape_clean(buf, n))
        return;
    struct leat__text out = { 0 };
    leat__escape(&out, buf, n, false);
    if (out.failed) {       /* no memory: a blunt escape that needs none */
        for (size_t i = 0; i < n; i++)
            if ((unsigned char)buf[i] < 0x20 || (unsigned char)buf[i] >= 0x7f)
                buf[i] = '?';
    } else {
        size_t m = out.len < size ? out.len : size - 1;
        memcpy(buf, out.data, m);
        buf[m] = 0;
    }
    leat__text_fini(&out);
}

bool leat__utf8_valid(const char *s, size_t n)
{
    uint32_t c;
    for (size_t i = 0, len; i < n; i += len)
        if (!s[i] || !(len = decode((const unsigned char *)s + i, n - i, &c)))
            return false;
    return true;
}

void leat__escape_json(struct leat__text *out, const char *s, size_t n)
{
    leat__text_addc(out, '"');
    for (size_t i = 0; i < n;) {
        unsigned char b = (unsigned char)s[i];
        uint32_t c = 0;
        size_t len = decode((const unsigned char *)s + i, n - i, &c);
        const char *at = b ? strchr("\"\"\\\\\bb\ff\nn\rr\tt", b) : NULL;
        if (!len)
            leat__text_add(out, "\xef\xbf\xbd");
        else if (at && (b < 0x20 || b == '"' || b == '\\')) {
            leat__text_addc(out, '\\');
            leat__text_addc(out, at[1]);
        } else if (!shown(c))
            leat__text_printf(out, "\\u%04x", c);
        else
            leat__text_addn(out, s + i, len);
        i += len ? len : 1;
    }
    leat__text_addc(out, '"');
}

/* Escapes, then replaces each character of `from` by the words in `to`. */
static void replace(struct leat__text *out, const char *s, const char *from, const char *const *to)
{
    struct leat__text safe = { 0 };
    leat__escape(&safe, s, strlen(s), false);
    for (size_t i = 0; i < safe.len; i++) {
        const char *at = strchr(from, safe.data[i]);
        if (at)
            leat__text_add(out, to[at - from]);
        else
            leat__text_addc(out, safe.data[i]);
    }
    out->failed |= safe.failed;
    leat__text_fini(&safe);
}

void leat__escape_dot(struct leat__text *out, const char *s)
{
    replace(out, s, "\"\\", (const char *const[]){ "\\\"", "\\\\" });
}

void leat__escape_mermaid(struct leat__text *out, const char *s)
{
    replace(out, s, "\"#<>&;", (const char *const[]){ "#quot;", "#35;", "#lt;", "#gt;", "#amp;", "#59;" });
}
