/* records_comments: the comment that documents a function.
 *
 * It is the last comment before the function's name that starts its own line
 * and has no `;`, `}`, line of the preprocessor or empty line behind it, but for
 * LEAT_NODE notes on that function; lines of `//` in a row are one comment. The source may be another than the one compiled, so the
 * function's name must stand in its line, else nothing is said. */
#include "base/escape.h"
#include "base/file.h"
#include "module/records_files.h"
#include <stdlib.h>
#include <string.h>

enum { MOST_SOURCE = 64 << 20, MOST_COMMENT = 4096 };

/* The lexer of one file. It only goes forward: functions come by line. */
struct leat__comments {
    const char *text, *end, *at;
    int line;                       /* of at                                  */
    bool fresh;                     /* only blanks stand before `at` in its line */
    const char *first, *last;       /* the comment that counts; NULL: none    */
    int last_line;                  /* of last                                */
    bool slashes;                   /* it is of `//` lines                    */
    const char *name;               /* of the function that is sought         */
    bool noting;                    /* in a note on it                        */
};

static const char *line_end(const struct leat__comments *c, const char *s)
{
    const char *end = memchr(s, '\n', (size_t)(c->end - s));
    return end ? end : c->end;
}

static void take(struct leat__comments *c, const char *last, int last_line, bool slashes)
{
    bool joins = slashes && c->first && c->slashes && c->last_line + 1 == c->line;
    if (!joins)
        c->first = c->at;
    c->last = last;
    c->last_line = last_line;
    c->slashes = slashes;
}

static void block_comment(struct leat__comments *c)
{
    const char *close = memmem(c->at + 2, (size_t)(c->end - c->at - 2), "*/", 2);
    const char *last = close ? close + 2 : c->end;
    int line = c->line;
    for (const char *s = c->at; s < last; s++)
        line += *s == '\n';
    if (c->fresh)
        take(c, last, line, false);
    c->at = last;
    c->line = line;
}

static void line_comment(struct leat__comments *c)
{
    const char *last = line_end(c, c->at);
    if (c->fresh)
        take(c, last, c->line, true);
    c->at = last;
}

/* A string or character; it ends at its line's end at the latest. */
static void quoted(struct leat__comments *c)
{
    char quote = *c->at++;
    while (c->at < c->end && *c->at != quote && *c->at != '\n')
        c->at += *c->at == '\\' && c->at + 1 < c->end && c->at[1] != '\n' ? 2 : 1;
    c->at += c->at < c->end && *c->at == quote;
}

static void directive(struct leat__comments *c)
{
    for (;;) {
        const char *end = line_end(c, c->at);
        bool goes_on = end > c->at && end[-1] == '\\' && end < c->end;
        c->at = goes_on ? end + 1 : end;
        if (!goes_on)
            break;
        c->line++;
    }
    c->first = NULL;
}

static bool is_word(char x)
{
    return (x >= 'a' && x <= 'z') || (x >= 'A' && x <= 'Z') || (x >= '0' && x <= '9') ||
           x == '_' || (x & 0x80);
}

/* `LEAT_NODE(name,` of the function that is sought; a NUL ends the text. */
static bool begins_note(const struct leat__comments *c)
{
    static const char macro[] = "LEAT_NODE";
    if (strncmp(c->at, macro, sizeof macro - 1))
        return false;
    const char *s = c->at + sizeof macro - 1;
    s += strspn(s, " \t");
    if (*s++ != '(')
        return false;
    s += strspn(s, " \t");
    size_t n = strlen(c->name);
    return !strncmp(s, c->name, n) && !is_word(s[n]);
}

static bool blank_line_at(const struct leat__comments *c, const char *s)
{
    unsigned lines = 0;
    for (; s < c->end && strchr(" \t\r\n", *s) && *s; s++)
        lines += *s == '\n';
    return lines > 1;
}

/* What no comment speaks across, but for a note. */
static void statement_end(struct leat__comments *c, char x)
{
    if (!c->noting || x == '}' || blank_line_at(c, c->at + 1))
        c->first = NULL;
    c->noting = false;
}

static void token(struct leat__comments *c)
{
    char x = *c->at, next = c->at + 1 < c->end ? c->at[1] : 0;
    if (x == '\n') {
        c->line++;
        c->fresh = true;
        c->at++;
        return;
    }
    if (x == ' ' || x == '\t' || x == '\r' || x == '\f') {
        c->at++;
        return;
    }
    if (x == '/' && (next == '*' || next == '/')) {
        next == '*' ? block_comment(c) : line_comment(c);
        return;
    }
    bool first_of_line = c->fresh;
    c->fresh = false;
    if (x == '"' || x == '\'')
        quoted(c);
    else if (x == '#' && first_of_line)
        directive(c);
    else {
        if (x == ';' || x == '}')
            statement_end(c, x);
        c->noting |= first_of_line && begins_note(c);
        c->at++;
    }
}

/* --- finding --- */

static const char *find_word(const char *s, const char *end, const char *word)
{
    size_t n = strlen(word);
    for (const char *from = s; (s = memmem(s, (size_t)(end - s), word, n)); s++)
        if ((s == from || !is_word(s[-1])) && (s + n == end || !is_word(s[n])))
            return s;
    return NULL;
}

/* Where the function's name stands, from where the lexer is; NULL: not there. */
static const char *find_name(const struct leat__comments *c, int line, const char *name)
{
    const char *s = c->at;
    int at = c->line;
    while (s > c->text && s[-1] != '\n')
        s--;
    for (; at < line && s < c->end; at++)
        s = line_end(c, s) + (line_end(c, s) < c->end);
    return at == line ? find_word(s, line_end(c, s), name) : NULL;
}

/* --- the text --- */

static void trim(const char **s, const char **end, const char *what)
{
    while (*s < *end && **s && strchr(what, **s))
        ++*s;
    while (*end > *s && (*end)[-1] && strchr(what, (*end)[-1]))
        --*end;
}

/* A line without what only draws the comment: `//`, stars, blanks. */
static void add_line(struct leat__text *out, const char *s, const char *end, bool slashes)
{
    trim(&s, &end, " \t\r\f");
    if (slashes) {
        s += end - s >= 2 ? 2 : 0;
        s += s < end && (*s == '/' || *s == '!');
    } else {
        while (s < end && *s == '*')
            s++;
    }
    trim(&s, &end, " \t");
    if (s == end && !out->len)
        return;         /* empty lines before the first word */
    if (out->len)
        leat__text_addc(out, '\n');
    if (leat__utf8_valid(s, (size_t)(end - s)))
        leat__text_addn(out, s, (size_t)(end - s));
    else
        leat__escape(out, s, (size_t)(end - s), true);
}

static void cut(struct leat__text *t)
{
    if (t->len > MOST_COMMENT)
        for (t->len = MOST_COMMENT; t->len && (t->data[t->len] & 0xc0) == 0x80; t->len--)
            ;
    while (t->len && t->data[t->len - 1] == '\n')
        t->len--;
    if (t->data)
        t->data[t->len] = 0;
}

static void clean(struct leat__text *out, const struct leat__comments *c)
{
    const char *s = c->first, *end = c->last;
    if (!c->slashes) {
        s += 2;
        end -= end - s >= 2 && end[-1] == '/' && end[-2] == '*' ? 2 : 0;
        while (end > s && end[-1] == '*')
            end--;
        s += s < end && *s == '!';
    }
    while (s < end) {
        const char *line = memchr(s, '\n', (size_t)(end - s));
        add_line(out, s, line ? line : end, c->slashes);
        s = line ? line + 1 : end;
    }
    cut(out);
}

/* --- opening --- */

static struct leat__comments *open_source(struct leat__files *files, const struct leat__file *file)
{
    struct leat__comments *c = leat__arena_alloc(&files->arena, sizeof *c);
    char *data = NULL;
    size_t n = 0;
    int code = c && file->named ? leat__file_read(file->absolute, MOST_SOURCE, &data, &n, NULL)
                                : LEAT_ENOTFOUND;
    files->failed |= !c || code == LEAT_ENOMEM;
    if (code < 0)
        return c;
    c->text = leat__arena_strndup(&files->arena, data, n);
    files->failed |= !c->text;
    free(data);
    c->at = c->text;
    c->end = c->text ? c->text + n : NULL;
    c->line = 1;
    c->fresh = true;
    return c;
}

const char *leat__files_comment(struct leat__files *files, struct leat__file *file, int line,
                                const char *name)
{
    if (!file->comments)
        file->comments = open_source(files, file);
    struct leat__comments *c = file->comments;
    const char *at = c && c->text ? find_name(c, line, name) : NULL;
    if (!at)
        return "";
    c->name = name;
    while (c->at < at)
        token(c);
    if (!c->first || blank_line_at(c, c->last))
        return "";
    struct leat__text text = { 0 };
    clean(&text, c);
    const char *out = "";
    if (text.len && !text.failed)
        out = leat__arena_strndup(&files->arena, text.data, text.len);
    files->failed |= text.failed || !out;
    leat__text_fini(&text);
    return out ? out : "";
}
