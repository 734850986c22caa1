/* shape: graphs to measure: who reads whom. Node i reads nodes below i, or, with
 * no parents, the input. The last node needs all others. */
#pragma once
#include <stdint.h>

struct shape {
    uint32_t n;             /* nodes                                          */
    uint32_t *first;        /* n + 1: node i reads from[first[i] .. first[i + 1]) */
    uint32_t *from;
};

/* chain, wide, tree, wave or layers, of about n nodes. -1: no such shape, or no
 * memory. */
int shape_make(struct shape *s, const char *name, uint32_t n);
void shape_free(struct shape *s);
/* What the last node gives if each adds 1 to the sum of what it reads. */
uint64_t shape_answer(const struct shape *s, uint64_t input);
