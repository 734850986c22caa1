/* Flows with mistakes. */
#include <leat/flow.h>
int a(int x) { return x; }
int b(int a) { return a + 1; }
int b__revert(double a) { return a > 0; }
leat_flow *none(void) { return 0; }
leat_flow *both(void) { return leat_linear("both", leat_atom("a"), leat_atom("b")); }
leat_flow *never(void) { return leat_retry(0, leat_atom("a")); }
leat_flow *alone(void) { return leat_linear("alone", leat_atom("a")); }
leat_flow *nested(leat_flow *alone) { return alone; }
