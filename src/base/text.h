/* text: a string that grows. Failure sticks, so a writer checks once, at the end. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct leat__text {
    char *data;         /* NUL-terminated, or NULL while empty */
    size_t len, cap;
    bool failed;        /* memory ran out: the text is cut     */
};

/* A text of zeros is ready for use. */
void leat__text_fini(struct leat__text *t);
void leat__text_clear(struct leat__text *t);
void leat__text_add(struct leat__text *t, const char *s);
void leat__text_addn(struct leat__text *t, const char *s, size_t n);
void leat__text_addc(struct leat__text *t, char c);
void leat__text_pad(struct leat__text *t, char c, size_t n);
/* Room for n more bytes at the end, which the caller fills and then adds to
 * len; NULL: out of memory. */
char *leat__text_room(struct leat__text *t, size_t n);
__attribute__((format(printf, 2, 3)))
void leat__text_printf(struct leat__text *t, const char *format, ...);
/* The text as a malloc'ed string, "" if empty; NULL if it failed. Leaves t empty. */
char *leat__text_take(struct leat__text *t);
