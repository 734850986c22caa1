/* records_fill: what a DIE of a type says, into its draft. */
#include "base/map.h"
#include "module/records_drafts.h"
#include <string.h>

const char leat__missing_type[] = "a type whose debug info is missing";

/* A draft being filled; t->drafts moves when others are asked for. */
struct filling { struct leat__drafts *t; uint32_t draft; struct leat__die die; };

static struct leat__draft *own(struct filling *f)
{
    return &f->t->drafts[f->draft];
}

static void set_odd(struct filling *f, const char *name)
{
    struct leat__draft *d = own(f);
    d->kind = LEAT__ODD;
    d->name = name && *name ? leat__drafts_name(f->t, name) : "a type unknown to C";
    d->count = 0;
    d->of = LEAT__NONE;
}

/* --- scalars --- */

static bool size_is(uint32_t size, unsigned sizes)
{
    return size && !(size & (size - 1)) && (size & sizes);
}

static unsigned base_kind(unsigned encoding, const char *name, uint32_t size)
{
    bool is_char = size == 1 && !strcmp(name, "char");
    if (strstr(name, "_BitInt"))
        return LEAT__ODD;
    switch (encoding) {
    case DW_ATE_boolean:
        return size == 1 ? LEAT__BOOL : LEAT__ODD;
    case DW_ATE_signed: case DW_ATE_signed_char:
        return is_char ? LEAT__CHAR : size_is(size, 31) ? LEAT__INT : LEAT__ODD;
    case DW_ATE_unsigned: case DW_ATE_unsigned_char: case DW_ATE_UTF:
        return is_char ? LEAT__CHAR : size_is(size, 31) ? LEAT__UINT : LEAT__ODD;
    case DW_ATE_float:      /* of 16 bytes there are two: long double and _Float128 */
        return size_is(size, 12) || (size == 16 && !strcmp(name, "long double")) ? LEAT__FLOAT
                                                                                 : LEAT__ODD;
    default:
        return LEAT__ODD;
    }
}

/* clang calls every complex type "complex". */
static const char *odd_name(struct leat__die *d, const char *name)
{
    uint64_t size = leat__die_number(d, LEAT__AT_SIZE, 0);
    if (leat__die_number(d, LEAT__AT_ENCODING, 0) != DW_ATE_complex_float)
        return name;
    return size == 8    ? "a complex float"
           : size == 16 ? "a complex double"
                        : "a complex long double";
}

static void fill_base(struct filling *f)
{
    const char *name = leat__die_text(&f->die, LEAT__AT_NAME);
    struct leat__draft *d = own(f);
    unsigned encoding = (unsigned)leat__die_number(&f->die, LEAT__AT_ENCODING, 0);
    unsigned kind = base_kind(encoding, name ? name : "", d->size);
    if (d->language == LEAT__OF_RUST && kind == LEAT__UINT && name && !strcmp(name, "char"))
        kind = LEAT__ODD;       /* not every number is one */
    if (kind == LEAT__ODD)
        set_odd(f, odd_name(&f->die, name));
    else
        d->kind = (uint8_t)kind;
    d->align = d->size;
}

/* Its tag, or the typedef that stands for one; of a tag's typedefs one is kept. */
static void fill_name(struct filling *f)
{
    const char *tag = leat__die_text(&f->die, LEAT__AT_NAME);
    const char *label = leat__labels_of(&f->t->labels, &own(f)->die);
    if (!label)     /* it stands in a unit of its own, and so may its typedef */
        label = leat__labels_of(&f->t->labels, &f->die.die);
    own(f)->name = leat__drafts_name(f->t, tag ? tag : label);
    own(f)->typedefed = !tag && label;
    if (tag && label && strcmp(tag, label))
        own(f)->alias = leat__drafts_name(f->t, label);
    f->t->failed |= f->t->labels.failed;
}

static void fill_enumerator(struct filling *f, Dwarf_Die *child)
{
    struct leat__die e;
    Dwarf_Sword value = 0;
    Dwarf_Word word = 0;
    leat__die_read(&e, child);
    if (leat__die_has(&e, LEAT__AT_VALUE)) {
        unsigned form = dwarf_whatform(&e.at[LEAT__AT_VALUE]);
        if (form == DW_FORM_sdata || form == DW_FORM_implicit_const)
            dwarf_formsdata(&e.at[LEAT__AT_VALUE], &value);
        else if (dwarf_formudata(&e.at[LEAT__AT_VALUE], &word) == 0)
            value = (Dwarf_Sword)word;
    }
    struct leat__draft_member *m = leat__drafts_member(f->t);
    m->name = leat__drafts_name(f->t, leat__die_text(&e, LEAT__AT_NAME));
    m->value = value;
}

/* DWARF 2 does not say; then a negative value does. */
static bool has_negative(struct filling *f)
{
    for (uint32_t i = own(f)->first; i < f->t->member_count; i++)
        if (f->t->members[i].value < 0)
            return true;
    return false;
}

static bool enum_is_signed(struct filling *f)
{
    uint64_t encoding = leat__die_number(&f->die, LEAT__AT_ENCODING, 0);
    Dwarf_Die base;
    struct leat__die d = f->die;
    for (unsigned i = 0; !encoding && i < 8 && leat__die_refers(&d, LEAT__AT_TYPE, &base); i++) {
        leat__die_read(&d, &base);
        encoding = leat__die_number(&d, LEAT__AT_ENCODING, 0);
    }
    return encoding ? encoding == DW_ATE_signed || encoding == DW_ATE_signed_char : has_negative(f);
}

static void fill_enum(struct filling *f)
{
    struct leat__draft *d = own(f);
    Dwarf_Die child;
    fill_name(f);
    d->kind = LEAT__ENUM;
    d->align = d->size;
    d->first = f->t->member_count;
    if (leat__die_flag(&f->die, LEAT__AT_DECLARATION) || !d->size) {
        d->flags |= LEAT__INCOMPLETE;
        d->size = d->align = 0;
        return;
    }
    if (dwarf_child(&f->die.die, &child) == 0)
        do
            if (leat__die_tag(&child) == DW_TAG_enumerator)
                fill_enumerator(f, &child);
        while (dwarf_siblingof(&child, &child) == 0);
    d->count = f->t->member_count - d->first;
    if (enum_is_signed(f))
        d->flags |= LEAT__SIGNED;
}

/* --- pointers and arrays --- */

/* `const int (*p)[3]`: const stands on the element. */
static bool points_to_const_array(struct filling *f)
{
    Dwarf_Die die;
    struct leat__die array = f->die;
    for (unsigned i = 0; i < 100 && leat__die_refers(&array, LEAT__AT_TYPE, &die); i++) {
        int tag = leat__die_tag(&die);
        leat__die_read(&array, &die);
        if (tag == DW_TAG_const_type)
            return true;
        if (tag != DW_TAG_array_type && tag != DW_TAG_typedef && tag != DW_TAG_volatile_type)
            return false;
    }
    return false;
}

/* rustc writes const into the pointer's name alone. */
static bool rust_const(struct filling *f)
{
    const char *name = leat__die_text(&f->die, LEAT__AT_NAME);
    return name && (!strncmp(name, "*const ", 7) || (*name == '&' && strncmp(name, "&mut ", 5)));
}

static void fill_pointer(struct filling *f)
{
    unsigned language = own(f)->language;
    bool is_const;
    uint32_t of = leat__drafts_of(f->t, &f->die, language, &is_const);
    struct leat__draft *d = own(f);
    d->kind = LEAT__POINTER;
    d->of = of;
    d->size = d->align = sizeof(void *);
    if (is_const || points_to_const_array(f) || (language == LEAT__OF_RUST && rust_const(f)))
        d->flags |= LEAT__TO_CONST;
}

/* A dimension; without a number it is the flexible member's: none. */
static uint32_t dimension(Dwarf_Die *child)
{
    struct leat__die d;
    leat__die_read(&d, child);
    uint64_t n = leat__die_number(&d, LEAT__AT_LENGTH, UINT64_MAX);
    if (n == UINT64_MAX)
        n = leat__die_number(&d, LEAT__AT_UPPER, UINT64_MAX) + 1;
    return n <= UINT32_MAX ? (uint32_t)n : 0;
}

static void fill_array(struct filling *f)
{
    enum { MOST = 32 };
    uint32_t lengths[MOST], n = 0;
    uint32_t inner = leat__drafts_of(f->t, &f->die, own(f)->language, NULL);
    Dwarf_Die child;
    if (leat__die_flag(&f->die, LEAT__AT_VECTOR)) {
        set_odd(f, "a vector");
        return;
    }
    if (dwarf_child(&f->die.die, &child) == 0)
        do
            if (leat__die_tag(&child) == DW_TAG_subrange_type && n < MOST)
                lengths[n++] = dimension(&child);
        while (dwarf_siblingof(&child, &child) == 0);
    while (n > 1)
        inner = leat__drafts_draft(f->t, &(struct leat__draft){
            .kind = LEAT__ARRAY, .of = inner, .count = lengths[--n] });
    struct leat__draft *d = own(f);
    d->kind = LEAT__ARRAY;
    d->of = inner;
    d->count = n ? lengths[0] : 0;
}

/* --- structs and unions --- */

/* DWARF 2 writes offsets as the expression "plus_uconst n". */
static uint64_t location(struct leat__die *d)
{
    Dwarf_Block block;
    Dwarf_Attribute *at = &d->at[LEAT__AT_LOCATION];
    uint64_t n = 0;
    if (!leat__die_has(d, LEAT__AT_LOCATION))
        return 0;
    if (dwarf_formblock(at, &block) != 0)
        return leat__die_number(d, LEAT__AT_LOCATION, UINT32_MAX);
    if (block.length < 2 || block.data[0] != DW_OP_plus_uconst)
        return UINT32_MAX;
    for (unsigned i = 1, shift = 0; i < block.length && shift < 32; i++, shift += 7)
        n |= (uint64_t)(block.data[i] & 0x7f) << shift;
    return n;
}

/* Bits from the struct's start: said so, or as DWARF 3 said it for big-endian
 * machines, from the upper end of a storage unit. */
static uint64_t first_bit(struct leat__die *d, uint64_t bits, uint64_t unit)
{
    if (leat__die_has(d, LEAT__AT_DATA_BIT_OFFSET))
        return leat__die_number(d, LEAT__AT_DATA_BIT_OFFSET, 0);
    uint64_t upper = leat__die_number(d, LEAT__AT_BIT_OFFSET, 0);
    return location(d) * 8 + (leat__die_has(d, LEAT__AT_BIT_OFFSET) ? unit * 8 - upper - bits : 0);
}

/* Told within its declared type's own unit where it lies in one, else by bytes. */
static void place_bits(struct leat__draft_member *m, uint64_t at, uint64_t bits, uint64_t unit,
                       uint64_t size)
{
    if (!unit || at / (unit * 8) != (at + bits - 1) / (unit * 8) ||
        (at / (unit * 8) + 1) * unit > size)
        unit = 1;
    uint64_t offset = at / (unit * 8) * unit;
    m->offset = offset < UINT32_MAX ? (uint32_t)offset : UINT32_MAX;
    m->bit = (uint16_t)(at - offset * 8);
    m->bits = bits <= 128 ? (uint16_t)bits : 129;
}

static uint64_t size_of_type(struct leat__die *d)
{
    Dwarf_Die type;
    Dwarf_Word size = 0;
    if (!leat__die_refers(d, LEAT__AT_TYPE, &type) || dwarf_aggregate_size(&type, &size) != 0)
        return 0;
    return size;
}

static void fill_member(struct filling *f, Dwarf_Die *child)
{
    struct leat__die d;
    leat__die_read(&d, child);
    if (leat__die_flag(&d, LEAT__AT_EXTERNAL) || leat__die_flag(&d, LEAT__AT_DECLARATION))
        return;     /* static members of C++ */
    uint32_t type = leat__drafts_of(f->t, &d, own(f)->language, NULL);
    struct leat__draft_member *m = leat__drafts_member(f->t);
    struct leat__draft *s = own(f);
    m->name = leat__drafts_name(f->t, leat__die_text(&d, LEAT__AT_NAME));
    m->type = type;
    uint64_t bits = leat__die_number(&d, LEAT__AT_BIT_SIZE, 0), at = location(&d);
    uint64_t align = leat__die_number(&d, LEAT__AT_ALIGNMENT, 1);
    if (align > s->align && align <= 4096)
        s->align = (uint32_t)align;
    if (bits) {
        uint64_t unit = leat__die_number(&d, LEAT__AT_SIZE, 0);
        unit = unit ? unit : size_of_type(&d);
        place_bits(m, first_bit(&d, bits, unit), bits, unit, s->size);
        s->flags |= LEAT__BITFIELDS;
    } else {
        m->offset = at < UINT32_MAX ? (uint32_t)at : UINT32_MAX;
    }
}

/* What makes a class more than a struct: bases, virtual functions, constructors
 * and destructors of its own. */
static bool is_special(struct filling *f, Dwarf_Die *child, int tag)
{
    struct leat__die d;
    if (tag == DW_TAG_inheritance)
        return true;
    if (tag != DW_TAG_subprogram)
        return false;
    leat__die_read(&d, child);
    const char *name = leat__die_text(&d, LEAT__AT_NAME), *class = own(f)->name;
    if (leat__die_number(&d, LEAT__AT_VIRTUALITY, 0))
        return true;
    if (leat__die_flag(&d, LEAT__AT_ARTIFICIAL) || leat__die_number(&d, LEAT__AT_DEFAULTED, 0) == 1)
        return false;
    return name && (*name == '~' || (class && !strcmp(name, class)));
}

static void fill_children(struct filling *f)
{
    Dwarf_Die child;
    if (dwarf_child(&f->die.die, &child) != 0)
        return;
    do {
        int tag = leat__die_tag(&child);
        if (tag == DW_TAG_variant_part)
            return set_odd(f, "a Rust enum");
        if (tag == DW_TAG_member)
            fill_member(f, &child);
        else if (is_special(f, &child, tag))
            own(f)->flags |= LEAT__CLASS;
    } while (dwarf_siblingof(&child, &child) == 0);
}

static void fill_record(struct filling *f, unsigned kind)
{
    struct leat__draft *d = own(f);
    fill_name(f);
    d->kind = (uint8_t)kind;
    d->first = f->t->member_count;
    if (leat__die_flag(&f->die, LEAT__AT_DECLARATION)) {
        d->flags |= LEAT__INCOMPLETE;
        d->size = 0;
        return;
    }
    if (leat__die_number(&f->die, LEAT__AT_CONVENTION, 0) == DW_CC_pass_by_reference)
        d->flags |= LEAT__CLASS;
    d->align = (uint32_t)(leat__die_number(&f->die, LEAT__AT_ALIGNMENT, 1) & 8191);
    fill_children(f);
    if (own(f)->kind == kind)
        own(f)->count = f->t->member_count - own(f)->first;
}

/* --- any --- */

/* It may only point to where the type stands, in a unit of its own. */
static bool read_die(struct filling *f)
{
    Dwarf_Die die = own(f)->die, other;
    leat__die_read(&f->die, &die);
    if (!leat__die_has(&f->die, LEAT__AT_SIZE) && leat__die_has(&f->die, LEAT__AT_SIGNATURE)) {
        if (!leat__die_refers(&f->die, LEAT__AT_SIGNATURE, &other))
            return false;
        leat__die_read(&f->die, &other);
    }
    uint64_t size = leat__die_number(&f->die, LEAT__AT_SIZE, 0);
    own(f)->size = size < UINT32_MAX ? (uint32_t)size : UINT32_MAX;
    return true;
}

void leat__drafts_fill(struct leat__drafts *t, uint32_t draft)
{
    struct filling f = { .t = t, .draft = draft };
    if (!own(&f)->die.addr)
        return;
    if (!read_die(&f)) {
        own(&f)->name = leat__missing_type;
        return;
    }
    switch (leat__die_tag(&f.die.die)) {
    case DW_TAG_base_type:          fill_base(&f); break;
    case DW_TAG_enumeration_type:   fill_enum(&f); break;
    case DW_TAG_pointer_type:       fill_pointer(&f); break;
    case DW_TAG_array_type:         fill_array(&f); break;
    case DW_TAG_structure_type: case DW_TAG_class_type:
        fill_record(&f, LEAT__STRUCT);
        break;
    case DW_TAG_union_type:         fill_record(&f, LEAT__UNION); break;
    case DW_TAG_subroutine_type:
        own(&f)->kind = LEAT__FUNCTION;
        own(&f)->size = 0;
        break;
    case DW_TAG_reference_type: case DW_TAG_rvalue_reference_type:
        set_odd(&f, "a C++ reference");
        break;
    default:
        set_odd(&f, leat__die_text(&f.die, LEAT__AT_NAME));
    }
}
