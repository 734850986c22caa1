/* records_cxx: see records_cxx.h. Of a mangled name only its beginning is read:
 * `_Z4halfd` or `_ZN3one3two4halfEd`, numbers and names; what else may stand
 * there (templates, substitutions) ends the reading. */
#include "module/records_cxx.h"
#include <stdlib.h>
#include <string.h>

void leat__cxx_declare(struct leat__walk *w, const char *mangled)
{
    uint32_t *seen;
    if (leat__map_put(&w->free, mangled, &seen) < 0)
        w->failed = true;
    else
        *seen = 1;
}

bool leat__cxx_is_declared(const struct leat__walk *w, const char *mangled)
{
    return leat__map_get(&w->free, mangled) != LEAT__NONE;
}

const char *leat__cxx_plain(struct leat__walk *w, const char *name)
{
    if (!strncmp(name, "operator", 8) || *name == '_' || *name == '~')
        return NULL;
    const char *plain = leat__arena_strndup(&w->arena, name, strcspn(name, "<"));
    w->failed |= !plain;
    return plain;
}

/* "one::two::half" of `_ZN3one3two4halfE`; NULL: in no namespace, or not told so. */
static const char *qualified(struct leat__walk *w, const char *mangled)
{
    const char *at = mangled + 3, *name = "";
    char *end;
    if (mangled[2] != 'N')
        return NULL;
    while (*at >= '1' && *at <= '9') {
        unsigned long n = strtoul(at, &end, 10);
        if (n > strlen(end))
            return NULL;
        name = leat__arena_printf(&w->arena, "%s%s%.*s", name, *name ? "::" : "", (int)n, end);
        if (!name)
            return NULL;
        at = end + n;
    }
    return *name && *at == 'E' ? name : NULL;
}

const char *leat__cxx_refusal(struct leat__walk *w, const char *mangled, const char *name)
{
    const char *whole = qualified(w, mangled);
    if (strchr(name, '<'))
        return leat__arena_printf(&w->arena, "%s is an instance of a C++ template: call it from a function "
                                  "declared extern \"C\"", name);
    if (whole)
        return leat__arena_printf(&w->arena, "it is %s of C++: declare it extern \"C\"", whole);
    return "it is of C++: declare it extern \"C\"";
}

static void overload(struct leat__found *first, const struct leat__found *f)
{
    if (f->line < first->line)      /* compilers list them in any order */
        *first = *f;
    first->refused = "C++ has several functions of its name: declare one of them extern \"C\"";
}

static void settle(struct leat__walk *w, struct leat__map *names, struct leat__found *f, uint32_t *to)
{
    uint32_t *first;
    if (leat__map_get(&w->seen, f->name) != LEAT__NONE)
        return;
    if (leat__map_put(names, f->name, &first) < 0)
        w->failed = true;
    else if (*first != LEAT__NONE)
        overload(&w->found[*first], f);
    else
        w->found[*first = (*to)++] = *f;
}

void leat__cxx_settle(struct leat__walk *w)
{
    struct leat__map names = { 0 };
    uint32_t n = 0;
    for (uint32_t i = 0; i < w->count; i++) {
        struct leat__found f = w->found[i];
        if (f.mangled)
            settle(w, &names, &f, &n);
        else
            w->found[n++] = f;
    }
    w->count = n;
    leat__map_fini(&names);
}
