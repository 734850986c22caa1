/* The module of exporter.c: its function has the name of the program's. */
#include <leat/node.h>

double scaled(double x);
double scaled(double x)
{
    if (x < 0)
        leat_fail("the module's");
    return x * 2;
}
