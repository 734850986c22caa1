/* claim: the turns of one task (run/turn.h), had for as long as its call runs. */
#pragma once
#include "run/context.h"
#include "run/turn.h"

/* Of the innermost task with turns that the calling thread is in; NULL: none. */
const struct leat__claim *leat__claim_above(void);
/* Waits until task t, which has LEAT__TASK_TURNS and whose arguments are there,
 * has its turns. NULL; else why it never will, in buf. Give it back also then;
 * twice is as good as once. */
const char *leat__claim_take(struct leat__worker *w, uint32_t t, struct leat__claim *c, char *buf, size_t size);
void leat__claim_give(struct leat__worker *w, struct leat__claim *c);
