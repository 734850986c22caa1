/* call_nodes: two functions as small as functions get. */
#include "call_nodes.h"

double two(double a, double b)
{
    return a + b;
}

double six(int a, const double *b, double c, const char *d, long e, const struct pair *f)
{
    return a + *b + c + *d + e + f->x;
}
