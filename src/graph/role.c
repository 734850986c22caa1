/* role: the only place that knows how functions are named (language.md 1, 2, 3). */
#include "graph/role.h"
#include "graph/reserved.h"
#include <string.h>

const char *const leat__free_words[] = { "free", "destroy", "release", "close", "delete", "unref", NULL };
const char *const leat__fini_words[] = { "fini", "clear", NULL };

static bool is_called(const char *type, const char *name, size_t n)
{
    size_t len = type ? strlen(type) : 0;
    if (!type || strncmp(type, name, n))
        return false;
    return len == n || (len == n + 2 && !strcmp(type + n, "_t"));
}

/* By its tag or its typedef. */
static bool role_names(const struct leat__type *t, const char *name, size_t n)
{
    return n && (is_called(leat__type_name(t, 0), name, n) || is_called(leat__type_name(t, 1), name, n));
}

bool leat__role_is_out(const struct leat__param *p, const char **out_name)
{
    if (p->name[0] != 'o' || strncmp(p->name, "out", 3) || (p->name[3] && p->name[3] != '_') || p->type->kind != LEAT__POINTER ||
        (p->type->flags & LEAT__TO_CONST))
        return false;
    *out_name = p->name[3] ? p->name + 4 : "";
    return !p->name[3] || p->name[4];
}

static bool one_of(const char *word, const char *const *words)
{
    for (; *words; words++)
        if (!strcmp(word, *words))
            return true;
    return false;
}

static bool gives_status(const struct leat__function *f)
{
    return !f->head->result || (f->head->result->kind == LEAT__INT && f->head->result->size == 4);
}

/* void|int name(T *), name being T's and one of the words. */
static bool is_destructor(const struct leat__function *f)
{
    if (f->head->count != 1 || !gives_status(f))
        return false;
    const struct leat__type *t = leat__param_type(f, 0);
    const char *low = strrchr(f->name, '_');
    if (t->kind != LEAT__POINTER || (t->flags & LEAT__TO_CONST) || !low)
        return false;
    return (one_of(low + 1, leat__free_words) || one_of(low + 1, leat__fini_words)) &&
           role_names(t->of, f->name, (size_t)(low - f->name));
}

/* --- functions by name for a type's values --- */

static const char *const method_words[] = { "encode", "decode", "hash", "equal", "copy", NULL };

static bool points_at_bytes(const struct leat__type *t, bool constant)
{
    if (t->kind != LEAT__POINTER || !(t->flags & LEAT__TO_CONST) != !constant)
        return false;
    uint8_t kind = t->of->kind;
    return kind == LEAT__VOID || (t->of->size == 1 && (kind == LEAT__UINT || kind == LEAT__INT || kind == LEAT__CHAR));
}

static bool is_size(const struct leat__type *t) { return t->kind == LEAT__UINT && t->size == sizeof(size_t); }

static bool reads(const struct leat__function *f, uint32_t i, const struct leat__type *t)
{
    const struct leat__type *p = i < f->head->count ? leat__param_type(f, i) : NULL;
    return p && p->kind == LEAT__POINTER && (p->flags & LEAT__TO_CONST) && leat__type_equal(p->of, t);
}

/* T *, or T itself, of values that are passed so. */
static bool gives(const struct leat__function *f, const struct leat__type *t)
{
    const struct leat__type *r = f->head->result;
    return r && (r->kind == LEAT__POINTER ? !(r->flags & LEAT__TO_CONST) && leat__type_equal(r->of, t)
                                          : leat__type_equal(r, t));
}

static bool is_exact(const struct leat__function *f, int method, const struct leat__type *t)
{
    bool status = f->head->result && gives_status(f);
    switch (method) {
    case LEAT__ENCODE:
        return status && f->head->count == 3 && reads(f, 0, t) && leat__param_type(f, 1)->kind == LEAT__POINTER &&
               points_at_bytes(leat__param_type(f, 1)->of, false) && leat__param_type(f, 2)->kind == LEAT__POINTER &&
               is_size(leat__param_type(f, 2)->of);
    case LEAT__DECODE:
        return f->head->count == 2 && points_at_bytes(leat__param_type(f, 0), true) && is_size(leat__param_type(f, 1)) && gives(f, t);
    case LEAT__HASH:
        return f->head->count == 1 && reads(f, 0, t) && f->head->result && f->head->result->kind == LEAT__UINT && f->head->result->size == 8;
    case LEAT__EQUAL:
        return f->head->count == 2 && reads(f, 0, t) && reads(f, 1, t) && f->head->result &&
               (f->head->result->kind == LEAT__BOOL || (status && f->head->result));
    default:
        return f->head->count == 1 && reads(f, 0, t) && gives(f, t);
    }
}

/* Its type, and which method it is, by its name and by what it takes or gives; NULL:
 * it is none. */
static const struct leat__type *named_method(const struct leat__function *f, int *out_method)
{
    const char *name = leat__function_symbol(f), *low = strrchr(name, '_');
    int m = 0;
    while (low && method_words[m] && strcmp(low + 1, method_words[m]))
        m++;
    if (!low || !method_words[m] || f->head->variable)
        return NULL;
    const struct leat__type *t = m == LEAT__DECODE ? f->head->result : f->head->count ? leat__param_type(f, 0) : NULL;
    if (t && t->kind == LEAT__POINTER && (m == LEAT__DECODE || t->flags & LEAT__TO_CONST))
        t = t->of;
    *out_method = m;
    return t && leat__is_record(t) && role_names(t, name, (size_t)(low - name)) ? t : NULL;
}

const struct leat__type *leat__role_method(const struct leat__function *f, int *out_method, bool *out_exact)
{
    const struct leat__type *t = named_method(f, out_method);
    *out_exact = t && is_exact(f, *out_method, t);
    return t;
}

static bool is_path(const struct leat__type *t) { return leat__is_text(t) && (t->flags & LEAT__TO_CONST); }

/* T *T_from_xyz(const char *path); T itself, of values that are passed so. */
static bool is_loader(const struct leat__function *f)
{
    const char *from = leat__role_suffix(f, "_from_");
    if (!from || f->head->count != 1 || !is_path(leat__param_type(f, 0)) || !f->head->result)
        return false;
    const struct leat__type *t = leat__is_object_pointer(f->head->result) ? f->head->result->of : f->head->result;
    return leat__is_record(t) && !(f->head->result->flags & LEAT__TO_CONST) &&
           role_names(t, f->name, (size_t)(from - f->name) - strlen("_from_"));
}

/* int T_to_xyz(const T *, const char *path). */
static bool is_saver(const struct leat__function *f)
{
    const char *to = leat__role_suffix(f, "_to_");
    if (!to || f->head->count != 2 || !f->head->result || !gives_status(f) || !is_path(leat__param_type(f, 1)))
        return false;
    const struct leat__type *t = leat__param_type(f, 0);
    return leat__is_object_pointer(t) && (t->flags & LEAT__TO_CONST) &&
           role_names(t->of, f->name, (size_t)(to - f->name) - strlen("_to_"));
}

/* The last one counts: a type may be named so, too. */
const char *leat__role_suffix(const struct leat__function *f, const char *word)
{
    const char *found = NULL, *at = leat__function_symbol(f);
    for (size_t n = strlen(word); (at = strstr(at, word)); at += n - 1)
        if (at[n] && at[n] != '_')
            found = at + n;
    return found;
}

static bool points_to(const struct leat__type *t, const char *name)
{
    return t && t->kind == LEAT__POINTER && t->of->name && !strcmp(t->of->name, name);
}

/* A result that other nodes read item by item. */
static bool expands(const struct leat__type *t)
{
    if (t && t->kind == LEAT__POINTER)
        t = t->of;
    return t && leat__is_record(t) && t->name && !strncmp(t->name, "each_", 5);
}

static enum leat__role later(const char **why, const char *text)
{
    *why = text;
    return LEAT__ROLE_LATER;
}

static enum leat__role refused(const char **why, const char *text)
{
    *why = text;
    return LEAT__ROLE_REFUSED;
}

uint32_t leat__role_parts(const char *name, struct leat__part *out, uint32_t most)
{
    uint32_t count = 0;
    for (const char *from = name, *to; from; from = to ? to + 2 : NULL) {
        to = strstr(from, "__");
        size_t n = to ? (size_t)(to - from) : strlen(from);
        if (!to && n > 1 && from[n - 1] == '_')
            n--;
        if (count++ < most)
            out[count - 1] = (struct leat__part){ from, n };
    }
    return count;
}

static bool part_is(const struct leat__part *p, const char *word)
{
    return strlen(word) == p->n && !memcmp(p->at, word, p->n);
}

static bool part_is_one_of(const struct leat__part *p, const char *const *words)
{
    for (; *words; words++)
        if (part_is(p, *words))
            return true;
    return false;
}

static const char *const roles_to_come[] = { "check", "on_failure", NULL };

/* What is wrong with the name and the pairs of a name with roles; NULL: nothing. */
static const char *wrong_parts(const struct leat__part *part, uint32_t n)
{
    if (n > LEAT__MOST_PARTS)
        return "too many __ in its name";
    for (uint32_t i = 0; i < n; i++)
        if (!part[i].n)
            return "no role of that name behind __";
    if (part_is(&part[0], "out") || (part[0].n > 4 && !memcmp(part[0].at, "out_", 4)))
        return "out and out_* name outputs";
    for (uint32_t i = 1; i + 1 < n; i += 2) {
        if (part_is(&part[i], "default") || part_is(&part[i], "revert") || part_is(&part[i], "happened") || part_is_one_of(&part[i], roles_to_come))
            return "a role stands last in a name, behind the pairs of key and value";
        for (uint32_t k = 1; k < i; k += 2)
            if (part[k].n == part[i].n && !memcmp(part[k].at, part[i].at, part[i].n))
                return "the same key twice in its name";
    }
    return NULL;
}

/* A name with "__". */
static enum leat__role role_word(const struct leat__function *f, const char **why)
{
    struct leat__part part[LEAT__MOST_PARTS];
    if (strstr(f->name, "___"))
        return refused(why, "three underscores in its name");
    uint32_t n = leat__role_parts(f->name, part, LEAT__MOST_PARTS);
    const char *wrong = wrong_parts(part, n);
    if (wrong)
        return refused(why, wrong);
    const struct leat__part *last = &part[n - 1];
    if (n % 2)
        return f->head->variable ? refused(why, "a variable is a default only: its name ends in __default")
                           : LEAT__ROLE_VARIANT;
    if (part_is(last, "default"))
        return LEAT__ROLE_DEFAULT;
    if (part_is(last, "revert"))
        return gives_status(f) && !f->head->variable ? LEAT__ROLE_REVERT : refused(why, "a revert gives int, 0 for good, or nothing");
    if (part_is(last, "happened"))
        return f->head->result && f->head->result->kind == LEAT__BOOL && !f->head->variable ? LEAT__ROLE_HAPPENED
                                                                          : refused(why, "what tells whether it happened gives bool");
    if (part_is_one_of(last, roles_to_come))
        return later(why, "this role is not there yet");
    return refused(why, "no role of that name behind __");
}

/* Only a name with an underscore can say more than "node". */
static enum leat__role underscore_role(const struct leat__function *f, const char **why)
{
    const char *name = f->name, *role = strstr(name, "__");
    if (is_destructor(f))
        return LEAT__ROLE_DESTRUCTOR;
    if (role && role != name)
        return role_word(f, why);
    if (!strncmp(name, "out_", 4))
        return refused(why, "out and out_* name outputs");
    int method;
    bool exact;
    if (leat__role_method(f, &method, &exact))
        return exact ? LEAT__ROLE_METHOD : refused(why, "a function for values of its type by its name, but not by its form");
    if (is_loader(f))
        return LEAT__ROLE_LOADER;
    if (is_saver(f))
        return LEAT__ROLE_SAVER;
    return LEAT__ROLE_NODE;
}

bool leat__takes_builder(const struct leat__function *f)
{
    return f->head->count == 1 && points_to(leat__param_type(f, 0), "leat_builder");
}

bool leat__gives_stream(const struct leat__function *f) { return points_to(f->head->result, "leat_stream"); }
bool leat__gives_flow(const struct leat__function *f) { return points_to(f->head->result, "leat_flow"); }

static enum leat__role role_by_form(const struct leat__function *f, const char **why)
{
    if (f->head->variable)
        return LEAT__ROLE_HELPER;
    if (leat__gives_stream(f))
        return LEAT__ROLE_STREAM;
    if (leat__gives_flow(f))
        return LEAT__ROLE_FLOW;
    if (expands(f->head->result))
        return later(why, "fan-out (a result struct each_...) is not there yet");
    if (leat__takes_builder(f))
        return f->head->result && gives_status(f) ? LEAT__ROLE_BUILDER
                                            : refused(why, "a builder function gives int, 0 for good");
    if (!f->head->result && !f->head->count)
        return refused(why, "it takes nothing and gives nothing");
    return LEAT__ROLE_NODE;
}

enum leat__role leat__role_of(const struct leat__function *f, const char **why)
{
    const char *name = f->name;
    struct leat__function local;
    struct leat__head head;
    *why = "";
    if (f->head->space) {               /* its own name says what it is */
        head = *f->head;
        head.space = 0;
        local = (struct leat__function){ leat__function_symbol(f), f->fn, &head };
        return leat__role_of(&local, why);
    }
    if (name[0] == '_' || (name[0] == 'm' && !strcmp(name, "main")))
        return LEAT__ROLE_HELPER;
    if (leat__function_refused(f))
        return refused(why, leat__function_refused(f));
    if (leat__is_reserved(name) && !f->head->variable)
        return refused(why, "C or POSIX has a function of that name; add a trailing _");
    if (name[0] == 'o' && !strcmp(name, "out"))
        return refused(why, "out and out_* name outputs");
    if (strchr(name, '_')) {
        enum leat__role role = underscore_role(f, why);
        if (role != LEAT__ROLE_NODE)
            return role;
    }
    return role_by_form(f, why);
}
