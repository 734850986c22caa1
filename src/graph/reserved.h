/* reserved: names that C and POSIX already mean something by. */
#pragma once
#include <stdbool.h>

bool leat__is_reserved(const char *name);
const char *const *leat__reserved_names(unsigned *out_count);
