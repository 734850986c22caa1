/* sanitize: --sanitize=address,undefined. */
#pragma once
#include "options.h"

/* -fsanitize for compiling and linking. */
void sanitize_flags(const struct options *o, struct list *cflags, struct list *ldflags);
/* A runtime that must be there before anything else (address, thread) is had by
 * starting again with it preloaded. Returns 0 if nothing is to be done or it is
 * there, else how the command ends after having told why. */
int sanitize_start(const struct options *o);
/* true: a sanitizer watches, and tells of crashes itself. */
bool sanitize_watches(const struct options *o);
