/* api: what the tests of the whole engine share. Public headers only.
 *
 * A test compiles small modules of tests/api/modules, runs them and looks at
 * the answers. A module that includes diary.h writes into a diary, which the
 * test reads through the node `diary`. */
#pragma once
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <leat/leat.h>

/* Where a module's source is; lives until the next 8 calls. */
const char *module_path(const char *file);

/* A builder with these sources ("wiring.c"), NULL at the end. */
leat_builder *builder_of(const char *source, ...) __attribute__((sentinel));
/* Builds and frees the builder; a problem fails the test. */
leat_driver *built(leat_builder *b);
/* ... with an executor, which is now its own; NULL: none. */
leat_driver *built_on(leat_builder *b, leat_executor *e);
/* A driver of one source. */
leat_driver *driver_of(const char *source);

/* The build must fail; the builder stays. */
void assert_refused(leat_builder *b);
/* The problem whose message holds the text; none fails the test. */
const leat_problem *problem_of(const leat_builder *b, const char *text);
/* The function is refused, for a reason that holds the text. */
const leat_problem *assert_listed(const leat_builder *b, const char *function, const char *reason);
void assert_has(const char *text, const char *part);
void assert_has_not(const char *text, const char *part);

/* Runs for one output. `inputs`: "x=5;name=leat", given as text. What it gives as
 * JSON, or "! " and the error. free(). */
char *answer_of(leat_driver *d, const char *output, const char *inputs);
void assert_answer(leat_driver *d, const char *output, const char *inputs, const char *expected);
/* The run fails with a message that holds the text. */
void assert_fails(leat_driver *d, const char *output, const char *inputs, const char *text);
/* What the module wrote since the last time, and nothing more. */
void assert_diary(leat_driver *d, const char *expected);
/* What an asked output of an executed run is, as JSON. */
void assert_json(leat_run *r, const char *output, const char *expected);
