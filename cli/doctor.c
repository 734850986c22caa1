/* doctor: leat doctor: one line per tool or feature, found or lacking. */
#include "child.h"
#include "cli.h"
#include "options.h"
#include "say.h"
#include <leat/leat.h>
#include <stdlib.h>
#include <string.h>

static void add(struct table *t, const char *what, bool found, const char *words)
{
    table_add(t, what, found ? "found" : "lacking", words, NULL, NULL, NULL);
}

/* The first line of `argv`'s output; NULL: it cannot be had. */
static char *asked(const char *program, const char *option)
{
    char *const argv[] = { (char *)program, (char *)option, NULL };
    char *text = child_output(argv);
    if (text)
        text[strcspn(text, "\n")] = 0;
    return text ? text_shown(text) : NULL;
}

static bool add_compiler(struct table *t, const struct options *o)
{
    const char *cc = option_value(o, OPTION_CC);
    const char *line = asked(cc ? cc : "cc", "--version");
    add(t, "compiler", line, line ? text_format("%s: %s", text_shown(cc ? cc : "cc"), line)
        : text_format("%s does not start: C sources cannot be run", text_shown(cc ? cc : "cc")));
    return line;
}

/* A path of the library's, or why there is none. */
static bool add_path(struct table *t, const char *what, int (*get)(char **, leat_error *),
                     const char *otherwise)
{
    leat_error err = { 0 };
    char *path = NULL;
    bool found = get(&path, &err) == 0;
    add(t, what, found,
        found ? text_shown(text_adopt(path)) : text_format("%s%s", err.message, otherwise));
    return found;
}

int command_doctor(const struct options *o)
{
    struct table t = { 0 };
    if (o->words.n) {
        say(SAY_ERROR, "doctor takes no argument");
        return END_USAGE;
    }
    bool good = add_compiler(&t, o);
    good = add_path(&t, "leat-records", leat_records_path, ": debug info cannot be read") && good;
    good = add_path(&t, "build cache", leat_build_cache_path, "") && good;
    const char *line = asked("addr2line", "--version");
    add(&t, "addr2line", line, line ? line : "crashes are told with addresses, not with lines");
    add(&t, "libraries", true, leat_libraries());
    add(&t, "leat", true, leat_version());
    table_print(&t);
    return good ? END_OK : END_FAILED;
}
