double half(double x) { return x / 2; }
double quarter(double half) { return half / 2; }
