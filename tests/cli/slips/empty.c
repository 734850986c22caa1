/* A note that says nothing. */
#include <leat/node.h>
LEAT_NODE();
int two(void) { return 2; }
