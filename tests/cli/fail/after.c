#include <leat/node.h>
int first(int x) { if (x) leat_fail("not today"); return x; }
int then(int x) { return x + 1; }
LEAT_NODE(then, after(first));
