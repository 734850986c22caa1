/* text: every allocation hangs on one list, so that a leak checker sees it held. */
#include "text.h"
#include "cli.h"
#include <ctype.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct kept { struct kept *next; void *p; } *all;

static void *kept(void *p)
{
    struct kept *k = malloc(sizeof *k);
    if (!p || !k) {
        fputs("leat: error: out of memory\n", stderr);
        exit(END_BROKEN);
    }
    *k = (struct kept){ all, p };
    all = k;
    return p;
}

void *text_room(size_t size) { return kept(calloc(1, size ? size : 1)); }

char *text_copy(const char *s, size_t n)
{
    char *copy = text_room(n + 1);
    memcpy(copy, s, n);
    return copy;
}

char *text_adopt(char *s) { return kept(s); }

char *text_format(const char *format, ...)
{
    char *s = NULL;
    va_list args;
    va_start(args, format);
    if (vasprintf(&s, format, args) < 0)
        s = NULL;
    va_end(args);
    return kept(s);
}

/* Length of the UTF-8 sequence at s and its character; 0: none is there. */
static size_t decode(const unsigned char *s, uint32_t *out)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t n = s[0] < 0x80 ? 1 : s[0] >> 5 == 6 ? 2 : s[0] >> 4 == 14 ? 3 : s[0] >> 3 == 30 ? 4 : 0;
    uint32_t c = n < 2 ? s[0] : s[0] & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if (s[i] >> 6 != 2)
            return 0;
        c = c << 6 | (s[i] & 0x3f);
    }
    if (!n || c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
        return 0;
    *out = c;
    return n;
}

/* What a terminal could act on, or what reorders a line for its reader, is not. */
static bool harmless(uint32_t c)
{
    return c >= 0x20 && !(c >= 0x7f && c < 0xa0) && c != 0x61c && c != 0x200e && c != 0x200f &&
           !(c >= 0x2028 && c <= 0x202e) && !(c >= 0x2066 && c <= 0x2069) && c != 0xfeff;
}

/* The character at *p as it may be shown; moves *p behind it. Returns its length. */
static size_t show(const unsigned char **p, bool keep_lines, char out[5])
{
    uint32_t c = 0;
    size_t n = decode(*p, &c);
    if (n && (harmless(c) || (keep_lines && (c == '\n' || c == '\t')))) {
        memcpy(out, *p, n);
        *p += n;
        return n;
    }
    return (size_t)sprintf(out, "\\x%02x", *(*p)++);
}

static char *shown(const char *s, bool keep_lines)
{
    char *out = text_room(strlen(s) * 4 + 1), *to = out, piece[5];
    for (const unsigned char *p = (const unsigned char *)s; *p;) {
        size_t n = show(&p, keep_lines, piece);
        memcpy(to, piece, n);
        to += n;
    }
    return out;
}

void text_show(FILE *to, const char *s)
{
    char piece[5];
    for (const unsigned char *p = (const unsigned char *)s; *p;)
        fwrite(piece, 1, show(&p, false, piece), to);
}

size_t text_cut(char *to, const char *s, size_t most)
{
    size_t columns = 0, kept = 0;
    char piece[5], *end = to;           /* end: where the two dots would stand */
    for (const unsigned char *p = (const unsigned char *)s; *p;) {
        size_t n = show(&p, false, piece);
        piece[n] = 0;
        size_t wide = text_width(piece);
        if (columns + wide > most) {
            strcpy(end, most >= 2 ? ".." : "");
            return most >= 2 ? kept + 2 : 0;
        }
        memcpy(to, piece, n);
        to += n;
        columns += wide;
        if (columns + 2 <= most) {
            end = to;
            kept = columns;
        }
    }
    *to = 0;
    return columns;
}

char *text_shown(const char *s) { return shown(s, false); }
char *text_shown_lines(const char *s) { return shown(s, true); }

char *text_shell(const char *s)
{
    static const char safe[] = "@%+=:,./-_";
    bool plain = *s;
    char *out = text_room(strlen(s) * 4 + 3), *to = out;
    for (const char *p = s; *p; p++)
        plain =
            plain && ((unsigned char)*p >= 0x80 || isalnum((unsigned char)*p) || strchr(safe, *p));
    if (plain)
        return text_shown(s);
    *to++ = '\'';
    for (; *s; s++)
        to += *s == '\'' ? sprintf(to, "'\\''") : (*to = *s, 1);
    *to = '\'';
    return text_shown(out);
}

char *text_json(const char *s)
{
    char *out = text_room(strlen(s) * 6 + 3), *to = out;
    *to++ = '"';
    for (const unsigned char *p = (const unsigned char *)s; *p;) {
        uint32_t c = 0;
        size_t n = decode(p, &c);
        if (!n)
            to += sprintf(to, "\xef\xbf\xbd");
        else if (c == '"' || c == '\\')
            to += sprintf(to, "\\%c", (char)c);
        else if (!harmless(c))
            to += sprintf(to, "\\u%04x", (unsigned)c);
        else
            memcpy(to, p, n), to += n;
        p += n ? n : 1;
    }
    *to = '"';
    return out;
}

size_t text_width(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

bool text_is_name(const char *s, size_t n)
{
    bool first = true;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (!(c == '_' || isalpha(c) || c >= 0x80 || (!first && (isdigit(c) || (c == '.' && i + 1 < n)))))
            return false;
        first = c == '.';
    }
    return n > 0;
}

bool text_ends(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n >= m && !strcmp(s + n - m, end);
}
