/* map: linear probing; the hash is kept beside the key so that a miss rarely
 * touches the string. */
#include "base/map.h"
#include <leat/error.h>
#include <stdlib.h>
#include <string.h>

static uint64_t load(const char *s, size_t n)      /* n < 8 bytes, without a call */
{
    uint32_t low = 0, high = 0;
    if (n >= 4) {
        memcpy(&low, s, 4);
        memcpy(&high, s + n - 4, 4);
        return low | (uint64_t)high << 32;
    }
    return n ? (unsigned char)s[0] | (uint64_t)(unsigned char)s[n / 2] << 8 | (uint64_t)(unsigned char)s[n - 1] << 16 : 0;
}

/* Names that differ in their last character alone stand side by side: those of large
 * graphs are numbered, and asked for near where they were told. What a mixed row
 * costs in such a graph is a line of the cache and a page, each time. */
uint32_t leat__map_hash(const char *s, size_t n)
{
    uint64_t h = 0x9e3779b97f4a7c15u ^ n, w, last = n ? (unsigned char)s[n - 1] : 0;
    for (n -= n > 0; n >= 8; s += 8, n -= 8) {
        memcpy(&w, s, 8);
        h = (h ^ w) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    h = (h ^ load(s, n)) * 0xc4ceb9fe1a85ec53u;
    h = (h ^ h >> 32) * 0xff51afd7ed558ccdu;    /* the upper half: all of the key counts in it */
    return (uint32_t)((h >> 32) + last);
}

void leat__map_fini(struct leat__map *m)
{
    free(m->key);
    free(m->row);
    *m = (struct leat__map){ 0 };
}

/* So many rows, which the keys are led to anew. */
static int spread(struct leat__map *m, uint32_t rows)
{
    uint32_t *row = calloc(rows, sizeof *row);
    if (!row)
        return LEAT_ENOMEM;
    free(m->row);
    m->row = row;
    m->mask = rows - 1;
    for (uint32_t i = 0; i < m->count; i++) {
        uint32_t at = m->key[i].hash & m->mask;
        while (row[at])
            at = (at + 1) & m->mask;
        row[at] = i + 1;
    }
    return 0;
}

uint32_t leat__map_rows(uint32_t keys)
{
    uint32_t rows = 16;
    while (rows < 1u << 31 && (uint64_t)rows * LEAT__MAP_FULL / 8 < keys)
        rows *= 2;
    return rows;
}

int leat__map_reserve(struct leat__map *m, uint32_t n)
{
    uint32_t rows = leat__map_rows(n);
    if (n > m->room) {
        struct leat__map_key *key = realloc(m->key, (size_t)n * sizeof *key);
        if (!key)
            return LEAT_ENOMEM;
        m->key = key;
    }
    if ((!m->row || rows > m->mask + 1) && spread(m, rows) < 0)
        return LEAT_ENOMEM;
    m->room = n > m->room ? n : m->room;
    return 0;
}

/* The row that leads to the key, or where it would stand. */
static uint32_t *find(const struct leat__map *m, const char *key, size_t n, uint32_t h)
{
    for (uint32_t at = h & m->mask;; at = (at + 1) & m->mask) {
        uint32_t *row = &m->row[at];
        if (!*row || (m->key[*row - 1].hash == h && leat__map_same(m->key[*row - 1].key, key, n)))
            return row;
    }
}

int leat__map_put(struct leat__map *m, const char *key, uint32_t **out_value)
{
    if (m->count == m->room) {
        uint32_t more = m->room ? m->room * 2 : 10;
        int code = more > m->room ? leat__map_reserve(m, more) : LEAT_ENOMEM;
        if (code < 0)
            return code;
    }
    size_t n = strlen(key);
    uint32_t h = leat__map_hash(key, n), *row = find(m, key, n, h);
    if (!*row) {
        m->key[m->count] = (struct leat__map_key){ key, h, LEAT__NONE };
        *row = ++m->count;
    }
    *out_value = &m->key[*row - 1].value;
    return 0;
}

uint32_t leat__map_getn(const struct leat__map *m, const char *key, size_t n)
{
    if (!m->row)
        return LEAT__NONE;
    uint32_t row = *find(m, key, n, leat__map_hash(key, n));
    return row ? m->key[row - 1].value : LEAT__NONE;
}

uint32_t leat__map_get(const struct leat__map *m, const char *key)
{
    return leat__map_getn(m, key, strlen(key));
}
