/* json: a scanner that walks values without recursion. What a value means is
 * checked again by whoever reads it; here it must only end where it should. */
#include "json.h"
#include "text.h"
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 128 };

char *json_file(const char *path, size_t *out_size)
{
    FILE *f = strcmp(path, "-") ? fopen(path, "re") : stdin;
    char *text = NULL;
    size_t room = 0;
    if (!f)
        return NULL;
    ssize_t n = getdelim(&text, &room, EOF, f);
    int failed = ferror(f) ? errno : 0;
    if (f != stdin)
        fclose(f);
    if (failed) {
        free(text);
        errno = failed;
        return NULL;
    }
    *out_size = n > 0 ? (size_t)n : 0;
    return n > 0 ? text_adopt(text) : (free(text), text_copy("", 0));
}

struct scan { const char *text, *at, *end; const char *why; };

static bool fail(struct scan *s, const char *why)
{
    if (!s->why)
        s->why = why;
    return false;
}

static void skip_space(struct scan *s)
{
    while (s->at < s->end && strchr(" \t\r\n", *s->at) && *s->at)
        s->at++;
}

static bool expect(struct scan *s, char c, const char *why)
{
    skip_space(s);
    if (s->at >= s->end || *s->at != c)
        return fail(s, why);
    s->at++;
    return true;
}

static bool skip_string(struct scan *s)
{
    if (!expect(s, '"', "a string must stand here"))
        return false;
    for (; s->at < s->end && *s->at != '"'; s->at++) {
        if ((unsigned char)*s->at < 0x20)
            return fail(s, "a control character in a string");
        if (*s->at == '\\' && ++s->at >= s->end)
            break;
    }
    return s->at < s->end ? (s->at++, true) : fail(s, "a string that never ends");
}

static bool skip_word(struct scan *s)
{
    const char *from = s->at;
    while (s->at < s->end && *s->at && !strchr(" \t\r\n,]}:[{\"", *s->at))
        s->at++;
    return s->at > from || fail(s, "a value must stand here");
}

/* One value, brackets matched; what stands between commas is the reader's. */
static bool skip_value(struct scan *s)
{
    char open[DEEPEST];
    size_t depth = 0;
    do {
        skip_space(s);
        char c = s->at < s->end ? *s->at : 0;
        if (c == '[' || c == '{') {
            if (depth == DEEPEST)
                return fail(s, "nested deeper than 128");
            open[depth++] = c == '[' ? ']' : '}';
            s->at++;
        } else if (depth && c == open[depth - 1]) {
            depth--;
            s->at++;
        } else if (depth && (c == ',' || c == ':')) {
            s->at++;
        } else if (!(c == '"' ? skip_string(s) : skip_word(s))) {
            return false;
        }
    } while (depth);
    return true;
}

static bool members(struct scan *s, void (*member)(void *, const char *, const char *), void *user)
{
    if (!expect(s, '{', "an object {name: value} must stand here"))
        return false;
    skip_space(s);
    if (s->at < s->end && *s->at == '}')
        return s->at++, true;
    do {
        skip_space(s);
        const char *key = s->at;
        if (!skip_string(s))
            return false;
        char *name = json_string(text_copy(key, (size_t)(s->at - key)));
        if (!name)
            return s->at = key, fail(s, "a name that is no text");
        if (!expect(s, ':', "':' must stand here"))
            return false;
        skip_space(s);
        const char *value = s->at;
        if (!skip_value(s))
            return false;
        member(user, name, text_copy(value, (size_t)(s->at - value)));
        skip_space(s);
    } while (s->at < s->end && *s->at == ',' && s->at++);
    return expect(s, '}', "',' or '}' must stand here");
}

int json_members(const char *text, size_t size,
                 void (*member)(void *user, const char *name, const char *value), void *user,
                 char **out_why)
{
    struct scan s = { text, text, text + size, NULL };
    if (size >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
        s.at += 3;
    bool good = members(&s, member, user);
    skip_space(&s);
    if (good && s.at < s.end)
        good = fail(&s, "nothing may follow the object");
    if (good)
        return 0;
    size_t line = 1, column = 1;
    for (const char *p = text; p < s.at; p++)
        *p == '\n' ? (line++, column = 1) : column++;
    *out_why = text_format("line %zu, column %zu: %s", line, column, s.why);
    return -1;
}

static int hex4(const char *p, uint32_t *out)
{
    *out = 0;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        uint32_t d = c >= '0' && c <= '9' ? (uint32_t)(c - '0') :
                     c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10 :
                     c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10 : 16;
        if (d == 16)
            return -1;
        *out = *out << 4 | d;
    }
    return 0;
}

static char *put_utf8(char *to, uint32_t c)
{
    if (c < 0x80)
        return *to = (char)c, to + 1;
    int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const unsigned char lead[] = { 0, 0xc0, 0xe0, 0xf0 };
    *to++ = (char)(lead[more] | c >> (6 * more));
    while (more--)
        *to++ = (char)(0x80 | (c >> (6 * more) & 0x3f));
    return to;
}

/* \uXXXX at p (behind the u), with its other half; 0: neither. */
static size_t unicode(const char *p, uint32_t *out)
{
    uint32_t low;
    if (hex4(p, out) < 0 || !*out || (*out >= 0xdc00 && *out < 0xe000))
        return 0;
    if (*out < 0xd800 || *out >= 0xe000)
        return 4;
    if (p[4] != '\\' || p[5] != 'u' || hex4(p + 6, &low) < 0 || low < 0xdc00 || low >= 0xe000)
        return 0;
    *out = 0x10000 + ((*out - 0xd800) << 10) + (low - 0xdc00);
    return 10;
}

char *json_string(const char *text)
{
    static const char from[] = "\"\\/bfnrt", becomes[] = "\"\\/\b\f\n\r\t";
    char *out = text_room(strlen(text) + 1), *to = out;
    const char *p = text;
    if (*p++ != '"')
        return NULL;
    for (; *p && *p != '"'; p++) {
        if (*p != '\\') {
            *to++ = *p;
            continue;
        }
        const char *known = *++p ? strchr(from, *p) : NULL;
        uint32_t c;
        size_t n;
        if (known)
            *to++ = becomes[known - from];
        else if (*p == 'u' && (n = unicode(p + 1, &c)))
            to = put_utf8(to, c), p += n;
        else
            return NULL;
    }
    return *p == '"' && !p[1] ? out : NULL;
}
