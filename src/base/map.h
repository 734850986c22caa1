/* map: names to numbers. Keys stand one behind the other, as they came; rows of
 * four bytes lead to them. Keys are borrowed. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct leat__map {
    struct leat__map_key { const char *key; uint32_t hash, value; } *key;
    uint32_t *row;          /* open addressing: 1 + which key; 0: free */
    uint32_t mask, count;   /* mask + 1 rows, a power of two; row NULL: none yet */
    uint32_t room;          /* for so many keys */
};

#define LEAT__NONE UINT32_MAX   /* no such key; also "no node", "no slot" elsewhere */

/* A map of zeros is ready for use. */
void leat__map_fini(struct leat__map *m);
/* Room for n keys in all; 0 or LEAT_ENOMEM. */
int leat__map_reserve(struct leat__map *m, uint32_t n);
/* The key's place: *out_value points to its number, LEAT__NONE if it is new
 * (then write it before the next call). 0 or LEAT_ENOMEM. */
int leat__map_put(struct leat__map *m, const char *key, uint32_t **out_value);
/* The number, or LEAT__NONE. */
uint32_t leat__map_get(const struct leat__map *m, const char *key);
uint32_t leat__map_getn(const struct leat__map *m, const char *key, size_t n);

/* For tables of names that keep their keys elsewhere. */
uint32_t leat__map_hash(const char *key, size_t n);
/* So many rows for n keys: at most LEAT__MAP_FULL of eight are taken. */
enum { LEAT__MAP_FULL = 5 };
uint32_t leat__map_rows(uint32_t n);
/* Keys are short: a loop beats a call. a ends with a NUL. */
static inline bool leat__map_same(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (a[i] != b[i])
            return false;       /* a shorter a ends here */
    return !a[n];
}
