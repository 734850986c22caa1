/* helper: nodes that a flow needs and does not name: in which scope they run. */
#pragma once
#include "flow/tree.h"

/* scope_of, by node: an atom's scope; 0: given; 1: a node that runs, whose place is
 * found; LEAT__NONE: not needed. false: no memory. */
bool leat__helpers_place(const struct leat__tree *t, uint32_t *scope_of);
