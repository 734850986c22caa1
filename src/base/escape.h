/* escape: make any text safe to show. One escaper for every text; each drawn
 * format has its own rules on top. */
#pragma once
#include "base/text.h"
#include <stdbool.h>
#include <stddef.h>

/* C0, DEL, C1, bidi controls and invalid UTF-8 become \xNN (byte by byte).
 * keep_lines leaves \n and \t alone. */
void leat__escape(struct leat__text *out, const char *s, size_t n, bool keep_lines);
/* The same in place, cut to fit; buf holds size bytes and ends with NUL. */
void leat__escape_in_place(char *buf, size_t size);
/* true: nothing in it needs escaping (newlines and tabs do). */
bool leat__escape_clean(const char *s, size_t n);
/* n bytes at s are valid UTF-8 without a NUL. */
bool leat__utf8_valid(const char *s, size_t n);
/* A JSON string with its quotes. Invalid UTF-8 becomes U+FFFD. */
void leat__escape_json(struct leat__text *out, const char *s, size_t n);
/* The inside of a quoted DOT string / of a Mermaid label in quotes. */
void leat__escape_dot(struct leat__text *out, const char *s);
void leat__escape_mermaid(struct leat__text *out, const char *s);
