/* pages: memory so large that finding its pages costs more than its words. What is
 * of some megabytes may be had in huge pages, where the system has them; small
 * memory is as malloc gives it. All of it is freed with free. */
#pragma once
#include <stddef.h>

/* malloc; and all zero. NULL: no memory. */
void *leat__pages_new(size_t size);
void *leat__pages_clear(size_t size);
/* The same for what was got otherwise, before it is first written. Returns p, which may be NULL. */
void *leat__pages_huge(void *p, size_t size);
