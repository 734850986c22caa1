/* suggest: optimal string alignment distance over three rows. */
#include "base/suggest.h"
#include <string.h>

enum { LONGEST = 63 };

static unsigned least(unsigned a, unsigned b) { return a < b ? a : b; }

unsigned leat__distance(const char *a, const char *b, unsigned limit)
{
    unsigned rows[3][LONGEST + 1];
    size_t n = strlen(a), m = strlen(b);
    if (n > LONGEST || m > LONGEST || (n > m ? n - m : m - n) > limit)
        return limit + 1;
    for (unsigned j = 0; j <= m; j++)
        rows[0][j] = j;
    for (unsigned i = 1; i <= n; i++) {
        unsigned *now = rows[i % 3], *up = rows[(i + 2) % 3], *upper = rows[(i + 1) % 3];
        now[0] = i;
        for (unsigned j = 1; j <= m; j++) {
            now[j] = least(least(up[j], now[j - 1]) + 1, up[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], upper[j - 2] + 1);
        }
    }
    return least(rows[n % 3][m], limit + 1);
}

struct leat__suggest leat__suggest_for(const char *word)
{
    size_t n = strlen(word);
    unsigned limit = n < 3 ? 1 : n < 9 ? 2 : 3;
    return (struct leat__suggest){ word, NULL, limit + 1 };
}

void leat__suggest_offer(struct leat__suggest *s, const char *candidate)
{
    if (!candidate || !*candidate)
        return;
    unsigned d = leat__distance(s->word, candidate, s->distance - 1);
    if (d < s->distance && d < strlen(candidate)) {
        s->best = candidate;
        s->distance = d;
    }
}
