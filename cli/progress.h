/* progress: a line on stderr as each node ends. */
#pragma once
#include "options.h"
#include <leat/hook.h>

/* --progress and -v. *out_hook is NULL if nothing is to be told. Returns 0, or
 * how the command ends after having told why. */
int progress_hook(const struct options *o, leat_hook **out_hook);
/* Milliseconds since some moment. */
double progress_clock_ms(void);
