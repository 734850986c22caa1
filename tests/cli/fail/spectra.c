/* spectra.c: nodes that fail, each in its own way. */
#include <leat/node.h>
#include <stdlib.h>

struct image { int n; };
void image_free(struct image *i) { free(i); }

double spectrum(const char *file, int row)
{
    leat_fail("negative count at row %d", row);
    (void)file;
    return 0;
}
double fit(double spectrum) { return spectrum; }
double report(double fit) { return fit; }
double base(int row) { return row * 2; }
double both(double base, double spectrum) { return base + spectrum; }

int status(int row, double *out) { *out = row; return row; }
_Bool truth(int row, double *out) { *out = row; return row == 0; }
struct image *nothing(int row) { (void)row; return NULL; }

struct image *on_stack(int row)
{
    struct image here = { row };
    struct image *volatile p = &here;
    return p;
}
char *literal(int row) { (void)row; return (char *)"a literal"; }

static int poke(volatile int *p, int n) { return p[n] = n; }
__attribute__((noinline)) double boom(const char *file, int row)
{
    (void)file;
    return poke(NULL, row) + 1;
}
int divided(int row) { return 10 / row; }
int aborted(int row) { if (row > 0) abort(); return row; }
__attribute__((noinline)) int endless(int row) { volatile char room[4096]; room[0] = (char)row; return endless(row + 1) + room[0]; }
int leaves(int row) { exit(row); }
int talks(int row) { printf("row %d", row); puts(" is here"); return row; }
int overrun(int row)
{
    volatile int *p = malloc((size_t)row * sizeof *p);
    int last = p[row] = row;
    free((void *)p);
    return last;
}
double later(double base, int row) { leat_fail("row %d is too late", row); return base; }
int jumps(int row) { int (*volatile nowhere)(int) = NULL; return nowhere(row) + 1; }
