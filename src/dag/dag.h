/* dag: the dataflow policy: run once, what an output needs. */
#pragma once
#include "run/policy.h"

/* After a failure nothing new starts; with run->keep_going only what needs the
 * failed value is skipped. */
extern const struct leat__policy leat__dag;
