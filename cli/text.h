/* text: strings of the command. They live until it ends, so nobody frees them;
 * without memory the command ends at once. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

void *text_room(size_t size);               /* zeroed */
char *text_copy(const char *s, size_t n);
__attribute__((format(printf, 1, 2)))
char *text_format(const char *format, ...);
/* What came from malloc lives from now on as the rest does. Returns it. */
char *text_adopt(char *s);

/* Safe to show: control characters, bidi controls and bytes that are no UTF-8
 * as \xNN. With keep_lines newlines and tabs stay. */
char *text_shown(const char *s);
char *text_shown_lines(const char *s);
/* The same into a stream, from any thread; nothing is kept. */
void text_show(FILE *to, const char *s);
/* The same, of at most `most` columns, into `to` of at least 4 * most + 8 bytes; what is
 * cut ends in "..". Any thread. Returns the columns it takes. */
size_t text_cut(char *to, const char *s, size_t most);
/* As a shell would have to be given it, and safe to show. */
char *text_shell(const char *s);
/* A JSON string with its quotes; bytes that are no UTF-8 become U+FFFD. */
char *text_json(const char *s);
/* Columns that `s` takes on a terminal, about: its characters. */
size_t text_width(const char *s);
/* true: a name of C, with dots between parts. */
bool text_is_name(const char *s, size_t n);
/* true: `s` ends in `end`. */
bool text_ends(const char *s, const char *end);

/* Strings in a row; at[n] is NULL. Start with all zero. */
struct list { char **at; size_t n, room; };
void list_add(struct list *l, const char *s);       /* borrowed */
bool list_has(const struct list *l, const char *s);
/* "a, b, c"; beyond `most` "and 5 more". */
char *list_join(const struct list *l, const char *between, size_t most);

/* "Did you mean": the nearest of the offered words. Start with nearest_to(). */
struct nearest { const char *word, *best; unsigned edits; };
struct nearest nearest_to(const char *word);
void nearest_offer(struct nearest *n, const char *candidate);
