/* unknown: atoms of effect(once) that began in another life, and of which nobody knows
 * how they ended. A person decides, or the module's x__happened; the decision is on
 * record before anything relies on it. */
#pragma once
#include "flow/past.h"

/* Of a flow whose past is folded: LEAT_EUNKNOWN names those that nobody will decide on,
 * LEAT_EUSAGE a decision that is not needed. */
int leat__unknown_check(const struct leat__flow *f, leat_error *err);
/* Its life is there: asks, records and applies all decisions. */
int leat__unknown_settle(struct leat__flow *f, leat_error *err);
void leat__decisions_free(struct leat__flow *f);
