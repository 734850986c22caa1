/* deliver: results, to standard output or into files. */
#pragma once
#include "select.h"
#include <stdio.h>

/* Whether the files of -o can be, as far as that is known without a graph. 0 or an ending. */
int deliver_check_paths(const struct options *o);
/* Whether -o, -r and --json fit each other and what is asked. 0 or an ending. */
int deliver_check(const struct options *o, const struct choice *c);
/* Gives everything that was made. `out` is the real standard output. */
int deliver(const struct options *o, const struct choice *c, leat_run *r, FILE *out);
