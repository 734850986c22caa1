/* note: recursive descent over one line of text, at most 16 deep. */
#include "graph/note.h"
#include "base/error.h"
#include <ctype.h>
#include <string.h>

enum { DEEPEST = 16, MOST = 64 };   /* nesting; clauses of a note, args of a clause */

struct parser {
    const char *text, *at;
    struct leat__arena *arena;
    leat_error *err;
    int code;
};

static int fail(struct parser *p, const char *what)
{
    if (!p->code)
        p->code = leat__fail(p->err, LEAT_EBUILD, "at column %zu: %s", (size_t)(p->at - p->text) + 1, what);
    return p->code;
}

static void skip(struct parser *p)
{
    while (isspace((unsigned char)*p->at))
        p->at++;
}

static bool eat(struct parser *p, char c)
{
    skip(p);
    if (*p->at != c)
        return false;
    p->at++;
    return true;
}

static const char *keep(struct parser *p, const char *from, size_t n)
{
    const char *s = leat__arena_strndup(p->arena, from, n);
    if (!s && !p->code)
        p->code = leat__fail_memory(p->err);
    return s ? s : "";
}

/* Compilers take names in any script, as UTF-8. */
static bool letter(char c) { return isalpha((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80; }
static bool word_char(char c) { return letter(c) || isdigit((unsigned char)c); }

static const char *word(struct parser *p, bool dotted)
{
    skip(p);
    const char *from = p->at;
    if (!letter(*from))
        return fail(p, "a word is missing"), "";
    while (word_char(*p->at) || (dotted && *p->at == '.' && word_char(p->at[1])))
        p->at++;
    return keep(p, from, (size_t)(p->at - from));
}

/* Behind the last of adjacent strings; false: one has no end. */
static bool skip_strings(struct parser *p)
{
    while (*p->at == '"') {
        for (p->at++; *p->at && *p->at != '"'; p->at++)
            if (*p->at == '\\' && p->at[1])
                p->at++;
        if (*p->at++ != '"')
            return p->at--, false;
        skip(p);
    }
    return true;
}

/* "text" with \" \\ \n \t, and the pieces of adjacent strings joined. */
static const char *quoted(struct parser *p)
{
    const char *from = p->at;
    if (!skip_strings(p))
        return fail(p, "a text has no end"), "";
    char *out = (char *)keep(p, from, (size_t)(p->at - from)), *to = out;
    bool inside = false;
    for (const char *s = out; !p->code && *s; s++) {
        if (*s == '"')
            inside = !inside;
        else if (inside)
            *to++ = *s != '\\' ? *s : *++s == 'n' ? '\n' : *s == 't' ? '\t' : *s;
    }
    if (!p->code)
        *to = 0;
    return out;
}

static void args(struct parser *p, const struct leat__arg **out, uint32_t *count, unsigned depth);

static void value(struct parser *p, struct leat__arg *a, unsigned depth)
{
    skip(p);
    char c = *p->at;
    if (c == '"') {
        a->kind = LEAT__ARG_TEXT;
        a->text = quoted(p);
    } else if (c == '(') {
        a->kind = LEAT__ARG_LIST;
        p->at++;
        args(p, &a->args, &a->count, depth + 1);
    } else if (isdigit((unsigned char)c) || c == '-' || c == '+' || c == '.') {
        const char *from = p->at++;
        while (word_char(*p->at) || *p->at == '.' ||
               ((*p->at == '-' || *p->at == '+') && (p->at[-1] == 'e' || p->at[-1] == 'E')))
            p->at++;
        a->kind = LEAT__ARG_NUMBER;
        a->text = keep(p, from, (size_t)(p->at - from));
    } else {
        a->kind = LEAT__ARG_WORD;
        a->text = word(p, true);
        if (!p->code && eat(p, '(')) {
            a->kind = LEAT__ARG_CLAUSE;
            args(p, &a->args, &a->count, depth + 1);
        }
    }
}

/* Behind "(": everything up to and with ")". */
static void args(struct parser *p, const struct leat__arg **out, uint32_t *count, unsigned depth)
{
    struct leat__arg list[MOST];
    uint32_t n = 0;
    if (depth > DEEPEST) {
        fail(p, "too deep");
        return;
    }
    if (!eat(p, ')')) {
        do {
            if (n == MOST) {
                fail(p, "too many arguments");
                return;
            }
            struct leat__arg *a = &list[n++];
            *a = (struct leat__arg){ 0 };
            value(p, a, depth);
            skip(p);
            bool differs = p->at[0] == '!' && p->at[1] == '=';
            if (!p->code && a->kind == LEAT__ARG_WORD && (differs || *p->at == '=')) {
                p->at += 1 + differs;
                *a = (struct leat__arg){ .key = a->text, .differs = differs };
                value(p, a, depth);
            }
        } while (!p->code && eat(p, ','));
        if (!p->code && !eat(p, ')'))
            fail(p, "\")\" or \",\" is missing");
    }
    struct leat__arg *kept = p->code ? NULL : leat__arena_array(p->arena, n, sizeof *kept);
    if (kept && n)
        memcpy(kept, list, n * sizeof *kept);
    else if (!kept && !p->code)
        p->code = leat__fail_memory(p->err);
    *out = kept;
    *count = kept ? n : 0;
}

int leat__note_parse(const char *text, struct leat__arena *arena, struct leat__clauses *out, leat_error *err)
{
    struct parser p = { text, text, arena, err, 0 };
    struct leat__clause list[MOST];
    uint32_t n = 0;
    do {
        if (n == MOST)
            return fail(&p, "too many clauses");
        list[n] = (struct leat__clause){ .word = word(&p, true) };
        if (!p.code && eat(&p, '('))
            args(&p, &list[n].args, &list[n].count, 0);
        n++;
    } while (!p.code && eat(&p, ','));
    skip(&p);
    if (!p.code && *p.at)
        fail(&p, "\",\" is missing");
    if (p.code)
        return p.code;
    struct leat__clause *kept = leat__arena_array(arena, n, sizeof *kept);
    if (!kept)
        return leat__fail_memory(err);
    memcpy(kept, list, n * sizeof *kept);
    *out = (struct leat__clauses){ kept, n };
    return 0;
}
