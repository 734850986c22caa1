/* flags.c: needs what flags give. */
#include <math.h>
#ifndef STEP
#define STEP 1
#endif
int stepped(int n) { return n + STEP; }
double rooted(double x) { return sqrt(x); }
