/* Values lent for writing, changed in place, taken, and handed on. */
#include "diary.h"
#include <leat/node.h>
#include <stdio.h>

struct vec { double *data; size_t len, cap; };
struct vec_view { const double *data; size_t len; };
struct vec *vec(int n)
{
    struct vec *v = malloc(sizeof *v);
    *v = (struct vec){ malloc((n + 1) * sizeof(double)), n, n + 1 };
    for (int i = 0; i < n; i++)
        v->data[i] = i + 1;
    wrote("+vec");
    return v;
}
void vec_free(struct vec *v) { wrote("-vec"); if (v) { free(v->data); free(v); } }

/* a writer without result, between readers declared after it */
void doubled(struct vec *vec)
{
    wrote("doubled");
    for (size_t i = 0; i < vec->len; i++)
        vec->data[i] *= 2;
}
double before(const struct vec *vec) { wrote("before"); return vec->data[0]; }
struct vec_view back(const struct vec *vec) { return (struct vec_view){ vec->data + vec->len - 1, 1 }; }
double looked(struct vec_view back) { wrote("looked"); return back.data[0]; }
LEAT_NODE(all, after(doubled));
double all(double before, double looked) { return before + looked; }

/* in place: the same pointer comes back */
struct count { int n; };
struct count *count(int n) { struct count *c = malloc(sizeof *c); c->n = n; wrote("+count"); return c; }
void count_free(struct count *c) { char w[20]; snprintf(w, sizeof w, "-count%d", c->n); wrote(w); free(c); }
struct count *more(struct count *count) { count->n++; wrote("more"); return count; }
struct count *most(struct count *more) { more->n += 10; wrote("most"); return more; }
int counted(const struct count *most) { wrote("counted"); return most->n; }
int early(const struct count *count) { wrote("early"); return count->n; }
int both(int counted, int early) { return counted * 1000 + early; }

/* not in place after all: a fresh pointer */
struct count *tally(int n) { return count(n); }
struct count *fresh(struct count *tally)
{
    struct count *c = malloc(sizeof *c);
    c->n = tally->n + 100;
    wrote("fresh");
    return c;
}
int freshly(const struct count *fresh) { return fresh->n; }

/* takes */
struct sack { int n; };
struct sack *sack(int n) { struct sack *s = malloc(sizeof *s); s->n = n; wrote("+sack"); return s; }
void sack_free(struct sack *s) { wrote("-sack"); free(s); }
int emptied(struct sack *sack) { int n = sack->n; free(sack); wrote("emptied"); return n; }
LEAT_NODE(emptied, takes(sack));
int spilt(struct sack *bag) { free(bag); wrote("spilt"); leat_fail("spilt"); return 0; }
LEAT_NODE(spilt, takes(bag), bind(bag = bag));
struct sack *bag(int n) { return sack(n); }

/* realloc style */
char *stem(int n) { char *s = malloc(8); snprintf(s, 8, "s%d", n); return s; }
char *longer(char *stem) { char *s = realloc(stem, 4000); strcat(s, "-longer"); return s; }
LEAT_NODE(longer, takes(stem));

/* alias: an input's own pointer comes back */
struct coin { int n; };
struct coin *coin(int n) { struct coin *c = malloc(sizeof *c); c->n = n; wrote("+coin"); return c; }
void coin_free(struct coin *c) { wrote("-coin"); free(c); }
struct coin *picked(const struct coin *coin, int n)
{
    if (n > 0)
        return (struct coin *)coin;
    struct coin *c = malloc(sizeof *c);
    c->n = -1;
    return c;
}
int worth(const struct coin *picked) { wrote("worth"); return picked->n; }
int plain(const struct coin *coin, int worth) { wrote("plain"); return coin->n + worth; }

/* an alias that is written, or whose input is */
struct gem { int n; };
struct gem *gem(int n) { struct gem *g = malloc(sizeof *g); g->n = n; wrote("+gem"); return g; }
void gem_free(struct gem *g) { wrote("-gem"); free(g); }
struct gem *found(const struct gem *gem) { return (struct gem *)gem; }
struct gem *polished(struct gem *found) { found->n++; return found; }
int shine(const struct gem *polished) { wrote("shine"); return polished->n; }
struct gem *cut(struct gem *gem) { gem->n += 10; return gem; }
LEAT_NODE(cut, after(found));
int carats(const struct gem *cut) { wrote("carats"); return cut->n; }
int last_look(const struct gem *found, int carats) { wrote("last_look"); return found->n + carats; }

/* takes what owns memory, and gives that memory */
struct hoard { int *data; size_t len; };
struct hoard *cargo(int n)
{
    struct hoard *h = malloc(sizeof *h);
    *h = (struct hoard){ calloc((size_t)n + 1, sizeof(int)), (size_t)n };
    return h;
}
static struct hoard *kept;
struct hoard landed(struct hoard *cargo) { kept = cargo; return *cargo; }
LEAT_NODE(landed, takes(cargo));
int stowed(const struct hoard *landed) { free(kept); return (int)landed->len; }

/* text upper in place */
char *shout(char *text)
{
    for (char *c = text; *c; c++)
        if (*c >= 'a' && *c <= 'z')
            *c -= 32;
    return text;
}
LEAT_NODE(loud, calls(shout), bind(text = "abc"));

/* writes an input that the host gives */
struct list { int *data; size_t len, cap; };
int appended(struct list *list)
{
    int *at = realloc(list->data, (list->len + 1) * sizeof *at);
    list->data = at;
    at[list->len++] = 7;
    list->cap = list->len;
    return (int)list->len;
}
struct pair { int a, b; };
struct pair *swapped(struct pair *pair) { int a = pair->a; pair->a = pair->b; pair->b = a; return pair; }

/* two values written by one call */
struct left { int n; };
struct right { int n; };
struct left left(int n) { return (struct left){ n }; }
struct right right(int n) { return (struct right){ n + 1 }; }
void cleared(struct left *left, struct right *right) { left->n = right->n = 0; wrote("cleared"); }

/* by value in the frame, changed in place */
struct spot { int x; };
struct spot spot(int n) { return (struct spot){ n }; }
struct spot *moved(struct spot *spot) { spot->x++; return spot; }
void spot_free(struct spot *s) { wrote("-spot?"); free(s); }
int where(const struct spot *moved) { return moved->x; }

/* a writer must not wait for readers that nobody needs */
struct cup { int n; };
struct cup cup(int n) { return (struct cup){ n }; }
int sips(const struct cup *cup, int thirst) { return cup->n - thirst; }
int drained(struct cup *cup) { int n = cup->n; cup->n = 0; return n; }

/* takes what the host gives */
int eaten(char *crumbs) { int n = (int)strlen(crumbs); free(crumbs); return n; }
LEAT_NODE(eaten, takes(crumbs));

/* writes over what an asked value looks into */
struct store { double *data; size_t len, cap; };
struct store_view { const double *data; size_t len; };
struct store *store(int n)
{
    struct store *s = malloc(sizeof *s);
    *s = (struct store){ malloc((size_t)n * sizeof(double)), (size_t)n, (size_t)n };
    for (int i = 0; i < n; i++)
        s->data[i] = i;
    return s;
}
struct store_view shelf(const struct store *store) { return (struct store_view){ store->data, store->len }; }
struct store_view again(struct store_view shelf) { return shelf; }
const double *cell(const struct store *store) { return store->data; }
int restocked(struct store *store)
{
    for (size_t i = 0; i < store->len; i++)
        store->data[i] = -1;
    store->data = realloc(store->data, 100000);
    return store->data != NULL;
}

/* fails, and looks into what is written all the same */
struct purse { char *coins; };
struct purse purse(int n) { struct purse p = { calloc((size_t)n + 1, 1) }; return p; }
const char *gone(const struct purse *purse) { leat_fail("gone"); return purse->coins; }
int spent(struct purse *purse) { free(purse->coins); purse->coins = NULL; return 1; }
