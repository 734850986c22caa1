/* Functions beside atoms that cannot do what their names say. */
#include <leat/flow.h>
#include <leat/node.h>
double drive(int x) { return x; }
int drive__happened(int x) { return x; }
int walk(int x) { return x; }
double walk__revert(int x) { return x; }
int rest(int x) { return x; }
leat_flow *move(void) { return leat_linear("move", leat_atom("drive")); }
