/* records_labels: the names that typedefs give to structs, unions and enums. */
#pragma once
#include "module/records_die.h"
#include <stddef.h>

/* Addresses to numbers: DIEs are known by where they stand. */
struct leat__places {
    struct leat__place { const void *die; uint32_t value; } *row;
    uint32_t mask, count;
};
/* The row of a DIE, its value LEAT__NONE if it is new; valid until the next
 * call. NULL: memory ran out. */
struct leat__place *leat__places_put(struct leat__places *p, const void *die);

struct leat__labels {
    struct leat__places units, types;   /* units read; types to their label */
    struct leat__label { const char *name; uint64_t line; bool tagged; } *label;
    uint32_t count, cap;
    bool failed;
};
/* Reads the typedefs of a unit, once. */
void leat__labels_read(struct leat__labels *l, Dwarf_Die *unit);
/* The first typedef in the source that names this DIE, or NULL. */
const char *leat__labels_of(struct leat__labels *l, Dwarf_Die *die);
void leat__labels_fini(struct leat__labels *l);
