/* config: what variants are chosen by, as it was given. */
#pragma once
#include "select.h"

/* Makes config of the words KEY=VALUE that only variants know, and builds again if
 * there are any; a key that nobody knows is told. Returns 0 or how the command
 * ends; *driver may be another one. */
int config_settle(struct request *q, leat_builder *b, leat_driver **driver);
bool config_has(const leat_driver *d, const char *key);
/* Something that is asked depends on it. */
bool config_is_needed(const struct choice *c, const char *key);
/* Tells that the name is a key and no input. */
int config_no_input(const char *name);
