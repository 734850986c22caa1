/* write: JSON of any value, for the printers. */
#pragma once
#include "base/text.h"
#include "value/items.h"
#include "value/scalar.h"

enum {
    LEAT__MOST_SHOWN = 20,      /* items of an array that is not cut     */
    LEAT__DEEPEST = 128         /* nesting of a text, both ways          */
};

/* As leat__print_json does it; `flags` as leat__print_text's. `depth` arrays and
 * objects stand round it already. */
void leat__write_json(struct leat__text *out, struct leat__spot s, unsigned flags, unsigned depth);
/* {"opaque":"struct image"} */
void leat__write_opaque(struct leat__text *out, const struct leat__type *t);
/* A text of n bytes: a string if it is UTF-8 without NUL, else {"base64":...}. */
void leat__write_string(struct leat__text *out, const char *s, size_t n);
/* Least, mean and greatest of `count` scalars that stand `stride` bytes apart;
 * NaNs are left out. false: none is left, or they are no numbers. */
struct leat__summary { double least, mean, greatest; };
bool leat__summarize(struct leat__spot first, size_t count, size_t stride,
                     struct leat__summary *out);
