/* columns: structs that are tables. Their members are arrays, slices or blocks,
 * side by side and of one length, and the lengths of these; nothing else.
 *
 *    {struct day *rows; int n;}          its rows: the members of a row are columns
 *    {double *data; int rows, cols;}     a grid: columns 0, 1, ..
 *    {double *x; char **name; int n;}    columns x and name; so with slices        */
#pragma once
#include "value/fields.h"
#include "value/items.h"
#include <leat/error.h>

enum leat__columns { LEAT__NO_COLUMNS, LEAT__ROWS, LEAT__GRID, LEAT__COLUMNS };
enum leat__columns leat__columns_of(const struct leat__type *t);
/* What an array among the members has as items; NULL: it is none. */
const struct leat__type *leat__column_item(const struct leat__member *m);
/* The first of them. */
const struct leat__member *leat__column_first(const struct leat__type *t);
/* It tells how many items a block of t has. */
bool leat__is_length(const struct leat__type *t, const struct leat__member *m);

/* "struct day is no table: its member pos is struct point", for any type. */
void leat__columns_refuse(struct leat__text *out, const struct leat__type *t);

/* A row as a reader fills it, an item of each array behind that of the one before;
 * of a grid of `wide` columns a row of it. 0, LEAT_ENOMEM, LEAT_ETYPE. */
int leat__columns_row(const struct leat__type *t, uint32_t wide, struct leat__arena *arena,
                      struct leat__fields *out, uint32_t *out_size);
/* The struct made of such rows. They become its items where these are of one
 * array, else items are allocated. LEAT_EINPUT: a length cannot count so many. */
int leat__columns_fill(const struct leat__type *t, void *at, char *rows, size_t count, uint32_t wide,
                       struct leat__arena *arena, leat_error *err);
