/* Functions that share a name by config, and tags. */
#include "diary.h"
#include <leat/node.h>

struct point { double x, y; };

double price(double cost) { wrote("plain"); return cost * 2; }
double price__region__us(double cost, double duty) { wrote("us"); return cost * 2 + duty; }
double price__region__us__tier__gold(struct point at) { wrote("gold"); return at.x + at.y; }
LEAT_NODE(price, tag(owner = "growth", pii = false, level = 3));
LEAT_NODE(price__region__us, bind(cost = base));

char *label__kind__long_(const char *name) { char *s = malloc(100); snprintf(s, 100, "the long %s", name); return s; }
const char *label__kind__short(const char *name) { return name; }
const char *shown(const char *label) { return label; }

void range(double v, double *out_lo, double *out_hi) { *out_lo = v - 1; *out_hi = v + 1; }
int range__mode__wide(double v, double *out_lo, double *out_hi) { *out_lo = v - 10; *out_hi = v + 10; return 0; }
LEAT_NODE(range, tag(shape = pair));
double width(double lo, double hi) { return hi - lo; }

int size__mode__wide__default(void) { return 30; }
const int size__default = 3;
int area(int size) { return size * size; }
