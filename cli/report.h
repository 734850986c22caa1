/* report: what is wrong, as tables on stderr. */
#pragma once
#include "say.h"
#include <leat/leat.h>

/* What the compiler wrote, as it stands. */
void report_compiler(const leat_builder *b);

/* A build that failed: its problems in one table with `more` (may be NULL),
 * rows of place, message and hint for parameters that only the command can
 * know to be wrong. `err` speaks if there is none. Returns how the command ends. */
int report_build(const leat_builder *b, const leat_error *err, const struct table *more);
/* Builder functions that `run` would call and this command does not. */
void report_deferred(const leat_builder *b);
/* Every problem that is a warning: nothing asked is touched by it. */
void report_warnings(const leat_builder *b);
/* The same without what `told` has told. */
void report_other_warnings(const leat_builder *b, const char *told);
/* A run that did not succeed: failures with their inputs, then how many tasks
 * went how. `plan` are the nodes that should have run, in order. */
void report_failures(const leat_run *r, const leat_driver *d, const leat_id *plan, size_t n);
/* ... how many went how, and which did not run. */
void report_counts(const leat_run *r, const leat_driver *d, const leat_id *plan, size_t n);
/* The failures alone. */
void report_failed(const leat_run *r);
/* How the command ends for a code of the table. */
int report_ending(int code);
/* "weather.c:5"; "" if the file is not known. */
char *report_place(const char *file, int line);
