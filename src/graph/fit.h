/* fit: does a value fit a parameter, and how is it passed? */
#pragma once
#include "graph/graph.h"

/* What a parameter type or a result type means as a value. */
struct leat__value_form {
    const struct leat__type *type;
    uint16_t flags;             /* LEAT__NODE_OBJECT, _BY_POINTER, _BORROWED, _OWNED, _KEEPS */
};
/* Of a function's result or of what an out parameter points to. */
struct leat__value_form leat__form_of_result(const struct leat__type *t);
/* Of an input that a parameter of type t reads. */
struct leat__value_form leat__form_of_input(const struct leat__type *t);

/* Of a member of a struct or an item of a slice: what is no number is borrowed. */
struct leat__value_form leat__form_of_part(const struct leat__type *t);

/* Fills edge->how, writes, pointer for parameter type t reading node n; false:
 * it does not fit. */
bool leat__fit(const struct leat__node *n, const struct leat__type *t, struct leat__edge *edge);
