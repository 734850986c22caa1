/* Structs that destroy themselves, as those of the Arrow C Data Interface do. */
#include "diary.h"
#include <stdint.h>

struct column {
    int64_t length;
    const void **buffers;
    void (*release)(struct column *);
    void *private_data;
};
static void column_drop(struct column *c)
{
    wrote("-column");
    free(c->private_data);
    free((void *)c->buffers);
    c->release = NULL;
}
static struct column fresh(int n)
{
    double *at = calloc((size_t)n + 1, sizeof *at);
    const void **buffers = calloc(1, sizeof *buffers);
    for (int i = 0; i < n; i++)
        at[i] = i;
    buffers[0] = at;
    wrote("+column");
    return (struct column){ n, buffers, column_drop, at };
}
struct column prices(int n) { return fresh(n); }
struct column *weights(int n)
{
    struct column *c = malloc(sizeof *c);
    *c = fresh(n);
    return c;
}
const void *place(const struct column *prices) { wrote("place"); return prices->buffers[0]; }
struct sums { double price, weight; };
struct sums sums(const struct column *prices, struct column weights)
{
    struct sums s = { 0 };
    wrote("sums");
    for (int64_t i = 0; i < prices->length; i++)
        s.price += ((const double *)prices->buffers[0])[i];
    for (int64_t i = 0; i < weights.length; i++)
        s.weight += ((const double *)weights.buffers[0])[i];
    return s;
}
/* Moves it: what was lent is empty afterwards. */
struct column moved(struct column *prices)
{
    struct column c = *prices;
    prices->release = NULL;
    wrote("moved");
    return c;
}
int64_t length(const struct column *moved) { return moved->length; }
int64_t given_length(const struct column *given) { return given->length; }

/* A struct of them is destroyed through them. */
struct table { struct column a, b; char *name; };
struct table table(int n) { return (struct table){ fresh(n), fresh(n), strdup("t") }; }
int64_t rows(const struct table *table) { wrote("rows"); return table->a.length + table->b.length; }

/* One with a destructor of its own prints as opaque, whole. */
struct secret { int key; void *inner; };
void secret_free(struct secret *s) { free(s); }
struct secret *secret(int n) { struct secret *s = calloc(1, sizeof *s); s->key = n; return s; }
struct box { int n; };
void box_free(struct box *b) { free(b); }
struct box *box(int n) { struct box *b = malloc(sizeof *b); b->n = n; return b; }
