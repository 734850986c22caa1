/* store: a folder that outlives the process: journal.db (SQLite), lock. */
#pragma once
#include "run/journal.h"

/* Opens or makes the store in `dir` (0700; NULL: ".leat") for this process alone.
 * LEAT_EBUSY: another has it, the text says which process. LEAT_EUNSUPPORTED: a
 * network file system, a setuid program, a build without a store. LEAT_ECORRUPT:
 * what is there is not a store of Leat, or a newer one, or was emptied. The journal's
 * end closes it. */
int leat__store_open(const char *dir, struct leat__journal **out, leat_error *err);
