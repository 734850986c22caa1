/* say: what the command tells a person, all of it on stderr:
 *
 *     leat: error: 2 inputs are missing
 *       days    struct days  for mean_temp (weather.c:5)
 *
 * Whatever is told is escaped here, once more if it was before. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum say_level { SAY_ERROR, SAY_WARNING, SAY_NOTE };

/* -q: warnings and notes are kept quiet, with their details. */
void say_quietly(void);
bool say_is_quiet(void);

__attribute__((format(printf, 2, 3)))
void say(enum say_level level, const char *format, ...);
/* An indented line of what was said last. */
__attribute__((format(printf, 1, 2)))
void say_detail(const char *format, ...);
/* "leat: ..." without a level: what is neither wrong nor to be noted. */
__attribute__((format(printf, 1, 2)))
void say_plain(const char *format, ...);

/* Writes out what was printed; false: it could not be, and that has been told. */
bool say_flushed(FILE *to);

/* Indented lines in columns. Cells are borrowed, NULL is an empty cell; what
 * stands empty at the end of a row takes no room. */
enum { TABLE_COLUMNS = 6 };
struct table { const char *(*row)[TABLE_COLUMNS]; size_t n, room; };
void table_add(struct table *t, const char *a, const char *b, const char *c, const char *d,
               const char *e, const char *f);
/* To stderr below what was said last / to stdout without indentation. */
void table_say(const struct table *t);
void table_print(const struct table *t);
