/* args: a list of texts that grows and ends with NULL, as argv. Texts are
 * borrowed. Failure sticks: look once, before use. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct leat__args {
    const char **item;      /* NULL while nothing was added */
    size_t count, cap;
    bool failed;
};

/* A list of zeros is ready for use. */
void leat__args_fini(struct leat__args *a);
/* NULL counts as a text that could not be made. */
void leat__args_add(struct leat__args *a, const char *text);
/* Every text of a list that ends with NULL; NULL adds none. */
void leat__args_add_all(struct leat__args *a, const char *const *list);
