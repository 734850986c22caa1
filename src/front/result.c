/* result: several outputs as one: a struct of the host, a JSON object, a table. */
#include "base/error.h"
#include "base/escape.h"
#include "base/file.h"
#include "front/run.h"
#include "value/sheet.h"
#include <stdlib.h>
#include <string.h>

/* --- a struct --- */

enum { LONGEST_NAME = 512 };

/* A member is called as a parameter would be: `table__rain` is table.rain, `time_` time. */
static const char *read_member(const char *member, char *name)
{
    size_t n = 0, len = strlen(member);
    if (len > 1 && member[len - 1] == '_' && member[len - 2] != '_')
        len--;
    for (size_t i = 0; i < len && n + 1 < LONGEST_NAME; i++) {
        bool dot = member[i] == '_' && member[i + 1] == '_' && i && i + 2 < len;
        name[n++] = dot ? '.' : member[i];
        i += dot;
    }
    name[n] = 0;
    return name;
}

static void add_reason(leat_error *all, int code, const char *why)
{
    size_t n = all->code ? strlen(all->message) : 0;
    snprintf(all->message + n, sizeof all->message - n, "%s%s", n ? "; " : "", why);
    all->code = all->code ? all->code : code;
}

int leat_run_ask_fields(leat_run *r, const leat_field *fields, size_t n)
{
    char name[LONGEST_NAME];
    leat_error all = { 0 };
    if (!r)
        return LEAT_ENOMEM;
    if (!fields && n)
        return leat__fail(&r->refusal, LEAT_EUSAGE, "no fields");
    for (size_t i = 0; i < n; i++) {
        const char *member = fields[i].name ? fields[i].name : "";
        int code = leat_run_ask(r, read_member(member, name), fields[i].place);
        if (code < 0)
            add_reason(&all, code, leat_run_refusal(r));
        if (code == LEAT_ENOMEM)
            return code;
    }
    if (all.code)
        r->refusal = all;
    return all.code;
}

/* --- what is meant --- */

static const char *name_of(const leat_run *r, const struct leat__asked *a)
{
    return a->view ? a->view->node.name : r->driver->graph.node[a->node].name;
}

/* Asked twice, it is given once. */
static bool is_second(const leat_run *r, uint32_t i)
{
    for (uint32_t k = 0; k < i; k++)
        if (!strcmp(name_of(r, &r->asks[k]), name_of(r, &r->asks[i])))
            return true;
    return false;
}

typedef int add(const leat_run *r, void *to, const struct leat__node *n, const char *name, const void *at, leat_error *err);

/* Sinks and what was not made are passed over; *made counts the others. */
static int add_one(leat_run *r, const char *name, add *to, void *user, size_t *made, leat_error *err)
{
    const struct leat__node *n = NULL;
    const void *at = NULL;
    leat_error why = { 0 };
    int code = leat__run_find(r, name, &n, &at, &why);
    if (code == LEAT_ENOVALUE)
        return 0;
    if (code < 0) {
        if (err)
            *err = why;
        return code;
    }
    ++*made;
    return to(r, user, n, name, at, err);
}

/* The names, or (NULL) everything asked, in that order. */
static int each(leat_run *r, const char *const *names, size_t count, add *to, void *user, size_t *made,
                leat_error *err)
{
    int code = 0;
    if (!r)
        return leat__fail_memory(err);
    if (r->state != LEAT__RUN_ENDED)
        return leat__fail(err, LEAT_EUSAGE, "the run has not been executed");
    for (size_t i = 0; names && i < count && !code; i++)
        code = add_one(r, names[i], to, user, made, err);
    for (uint32_t i = 0; !names && i < r->ask_count && !code; i++)
        if (!is_second(r, i))
            code = add_one(r, name_of(r, &r->asks[i]), to, user, made, err);
    return code;
}

/* --- shapes --- */

static int add_member(const leat_run *r, void *to, const struct leat__node *n, const char *name, const void *at,
                      leat_error *err)
{
    struct leat__text *out = to;
    leat__text_add(out, out->len > 1 ? "," : "");
    leat__escape_json(out, name, strlen(name));
    leat__text_addc(out, ':');
    return leat__output_json(out, &r->driver->graph, n, at, err);
}

static int write_object(leat_run *r, const char *const *names, size_t n, struct leat__text *out, leat_error *err)
{
    size_t made = 0;
    leat__text_addc(out, '{');
    int code = each(r, names, n, add_member, out, &made, err);
    leat__text_addc(out, '}');
    return !code && out->failed ? leat__fail_memory(err) : code;
}

static int add_columns(const leat_run *r, void *to, const struct leat__node *n, const char *name, const void *at,
                       leat_error *err)
{
    (void)r;
    if (n->flags & LEAT__NODE_SECRET)
        return leat__fail(err, LEAT_EUSAGE, "%s is noted secret: it is not told in a table", name);
    return leat__sheet_add(to, name, n->type, at, err);
}

static int write_table(leat_run *r, const char *const *names, size_t n, bool lines, struct leat__text *out,
                       leat_error *err)
{
    struct leat__sheet sheet = { 0 };
    size_t made = 0;
    int code = each(r, names, n, add_columns, &sheet, &made, err);
    if (!code && !made)
        code = leat__fail(err, LEAT_ENOVALUE, "no table: no output was made");
    if (!code && (lines ? leat__sheet_jsonl : leat__sheet_csv)(&sheet, out) < 0)
        code = leat__fail_memory(err);
    leat__sheet_fini(&sheet);
    return code;
}

int leat_run_object(leat_run *r, const char *const *names, size_t n, char **out_text, leat_error *err)
{
    struct leat__text out = { 0 };
    int code = write_object(r, names, n, &out, err);
    return leat__output_give(&out, code, out_text, err);
}

int leat_run_table(leat_run *r, const char *const *names, size_t n, char **out_text, leat_error *err)
{
    struct leat__text out = { 0 };
    int code = write_table(r, names, n, false, &out, err);
    return leat__output_give(&out, code, out_text, err);
}

int leat_run_save_all(leat_run *r, const char *const *names, size_t n, const char *path, leat_error *err)
{
    struct leat__text out = { 0 };
    if (!path)
        return leat__fail(err, LEAT_EUSAGE, "no path");
    const char *suffix = leat__file_suffix(path);
    bool object = !strcmp(suffix, ".json"), lines = !strcmp(suffix, ".jsonl");
    if (!object && !lines && strcmp(suffix, ".csv"))
        return leat__fail(err, LEAT_EUSAGE, "%s: several outputs go into a file .json, .jsonl or .csv", path);
    int code = object ? write_object(r, names, n, &out, err) : write_table(r, names, n, lines, &out, err);
    if (object)
        leat__text_addc(&out, '\n');
    return leat__output_save(&out, code, path, err);
}
