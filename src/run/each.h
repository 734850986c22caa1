/* each: a loop inside a node, cut into pieces for the pool. */
#pragma once
#include "run/context.h"

/* leat_each of leat/node.h. Without a pool, or memory, one piece. */
int leat__each(leat_context *ctx, size_t n, size_t grain, void (*fn)(void *user, size_t lo, size_t hi), void *user);
