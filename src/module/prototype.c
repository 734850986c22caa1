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

static int parse_parameter(struct leat__lexer *x, struct leat__types *types, const uint32_t *sizes,
                           struct leat__function *out, struct leat__param *params, leat_error *err)
{
    struct leat__declared d;
    if (leat__lexer_take(x, "...")) {
        out->refused = "it takes a variable number of arguments";
        return 0;
    }
    int code = leat__declaration_parse(x, types, true, &d, err);
    if (code)
        return code;
    if (d.type->kind == LEAT__VOID)
        return leat__fail(err, LEAT_EBUILD, "a parameter of type void");
    code = check_size(&d.type, sizes ? &sizes[out->count + 1] : NULL, types, "the type", err);
    if (code)
        return code;
    if (!*d.name)
        out->refused = "a parameter has no name";
    if (out->count == MOST_PARAMS)
        return leat__fail(err, LEAT_EBUILD, "more than %d parameters", MOST_PARAMS);
    params[out->count++] = (struct leat__param){ d.name, d.type };
    return 0;
}

static int parse_parameters(struct leat__lexer *x, struct leat__types *types, const uint32_t *sizes,
                            struct leat__function *out, leat_error *err)
{
    struct leat__param params[MOST_PARAMS + 1];
    if (leat__lexer_take(x, ")")) {
        out->refused = "its parameter list is empty: write (void)";
        return 0;
    }
    if (leat__lexer_void(x))
        return 0;
    do {
        int code = parse_parameter(x, types, sizes, out, params, err);
        if (code)
            return code;
    } while (leat__lexer_take(x, ","));
    if (!leat__lexer_take(x, ")"))
        return leat__lexer_fail(x, ", or )", err);
    struct leat__param *kept = leat__arena_array(types->arena, out->count, sizeof *kept);
    if (!kept)
        return leat__fail_memory(err);
    memcpy(kept, params, out->count * sizeof *kept);
    out->params = kept;
    return 0;
}

static int parse(struct leat__lexer *x, struct leat__types *types, const uint32_t *sizes,
                 struct leat__function *out, leat_error *err)
{
    struct leat__declared d;
    int code = leat__declaration_parse(x, types, false, &d, err);
    if (code)
        return code;
    if (!*d.name)
        return leat__fail(err, LEAT_EBUILD, "the function's name is missing");
    out->name = d.name;
    if (d.type->kind != LEAT__VOID) {
        code = check_size(&d.type, sizes, types, "the result", err);
        out->result = d.type;
    } else if (sizes && *sizes) {
        code = leat__fail(err, LEAT_EBUILD, "void, but the compiler says %u bytes", *sizes);
    }
    if (!code && !leat__lexer_take(x, "("))
        code = leat__lexer_fail(x, "(", err);
    if (!code)
        code = parse_parameters(x, types, sizes, out, err);
    leat__lexer_take(x, ";");
    return code || !leat__lexer_next(x) ? code : leat__lexer_fail(x, "the end", err);
}

int leat__prototype_parse(struct leat__types *types, const char *text, const uint32_t *sizes,
                          struct leat__function *out, leat_error *err)
{
    struct leat__lexer x = { .text = text, .at = text };
    leat_error why = { 0 };
    int code = parse(&x, types, sizes, out, &why);
    if (code == LEAT_ENOMEM)
        return leat__fail_memory(err);
    if (code)
        return leat__fail(err, code, "cannot read the prototype `%.200s`: %s", text, why.message);
    return 0;
}
