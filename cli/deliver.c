/* deliver: after a failure what was made is given all the same, so an output
 * without a value is passed over here: the failure is told apart. */
#include "deliver.h"
#include "cli.h"
#include "json.h"
#include "report.h"
#include "say.h"
#include <errno.h>
#include <fcntl.h>
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

static int check_file(const struct choice *c, const char *output)
{
    const char *path = path_of(output);
    if (text_ends(path, ".npy") || text_ends(path, ".bin")) {
        say(SAY_ERROR, "not yet: -o %s", text_shown(output));
        return END_USAGE;
    }
    if (path == output && !text_ends(path, ".json") && values_of(c) != 1) {
        say(SAY_ERROR, "-o %s holds one value and %zu are asked: -o NAME=%s, or a .json file",
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
        end = (one = check_file(c, files->at[i])) ? one : end;
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

static char *object(const struct choice *c, leat_run *r, int *end)
{
    struct list members = { 0 };
    char *text;
    for (size_t i = 0; i < c->asked.n; i++) {
        int one = value(c, &c->asked, i, r, AS_JSON, &text);
        *end = one ? one : *end;
        if (text)
            list_add(&members, text_format("%s:%s", text_json(ids_name(&c->asked, i, c->driver)), text));
    }
    return text_format("{%s}\n", list_join(&members, ",", members.n));
}

/* --- files --- */

static int cannot_write(const char *path)
{
    say(SAY_ERROR, "cannot write %s: %m", text_shown(path));
    return END_BROKEN;
}

static bool write_all(int fd, const char *text)
{
    for (size_t n = strlen(text); n;) {
        ssize_t wrote = write(fd, text, n);
        if (wrote < 0 && errno != EINTR)
            return false;
        text += wrote > 0 ? wrote : 0;
        n -= wrote > 0 ? (size_t)wrote : 0;
    }
    return true;
}

/* Aside, then renamed: a reader sees the old file or the new one. What is no
 * plain file (/dev/null, a pipe) is written as it stands. */
static int write_file(const char *path, const char *text)
{
    struct stat st;
    bool plain = stat(path, &st) < 0 || S_ISREG(st.st_mode);
    char *aside =
        plain ? text_format("%s.%ld.part", path, (long)getpid()) : text_copy(path, strlen(path));
    int fd =
        open(aside, plain ? O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC : O_WRONLY | O_CLOEXEC, 0666);
    if (fd < 0)
        return cannot_write(path);
    bool good = write_all(fd, text);
    good = close(fd) == 0 && good;
    if (good && plain)
        good = rename(aside, path) == 0;
    int end = good ? 0 : cannot_write(path);
    if (!good && plain)
        unlink(aside);
    return end;
}

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

static int save_output(const struct choice *c, leat_run *r, const char *output)
{
    const char *path = path_of(output);
    int end = 0, one;
    if (path != output)
        return save(c, r, text_copy(output, (size_t)(path - output - 1)), path);
    if (text_ends(path, ".json")) {
        char *text = object(c, r, &end);
        return (one = write_file(path, text)) ? one : end;
    }
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
        fputs(object(c, r, &one), out);
    else if (option_is_set(o, OPTION_RAW))
        one = print_raw(c, r, out);
    else if (!files->n)
        one = print_values(c, &c->asked, r, out);
    end = one ? one : end;
    return say_flushed(out) ? end : END_BROKEN;
}
