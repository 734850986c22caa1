#include <leat/node.h>

int good(int x) { return x; }
LEAT_NODE(good, retyr(3));
