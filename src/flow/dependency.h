/* dependency: who waits for whom inside a scope: for data, or because a linear part has
 * it stand behind; through scopes inside, whose task stands for all that runs there. */
#pragma once
#include "flow/compile.h"

/* Scopes have their plans: fills c->waits. Adds joints, where many wait for many.
 * false: no memory. */
bool leat__dependencies_find(struct leat__compiling *c);
/* The scope's plan has its tail: its open part is made of what was found. false: no memory. */
bool leat__dependencies_open(struct leat__compiling *c, uint32_t scope);
/* Parts of it that wait for each other in a circle would never run: told. 0 or LEAT_ENOMEM. */
int leat__dependencies_check(struct leat__compiling *c, uint32_t scope);
