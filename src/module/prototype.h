/* prototype: "double rich(double spend, const struct image * x)" read as C.
 *
 * Structs are known by their tags alone, so they are INCOMPLETE: two of one tag
 * and size match, and nothing looks inside. An unknown name is taken for a
 * typedef of a struct. */
#pragma once
#include "base/arena.h"
#include "graph/function.h"
#include <leat/error.h>

/* How a type was written before a name: "const struct image *". Prototypes of one
 * module repeat few of them, so the last ones are not read again. */
struct leat__spelling {
    const struct leat__type *type;
    char text[46];
    uint8_t len;
    bool is_const;                      /* what stands there, not what it points to */
};
enum { LEAT__SPELLINGS = 4 };

/* Descriptors of one module: equal types are one. Lives in the arena. */
struct leat__types {
    struct leat__arena *arena;
    const struct leat__type **row;
    uint32_t count, cap;
    bool failed;                        /* memory ran out */
    const char *space;                  /* of all functions; NULL: no namespace */
    const struct leat__type *const *list[LEAT__SPELLINGS];     /* of parameters; the last ones */
    uint32_t list_count[LEAT__SPELLINGS], lists;
    struct leat__spelling spelled[LEAT__SPELLINGS];
    uint32_t spellings;                 /* ever kept: the next one replaces the oldest */
};
void leat__types_fini(struct leat__types *t);

/* Reads `text` into `out` (name, in the namespace, result, parameters, about; in
 * the arena); what else is in `out` stays. sizes, of
 * the result (0: void) and of each parameter, may be NULL: then no struct can
 * stand by value. LEAT_EBUILD: not a prototype; err says what is wrong. A
 * prototype that is well formed and cannot be a node is refused. */
int leat__prototype_parse(struct leat__types *types, const char *text, const uint32_t *sizes,
                          struct leat__function *out, leat_error *err);
/* Whether `text` is a prototype of a function called `name`. */
bool leat__prototype_names(const char *text, const char *name);
