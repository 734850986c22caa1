/* type: equality, hashing, and how a type reads in C. */
#include "value/type.h"
#include <string.h>

enum {
    DEEPEST = 64,           /* nesting that derivation follows; deeper is "not derivable" */
    LONGEST = 100000        /* steps of one walk: types that data describes may not cost more */
};

static bool same_name(const struct leat__type *a, const struct leat__type *b)
{
    return !strcmp(a->name ? a->name : "", b->name ? b->name : "");
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
    if (leat__is_slice(t)) /* by element: brief, as behind any pointer; tag and cap do not count */
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
            h = mix(mix_name(h, m->name),
                    (uint64_t)m->offset << 32 | (uint32_t)m->bits << 16 | m->bit);
            h = mix(h, leat__is_record(m->type) ? m->type->hash : brief(m->type, 0));
        }
    if (t->kind == LEAT__ENUM)
        for (uint32_t i = 0; i < t->count; i++)
            h = mix(mix_name(h, t->enumerators[i].name), (uint64_t)t->enumerators[i].value);
    return h ? h : 1;
}

/* Pairs of structs under comparison. A pair met again is taken as equal: if it
 * is not, the first meeting tells. So recursive types end, and each pair costs
 * once. */
struct pairs {
    struct { const struct leat__type *a, *b; } met[128];
    unsigned count;
};

static bool equal(const struct leat__type *a, const struct leat__type *b, struct pairs *p);

/* When no more pairs can be remembered, the hashes speak for what is behind. */
static bool equal_records(const struct leat__type *a, const struct leat__type *b, struct pairs *p)
{
    if (a->count != b->count || !same_name(a, b) || (a->hash && b->hash && a->hash != b->hash))
        return false;
    for (unsigned i = 0; i < p->count; i++)
        if (p->met[i].a == a && p->met[i].b == b)
            return true;
    if (p->count == sizeof p->met / sizeof *p->met)
        return true;
    p->met[p->count].a = a;
    p->met[p->count++].b = b;
    for (uint32_t i = 0; i < a->count; i++) {
        const struct leat__member *x = &a->members[i], *y = &b->members[i];
        if (x->offset != y->offset || x->bits != y->bits || x->bit != y->bit ||
            strcmp(x->name, y->name) || !equal(x->type, y->type, p))
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

static bool equal(const struct leat__type *a, const struct leat__type *b, struct pairs *p)
{
    if (a == b)
        return true;
    if (a->kind != b->kind)
        return false;
    if (leat__is_slice(a) && leat__is_slice(b)) {
        const struct leat__type *x = a->members[0].type, *y = b->members[0].type;
        return a->count == b->count && !((x->flags ^ y->flags) & LEAT__TO_CONST) &&
               equal(x->of, y->of, p);
    }
    if ((a->flags | b->flags) & LEAT__INCOMPLETE)
        return a->name && *a->name && same_name(a, b) && (!a->size || !b->size || a->size == b->size);
    if (a->size != b->size)
        return false;
    switch (a->kind) {
    case LEAT__POINTER:
        return !((a->flags ^ b->flags) & LEAT__TO_CONST) && equal(a->of, b->of, p);
    case LEAT__ARRAY:
        return a->count == b->count && equal(a->of, b->of, p);
    case LEAT__STRUCT: case LEAT__UNION:
        return equal_records(a, b, p);
    case LEAT__ENUM:
        return a->count == b->count && !((a->flags ^ b->flags) & LEAT__SIGNED) && same_name(a, b) &&
               equal_enumerators(a, b);
    case LEAT__ODD:
        return same_name(a, b);
    default:
        return true;
    }
}

bool leat__type_equal(const struct leat__type *a, const struct leat__type *b)
{
    struct pairs p;
    p.count = 0;
    return equal(a, b, &p);
}

static const char *base_name(const struct leat__type *t)
{
    static const char *const ints[] = { "signed char", "short", "int", "long", "__int128" };
    static const char *const uints[] = { "unsigned char", "unsigned short", "unsigned",
                                         "unsigned long", "unsigned __int128" };
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
        leat__text_add(out, t->kind == LEAT__STRUCT  ? "struct "
                            : t->kind == LEAT__UNION ? "union "
                            : t->kind == LEAT__ENUM  ? "enum "
                                                     : "");
    leat__text_add(out,
                   !leat__is_record(t) || (t->name && *t->name) ? base_name(t)
                   : t->kind == LEAT__UNION                        ? "union"
                                                                   : "struct");
}

/* Pointers and arrays write round the name; functions are told as `...` . */
static void declare(struct leat__text *out, const struct leat__type *t, const char *inner,
                    bool is_const)
{
    struct leat__text next = { 0 };
    if (t->kind == LEAT__POINTER) {
        leat__text_printf(
            &next, t->of->kind == LEAT__ARRAY || t->of->kind == LEAT__FUNCTION ? "(*%s)" : "*%s",
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

/* Members of a struct without a name stand in its place. */
static void shape_list(struct leat__text *out, const struct leat__type *t, unsigned *n, unsigned depth)
{
    enum { MOST = 12 };
    for (uint32_t i = 0; i < t->count && *n <= MOST && depth < DEEPEST; i++) {
        const struct leat__member *m = t->kind == LEAT__ENUM ? NULL : &t->members[i];
        const char *name = m ? m->name : t->enumerators[i].name;
        if (m && !*name && m->type->kind == LEAT__STRUCT)
            shape_list(out, m->type, n, depth + 1);
        if (!*name || (m && leat__is_endless(m->type)))
            continue;
        leat__text_add(out, *n ? ", " : "");
        leat__text_add(out, (*n)++ < MOST ? name : "...");
    }
}

static void shape_names(struct leat__text *out, const struct leat__type *t)
{
    unsigned n = 0;
    leat__text_addc(out, '{');
    shape_list(out, t, &n, 0);
    leat__text_addc(out, '}');
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

/* Where a walk over a layout stands: the structs round it. A struct may hold
 * itself through the items of a slice, never by value (no C type does; a record
 * from a file may claim so). */
struct trail {
    const struct trail *up;
    const struct leat__type *type;
    bool by_item;           /* reached as the item of a slice        */
    unsigned depth, *left;  /* steps that the whole walk has left    */
};

enum met { NEW, AGAIN, BROKEN };

static enum met meet(const struct trail *at)
{
    bool by_item = at->by_item;
    if (at->depth > DEEPEST || !*at->left)
        return BROKEN;
    --*at->left;
    for (const struct trail *up = at->up; up; up = up->up) {
        if (up->type == at->type)
            return by_item ? AGAIN : BROKEN;
        by_item |= up->by_item;
    }
    return NEW;
}

static struct trail step(const struct trail *up, const struct leat__type *t, bool by_item)
{
    return (struct trail){ up, t, by_item, up->depth + 1, up->left };
}

static bool derivable(const struct trail *at)
{
    const struct leat__type *t = at->type;
    struct trail inner;
    if (t->flags & (LEAT__INCOMPLETE | LEAT__CLASS))
        return false;
    switch (t->kind) {
    case LEAT__POINTER:
        inner = step(at, t->of, true);
        if (leat__is_block(t)) {
            enum met met = meet(&inner);
            return met == AGAIN || (met == NEW && derivable(&inner));
        }
        return leat__is_text(t);
    case LEAT__ARRAY:
        inner = step(at, t->of, false);     /* of no length: it goes on behind the struct */
        return t->count && meet(&inner) == NEW && derivable(&inner);
    case LEAT__STRUCT:
        for (uint32_t i = 0; i < t->count; i++) {
            bool slice = leat__is_slice(t);
            inner = step(at, slice ? leat__slice_item(t) : t->members[i].type, slice);
            enum met met = meet(&inner);
            if (met == BROKEN || (met == NEW && !derivable(&inner)))
                return false;
            if (slice)
                break;
        }
        return true;
    case LEAT__INT: case LEAT__UINT:
        return t->size <= 8;
    case LEAT__FLOAT:
        return t->size == sizeof(float) || t->size == sizeof(double) ||
               t->size == sizeof(long double);
    default:
        return leat__is_scalar(t);
    }
}

bool leat__is_derivable(const struct leat__type *t)
{
    unsigned left = LONGEST;
    return derivable(&(struct trail){ NULL, t, false, 0, &left });
}

static bool bare_union(const struct leat__type *t, unsigned depth)
{
    for (uint32_t i = 0; t->kind == LEAT__STRUCT && i < t->count && depth < DEEPEST; i++) {
        const struct leat__member *m = &t->members[i];
        if (!*m->name && (m->type->kind == LEAT__UNION || bare_union(m->type, depth + 1)))
            return true;
    }
    return false;
}

bool leat__has_bare_union(const struct leat__type *t) { return bare_union(t, 0); }

/* The innermost member that keeps t from being derived; slices, which may lead
 * back to t, only if it is no other. */
static const struct leat__member *opaque_member(const struct leat__type *t, unsigned depth)
{
    enum { FEW = 8 };
    for (unsigned slices = 0; t->kind == LEAT__STRUCT && depth < FEW && slices < 2; slices++)
        for (uint32_t i = 0; i < t->count; i++) {
            const struct leat__member *m = &t->members[i];
            const struct leat__type *inner = m->type;
            bool items = leat__is_slice(inner) || leat__is_block(inner);
            if (items != (slices > 0) || leat__is_derivable(inner))
                continue;
            while ((inner->kind == LEAT__ARRAY && inner->count) || leat__is_slice(inner) || leat__is_block(inner))
                inner = leat__is_slice(inner) ? leat__slice_item(inner) : inner->of;
            const struct leat__member *found = opaque_member(inner, depth + 1);
            return found ? found : m;
        }
    return NULL;
}

static void why_pointer(struct leat__text *out, const struct leat__type *of)
{
    if (leat__is_scalar(of) || leat__is_text(of)) {
        struct leat__type pointer = { .kind = LEAT__POINTER, .flags = LEAT__TO_CONST, .of = of };
        leat__text_add(out, "it does not say how many there are; read a struct {");
        leat__type_declare(out, &pointer, "data");
        leat__text_add(out, "; size_t len;}");
    } else if (leat__is_record(of) && !(of->flags & LEAT__INCOMPLETE)) {
        leat__text_add(out, "a pointer to a struct is not followed");
    } else {
        leat__text_add(out, "nothing is known of what it points to");
    }
}

void leat__type_why_opaque(struct leat__text *out, const struct leat__type *t)
{
    while (leat__is_slice(t))
        t = leat__slice_item(t);
    const struct leat__member *m = opaque_member(t, 0);
    if (t->kind == LEAT__POINTER)
        why_pointer(out, t->of);
    else if (t->flags & LEAT__INCOMPLETE)
        leat__text_add(out, "its members are not known");
    else if (t->kind == LEAT__UNION)
        leat__text_add(out, "nothing says which of a union's members counts");
    else if (m && !*m->name)
        leat__text_add(out, "a union in it has no name, and nothing says which of its members counts");
    else if (m && leat__is_endless(m->type))
        leat__text_printf(out, "its member %s is an array without a length", m->name);
    else if (m) {
        leat__text_printf(out, "its member %s is ", m->name);
        leat__type_print(out, m->type);
    } else
        leat__text_add(out, "it is too odd");
}

static bool trivial(const struct leat__type *t, unsigned depth, unsigned *left)
{
    if (depth > DEEPEST || !*left)
        return false;
    --*left;
    switch (t->kind) {
    case LEAT__POINTER:
        return t->flags & LEAT__TO_CONST;
    case LEAT__ARRAY:
        return trivial(t->of, depth + 1, left);
    case LEAT__STRUCT: case LEAT__UNION:
        for (uint32_t i = 0; i < t->count; i++)
            if (!trivial(t->members[i].type, depth + 1, left))
                return false;
        return !(t->flags & LEAT__INCOMPLETE);
    default:
        return true;
    }
}

bool leat__is_trivial(const struct leat__type *t)
{
    unsigned left = LONGEST;
    return trivial(t, 0, &left);
}

const struct leat__member *leat__release_member(const struct leat__type *t)
{
    for (uint32_t i = 0; t->kind == LEAT__STRUCT && i < t->count; i++) {
        const struct leat__member *m = &t->members[i];
        if (m->type->kind == LEAT__POINTER && m->type->of->kind == LEAT__FUNCTION && !strcmp(m->name, "release"))
            return m;
    }
    return NULL;
}

static const struct leat__member *undestroyable(const struct trail *at);

static const struct leat__member *undestroyable_items(const struct trail *at, const struct leat__type *item,
                                                      const struct leat__member *m);

/* m itself, or what stands in its way inside. */
static const struct leat__member *undestroyable_member(const struct trail *at,
                                                       const struct leat__member *m)
{
    const struct leat__type *t = m->type;
    while (t->kind == LEAT__ARRAY)
        t = t->of;
    if (leat__is_block(t) && !(t->flags & LEAT__TO_CONST))
        return undestroyable_items(at, t->of, m);
    if (t->kind == LEAT__POINTER)
        return (t->flags & LEAT__TO_CONST) || leat__is_text(t) ? NULL : m;
    if (!leat__is_record(t) || leat__is_view(t))
        return NULL;
    if (t->kind == LEAT__UNION)
        return leat__is_trivial(t) ? NULL : m;
    struct trail inner = step(at, t, false);
    switch (meet(&inner)) {
    case NEW:   return undestroyable(&inner);
    case AGAIN: return NULL;
    default:    return m;
    }
}

/* Items that m owns are walked like members. */
static const struct leat__member *undestroyable_items(const struct trail *at, const struct leat__type *item,
                                                      const struct leat__member *m)
{
    while (item->kind == LEAT__ARRAY)
        item = item->of;
    struct trail inner = step(at, item, true);
    if (leat__is_text(item))
        return NULL;
    if (item->kind == LEAT__POINTER)
        return item->flags & LEAT__TO_CONST ? NULL : m;
    if (item->flags & LEAT__INCOMPLETE)
        return m;
    if (!leat__is_record(item))
        return NULL;
    enum met met = meet(&inner);
    return met == NEW ? undestroyable(&inner) : met == AGAIN ? NULL : m;
}

static const struct leat__member *undestroyable(const struct trail *at)
{
    const struct leat__type *t = at->type;
    const struct leat__member *found = NULL;
    if (leat__is_slice(t))
        return leat__is_view(t) ? NULL : undestroyable_items(at, leat__slice_item(t), &t->members[0]);
    if (leat__release_member(t))
        return NULL;
    for (uint32_t i = 0; leat__is_record(t) && i < t->count && !found; i++)
        found = undestroyable_member(at, &t->members[i]);
    return found;
}

const struct leat__member *leat__undestroyable(const struct leat__type *t)
{
    unsigned left = LONGEST;
    return undestroyable(&(struct trail){ NULL, t, false, 0, &left });
}
