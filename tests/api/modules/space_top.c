/* Outside of any namespace: reads into us and eu. */
double both(double us__total, double eu__total) { return us__total * 1000 + eu__total; }
double tops(double us__range__hi, double eu__top, double a) { return us__range__hi + eu__top + a; }
double outside(double b) { return b; }
/* what a namespace does not have it finds outside */
double shared(double a) { return a * 100; }
