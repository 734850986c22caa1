/* record_check: what printing, copying and calling take for granted about a type.
 *
 * 1. Sizes and alignments of scalars are those of C; pointers are this machine's.
 *    An incomplete type may have a size: LEAT_FUNCTION told it.
 * 2. A struct's members lie inside it, bit-fields included; none is incomplete.
 * 3. An array's size is its length times its element.
 * 4. By value nothing contains itself, nests deeper than DEEPEST, or has more
 *    than WIDEST members in all; a chain of pointers and arrays ends. */
#include "module/record_check.h"
#include "base/map.h"
#include <string.h>

enum { DEEPEST = 60, WIDEST = 1 << 20, LARGEST = 1 << 30 };

const char leat__record_no_memory[] = "needs more memory than there is";

static bool power_of_two(uint32_t n)
{
    return n && !(n & (n - 1));
}

/* It has a size, and so can stand in a struct or an array. */
static bool is_object(const struct leat__type *t)
{
    return t->kind != LEAT__VOID && t->kind != LEAT__FUNCTION &&
           (t->size || !(t->flags & LEAT__INCOMPLETE));
}

static const char *check_member(const struct leat__type *t, const struct leat__member *m)
{
    if (!is_object(m->type))
        return "has a member without size";
    if (m->offset > t->size)
        return "has a member behind its end";
    if (!m->bits)
        return m->bit || m->type->size > t->size - m->offset ? "has a member that does not fit"
                                                             : NULL;
    if (m->type->kind > LEAT__ENUM || m->bits > 128 || m->bit >= 128 ||
        (m->bit + m->bits + 7u) / 8 > t->size - m->offset)
        return "has a bit-field that does not fit";
    return NULL;
}

static const char *check_record(const struct leat__type *t)
{
    bool bits = false;
    for (uint32_t i = 0; i < t->count; i++) {
        const char *wrong = check_member(t, &t->members[i]);
        if (wrong)
            return wrong;
        bits |= t->members[i].bits != 0;
    }
    return bits == !!(t->flags & LEAT__BITFIELDS) ? NULL : "is wrong about its bit-fields";
}

static const char *check_array(const struct leat__type *t)
{
    if (!is_object(t->of))
        return "is an array of what has no size";
    return (uint64_t)t->of->size * t->count == t->size ? NULL : "has not the size of its elements";
}

static const char *check_size(const struct leat__type *t)
{
    static const uint8_t sizes[] = {    /* by kind: those allowed, added up */
        [LEAT__BOOL] = 1, [LEAT__INT] = 31, [LEAT__UINT] = 31, [LEAT__CHAR] = 1, [LEAT__FLOAT] = 28,
        [LEAT__ENUM] = 15
    };
    if (t->flags & LEAT__INCOMPLETE) {
        if (t->count || (!leat__is_record(t) && t->kind != LEAT__ENUM))
            return "is incomplete and has members";
        if (!t->size)
            return NULL;
    }
    if (t->kind == LEAT__VOID || t->kind == LEAT__FUNCTION)
        return t->size ? "has a size" : NULL;
    if (t->kind == LEAT__POINTER && t->size != sizeof(void *))
        return "is a pointer of another machine";
    if (t->kind > LEAT__VOID && t->kind <= LEAT__ENUM && !(t->flags & LEAT__INCOMPLETE) &&
        !(power_of_two(t->size) && t->size <= 16 && (sizes[t->kind] & t->size)))
        return "has a size that its kind has not";
    if (t->size > LARGEST)
        return "is larger than 1 GiB";
    return power_of_two(t->align) && t->align <= 4096 ? NULL : "has a wrong alignment";
}

const char *leat__record_check_type(const struct leat__type *t)
{
    const char *wrong = check_size(t);
    if (!wrong && leat__is_record(t))
        wrong = check_record(t);
    if (!wrong && t->kind == LEAT__ARRAY)
        wrong = check_array(t);
    return wrong;
}

/* --- nesting --- */

struct nest { uint32_t depth, width; };     /* width 0: not seen yet, LEAT__NONE: being looked at */

struct nesting { const struct leat__type *types; struct nest *nest; const char *wrong; };

static void visit(struct nesting *n, const struct leat__type *t, uint32_t level);

static void visit_part(struct nesting *n, struct nest *sum, const struct leat__type *part,
                       uint32_t level)
{
    const struct nest *inner = &n->nest[part - n->types];
    visit(n, part, level + 1);
    if (n->wrong)
        return;
    if (inner->depth + 1 > sum->depth)
        sum->depth = inner->depth + 1;
    sum->width += inner->width;
    if (sum->depth > DEEPEST)
        n->wrong = "nests too deep";
    else if (sum->width > WIDEST)
        n->wrong = "has too many members";
}

/* A pointer's own chain counts, what a struct behind it contains does not. */
static void visit(struct nesting *n, const struct leat__type *t, uint32_t level)
{
    struct nest *own = &n->nest[t - n->types], sum = { 0, 1 };
    if (own->width == LEAT__NONE)
        n->wrong = "contains itself";
    else if (level > DEEPEST)
        n->wrong = "nests too deep";
    if (own->width || n->wrong)
        return;
    own->width = LEAT__NONE;
    if (t->kind == LEAT__ARRAY || (t->kind == LEAT__POINTER && !leat__is_record(t->of)))
        visit_part(n, &sum, t->of, level);
    for (uint32_t i = 0; leat__is_record(t) && i < t->count && !n->wrong; i++)
        visit_part(n, &sum, t->members[i].type, level);
    *own = sum;
}

const char *leat__record_check_nesting(const struct leat__type *types, uint32_t count,
                                       struct leat__arena *scratch, uint32_t *out_row)
{
    struct nesting n = { types, leat__arena_array(scratch, count, sizeof(struct nest)), NULL };
    if (!n.nest)
        return leat__record_no_memory;
    for (*out_row = 0; *out_row < count; (*out_row)++) {
        visit(&n, &types[*out_row], 0);
        if (n.wrong)
            return n.wrong;
    }
    return NULL;
}

/* --- values --- */

const char *leat__record_unfit(const struct leat__type *t)
{
    if (t->flags & LEAT__INCOMPLETE)
        return t->size ? NULL : "incomplete";
    if (t->flags & LEAT__CLASS)
        return "a C++ class by value";
    if (t->kind == LEAT__VOID || t->kind == LEAT__FUNCTION)
        return "no value";
    if (t->kind == LEAT__ARRAY)
        return "an array";
    if (t->kind == LEAT__ODD)
        return t->name && *t->name ? t->name : "of no C type";
    if ((t->kind == LEAT__INT || t->kind == LEAT__UINT) && t->size > 8)
        return "__int128";
    for (uint32_t i = 0; leat__is_record(t) && i < t->count; i++) {
        const struct leat__type *part = t->members[i].type;
        while (part->kind == LEAT__ARRAY)
            part = part->of;
        const char *inner = leat__record_unfit(part);
        if (inner)
            return inner;
    }
    return NULL;
}
