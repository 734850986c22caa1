double x__a__1(void) { return 1; }
double x__b__1(void) { return 2; }
double x(void) { return 3; }
