/* values.c: a node per kind of value. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
enum weather { rain, snow, sun };
struct point { double x, y; };
struct points { const struct point *data; size_t len; };
struct numbers { const double *data; size_t len; };
struct ints { const int *data; size_t len; };
struct secret;
struct texts { const char **data; size_t len; };

enum weather sky(enum weather weather) { return weather; }
int twice(int n) { return n * 2; }
/* A small one.
 * It holds 255 at most. */
uint8_t low(uint8_t level) { return level; }
double norm(struct point point) { return point.x * point.x + point.y * point.y; }
struct point mirrored(struct point point) { return (struct point){ -point.x, -point.y }; }
double width(struct points points) { return points.len ? points.data[points.len - 1].x - points.data[0].x : 0; }
struct points same(struct points points) { return points; }
double total(struct numbers prices)
{
    double sum = 0;
    for (size_t i = 0; i < prices.len; i++)
        sum += prices.data[i];
    return sum;
}
struct ints counted(struct ints ints) { return ints; }
size_t many(struct texts files) { return files.len; }
const char *greeting(const char *name) { return name; }
void range(double x, double *out_lo, double *out_hi) { *out_lo = x - 1; *out_hi = x + 1; }
double normal__default(int year) { return year / 100.0; }
double warm(double normal) { return normal + 1; }
void told(int twice) { printf("told %d\n", twice); }
int opaque(const struct secret *vault) { return vault != NULL; }
