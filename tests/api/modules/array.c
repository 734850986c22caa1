/* Pointers whose lengths stand beside them. */
#include "diary.h"
#include <leat/node.h>

struct matrix { double *data; int rows, cols; };
LEAT_TYPE(struct matrix, array(data, rows, cols));

struct matrix table(int n)
{
    struct matrix m = { calloc((size_t)n * 3 + 1, sizeof(double)), n, 3 };
    for (int i = 0; i < n * 3; i++)
        m.data[i] = i;
    return m;
}
struct matrix *made(int n)
{
    struct matrix *m = malloc(sizeof *m);
    *m = table(n);
    return m;
}
double sum(const struct matrix *given)
{
    double s = 0;
    for (int i = 0; i < given->rows * given->cols; i++)
        s += given->data[i];
    return s;
}
/* Asked and written: the asker gets a copy. */
double cleared(struct matrix *made)
{
    double was = made->data[1];
    for (int i = 0; i < made->rows * made->cols; i++)
        made->data[i] = -1;
    return was;
}
double zeroed(struct matrix *given) { given->data[0] = 0; return given->data[1]; }
const double *first_row(const struct matrix *table) { return table->data; }

/* Two of them, of texts and of structs, the length behind; one is only looked at. */
struct place { double x, y; };
typedef struct { char **names; const struct place *places; unsigned short count; } town;
LEAT_TYPE(town, array(names, count), array(places, count));
town *far_town(const town *near)
{
    town *t = calloc(1, sizeof *t);
    t->count = near->count;
    t->places = near->places;
    t->names = calloc(t->count + 1, sizeof *t->names);
    for (int i = 0; i < t->count; i++) {
        t->names[i] = malloc(strlen(near->names[i]) + 5);
        strcat(strcpy(t->names[i], "far "), near->names[i]);
    }
    return t;
}

/* Inside of others, of text, and three-dimensional. */
struct grid { long layers, rows, cols; char *cells; };
LEAT_TYPE(struct grid, array(cells, layers, rows, cols));
struct grids { struct grid *data; size_t len; };
struct grids turned(struct grids grids)
{
    struct grids g = { calloc(grids.len + 1, sizeof *g.data), grids.len };
    for (size_t i = 0; i < g.len; i++) {
        struct grid *to = &g.data[i], *from = &grids.data[g.len - 1 - i];
        size_t n = (size_t)(from->layers * from->rows * from->cols);
        *to = *from;
        to->cells = memcpy(malloc(n + 1), from->cells, n);
    }
    return g;
}
