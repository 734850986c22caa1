/* records_functions: from an image's debug info to the functions of a record. */
#pragma once
#include "module/record.h"
#include "module/records_files.h"
#include "module/records_elf.h"

/* Adds every exported function of the module's own sources, and the constants
 * named *__default. LEAT_EBUILD: there is no debug info that says enough. */
int leat__functions_add(struct leat__record_writer *w, struct leat__elf *image,
                        struct leat__files *files, leat_error *err);
