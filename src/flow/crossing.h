/* crossing: values that cross from scope to scope: which they are, found when a flow is
 * compiled, and how they are handed on when attempts begin and end. */
#pragma once
#include "flow/compile.h"

/* Fills c->need, of every scope: what runs there, and what it sees of others. */
void leat__crossings_find(struct leat__compiling *c);
/* Scopes have their plans: imports and exports of each. false: no memory. */
bool leat__crossings_join(struct leat__compiling *c);

/* GIVEN slots of an attempt's frame that are those of `from`, the frame around it. */
void leat__crossings_take(struct leat__scope *s, const struct leat__frame *from);
/* What an attempt has made, for readers in the frame around it; it stays the attempt's. */
void leat__crossings_give(const struct leat__scope *s, struct leat__frame *to);
