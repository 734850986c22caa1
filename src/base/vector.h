/* vector: a malloc'ed array that grows by one at a time. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/* *array has room for more than `count` items of `size` bytes, or false. */
static inline bool leat__vector_room(void **array, uint32_t count, uint32_t *cap, size_t size)
{
    if (count < *cap)
        return true;
    uint32_t more = *cap ? *cap * 2 : 16;
    void *p = more > *cap ? realloc(*array, more * size) : NULL;
    if (!p)
        return false;
    *array = p;
    *cap = more;
    return true;
}
#define LEAT__ROOM(array, count, cap) \
    leat__vector_room((void **)&(array), (count), &(cap), sizeof *(array))
