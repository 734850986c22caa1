/* io: values as text, both ways. The grammar is the VALUE of leat(1).
 *
 * `at` always points to a value of type t in memory: for a `char *` at the
 * pointer, for a struct at the struct. Readers build the value aside: when they
 * fail, `at` and the arena are as they were. Text out reads back equal. Numbers
 * ignore the locale. Nesting is at most 128 deep.
 *
 * What is read must be derivable (leat__is_derivable), else LEAT_ETYPE names the
 * member that is opaque; text that does not fit is LEAT_EINPUT. Items of slices
 * and texts live in the arena, whatever const says; a `cap` is the `len`. */
#pragma once
#include "base/arena.h"
#include "base/text.h"
#include "value/type.h"
#include <leat/error.h>

/* --- out: 0, or LEAT_ENOMEM with the text cut --- */

enum {
    LEAT__CUT   = 1     /* for a terminal: an array over 20 items shows ten and count, min, mean,
                           max; an array of structs is a table, which begins with a newline */
};
/* As `leat run` prints it: numbers bare; text bare unless it holds control
 * characters or begins as JSON text would ("..., {"base64":); the rest as JSON.
 * A NULL text is `null`, as the word null is. */
int leat__print_text(struct leat__text *out, const struct leat__type *t, const void *at,
                     unsigned flags);
/* JSON without blanks: integers in full digits, shortest floats that round-trip
 * ("nan" "inf" "-inf" quoted), structs as objects (members of an anonymous one
 * in its place), slices and arrays as arrays, enumerators by name (a number
 * where no name has the value), char, char[N], text and slices of char as
 * strings, other bytes and uint8_t slices as {"base64":"..."}, NULL as null,
 * opaque as {"opaque":"struct image *"}. At the top a pointer to a derivable
 * struct is that struct. */
int leat__print_json(struct leat__text *out, const struct leat__type *t, const void *at);
/* A slice or array of flat structs (a header line; members of inner structs as
 * `pos.x`), or of scalars or text (one column named `column`), or a struct of such
 * arrays (columns.h), else LEAT_ETYPE, also where these are of several lengths.
 * A NULL text becomes an empty field: it alone reads back different, as "". */
int leat__csv_write(struct leat__text *out, const struct leat__type *t, const void *at,
                    const char *column, leat_error *err);
/* One JSON value a line, for a slice or array, else LEAT_ETYPE. */
int leat__jsonl_write(struct leat__text *out, const struct leat__type *t, const void *at,
                      leat_error *err);

/* --- in --- */

/* One VALUE: a number, true/false, an enumerator by name (blanks round these are
 * ignored); text as it stands, but as JSON where leat__print_text writes JSON;
 * JSON for structs and arrays. Errors say what was expected: "abc is no double". */
int leat__parse_value(const struct leat__type *t, const char *text, struct leat__arena *arena,
                      void *at, leat_error *err);
/* `where` names the source in errors, "x.json:3:14: no member temp, did you mean
 * temp_max?"; NULL: the place is told as "line 3, column 14". Unknown, missing
 * and duplicate members, numbers out of range: errors. null is a NULL text and
 * nothing else; an array of numbers may stand for a uint8_t slice; a byte order
 * mark in front is skipped. */
int leat__json_read(const struct leat__type *t, const char *text, size_t len, const char *where,
                    struct leat__arena *arena, void *at, leat_error *err);
/* JSON lines into a slice. Blank lines are skipped. */
int leat__jsonl_read(const struct leat__type *t, const char *text, size_t len, const char *where,
                     struct leat__arena *arena, void *at, leat_error *err);
/* CSV with a header into a slice of structs, columns to members by name; or, with
 * `column`, one column into a slice of scalars or text (NULL: the file must have
 * one column only). An empty field is NaN for floats, empty for text, else an
 * error with line and column; so are a missing column, a row of other length,
 * text too long for a char[N] or with a NUL inside. A column that no member
 * names is skipped, and so are blank lines at the end; blanks round numbers are
 * ignored. */
int leat__csv_read(const struct leat__type *t, const char *text, size_t len, const char *where,
                   const char *column, struct leat__arena *arena, void *at, leat_error *err);
/* true: leat__csv_read can read it (a slice of flat structs, of scalars or text, or
 * a struct of such arrays). */
bool leat__csv_can_read(const struct leat__type *t);

/* --- numbers, the parts (more in number.h) --- */

/* Shortest text that reads back as the same double / float; at most 32 bytes,
 * returns the length, writes no NUL. */
size_t leat__print_double(char *out, double x);
size_t leat__print_float(char *out, float x);
/* Correctly rounded; inf beyond the range. *end is behind the number; NULL if
 * there is none there. */
double leat__parse_double(const char *s, const char *limit, const char **end);
