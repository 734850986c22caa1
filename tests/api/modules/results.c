/* Values of all shapes, to be told together. */
#include <leat/node.h>
#include <stdlib.h>
#include <string.h>

struct day { char date[11]; double max; };
struct days { struct day *data; size_t len; };
struct rains { double *data; size_t len; };
struct table { struct rains rain, temp; int year; };
struct range { double lo, hi; };

struct days days(void)
{
    struct days d = { calloc(2, sizeof *d.data), 2 };
    strcpy(d.data[0].date, "2012-01-01");
    strcpy(d.data[1].date, "2012-01-02");
    d.data[1].max = 10.5;
    return d;
}
static struct rains line(double from, size_t n)
{
    struct rains r = { calloc(n, sizeof *r.data), n };
    for (size_t i = 0; i < n; i++)
        r.data[i] = from + (double)i;
    return r;
}
struct rains rain(void) { return line(1, 2); }
struct rains longer(void) { return line(1, 3); }
struct table *table(void)
{
    struct table *t = calloc(1, sizeof *t);
    *t = (struct table){ line(1, 2), line(11, 2), 2012 };
    return t;
}
void table_free(struct table *t) { free(t->rain.data); free(t->temp.data); free(t); }
struct range range(double mean) { return (struct range){ mean - 1, mean + 1 }; }
double mean(double x) { return x / 2; }
int64_t count(void) { return 3; }
char *name(void) { return strdup("a \"b\", c"); }
double broken(double x) { leat_fail("it never works"); return x; }
void note_it(double mean) { (void)mean; }
struct hidden;
struct hidden *hidden(void) { return (struct hidden *)calloc(1, 1); }
void hidden_free(struct hidden *h) { free(h); }
double time_(void) { return 12; }
