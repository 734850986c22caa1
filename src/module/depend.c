/* depend: see depend.h. The rule is as compilers write it: one target, then
 * paths; spaces and # have a backslash before them, $ is doubled, a backslash
 * ends a line that goes on. */
#include "module/depend.h"
#include "base/error.h"
#include <string.h>

static char *skip_blank(char *s)
{
    while (*s == ' ' || *s == '\t' || *s == '\n' || *s == '\r' ||
           (*s == '\\' && (s[1] == '\n' || s[1] == '\r')))
        s++;
    return s;
}

/* Unescapes one path in place; returns what follows it. */
static char *take_path(char *s)
{
    char *to = s;
    while (*s && *s != ' ' && *s != '\t' && *s != '\n' && *s != '\r') {
        if (*s == '\\' && (s[1] == ' ' || s[1] == '#' || s[1] == '\t' || s[1] == ':'))
            s++;
        else if (*s == '\\' && (s[1] == '\n' || s[1] == '\r'))
            break;
        else if (*s == '$' && s[1] == '$')
            s++;
        *to++ = *s++;
    }
    char *next = *s ? s + 1 : s;
    *to = 0;
    return next;
}

int leat__depend_parse(struct leat__arena *arena, char *text, char ***out_paths, size_t *out_count,
                       leat_error *err)
{
    size_t most = 1, n = 0;
    for (const char *s = text; *s; s++)
        most += *s == ' ' || *s == '\n';
    char **paths = leat__arena_array(arena, most, sizeof *paths);
    if (!paths)
        return leat__fail_memory(err);
    char *s = strstr(text, ": ");
    for (s = s ? skip_blank(s + 2) : text + strlen(text); *s && n < most;) {
        char *next = take_path(s);
        if (!(paths[n++] = leat__arena_strdup(arena, s)))
            return leat__fail_memory(err);
        s = skip_blank(next);
    }
    *out_paths = paths;
    *out_count = n;
    return 0;
}
