/* table: an array of structs for a terminal, columns aligned. */
#pragma once
#include "base/text.h"
#include "value/write.h"

/* Begins with a newline and ends without one, so that it stands under `name =`.
 * Over 20 rows the first ten are shown, then count, min, mean and max. false:
 * more fields than a table can have; nothing is written. */
bool leat__table_print(struct leat__text *out, struct leat__items rows);
