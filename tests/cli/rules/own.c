/* Ownership, as const says it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct box { int n; };
struct box *box(int n) { struct box *b = n < 0 ? NULL : malloc(sizeof *b); if (b) b->n = n; return b; }
void box_free(struct box *b) { printf("box %d freed\n", b->n); free(b); }
int reads(const struct box *box) { return box->n; }
int writes(struct box *box) { printf("written after %s\n", box->n ? "reading" : "nothing"); return ++box->n; }
const char *tail(const char *word) { return word + 1; }
struct pair { int a, b; };
struct pair pair(int n) { return (struct pair){ n, n + 1 }; }
int sum(struct pair pair, int reads) { return pair.a + pair.b + reads; }
