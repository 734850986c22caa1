/* inner_module: the module that a benchmark measures, compiled and loaded as a user's
 * is. What goes wrong is told, and ends the program. */
#pragma once
#include "module/module.h"

/* Of one source, with the compiler that is there. leat__module_fini. */
void inner_module_load(struct leat__module *m, const char *path);
/* Borrowed from the module. */
const struct leat__function *inner_module_find(const struct leat__module *m, const char *name);
