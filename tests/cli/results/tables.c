/* Structs that are tables: their arrays are columns. */
#include <leat/node.h>
#include <stdlib.h>

struct track { struct point { double x, y; } *points; int n; };
LEAT_TYPE(struct track, array(points, n));
double far_x(struct track track) { return track.n ? track.points[track.n - 1].x : 0; }

typedef struct frame_s { const char **city; double *rain; unsigned short n; } frame;
LEAT_TYPE(frame, array(city, n), array(rain, n));
frame frame_of(const frame *days)
{
    frame f = { malloc(days->n * sizeof *f.city), malloc(days->n * sizeof *f.rain), days->n };
    for (int i = 0; i < f.n; i++) {
        f.city[i] = days->city[f.n - 1 - i];
        f.rain[i] = days->rain[f.n - 1 - i] * 2;
    }
    return f;
}

struct matrix { double *data; int rows, cols; };
LEAT_TYPE(struct matrix, array(data, rows, cols));
struct matrix turned(struct matrix m)
{
    struct matrix t = { calloc((size_t)(m.rows * m.cols) + 1, sizeof(double)), m.cols, m.rows };
    for (int i = 0; i < m.rows * m.cols; i++)
        t.data[i % m.cols * m.rows + i / m.cols] = m.data[i];
    return t;
}

struct scaled { double *v; int n; double scale; };
LEAT_TYPE(struct scaled, array(v, n));
struct scaled half(struct matrix m) { return (struct scaled){ calloc(1, sizeof(double)), m.rows > 0, 0.5 }; }
double scale(struct scaled scaled) { return scaled.scale; }
