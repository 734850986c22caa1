/* map: linear probing at most half full, hash kept beside the key so
 * that a miss rarely touches the string. */
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

static uint32_t hash(const char *s, size_t n)
{
    uint64_t h = 0x9e3779b97f4a7c15u ^ n, w;
    for (; n >= 8; s += 8, n -= 8) {
        memcpy(&w, s, 8);
        h = (h ^ w) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    h = (h ^ load(s, n)) * 0xc4ceb9fe1a85ec53u;
    h ^= h >> 29;
    return (uint32_t)(h ^ h >> 32);
}

void leat__map_fini(struct leat__map *m)
{
    free(m->row);
    *m = (struct leat__map){ 0 };
}

static int resize(struct leat__map *m, uint32_t rows)
{
    struct leat__map_row *row = calloc(rows, sizeof *row);
    if (!row)
        return LEAT_ENOMEM;
    for (uint32_t i = 0; m->row && i <= m->mask; i++) {
        if (!m->row[i].key)
            continue;
        uint32_t at = m->row[i].hash & (rows - 1);
        while (row[at].key)
            at = (at + 1) & (rows - 1);
        row[at] = m->row[i];
    }
    free(m->row);
    m->row = row;
    m->mask = rows - 1;
    return 0;
}

int leat__map_reserve(struct leat__map *m, uint32_t n)
{
    uint32_t rows = m->row ? m->mask + 1 : 16;
    while (rows < 1u << 30 && rows / 2 < n)
        rows *= 2;
    return m->row && rows == m->mask + 1 ? 0 : resize(m, rows);
}

/* Keys are short: a loop beats a call. */
static bool same(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (a[i] != b[i])
            return false;       /* a shorter a ends here, at its NUL */
    return !a[n];
}

static struct leat__map_row *find(const struct leat__map *m, const char *key, size_t n, uint32_t h)
{
    for (uint32_t at = h & m->mask;; at = (at + 1) & m->mask) {
        struct leat__map_row *r = &m->row[at];
        if (!r->key || (r->hash == h && same(r->key, key, n)))
            return r;
    }
}

int leat__map_put(struct leat__map *m, const char *key, uint32_t **out_value)
{
    if (!m->row || (uint64_t)(m->count + 1) * 2 > (uint64_t)m->mask + 1) {
        int code = resize(m, m->row ? (m->mask + 1) * 2 : 16);
        if (code < 0)
            return code;
    }
    size_t n = strlen(key);
    uint32_t h = hash(key, n);
    struct leat__map_row *r = find(m, key, n, h);
    if (!r->key) {
        *r = (struct leat__map_row){ key, h, LEAT__NONE };
        m->count++;
    }
    *out_value = &r->value;
    return 0;
}

uint32_t leat__map_getn(const struct leat__map *m, const char *key, size_t n)
{
    if (!m->row)
        return LEAT__NONE;
    struct leat__map_row *r = find(m, key, n, hash(key, n));
    return r->key ? r->value : LEAT__NONE;
}

uint32_t leat__map_get(const struct leat__map *m, const char *key)
{
    return leat__map_getn(m, key, strlen(key));
}
