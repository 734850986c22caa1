/* declaration: one C declaration, "const struct image *x": words, base type,
 * pointers, name. */
#pragma once
#include "module/prototype.h"

struct leat__lexer { const char *text, *at; };

/* Takes a punctuator or a whole word if it stands next. */
bool leat__lexer_take(struct leat__lexer *x, const char *what);
/* Takes "void )", the list of no parameters. */
bool leat__lexer_void(struct leat__lexer *x);
bool leat__lexer_done(struct leat__lexer *x);
/* "expected WHAT before ...". */
int leat__lexer_fail(struct leat__lexer *x, const char *what, leat_error *err);

struct leat__declared { const struct leat__type *type; const char *name; };   /* name: "" if none */

/* `parameter`: arrays become pointers, as C has it. */
int leat__declaration_parse(struct leat__lexer *x, struct leat__types *types, bool parameter,
                            struct leat__declared *out, leat_error *err);
/* The same incomplete type with a size; NULL: out of memory. */
const struct leat__type *leat__declared_sized(struct leat__types *types, const struct leat__type *t, uint32_t size);
