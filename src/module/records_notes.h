/* records_notes: what the macros of leat/node.h left in section leat_notes. */
#pragma once
#include "module/record.h"
#include "module/records_elf.h"

/* Adds each note once. LEAT_EBUILD: the section is cut. */
int leat__notes_add(struct leat__record_writer *w, struct leat__elf *image, leat_error *err);
