#include <leat/node.h>
struct matrix { double *data; void *any; int rows; double cols; struct later *far; unsigned flag : 3; };
LEAT_TYPE(struct matrix, array(data, row));
LEAT_TYPE(struct matrix, array(any, rows));
LEAT_TYPE(struct matrix, array(rows, flag));
LEAT_TYPE(struct matrix, array(far, rows));
struct other { int *at, n; };
LEAT_TYPE(struct other, array(at, n, n));
struct third { int *at; float n; };
LEAT_TYPE(struct third, array(at, n));
struct fourth { int *at, n; };
LEAT_TYPE(struct fourth, array(at));
LEAT_TYPE(struct fourth, array(at, n));
LEAT_TYPE(struct fourth, array("at", n));
int reader(const struct matrix *matrix, const struct other *other, const struct third *third, const struct fourth *fourth)
{
    return matrix->rows + other->n + (int)third->n + fourth->n;
}
