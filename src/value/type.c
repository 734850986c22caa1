/* type: equality, hashing, and how a type reads in C. */
#include "value/type.h"
#include <string.h>

enum { DEEPEST = 64 };      /* nesting that comparison and derivation follow; deeper is "not equal", "not derivable" */

static bool same_name(const struct leat__type *a, const struct leat__type *b)
{
    return a->name && b->name && !strcmp(a->name, b->name);
}

bool leat__is_slice(const struct leat__type *t)
{
    if (t->kind != LEAT__STRUCT || t->count < 2 || t->count > 3 || (t->flags & LEAT__BITFIELDS))
        return false;
    const struct leat__member *m = t->members;
    if (m[0].type->kind != LEAT__POINTER || m[0].type->of->kind == LEAT__VOID ||
        m[0].type->of->kind == LEAT__FUNCTION || strcmp(m[0].name, "data"))
        return false;
    for (uint32_t i = 1; i < t->count; i++)
        if (m[i].type->kind != LEAT__UINT || m[i].type->size != sizeof(size_t) ||
            strcmp(m[i].name, i == 1 ? "len" : "cap"))
            return false;
    return true;
}

static uint64_t mix(uint64_t h, uint64_t x)
{
    h = (h ^ x) * 0x9fb21c651e98df25u;
    return h ^ h >> 32;
}

static uint64_t mix_name(uint64_t h, const char *s)
{
    for (; s && *s; s++)
        h = (h ^ (unsigned char)*s) * 0x100000001b3u;
    return mix(h, 0);
}

/* What stands for a type behind a pointer or in a member: recursion stops at
 * structs behind pointers, which count by kind and name alone. */
static uint64_t brief(const struct leat__type *t, unsigned depth)
{
    if (leat__is_record(t))
        return mix_name(t->kind, t->name);
    if ((t->kind == LEAT__POINTER || t->kind == LEAT__ARRAY) && depth < DEEPEST)
        return mix(mix(t->kind, t->kind == LEAT__ARRAY ? t->count : t->flags & LEAT__TO_CONST),
                   brief(t->of, depth + 1));
    return t->hash ? t->hash : leat__type_hash(t);
}

uint64_t leat__type_hash(const struct leat__type *t)
{
    uint64_t h = mix(0x6c656174, t->kind);
    if (leat__is_slice(t))      /* by element: brief, as behind any pointer; tag and cap do not count */
        return mix(mix(h, 1), brief(leat__slice_item(t), 0));
    if (leat__is_record(t) || t->kind == LEAT__ENUM || t->kind == LEAT__ODD)
        h = mix_name(h, t->name);
    if (t->flags & LEAT__INCOMPLETE)
        return h;
    h = mix(h, t->size);
    if (t->kind == LEAT__POINTER || t->kind == LEAT__ARRAY)
        return mix(h, brief(t, 0));
    if (leat__is_record(t))
        for (uint32_t i = 0; i < t->count; i++) {
            const struct leat__member *m = &t->members[i];
            h = mix(mix_name(h, m->name), (uint64_t)m->offset << 32 | (uint32_t)m->bits << 16 | m->bit);
            h = mix(h, leat__is_record(m->type) ? m->type->hash : brief(m->type, 0));
        }
    if (t->kind == LEAT__ENUM)
        for (uint32_t i = 0; i < t->count; i++)
            h = mix(mix_name(h, t->enumerators[i].name), (uint64_t)t->enumerators[i].value);
    return h ? h : 1;
}

static bool equal(const struct leat__type *a, const struct leat__type *b, unsigned depth);

static bool equal_members(const struct leat__type *a, const struct leat__type *b, unsigned depth)
{
    for (uint32_t i = 0; i < a->count; i++) {
        const struct leat__member *x = &a->members[i], *y = &b->members[i];
        if (x->offset != y->offset || x->bits != y->bits || x->bit != y->bit ||
            strcmp(x->name, y->name) || !equal(x->type, y->type, depth + 1))
            return false;
    }
    return true;
}

static bool equal_enumerators(const struct leat__type *a, const struct leat__type *b)
{
    for (uint32_t i = 0; i < a->count; i++)
        if (a->enumerators[i].value != b->enumerators[i].value ||
            strcmp(a->enumerators[i].name, b->enumerators[i].name))
            return false;
    return true;
}

/* Behind a pointer two complete structs of one name are compared too, but only
 * so deep: a recursive type is equal once its first turns are. */
static bool equal(const struct leat__type *a, const struct leat__type *b, unsigned depth)
{
    if (a == b || depth > 8)
        return true;
    if (a->kind != b->kind)
        return false;
    if (leat__is_slice(a) && leat__is_slice(b)) {
        const struct leat__type *x = a->members[0].type, *y = b->members[0].type;
        return a->count == b->count && !((x->flags ^ y->flags) & LEAT__TO_CONST) &&
               equal(x->of, y->of, depth + 1);
    }
    if ((a->flags | b->flags) & LEAT__INCOMPLETE)
        return same_name(a, b);
    if (a->size != b->size)
        return false;
    switch (a->kind) {
    case LEAT__POINTER:
        return !((a->flags ^ b->flags) & LEAT__TO_CONST) && equal(a->of, b->of, depth + 1);
    case LEAT__ARRAY:
        return a->count == b->count && equal(a->of, b->of, depth + 1);
    case LEAT__STRUCT: case LEAT__UNION:
        return a->count == b->count && same_name(a, b) && equal_members(a, b, depth);
    case LEAT__ENUM:
        return a->count == b->count && (same_name(a, b) || (!a->name && !b->name)) &&
               equal_enumerators(a, b);
    case LEAT__ODD:
        return same_name(a, b);
    default:
        return true;
    }
}

bool leat__type_equal(const struct leat__type *a, const struct leat__type *b)
{
    return equal(a, b, 0);
}

static const char *base_name(const struct leat__type *t)
{
    static const char *const ints[] = { "signed char", "short", "int", "long", "__int128" };
    static const char *const uints[] = { "unsigned char", "unsigned short", "unsigned", "unsigned long",
                                         "unsigned __int128" };
    unsigned log = t->size >= 16 ? 4 : t->size >= 8 ? 3 : t->size >= 4 ? 2 : t->size >= 2 ? 1 : 0;
    switch (t->kind) {
    case LEAT__VOID:  return "void";
    case LEAT__BOOL:  return "bool";
    case LEAT__INT:   return ints[log];
    case LEAT__UINT:  return uints[log];
    case LEAT__CHAR:  return "char";
    case LEAT__FLOAT: return t->size == 4 ? "float" : t->size == 8 ? "double" : "long double";
    default:          return t->name && *t->name ? t->name : "?";
    }
}

static void print_base(struct leat__text *out, const struct leat__type *t)
{
    if (!t->typedefed && t->name && *t->name)
        leat__text_add(out, t->kind == LEAT__STRUCT ? "struct " : t->kind == LEAT__UNION ? "union " :
                            t->kind == LEAT__ENUM ? "enum " : "");
    leat__text_add(out, t->kind == LEAT__STRUCT && !(t->name && *t->name) ? "struct" : base_name(t));
}

/* Pointers and arrays write round the name; functions are told as `...` . */
static void declare(struct leat__text *out, const struct leat__type *t, const char *inner, bool is_const)
{
    struct leat__text next = { 0 };
    if (t->kind == LEAT__POINTER) {
        leat__text_printf(&next, t->of->kind == LEAT__ARRAY || t->of->kind == LEAT__FUNCTION ? "(*%s)" : "*%s",
                          inner);
        if (is_const) {
            leat__text_clear(&next);
            leat__text_printf(&next, *inner ? "*const %s" : "*const", inner);
        }
        declare(out, t->of, next.data ? next.data : "", t->flags & LEAT__TO_CONST);
    } else if (t->kind == LEAT__ARRAY) {
        leat__text_printf(&next, "%s[%u]", inner, t->count);
        declare(out, t->of, next.data ? next.data : "", is_const);
    } else if (t->kind == LEAT__FUNCTION) {
        leat__text_printf(out, "void %s(...)", inner);
    } else {
        leat__text_add(out, is_const ? "const " : "");
        print_base(out, t);
        if (*inner)
            leat__text_printf(out, *inner == '[' ? "%s" : " %s", inner);
    }
    out->failed |= next.failed;
    leat__text_fini(&next);
}

void leat__type_declare(struct leat__text *out, const struct leat__type *t, const char *name)
{
    declare(out, t, name, false);
}

void leat__type_print(struct leat__text *out, const struct leat__type *t)
{
    declare(out, t, "", false);
}

static void shape_names(struct leat__text *out, const struct leat__type *t)
{
    enum { MOST = 12 };
    leat__text_addc(out, '{');
    for (uint32_t i = 0; i < t->count && i < MOST; i++) {
        leat__text_add(out, i ? ", " : "");
        leat__text_add(out, t->kind == LEAT__ENUM ? t->enumerators[i].name : t->members[i].name);
    }
    leat__text_add(out, t->count > MOST ? ", ...}" : "}");
}

void leat__type_shape(struct leat__text *out, const struct leat__type *t)
{
    if (t->flags & LEAT__INCOMPLETE)
        return;
    if (leat__is_object_pointer(t))
        t = t->of;
    if (leat__is_slice(t) || t->kind == LEAT__ARRAY) {
        const struct leat__type *item = leat__is_slice(t) ? leat__slice_item(t) : t->of;
        leat__text_add(out, "array of ");
        if (leat__is_text(item))
            leat__text_add(out, "text");
        else if (leat__is_record(item) && item->count && !(item->flags & LEAT__INCOMPLETE))
            shape_names(out, item);
        else
            leat__type_print(out, item);
    } else if (t->kind == LEAT__ENUM) {
        leat__text_add(out, "one of ");
        shape_names(out, t);
    } else if (leat__is_record(t) && t->count) {
        shape_names(out, t);
    }
}

static bool derivable(const struct leat__type *t, unsigned depth)
{
    if (depth > DEEPEST || (t->flags & (LEAT__INCOMPLETE | LEAT__CLASS)))
        return false;
    if (leat__is_slice(t))
        return derivable(leat__slice_item(t), depth + 1);
    switch (t->kind) {
    case LEAT__POINTER:
        return leat__is_text(t);
    case LEAT__ARRAY:
        return derivable(t->of, depth + 1);
    case LEAT__STRUCT:
        for (uint32_t i = 0; i < t->count; i++)
            if (!derivable(t->members[i].type, depth + 1))
                return false;
        return true;
    case LEAT__INT: case LEAT__UINT:
        return t->size <= 8;
    case LEAT__FLOAT:
        return t->size <= 8 || t->size == sizeof(long double);
    default:
        return leat__is_scalar(t);
    }
}

bool leat__is_derivable(const struct leat__type *t)
{
    return derivable(t, 0);
}

static bool trivial(const struct leat__type *t, unsigned depth)
{
    if (depth > DEEPEST)
        return false;
    switch (t->kind) {
    case LEAT__POINTER:
        return t->flags & LEAT__TO_CONST;
    case LEAT__ARRAY:
        return trivial(t->of, depth + 1);
    case LEAT__STRUCT: case LEAT__UNION:
        for (uint32_t i = 0; i < t->count; i++)
            if (!trivial(t->members[i].type, depth + 1))
                return false;
        return !(t->flags & LEAT__INCOMPLETE);
    default:
        return true;
    }
}

bool leat__is_trivial(const struct leat__type *t)
{
    return trivial(t, 0);
}

static const struct leat__member *undestroyable(const struct leat__type *t, unsigned depth)
{
    for (uint32_t i = 0; leat__is_record(t) && i < t->count; i++) {
        const struct leat__member *m = &t->members[i], *inner = NULL;
        const struct leat__type *type = m->type;
        while (type->kind == LEAT__ARRAY)
            type = type->of;
        if (leat__is_slice(type)) {
            if (!leat__is_view(type))
                inner = undestroyable(leat__slice_item(type), depth + 1);
        } else if (type->kind == LEAT__POINTER) {
            if (!(type->flags & LEAT__TO_CONST) && !leat__is_text(type))
                return m;
        } else if (leat__is_record(type)) {
            if (depth > DEEPEST || (type->kind == LEAT__UNION && !leat__is_trivial(type)))
                return m;
            inner = undestroyable(type, depth + 1);
        }
        if (inner)
            return inner;
    }
    return NULL;
}

const struct leat__member *leat__undestroyable(const struct leat__type *t)
{
    if (leat__is_slice(t)) {
        const struct leat__type *item = leat__slice_item(t);
        if (leat__is_view(t) || leat__is_text(item))
            return NULL;
        if (item->kind == LEAT__POINTER && !(item->flags & LEAT__TO_CONST))
            return &t->members[0];
        return undestroyable(item, 0);
    }
    return undestroyable(t, 0);
}
