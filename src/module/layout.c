/* layout: see layout.h.
 *
 * Which registers a struct travels in depends on the kinds and places of its
 * members, so each is written with its own kind, at its own place. The rules of
 * the compiler are followed member by member: one that already falls where it
 * should is written plain, another gets the alignment that moves it there, and
 * padding is written only as unnamed bit-fields, where the original had them
 * too. Named padding would change the class of an eightbyte. */
#include "module/layout.h"
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { DEEPEST = 32 };

struct place {                  /* where the writing of one struct stands */
    struct leat__layout *l;
    struct leat__text *out;
    const struct leat__type *t;
    uint64_t bit;               /* behind the last member                 */
    uint32_t align;             /* that its members give it               */
    bool failed;
};

static uint64_t align_up(uint64_t x, uint64_t to)
{
    return to ? (x + to - 1) / to * to : x;
}

static uint32_t natural(const struct leat__type *t)
{
    while (t->kind == LEAT__ARRAY)
        t = t->of;
    return t->align ? t->align : t->size ? t->size : 1;
}

static const char *odd_name(const char *name)
{
    static const struct { const char *debug, *c; } table[] = {
        { "complex float", "_Complex float" }, { "_Complex float", "_Complex float" },
        { "float _Complex", "_Complex float" }, { "complex", "_Complex double" },
        { "complex double", "_Complex double" }, { "_Complex double", "_Complex double" },
        { "double _Complex", "_Complex double" }, { "complex long double", "_Complex long double" },
        { "_Complex long double", "_Complex long double" },
        { "long double _Complex", "_Complex long double" }, { "__int128", "__int128" },
        { "__int128 unsigned", "unsigned __int128" }, { "unsigned __int128", "unsigned __int128" },
        { "_Float128", "_Float128" }, { "__float128", "_Float128" }
    };
    for (size_t i = 0; name && i < sizeof table / sizeof *table; i++)
        if (!strcmp(name, table[i].debug))
            return table[i].c;
    return NULL;
}

static const char *integer(bool is_signed, uint32_t size)
{
    switch (size) {
    case 1:  return is_signed ? "signed char" : "unsigned char";
    case 2:  return is_signed ? "short" : "unsigned short";
    case 4:  return is_signed ? "int" : "unsigned";
    case 8:  return is_signed ? "long long" : "unsigned long long";
    case 16: return is_signed ? "__int128" : "unsigned __int128";
    default: return NULL;
    }
}

/* The C name of a type without parts; NULL: it has none. */
static const char *plain_name(const struct leat__type *t)
{
    switch (t->kind) {
    case LEAT__VOID:    return "void";
    case LEAT__BOOL:    return t->size == 1 ? "_Bool" : NULL;
    case LEAT__CHAR:    return "char";
    case LEAT__INT:     return integer(true, t->size);
    case LEAT__UINT:    return integer(false, t->size);
    case LEAT__ENUM:    return integer(t->flags & LEAT__SIGNED, t->size);
    case LEAT__POINTER: return "void *";
    case LEAT__FLOAT:
        if (odd_name(t->name))
            return odd_name(t->name);
        return t->size == 4 ? "float" : t->size == 8 ? "double" : t->size == 16 ? "long double" : NULL;
    case LEAT__ODD:     return odd_name(t->name);
    default:            return NULL;
    }
}

static unsigned number_of(const struct leat__layout *l, const struct leat__type *t)
{
    unsigned i = 0;
    while (i < l->count && l->seen[i] != t)
        i++;
    return i;
}

void leat__layout_declare(const struct leat__layout *l, struct leat__text *out,
                          const struct leat__type *t, const char *name)
{
    const struct leat__type *base = t;
    while (base->kind == LEAT__ARRAY)
        base = base->of;
    if (leat__is_record(base))
        leat__text_printf(out, "%s t%u", base->kind == LEAT__UNION ? "union" : "struct", number_of(l, base));
    else
        leat__text_add(out, plain_name(base) ? plain_name(base) : "void");
    leat__text_printf(out, "%s%s", *name ? " " : "", name);
    for (; t->kind == LEAT__ARRAY; t = t->of)
        leat__text_printf(out, "[%u]", t->count);
}

/* `attribute` of a power of two that puts a member behind `end` at `offset`. */
static uint32_t aligning(uint64_t end, uint64_t offset, uint32_t most)
{
    for (uint32_t n = 1; n <= most; n *= 2)
        if (align_up(end, n) == offset)
            return n;
    return 0;
}

/* Up to `to` by unnamed bit-fields, the widest first: zero width if that does it. */
static void pad(struct place *p, uint64_t to)
{
    for (uint32_t n = 8; n <= 64; n *= 2)
        if (p->bit < to && align_up(p->bit, n) == to) {
            leat__text_printf(p->out, " %s : 0;", integer(false, n / 8));
            p->bit = to;
        }
    while (p->bit < to) {
        uint64_t room = 8 - p->bit % 8, n = to - p->bit < room ? to - p->bit : room;
        leat__text_printf(p->out, " unsigned char : %u;", (unsigned)n);
        p->bit += n;
    }
}

static void write_bits(struct place *p, const struct leat__member *m, const char *name)
{
    uint64_t unit = 8 * (uint64_t)m->type->size, want = 8 * (uint64_t)m->offset + m->bit;
    uint32_t align = natural(m->type);
    if (!unit || !m->bits || m->bits > unit || want < p->bit) {
        p->failed = true;
        return;
    }
    bool fits = align <= p->t->align && want / unit == (want + m->bits - 1) / unit;
    if (want > p->bit) {
        bool straddles = p->bit / unit != (p->bit + m->bits - 1) / unit;
        if (!(fits && straddles && align_up(p->bit, unit) == want))
            pad(p, want);
    }
    leat__text_addc(p->out, ' ');
    leat__layout_declare(p->l, p->out, m->type, name);
    leat__text_printf(p->out, " : %u%s;", m->bits, fits ? "" : " __attribute__((packed))");
    if (fits && p->align < align)
        p->align = align;
    p->bit = want + m->bits;
}

static void write_member(struct place *p, const struct leat__member *m, const char *name)
{
    uint64_t end = align_up(p->bit, 8) / 8;
    uint32_t align = natural(m->type);
    bool plain = align <= p->t->align && align_up(end, align) == m->offset;
    uint32_t force = plain ? 0 : aligning(end, m->offset, p->t->align);
    if (m->offset < end) {
        p->failed = true;
        return;
    }
    if (!plain && !force) {
        pad(p, 8 * (uint64_t)m->offset);
        plain = align <= p->t->align && m->offset % align == 0;
        force = plain ? 0 : 1;
    }
    leat__text_addc(p->out, ' ');
    leat__layout_declare(p->l, p->out, m->type, name);
    if (force)
        leat__text_printf(p->out, " __attribute__((packed, aligned(%u)))", force);
    leat__text_addc(p->out, ';');
    if (p->align < (force ? force : align))
        p->align = force ? force : align;
    p->bit = 8 * ((uint64_t)m->offset + m->type->size);
}

static bool define(struct leat__layout *l, const struct leat__type *t, unsigned depth);

static bool define_parts(struct leat__layout *l, const struct leat__type *t, unsigned depth)
{
    for (uint32_t i = 0; i < t->count; i++)
        if (!define(l, t->members[i].type, depth + 1))
            return false;
    return true;
}

static void write_members(struct place *p)
{
    uint64_t longest = 0;
    for (uint32_t i = 0; i < p->t->count && !p->failed; i++) {
        const struct leat__member *m = &p->t->members[i];
        char name[16];
        snprintf(name, sizeof name, "m%u", i);
        if (m->bits)
            write_bits(p, m, name);
        else
            write_member(p, m, name);
        if (p->t->kind == LEAT__UNION) {
            longest = longest > p->bit ? longest : p->bit;
            p->bit = 0;
        }
    }
    if (p->t->kind == LEAT__UNION)
        p->bit = longest;
}

/* A check that the compiler makes: it disagrees with us loudly or not at all. */
static void write_checks(struct place *p, unsigned number)
{
    const char *word = p->t->kind == LEAT__UNION ? "union" : "struct";
    leat__text_printf(p->out, "    _Static_assert(sizeof(%s t%u) == %u", word, number, p->t->size);
    for (uint32_t i = 0; i < p->t->count; i++)
        if (!p->t->members[i].bits)
            leat__text_printf(p->out, " && __builtin_offsetof(%s t%u, m%u) == %u", word, number, i,
                              p->t->members[i].offset);
    leat__text_add(p->out, ", \"layout\");\n");
}

static bool define_record(struct leat__layout *l, const struct leat__type *t, unsigned depth)
{
    enum { MOST = sizeof l->seen / sizeof *l->seen };
    struct leat__text body = { 0 };
    struct place p = { l, &body, t, 0, 1, false };
    if ((t->flags & (LEAT__INCOMPLETE | LEAT__CLASS)) || (!t->count && t->size) || !t->align)
        return false;
    if (!define_parts(l, t, depth) || l->count == MOST)
        return false;
    write_members(&p);
    if (!p.failed && align_up(align_up(p.bit, 8) / 8, t->align) != t->size && t->kind == LEAT__STRUCT)
        pad(&p, 8 * (uint64_t)t->size);
    bool good = !p.failed && p.align <= t->align && align_up(align_up(p.bit, 8) / 8, t->align) == t->size;
    if (good) {
        unsigned number = l->count;
        l->seen[l->count++] = t;
        leat__text_printf(l->out, "    %s t%u {%s }", t->kind == LEAT__UNION ? "union" : "struct", number,
                          body.data ? body.data : "");
        if (p.align < t->align)
            leat__text_printf(l->out, " __attribute__((aligned(%u)))", t->align);
        leat__text_add(l->out, ";\n");
        p.out = l->out;
        write_checks(&p, number);
    }
    l->out->failed |= body.failed;
    leat__text_fini(&body);
    return good;
}

static bool define(struct leat__layout *l, const struct leat__type *t, unsigned depth)
{
    if (depth > DEEPEST)
        return false;
    if (t->kind == LEAT__ARRAY)
        return define(l, t->of, depth + 1);
    if (!leat__is_record(t))
        return plain_name(t) != NULL;
    return number_of(l, t) < l->count || define_record(l, t, depth);
}

bool leat__layout_define(struct leat__layout *l, const struct leat__type *t)
{
    return define(l, t, 0);
}

void leat__layout_function(const struct leat__layout *l, struct leat__text *out, const struct leat__function *f)
{
    leat__text_add(out, "((");
    if (f->head->result)
        leat__layout_declare(l, out, f->head->result, "");
    else
        leat__text_add(out, "void");
    leat__text_add(out, " (*)(");
    for (uint32_t i = 0; i < f->head->count; i++) {
        leat__text_add(out, i ? ", " : "");
        leat__layout_declare(l, out, leat__param_type(f, i), "");
    }
    leat__text_add(out, f->head->count ? "))f)" : "void))f)");
}
