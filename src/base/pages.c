/* pages: see base/pages.h. */
#include "base/pages.h"
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { HUGE = 2 << 20, WORTH_IT = 2 * HUGE };

void *leat__pages_huge(void *p, size_t size)
{
    uintptr_t from = ((uintptr_t)p + HUGE - 1) & ~(uintptr_t)(HUGE - 1), to = ((uintptr_t)p + size) & ~(uintptr_t)(HUGE - 1);
    int was = errno;
    if (p && size >= WORTH_IT && from < to)
        madvise((void *)from, to - from, MADV_HUGEPAGE);    /* a wish: refused, all is as before */
    errno = was;
    return p;
}

void *leat__pages_new(size_t size) { return leat__pages_huge(malloc(size), size); }

void *leat__pages_clear(size_t size) { return leat__pages_huge(calloc(1, size), size); }
