/* names: see names.h. Linear probing, over the tags alone: a row, its node and the node's
 * name are only touched where it is the one, all but surely. */
#include "graph/graph.h"
#include <leat/error.h>
#include <stdlib.h>
#include <string.h>

void leat__names_fini(struct leat__names *m)
{
    free(m->row);
    free(m->tag);
    leat__map_fini(&m->second);
    *m = (struct leat__names){ 0 };
}

/* Names that stand side by side differ in their low bits. */
static uint8_t tag_of(uint32_t hash) { return (uint8_t)((hash ^ hash >> 24) | 0x80); }

/* Where the name is, or where it would stand. */
static uint32_t find(const struct leat__graph *g, const char *name, size_t n, uint32_t hash)
{
    const struct leat__names *m = &g->names;
    uint8_t tag = tag_of(hash);
    for (uint32_t at = hash & m->mask;; at = (at + 1) & m->mask)
        if (!m->tag[at] || (m->tag[at] == tag && leat__map_same(g->node[m->row[at]].name, name, n)))
            return at;
}

/* A name that is not there yet. */
static void insert(struct leat__names *m, uint32_t hash, uint32_t id)
{
    uint32_t at = hash & m->mask;
    while (m->tag[at])
        at = (at + 1) & m->mask;
    m->tag[at] = tag_of(hash);
    m->row[at] = id;
}

int leat__names_reserve(struct leat__graph *g, uint32_t n)
{
    struct leat__names *m = &g->names, old = *m;
    if (n <= m->room)
        return 0;
    uint32_t rows = leat__map_rows(n);
    uint32_t *row = malloc(rows * sizeof *row);
    uint8_t *tag = calloc(rows, 1);
    if (!row || !tag) {
        free(row);
        free(tag);
        return LEAT_ENOMEM;
    }
    m->row = row;
    m->tag = tag;
    m->mask = rows - 1;
    m->room = (uint32_t)((uint64_t)rows * LEAT__MAP_FULL / 8);
    for (uint32_t i = 0; old.row && i <= old.mask; i++)
        if (old.tag[i]) {
            const char *name = g->node[old.row[i]].name;
            insert(m, leat__map_hash(name, strlen(name)), old.row[i]);
        }
    free(old.row);
    free(old.tag);
    return 0;
}

int leat__names_own(struct leat__graph *g, const char *name, uint32_t id, uint32_t *out_old)
{
    struct leat__names *m = &g->names;
    size_t n = strlen(name);
    if (leat__names_reserve(g, m->count + 1) < 0)
        return LEAT_ENOMEM;
    uint32_t hash = leat__map_hash(name, n), at = find(g, name, n, hash);
    *out_old = m->tag[at] ? m->row[at] : leat__map_getn(&m->second, name, n);
    if (*out_old != LEAT__NONE)
        return 0;
    m->tag[at] = tag_of(hash);
    m->row[at] = id;
    m->count++;
    return 0;
}

int leat__names_second(struct leat__graph *g, const char *name, uint32_t id, uint32_t *out_old)
{
    uint32_t *to;
    *out_old = leat__names_get(g, name);
    if (*out_old != LEAT__NONE)
        return 0;
    if (leat__map_put(&g->names.second, name, &to) < 0)
        return LEAT_ENOMEM;
    *to = id;
    return 0;
}

uint32_t leat__names_getn(const struct leat__graph *g, const char *name, size_t n)
{
    const struct leat__names *m = &g->names;
    if (!m->row)
        return LEAT__NONE;
    uint32_t at = find(g, name, n, leat__map_hash(name, n));
    return m->tag[at] ? m->row[at] : leat__map_getn(&m->second, name, n);
}

uint32_t leat__names_get(const struct leat__graph *g, const char *name)
{
    return leat__names_getn(g, name, strlen(name));
}

void leat__names_move(struct leat__names *m, const uint32_t *place)
{
    for (uint32_t i = 0; m->row && i <= m->mask; i++)
        if (m->tag[i])
            m->row[i] = place[m->row[i]];
    for (uint32_t i = 0; i < m->second.count; i++)
        m->second.key[i].value = place[m->second.key[i].value];
}
