/* files: inputs that are paths of files. Private to front/. */
#pragma once
#include "front/run.h"

/* true: a file given for node n means its path, not what it holds. */
bool leat__is_path_input(const struct leat__node *n);
/* As input.c's readers: the path itself. */
int leat__files_path(const struct leat__type *t, const char *path, size_t len, const char *where, const char *column,
                     struct leat__arena *arena, void *at, leat_error *err);
/* Every path that was given to the plan's inputs is that of a readable file; else
 * LEAT_EINPUT names all inputs and paths that are not. */
int leat__files_check(const leat_run *r, const struct leat__plan *p, leat_error *err);
