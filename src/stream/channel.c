/* channel: see stream/channel.h. */
#include "stream/channel.h"
#include <leat/error.h>
#include <stdlib.h>

int leat__channel_init(struct leat__channel *c, uint32_t size, uint32_t capacity)
{
    uint32_t slots = 1;
    while (slots < capacity)
        slots *= 2;
    size_t bytes = ((size_t)slots * size + 63) & ~(size_t)63;
    memset(c, 0, sizeof *c);
    c->ring = aligned_alloc(64, bytes);
    c->capacity = slots;
    c->size = size;
    return c->ring ? 0 : LEAT_ENOMEM;
}

void leat__channel_fini(struct leat__channel *c)
{
    free(c->ring);
    c->ring = NULL;
}
