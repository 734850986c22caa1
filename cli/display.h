/* display: how far a run is, redrawn ten times a second on the terminal that is standard
 * error: what is done and left, which nodes run and for how long, levels of a flow,
 * operators of a stream. */
#pragma once
#include <leat/leat.h>

/* From now on; before terminal_is_there. Without memory or a thread nothing is shown. */
void display_begin(leat_run *r);
/* The terminal is as it was. Also if nothing was begun. */
void display_end(void);
