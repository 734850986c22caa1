/* A format of its own: a count, then numbers, one a line. */
#include "diary.h"
#include <leat/node.h>
#include <stdio.h>

struct list { size_t count; int *at; };

void list_free(struct list *l)
{
    wrote("-list");
    if (l)
        free(l->at);
    free(l);
}
struct list *list_from_num(const char *path)
{
    FILE *f = fopen(path, "r");
    struct list *l = calloc(1, sizeof *l);
    wrote("load");
    if (!f || !l || fscanf(f, "%zu", &l->count) != 1 || l->count > 100) {
        leat_fail("%s begins with no count", path);
        if (f)
            fclose(f);
        free(l);
        return NULL;
    }
    l->at = calloc(l->count, sizeof *l->at);
    for (size_t i = 0; i < l->count; i++)
        if (fscanf(f, "%d", &l->at[i]) != 1)
            break;
    fclose(f);
    return l;
}
int list_to_num(const struct list *l, const char *path)
{
    FILE *f = fopen(path, "w");
    if (!f)
        return 7;
    fprintf(f, "%zu\n", l->count);
    for (size_t i = 0; i < l->count; i++)
        fprintf(f, "%d\n", l->at[i]);
    return fclose(f);
}
struct list *list_from_none(const char *path) { (void)path; return NULL; }
static struct list only;
struct list *list_from_still(const char *path) { (void)path; return &only; }
int sum(const struct list *list)
{
    int s = 0;
    wrote("sum");
    for (size_t i = 0; i < list->count; i++)
        s += list->at[i];
    return s;
}
struct list *doubled(const struct list *list)
{
    struct list *l = calloc(1, sizeof *l);
    *l = (struct list){ list->count, calloc(list->count, sizeof *l->at) };
    for (size_t i = 0; i < l->count; i++)
        l->at[i] = 2 * list->at[i];
    return l;
}
struct list *sorted(struct list *raw) { raw->at[0] = -1; return raw; }
LEAT_NODE(eaten, takes(food));
int eaten(struct list *food) { int n = (int)food->count; list_free(food); return n; }

/* By value: its parts are owned, and a view of it is read. */
struct numbers { double *data; size_t len; };
struct some_numbers { const double *data; size_t len; };
struct numbers numbers_from_num(const char *path)
{
    struct list *l = list_from_num(path);
    struct numbers n = { 0 };
    if (!l)
        return n;
    n = (struct numbers){ calloc(l->count + 1, sizeof *n.data), l->count };
    for (size_t i = 0; i < n.len; i++)
        n.data[i] = l->at[i];
    list_free(l);
    return n;
}
double mean(struct some_numbers given)
{
    double s = 0;
    for (size_t i = 0; i < given.len; i++)
        s += given.data[i];
    return s / (double)given.len;
}
