#include <leat/node.h>
double half(double x) { return x / 2; }
LEAT_NODE(half, bnid(x = y));
LEAT_NODE(hlaf, bind(x = y));
