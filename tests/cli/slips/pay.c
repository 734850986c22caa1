/* A payment that is never to be made twice. Notes come from the command line. */
#include <leat/flow.h>
#include <leat/node.h>
int pay(int amount) { return amount; }
int other(int amount) { return amount; }
leat_flow *order(void) { return leat_linear("order", leat_atom("pay")); }
