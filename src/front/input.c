/* input: the calls that set inputs, from values, text and files, and what they
 * hold until the run is reset. */
#include "base/error.h"
#include "base/file.h"
#include "base/vector.h"
#include "front/files.h"
#include "value/destroy.h"
#include "value/io.h"
#include <stdlib.h>
#include <string.h>

enum { MOST_FILE = 1 << 30 };

static void give_back(leat_run *r, struct leat__given *g, bool moved)
{
    const struct leat__node *n = &r->driver->graph.node[g->node];
    void *at = (void *)(uintptr_t)g->value;
    if (g->loader)
        leat__loader_destroy(r, g, moved);
    if (g->release)
        g->release(g->user);
    if (!g->owned || moved || !at)
        return;
    if (n->flags & LEAT__NODE_OBJECT)
        leat__destroy(n->type, at);
    free(at);
}

void leat__inputs_release(leat_run *r)
{
    for (uint32_t i = r->given_count; i-- > 0;) {
        struct leat__given *g = &r->given[i];
        uint32_t t = r->plan && r->state == LEAT__RUN_ENDED ? leat__plan_given(&r->plan->plan, g->node) : LEAT__NONE;
        bool moved = t != LEAT__NONE && (leat__slot_word(&r->core.frame.slot[t]) & LEAT__SLOT_MOVED);
        give_back(r, g, moved);
        r->is_given[g->node] = r->is_cut[g->node] = 0;
    }
    r->given_count = 0;
    leat__arena_fini(&r->arena);
}

/* What a value is set for: an input, or a node that it stands for in one run. */
enum setting { SETTING_INPUT, SETTING_OVERRIDE };

static int unknown(leat_run *r, const char *name, enum setting what)
{
    const struct leat__graph *g = &r->driver->graph;
    const char *near = name ? leat__graph_suggest(g, name) : NULL;
    if (name && what == SETTING_INPUT && leat__graph_left_out(g, name))
        return leat__fail(&r->refusal, LEAT_ENOTFOUND, "no input %s: only functions that config did not choose read it",
                          name);
    return leat__fail(&r->refusal, LEAT_ENOTFOUND, "no %s %s%s%s%s", what == SETTING_INPUT ? "input" : "node",
                      name ? name : "(null)", near ? ", did you mean " : "", near ? near : "", near ? "?" : "");
}

/* Inputs are set, what is computed is overridden; the other way round is a slip. */
static int check_setting(leat_run *r, const struct leat__node *n, enum setting what)
{
    bool input = n->kind == LEAT__NODE_INPUT || (n->flags & LEAT__NODE_DEFAULT);
    char place[300];
    if (what == SETTING_INPUT && !input)
        return leat__fail(&r->refusal, LEAT_EINPUT, "%s is computed (%s): it is no input", n->name,
                          leat__node_place(n, place, sizeof place));
    if (what == SETTING_OVERRIDE && input)
        return leat__fail(&r->refusal, LEAT_EINPUT, "%s is an input: it is given, not overridden", n->name);
    if (!n->type)
        return leat__fail(&r->refusal, LEAT_EINPUT, "%s gives no value that could be overridden%s", n->name,
                          leat__rest(&r->driver->graph, n)->outputs ? ": override its outputs" : "");
    return 0;
}

/* `name` may be set now: its id, or a negative code. */
static long settable(leat_run *r, const char *name, enum setting what)
{
    const struct leat__graph *g = &r->driver->graph;
    uint32_t id = name ? leat__graph_find(g, name) : LEAT__NONE;
    if (r->state != LEAT__RUN_OPEN)
        return leat__fail(&r->refusal, LEAT_EUSAGE, "%s: the run has ended; reset it first", name);
    if (id == LEAT__NONE)
        return unknown(r, name, what);
    int code = check_setting(r, &g->node[id], what);
    if (code < 0)
        return code;
    if (r->is_given[id] && r->resumed)
        return leat__fail(&r->refusal, LEAT_EINPUT, "%s: run %llu is resumed, and has it from when it began", name,
                          (unsigned long long)r->resumed);
    if (r->is_given[id])
        return leat__fail(&r->refusal, LEAT_EINPUT, "%s is given twice", name);
    return id;
}

int leat__input_keep(leat_run *r, struct leat__given g)
{
    if (!LEAT__ROOM(r->given, r->given_count, r->given_cap)) {
        give_back(r, &g, false);
        return leat__fail_memory(&r->refusal);
    }
    r->given[r->given_count++] = g;
    r->is_given[g.node] = 1;
    r->is_cut[g.node] = r->driver->graph.node[g.node].kind != LEAT__NODE_INPUT;
    return 0;
}

static int set_value(leat_run *r, const char *name, leat_value v, enum setting what)
{
    long id = r ? settable(r, name, what) : LEAT_ENOMEM;
    struct leat__given g = { .release = v.release, .user = v.user };
    int code = id < 0 ? (int)id : 0;
    if (!code && v.release && leat__is_taken(&r->driver->graph, (uint32_t)id)) {
        const struct leat__graph *graph = &r->driver->graph;
        code = leat__fail(&r->refusal, LEAT_EINPUT, "%s is lent, and %s takes what it is given: give it without release",
                          name, graph->node[leat__rest_at(graph, id)->writer].name);
    }
    if (!code) {
        g.node = (uint32_t)id;
        code = leat__input_convert(r, g.node, v, &g, &r->refusal);
    }
    if (code < 0) {
        if (v.release)
            v.release(v.user);
        return code;
    }
    return leat__input_keep(r, g);
}

/* Reads with `read` into fresh memory of the input's type. */
typedef int reader(const struct leat__type *t, const char *text, size_t len, const char *where,
                   const char *column, struct leat__arena *arena, void *at, leat_error *err);

/* Only a host program can give it. */
static int no_text(const struct leat__graph *g, const struct leat__node *n, leat_error *err)
{
    struct leat__text type = { 0 }, why = { 0 };
    const struct leat__loader *l = leat__graph_reader_of(g, n);
    leat__type_print(&type, n->type);
    if (l)
        leat__text_printf(&why, "give a file, @FILE.%s, which %s reads", l->suffix, l->node.name);
    else
        leat__type_why_opaque(&why, n->type);
    int code = leat__fail(err, LEAT_EINPUT, "%s: no text can stand for %s: %s", n->name, type.data ? type.data : "it",
                          why.data ? why.data : "");
    leat__text_fini(&type);
    leat__text_fini(&why);
    return code;
}

/* What a reader has to say may quote what it read. */
static int not_shown(const struct leat__node *n, int code, leat_error *err)
{
    struct leat__text type = { 0 };
    leat__type_print(&type, n->type);
    code = code == LEAT_ENOMEM || type.failed ? leat__fail_memory(err)
                                              : leat__fail(err, code, "%s: what was given, a secret, is no %s", n->name,
                                                           type.data);
    leat__text_fini(&type);
    return code;
}

static int set_read(leat_run *r, uint32_t id, const char *text, size_t len, const char *where,
                    const char *column, reader *read)
{
    const struct leat__node *n = &r->driver->graph.node[id];
    bool object = n->flags & LEAT__NODE_OBJECT;
    if (!leat__is_derivable(n->type))
        return no_text(&r->driver->graph, n, &r->refusal);
    struct leat__given g = { .node = id };
    void *at = object ? leat__arena_aligned(&r->arena, n->type->size, n->type->align) : &g.value;
    if (!at)
        return leat__fail_memory(&r->refusal);
    int code = read(n->type, text, len, where, column, &r->arena, at, &r->refusal);
    if (code < 0)
        return n->flags & LEAT__NODE_SECRET ? not_shown(n, code, &r->refusal) : leat__wrap(&r->refusal, code, "%s", n->name);
    if (object)
        g.value = (uint64_t)(uintptr_t)at;
    if (leat__rest_at(&r->driver->graph, id)->writer == LEAT__NONE)
        return leat__input_keep(r, g);
    code = object ? leat__copy_object(r, id, at, &g, &r->refusal)
                  : leat__is_text(n->type) ? leat__convert_text(r, id, *(const char **)at, &g, &r->refusal) : 0;
    return code < 0 ? code : leat__input_keep(r, g);
}

static int read_value(const struct leat__type *t, const char *text, size_t len, const char *where,
                      const char *column, struct leat__arena *arena, void *at, leat_error *err)
{
    (void)len, (void)where, (void)column;
    return leat__parse_value(t, text, arena, at, err);
}

static int read_json(const struct leat__type *t, const char *text, size_t len, const char *where,
                     const char *column, struct leat__arena *arena, void *at, leat_error *err)
{
    (void)column;
    return leat__json_read(t, text, len, where, arena, at, err);
}

static int read_jsonl(const struct leat__type *t, const char *text, size_t len, const char *where,
                      const char *column, struct leat__arena *arena, void *at, leat_error *err)
{
    (void)column;
    return leat__jsonl_read(t, text, len, where, arena, at, err);
}

/* A text input is the file whole; a NUL in it would cut it silently. */
static int read_whole(const struct leat__type *t, const char *text, size_t len, const char *where,
                      const char *column, struct leat__arena *arena, void *at, leat_error *err)
{
    (void)t, (void)column;
    if (memchr(text, 0, len))
        return leat__fail(err, LEAT_EINPUT, "%s holds a NUL: it is no text", where);
    *(char **)at = leat__arena_strndup(arena, text, len);
    return *(char **)at ? 0 : leat__fail_memory(err);
}

/* One VALUE from a file: the newline at its end is the file's. */
static int read_bare(const struct leat__type *t, const char *text, size_t len, const char *where,
                     const char *column, struct leat__arena *arena, void *at, leat_error *err)
{
    (void)column;
    while (len && (text[len - 1] == '\n' || text[len - 1] == '\r'))
        len--;
    char *line = leat__arena_strndup(arena, text, len);
    int code = line ? leat__parse_value(t, line, arena, at, err) : leat__fail_memory(err);
    return code < 0 ? leat__wrap(err, code, "%s", where) : 0;
}

static int set_text(leat_run *r, const char *name, const char *text, enum setting what)
{
    long id = r ? settable(r, name, what) : LEAT_ENOMEM;
    if (id < 0)
        return (int)id;
    if (!text)
        return leat__fail(&r->refusal, LEAT_EUSAGE, "%s: no text", name);
    return set_read(r, (uint32_t)id, text, strlen(text), NULL, NULL, read_value);
}

static int set_json(leat_run *r, const char *name, const char *text, size_t len, enum setting what)
{
    long id = r ? settable(r, name, what) : LEAT_ENOMEM;
    if (id < 0)
        return (int)id;
    return set_read(r, (uint32_t)id, text, len, NULL, NULL, read_json);
}

static int read_utf16(const struct leat__type *t, const char *text, size_t len, const char *where, const char *column,
                      struct leat__arena *arena, void *at, leat_error *err)
{
    (void)t, (void)text, (void)len, (void)column, (void)arena, (void)at;
    return leat__fail(err, LEAT_EINPUT, "%s: it is UTF-16 text, and UTF-8 is needed", where);
}

/* By suffix, else by type, else by the first character. */
static reader *reader_for(const struct leat__type *t, const char *path, const char *text, size_t len,
                          const char *column)
{
    const char *suffix = leat__file_suffix(path);
    size_t at = 0;
    if (!leat__is_text(t) && len > 1 && (!memcmp(text, "\xff\xfe", 2) || !memcmp(text, "\xfe\xff", 2)))
        return read_utf16;
    if (column || !strcmp(suffix, ".csv"))
        return leat__csv_read;
    if (!strcmp(suffix, ".json"))
        return read_json;
    if (!strcmp(suffix, ".jsonl"))
        return read_jsonl;
    if (leat__is_text(t))
        return read_whole;
    while (at < len && strchr(" \t\r\n", text[at]))
        at++;
    if (at < len && (text[at] == '[' || text[at] == '{'))
        return read_json;
    bool table = leat__is_slice(t) ? leat__is_record(leat__slice_item(t)) : leat__csv_can_read(t);
    return table ? leat__csv_read : read_bare;
}

/* "t.csv:price": the column behind the last colon, if such a file is not there. */
static int read_path(const char *path, char **file, const char **column, char **data, size_t *len, leat_error *err)
{
    *column = NULL;
    *file = strdup(path);
    if (!*file)
        return leat__fail_memory(err);
    int code = leat__file_read(path, MOST_FILE, data, len, err);
    char *colon = strrchr(*file, ':');
    if (code < 0 && colon && colon != *file && colon[1]) {
        *colon = 0;
        leat_error second;
        if (leat__file_read(*file, MOST_FILE, data, len, &second) == 0) {
            *column = colon + 1;
            return 0;
        }
        *colon = ':';
    }
    return code;
}

static int set_file(leat_run *r, const char *name, const char *path, enum setting what)
{
    long id = r ? settable(r, name, what) : LEAT_ENOMEM;
    if (id < 0)
        return (int)id;
    const struct leat__node *n = &r->driver->graph.node[id];
    if (path && leat__is_path_input(n))
        return set_read(r, (uint32_t)id, path, strlen(path), NULL, NULL, leat__files_path);
    struct leat__given loaded = { .node = (uint32_t)id };
    if (path && leat__loader_choose(r, (uint32_t)id, path, &loaded, &r->refusal) < 0)
        return r->refusal.code;
    if (loaded.loader)
        return leat__input_keep(r, loaded);
    char *file = NULL, *data = NULL;
    const char *column;
    size_t len = 0;
    int code = path ? read_path(path, &file, &column, &data, &len, &r->refusal)
                    : leat__fail(&r->refusal, LEAT_EUSAGE, "no path");
    if (code < 0) {
        leat__wrap(&r->refusal, code, "%s", name);
        if (path)
            leat__path_hint(path, &r->refusal);
    } else {
        const struct leat__type *t = r->driver->graph.node[id].type;
        code = set_read(r, (uint32_t)id, data, len, strcmp(file, "-") ? file : "standard input", column,
                        reader_for(t, file, data, len, column));
    }
    free(file);
    free(data);
    return code;
}

/* --- the calls: a lack of memory sticks, so that execute tells of it --- */

int leat__run_stick(leat_run *r, int code)
{
    if (r && code == LEAT_ENOMEM)
        r->starved = true;
    return code;
}

int leat_run_set(leat_run *r, const char *name, leat_value v)
{
    return leat__run_stick(r, set_value(r, name, v, SETTING_INPUT));
}

int leat_run_set_text(leat_run *r, const char *name, const char *text)
{
    return leat__run_stick(r, set_text(r, name, text, SETTING_INPUT));
}

int leat_run_set_json(leat_run *r, const char *name, const char *text, size_t len)
{
    return leat__run_stick(r, set_json(r, name, text, len, SETTING_INPUT));
}

int leat_run_set_file(leat_run *r, const char *name, const char *path)
{
    return leat__run_stick(r, set_file(r, name, path, SETTING_INPUT));
}

int leat_run_override(leat_run *r, const char *name, leat_value v)
{
    return leat__run_stick(r, set_value(r, name, v, SETTING_OVERRIDE));
}

int leat_run_override_text(leat_run *r, const char *name, const char *text)
{
    return leat__run_stick(r, set_text(r, name, text, SETTING_OVERRIDE));
}

int leat_run_override_json(leat_run *r, const char *name, const char *text, size_t len)
{
    return leat__run_stick(r, set_json(r, name, text, len, SETTING_OVERRIDE));
}

int leat_run_override_file(leat_run *r, const char *name, const char *path)
{
    return leat__run_stick(r, set_file(r, name, path, SETTING_OVERRIDE));
}

const char *leat_run_refusal(const leat_run *r) { return r ? r->refusal.message : "out of memory"; }
