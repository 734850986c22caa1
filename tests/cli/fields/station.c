#include <leat/node.h>

struct column { const double *data; size_t len; };
struct place { const char *name; double height; };
struct table { struct column rain, temp; struct place place; unsigned open : 1; };
struct range { double lo, hi; };

double total(struct column table__rain)
{
    double sum = 0;
    for (size_t i = 0; i < table__rain.len; i++)
        sum += table__rain.data[i];
    return sum;
}
/** Lowest and highest. */
struct range temp_range(struct column temps)
{
    struct range r = { temps.data[0], temps.data[0] };
    for (size_t i = 1; i < temps.len; i++) {
        r.lo = temps.data[i] < r.lo ? temps.data[i] : r.lo;
        r.hi = temps.data[i] > r.hi ? temps.data[i] : r.hi;
    }
    return r;
}
LEAT_NODE(temp_range, bind(temps = table.temp), fields(lo, hi = warmest));
double span(double lo, double warmest) { return warmest - lo; }
double foot(double table__place__height, struct table table) { return table.open ? table__place__height : 0; }
LEAT_NODE(ends, elements(start, end));
int length(struct column ends, double start, double end) { return (int)(end - start) * (int)ends.len / 2; }
