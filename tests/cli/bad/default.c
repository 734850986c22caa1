double f(double x__default, double y) { return x__default * y; }
