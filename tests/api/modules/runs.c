/* A graph that is run often, from many threads, and from within a node. */
#include <leat/node.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>

static _Atomic long alive_now;
struct item { int n; char *text; };
struct item *item(int n)
{
    struct item *i = malloc(sizeof *i);
    i->n = n;
    i->text = malloc(16);
    snprintf(i->text, 16, "i%d", n);
    alive_now++;
    return i;
}
void item_free(struct item *i) { alive_now--; free(i->text); free(i); }
struct list { struct item *data; size_t len; };
struct list list(const struct item *item, int n)
{
    struct list l = { malloc(10 * sizeof *l.data), 0 };
    for (; l.len < 10; l.len++)
        l.data[l.len] = (struct item){ n, strdup(item->text) };
    return l;
}
int total(struct list list)
{
    int s = 0;
    for (size_t i = 0; i < list.len; i++)
        s += list.data[i].n;
    return s;
}
struct item *changed(struct item *item) { item->n = -item->n; return item; }
int negative(const struct item *changed, int total)
{
    if (total == 130)
        leat_fail("unlucky %d", total);
    return changed->n + total;
}
long alive(void) { return alive_now; }
int square(int n) { return n * n; }
