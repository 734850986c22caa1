/* request: an argument is an input, a module or a node by its looks alone, so
 * that a slip is told as the slip it is: wether.c is a missing file, no node. */
#include "request.h"
#include "build.h"
#include "cli.h"
#include "json.h"
#include "say.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const suffixes[] = {
    ".c", ".so", ".cc", ".cpp", ".cxx", ".c++", ".C", ".h", ".hpp", ".o", ".a", ".dylib", ".dll", ".leat",
    ".py", ".csv", ".json", ".jsonl", ".txt",
};

static bool looks_like_file(const char *word)
{
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
        if (text_ends(word, suffixes[i]))
            return true;
    return strchr(word, '/') || strstr(word, ".so.");
}

void request_no_file(const char *input, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    char *folder = text_copy(path, (size_t)(name - path));
    struct nearest near = nearest_to(name);
    DIR *dir = opendir(*folder ? folder : ".");
    for (struct dirent *e; dir && (e = readdir(dir));)
        if (e->d_name[0] != '.')
            nearest_offer(&near, text_copy(e->d_name, strlen(e->d_name)));
    if (dir)
        closedir(dir);
    const char *who = *input ? text_format("%s: ", input) : "";
    if (near.best)
        say(SAY_ERROR, "%sno such file %s, did you mean %s?", who, text_shown(path),
            text_shown(text_format("%s%s", folder, near.best)));
    else
        say(SAY_ERROR, "%sno such file %s", who, text_shown(path));
}

/* A module that is the file of `st` under another path, or NULL. */
static const char *same_file(const struct request *q, const char *space, const struct stat *st)
{
    struct stat other;
    for (size_t i = 0; i < q->modules.n; i++)
        if (!strcmp(q->spaces.at[i], space) && stat(q->modules.at[i], &other) == 0 &&
            other.st_dev == st->st_dev && other.st_ino == st->st_ino)
            return q->modules.at[i];
    return NULL;
}

static int add_module(struct request *q, const char *space, const char *path)
{
    struct stat st;
    for (size_t i = 0; i < q->modules.n; i++)
        if (!strcmp(q->modules.at[i], path) && !strcmp(q->spaces.at[i], space)) {
            say(SAY_ERROR, "%s is given twice", text_shown(path));
            return END_REFUSED;
        }
    if (stat(path, &st) < 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            request_no_file("", path);
        else
            say(SAY_ERROR, "cannot read %s: %m", text_shown(path));
        return END_REFUSED;
    }
    if (!S_ISREG(st.st_mode)) {
        say(SAY_ERROR, "%s is no file to read", text_shown(path));
        return END_REFUSED;
    }
    const char *other = same_file(q, space, &st);
    if (other) {
        say(SAY_ERROR, "%s and %s are one file, given twice", text_shown(other), text_shown(path));
        return END_REFUSED;
    }
    list_add(&q->modules, path);
    list_add(&q->spaces, space);
    return 0;
}

/* -m us=weather.c */
static int add_named_module(struct request *q, const char *word)
{
    const char *equals = strchr(word, '=');
    size_t n = equals ? (size_t)(equals - word) : 0;
    char *space = text_copy(word, n);
    if (!n || !equals[1]) {
        say(SAY_ERROR, "-m %s is no NS=MODULE", text_shown(word));
        return END_USAGE;
    }
    if (!text_is_name(space, n) || strchr(space, '.') || strstr(space, "__") || space[0] == '_' ||
        space[n - 1] == '_') {
        say(SAY_ERROR, "\"%s\" is no name of a namespace: a word like us or us_west", text_shown(space));
        return END_USAGE;
    }
    return add_module(q, space, equals + 1);
}

struct given *request_given(const struct request *q, enum given_kind kind, const char *name)
{
    for (size_t i = 0; i < q->given_count; i++)
        if (q->given[i].kind == kind && !strcmp(q->given[i].name, name))
            return &q->given[i];
    return NULL;
}

const char *request_word(enum given_kind kind)
{
    static const char *const words[] = { "input", "config", "override" };
    return words[kind];
}

int request_twice(const struct request *q, const struct given *g)
{
    for (size_t i = 0; i < q->given_count; i++) {
        const struct given *other = &q->given[i];
        if (other == g || other->kind != g->kind || strcmp(other->name, g->name))
            continue;
        say(SAY_ERROR, "%s %s is given twice", request_word(g->kind), g->name);
        return END_REFUSED;
    }
    return 0;
}

static int add_given(struct request *q, struct given g)
{
    if (!text_is_name(g.name, strlen(g.name))) {
        say(SAY_ERROR, "\"%s\" is no name of an input", text_shown(g.name));
        return END_REFUSED;
    }
    int end = request_twice(q, &g);
    if (end)
        return end;
    if (q->given_count == q->given_room) {
        size_t room = q->given_room ? q->given_room * 2 : 16;
        struct given *more = text_room(room * sizeof *more);
        if (q->given_count)
            memcpy(more, q->given, q->given_count * sizeof *more);
        q->given = more;
        q->given_room = room;
    }
    q->given[q->given_count++] = g;
    return 0;
}

static int add_pair(struct request *q, const char *pair, enum given_kind kind, bool word)
{
    const char *equals = strchr(pair, '=');
    if (!equals) {
        say(SAY_ERROR, "%s is no %s=VALUE", text_shown(pair), kind == GIVEN_CONFIG ? "KEY" : "NAME");
        return END_USAGE;
    }
    const char *name = text_copy(pair, (size_t)(equals - pair));
    return add_given(q, (struct given){ .name = name, .value = equals + 1, .kind = kind, .word = word });
}

static int add_pairs(struct request *q, enum option option, enum given_kind kind)
{
    const struct list *pairs = &q->options->values[option];
    int end = 0, one;
    for (size_t i = 0; i < pairs->n; i++)
        end = (one = add_pair(q, pairs->at[i], kind, false)) ? one : end;
    return end;
}

struct json_sink { struct request *q; int end; };

static void add_member(void *user, const char *name, const char *value)
{
    struct json_sink *sink = user;
    int end = add_given(sink->q, (struct given){ .name = name, .value = value, .json = true });
    sink->end = end ? end : sink->end;
}

static int add_file(struct request *q, const char *path)
{
    struct json_sink sink = { q, 0 };
    size_t size;
    char *text, *why = NULL;
    if (strcmp(path, "-") && access(path, F_OK) < 0) {
        request_no_file("", path);
        return END_REFUSED;
    }
    if (!(text = json_file(path, &size))) {
        say(SAY_ERROR, "cannot read %s: %m", text_shown(path));
        return END_REFUSED;
    }
    if (json_members(text, size, add_member, &sink, &why) < 0) {
        say(SAY_ERROR, "%s: %s", text_shown(path), why);
        return END_REFUSED;
    }
    return sink.end;
}

/* A word is an input if a name stands before its first '=', whatever follows. */
static int add_word(struct request *q, const char *word)
{
    const char *equals = strchr(word, '=');
    bool takes_inputs = q->options->command & (FOR_RUN | FOR_PLAN);
    bool takes_nodes = takes_inputs || q->options->command & FOR_GRAPH;
    if (equals && text_is_name(word, (size_t)(equals - word)) && takes_inputs)
        return add_pair(q, word, GIVEN_INPUT, true);
    if (looks_like_file(word) || !takes_nodes)
        return add_module(q, "", word);
    if (!text_is_name(word, strlen(word))) {
        say(SAY_ERROR, "%s is no module, node or NAME=VALUE", text_shown(word));
        return END_USAGE;
    }
    list_add(&q->nodes, word);
    return 0;
}

int request_read(struct request *q, const struct options *o)
{
    *q = (struct request){ .options = o };
    const struct list *files = &o->values[OPTION_INPUTS];
    int end = build_check_flags(o), one = build_check_notes(o);
    end = one ? one : end;
    for (size_t i = 0; i < o->words.n; i++)
        end = (one = add_word(q, o->words.at[i])) ? one : end;
    for (size_t i = 0; i < o->values[OPTION_MODULE].n; i++)
        end = (one = add_named_module(q, o->values[OPTION_MODULE].at[i])) ? one : end;
    end = (one = add_pairs(q, OPTION_INPUT, GIVEN_INPUT)) ? one : end;
    end = (one = add_pairs(q, OPTION_CONFIG, GIVEN_CONFIG)) ? one : end;
    end = (one = add_pairs(q, OPTION_OVERRIDE, GIVEN_OVERRIDE)) ? one : end;
    for (size_t i = 0; i < files->n; i++)
        end = (one = add_file(q, files->at[i])) ? one : end;
    if (!end && !q->modules.n) {
        say(SAY_ERROR, "no module: a C source, a shared object, or a path with a slash");
        end = END_USAGE;
    }
    return end;
}
