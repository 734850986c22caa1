/* Given and returned: x has become the result. */
#include <stdlib.h>

struct box { int n; };
struct box *box(int n) { struct box *b = malloc(sizeof *b); b->n = n; return b; }
void box_free(struct box *b) { free(b); }
struct box *grown(struct box *box) { box->n *= 10; return box; }
