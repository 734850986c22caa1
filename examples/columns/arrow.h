/* arrow: the two structs of the Arrow C Data Interface, member for member: a
 * column, and what is in it. Whoever holds one calls its `release`, once; NULL
 * there says that it is empty, or has been moved elsewhere. */
#pragma once
#include <stdint.h>

struct ArrowSchema {
    const char *format, *name, *metadata;
    int64_t flags, n_children;
    struct ArrowSchema **children, *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length, null_count, offset, n_buffers, n_children;
    const void **buffers;               /* of numbers: which are valid (NULL: all), the values */
    struct ArrowArray **children, *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

/* A table: of format "+s", with a child for each column. */
struct frame { struct ArrowSchema schema; struct ArrowArray array; };

static inline const double *values_of(const struct frame *f, int64_t column)
{
    const struct ArrowArray *a = f->array.children[column];
    return (const double *)a->buffers[1] + a->offset;
}
