/* A flow with several slips in it. */
#include <leat/flow.h>
#include <stdbool.h>
double drive(int x) { return x; }
int drive__revert(int drive, double x) { return drive && x; }
int walk(int x) { return x; }
leat_flow *move(void) { return leat_linear("move", leat_atom("drve"), leat_atom("walk"), leat_atom("walk")); }
leat_flow *go(void) { return leat_linear("go", leat_atom("drive")); }
int rest(int x) { return x; }
bool rest__happened(int x, float *out) { return x && out; }
