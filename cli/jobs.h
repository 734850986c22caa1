/* jobs: how many nodes run at a time, and where. */
#pragma once
#include "options.h"
#include <leat/executor.h>

/* Whether -j and --executor make sense. 0, or told. */
int jobs_check(const struct options *o);
/* What they ask for; every core that may be used unless told. */
leat_executor *jobs_executor(const struct options *o);
/* "50ms", "2min" in milliseconds; -2: it is no duration. */
int64_t jobs_duration(const char *text);
/* Milliseconds of --deadline; -1: none. */
int64_t jobs_deadline(const struct options *o);
/* The number of --priority; 0: none. */
int jobs_priority(const struct options *o);
