/* declaration: see declaration.h. */
#include "module/declaration.h"
#include "base/error.h"
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <wchar.h>

/* const counts; the rest changes nothing here. */
static bool take_qualifiers(struct leat__lexer *x)
{
    bool is_const = false;
    for (;;) {
        size_t n;
        enum leat__word word = leat__lexer_word(x, &n);
        if (word != LEAT__WORD_CONST && word != LEAT__WORD_OTHER)
            return is_const;
        is_const |= word == LEAT__WORD_CONST;
        x->at += n;
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

static const struct leat__type *path(struct leat__types *types, const struct leat__type *of)
{
    struct leat__type p = { .kind = LEAT__POINTER, .flags = LEAT__TO_CONST | LEAT__PATH, .size = sizeof(void *),
                            .align = sizeof(void *), .of = of };
    return of ? intern(types, p) : NULL;
}

/* --- base types --- */

/* Typedefs that every C program knows. */
#define SCALAR(T) { #T, sizeof #T - 1, (T)-1 < (T)1 ? LEAT__INT : LEAT__UINT, sizeof(T) }
static const struct { const char *name; uint8_t len, kind, size; } known[] = {
    SCALAR(int8_t), SCALAR(int16_t), SCALAR(int32_t), SCALAR(int64_t), SCALAR(uint8_t), SCALAR(uint16_t),
    SCALAR(uint32_t), SCALAR(uint64_t), SCALAR(intptr_t), SCALAR(uintptr_t), SCALAR(intmax_t),
    SCALAR(uintmax_t), SCALAR(size_t), SCALAR(ssize_t), SCALAR(ptrdiff_t), SCALAR(time_t), SCALAR(off_t),
    SCALAR(wchar_t), SCALAR(mode_t), SCALAR(pid_t), SCALAR(uid_t), SCALAR(gid_t)
};
#undef SCALAR

static bool is(const char *s, size_t n, const char *name) { return n == strlen(name) && !memcmp(s, name, n); }

static const struct leat__type *named(struct leat__types *types, uint8_t kind, const char *s, size_t n, bool typedefed)
{
    char *name = leat__arena_strndup(types->arena, s, n);
    struct leat__type t = { .kind = kind, .flags = LEAT__INCOMPLETE, .name = name, .typedefed = typedefed,
                            .alias = !typedefed && is(s, n, "_IO_FILE") ? "FILE" : NULL };
    types->failed |= !name;
    return name ? intern(types, t) : NULL;
}

static const struct leat__type *scalar(struct leat__types *types, uint8_t kind, uint32_t size)
{
    return intern(types, (struct leat__type){ .kind = kind, .size = size, .align = (uint16_t)(size ? size : 1) });
}

static const struct leat__type *from_typedef(struct leat__types *types, const char *s, size_t n)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (n == known[i].len && !memcmp(s, known[i].name, n))
            return scalar(types, known[i].kind, known[i].size);
    if (is(s, n, "leat_path"))
        return path(types, scalar(types, LEAT__CHAR, 1));
    if (is(s, n, "leat_context"))
        return named(types, LEAT__STRUCT, s, n, false);
    if (is(s, n, "FILE"))
        return named(types, LEAT__STRUCT, "_IO_FILE", 8, false);
    return named(types, LEAT__STRUCT, s, n, true);
}

/* The words of a scalar in any order; NULL: they do not make a type. */
static const struct leat__type *from_words(struct leat__types *types, const uint8_t *n, unsigned all)
{
    unsigned sign = n[LEAT__WORD_SIGNED] + n[LEAT__WORD_UNSIGNED], longs = n[LEAT__WORD_LONG];
    unsigned ints = n[LEAT__WORD_INT], shorts = n[LEAT__WORD_SHORT];
    uint8_t kind = n[LEAT__WORD_UNSIGNED] ? LEAT__UINT : LEAT__INT;
    if (all == 1 && n[LEAT__WORD_VOID])
        return scalar(types, LEAT__VOID, 0);
    if (all == 1 && n[LEAT__WORD_BOOL])
        return scalar(types, LEAT__BOOL, sizeof(bool));
    if (all == 1 && n[LEAT__WORD_FLOAT])
        return scalar(types, LEAT__FLOAT, sizeof(float));
    if (n[LEAT__WORD_DOUBLE] == 1 && all == 1 + longs && longs <= 1)
        return scalar(types, LEAT__FLOAT, longs ? sizeof(long double) : sizeof(double));
    if (n[LEAT__WORD_CHAR] == 1 && all == 1 + sign && sign <= 1)
        return scalar(types, sign ? kind : LEAT__CHAR, 1);
    if (sign > 1 || ints > 1 || shorts > 1 || longs > 2 || (shorts && longs) || all != sign + ints + shorts + longs)
        return NULL;
    return scalar(types, kind, shorts ? sizeof(short) : longs ? sizeof(long) : sizeof(int));
}

static int parse_tagged(struct leat__lexer *x, struct leat__types *types, uint8_t kind,
                        const struct leat__type **out, leat_error *err)
{
    size_t n;
    if (!leat__lexer_word(x, &n))
        return leat__lexer_fail(x, "a tag", err);
    *out = named(types, kind, x->at, n, false);
    x->at += n;
    return *out ? 0 : leat__fail_memory(err);
}

static int parse_scalar(struct leat__lexer *x, struct leat__types *types, const struct leat__type **out,
                        bool *out_const, leat_error *err)
{
    enum { MOST = 8 };          /* no type has more words */
    uint8_t count[LEAT__WORDS] = { 0 };
    const char *begin = x->at, *end = begin;
    unsigned all = 0;
    size_t n;
    for (enum leat__word word; all < MOST && (word = leat__lexer_word(x, &n)) >= LEAT__WORD_VOID; all++) {
        count[word]++;
        end = x->at += n;
        *out_const |= take_qualifiers(x);
    }
    *out = from_words(types, count, all);
    if (*out || types->failed)
        return *out ? 0 : leat__fail_memory(err);
    return leat__fail(err, LEAT_EBUILD, "`%.*s` is no type", (int)(end - begin), begin);
}

static int parse_base(struct leat__lexer *x, struct leat__types *types, const struct leat__type **out,
                      bool *out_const, leat_error *err)
{
    size_t n;
    *out_const = take_qualifiers(x);
    enum leat__word word = leat__lexer_word(x, &n);
    if (word == LEAT__WORD_NONE)
        return leat__lexer_fail(x, "a type", err);
    if (word >= LEAT__WORD_VOID)
        return parse_scalar(x, types, out, out_const, err);
    const char *begin = x->at;
    x->at += n;
    if (word == LEAT__WORD_STRUCT)
        return parse_tagged(x, types, LEAT__STRUCT, out, err);
    if (word == LEAT__WORD_UNION)
        return parse_tagged(x, types, LEAT__UNION, out, err);
    if (word == LEAT__WORD_ENUM)
        return parse_tagged(x, types, LEAT__ENUM, out, err);
    *out = from_typedef(types, begin, n);
    return *out ? 0 : leat__fail_memory(err);
}

static int parse_array(struct leat__lexer *x, struct leat__types *types, struct leat__declared *out,
                       bool is_const, leat_error *err)
{
    if (!leat__lexer_take(x, '['))
        return 0;
    while (*x->at && *x->at != ']')
        x->at++;
    if (!leat__lexer_take(x, ']'))
        return leat__lexer_fail(x, "]", err);
    if (leat__lexer_next(x) == '[')
        return leat__fail(err, LEAT_EBUILD, "an array of arrays as a parameter; take a struct that holds it");
    out->type = pointer_to(types, out->type, is_const);
    return out->type ? 0 : leat__fail_memory(err);
}

/* --- spellings --- */

/* A type as one before it was written, and a name behind it. */
static bool take_spelled(struct leat__lexer *x, const struct leat__types *types, const struct leat__type **out,
                         bool *out_const)
{
    const char *begin = (leat__lexer_next(x), x->at);
    size_t n;
    for (uint32_t i = 0; i < LEAT__SPELLINGS && i < types->spellings; i++) {
        const struct leat__spelling *s = &types->spelled[i];
        if (*begin != *s->text || strncmp(begin, s->text, s->len))
            continue;
        x->at = begin + s->len;
        if (leat__lexer_word(x, &n) == LEAT__WORD_NAME && x->at == begin + s->len) {
            *out = s->type;
            *out_const = s->is_const;
            return true;
        }
        x->at = begin;
    }
    return false;
}

static void keep_spelling(struct leat__types *types, const char *begin, const char *end, const struct leat__type *type,
                          bool is_const)
{
    struct leat__spelling *s = &types->spelled[types->spellings % LEAT__SPELLINGS];
    if ((size_t)(end - begin) > sizeof s->text)
        return;
    *s = (struct leat__spelling){ .type = type, .len = (uint8_t)(end - begin), .is_const = is_const };
    memcpy(s->text, begin, s->len);
    types->spellings++;
}

static int parse_type(struct leat__lexer *x, struct leat__types *types, const struct leat__type **out, bool *out_const,
                      leat_error *err)
{
    size_t n;
    if (take_spelled(x, types, out, out_const))
        return 0;
    const char *begin = x->at;
    int code = parse_base(x, types, out, out_const, err);
    if (code)
        return code;
    *out_const |= take_qualifiers(x);
    while (leat__lexer_take(x, '*')) {
        if (!(*out = pointer_to(types, *out, *out_const)))
            return leat__fail_memory(err);
        *out_const = take_qualifiers(x);
    }
    if (leat__lexer_word(x, &n) == LEAT__WORD_NAME)
        keep_spelling(types, begin, x->at, *out, *out_const);
    return 0;
}

int leat__declaration_parse(struct leat__lexer *x, struct leat__types *types, bool parameter,
                            struct leat__declared *out, leat_error *err)
{
    bool is_const;
    int code = parse_type(x, types, &out->type, &is_const, err);
    if (code)
        return code;
    if (leat__lexer_next(x) == '(' && !parameter && out->type->flags & LEAT__INCOMPLETE)
        return leat__fail(err, LEAT_EBUILD, "the type of its result is missing");
    if (leat__lexer_next(x) == '(')
        return leat__fail(err, LEAT_EBUILD, "a pointer to a function; hide it in a struct");
    leat__lexer_word(x, &out->len);
    out->name = x->at;
    x->at += out->len;
    return parameter ? parse_array(x, types, out, is_const, err) : 0;
}
