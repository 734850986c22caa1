/* field: a part of a struct under a name of its own: `range.lo`. */
#pragma once
#include "graph/graph.h"

/* Why there is no such field, and what may have been meant. */
struct leat__no_field { char why[400], near[256]; uint32_t owner; };     /* owner: who has not; set by leat__field_add */

/* What the field `name` (n bytes) of v's value is: out gets its type, flags
 * and kind. `v` may be any node or such an `out`. false: *no tells why. */
bool leat__field_of(const struct leat__node *v, const char *name, size_t n, struct leat__node *out,
                    uint32_t *out_offset, struct leat__no_field *no);
/* The node or input whose field `name` is, if any: that of the longest name in
 * front of a dot; *rest is what stands behind. LEAT__NONE. */
uint32_t leat__field_owner(const struct leat__graph *g, const char *name, const char **rest);
