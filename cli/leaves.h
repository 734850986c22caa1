/* leaves: nodes that nothing reads. */
#pragma once
#include "select.h"

/* Nobody asked: every leaf whose inputs are given. If there is none, all are
 * asked, so that what they lack is told as for any asked node. */
void leaves_ask(struct choice *c, const struct request *q);
