/* declaration: one C declaration, "const struct image *x": base type, pointers,
 * name. */
#pragma once
#include "module/lexer.h"
#include "module/prototype.h"

struct leat__declared { const struct leat__type *type; const char *name; size_t len; };   /* name: in the text; len 0: none */

/* `parameter`: arrays become pointers, as C has it. */
int leat__declaration_parse(struct leat__lexer *x, struct leat__types *types, bool parameter,
                            struct leat__declared *out, leat_error *err);
/* The same incomplete type with a size; NULL: out of memory. */
const struct leat__type *leat__declared_sized(struct leat__types *types, const struct leat__type *t, uint32_t size);
