/* sheet: values side by side as one table, a column for each that one field can
 * hold. A value that is no array stands in every row. An array of structs and a
 * struct give a column per member, `days.date`; a struct of arrays so gives its
 * columns, one with a grid `m.0`, `m.1`. Values are borrowed until the sheet is
 * written. */
#pragma once
#include "base/arena.h"
#include "base/text.h"
#include "value/scalar.h"
#include <leat/error.h>

struct leat__sheet_column {
    const char *name;
    struct leat__spot first;        /* at NULL: nothing is there              */
    size_t stride;                  /* to the next row; 0: the same in all    */
};

struct leat__sheet {
    struct leat__sheet_column *column;
    uint32_t count, cap;
    size_t rows;                    /* of the arrays; 1 without any           */
    const char *measured;           /* the array that said so; NULL: none yet */
    struct leat__arena arena;       /* names                                  */
};

/* at NULL: a value that is absent, an empty field in each of its columns.
 * LEAT_ETYPE: it has no columns, is longer or shorter than an array before it,
 * or a column of that name is there. */
int leat__sheet_add(struct leat__sheet *s, const char *name, const struct leat__type *t, const void *at,
                    leat_error *err);
/* The only one, which can be read back from CSV: an array, or a struct as columns.h
 * has it. Its columns are called by their own names; one that has none, `name`. */
int leat__sheet_whole(struct leat__sheet *s, const char *name, const struct leat__type *t, const void *at,
                      leat_error *err);
/* A header and a line per row / an object per line. 0 or LEAT_ENOMEM. */
int leat__sheet_csv(const struct leat__sheet *s, struct leat__text *out);
int leat__sheet_jsonl(const struct leat__sheet *s, struct leat__text *out);
void leat__sheet_fini(struct leat__sheet *s);
