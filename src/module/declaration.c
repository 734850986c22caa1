/* declaration: see declaration.h. */
#include "module/declaration.h"
#include "base/error.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <wchar.h>

/* --- words --- */

static void skip(struct leat__lexer *x)
{
    while (isspace((unsigned char)*x->at))
        x->at++;
}

static bool is_word(char c) { return isalnum((unsigned char)c) || c == '_'; }

static size_t word(struct leat__lexer *x)
{
    size_t n = 0;
    skip(x);
    if (!isdigit((unsigned char)*x->at))
        while (is_word(x->at[n]))
            n++;
    return n;
}

bool leat__lexer_take(struct leat__lexer *x, const char *what)
{
    size_t n = strlen(what);
    skip(x);
    if (strncmp(x->at, what, n) || (is_word(*what) && is_word(x->at[n])))
        return false;
    x->at += n;
    return true;
}

bool leat__lexer_void(struct leat__lexer *x)
{
    struct leat__lexer before = *x;
    if (leat__lexer_take(x, "void") && leat__lexer_take(x, ")"))
        return true;
    *x = before;
    return false;
}

bool leat__lexer_done(struct leat__lexer *x)
{
    skip(x);
    return !*x->at;
}

int leat__lexer_fail(struct leat__lexer *x, const char *what, leat_error *err)
{
    skip(x);
    if (!*x->at)
        return leat__fail(err, LEAT_EBUILD, "%s is missing at its end", what);
    return leat__fail(err, LEAT_EBUILD, "%s expected before `%.40s`", what, x->at);
}

static bool take_any(struct leat__lexer *x, const char *const *words)
{
    for (; *words; words++)
        if (leat__lexer_take(x, *words))
            return true;
    return false;
}

/* const counts; the rest changes nothing here. */
static bool take_qualifiers(struct leat__lexer *x)
{
    static const char *const others[] = { "volatile", "restrict", "__restrict__", "__restrict", "register",
                                          "static", "extern", "inline", "__inline", "_Noreturn", NULL };
    static const char *const consts[] = { "const", "__const", NULL };
    bool is_const = false;
    for (;;) {
        if (take_any(x, consts))
            is_const = true;
        else if (!take_any(x, others))
            return is_const;
    }
}

/* --- descriptors --- */

void leat__types_fini(struct leat__types *t)
{
    free(t->row);
    t->row = NULL;
    t->count = t->cap = 0;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

static bool same(const struct leat__type *a, const struct leat__type *b)
{
    return a->kind == b->kind && a->flags == b->flags && a->size == b->size && a->of == b->of &&
           a->typedefed == b->typedefed && same_text(a->name, b->name);
}

/* The one descriptor of that shape. */
static const struct leat__type *intern(struct leat__types *types, struct leat__type t)
{
    for (uint32_t i = 0; i < types->count; i++)
        if (same(types->row[i], &t))
            return types->row[i];
    if (types->count == types->cap) {
        uint32_t cap = types->cap ? types->cap * 2 : 16;
        const struct leat__type **row = realloc(types->row, cap * sizeof *row);
        if (!row)
            return types->failed = true, NULL;
        types->row = row;
        types->cap = cap;
    }
    struct leat__type *kept = leat__arena_alloc(types->arena, sizeof *kept);
    if (!kept)
        return types->failed = true, NULL;
    *kept = t;
    kept->hash = leat__type_hash(kept);
    return types->row[types->count++] = kept;
}

const struct leat__type *leat__declared_sized(struct leat__types *types, const struct leat__type *t, uint32_t size)
{
    struct leat__type sized = *t;
    sized.size = size;
    sized.align = 16;       /* not known: the most that C asks for by itself */
    return intern(types, sized);
}

static const struct leat__type *pointer_to(struct leat__types *types, const struct leat__type *t, bool is_const)
{
    struct leat__type p = { .kind = LEAT__POINTER, .flags = is_const ? LEAT__TO_CONST : 0, .size = sizeof(void *),
                            .align = sizeof(void *), .of = t };
    return t ? intern(types, p) : NULL;
}

/* --- base types --- */

/* Typedefs that every C program knows. */
#define SCALAR(T) { #T, (T)-1 < (T)1 ? LEAT__INT : LEAT__UINT, sizeof(T) }
static const struct { const char *name; uint8_t kind, size; } known[] = {
    SCALAR(int8_t), SCALAR(int16_t), SCALAR(int32_t), SCALAR(int64_t), SCALAR(uint8_t), SCALAR(uint16_t),
    SCALAR(uint32_t), SCALAR(uint64_t), SCALAR(intptr_t), SCALAR(uintptr_t), SCALAR(intmax_t),
    SCALAR(uintmax_t), SCALAR(size_t), SCALAR(ssize_t), SCALAR(ptrdiff_t), SCALAR(time_t), SCALAR(off_t),
    SCALAR(wchar_t), SCALAR(mode_t), SCALAR(pid_t), SCALAR(uid_t), SCALAR(gid_t)
};
#undef SCALAR

static const struct leat__type *named(struct leat__types *types, uint8_t kind, const char *s, size_t n, bool typedefed)
{
    char *name = leat__arena_strndup(types->arena, s, n);
    struct leat__type t = { .kind = kind, .flags = LEAT__INCOMPLETE, .name = name, .typedefed = typedefed };
    types->failed |= !name;
    return name ? intern(types, t) : NULL;
}

static const struct leat__type *scalar(struct leat__types *types, uint8_t kind, uint32_t size)
{
    return intern(types, (struct leat__type){ .kind = kind, .size = size, .align = (uint16_t)(size ? size : 1) });
}

static bool is(const char *s, size_t n, const char *name) { return n == strlen(name) && !memcmp(s, name, n); }

static const struct leat__type *from_typedef(struct leat__types *types, const char *s, size_t n)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (is(s, n, known[i].name))
            return scalar(types, known[i].kind, known[i].size);
    if (is(s, n, "leat_path"))
        return pointer_to(types, scalar(types, LEAT__CHAR, 1), true);
    if (is(s, n, "leat_context"))
        return named(types, LEAT__STRUCT, s, n, false);
    if (is(s, n, "FILE"))
        return named(types, LEAT__STRUCT, "_IO_FILE", 8, false);
    return named(types, LEAT__STRUCT, s, n, true);
}

struct words { unsigned voids, chars, shorts, ints, longs, signs, unsigneds, floats, doubles, bools, all; };

static bool count_word(struct leat__lexer *x, struct words *w)
{
    const struct { const char *word; unsigned *count; } table[] = {
        { "void", &w->voids }, { "char", &w->chars }, { "short", &w->shorts }, { "int", &w->ints },
        { "long", &w->longs }, { "signed", &w->signs }, { "unsigned", &w->unsigneds }, { "float", &w->floats },
        { "double", &w->doubles }, { "_Bool", &w->bools }, { "bool", &w->bools }
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (leat__lexer_take(x, table[i].word)) {
            ++*table[i].count;
            return ++w->all;
        }
    return false;
}

/* The words of a scalar in any order; NULL: they do not make a type. */
static const struct leat__type *from_words(struct leat__types *types, const struct words *w)
{
    unsigned sign = w->signs + w->unsigneds;
    uint8_t kind = w->unsigneds ? LEAT__UINT : LEAT__INT;
    if (w->all == 1 && w->voids)
        return scalar(types, LEAT__VOID, 0);
    if (w->all == 1 && w->bools)
        return scalar(types, LEAT__BOOL, sizeof(bool));
    if (w->all == 1 && w->floats)
        return scalar(types, LEAT__FLOAT, sizeof(float));
    if (w->doubles == 1 && w->all == 1 + w->longs && w->longs <= 1)
        return scalar(types, LEAT__FLOAT, w->longs ? sizeof(long double) : sizeof(double));
    if (w->chars == 1 && w->all == 1 + sign && sign <= 1)
        return scalar(types, sign ? kind : LEAT__CHAR, 1);
    if (sign > 1 || w->ints > 1 || w->shorts > 1 || w->longs > 2 || (w->shorts && w->longs) ||
        w->all != sign + w->ints + w->shorts + w->longs)
        return NULL;
    return scalar(types, kind, w->shorts ? sizeof(short) : w->longs ? sizeof(long) : sizeof(int));
}

static int parse_tagged(struct leat__lexer *x, struct leat__types *types, uint8_t kind,
                        const struct leat__type **out, leat_error *err)
{
    size_t n = word(x);
    if (!n)
        return leat__lexer_fail(x, "a tag", err);
    *out = named(types, kind, x->at, n, false);
    x->at += n;
    return *out ? 0 : leat__fail_memory(err);
}

static int parse_base(struct leat__lexer *x, struct leat__types *types, const struct leat__type **out,
                      bool *out_const, leat_error *err)
{
    struct words w = { 0 };
    *out_const = take_qualifiers(x);
    if (leat__lexer_take(x, "struct"))
        return parse_tagged(x, types, LEAT__STRUCT, out, err);
    if (leat__lexer_take(x, "union"))
        return parse_tagged(x, types, LEAT__UNION, out, err);
    if (leat__lexer_take(x, "enum"))
        return parse_tagged(x, types, LEAT__ENUM, out, err);
    const char *begin = x->at;
    while (count_word(x, &w))
        *out_const |= take_qualifiers(x);
    size_t n = w.all ? 0 : word(x);
    if (!w.all && !n)
        return leat__lexer_fail(x, "a type", err);
    *out = w.all ? from_words(types, &w) : from_typedef(types, x->at, n);
    x->at += n;
    if (*out || types->failed)
        return *out ? 0 : leat__fail_memory(err);
    const char *end = x->at;
    while (end > begin && isspace((unsigned char)end[-1]))
        end--;
    return leat__fail(err, LEAT_EBUILD, "`%.*s` is no type", (int)(end - begin), begin);
}

static int parse_array(struct leat__lexer *x, struct leat__types *types, struct leat__declared *out,
                       bool is_const, leat_error *err)
{
    if (!leat__lexer_take(x, "["))
        return 0;
    while (*x->at && *x->at != ']')
        x->at++;
    if (!leat__lexer_take(x, "]"))
        return leat__lexer_fail(x, "]", err);
    skip(x);
    if (*x->at == '[')
        return leat__fail(err, LEAT_EBUILD, "an array of arrays as a parameter; take a struct that holds it");
    out->type = pointer_to(types, out->type, is_const);
    return out->type ? 0 : leat__fail_memory(err);
}

int leat__declaration_parse(struct leat__lexer *x, struct leat__types *types, bool parameter,
                            struct leat__declared *out, leat_error *err)
{
    bool is_const;
    int code = parse_base(x, types, &out->type, &is_const, err);
    if (code)
        return code;
    is_const |= take_qualifiers(x);
    while (leat__lexer_take(x, "*")) {
        if (!(out->type = pointer_to(types, out->type, is_const)))
            return leat__fail_memory(err);
        is_const = take_qualifiers(x);
    }
    skip(x);
    if (*x->at == '(')
        return leat__fail(err, LEAT_EBUILD, "a pointer to a function; hide it in a struct");
    size_t n = word(x);
    if (!(out->name = leat__arena_strndup(types->arena, x->at, n)))
        return leat__fail_memory(err);
    x->at += n;
    return parameter ? parse_array(x, types, out, is_const, err) : 0;
}
