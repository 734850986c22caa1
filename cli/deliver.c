/* deliver: after a failure what was made is given all the same, so an output
 * without a value is passed over here: the failure is told apart. */
#include "deliver.h"
#include "cli.h"
#include "json.h"
#include "report.h"
#include "say.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- before anything runs --- */

static const char *path_of(const char *output)
{
    size_t n = strcspn(output, "=");
    return output[n] && text_is_name(output, n) ? output + n + 1 : output;
}

/* A file needs a name, and a folder that is there: told before hours of work. */
static int check_path(const char *output)
{
    const char *path = path_of(output), *slash = strrchr(path, '/');
    char *folder = !slash ? NULL : text_copy(path, slash > path ? (size_t)(slash - path) : 1);
    struct stat st;
    if (!*path || *output == '=')
        say(SAY_ERROR, "-o %s: a %s is missing: -o FILE or -o NAME=FILE", text_shown(output), *path ? "name" : "file");
    else if (!strcmp(path, "-"))
        say(SAY_ERROR, "-o %s: a file is needed; results go to standard output without -o", text_shown(output));
    else if (folder && (stat(folder, &st) < 0 || !S_ISDIR(st.st_mode)))
        return say(SAY_ERROR, "-o %s: no such folder %s", text_shown(output), text_shown(folder)), END_REFUSED;
    else if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return say(SAY_ERROR, "-o %s: %s is a folder", text_shown(output), text_shown(path)), END_REFUSED;
    else
        return 0;
    return END_USAGE;
}

int deliver_check_paths(const struct options *o)
{
    const struct list *files = &o->values[OPTION_OUTPUT];
    int end = 0, one;
    for (size_t i = 0; i < files->n; i++)
        end = (one = check_path(files->at[i])) ? one : end;
    return end;
}

static size_t values_of(const struct choice *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->asked.n; i++)
        n += select_has_value(c->driver, c->asked.at[i]);
    return n;
}

static bool holds_several(const char *path)
{
    return text_ends(path, ".json") || text_ends(path, ".jsonl") || text_ends(path, ".csv");
}

/* A file is for reading back, which "(secret)" does not. */
static int check_secret(const struct choice *c, const char *output)
{
    const char *path = path_of(output);
    size_t n = path == output ? 0 : (size_t)(path - output - 1);
    for (size_t i = 0; i < c->asked.n; i++) {
        const char *name = ids_name(&c->asked, i, c->driver);
        bool meant = n ? strlen(name) == n && !memcmp(name, output, n) : !text_ends(path, ".json");
        if (!meant || !leat_driver_secret(c->driver, c->asked.at[i]))
            continue;
        say(SAY_ERROR, "-o %s: %s is noted secret: it is not written to a file", text_shown(output), name);
        return END_REFUSED;
    }
    return 0;
}

static int check_file(const struct choice *c, const char *output)
{
    const char *path = path_of(output);
    if (text_ends(path, ".npy") || text_ends(path, ".bin")) {
        say(SAY_ERROR, "not yet: -o %s", text_shown(output));
        return END_USAGE;
    }
    bool several = text_ends(path, ".json") || (holds_several(path) && values_of(c));
    if (path == output && !several && values_of(c) != 1) {
        say(SAY_ERROR, "-o %s holds one value and %zu are asked: -o NAME=%s, or a file .json .jsonl .csv",
            text_shown(path), values_of(c), text_shown(path));
        return END_USAGE;
    }
    return 0;
}

int deliver_check(const struct options *o, const struct choice *c)
{
    const struct list *files = &o->values[OPTION_OUTPUT];
    bool raw = option_is_set(o, OPTION_RAW), json = option_is_set(o, OPTION_JSON);
    int end = 0, one;
    if (raw + json + (files->n > 0) > 1) {
        say(SAY_ERROR, "only one of -r, --json and -o can be");
        return END_USAGE;
    }
    for (size_t i = 0; i < files->n; i++)
        end = (one = check_file(c, files->at[i])) || (one = check_secret(c, files->at[i])) ? one : end;
    if (raw && values_of(c) != 1) {
        say(SAY_ERROR, "-r prints one value and %zu are asked", values_of(c));
        return END_USAGE;
    }
    return end;
}

/* --- one value --- */

enum form { AS_TEXT, AS_CUT_TEXT, AS_JSON };

/* 0 with *out NULL: there is no value to give. */
static int value(const struct choice *c, const struct ids *ids, size_t i, leat_run *r, enum form form, char **out)
{
    const char *name = ids_name(ids, i, c->driver);
    leat_error err = { 0 };
    *out = NULL;
    if (!select_has_value(c->driver, ids->at[i]))
        return 0;
    int code = form == AS_JSON ? leat_run_json(r, name, out, &err)
                               : leat_run_text(r, name, form == AS_CUT_TEXT, out, &err);
    if (code == 0) {
        text_adopt(*out);
        return 0;
    }
    *out = NULL;
    if (code == LEAT_ENOVALUE)
        return 0;
    say(SAY_ERROR, "%s", err.message);
    return report_ending(code);
}

/* A table begins on a line of its own. */
static void print_named(FILE *out, const char *name, const char *text)
{
    fprintf(out, "%s =%s%s%s", name, text[0] == '\n' ? "" : " ", text,
            text_ends(text, "\n") ? "" : "\n");
}

static int print_values(const struct choice *c, const struct ids *ids, leat_run *r, FILE *out)
{
    int end = 0, one;
    char *text;
    enum form form = isatty(fileno(out)) ? AS_CUT_TEXT : AS_TEXT;
    for (size_t i = 0; i < ids->n; i++) {
        end = (one = value(c, ids, i, r, form, &text)) ? one : end;
        if (text)
            print_named(out, ids_name(ids, i, c->driver), text);
    }
    return end;
}

/* What ends a line already gets no other end. */
static void put_line(FILE *out, const char *text)
{
    fprintf(out, "%s%s", text, text_ends(text, "\n") ? "" : "\n");
}

/* Bare: a text as it is, not as it would have to be given again; but a
 * terminal gets no control characters. */
static int print_raw(const struct choice *c, leat_run *r, FILE *out)
{
    int end = 0, one;
    char *text, *bare = NULL;
    for (size_t i = 0; i < c->asked.n; i++) {
        bool terminal = isatty(fileno(out));
        enum form form = terminal ? AS_CUT_TEXT : AS_JSON;
        end = (one = value(c, &c->asked, i, r, form, &text)) ? one : end;
        if (text && !terminal && text[0] == '"')
            bare = json_string(text);
        else if (text && !terminal)
            end = (one = value(c, &c->asked, i, r, AS_TEXT, &text)) ? one : end;
        if (text)
            put_line(out, bare ? bare : text);
    }
    return end;
}

static struct list names_of(const struct choice *c)
{
    struct list names = { 0 };
    for (size_t i = 0; i < c->asked.n; i++)
        list_add(&names, ids_name(&c->asked, i, c->driver));
    if (!names.n)
        names.at = text_room(sizeof *names.at);     /* none, not all */
    return names;
}

static int print_object(const struct choice *c, leat_run *r, FILE *out)
{
    leat_error err = { 0 };
    struct list names = names_of(c);
    char *text = NULL;
    int code = leat_run_object(r, (const char *const *)names.at, names.n, &text, &err);
    if (code < 0) {
        say(SAY_ERROR, "%s", err.message);
        return report_ending(code);
    }
    put_line(out, text);
    free(text);
    return 0;
}

/* --- files --- */

static int save(const struct choice *c, leat_run *r, const char *name, const char *path)
{
    leat_error err = { 0 };
    leat_id id;
    if (leat_driver_owner(c->driver, name, &id, &err) == 0 && !select_has_value(c->driver, id))
        return 0;
    int code = leat_run_save(r, name, path, &err);
    if (code == 0 || code == LEAT_ENOVALUE)
        return 0;
    say(SAY_ERROR, "%s", err.message);
    return report_ending(code);
}

/* One file for all: an object, a table. */
static int save_all(const struct choice *c, leat_run *r, const char *path)
{
    leat_error err = { 0 };
    struct list names = names_of(c);
    int code = leat_run_save_all(r, (const char *const *)names.at, names.n, path, &err);
    if (code == 0 || code == LEAT_ENOVALUE)
        return 0;
    say(SAY_ERROR, "%s", err.message);
    return report_ending(code);
}

static int save_output(const struct choice *c, leat_run *r, const char *output)
{
    const char *path = path_of(output);
    int end = 0, one;
    if (path != output)
        return save(c, r, text_copy(output, (size_t)(path - output - 1)), path);
    if (text_ends(path, ".json") || (holds_several(path) && values_of(c) != 1))
        return save_all(c, r, path);
    for (size_t i = 0; i < c->asked.n; i++)
        end = (one = save(c, r, ids_name(&c->asked, i, c->driver), path)) ? one : end;
    return end;
}

int deliver(const struct options *o, const struct choice *c, leat_run *r, FILE *out)
{
    const struct list *files = &o->values[OPTION_OUTPUT];
    int end = print_values(c, &c->shown, r, stderr), one = 0;
    for (size_t i = 0; i < files->n; i++)
        end = (one = save_output(c, r, files->at[i])) ? one : end;
    if (option_is_set(o, OPTION_JSON))
        one = print_object(c, r, out);
    else if (option_is_set(o, OPTION_RAW))
        one = print_raw(c, r, out);
    else if (!files->n)
        one = print_values(c, &c->asked, r, out);
    end = one ? one : end;
    return say_flushed(out) ? end : END_BROKEN;
}
