/* build: from a request to a checked graph, and everything that is wrong with
 * it told at once. */
#pragma once
#include "request.h"

/* A builder with the request's modules, compiler and notes. With `inspect` no
 * code of a module is ever loaded, and the hook may be NULL. */
leat_builder *build_new(const struct request *q, bool inspect, leat_hook *hook);

/* Builds whatever can be built: problems are left with the builder, to be told
 * once it is known what is asked. Returns 0 with *out_driver, or how the
 * command ends after having told why (a source does not compile, a file is no
 * module). */
int build_loosely(leat_builder *b, leat_driver **out_driver);

/* Whether every --note is NODE: CLAUSES. 0, or told. */
int build_check_notes(const struct options *o);
/* Whether --cflags and --ldflags can be split. 0, or told. */
int build_check_flags(const struct options *o);
/* "-O2 '-DX=a b'" into words, as a shell would. false: a quote has no end. */
bool build_split(struct list *words, const char *flags);
