/* durable: runs that are kept in a store, and resumed from there. */
#pragma once
#include "select.h"

/* --durable: opens the store. Returns 0 or how the command ends. */
int durable_start(const struct options *o);
void durable_end(void);
/* The run that is asked for is kept. */
bool durable_is_on(void);
/* It did not end well: why, and how to go on with it. Returns how the command ends. */
int durable_report(const struct choice *c, const leat_run *r, int code, const leat_error *err);
/* Gives the run its inputs: those of the command line, or, resumed, its own; and its
 * store if it has one. */
int durable_give(const struct request *q, const struct choice *c, leat_run *r);
