/* Notes of the language, and what they change. */
#include "diary.h"
#include <leat/node.h>

struct xs { double *data; size_t len; };
struct xs_view { const double *data; size_t len; };
double column_mean(struct xs_view xs)
{
    double s = 0;
    for (size_t i = 0; i < xs.len; i++)
        s += xs.data[i];
    return s / (double)xs.len;
}
struct xs rain(int n) { struct xs s = { malloc(sizeof(double)), 1 }; s.data[0] = n; return s; }
LEAT_NODE(mean_rain, calls(column_mean), bind(xs = rain));
LEAT_NODE(mean_snow, calls(column_mean), bind(xs = snow));

double scaled(double v, double by, const char *word, int flip) { wrote(word); return flip ? -v * by : v * by; }
LEAT_NODE(twice, calls(scaled), bind(v = mean_rain, by = 2, word = "tw\"ice", flip = 0));
LEAT_NODE(minus, calls(scaled), bind(v = twice, by = 0.5e0, word = "min" "us", flip = 1));

int first_(int n) { wrote("first"); return n; }
int last(int n) { wrote("last"); return n; }
LEAT_NODE(last, after(first, logged));
void logged(int n) { (void)n; wrote("logged"); }

int plain(int n) { return n + 1; }
LEAT_NODE(plain, as(renamed));
int reads_renamed(int renamed) { return renamed * 2; }

int level(int at) { return at; }
LEAT_NODE(level, bind(at = 1));
