/* interrupt: SIGINT and SIGTERM while nodes run: a run that is on record is suspended,
 * any other cancelled; what runs ends first, then the command dies of the signal. A
 * second one ends it at once. */
#pragma once
#include <leat/run.h>
#include <stdbool.h>

void interrupt_watch(leat_run *r, bool durable);
/* No node runs any more. */
void interrupt_rest(void);
/* One came since the watch. */
bool interrupt_came(void);
/* Raises it again, if one came: everything is cleaned up. */
void interrupt_raise(void);
