/* copies: asked values that a task writes before their asker has them. An asker
 * is a reader that comes before any writer, so it gets a copy; the same where
 * the asked value only looks into what is written. */
#pragma once
#include "run/plan.h"

struct leat__copy { uint32_t before, slot; };   /* copy the slot before that task runs */

/* By `before`. *out is yours: free(). LEAT_ENOMEM, or LEAT_EINPUT: an asked value
 * cannot be copied. asked: by node. */
int leat__copies_find(const struct leat__plan *p, const uint8_t *asked, struct leat__copy **out, uint32_t *out_count,
                      leat_error *err);
