#include <stdlib.h>
struct r { int *p; };
struct r *made(int n) { struct r *r = calloc(1, sizeof *r); (void)n; return r; }
void r_free(struct r *r) { *r->p = 1; }
int used(const struct r *made) { return made->p == 0; }
