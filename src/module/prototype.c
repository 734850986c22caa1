/* prototype: see prototype.h. */
#include "module/prototype.h"
#include "base/error.h"
#include "module/declaration.h"
#include <ctype.h>
#include <string.h>

enum { MOST_PARAMS = 127 };

bool leat__prototype_names(const char *text, const char *name)
{
    size_t n = strlen(name);
    const char *paren = strchr(text, '(');
    while (paren && paren > text && isspace((unsigned char)paren[-1]))
        paren--;
    if (!paren || (size_t)(paren - text) < n || memcmp(paren - n, name, n))
        return false;
    return (size_t)(paren - text) == n || !(isalnum((unsigned char)paren[-n - 1]) || paren[-n - 1] == '_');
}

static int wrong_size(const struct leat__type *type, const uint32_t *size, const char *what, leat_error *err)
{
    struct leat__text name = { 0 };
    leat__type_print(&name, type);
    int code = name.failed ? leat__fail_memory(err) :
               !size ? leat__fail(err, LEAT_EBUILD, "%s %s: a struct by value needs a layout, and only its name "
                                  "is known here; take a pointer", what, name.data) :
               leat__fail(err, LEAT_EBUILD, "%s %s has %u bytes, but the compiler says %u", what, name.data,
                          type->size, *size);
    leat__text_fini(&name);
    return code;
}

/* The compiler's own size of a type, against what its name says here. */
static int check_size(const struct leat__type **type, const uint32_t *size, struct leat__types *types,
                      const char *what, leat_error *err)
{
    bool incomplete = (*type)->flags & LEAT__INCOMPLETE;
    if (incomplete ? !size : size && *size != (*type)->size)
        return wrong_size(*type, size, what, err);
    if (incomplete)
        *type = leat__declared_sized(types, *type, *size);
    return *type ? 0 : leat__fail_memory(err);
}

/* What is read, before it is kept. */
struct reading {
    struct leat__declared own, param[MOST_PARAMS];
    uint32_t count;
    const char *refused;
};

static int parse_parameter(struct leat__lexer *x, struct leat__types *types, const uint32_t *sizes, struct reading *r,
                           leat_error *err)
{
    struct leat__declared d;
    if (leat__lexer_dots(x)) {
        r->refused = "it takes a variable number of arguments";
        return 0;
    }
    int code = leat__declaration_parse(x, types, true, &d, err);
    if (code)
        return code;
    if (d.type->kind == LEAT__VOID)
        return leat__fail(err, LEAT_EBUILD, "a parameter of type void");
    code = check_size(&d.type, sizes ? &sizes[r->count + 1] : NULL, types, "the type", err);
    if (code)
        return code;
    if (!d.len)
        r->refused = "a parameter has no name";
    if (r->count == MOST_PARAMS)
        return leat__fail(err, LEAT_EBUILD, "more than %d parameters", MOST_PARAMS);
    r->param[r->count++] = d;
    return 0;
}

static int parse_parameters(struct leat__lexer *x, struct leat__types *types, const uint32_t *sizes, struct reading *r,
                            leat_error *err)
{
    if (leat__lexer_take(x, ')')) {
        r->refused = "its parameter list is empty: write (void)";
        return 0;
    }
    if (leat__lexer_void(x))
        return 0;
    do {
        int code = parse_parameter(x, types, sizes, r, err);
        if (code)
            return code;
    } while (leat__lexer_take(x, ','));
    return leat__lexer_take(x, ')') ? 0 : leat__lexer_fail(x, ", or )", err);
}

static int parse(struct leat__lexer *x, struct leat__types *types, const uint32_t *sizes, struct reading *r,
                 leat_error *err)
{
    int code = leat__declaration_parse(x, types, false, &r->own, err);
    if (code)
        return code;
    if (!r->own.len)
        return leat__fail(err, LEAT_EBUILD, "the function's name is missing");
    if (r->own.type->kind != LEAT__VOID)
        code = check_size(&r->own.type, sizes, types, "the result", err);
    else if (sizes && *sizes)
        code = leat__fail(err, LEAT_EBUILD, "void, but the compiler says %u bytes", *sizes);
    if (!code && !leat__lexer_take(x, '('))
        code = leat__lexer_fail(x, "(", err);
    if (!code)
        code = parse_parameters(x, types, sizes, r, err);
    leat__lexer_take(x, ';');
    return code || !leat__lexer_next(x) ? code : leat__lexer_fail(x, "the end", err);
}

/* --- keeping it --- */

static char *put(char *at, const char *text, size_t n, char end)
{
    memcpy(at, text, n);
    at[n] = end;
    return at + n + 1;
}

/* "us.total\0base\0rate\0" */
static const char *keep_names(struct leat__types *types, const struct reading *r)
{
    size_t space = types->space ? strlen(types->space) : 0, size = (types->space ? space + 1 : 0) + r->own.len + 1;
    for (uint32_t i = 0; i < r->count; i++)
        size += r->param[i].len + 1;
    char *names = leat__arena_text(types->arena, size), *at = names;
    if (!names)
        return NULL;
    if (types->space)
        at = put(at, types->space, space, '.');
    at = put(at, r->own.name, r->own.len, 0);
    for (uint32_t i = 0; i < r->count; i++)
        at = put(at, r->param[i].name, r->param[i].len, 0);
    return names;
}

/* The list begins with the types of these parameters. */
static bool begins(const struct leat__type *const *list, uint32_t count, const struct reading *r)
{
    for (uint32_t i = 0; i < r->count; i++)
        if (i == count || list[i] != r->param[i].type)
            return false;
    return true;
}

static const struct leat__type *const *keep_types(struct leat__types *types, const struct reading *r)
{
    for (uint32_t i = 0; i < LEAT__SPELLINGS && i < types->lists; i++)
        if (begins(types->list[i], types->list_count[i], r))
            return types->list[i];
    const struct leat__type **list = leat__arena_array(types->arena, r->count, sizeof *list);
    for (uint32_t i = 0; list && i < r->count; i++)
        list[i] = r->param[i].type;
    if (list) {
        types->list[types->lists % LEAT__SPELLINGS] = list;
        types->list_count[types->lists++ % LEAT__SPELLINGS] = r->count;
    }
    return list;
}

static bool alike(const struct leat__head *a, const struct leat__head *b)
{
    return a->types == b->types && a->count == b->count && a->result == b->result && a->call == b->call &&
           a->file == b->file && a->line == b->line && a->module == b->module && a->space == b->space &&
           a->about == b->about && a->packed == b->packed && a->variable == b->variable;
}

struct leat__head *leat__prototype_head(struct leat__types *types, const struct leat__head *like)
{
    for (uint32_t i = 0; i < LEAT__SPELLINGS && i < types->heads; i++)
        if (alike(types->head[i], like))
            return types->head[i];
    struct leat__head *head = leat__arena_alloc(types->arena, sizeof *head);
    if (!head)
        return NULL;
    *head = *like;
    return types->head[types->heads++ % LEAT__SPELLINGS] = head;
}

static bool keep(struct leat__types *types, const struct reading *r, const struct leat__head *given,
                 struct leat__function *out)
{
    struct leat__head head = *given;
    head.packed = 1;
    head.count = r->count & LEAT__MOST_PARAMS;
    head.space = types->space ? (uint8_t)(strlen(types->space) + 1) : 0;
    head.result = r->own.type->kind == LEAT__VOID ? NULL : r->own.type;
    if (!(out->name = keep_names(types, r)) || !(head.types = keep_types(types, r)))
        return false;
    if (r->refused && (head.about = leat__arena_alloc(types->arena, sizeof *head.about)))
        *head.about = (struct leat__about){ "", r->refused, NULL };
    return (!r->refused || head.about) && (out->head = leat__prototype_head(types, &head));
}

int leat__prototype_parse(struct leat__types *types, const char *text, const uint32_t *sizes,
                          const struct leat__head *given, struct leat__function *out, leat_error *err)
{
    struct leat__lexer x = { .text = text, .at = text };
    struct reading r;
    leat_error why;
    r.count = 0;
    r.refused = NULL;
    int code = parse(&x, types, sizes, &r, &why);
    if (!code && !keep(types, &r, given, out))
        code = LEAT_ENOMEM;
    if (code == LEAT_ENOMEM)
        return leat__fail_memory(err);
    if (code)
        return leat__fail(err, code, "cannot read the prototype `%.200s`: %s", text, why.message);
    return 0;
}
