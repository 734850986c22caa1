/* Functions by name for whole values, and one that is none by its form. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct tape { void *reel; int32_t at; };
struct tape *tape(int at) { struct tape *t = calloc(1, sizeof *t); if (t) t->at = at; return t; }
void tape_free(struct tape *t) { free(t); }
int tape_encode(const struct tape *t, unsigned char **out_bytes, size_t *out_size)
{
    *out_size = sizeof t->at;
    *out_bytes = malloc(*out_size);
    if (!*out_bytes)
        return 1;
    memcpy(*out_bytes, &t->at, *out_size);
    return 0;
}
struct tape *tape_decode(const unsigned char *bytes, size_t size)
{
    struct tape *t = size == sizeof t->at ? calloc(1, sizeof *t) : NULL;
    if (t)
        memcpy(&t->at, bytes, size);
    return t;
}
uint64_t tape_hash(const struct tape *t) { return (uint64_t)t->at; }
bool tape_equal(const struct tape *a, const struct tape *b) { return a->at == b->at; }

struct disc { int side; };
int disc_hash(const struct disc *d) { return d->side; }
int played(const struct tape *tape, struct disc disc) { return tape->at + disc.side; }
