/* Nodes that hosts override: of every form, with readers, writers and takers. */
#include "diary.h"
#include <leat/node.h>

struct table { int *data; size_t len; };
struct table *table(int n)
{
    struct table *t = malloc(sizeof *t);
    *t = (struct table){ calloc((size_t)n, sizeof *t->data), (size_t)n };
    wrote("table");
    return t;
}
void table_free(struct table *t) { wrote("freed"); free(t->data); free(t); }
int first(const struct table *table) { return table->len ? table->data[0] : -1; }

/* Grows it, in place. */
struct table *grown(struct table *table)
{
    table->data = realloc(table->data, (table->len + 1) * sizeof *table->data);
    table->data[table->len++] = 7;
    return table;
}
int last(const struct table *grown) { return grown->data[grown->len - 1]; }

struct table *box(int n) { (void)n; return calloc(1, sizeof(struct table)); }
int eaten(struct table *box) { int n = (int)box->len; wrote("eaten"); free(box->data); free(box); return n; }
LEAT_NODE(eaten, takes(box));

char *word(int n) { wrote("word"); return n ? strdup("made") : NULL; }
char *loud(char *word) { word[0] = '!'; return word; }
size_t spoken(const char *loud) { return strlen(loud); }
char *swallowed(char *bite) { bite[0] = 'o'; return bite; }
char *bite(int n) { (void)n; return strdup("bite"); }
LEAT_NODE(swallowed, takes(bite));

struct pair { double x, y; };
struct pair pair(double v) { wrote("pair"); return (struct pair){ v, v }; }
double sum(struct pair pair) { return pair.x + pair.y; }
double product(const struct pair *pair) { return pair->x * pair->y; }

struct opaque;
struct opaque { struct opaque *self; };
struct opaque *opaque(int n) { (void)n; struct opaque *o = malloc(sizeof *o); o->self = o; return o; }
void opaque_free(struct opaque *o) { free(o); }
int is_self(const struct opaque *opaque) { return opaque->self == opaque; }

/* Two owned outputs and an owned result; fails for a negative n. */
char *parts(int n, char **out_left, struct table **out_right)
{
    wrote("parts");
    if (n < 0)
        return leat_fail("negative"), NULL;
    *out_left = strdup("left");
    *out_right = table(n);
    return strdup("parts");
}
size_t left_size(const char *left) { return strlen(left); }
size_t right_size(const struct table *right) { return right->len; }
size_t parts_size(const char *parts) { return strlen(parts); }
size_t all(size_t left_size, size_t right_size, size_t parts_size) { return left_size + right_size + parts_size; }
int status(int n, int *out) { *out = n; return n < 0; }
int after_status(int status) { return status + 1; }
const char *borrowed(const struct table *table) { return table->len ? "some" : "none"; }
