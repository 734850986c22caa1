/* Nodes of a guest: one per kind of answer. */
#include <leat/node.h>
#include <stdio.h>
#include <stdlib.h>

struct point { double x; int n; };
struct points { const struct point *data; size_t len; };
double sum(struct points points)
{
    double s = 0;
    for (size_t i = 0; i < points.len; i++)
        s += points.data[i].x * points.data[i].n;
    return s;
}
double scaled(double sum, double scale) { return sum * scale; }
struct point *made(int n)
{
    struct point *p = malloc(sizeof *p);
    *p = (struct point){ n + 0.5, n };
    return p;
}
void point_free(struct point *p) { free(p); }
char *text(const struct point *made)
{
    char *s = malloc(32);
    snprintf(s, 32, "%d", made->n);
    return s;
}
int refused(int n)
{
    leat_fail("no %d", n);
    return n;
}
int calls(int n, leat_context *engine)
{
    leat_context_log(engine, 0, "an error, and nobody listens");
    leat_context_progress(engine, 1, 2);
    return n;
}
