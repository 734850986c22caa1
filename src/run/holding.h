/* holding: memory that a value owns by its layout, as its destruction would free it. */
#pragma once
#include "value/type.h"

struct leat__holding { const void *at; const char *member; };   /* member: "" for the value itself */

/* Writes up to `cap` of them: text and arrays that are not const, not the items
 * of arrays, which may be many. Returns how many. */
uint32_t leat__holdings(const struct leat__type *t, const void *value, struct leat__holding *out, uint32_t cap);
