/* delivery: facts of rings, merged by time, as events to the hooks of their runs. One
 * thread at a time delivers. */
#pragma once
#include "run/event.h"

struct leat__delivery;

/* For so many rings; NULL: no memory. */
struct leat__delivery *leat__delivery_new(uint32_t rings);
void leat__delivery_free(struct leat__delivery *d);
