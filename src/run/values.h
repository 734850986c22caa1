/* values: copies made for askers, values taken, released, destroyed. */
#pragma once
#include "run/run.h"
#include "value/codec.h"

/* Before a call with a side: copies what it will write for those who asked.
 * NULL: go on; else why the task fails, perhaps in buf. */
const char *leat__values_prepare(struct leat__frame *f, const struct leat__side *side, char *buf, size_t size);
/* After the call, also a failed one: what it took is gone. */
void leat__values_taken(struct leat__frame *f, const struct leat__side *side);
/* Destroys what dies after a task; a destructor that fails, fails the run, in the
 * name of the node whose value it was. */
void leat__values_release(struct leat__frame *f, const struct leat__side *side);
/* Fills the slot of a value that is got from another: a part, or the same. NULL: done; else why it fails, in buf. */
const char *leat__values_load(struct leat__frame *f, uint32_t t, char *buf, size_t size);
/* Destroys the value of a slot, which is MOVED then; a destructor that fails is told
 * as a failure of the node. */
void leat__values_destroy(struct leat__frame *f, uint32_t t);
/* Destroys what a frame still owns, in reverse order. */
void leat__values_clear(struct leat__frame *f);
/* Fills the slot, and DONE it is as if the task had run, from the value's encoding. LEAT_EINPUT: it is none. */
int leat__values_decode(struct leat__frame *f, uint32_t t, struct leat__encoded in, leat_error *err);
/* Fills a constant's slot; false: out of memory. */
bool leat__values_constant(struct leat__frame *f, uint32_t t);
