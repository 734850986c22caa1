double total(double x) { return x; }
