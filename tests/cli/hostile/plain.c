/* plain.c: a node and a table, for every form of output. */
#include <stddef.h>
struct row { double x; int n; };
struct rows { struct row *data; size_t len; };
struct row row(int n) { return (struct row){ n + 0.5, n }; }
int twice(int n) { return 2 * n; }
