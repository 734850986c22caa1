/* duplicate: one name defined by two sources, told before the linker does. */
#pragma once
#include "module/source.h"

/* Reports every name that two units define, with both places; then LEAT_EBUILD. */
int leat__duplicates_check(struct leat__build *b, const struct leat__compiled *units, size_t n, leat_error *err);
