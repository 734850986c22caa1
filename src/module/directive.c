/* directive: see directive.h. */
#include "module/directive.h"
#include "base/error.h"
#include "module/package.h"
#include <ctype.h>
#include <string.h>

static const char accepted[] = "a source may ask for -lNAME -DNAME[=VALUE] -std=NAME -O0..-O3 "
                               "-fopenmp -pthread pkg:NAME; other flags belong on the command line";

void leat__directive_fini(struct leat__directive *d)
{
    leat__args_fini(&d->compile);
    leat__args_fini(&d->link);
}

/* The end of the comment that the source begins with; NULL: it has none. Line
 * comments that follow each other are one. */
static const char *first_comment(const char *s, const char **out_end)
{
    if (!strncmp(s, "\xef\xbb\xbf", 3))
        s += 3;
    while (isspace((unsigned char)*s))
        s++;
    if (s[0] == '/' && s[1] == '*') {
        const char *end = strstr(s + 2, "*/");
        *out_end = end ? end : s + strlen(s);
        return s + 2;
    }
    if (strncmp(s, "//", 2))
        return NULL;
    const char *at = s;
    while (!strncmp(at + strspn(at, " \t"), "//", 2)) {
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
    *out_end = at;
    return s + 2;
}

static bool starts(const char *s, const char *word)
{
    return !strncmp(s, word, strlen(word));
}

/* At the start of a line `leat:` is always meant; within one only if a flag follows. */
static bool is_directive(const char *begin, const char *at)
{
    const char *next = at + 5 + strspn(at + 5, " \t");
    if (at > begin && !strchr(" \t*/\n\r", at[-1]))
        return false;
    if (*next == '-' || starts(next, "pkg:"))
        return true;
    while (at > begin && strchr(" \t*/", at[-1]))
        at--;
    return at == begin || at[-1] == '\n';
}

static const char *find(const char *begin, const char *end)
{
    for (const char *at = begin; (at = strstr(at, "leat:")) && at < end; at += 5)
        if (is_directive(begin, at))
            return at + 5;
    return NULL;
}

static bool is_name(const char *s)
{
    return *s && *s != '-' && strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+.-") == strlen(s);
}

static bool is_define(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    return n && !isdigit((unsigned char)*s) && (!s[n] || s[n] == '=');
}

/* A flag of the list goes where it counts. */
static bool take_flag(struct leat__directive *d, const char *word)
{
    bool library = starts(word, "-l") && is_name(word + 2);
    bool both = !strcmp(word, "-fopenmp") || !strcmp(word, "-pthread");
    bool source = (starts(word, "-D") && is_define(word + 2)) ||
                  (starts(word, "-std=") && is_name(word + 5)) ||
                  (starts(word, "-O") && strspn(word + 2, "0123sgz") == strlen(word + 2) && strlen(word) <= 3) ||
                  !strcmp(word, "-Ofast");
    if (source || both)
        leat__args_add(&d->compile, word);
    if (library || both)
        leat__args_add(&d->link, word);
    return library || both || source;
}

static int take_word(struct leat__build *b, const char *path, int line, const char *word,
                     struct leat__directive *out, leat_error *err)
{
    if (!starts(word, "pkg:")) {
        if (!take_flag(out, word))
            leat__build_problem(b, LEAT_EBUILD, path, line, accepted, "leat: %s is not for a source's first comment",
                                word);
        return 0;
    }
    leat_error why = { 0 };
    int code = is_name(word + 4) ? leat__package_find(b, word + 4, out, &why)
                                 : leat__fail(&why, LEAT_ENOTFOUND, "not a package's name");
    if (code == LEAT_ENOTFOUND)
        leat__build_problem(b, LEAT_EBUILD, path, line, NULL, "%s: %s", word, why.message);
    else if (code && err)
        *err = why;
    return code == LEAT_ENOTFOUND ? 0 : code;
}

static int line_of(const char *source, const char *at)
{
    int line = 1;
    for (; source < at; source++)
        line += *source == '\n';
    return line;
}

int leat__directive_read(struct leat__build *b, const char *path, const char *source,
                         struct leat__directive *out, leat_error *err)
{
    const char *end = NULL, *begin = first_comment(source, &end);
    const char *at = begin ? find(begin, end) : NULL;
    unsigned before = b->problems;
    *out = (struct leat__directive){ 0 };
    while (at && at < end) {
        at += strspn(at, " \t\r");
        size_t n = strcspn(at, " \t\r\n");
        if (at + n > end)
            n = (size_t)(end - at);
        if (!n)
            break;
        char *word = leat__arena_strndup(&b->arena, at, n);
        int code = word ? take_word(b, path, line_of(source, at), word, out, err) : leat__fail_memory(err);
        if (code)
            return code;
        at += n;
    }
    if (out->compile.failed || out->link.failed)
        return leat__fail_memory(err);
    return b->problems > before ? leat__fail(err, LEAT_EBUILD, "%s: its build line is refused", path) : 0;
}
