/* names: which node a name means. A node's own name stands with the node alone: rows
 * lead to nodes, and a byte of the hash beside each says which are worth a look. Few
 * nodes have a second name, `f.lo`: these are in a map. */
#pragma once
#include "base/map.h"

struct leat__graph;

struct leat__names {
    uint32_t *row;              /* open addressing: the node's id; ..         */
    uint8_t *tag;               /* .. of the hash; 0: the row is free         */
    uint32_t mask, count;       /* mask + 1 rows, a power of two; row NULL: none yet */
    uint32_t room;              /* for so many nodes                          */
    struct leat__map second;
};

void leat__names_fini(struct leat__names *m);
/* Room for so many nodes; 0 or LEAT_ENOMEM. */
int leat__names_reserve(struct leat__graph *g, uint32_t n);
/* `name` is node id's own from now on, which the node itself says before the next call.
 * *out_old: who has it already, and keeps it; else LEAT__NONE. 0 or LEAT_ENOMEM. */
int leat__names_own(struct leat__graph *g, const char *name, uint32_t id, uint32_t *out_old);
/* The same of another name for it. */
int leat__names_second(struct leat__graph *g, const char *name, uint32_t id, uint32_t *out_old);
/* The node's id, or LEAT__NONE. */
uint32_t leat__names_get(const struct leat__graph *g, const char *name);
uint32_t leat__names_getn(const struct leat__graph *g, const char *name, size_t n);
/* Node i is place[i] now. */
void leat__names_move(struct leat__names *m, const uint32_t *place);
