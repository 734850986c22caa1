/* Functions that cannot be nodes; the tests name the reasons. */
#include <complex.h>
#include <leat/node.h>
#include <stdarg.h>
#include <stdlib.h>

int good(int x) { return x; }
int empty() { return 1; }
int old(a, b) int a, b; { return a + b; }
int many(int x, ...) { va_list l; va_start(l, x); va_end(l); return x; }
int unnamed(int x, int) { return x; }
double log(double x) { return x; }
long read(int fd) { return fd; }
void nothing(void) { }
int a___b(int x) { return x; }
int x__oddity(int x) { return x; }
int out(int x) { return x; }
int out_x(int x) { return x; }
__int128 big(int x) { return x; }
int wide(__int128 huge) { return (int)huge; }
double complex imaginary(double x) { return x; }
typedef float v4 __attribute__((vector_size(16)));
v4 simd(float x) { return (v4){ x, x, x, x }; }
int pointers(int *restrict p, const char *restrict s) { return *p + *s; }
struct thing { int n; };
struct thing *thing_decode(const void *data, size_t len) { (void)data; (void)len; return NULL; }
size_t thing_encode(const struct thing *t, void *to) { (void)to; return (size_t)t->n; }
struct thing *thing_from_csv(const char *path) { (void)path; return NULL; }
int thing_to_csv(const struct thing *t, const char *path) { (void)path; return t->n; }
void thing_free(struct thing *t) { free(t); }
static int hidden(int x) { return x; }
__attribute__((visibility("hidden"))) int invisible(int x) { return hidden(x); }
int _private(int x) { return x; }
