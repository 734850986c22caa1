/* escape.c: nodes that say what a terminal could act on. */
#include <leat/node.h>
#include <stdlib.h>
int rude(int n) { leat_fail("\033[31mred\033[0m %d", n); return n; }
int dies(const char *text) { (void)text; abort(); }
