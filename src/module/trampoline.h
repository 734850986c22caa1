/* trampoline: typed calls, one per distinct signature, generated as C from
 * types alone and compiled into the build cache.
 *
 * The text of a signature names nothing of the user's, so signatures of any
 * two modules that a compiler cannot tell apart have one text, whose digest
 * names the call. */
#pragma once
#include "module/build.h"

/* Calls of one module, by signature number of its record. */
struct leat__call_name { char text[48]; };

/* Names the calls of the record's functions; names[i].text is "" where none is
 * needed. A function whose types cannot be written gets `refused`. */
int leat__calls_name(struct leat__module *m, leat_error *err);
/* The file that holds them all: found in the cache, else generated and compiled. NULL: none needed. */
int leat__calls_make(struct leat__module *m, struct leat__build *b, char **out_path, leat_error *err);
/* Takes a file away that does not load. */
void leat__calls_drop(struct leat__module *m, struct leat__build *b);
