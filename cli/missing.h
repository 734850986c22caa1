/* missing: what the asked nodes need, and the inputs nobody gave. */
#pragma once
#include "say.h"
#include "select.h"

/* RUN: it is overridden, and its function runs for other outputs all the same. */
enum { NEED_NOT = 0, NEED_YES = 1, NEED_MISSING = 2, NEED_RUN = 4, NEED_GIVEN = 8 };

/* Marks in c->needed what `ids` need, themselves included. Nothing behind a
 * given input or overridden node is needed. */
void need_of(struct choice *c, const struct request *q, const struct ids *ids);
/* Moves from c->missing to rows of place, message and hint the inputs that are
 * a slip of the pen for a node's name: a parameter `anomoly` beside a node
 * `anomaly` of that type. The nodes that were meant are added to `meant`. */
void missing_split(struct choice *c, struct table *misfits, struct ids *meant);
/* "for shot (shot.c:12)": the first needed reader of an input; "": none. */
char *missing_reader(const struct choice *c, leat_id id);
/* Tells the inputs that are missing: type, first reader, what may be given. */
void missing_say(const struct choice *c, const struct request *q);
