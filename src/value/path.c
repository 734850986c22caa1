/* path: see path.h. */
#include "value/path.h"
#include "base/error.h"
#include <stdarg.h>
#include <stdio.h>

static void print(struct leat__text *out, const struct leat__step *at)
{
    if (!at->up) {
        leat__text_add(out, "value");
        return;
    }
    print(out, at->up);
    if (!at->name)
        leat__text_printf(out, "[%zu]", at->index);
    else if (*at->name)
        leat__text_printf(out, ".%s", at->name);
}

int leat__refuse(const struct leat__step *at, leat_error *err, int code, const char *format, ...)
{
    if (!err)
        return code;
    va_list args;
    char what[512];
    struct leat__text path = { 0 };
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    print(&path, at);
    if (path.len > 400)         /* the end of a path says more than its beginning */
        leat__fail(err, code, "...%s: %s", path.data + path.len - 400, what);
    else
        leat__fail(err, code, "%s: %s", path.data ? path.data : "value", what);
    leat__text_fini(&path);
    return code;
}

/* Types on the way down, so that a recursive one is not entered twice. */
struct way { struct leat__step step; const struct way *up; const struct leat__type *type; };

static bool entered(const struct way *at, const struct leat__type *t)
{
    for (; at; at = at->up)
        if (at->type == t)
            return true;
    return false;
}

static bool has_parts(const struct leat__type *t)
{
    return (t->kind == LEAT__STRUCT || t->kind == LEAT__ARRAY || leat__is_block(t)) && t->count &&
           !(t->flags & (LEAT__INCOMPLETE | LEAT__CLASS));
}

static int refuse_at(const struct way *at, leat_error *err)
{
    struct leat__text type = { 0 };
    leat__type_print(&type, at->type);
    int code = leat__refuse(&at->step, err, LEAT_ETYPE, "%s is opaque: its bytes cannot be told",
                            type.data ? type.data : "it");
    leat__text_fini(&type);
    return code;
}

/* Into the first part that is not derivable; there the last one without such a
 * part is to blame. */
static int blame(const struct way *at, leat_error *err)
{
    const struct leat__type *t = at->type;
    bool slice = leat__is_slice(t), array = slice || t->kind == LEAT__ARRAY || leat__is_block(t);
    for (uint32_t i = 0; has_parts(t) && i < (array ? 1 : t->count); i++) {
        const struct leat__type *part = slice ? leat__slice_item(t) : array ? t->of
                                                                  : t->members[i].type;
        struct leat__step step = array ? leat__step_item(&at->step, 0)
                                       : leat__step_member(&at->step, t->members[i].name);
        if (!leat__is_derivable(part) && !entered(at, part) && step.depth < LEAT__CODEC_DEEPEST)
            return blame(&(struct way){ step, at, part }, err);
    }
    return refuse_at(at, err);
}

int leat__refuse_opaque(const struct leat__type *t, leat_error *err)
{
    return blame(&(struct way){ { 0 }, NULL, t }, err);
}
