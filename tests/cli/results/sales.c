#include <stdlib.h>

struct amounts { double *data; size_t len; };

static struct amounts each(double from, double step, size_t n)
{
    struct amounts a = { malloc(n * sizeof *a.data), n };
    for (size_t i = 0; i < n; i++)
        a.data[i] = from + step * (double)i;
    return a;
}
struct amounts sold(double first) { return each(first, 10, 3); }
struct amounts cost(double first) { return each(first / 2, 5, 3); }
struct amounts days(double first) { return each(first, 1, 4); }
double total(struct amounts sold)
{
    double sum = 0;
    for (size_t i = 0; i < sold.len; i++)
        sum += sold.data[i];
    return sum;
}
double never(double first) { abort(); return first; }
void shout(double first) { (void)first; }
