/* flow: leat run --flow: a flow instead of nodes. */
#pragma once
#include "select.h"

bool flow_is_asked(const struct options *o);
/* The run is one of the flow; inputs are given. Its atoms are asked if nothing else
 * is; b built it, and what is wrong beside it is a warning. Returns 0 or how the command ends. */
int flow_begin(const struct request *q, struct choice *c, leat_run *r, const leat_builder *b);
/* What failed, and what became of the rest. code: how the run ended. */
void flow_report(const struct options *o, const leat_run *r, int code);
