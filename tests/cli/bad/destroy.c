/* One type nobody can destroy, one that two functions can. */
#include <stdlib.h>
struct link { struct link *next; };
struct link *chain(int n) { struct link *l = malloc(sizeof *l); l->next = NULL; (void)n; return l; }
int linked(const struct link *chain) { return chain->next != NULL; }
struct image { int *pixels; };
struct image *picture(int n) { struct image *i = malloc(sizeof *i); i->pixels = NULL; (void)n; return i; }
void image_free(struct image *i) { free(i); }
void image_close(struct image *i) { free(i); }
int seen(const struct image *picture) { return picture->pixels != NULL; }
