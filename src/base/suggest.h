/* suggest: "did you mean". Offer every candidate, ask for the nearest. */
#pragma once

struct leat__suggest {
    const char *word;       /* what was written                     */
    const char *best;       /* nearest so far, borrowed; NULL: none */
    unsigned distance;      /* of best                              */
};

/* Candidates further than a third of the word (at most 3 edits) are not near. */
struct leat__suggest leat__suggest_for(const char *word);
void leat__suggest_offer(struct leat__suggest *s, const char *candidate);
/* Edits (insert, delete, replace, swap of neighbours) between two words, at
 * most `limit` + 1; words over 63 characters are never near. */
unsigned leat__distance(const char *a, const char *b, unsigned limit);
