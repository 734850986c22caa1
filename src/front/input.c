/* input: what callers give, as slots hold it. */
#include "base/error.h"
#include "base/file.h"
#include "base/vector.h"
#include "front/run.h"
#include "value/destroy.h"
#include "value/io.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FILE = 1 << 30 };

static void give_back(struct leat__given *g, const struct leat__node *n, bool moved)
{
    void *at = (void *)(uintptr_t)g->value;
    if (g->release)
        g->release(g->user);
    if (!g->owned || moved || !at)
        return;
    if (n->flags & LEAT__NODE_OBJECT)
        leat__destroy_copy(n->type, at);
    free(at);
}

void leat__inputs_release(leat_run *r)
{
    for (uint32_t i = r->given_count; i-- > 0;) {
        struct leat__given *g = &r->given[i];
        uint32_t t = r->plan && r->ended ? leat__plan_task(&r->plan->plan, g->node) : LEAT__NONE;
        bool moved = t != LEAT__NONE && (r->core.frame.slot[t].marks & LEAT__SLOT_MOVED);
        give_back(g, &r->driver->graph.node[g->node], moved);
        r->is_given[g->node] = r->is_cut[g->node] = 0;
    }
    r->given_count = 0;
    leat__arena_fini(&r->arena);
}

/* --- numbers --- */

struct number { bool is_float, is_signed; int64_t i; uint64_t u; double d; };

static int no_fit(const struct leat__node *n, const char *what, leat_error *err)
{
    struct leat__text type = { 0 };
    leat__type_print(&type, n->type);
    int code = leat__fail(err, LEAT_EINPUT, "%s: %s does not fit %s", n->name, what, type.data ? type.data : "");
    leat__text_fini(&type);
    return code;
}

/* The integer behind a number, if there is one: in range of int64 or uint64. */
static bool as_integer(const leat_value *v, bool *negative, uint64_t *magnitude)
{
    if (v->kind == LEAT_KIND_FLOAT) {
        double d = v->as.d;
        if (d != floor(d) || d < -9223372036854775808.0 || d >= 18446744073709551616.0)
            return false;
        *negative = d < 0;
        *magnitude = d < 0 ? (uint64_t)(int64_t)d : (uint64_t)d;
        return true;
    }
    *negative = v->kind == LEAT_KIND_INT && v->as.i < 0;
    *magnitude = v->as.u;
    return true;
}

static bool fits_integer(const struct leat__type *t, bool is_signed, bool negative, uint64_t bits)
{
    if (t->size > 8)
        return false;
    if (is_signed) {
        int64_t x = (int64_t)bits, low = -((int64_t)1 << (t->size * 8 - 1)), high = ~low;
        if (t->size == 8)
            return negative || bits <= INT64_MAX;
        return (negative || bits <= INT64_MAX) && x >= low && x <= high;
    }
    return !negative && (t->size == 8 || bits >> (t->size * 8) == 0);
}

static bool is_enumerator(const struct leat__type *t, bool negative, uint64_t bits)
{
    for (uint32_t i = 0; i < t->count; i++)
        if (t->enumerators[i].value == (int64_t)bits && (negative || (int64_t)bits >= 0 || !(t->flags & LEAT__SIGNED)))
            return true;
    return false;
}

/* Lossless, but double to float may round. */
static bool convert_number(const struct leat__type *t, const leat_value *v, uint64_t *out)
{
    bool negative;
    uint64_t bits;
    *out = 0;
    if (t->kind == LEAT__FLOAT) {
        double d = v->kind == LEAT_KIND_FLOAT ? v->as.d : v->kind == LEAT_KIND_UINT ? (double)v->as.u : (double)v->as.i;
        if (v->kind == LEAT_KIND_UINT && (d >= 18446744073709551616.0 || (uint64_t)d != v->as.u))
            return false;
        if (v->kind != LEAT_KIND_UINT && v->kind != LEAT_KIND_FLOAT &&
            (d >= 9223372036854775808.0 || (int64_t)d != v->as.i))
            return false;
        if (t->size == 8) {
            memcpy(out, &d, 8);
        } else {
            float f = (float)d;
            if (v->kind != LEAT_KIND_FLOAT && (double)f != d)
                return false;
            memcpy(out, &f, 4);
        }
        return t->size <= 8;
    }
    if (v->kind == LEAT_KIND_BOOL && t->kind == LEAT__BOOL)
        return *out = v->as.i != 0, true;
    if (!as_integer(v, &negative, &bits))
        return false;
    *out = bits;
    switch (t->kind) {
    case LEAT__BOOL: return !negative && bits <= 1;
    case LEAT__INT:  return fits_integer(t, true, negative, bits);
    case LEAT__UINT: return fits_integer(t, false, negative, bits);
    case LEAT__ENUM: return is_enumerator(t, negative, bits);
    default:         return false;
    }
}

/* --- memory --- */

static bool element_fits(const struct leat__type *t, const leat_value *v)
{
    static const uint8_t kinds[] = { 0, LEAT__BOOL, LEAT__INT, LEAT__UINT, LEAT__FLOAT };
    if (v->size != t->size)
        return false;
    if (v->element == LEAT_KIND_STRING)
        return leat__is_text(t);
    if (v->element >= LEAT_KIND_BOOL && v->element <= LEAT_KIND_FLOAT)
        return t->kind == kinds[v->element] || (t->kind == LEAT__ENUM && v->element <= LEAT_KIND_UINT) ||
               (t->kind == LEAT__CHAR && v->element == LEAT_KIND_INT);
    return leat__is_record(t);
}

/* "struct day", "const struct day *" and "day" name the same type. */
static bool names_type(const struct leat__type *t, const char *text)
{
    size_t n = t->name ? strlen(t->name) : 0;
    if (!text || !n)
        return true;
    if (!strncmp(text, "const ", 6))
        text += 6;
    for (size_t i = 0; i < 2; i++)
        if (!strncmp(text, i ? "union " : "struct ", i ? 6 : 7))
            text += i ? 6 : 7;
    return !strncmp(text, t->name, n) && !text[n + strspn(text + n, " *")];
}

static bool is_taken(const struct leat__graph *g, uint32_t id)
{
    const struct leat__node *n = &g->node[id];
    const struct leat__node *w = n->writer == LEAT__NONE ? NULL : &g->node[n->writer];
    for (uint32_t i = 0; w && i < w->edges; i++)
        if (g->edge[w->edge + i].from == id && g->edge[w->edge + i].takes)
            return true;
    return false;
}

/* An object of node id's type, in the arena or, if a node takes it, malloc'ed. */
static int copy_object(leat_run *r, uint32_t id, const void *from, struct leat__given *out, leat_error *err)
{
    const struct leat__node *n = &r->driver->graph.node[id];
    bool taken = is_taken(&r->driver->graph, id);
    if (!leat__is_derivable(n->type))
        return no_fit(n, "a struct that cannot be copied from its layout must be lent (release)", err);
    void *at = taken ? malloc(n->type->size) : leat__arena_alloc(&r->arena, n->type->size);
    int code = at ? leat__copy(n->type, from, at, taken ? NULL : &r->arena) : LEAT_ENOMEM;
    if (code < 0) {
        if (taken)
            free(at);
        return code == LEAT_ENOMEM ? leat__fail_memory(err)
                                   : leat__fail(err, code, "%s: an array without memory", n->name);
    }
    out->value = (uint64_t)(uintptr_t)at;
    out->owned = taken;
    return 0;
}

static int convert_array(leat_run *r, uint32_t id, leat_value v, struct leat__given *out, leat_error *err)
{
    const struct leat__node *n = &r->driver->graph.node[id];
    struct { const void *data; size_t len, cap; } slice = { v.as.p, v.count, v.count };
    if (n->flags & LEAT__NODE_OBJECT && leat__is_slice(n->type)) {
        if (!element_fits(leat__slice_item(n->type), &v))
            return no_fit(n, "an array of other elements", err);
        if (!v.release)
            return copy_object(r, id, &slice, out, err);
        void *at = leat__arena_alloc(&r->arena, sizeof slice);
        if (!at)
            return leat__fail_memory(err);
        memcpy(at, &slice, n->type->size);
        out->value = (uint64_t)(uintptr_t)at;
        return 0;
    }
    if (n->type->kind != LEAT__POINTER || !element_fits(n->type->of, &v))
        return no_fit(n, "an array", err);
    void *at = v.release ? (void *)v.as.p : leat__arena_array(&r->arena, v.count, v.size);
    if (!at)
        return leat__fail_memory(err);
    if (!v.release && v.count)
        memcpy(at, v.as.p, v.count * v.size);
    out->value = (uint64_t)(uintptr_t)at;
    return 0;
}

static int convert_struct(leat_run *r, uint32_t id, leat_value v, struct leat__given *out, leat_error *err)
{
    const struct leat__node *n = &r->driver->graph.node[id];
    if (!(n->flags & LEAT__NODE_OBJECT) || !names_type(n->type, v.type) ||
        (n->type->size && v.size && v.size != n->type->size))
        return no_fit(n, v.type ? v.type : "a struct", err);
    if (!v.as.p)
        return no_fit(n, "NULL", err);
    if (!v.release)
        return copy_object(r, id, v.as.p, out, err);
    out->value = (uint64_t)(uintptr_t)v.as.p;
    return 0;
}

static int convert_text(leat_run *r, uint32_t id, const char *s, struct leat__given *out, leat_error *err)
{
    const struct leat__node *n = &r->driver->graph.node[id];
    if (!leat__is_text(n->type))
        return no_fit(n, "a text", err);
    bool taken = is_taken(&r->driver->graph, id);
    char *at = !s ? NULL : taken ? strdup(s) : leat__arena_strdup(&r->arena, s);
    if (s && !at)
        return leat__fail_memory(err);
    out->value = (uint64_t)(uintptr_t)at;
    out->owned = taken;
    return s ? 0 : no_fit(n, "NULL", err);
}

int leat__input_convert(leat_run *r, uint32_t id, leat_value v, struct leat__given *out, leat_error *err)
{
    const struct leat__node *n = &r->driver->graph.node[id];
    switch (v.kind) {
    case LEAT_KIND_STRUCT:
        return convert_struct(r, id, v, out, err);
    case LEAT_KIND_ARRAY:
        return convert_array(r, id, v, out, err);
    case LEAT_KIND_STRING:
        if (!v.release)
            return convert_text(r, id, v.as.p, out, err);
        out->value = (uint64_t)(uintptr_t)v.as.p;
        return leat__is_text(n->type) ? 0 : no_fit(n, "a text", err);
    case LEAT_KIND_BOOL: case LEAT_KIND_INT: case LEAT_KIND_UINT: case LEAT_KIND_FLOAT:
        return convert_number(n->type, &v, &out->value) ? 0 : no_fit(n, "the number", err);
    default:
        return leat__fail(err, LEAT_EUSAGE, "%s: no such kind of value", n->name);
    }
}

/* --- the calls --- */

/* The input `name` may be set now: its id, or a negative code. */
static long settable(leat_run *r, const char *name)
{
    const struct leat__graph *g = &r->driver->graph;
    uint32_t id = name ? leat__graph_find(g, name) : LEAT__NONE;
    leat_error *err = &r->refusal;
    if (r->ended)
        return leat__fail(err, LEAT_EUSAGE, "%s: the run has ended; reset it first", name);
    if (id == LEAT__NONE) {
        const char *near = name ? leat__graph_suggest(g, name) : NULL;
        return leat__fail(err, LEAT_ENOTFOUND, "no input %s%s%s%s", name ? name : "(null)", near ? ", did you mean " : "",
                          near ? near : "", near ? "?" : "");
    }
    const struct leat__node *n = &g->node[id];
    if (n->kind != LEAT__NODE_INPUT && !(n->flags & LEAT__NODE_DEFAULT)) {
        char place[300];
        return leat__fail(err, LEAT_EINPUT, "%s is computed (%s): it is no input", name,
                          leat__node_place(n, place, sizeof place));
    }
    if (r->is_given[id])
        return leat__fail(err, LEAT_EINPUT, "%s is given twice", name);
    return id;
}

static int keep(leat_run *r, struct leat__given g)
{
    if (!LEAT__ROOM(r->given, r->given_count, r->given_cap)) {
        give_back(&g, &r->driver->graph.node[g.node], false);
        return leat__fail_memory(&r->refusal);
    }
    r->given[r->given_count++] = g;
    r->is_given[g.node] = 1;
    r->is_cut[g.node] = !!(r->driver->graph.node[g.node].flags & LEAT__NODE_DEFAULT);
    return 0;
}

int leat_run_set(leat_run *r, const char *name, leat_value v)
{
    long id = r ? settable(r, name) : LEAT_ENOMEM;
    struct leat__given g = { .release = v.release, .user = v.user };
    int code = id < 0 ? (int)id : 0;
    if (!code) {
        g.node = (uint32_t)id;
        code = leat__input_convert(r, g.node, v, &g, &r->refusal);
    }
    if (code < 0) {
        if (v.release)
            v.release(v.user);
        return code;
    }
    return keep(r, g);
}

/* Reads with `read` into fresh memory of the input's type. */
typedef int reader(const struct leat__type *t, const char *text, size_t len, const char *where,
                   const char *column, struct leat__arena *arena, void *at, leat_error *err);

static int set_read(leat_run *r, uint32_t id, const char *text, size_t len, const char *where,
                    const char *column, reader *read)
{
    const struct leat__node *n = &r->driver->graph.node[id];
    bool object = n->flags & LEAT__NODE_OBJECT;
    if (!leat__is_derivable(n->type))
        return no_fit(n, "text (its type can only be given by a host program)", &r->refusal);
    struct leat__given g = { .node = id };
    void *at = object ? leat__arena_alloc(&r->arena, n->type->size) : &g.value;
    if (!at)
        return leat__fail_memory(&r->refusal);
    int code = read(n->type, text, len, where, column, &r->arena, at, &r->refusal);
    if (code < 0)
        return leat__wrap(&r->refusal, code, "%s", n->name);
    if (object)
        g.value = (uint64_t)(uintptr_t)at;
    if (!is_taken(&r->driver->graph, id))
        return keep(r, g);
    code = object ? copy_object(r, id, at, &g, &r->refusal)
                  : leat__is_text(n->type) ? convert_text(r, id, *(const char **)at, &g, &r->refusal) : 0;
    return code < 0 ? code : keep(r, g);
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

int leat_run_set_text(leat_run *r, const char *name, const char *text)
{
    long id = r ? settable(r, name) : LEAT_ENOMEM;
    if (id < 0)
        return (int)id;
    if (!text)
        return leat__fail(&r->refusal, LEAT_EUSAGE, "%s: no text", name);
    return set_read(r, (uint32_t)id, text, strlen(text), NULL, NULL, read_value);
}

int leat_run_set_json(leat_run *r, const char *name, const char *text, size_t len)
{
    long id = r ? settable(r, name) : LEAT_ENOMEM;
    if (id < 0)
        return (int)id;
    return set_read(r, (uint32_t)id, text, len, NULL, NULL, read_json);
}

/* By suffix, else by type, else by the first character. */
static reader *reader_for(const struct leat__type *t, const char *path, const char *text, size_t len,
                          const char *column)
{
    const char *suffix = leat__file_suffix(path);
    size_t at = 0;
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
    return leat__is_slice(t) && leat__is_record(leat__slice_item(t)) ? leat__csv_read : read_bare;
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

int leat_run_set_file(leat_run *r, const char *name, const char *path)
{
    long id = r ? settable(r, name) : LEAT_ENOMEM;
    if (id < 0)
        return (int)id;
    char *file = NULL, *data = NULL;
    const char *column;
    size_t len = 0;
    int code = path ? read_path(path, &file, &column, &data, &len, &r->refusal)
                    : leat__fail(&r->refusal, LEAT_EUSAGE, "no path");
    if (code < 0) {
        char *near = path ? leat__file_suggest(path) : NULL;
        leat__wrap(&r->refusal, code, "%s", name);
        size_t n = strlen(r->refusal.message);
        if (near && r->refusal.code == LEAT_ESYSTEM)
            snprintf(r->refusal.message + n, sizeof r->refusal.message - n, "; did you mean %s?", near);
        free(near);
    } else {
        const struct leat__type *t = r->driver->graph.node[id].type;
        code = set_read(r, (uint32_t)id, data, len, strcmp(file, "-") ? file : "standard input", column,
                        reader_for(t, file, data, len, column));
    }
    free(file);
    free(data);
    return code;
}

const char *leat_run_refusal(const leat_run *r) { return r ? r->refusal.message : "out of memory"; }
