/* batch: a typed call over many packets, generated as C beside the one of its
 * signature. Of a module that draws streams. */
#pragma once
#include "base/text.h"
#include "graph/function.h"

/* Stands once before all batches of a file; other text, other batches. */
extern const char leat__batch_text[];
/* A leat__batch behind its name: parameters and body. The call's types can be written. */
void leat__batch_write(struct leat__text *out, const struct leat__function *f);
