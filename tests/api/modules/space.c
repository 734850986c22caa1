/* A namespace of its own: the tests put it in one or two, or in none. */
#include <leat/node.h>
#include <stdlib.h>
#include <string.h>

int scale(void);                    /* a helper in space_helper.c */
struct range { double lo, hi; };
struct place { const char *name; int height; };

const double rate__default = 2;
double total(double a, double b, double rate) { return (a + b) * rate; }
double half(double total) { return total / 2; }
int scaled(int n) { return n * scale(); }
void limits(double total, double *out_low, double *out_high) { *out_low = -total; *out_high = total; }
double middle(double low, double limits__high) { return low + limits__high; }

/* notes speak of the namespace's own names */
struct range range(double total) { return (struct range){ 0, total }; }
LEAT_NODE(range, fields(lo, hi = top));
double span(double range__hi, double top) { return range__hi + top; }
double third(double x) { return x / 3; }
LEAT_NODE(third_of_total, calls(third), bind(x = total));
LEAT_NODE(third_of_field, calls(third), bind(x = range.hi));
double odd(double total) { return total; }
LEAT_NODE(odd, as(even), after(half));
double reads_even(double even) { return even; }

/* fields of an input; an input that is written, changed in place, taken */
const char *name_of(struct place place) { return place.name; }
int height(int place__height) { return place__height + 1; }
LEAT_NODE(site, fields(height = site_height));
int tall(const struct place *site, int site_height) { return site_height + (site->name != NULL); }
char *loud(char *text)
{
    for (char *c = text; *c; c++)
        *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c;
    return text;
}
size_t eaten(char *crumbs) { size_t n = strlen(crumbs); free(crumbs); return n; }
LEAT_NODE(eaten, takes(crumbs));

/* destroyed by a function of the same module */
struct box { int n; };
static int freed;
void box_free(struct box *b) { freed++; free(b); }
struct box *box(int n) { struct box *b = malloc(sizeof *b); b->n = n; return b; }
int boxed(const struct box *box) { return box->n; }
int freed_boxes(int boxed) { return freed + boxed * 0; }
struct jar { int n; };
void emptied(struct jar *j) { freed += 100; free(j); }
LEAT_TYPE(struct jar, free(emptied));
struct jar *jar(int n) { struct jar *j = malloc(sizeof *j); j->n = n; return j; }
int jarred(const struct jar *jar) { return jar->n; }
