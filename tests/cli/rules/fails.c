#include <leat/node.h>

double count(double n)
{
    if (n < 0)
        leat_fail("negative count %g", n);
    return n;
}
double after_it(double count) { return count; }
double beside(double n) { return n; }
