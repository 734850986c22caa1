#include <leat/flow.h>
int one(int x) { return x + 1; }
leat_flow *part(double range__lo) { return leat_atom("one"); }
