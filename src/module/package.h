/* package: what pkg-config says of a library, kept until its .pc file changes. */
#pragma once
#include "module/directive.h"

/* Adds the package's flags to `out`. LEAT_ENOTFOUND with pkg-config's reason in
 * err: there is none. */
int leat__package_find(struct leat__build *b, const char *name, struct leat__directive *out,
                       leat_error *err);
