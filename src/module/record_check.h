/* record_check: the inside of reading a record, shared by its files. */
#pragma once
#include "module/record.h"

/* As leat__record_read, but the bytes stay the caller's, on failure too. */
int leat__record_open(struct leat__record *r, void *bytes, size_t size, const char *where,
                      leat_error *err);

/* Answered where memory ran out. */
extern const char leat__record_no_memory[];

/* What is wrong with a type of a record whose rows are linked, or NULL. */
const char *leat__record_check_type(const struct leat__type *t);
/* What is wrong with how types contain each other, or NULL; *out_row says where.
 * Afterwards nothing contains itself by value and chains of pointers end. */
const char *leat__record_check_nesting(const struct leat__type *types, uint32_t n,
                                       struct leat__arena *scratch, uint32_t *out_row);
/* A value of it can be handed from function to function: what the compiler
 * passes as C passes it. NULL: yes; else why not, "incomplete". */
const char *leat__record_unfit(const struct leat__type *t);
