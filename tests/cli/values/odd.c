#include <stddef.h>
#include <stdlib.h>
struct tail { int n; int data[]; };
struct dot { struct { int x, y; }; struct { struct { double z; }; }; };
struct dots { const struct dot *data; size_t len; };
struct bare { int kind; union { int i; double d; }; };
struct tagged { int kind; union { int i; double d; } u; };
struct tail *tail(int x)
{
    struct tail *t = malloc(sizeof *t + 3 * sizeof *t->data);
    if (t)
        t->n = x;
    return t;
}
struct dot dot(int x) { return (struct dot){ { x, 2 }, { { 3 } } }; }
struct dots same(struct dots dots) { return dots; }
struct bare bare(int x) { return (struct bare){ x, { 3 } }; }
struct tagged tagged(int x) { return (struct tagged){ x, { 3 } }; }
int first(const struct tail *given_tail) { return given_tail->n; }
int kind(struct bare given_bare) { return given_bare.kind; }
double mean(const double *v, size_t m) { return m ? v[0] : 0; }
