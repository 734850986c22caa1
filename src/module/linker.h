/* linker: objects to one shared object and its record, through the build cache. */
#pragma once
#include "module/source.h"

/* *out_image: its path in the cache; *out_record: the record's bytes; both
 * yours. Two definitions of one name are problems with both places. */
int leat__link(struct leat__build *b, struct leat__compiled *units, size_t n, char **out_image,
               char **out_record, size_t *out_len, leat_error *err);
