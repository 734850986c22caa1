/* Functions beside an atom, each with a slip. */
#include <leat/flow.h>
#include <leat/node.h>
#include <stdbool.h>
double drive(int x) { return x; }
int driv__revert(int x) { return x; }
bool drove__happened(int x) { return x; }
leat_flow *move(void) { return leat_linear("move", leat_atom("drive")); }
