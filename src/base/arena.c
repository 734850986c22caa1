/* arena: chunks that double up to 1 MiB; a large request gets its own chunk. */
#include "base/arena.h"
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGN = 16, FIRST = 4096, LARGEST = 1 << 20 };

struct leat__chunk {
    struct leat__chunk *next;
    size_t size;                /* of the whole chunk, header included */
};

void leat__arena_fini(struct leat__arena *a)
{
    struct leat__chunk *next;
    for (struct leat__chunk *c = a->chunk; c; c = next) {
        next = c->next;
        free(c);
    }
    *a = (struct leat__arena){ 0 };
}

static struct leat__chunk *chunk_new(size_t size)
{
    struct leat__chunk *c = calloc(1, size);
    if (c)
        c->size = size;
    return c;
}

/* Room for at least `size` bytes. A large request does not throw away what is
 * left of the newest chunk: its own chunk goes behind that one. */
static void *grow(struct leat__arena *a, size_t size)
{
    if (size > SIZE_MAX - ALIGN)
        return NULL;
    size_t head = (sizeof(struct leat__chunk) + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    size_t next = a->chunk ? a->chunk->size * 2 : FIRST;
    if (next > LARGEST)
        next = LARGEST;
    if (size > next / 4) {
        if (size > SIZE_MAX - head)
            return NULL;
        struct leat__chunk *c = chunk_new(head + size);
        if (!c)
            return NULL;
        if (a->chunk) {
            c->next = a->chunk->next;
            a->chunk->next = c;
        } else {
            c->size = FIRST;    /* counts as small, so the next one starts small too */
            a->chunk = c;
            a->at = a->end = (char *)c + head + size;
        }
        return (char *)c + head;
    }
    struct leat__chunk *c = chunk_new(next);
    if (!c)
        return NULL;
    c->next = a->chunk;
    a->chunk = c;
    a->at = (char *)c + head + size;
    a->end = (char *)c + next;
    return (char *)c + head;
}

void *leat__arena_alloc(struct leat__arena *a, size_t size)
{
    size_t rounded = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1), gap = -(uintptr_t)a->at & (ALIGN - 1);
    if (rounded < size)
        return NULL;
    if (!rounded)
        rounded = ALIGN;
    if ((size_t)(a->end - a->at) < rounded + gap)
        return grow(a, rounded);
    char *p = a->at + gap;
    a->at = p + rounded;
    return p;
}

void *leat__arena_aligned(struct leat__arena *a, size_t size, size_t align)
{
    if (align <= ALIGN)
        return leat__arena_alloc(a, size);
    char *p = size > SIZE_MAX - align ? NULL : leat__arena_alloc(a, size + align);
    return p ? p + (-(uintptr_t)p & (align - 1)) : NULL;
}

void *leat__arena_array(struct leat__arena *a, size_t n, size_t size)
{
    size_t all;
    return __builtin_mul_overflow(n, size, &all) ? NULL : leat__arena_alloc(a, all);
}

/* Texts stand one behind the other: there are many, and most are short. */
char *leat__arena_text(struct leat__arena *a, size_t size)
{
    if ((size_t)(a->end - a->at) < size)
        return leat__arena_alloc(a, size);
    char *p = a->at;
    a->at += size;
    return p;
}

char *leat__arena_strndup(struct leat__arena *a, const char *s, size_t n)
{
    char *p = n == SIZE_MAX ? NULL : leat__arena_text(a, n + 1);
    if (p) {
        memcpy(p, s, n);
        p[n] = 0;
    }
    return p;
}

char *leat__arena_strdup(struct leat__arena *a, const char *s)
{
    return leat__arena_strndup(a, s, strlen(s));
}

char *leat__arena_printf(struct leat__arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *p = n < 0 ? NULL : leat__arena_text(a, (size_t)n + 1);
    if (!p)
        return NULL;
    va_start(args, format);
    vsnprintf(p, (size_t)n + 1, format, args);
    va_end(args);
    return p;
}

void leat__arena_join(struct leat__arena *to, struct leat__arena *from)
{
    if (!to->chunk) {
        *to = *from;
    } else if (from->chunk) {
        struct leat__chunk *last = from->chunk;
        while (last->next)
            last = last->next;
        last->next = to->chunk->next;
        to->chunk->next = from->chunk;
    }
    *from = (struct leat__arena){ 0 };
}
