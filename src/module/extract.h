/* extract: the record of a shared object, asked of leat-records. */
#pragma once
#include "module/digest.h"
#include <leat/error.h>

/* Which leat-records it is; counts in what its records are kept under. */
void leat__extract_identify(struct leat__hasher *h);
/* Runs it on `path`, called `name` in errors; the bytes are yours. `sources`
 * (ends with NULL) were named by the user: functions of their folders are
 * listed, comments read; NULL: all but the system's, and no comments. */
int leat__extract(const char *path, const char *name, const char *const *sources, char **out_bytes,
                  size_t *out_len, leat_error *err);
