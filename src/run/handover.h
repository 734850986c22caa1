/* handover: what a call gave, looked at before anybody reads it. */
#pragma once
#include "run/run.h"

/* Moves outputs from their places to slots and checks statuses, NULL and
 * ownership of task t and its parts. `status` is what an int or bool result
 * said. NULL: all is well; else why the task fails, in buf. */
const char *leat__handover(struct leat__frame *f, uint32_t t, uint64_t status, char *buf, size_t size);
