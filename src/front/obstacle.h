/* obstacle: problems of the build that stand in the way of a flow or a stream, private
 * to front/. Which nodes it runs is known only when its function has drawn it, so the
 * build let them pass, with a warning. */
#pragma once
#include "front/run.h"

/* need: by node of the graph: `name` runs it. LEAT_EBUILD: there is a problem of one of
 * these, or one that is nobody's and so may be meant for it: a note on no node. */
int leat__obstacles_check(const leat_run *r, const char *name, const uint8_t *need, leat_error *err);
/* The same for a flow whose plan was taken, and a stream whose operators are bound. */
int leat__flow_obstacles(const leat_run *r, leat_error *err);
int leat__streaming_obstacles(const leat_run *r, leat_error *err);
