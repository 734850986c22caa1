/* arena: memory that lives and dies together. Zeroed when given out. */
#pragma once
#include <stddef.h>

struct leat__arena {
    struct leat__chunk *chunk;  /* newest; older ones hang behind it */
    char *at, *end;             /* free space of the newest          */
};

/* An arena of zeros is ready for use. fini frees everything and leaves it so. */
void leat__arena_fini(struct leat__arena *a);
/* Aligned to 16; NULL: out of memory. size 0 gives a valid pointer. */
void *leat__arena_alloc(struct leat__arena *a, size_t size);
/* The same, aligned to a power of two. */
void *leat__arena_aligned(struct leat__arena *a, size_t size, size_t align);
/* n * size, NULL on overflow too. */
void *leat__arena_array(struct leat__arena *a, size_t n, size_t size);
/* Texts: not aligned. `size` bytes, the NUL among them, to be written. */
char *leat__arena_text(struct leat__arena *a, size_t size);
char *leat__arena_strndup(struct leat__arena *a, const char *s, size_t n);
char *leat__arena_strdup(struct leat__arena *a, const char *s);
__attribute__((format(printf, 2, 3)))
char *leat__arena_printf(struct leat__arena *a, const char *format, ...);
/* What `from` holds lives with `to` from now on; `from` is empty. Cannot fail. */
void leat__arena_join(struct leat__arena *to, struct leat__arena *from);
