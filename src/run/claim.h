/* claim: the turns of one task (run/turn.h), had for as long as its call runs. */
#pragma once
#include "run/context.h"
#include "run/turn.h"

/* The task that the calling thread is in, if there is one, waits for the run until
 * leat__await_end: tasks of that may not wait for turns that it has. *a is zero. */
void leat__claim_await(struct leat__await *a, struct leat__run *run);
/* Waits until task t, which has LEAT__TASK_TURNS and whose arguments are there,
 * has its turns. NULL; else why it never will, in buf. Give it back also then;
 * twice is as good as once. */
const char *leat__claim_take(struct leat__worker *w, uint32_t t, struct leat__claim *c, char *buf, size_t size);
void leat__claim_give(struct leat__worker *w, struct leat__claim *c);
