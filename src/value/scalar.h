/* scalar: one truth value, number, enumerator or char between text and memory. */
#pragma once
#include "base/text.h"
#include "value/number.h"
#include "value/type.h"
#include <leat/error.h>

/* Where a value stands in memory; of a bit-field also which bits (else 0, 0). */
struct leat__spot { const struct leat__type *type; void *at; uint16_t bits, bit; };

static inline struct leat__spot leat__spot_of(const struct leat__type *t, const void *at)
{
    return (struct leat__spot){ t, (void *)(uintptr_t)at, 0, 0 };
}
static inline struct leat__spot leat__spot_member(const struct leat__member *m, const void *at)
{
    return (struct leat__spot){ m->type, (char *)(uintptr_t)at + m->offset, m->bits, m->bit };
}

/* BOOL, INT, UINT, ENUM, CHAR; a char counts as unsigned. */
struct leat__integer leat__scalar_load(struct leat__spot s);
/* Its value as a double, of any scalar; enumerators count too. */
double leat__scalar_number(struct leat__spot s);
/* false: the type, or the bit-field, has no such value; nothing is written. */
bool leat__scalar_store(struct leat__spot s, struct leat__integer x);

/* As arguments and CSV write it: digits, true, nan, the enumerator's name (of
 * a value without a name the number), the char itself. */
void leat__scalar_print(struct leat__text *out, struct leat__spot s);
/* The enumerator's name, NULL if the value has none. */
const char *leat__scalar_enumerator(struct leat__spot s);
/* Takes the whole of [text, end), without blanks. LEAT_EINPUT says what was
 * expected: "abc is no double". */
int leat__scalar_read(struct leat__spot s, const char *text, const char *end, leat_error *err);
