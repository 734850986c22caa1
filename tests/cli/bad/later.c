/* Roles and clauses of later orders. */
#include <leat/node.h>
#include <stdbool.h>
double price(double cost) { return cost * 2; }
bool price__check(double price) { return price > 0; }
double slow(double cost) { return cost; }
LEAT_NODE(slow, retry(3));
