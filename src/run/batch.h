/* batch: rows of a journal in order of appending, with what is to happen when each is
 * durable. Whoever has it to itself may use it: there is no lock. Zeroed, it is empty. */
#pragma once
#include "run/journal.h"

struct leat__due { struct leat__life *life; struct leat__then then; };

struct leat__batch {                    /* rows in order of appending                      */
    struct leat__row *row;              /* body: an offset into bytes until it is sealed */
    struct leat__due *due;              /* by row                                          */
    uint32_t n, rows, dues;             /* room of both                                    */
    char *bytes;
    size_t len, cap;
};

/* Room for one row more with a body of len bytes; false: no memory. */
bool leat__batch_room(struct leat__batch *b, size_t len);
/* There is room; copies the row and its body. */
void leat__batch_add(struct leat__batch *b, const struct leat__row *row, struct leat__due due);
/* No row is added any more: those that are there have their bodies. */
void leat__batch_seal(struct leat__batch *b);
/* Its rows are gone; the memory is kept for others. */
void leat__batch_clear(struct leat__batch *b);
/* Bytes that its rows take. */
size_t leat__batch_size(const struct leat__batch *b);
void leat__batch_fini(struct leat__batch *b);
