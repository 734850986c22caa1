/* text: doubling buffer with a sticky failure. */
#include "base/text.h"
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void leat__text_fini(struct leat__text *t)
{
    free(t->data);
    *t = (struct leat__text){ 0 };
}

void leat__text_clear(struct leat__text *t)
{
    t->len = 0;
    t->failed = false;
    if (t->data)
        t->data[0] = 0;
}

char *leat__text_room(struct leat__text *t, size_t n)
{
    if (t->failed || n >= SIZE_MAX - t->len)
        return t->failed = true, NULL;
    size_t need = t->len + n + 1;
    if (need > t->cap) {
        size_t cap = t->cap > SIZE_MAX / 2 ? need : t->cap * 2;
        if (cap < need)
            cap = need;
        if (cap < 64)
            cap = 64;
        char *data = realloc(t->data, cap);
        if (!data)
            return t->failed = true, NULL;
        t->data = data;
        t->cap = cap;
    }
    return t->data + t->len;
}

void leat__text_addn(struct leat__text *t, const char *s, size_t n)
{
    char *at = leat__text_room(t, n);
    if (!at)
        return;
    if (n)
        memcpy(at, s, n);
    at[n] = 0;
    t->len += n;
}

void leat__text_add(struct leat__text *t, const char *s)
{
    leat__text_addn(t, s, strlen(s));
}

void leat__text_addc(struct leat__text *t, char c)
{
    leat__text_addn(t, &c, 1);
}

void leat__text_pad(struct leat__text *t, char c, size_t n)
{
    char *at = leat__text_room(t, n);
    if (!at)
        return;
    memset(at, c, n);
    at[n] = 0;
    t->len += n;
}

void leat__text_printf(struct leat__text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *at = n < 0 ? NULL : leat__text_room(t, (size_t)n);
    if (!at) {
        t->failed = true;
        return;
    }
    va_start(args, format);
    vsnprintf(at, (size_t)n + 1, format, args);
    va_end(args);
    t->len += (size_t)n;
}

char *leat__text_take(struct leat__text *t)
{
    char *data = t->failed ? NULL : t->data ? t->data : calloc(1, 1);
    if (t->failed)
        free(t->data);
    *t = (struct leat__text){ 0 };
    return data;
}
