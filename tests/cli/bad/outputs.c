/* Two functions give an output of one name. */
void range(double x, double *out_lo, double *out_hi) { *out_lo = x - 1; *out_hi = x + 1; }
void band(double x, double *out_lo, double *out_mid) { *out_lo = x - 2; *out_mid = x; }
