/* overrides.c: nodes that a value may stand for. */
#include <leat/node.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct point { double x, y; };
struct points { struct point *data; size_t len; };

double slow(double seed) { fputs("slow\n", stderr); return seed * 2; }
double sum(double slow, double normal) { return slow + normal; }
double normal__default(void) { return 0.5; }

void range(double sum, double *out_lo, double *out_hi) { fputs("range\n", stderr); *out_lo = sum - 1; *out_hi = sum + 1; }
double width(double lo, double hi) { return hi - lo; }
double whole(double sum, double *out_rest) { fputs("whole\n", stderr); *out_rest = sum - (int)sum; return (int)sum; }
double both(double whole, double rest) { return whole + rest; }

struct points track(int n)
{
    struct points p = { calloc((size_t)n, sizeof *p.data), (size_t)n };
    return p;
}
double end(const struct points *track) { return track->len ? track->data[track->len - 1].x : -1; }
char *title(int n) { char *s = malloc(20); snprintf(s, 20, "n is %d", n); return s; }
size_t letters(const char *title) { return strlen(title); }
void told(double sum) { printf("%g\n", sum); }
double broken(double slow, float sum) { return slow + sum; }
double behind(double broken, double normal) { return broken + normal; }
int f(int x) { return x; }
LEAT_NODE(twice, calls(f), bind(x = 2));
