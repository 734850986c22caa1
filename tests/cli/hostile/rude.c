#include <leat/node.h>
/* doc [31mred[0m ‮ rtl
 * and more  */
double a(double x) { return x; }
/* b */ const char *b(const char *été) { return été; }
LEAT_NODE(a, tag(owner = "]0;x"));

