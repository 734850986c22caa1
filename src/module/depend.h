/* depend: the files a compiler read, from the make rule it wrote. */
#pragma once
#include "base/arena.h"
#include <leat/error.h>
#include <stddef.h>

/* Every prerequisite of the rule's target, unescaped, in the arena; the text is
 * changed. */
int leat__depend_parse(struct leat__arena *arena, char *text, char ***out_paths, size_t *out_count,
                       leat_error *err);
