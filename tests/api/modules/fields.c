/* Fields of structs, items of arrays; table_free and box_free tell the diary. */
#include "diary.h"
#include <leat/node.h>

struct column { double *data; size_t len; };
struct place { const char *name; char code[4]; struct { double lat, lon; }; };
struct table {
    struct column rain, temp;
    struct place place;
    const struct place *capital;
    double norms[3];
    char *title;
    unsigned flag : 3;
    int n;
};

static struct column column(int n, double step)
{
    struct column c = { malloc((size_t)n * sizeof(double)), (size_t)n };
    for (int i = 0; i < n; i++)
        c.data[i] = i * step;
    return c;
}

struct table *table(int n, const char *letters)
{
    static const struct place capital = { "far", "FAR", { 5, 6 } };
    struct table *t = malloc(sizeof *t);
    *t = (struct table){ column(n, 1), column(n, 10), { "near", "", { 1, 2 } }, &capital, { 7, 8, 9 },
                         n ? strdup("title") : NULL, 1, n };
    memcpy(t->place.code, letters, 4);
    wrote("+table");
    return t;
}
void table_free(struct table *t)
{
    free(t->rain.data);
    free(t->temp.data);
    free(t->title);
    free(t);
    wrote("-table");
}

struct numbers { const double *data; size_t len; };
double mean(struct numbers xs)
{
    double sum = 0;
    for (size_t i = 0; i < xs.len; i++)
        sum += xs.data[i];
    return sum / (double)xs.len;
}
LEAT_NODE(mean_rain, calls(mean), bind(xs = table.rain));
double wettest(const struct column *table__rain) { wrote("wettest"); return table__rain->data[table__rain->len - 1]; }
int twice(int table__n) { wrote("twice"); return table__n * 2; }
int late(int twice) { wrote("late"); return twice; }
double lat(double table__place__lat) { return table__place__lat; }
double far_lon(double table__capital__lon) { return table__capital__lon; }
const char *code(const char *table__place__code) { return table__place__code; }
double norm(const double *table__norms) { return table__norms[1]; }
const char *tail(const char *table__title) { wrote("tail"); return table__title + 1; }
size_t tail_length(const char *tail) { wrote("length"); return strlen(tail); }
const char *where(const struct place *table__capital) { return table__capital->name; }
int by_value(struct place table__place) { return table__place.lat == 1; }

/* of inputs */
struct point { double x, y; };
struct line { struct point from, to; };
double whole(struct line line) { return line.to.x; }
double rise(double line__to__y, double line__from__y) { return line__to__y - line__from__y; }
double height(struct point line__to) { return line__to.y; }

/* a field may be NULL where its readers accept that */
struct person { const char *first, *nick; };
struct person person(int n) { return (struct person){ "Ann", n ? "A" : NULL }; }
int first(const char *person__first) { return person__first[0]; }
int nick(const char *person__nick) { return person__nick ? person__nick[0] : -1; }
LEAT_NODE(person.nick, nullable);
LEAT_NODE(nick, accepts_null(person__nick));

/* a writer of the struct runs behind the readers of its fields */
struct box { int size; char *label; struct point at; };
struct box *box(int n)
{
    struct box *b = malloc(sizeof *b);
    *b = (struct box){ n, strdup("box"), { n, n } };
    return b;
}
void box_free(struct box *b) { wrote("-box"); free(b->label); free(b); }
int paint(struct box *box) { wrote("paint"); box->size = -1; box->label[0] = 'X'; box->at.x = -1; return 1; }
int size_of(int box__size) { wrote("size"); return box__size; }
const char *label(const char *box__label) { return box__label; }
int label_length(const char *label) { wrote("label"); return (int)strlen(label); }
int all_of(int size_of, int label_length, int paint) { return size_of * 100 + label_length * 10 + paint; }
/* a scalar is read before the writer, so it may be used behind it */
int behind(int box__size, int paint) { return box__size + paint; }

/* parts under names of their own */
struct range { double lo, hi; struct point mid; };
struct range temp_range(double x) { return (struct range){ x, x + 1, { x + 0.5, 0 } }; }
LEAT_NODE(temp_range, fields(lo, hi = temp_hi, mid.x = centre));
double width(double lo, double temp_hi) { return temp_hi - lo; }
double same(double temp_range__hi, double centre) { return temp_range__hi - centre; }
LEAT_NODE(corner, fields(x = corner_x));
double moved(struct point corner, double corner_x) { return corner.y + corner_x; }

struct ints { int *data; size_t len; };
struct ints pair(int n)
{
    struct ints p = { malloc(((size_t)n + 1) * sizeof(int)), (size_t)n };
    for (int i = 0; i < n; i++)
        p.data[i] = i + 7;
    return p;
}
LEAT_NODE(pair, elements(left, right));
int sum(int left, int right) { return left + right; }

/* a pointer to items, and their number beside it */
struct route { struct point *data; size_t len; };
double farthest(const struct route *route) { return route->len ? route->data[route->len - 1].x : -1; }
double nearest(const struct point *route__data, size_t route__len) { return route__len ? route__data->x : -1; }
struct grid { struct point *cells; int rows, cols; };
LEAT_TYPE(struct grid, array(cells, rows, cols));
int area(const struct grid *grid) { return grid->rows * grid->cols; }
double edge(const struct point *grid__cells, int grid__rows) { return grid__rows ? grid__cells->x : -1; }
struct way { const struct point *data; size_t len; };
struct way way(int n)
{
    static const struct point here = { 4, 4 };
    return (struct way){ n ? &here : NULL, n > 0 };
}
double begin(const struct point *way__data, size_t way__len) { return way__len ? way__data->x : -1; }
double begin_x(double way__data__x) { return way__data__x; }

struct points { const struct point *data; size_t len; };
LEAT_NODE(points, elements(p0, p1, p2));
double reach(struct points points, const struct point *p0, struct point p2) { return p2.x - p0->x + (double)points.len; }
