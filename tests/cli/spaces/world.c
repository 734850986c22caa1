double all(double us__total, double eu__total) { return us__total + eu__total; }
double dearest(double us__dearest, double eu__spread__hi) { return us__dearest > eu__spread__hi ? us__dearest : eu__spread__hi; }
