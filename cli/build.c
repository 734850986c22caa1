/* build: sources are compiled only because their names end in .c and stand on
 * the command line; everything else is read as a shared object. */
#include "build.h"
#include "cli.h"
#include "report.h"
#include "sanitize.h"
#include "say.h"
#include <string.h>

bool build_split(struct list *words, const char *flags)
{
    char quote = 0;
    for (const char *p = flags; *p;) {
        char *word = text_room(strlen(p) + 1), *to = word;
        bool any = false;
        for (; *p && (quote || !strchr(" \t\n", *p)); p++) {
            any = true;
            if (quote ? *p == quote : *p == '\'' || *p == '"')
                quote = quote ? 0 : *p;
            else if (*p == '\\' && quote != '\'' && p[1])
                *to++ = *++p;
            else
                *to++ = *p;
        }
        if (any)
            list_add(words, word);
        while (*p && strchr(" \t\n", *p))
            p++;
    }
    return !quote;
}

static int check_flags(const char *name, const char *flags)
{
    struct list words = { 0 };
    if (build_split(&words, flags))
        return 0;
    say(SAY_ERROR, "--%s: a quote has no end: %s", name, text_shown(flags));
    return END_USAGE;
}

int build_check_flags(const struct options *o)
{
    static const struct { enum option id; const char *name; } both[] = {
        { OPTION_CFLAGS, "cflags" }, { OPTION_LDFLAGS, "ldflags" },
    };
    int end = 0, one;
    for (size_t k = 0; k < sizeof both / sizeof *both; k++) {
        const struct list *given = &o->values[both[k].id];
        const char *twin = given->n ? NULL : option_value(o, both[k].id);
        for (size_t i = 0; i < given->n; i++)
            end = (one = check_flags(both[k].name, given->at[i])) ? one : end;
        if (twin && (one = check_flags(both[k].name, twin)))
            end = one;
    }
    return end;
}

/* What was given on the command line, else the environment's. */
static void add_flags(struct list *words, const struct options *o, enum option id)
{
    const struct list *given = &o->values[id];
    const char *twin = given->n ? NULL : option_value(o, id);
    for (size_t i = 0; i < given->n; i++)
        build_split(words, given->at[i]);
    if (twin)
        build_split(words, twin);
}

static void set_compiler(leat_builder *b, const struct options *o)
{
    struct list cflags = { 0 }, ldflags = { 0 };
    if (option_is_set(o, OPTION_DEBUG))
        build_split(&cflags, "-O0 -g3");
    sanitize_flags(o, &cflags, &ldflags);
    add_flags(&cflags, o, OPTION_CFLAGS);
    add_flags(&ldflags, o, OPTION_LDFLAGS);
    leat_builder_set_compiler(b, option_value(o, OPTION_CC), (const char *const *)cflags.at,
                              (const char *const *)ldflags.at);
}

/* A note begins with the node's name and a colon. */
static int check_note(const char *note)
{
    const char *colon = strchr(note, ':');
    size_t n = strcspn(note, ": (,");
    if (n && colon && note + n + strspn(note + n, " ") == colon && colon[1 + strspn(colon + 1, " ")])
        return 0;
    say(SAY_ERROR, "--note='%s': %s: --note='NODE: CLAUSES'", text_shown(note),
        !n ? "the node's name is missing" : colon && !colon[1 + strspn(colon + 1, " ")] ? "clauses are missing" : "a : behind the node's name is missing");
    return END_USAGE;
}

int build_check_notes(const struct options *o)
{
    int end = 0, one;
    for (size_t i = 0; i < o->values[OPTION_NOTE].n; i++)
        end = (one = check_note(o->values[OPTION_NOTE].at[i])) ? one : end;
    return end;
}

/* "NODE: CLAUSES"; what is no node's name is told by the build. */
static void add_note(leat_builder *b, const char *note)
{
    size_t n = strcspn(note, ": "), colon = strcspn(note, ":");
    const char *clauses = note + colon + 1 + strspn(note + colon + 1, " ");
    leat_builder_note_override(b, text_copy(note, n), clauses);
}

static bool is_source(const char *path)
{
    static const char *const suffixes[] = { ".c", ".cc", ".cpp", ".cxx", ".c++", ".C" };
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (text_ends(path, suffixes[i]))
            return true;
    return false;
}

leat_builder *build_new(const struct request *q, bool inspect, leat_hook *hook)
{
    const struct options *o = q->options;
    leat_builder *b = leat_builder_new();
    for (size_t i = 0; i < q->modules.n; i++) {
        leat_builder_set_namespace(b, q->spaces.at[i]);
        if (is_source(q->modules.at[i]))
            leat_builder_add_source(b, q->modules.at[i], NULL);
        else
            leat_builder_add_module(b, q->modules.at[i]);
    }
    set_compiler(b, o);
    for (size_t i = 0; i < q->given_count; i++)
        if (q->given[i].kind == GIVEN_CONFIG)
            leat_builder_set_config(b, q->given[i].name, q->given[i].value);
    for (size_t i = 0; i < o->values[OPTION_NOTE].n; i++)
        add_note(b, o->values[OPTION_NOTE].at[i]);
    if (inspect)
        leat_builder_set_inspect(b);
    else
        leat_builder_add_hook(b, hook);
    return b;
}

int build_loosely(leat_builder *b, leat_driver **out_driver)
{
    leat_error err = { 0 };
    leat_builder_set_outputs(b, NULL, 0);
    int code = leat_builder_build(b, out_driver, &err);
    report_compiler(b);
    return code < 0 ? report_build(b, &err, NULL) : 0;
}
