/* args: see args.h. */
#include "module/args.h"
#include <stdlib.h>

void leat__args_fini(struct leat__args *a)
{
    free(a->item);
    *a = (struct leat__args){ 0 };
}

void leat__args_add(struct leat__args *a, const char *text)
{
    if (!text)
        a->failed = true;
    if (a->failed)
        return;
    if (a->count + 1 >= a->cap) {
        size_t cap = a->cap ? a->cap * 2 : 32;
        const char **item = realloc(a->item, cap * sizeof *item);
        if (!item) {
            a->failed = true;
            return;
        }
        a->item = item;
        a->cap = cap;
    }
    a->item[a->count++] = text;
    a->item[a->count] = NULL;
}

void leat__args_add_all(struct leat__args *a, const char *const *list)
{
    for (; list && *list; list++)
        leat__args_add(a, *list);
}
