/* recovery: a scope that another life had begun goes on where that had come to: its
 * attempt opens as it stood, or what it had done is there to be undone (flow/past.h). */
#pragma once
#include "flow/scope.h"

/* Another life had begun it, and this one has not yet. */
bool leat__recovery_is_due(const struct leat__scope *s);
/* It is due: the attempt that opens next is the one that that life was at. */
void leat__recovery_rewind(struct leat__scope *s);
/* Under the flow's lock, its attempt having been opened: what had ended stands in it, and
 * a failure is told again. false: no memory, or what is stored is no value. */
bool leat__recovery_remember(struct leat__scope *s);
/* Before the scope is undone: frames of all inside of it that is due, for their atoms to
 * be undone, too. Nothing of them runs. false: as above. */
bool leat__recovery_recall(struct leat__scope *s);
