/* destroy, copy: what a layout says about owning. */
#pragma once
#include "base/arena.h"
#include "value/type.h"

/* Zeroed memory for one T, aligned as it asks; free(). NULL: out of memory. */
void *leat__new(const struct leat__type *t);
/* Frees what the value at `at` owns by layout: char * members and items of
 * slices that are not const, recursively; not `at` itself. A struct with a
 * release callback is released by it, unless that is NULL. */
void leat__destroy(const struct leat__type *t, void *at);
/* A deep copy of `from` into `to` (size of t), of a derivable type. With an
 * arena its parts live there; with NULL each is malloc'ed, so that the user's
 * free() and leat__destroy can free it (views are then copied too: nothing of
 * the copy is borrowed). 0 or LEAT_ENOMEM, LEAT_ETYPE (not derivable),
 * LEAT_EINPUT (nested more than 128 deep, lengths without items); then nothing is
 * left behind. */
int leat__copy(const struct leat__type *t, const void *from, void *to, struct leat__arena *arena);
/* The same, to be written or taken: what leat__destroy frees is malloc'ed, what
 * is const lives in the arena. */
int leat__copy_to_own(const struct leat__type *t, const void *from, void *to, struct leat__arena *arena);
/* Frees all parts of a malloc'ed deep copy, views included. */
void leat__destroy_copy(const struct leat__type *t, void *at);
