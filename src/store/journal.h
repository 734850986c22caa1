/* journal: a journal's ops over journal.db. */
#pragma once
#include "run/journal.h"

extern const struct leat__journal_ops leat__store_ops;
/* self of the ops. vfs: SQLite's, NULL for the system's; tests give their own. */
int leat__store_self(const char *dir, const char *vfs, void **out, leat_error *err);
