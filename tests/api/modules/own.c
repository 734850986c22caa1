/* Values that are made, shared and destroyed; each destruction is in the diary. */
#include "diary.h"
#include <stdint.h>
#include <stdio.h>
#include <leat/node.h>

/* an object by pointer */
struct box { int n; };
struct box *box(int n)
{
    struct box *b = malloc(sizeof *b);
    b->n = n;
    wrote("+box");
    return b;
}
void box_free(struct box *b) { wrote("-box"); free(b); }
int first(const struct box *box) { wrote("first"); return box->n; }
int second(const struct box *box, int first) { wrote("second"); return box->n + first; }
int third(int second) { wrote("third"); return second; }
int by_value(struct box box) { return box.n * 2; }
int nobody(int n) { return n; }

/* its destructor fails */
struct vase { int n; };
struct vase *vase(int n)
{
    struct vase *v = malloc(sizeof *v);
    v->n = n;
    return v;
}
int vase_free(struct vase *v) { free(v); leat_fail("it broke"); return 0; }
int seen(const struct vase *vase) { return vase->n; }

/* opaque here; only its module knows it */
struct secret;
struct secret *secret(const struct box *box);
int told(const struct secret *secret);
int secret_destroy(struct secret *s);
struct secret { const struct box *box; };
struct secret *secret(const struct box *box)
{
    struct secret *s = malloc(sizeof *s);
    s->box = box;
    wrote("+secret");
    return s;
}
int secret_destroy(struct secret *s)
{
    char word[20];
    snprintf(word, sizeof word, "-secret%d", s->box->n);
    wrote(word);
    free(s);
    return 0;
}
int told(const struct secret *secret) { wrote("told"); return secret->box->n; }

/* const members borrow */
struct look { const struct box *at; };
void look_fini(struct look *l) { wrote(l->at->n >= 0 ? "-look" : "?"); }
struct look look(const struct box *box) { return (struct look){ box }; }
int looked(struct look look) { wrote("looked"); return look.at->n; }

/* a borrowed result keeps what it was made from */
const struct box *same(const struct box *box) { return box; }
int after_same(const struct box *same) { wrote("after_same"); return same->n; }
const char *name(const struct box *box) { return box->n ? "some" : "none"; }

/* text, slices, views */
char *word(int n)
{
    char *s = malloc(20);
    snprintf(s, 20, "word%d", n);
    return s;
}
const char *tail(const char *word) { return word + 4; }
size_t length(const char *tail) { return strlen(tail); }

struct numbers { double *data; size_t len; };
struct numbers_view { const double *data; size_t len; };
struct numbers numbers(int n)
{
    struct numbers s = { malloc(n * sizeof(double)), n };
    for (int i = 0; i < n; i++)
        s.data[i] = i;
    return s;
}
struct numbers_view rest(struct numbers_view numbers)
{
    return (struct numbers_view){ numbers.data + 1, numbers.len - 1 };
}
double total(struct numbers_view rest)
{
    double s = 0;
    for (size_t i = 0; i < rest.len; i++)
        s += rest.data[i];
    return s;
}
struct grown { int32_t *data; size_t len, cap; };
struct grown *grown(int n)
{
    struct grown *g = malloc(sizeof *g);
    *g = (struct grown){ calloc(n + 10, 4), n, n + 10 };
    return g;
}
size_t room(const struct grown *grown) { return grown->cap - grown->len; }

/* an array of structs owns what the structs own; a struct of slices is a table */
struct person { char *name; int age; char *const *none; };
struct pet { char *name; const char *kind; int legs[2]; };
struct pets { struct pet *data; size_t len; };
struct pets pets(int n)
{
    struct pets p = { malloc(n * sizeof *p.data), n };
    for (int i = 0; i < n; i++)
        p.data[i] = (struct pet){ strdup("rex"), "dog", { i, -i } };
    return p;
}
struct texts { char **data; size_t len; };
struct table { struct numbers price; struct texts label; };
struct table *table(int n)
{
    struct table *t = malloc(sizeof *t);
    t->price = numbers(n);
    t->label = (struct texts){ malloc(n * sizeof(char *)), n };
    for (int i = 0; i < n; i++)
        t->label.data[i] = strdup("x");
    return t;
}
double *scalar(int n)
{
    double *d = malloc(sizeof *d);
    *d = n;
    return d;
}
double read_scalar(const double *scalar) { return *scalar; }

/* owned outputs */
int parts(int n, struct box **out_left, struct box **out_right, char **out_label)
{
    *out_left = box(n);
    *out_right = box(n + 1);
    *out_label = strdup("parts");
    return 0;
}
int left_only(const struct box *left) { return left->n; }

/* a struct with a named fini, by value */
struct handle { int fd; };
void handle_clear(struct handle *h) { char w[16]; snprintf(w, sizeof w, "-handle%d", h->fd); wrote(w); }
struct handle handle(int n) { return (struct handle){ n }; }
int used(const struct handle *handle) { return handle->fd; }

/* a note names the destructor */
struct image { int w; };
void image_free(struct image *i) { wrote("wrong"); free(i); }
void image_done(struct image *i) { wrote("-image"); free(i); }
LEAT_TYPE(struct image, free(image_done));
struct image *image(int n) { struct image *i = malloc(sizeof *i); i->w = n; return i; }
int wide(const struct image *image) { return image->w; }

/* typedef of an untagged struct; the name with and without _t */
typedef struct { int k; } key_t_;
typedef struct { int k; } lock_t;
void lock_unref(lock_t *l) { wrote("-lock"); free(l); }
lock_t *lock(int n) { lock_t *l = malloc(sizeof *l); l->k = n; return l; }
int locked(const lock_t *lock) { return lock->k; }

/* reverse order: c holds b holds a */
struct link { const struct link *up; char name; };
void link_free(struct link *l)
{
    char w[] = { '-', l->name, l->up ? l->up->name : '.', 0 };
    wrote(w);
    free(l);
}
static struct link *link_of(const struct link *up, char name)
{
    struct link *l = malloc(sizeof *l);
    *l = (struct link){ up, name };
    return l;
}
struct link *la(int n) { return link_of(NULL, 'a' + n); }
struct link *lb(const struct link *la) { return link_of(la, 'b'); }
struct link *lc(const struct link *lb) { return link_of(lb, 'c'); }
int chained(const struct link *lc) { wrote("chained"); return lc->name; }
struct link *many(const struct link *la, const struct link *lb, const struct link *lc, int n)
{
    return n < 0 ? NULL : link_of(lc ? la : lb, 'm');
}
int failing(const struct box *box, const struct look *look) { leat_fail("no"); return box->n + look->at->n; }
