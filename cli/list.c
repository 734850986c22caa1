/* list: strings in a row, and the nearest of some words. Declared in text.h. */
#include "text.h"
#include <stdlib.h>
#include <string.h>

void list_add(struct list *l, const char *s)
{
    if (l->n + 1 >= l->room) {
        size_t room = l->room ? l->room * 2 : 8;
        char **at = text_room(room * sizeof *at);
        if (l->n)
            memcpy(at, l->at, l->n * sizeof *at);
        l->at = at;
        l->room = room;
    }
    l->at[l->n++] = (char *)s;
}

bool list_has(const struct list *l, const char *s)
{
    for (size_t i = 0; i < l->n; i++)
        if (!strcmp(l->at[i], s))
            return true;
    return false;
}

char *list_join(const struct list *l, const char *between, size_t most)
{
    size_t size = 64;
    for (size_t i = 0; i < l->n; i++)
        size += strlen(l->at[i]) + strlen(between);
    char *out = text_room(size), *to = out;
    for (size_t i = 0; i < l->n && i < most; i++) {
        to = stpcpy(to, i ? between : "");
        to = stpcpy(to, l->at[i]);
    }
    if (l->n > most)
        stpcpy(to, text_format(" and %zu more", l->n - most));
    return out;
}

enum { LONGEST = 63 };

static unsigned least(unsigned a, unsigned b) { return a < b ? a : b; }

/* Edits that make a of b: insert, delete, replace, swap neighbours; more than
 * `limit` are not counted out. */
static unsigned edits(const char *a, const char *b, unsigned limit)
{
    unsigned row[3][LONGEST + 1];
    size_t n = strlen(a), m = strlen(b);
    if (n > LONGEST || m > LONGEST || (n > m ? n - m : m - n) > limit)
        return limit + 1;
    for (unsigned j = 0; j <= m; j++)
        row[0][j] = j;
    for (unsigned i = 1; i <= n; i++) {
        unsigned *now = row[i % 3], *up = row[(i + 2) % 3], *upper = row[(i + 1) % 3];
        now[0] = i;
        for (unsigned j = 1; j <= m; j++) {
            now[j] = least(least(up[j], now[j - 1]) + 1, up[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], upper[j - 2] + 1);
        }
    }
    return row[n % 3][m];
}

struct nearest nearest_to(const char *word)
{
    size_t n = strlen(word);
    return (struct nearest){ word, NULL, n < 5 ? 2 : n < 9 ? 3 : 4 };
}

void nearest_offer(struct nearest *n, const char *candidate)
{
    unsigned d = edits(n->word, candidate, n->edits - 1);
    if (d < n->edits && d < strlen(candidate)) {
        n->best = candidate;
        n->edits = d;
    }
}
