/* records_functions: what was found, as rows. What stands in no C type or cannot
 * be called as C is refused here, with the reason; what is exported and has no
 * debug info is listed so. */
#include "module/records_functions.h"
#include "base/error.h"
#include "module/record_check.h"
#include "module/records_cxx.h"
#include <stdlib.h>
#include <string.h>

/* --- what is refused --- */

static const char split_off[] = "its debug info was split off and is not there: keep its .dwo "
                                "files, or compile without -gsplit-dwarf";

/* It leads to a type that could not be found: nobody knows what it is equal to. */
static bool is_missing(const struct leat__type *t)
{
    while (t->of)
        t = t->of;
    return t->kind == LEAT__ODD && t->name && !strcmp(t->name, leat__missing_type);
}

static const char *unfit(struct leat__walk *w, const char *what, const char *name, uint32_t draft)
{
    const struct leat__type *t = leat__drafts_get(&w->types, draft);
    const char *why = leat__record_unfit(t), *space = *name ? " " : "", *text;
    if (is_missing(t))
        text = leat__arena_printf(&w->arena, "the debug info of %s%s%s is missing",
                                  what, space, name);
    else if (!why)
        return NULL;
    else if (!strcmp(why, "incomplete"))
        text = leat__arena_printf(&w->arena, "%s%s%s is of an incomplete type", what, space, name);
    else
        text = leat__arena_printf(&w->arena,
                                  "%s%s%s is or holds %s, which cannot be passed between nodes",
                                  what, space, name, why);
    w->failed |= !text;
    return text;
}

/* The first reason; NULL: it can be a node. */
static const char *refusal(struct leat__walk *w, struct leat__found *f)
{
    if (f->bare)
        return "its debug info has no types: compile with -g, not -g1";
    if (f->refused)
        return f->refused;
    if (f->variable && leat__drafts_get(&w->types, f->result)->kind == LEAT__ARRAY)
        return NULL;
    const char *what = f->variable ? "its value" : "its result";
    const char *why = f->none ? NULL : unfit(w, what, "", f->result);
    for (uint32_t i = 0; !why && i < f->count; i++) {
        const struct leat__found_param *p = &w->params[f->first + i];
        why = unfit(w, "parameter", p->name, p->type);
    }
    return why;
}

/* --- exported, but not told of --- */

static int by_address(const void *a, const void *b)
{
    const struct leat__symbol *x = a, *y = b;
    return (x->address > y->address) - (x->address < y->address);
}

/* One that shares its address with one that is told of is an alias. */
static void add_untold(struct leat__walk *w)
{
    struct leat__elf *image = w->image;
    struct leat__symbol *s = image->symbol;
    if (image->count)
        qsort(s, image->count, sizeof *s, by_address);
    for (uint32_t i = 0, end; i < image->count; i = end) {
        bool told = false;
        for (end = i; end < image->count && s[end].address == s[i].address; end++)
            told |= leat__map_get(&w->seen, s[end].name) != LEAT__NONE;
        for (uint32_t k = i; k < end && !told; k++) {
            struct leat__found *f = s[k].variable ? NULL : leat__walk_add(w, s[k].name);
            if (f)
                f->refused = w->lost ? split_off : "it has no debug info: compile it with -g";
        }
    }
}

/* --- told of by LEAT_FUNCTION alone --- */

static void add_entries(struct leat__walk *w)
{
    for (uint32_t i = 0; i < w->entries->count; i++) {
        struct leat__function *from = &w->entries->entry[i].f;
        uint32_t *seen, first = w->param_count;
        if (w->entries->entry[i].told)
            continue;
        w->failed |= leat__map_put(&w->seen, from->name, &seen) < 0;
        struct leat__found *f = leat__walk_add(w, from->name);
        if (w->failed || !f)
            return;
        *seen = 1;
        f->file = leat__files_named(w->files, from->head->file);
        f->line = from->head->line;
        f->none = !from->head->result;
        f->result = from->head->result ? leat__drafts_copy(&w->types, from->head->result) : 0;
        f->first = first;
        f->own_call = true;
        f->refused = leat__function_refused(from);
        struct leat__params params = leat__params_of(from);
        for (uint32_t k = 0; k < from->head->count; k++) {
            struct leat__param p = leat__params_next(&params);
            leat__walk_add_param(w, f, p.name, leat__drafts_copy(&w->types, p.type));
        }
    }
}

/* --- rows --- */

static const char *file_name(const struct leat__found *f)
{
    return f->file ? f->file->name : "";
}

static int by_place(const void *a, const void *b)
{
    const struct leat__found *x = a, *y = b;
    int order = strcmp(file_name(x), file_name(y));
    if (!order)
        order = (x->line > y->line) - (x->line < y->line);
    return order ? order : strcmp(x->name, y->name);
}

static void add_row(struct leat__walk *w, struct leat__found *f, struct leat__record_writer *out)
{
    struct leat__record_function row = { .name = leat__record_string(out, f->name),
        .file = leat__record_string(out, file_name(f)), .line = f->line, .count = f->count,
        .variable = f->variable, .result = LEAT__NONE, .signature = f->own_call ? LEAT__NONE : 0 };
    const char *refused = refusal(w, f);
    row.refused = leat__record_string(out, refused);
    const char *doc = f->file ? leat__files_comment(w->files, f->file, f->line, f->name) : "";
    row.doc = leat__record_string(out, doc);
    if (!f->none)
        row.result = leat__drafts_row(&w->types, f->result, out);
    for (uint32_t i = 0; i < f->count; i++) {
        const struct leat__found_param *p = &w->params[f->first + i];
        struct leat__record_param param = {
            leat__record_string(out, p->name), leat__drafts_row(&w->types, p->type, out) };
        uint32_t at = leat__record_add_param(out, &param);
        row.first = i ? row.first : at;
    }
    leat__record_add_function(out, &row);
}

static bool all_bare(const struct leat__walk *w)
{
    uint32_t functions = 0;
    for (uint32_t i = 0; i < w->count; i++) {
        if (!w->found[i].bare)
            return false;
        functions += !w->found[i].variable;
    }
    return functions;
}

static int add_rows(struct leat__walk *w, struct leat__record_writer *out, leat_error *err)
{
    if (w->failed || w->types.failed)
        return leat__fail_memory(err);
    int code = leat__drafts_seal(&w->types);
    if (code < 0)
        return code == LEAT_ENOMEM ? leat__fail_memory(err) :
               leat__fail(err, LEAT_EBUILD, "its debug info is damaged: types contain themselves");
    if (w->count)
        qsort(w->found, w->count, sizeof *w->found, by_place);
    for (uint32_t i = 0; i < w->count; i++)
        add_row(w, &w->found[i], out);
    if (w->failed || w->files->failed)
        return leat__fail_memory(err);
    if (all_bare(w))
        return leat__fail(err, LEAT_EBUILD,
                          "its debug info has functions without types (compile with -g, not -g1)");
    return 0;
}

static const char *why_none(const struct leat__walk *w)
{
    if (!w->image->dwarf)
        return w->image->why;
    return w->lost ? split_off : "no debug info for its functions (compile with -g)";
}

static int find_all(struct leat__walk *w, leat_error *err)
{
    if (w->image->dwarf)
        leat__walk_units(w);
    leat__cxx_settle(w);
    add_entries(w);
    if (w->failed || w->files->failed || w->types.failed)
        return leat__fail_memory(err);
    if (!w->seen.count && w->image->functions)
        return leat__fail(err, LEAT_EBUILD, "%s", why_none(w));
    if (!w->files->sources.count)
        add_untold(w);
    return 0;
}

int leat__functions_add(struct leat__record_writer *out, struct leat__elf *image,
                        struct leat__files *files, leat_error *err)
{
    struct leat__entries entries;
    struct leat__walk w = { .image = image, .files = files, .entries = &entries };
    int code = leat__entries_read(&entries, image, err);
    if (code == 0)
        code = find_all(&w, err);
    if (code == 0)
        code = add_rows(&w, out, err);
    leat__walk_fini(&w);
    leat__entries_fini(&entries);
    return code;
}
