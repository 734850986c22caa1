/* near: "did you mean" among names of members and columns, where one that only
 * goes on longer, or stops shorter, is near too: temp, temp_max. */
#pragma once
#include "base/suggest.h"
#include <string.h>

struct leat__near { struct leat__suggest suggest; const char *longer; };

static inline struct leat__near leat__near_to(const char *word)
{
    return (struct leat__near){ leat__suggest_for(word), NULL };
}
static inline void leat__near_offer(struct leat__near *n, const char *candidate)
{
    size_t word = strlen(n->suggest.word), len = strlen(candidate), least = word < len ? word : len;
    leat__suggest_offer(&n->suggest, candidate);
    if (!n->longer && least >= 3 && !strncmp(candidate, n->suggest.word, least))
        n->longer = candidate;
}
/* NULL: none is near. */
static inline const char *leat__near_best(const struct leat__near *n)
{
    return n->suggest.best ? n->suggest.best : n->longer;
}
