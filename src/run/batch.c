/* batch: see run/batch.h. */
#include "run/batch.h"
#include <stdlib.h>
#include <string.h>

bool leat__batch_room(struct leat__batch *b, size_t len)
{
    if (b->n == b->rows) {
        uint32_t more = b->rows ? b->rows * 2 : 64;
        struct leat__row *row = realloc(b->row, more * sizeof *row);
        if (!row)
            return false;
        b->row = row;
        b->rows = more;
    }
    if (b->n >= b->dues) {
        struct leat__due *due = realloc(b->due, b->rows * sizeof *due);
        if (!due)
            return false;
        b->due = due;
        b->dues = b->rows;
    }
    if (b->cap - b->len < len) {
        size_t more = b->cap * 2 > b->len + len ? b->cap * 2 : b->len + len + 4096;
        char *bytes = realloc(b->bytes, more);
        if (!bytes)
            return false;
        b->bytes = bytes;
        b->cap = more;
    }
    return true;
}

/* Bytes move as they grow, so until then a body is where it begins. */
void leat__batch_add(struct leat__batch *b, const struct leat__row *row, struct leat__due due)
{
    struct leat__row *r = &b->row[b->n];
    *r = *row;
    r->body = (void *)(uintptr_t)b->len;
    if (row->len)
        memcpy(b->bytes + b->len, row->body, row->len);
    b->len += row->len;
    b->due[b->n++] = due;
}

void leat__batch_seal(struct leat__batch *b)
{
    for (uint32_t i = 0; i < b->n; i++)
        b->row[i].body = b->bytes + (uintptr_t)b->row[i].body;
}

void leat__batch_clear(struct leat__batch *b)
{
    b->n = 0;
    b->len = 0;
}

size_t leat__batch_size(const struct leat__batch *b) { return b->len + b->n * (sizeof *b->row + sizeof *b->due); }

void leat__batch_fini(struct leat__batch *b)
{
    free(b->row);
    free(b->due);
    free(b->bytes);
}
