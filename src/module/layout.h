/* layout: a type of a record as C text that has the same layout, so that a
 * compiler passes it by value exactly as the module's own compiler did. */
#pragma once
#include "base/text.h"
#include "graph/function.h"

/* Structs and unions already written into one block, by address. */
struct leat__layout {
    struct leat__text *out;             /* definitions go here                */
    const struct leat__type *seen[64];
    unsigned count;
};

/* Writes the definitions that `t` needs, each once; then `t` can be declared.
 * false: no C text has that layout (or more than 64 structs are nested). */
bool leat__layout_define(struct leat__layout *l, const struct leat__type *t);
/* "double m3[4]", "struct t0 *"... with `name` "" an abstract declarator.
 * Pointers are void *. */
void leat__layout_declare(const struct leat__layout *l, struct leat__text *out,
                          const struct leat__type *t, const char *name);
/* `void *f` as the function that it is, "((double (*)(int))f)", of types that were defined. */
void leat__layout_function(const struct leat__layout *l, struct leat__text *out, const struct leat__function *f);
