/* records_labels: of several typedefs of one struct the first in the source
 * counts, in one line that of the lesser name, whichever a function uses:
 * compilers write them in any order, and one of a pointer to it hides them.
 * Where the struct has a tag, names for the compiler's use (__FILE) come last. */
#include "module/records_labels.h"
#include "base/map.h"
#include <stdlib.h>
#include <string.h>

static struct leat__place *find(const struct leat__places *p, const void *die)
{
    uint64_t h = (uintptr_t)die * 0x9fb21c651e98df25u;
    uint32_t at = (uint32_t)(h >> 32) & p->mask;
    while (p->row[at].die && p->row[at].die != die)
        at = (at + 1) & p->mask;
    return &p->row[at];
}

static bool grow(struct leat__places *p)
{
    struct leat__places old = *p;
    uint32_t n = old.row ? (old.mask + 1) * 2 : 256;
    p->row = calloc(n, sizeof *p->row);
    if (!p->row)
        return p->row = old.row, false;
    p->mask = n - 1;
    for (uint32_t i = 0; old.row && i <= old.mask; i++)
        if (old.row[i].die)
            *find(p, old.row[i].die) = old.row[i];
    free(old.row);
    return true;
}

struct leat__place *leat__places_put(struct leat__places *p, const void *die)
{
    if ((!p->row || p->count > p->mask / 2) && !grow(p))
        return NULL;
    struct leat__place *place = find(p, die);
    if (!place->die) {
        *place = (struct leat__place){ die, LEAT__NONE };
        p->count++;
    }
    return place;
}

static bool before(struct leat__label a, struct leat__label b)
{
    bool hidden = a.tagged && *a.name == '_';
    if (hidden != (b.tagged && *b.name == '_'))
        return !hidden;
    return a.line != b.line ? a.line < b.line : strcmp(a.name, b.name) < 0;
}

static void add(struct leat__labels *l, const void *type, struct leat__label label)
{
    struct leat__place *place = leat__places_put(&l->types, type);
    if (place && place->value != LEAT__NONE) {
        if (before(label, l->label[place->value]))
            l->label[place->value] = label;
        return;
    }
    if (place && l->count == l->cap) {
        uint32_t cap = l->cap ? l->cap * 2 : 64;
        struct leat__label *grown = realloc(l->label, cap * sizeof *grown);
        if (grown) {
            l->label = grown;
            l->cap = cap;
        }
    }
    if (!place || l->count == l->cap) {
        l->failed = true;
        return;
    }
    place->value = l->count;
    l->label[l->count++] = label;
}

static void read_typedef(struct leat__labels *l, Dwarf_Die *die)
{
    struct leat__die d;
    Dwarf_Die type;
    leat__die_read(&d, die);
    const char *name = leat__die_text(&d, LEAT__AT_NAME);
    if (!name || !leat__die_refers(&d, LEAT__AT_TYPE, &type))
        return;
    int tag = leat__die_tag(&type);
    if ((tag == DW_TAG_structure_type || tag == DW_TAG_union_type ||
         tag == DW_TAG_enumeration_type ||
         tag == DW_TAG_class_type))
        add(l, type.addr, (struct leat__label){
            name, leat__die_number(&d, LEAT__AT_LINE, UINT64_MAX), dwarf_hasattr(&type, DW_AT_name) });
}

void leat__labels_read(struct leat__labels *l, Dwarf_Die *unit)
{
    struct leat__place *place = leat__places_put(&l->units, unit->addr);
    Dwarf_Die child;
    if (!place || place->value != LEAT__NONE) {
        l->failed |= !place;
        return;
    }
    place->value = 1;
    if (dwarf_child(unit, &child) == 0)
        do
            if (leat__die_tag(&child) == DW_TAG_typedef)
                read_typedef(l, &child);
        while (dwarf_siblingof(&child, &child) == 0);
}

const char *leat__labels_of(struct leat__labels *l, Dwarf_Die *die)
{
    Dwarf_Die unit;
    if (dwarf_cu_die(die->cu, &unit, NULL, NULL, NULL, NULL, NULL, NULL))
        leat__labels_read(l, &unit);
    struct leat__place *place = leat__places_put(&l->types, die->addr);
    l->failed |= !place;
    return place && place->value != LEAT__NONE ? l->label[place->value].name : NULL;
}

void leat__labels_fini(struct leat__labels *l)
{
    free(l->units.row);
    free(l->types.row);
    free(l->label);
}
