/* json scan: the words of a JSON text (RFC 8259, strict). It allocates nothing
 * and knows no types; every error tells line and column. */
#pragma once
#include <leat/error.h>
#include <stdbool.h>
#include <stddef.h>

struct leat__scan {
    const char *at, *end;       /* what is left                               */
    const char *begin;          /* where lines are counted from               */
    const char *where;          /* name of the source, or NULL                */
    leat_error *err;            /* may be NULL                                */
};

/* A string between its quotes, checked: UTF-8, escapes, no control characters. */
struct leat__string { const char *at, *end; bool escaped; };

/* The error, with the place of `at` in front. Returns LEAT_EINPUT. */
__attribute__((format(printf, 3, 4)))
int leat__scan_fail(const struct leat__scan *s, const char *at, const char *format, ...);
/* Puts the place of `at` before what `err` says already; 0 passes. */
int leat__scan_wrap(const struct leat__scan *s, const char *at, int code);

void leat__scan_blanks(struct leat__scan *s);
/* The next character behind blanks, which stays; 0 at the end. */
char leat__scan_peek(struct leat__scan *s);
/* Takes c behind blanks, or fails: "a , or ] is missing". */
int leat__scan_take(struct leat__scan *s, char c, const char *what);
/* true: the next character was c and is taken. */
bool leat__scan_skip(struct leat__scan *s, char c);
int leat__scan_string(struct leat__scan *s, struct leat__string *out);
/* A number, true, false or null: [s->at, *end) as it stands, not yet taken. */
int leat__scan_word(struct leat__scan *s, const char **end);
/* true: [at, end) is a number as JSON writes it. */
bool leat__scan_is_number(const char *at, const char *end);
/* What the next value is, for messages: "an object", "text", "a number". */
const char *leat__scan_kind(struct leat__scan *s);

/* The characters of a string, at most end - at of them; returns how many. */
size_t leat__string_decode(struct leat__string s, char *out);
/* true: it says `word`. */
bool leat__string_is(struct leat__string s, const char *word);
