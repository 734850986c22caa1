/* key: what a call is to effect, as a text that is the same whenever it is tried. */
#pragma once
#include <stdint.h>

struct leat__frame;

enum { LEAT__KEY_DIGITS = 32 };        /* digits */

/* Of a running task: of the run, the node, what the policy says of it. Returns out. */
const char *leat__key_print(const struct leat__frame *f, uint32_t task, char out[LEAT__KEY_DIGITS + 1]);
