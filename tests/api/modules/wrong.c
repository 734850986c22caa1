/* Graphs that cannot be built; the tests name the lines. */
#include <stdlib.h>
double gives(int x) { return x; }
int reads_int(int gives) { return gives; }
int reads_float(float gives) { return (int)gives; }
int ring_a(int ring_c) { return ring_c; }
int ring_b(int ring_a) { return ring_a; }
int ring_c(int ring_b) { return ring_b; }
int behind_ring(int ring_b) { return ring_b; }
int itself(int itself) { return itself; }

struct open;
struct open *opened(int x) { (void)x; return NULL; }
int reads_open(const struct open *opened) { return !!opened; }
struct two { int n; };
struct two *two(int x) { (void)x; return NULL; }
void two_free(struct two *t) { free(t); }
void two_close(struct two *t) { free(t); }
struct raw { int *p; };
struct raw raw(int x) { (void)x; return (struct raw){ NULL }; }
void *blob(int x) { (void)x; return NULL; }
const struct two *borrowed(const struct two *two) { return two; }
int spoils(struct two *borrowed) { return borrowed->n; }
int one_way(int shared_in) { return shared_in; }
int other_way(double shared_in) { return (int)shared_in; }
void sink(int x) { (void)x; }
int reads_sink(int sink) { return sink; }
int part(double x__lo) { return (int)x__lo; }
int dotted(int gives__hi) { return gives__hi; }
int both(int x, int *out, int *out_more) { *out = *out_more = x; return 0; }
double also(int x, double *out) { *out = x; return 1; }
int text_as_number(const signed char *name) { return *name; }
int text(const char *name) { return *name; }
