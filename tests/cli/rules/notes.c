/* A note per clause. */
#include <leat/node.h>
#include <stdlib.h>
#include <string.h>

double scaled(double x, double by) { return x * by; }
LEAT_NODE(doubled, calls(scaled), bind(by = 2));
struct range { double lo, hi; };
struct range range(double x) { return (struct range){ x - 1, x + 1 }; }
LEAT_NODE(range, fields(lo, hi = top));
double span(double lo, double top) { return top - lo; }
struct list { double *data; size_t len; };
LEAT_NODE(couple, elements(first, second));
struct list couple(double x)
{
    struct list l = { malloc(2 * sizeof(double)), 2 };
    l.data[0] = x;
    l.data[1] = -x;
    return l;
}
double difference(double first, double second) { return first - second; }
char *buffer(void) { return strdup("kept"); }
size_t sent(char *buffer) { size_t n = strlen(buffer); free(buffer); return n; }
LEAT_NODE(sent, takes(buffer));
struct thing;
struct thing *maybe(int there) { return there ? malloc(1) : NULL; }
void thing_free(struct thing *t) { free(t); }
LEAT_NODE(maybe, nullable);
int there_is(const struct thing *maybe) { return maybe != NULL; }
LEAT_NODE(there_is, accepts_null(maybe));
int first_this(void) { return puts("this first"), 1; }
int then_that(void) { return puts("then that"), 2; }
LEAT_NODE(then_that, after(first_this));
double rate(void) { return 1; }
double rate_gold(void) { return 0.5; }
LEAT_NODE(rate_gold, as(rate), when(tier = (gold, silver), region != "eu"));
LEAT_NODE(doubled, tag(owner = me));
double odd(double x) { return x + 0.5; }
LEAT_NODE(odd, as(rounded));
int counter(void) { static int n; return ++n; }
LEAT_NODE(counter, serial(counting));
struct image { int w; };
struct image *image(int w) { struct image *i = malloc(sizeof *i); i->w = w; return i; }
void image_done(struct image *i) { printf("image %d done\n", i->w); free(i); }
LEAT_TYPE(struct image, free(image_done));
int wide(const struct image *image) { return image->w; }
struct matrix { double *data; int rows, cols; };
LEAT_TYPE(struct matrix, array(data, rows, cols));
double corner(const struct matrix *matrix) { return matrix->data[0]; }
struct pool { int uses; };
struct pool *pool(void) { return calloc(1, sizeof(struct pool)); }
void pool_free(struct pool *p) { free(p); }
LEAT_TYPE(struct pool, shared);
int one_user(struct pool *pool) { return pool != NULL; }
int other_user(struct pool *pool, int one_user) { return one_user + (pool != NULL); }
struct port { int at; };
struct port *port(void) { return calloc(1, sizeof(struct port)); }
void port_free(struct port *p) { free(p); }
LEAT_TYPE(struct port, turns);
int dock(struct port *port) { return ++port->at; }
int undock(struct port *port, int dock) { return dock - port->at--; }
