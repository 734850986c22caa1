#include <leat/node.h>
#include <stdlib.h>
struct made { int *p; };
LEAT_TYPE(struct made, free(no_such_function_anywhere));
struct made *made(int x) { struct made *m = malloc(sizeof *m); m->p = NULL; (void)x; return m; }
