/* Functions that cannot be nodes, beside one that can. */
#include <stdarg.h>
double good(double x) { return x; }
double many(int n, ...) { va_list args; va_start(args, n); double x = va_arg(args, double); va_end(args); return x; }
double log(double x) { return x; }
