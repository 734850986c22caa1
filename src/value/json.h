/* json: the parts of one reading, see json.c. */
#pragma once
#include "base/arena.h"
#include "value/json_scan.h"
#include "value/pool.h"
#include "value/scalar.h"

struct leat__reading {
    struct leat__scan scan;
    struct leat__arena parts, scratch;      /* of the value; of the reading  */
    struct leat__pool pool;                 /* texts, in parts               */
    struct leat__record *records;           /* structs met, in scratch       */
    struct leat__shape *shapes;             /* of blocks whose struct is being read, in scratch */
    unsigned depth;                         /* arrays and objects round here */
};

/* How many items a block was written with, along each extent; SIZE_MAX: any, where
 * none were. */
struct leat__shape {
    const void *at;                         /* where its pointer stands       */
    struct leat__shape *next;
    size_t size[];
};

/* "a double is needed, not text" */
int leat__json_mismatch(struct leat__reading *r, const struct leat__type *t);
/* Takes [ or {, if t may begin so here and the depth allows it. */
int leat__json_enter(struct leat__reading *r, char open, const struct leat__type *t);
/* A truth value, number, enumerator, char, text, char[N], or a slice of chars
 * or bytes that is not written as an array. */
int leat__json_read_simple(struct leat__reading *r, struct leat__spot s);
/* Any value. */
int leat__json_read_value(struct leat__reading *r, struct leat__spot s);
/* A block, as arrays of arrays; its lengths are looked at when its struct is read. */
int leat__json_read_block(struct leat__reading *r, struct leat__spot s);
/* The lengths of the struct's blocks are those that were read. `end`: of the struct. */
int leat__json_check_shapes(struct leat__reading *r, struct leat__spot s, const char *end);
