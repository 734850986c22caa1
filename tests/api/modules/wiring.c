/* Names that wire: nodes, inputs, defaults, outputs. */
#include "diary.h"
#include <stdbool.h>

int a(void) { return 2; }
int b(int a, int x) { return a * 10 + x; }
int self(int a_) { return a_; }

double time_(double scale) { return scale * 2; }
double later(double time_) { return time_ + 1; }
double sooner(double time) { return time - 1; }

int size__default(int a) { wrote("default"); return a + 1; }
int area(int size) { return size * size; }

const double normal__default = 11.5;
const char *const name__default = "leat";
const struct point { int x, y; } corner__default = { 3, 4 };
double above(double normal, double v) { return v - normal; }
const char *greeted(const char *name) { return name; }
int sum(const struct point *corner) { return corner->x + corner->y; }
int product(struct point corner) { return corner.x * corner.y; }

void range(double v, double *out_lo, double *out_hi) { *out_lo = v - 1; *out_hi = v + 1; }
double width(double lo, double hi) { return hi - lo; }
double middle(double range__lo, double range__hi) { return (range__lo + range__hi) / 2; }

int half(int n, int *out) { *out = n / 2; return n % 2; }
bool root(int n, int *out)
{
    for (*out = 0; *out * *out < n; ++*out)
        ;
    return *out * *out == n;
}
int split(int n, int *out_tens, int *out_ones)
{
    *out_tens = n / 10;
    *out_ones = n % 10;
    return n < 0 ? -7 : 0;
}
int joined(int tens, int ones) { return tens * 10 + ones; }
double whole(double v, double *out_rest) { *out_rest = v - (int)v; return (int)v; }
double again(double whole, double rest) { return whole + rest; }

static int helper(int x) { return x; }
int _hidden(int x) { return helper(x); }
void sink(int a) { wrote(a == 2 ? "sink" : "?"); }
int main(void) { return 0; }
