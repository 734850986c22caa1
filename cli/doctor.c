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

/* Beside the build cache, where everything that is run stands: it may be a place
 * where nothing may be run. The same file each time, so it is compiled once. */
static char *write_trial(leat_error *err)
{
    static const char source[] = "#include <leat/node.h>\nint answer(int n) { if (n < 0) leat_fail(\"%d\", n); return n + 2; }\n";
    char *folder = NULL;
    if (leat_build_cache_path(&folder, err) < 0)
        return NULL;
    char *path = text_format("%s/doctor.c", text_adopt(folder));
    FILE *file = fopen(path, "we");
    bool good = file && fputs(source, file) >= 0;
    if ((!file || fclose(file)) || !good) {
        snprintf(err->message, sizeof err->message, "cannot write %s: %m", path);
        return NULL;
    }
    return path;
}

/* The first line of what the compiler said, behind what the library says. */
static const char *with_compiler(const char *message, const char *said)
{
    const char *line = strstr(said, "error");
    return line ? text_format("%s: %s", message, text_copy(line, strcspn(line, "\n"))) : message;
}

static int try_run(leat_builder *b, int *answer, leat_error *err)
{
    leat_driver *d = NULL;
    int code = leat_builder_build(b, &d, err);
    leat_run *r = code ? NULL : leat_run_new(d);
    if (!code && (code = leat_run_input(r, "n", 40)) == 0 && (code = leat_run_output(r, "answer", answer)) == 0)
        code = leat_run_execute(r, err);
    leat_run_free(r);
    leat_driver_free(d);
    return code;
}

static bool add_trial(struct table *t, const struct options *o)
{
    leat_error err = { 0 };
    int answer = 0;
    char *path = write_trial(&err);
    leat_builder *b = leat_builder_new();
    leat_builder_set_compiler(b, option_value(o, OPTION_CC), NULL, NULL);
    leat_builder_add_source(b, path ? path : "", NULL);
    bool good = path && try_run(b, &answer, &err) == 0 && answer == 42;
    add(t, "trial", good, good ? "a source compiles, loads and runs"
        : text_shown(with_compiler(err.message, leat_builder_compiler_output(b))));
    leat_builder_free(b);
    return good;
}

/* A file is no folder of a store: only a build without stores says more. */
static void add_store(struct table *t)
{
    leat_error err = { 0 };
    leat_store *store = NULL;
    bool found = leat_store_open("/dev/null", &store, &err) != LEAT_EUNSUPPORTED;
    leat_store_free(store);
    add(t, "store", found, found ? "flows can be durable" : "this build has none (-Dstore=enabled): no flow is durable");
}

int command_doctor(const struct options *o)
{
    struct table t = { 0 };
    if (o->words.n) {
        say(SAY_ERROR, "doctor takes no argument");
        return END_USAGE;
    }
    bool good = add_compiler(&t, o);
    good = add_path(&t, "leat-records", leat_records_path, ": debug info cannot be read, and crashes are told without lines") && good;
    good = add_path(&t, "build cache", leat_build_cache_path, "") && good;
    good = good && add_trial(&t, o);
    const char *line = asked("pkg-config", "--version");
    add(&t, "pkg-config", line, line ? line : "a source cannot ask for packages, `leat: pkg:NAME`");
    add_store(&t);
    add(&t, "libraries", true, leat_libraries());
    add(&t, "leat", true, leat_version());
    table_print(&t);
    return good ? END_OK : END_FAILED;
}
